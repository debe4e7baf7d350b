"""What this supplier agreed to when the same item was last ordered for the same plant, laid on the lines of an order.

Reads only: it fills in a form, which is looked at and sent like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Prefetch

from portal.shared.actor import Actor
from suppliers.actions.assessing import LineAnswer, PromisedDelivery, SubstituteItem, Terms
from suppliers.models import AnswerLine, Commitment, OrderLine, Promise, PurchaseOrder
from suppliers.repeats import spread
from suppliers.states import AnswerKind, Decision, LineState, Mode
from suppliers.tolerances import promised_for

REPEATED = (AnswerKind.ACCEPTED, AnswerKind.CHANGED, AnswerKind.BACKORDERED, AnswerKind.SUBSTITUTED)


@dataclass(frozen=True)
class LastTime:
    """One line of then, and what saying the same comes to now."""

    order: str
    position: int
    agreed_at: dt.datetime
    working_days: int | None
    """How many after the requested date the last delivery was to arrive; none where no date was known."""
    answer: LineAnswer


def last_time(actor: Actor, order: PurchaseOrder, lines: Sequence[OrderLine], terms: Terms) -> dict[UUID, LastTime]:
    """By line, for open lines whose item was agreed before, in the same unit: two queries.

    Dates keep their distance from the requested date in the plant's working days, the split its proportions. What was
    revised after it was agreed is left out: the line no longer says what was answered then.
    """
    open_lines = [line for line in lines if line.state == LineState.OPEN]
    found = {(step.line.item_id, step.line.unit_id): step for step in _steps(actor, order, open_lines)}
    return {
        line.pk: _same(line, found[line.item_id, line.unit_id], order, terms)
        for line in open_lines
        if (line.item_id, line.unit_id) in found
    }


def _steps(actor: Actor, order: PurchaseOrder, lines: Sequence[OrderLine]) -> Sequence[Commitment]:
    """The latest agreement of each item and unit."""
    rows = (
        Commitment.objects.visible_to(actor)
        .since_live()
        .filter(
            decision=Decision.APPROVED,
            answer__kind__in=REPEATED,
            answer__revision=F("line__revision"),
            line__item__in={line.item_id for line in lines},
            line__plant=order.plant_id,
            supplier=order.supplier_id,
        )
        .exclude(line__order=order)
        .exclude(line__order__mode=Mode.OFF)
        .order_by("line__item", "line__unit", "-at", "-id")
        .distinct("line__item", "line__unit")
        .select_related("line__order", "answer__substitute")
    )
    return list(rows.prefetch_related(Prefetch("answer__promises", Promise.objects.order_by("position"))))


def _same(line: OrderLine, step: Commitment, order: PurchaseOrder, terms: Terms) -> LastTime:
    then, answer = step.line, step.answer
    assert answer is not None  # asked for
    promises = list(answer.promises.all())
    days = [
        terms.calendar.moved(then.requested_date, one.arrival_date) if one.arrival_date else None for one in promises
    ]
    return LastTime(
        order=then.order.number,
        position=then.position,
        agreed_at=step.at,
        working_days=max((one for one in days if one is not None), default=None),
        answer=LineAnswer(
            line=line.pk,
            revision=line.revision,
            kind=AnswerKind(answer.kind),
            promises=() if answer.kind == AnswerKind.ACCEPTED else _promised(line, then, promises, days, terms),
            reason=answer.reason,
            price=answer.price if then.order.currency == order.currency and answer.price != line.price else None,
            substitute=_offered(answer),
        ),
    )


def _promised(
    line: OrderLine, then: OrderLine, promises: Sequence[Promise], days: Sequence[int | None], terms: Terms
) -> tuple[PromisedDelivery, ...]:
    quantities = spread([one.quantity for one in promises], then.quantity, line.quantity, line.quantity_step)
    deliveries = []
    for quantity, moved in zip(quantities, days, strict=True):
        arrival = None if moved is None else terms.calendar.shifted(line.requested_date, moved)
        date = promised_for(arrival, terms.basis, terms.transit_days) if arrival else None
        if quantity:
            deliveries.append(PromisedDelivery(quantity, date))
    return tuple(deliveries)


def _offered(answer: AnswerLine) -> SubstituteItem | None:
    if answer.kind != AnswerKind.SUBSTITUTED:
        return None
    given = answer.substitute
    return SubstituteItem(given.part_number, given.manufacturer, given.manufacturer_part_number, given.description)
