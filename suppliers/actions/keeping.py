"""Writing down what was answered, at whichever door. Plain functions: each runs inside the act that calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db.models import Max

from suppliers.actions.assessing import Judged
from suppliers.models import Acknowledgement, AnswerLine, Promise
from suppliers.states import DateBasis
from suppliers.tolerances import MEASURED, basis_of


def keep_answers(acknowledgement: Acknowledgement, judged: Sequence[Judged]) -> list[tuple[AnswerLine, list[Promise]]]:
    """Keep the answered lines with their promises, as they were judged; the order and its lines are held."""
    lines = [one.line.pk for one in judged]
    counted = AnswerLine.objects.filter(line__in=lines).values_list("line").annotate(Max("number")).order_by()
    last: dict[UUID, int] = dict(counted)
    basis = basis_of(acknowledgement.order.incoterm)
    kept = [_rows(acknowledgement, one, last.get(one.line.pk, 0) + 1, basis) for one in judged]
    AnswerLine.objects.bulk_create(answer for answer, _promises in kept)
    Promise.objects.bulk_create(promise for _answer, promises in kept for promise in promises)
    return kept


def _rows(
    acknowledgement: Acknowledgement, judged: Judged, number: int, basis: DateBasis
) -> tuple[AnswerLine, list[Promise]]:
    answer = AnswerLine(
        supplier_id=acknowledgement.supplier_id,
        acknowledgement=acknowledgement,
        line=judged.line,
        number=number,
        revision=judged.line.revision,
        kind=judged.answer.kind,
        reason=judged.answer.reason,
        comment=judged.answer.comment.strip(),
        price=judged.answer.price,
        verdict=judged.verdict,
        findings=[finding.as_json() for finding in judged.findings],
        policy=judged.policy,
        always_buyer=any(finding.code not in MEASURED for finding in judged.findings),
        **asdict(judged.strayed),
    )
    promises = [
        Promise(
            supplier_id=acknowledgement.supplier_id,
            answer=answer,
            position=position,
            quantity=delivery.quantity,
            date=delivery.date,
            basis=basis,
            arrival_date=delivery.arrival,
        )
        for position, delivery in enumerate(judged.deliveries, start=1)
    ]
    return answer, promises
