"""What a supplier had promised before a revision reopened the line, carried over to what is ordered now. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from suppliers.actions.assessing import Terms
from suppliers.models import AnswerLine, Promise, ScheduleLine, in_turn
from suppliers.queries.orders import LineDetail, OrderDetail
from suppliers.states import AnswerKind, Decision, LineState
from suppliers.tolerances import Asked, Delivery, carried_over, judge, promised_for

NOT_CARRIED = (AnswerKind.REJECTED, AnswerKind.SUBSTITUTED)


@dataclass(frozen=True)
class Earlier:
    """The answer that stood when the line was revised."""

    answer: AnswerLine
    deliveries: tuple[Delivery, ...]
    """As it was promised then, in the terms of today."""
    carried: tuple[Delivery, ...]
    """The same on the quantity ordered now: less is cut from the last delivery, more comes on the date asked for."""
    fits: bool
    """Whether answering with ``carried`` would be agreed at once."""
    differs: bool
    """Whether ``carried`` is something else than accepting the line as it stands."""


def earlier_promises(detail: OrderDetail, terms: Terms) -> dict[UUID, Earlier]:
    """By line, for lines that a revision reopened after they were answered. No further query."""
    found = {}
    for one in detail.lines:
        answer = _stood(detail, one)
        if answer is not None:
            found[one.line.pk] = _carry(one, answer, terms)
    return found


def _stood(detail: OrderDetail, one: LineDetail) -> AnswerLine | None:
    """The last answer, where a revision came after it and what it promised can still be promised."""
    answer, line = one.latest, one.line
    if line.state != LineState.OPEN or answer is None or answer.revision >= line.revision:
        return None
    if answer.kind in NOT_CARRIED or not detail.order.counts(answer.acknowledgement.at):
        return None
    last = one.commitments[-1] if one.commitments else None
    if last is not None and last.answer_id == answer.pk and last.decision == Decision.DECLINED:
        return None
    changed = {
        entry["field"]
        for revision in detail.revisions
        if revision.number > answer.revision
        for entry in revision.differences
        if entry["line"] == line.position
    }
    return None if changed & {"item", "unit"} else answer


def _carry(one: LineDetail, answer: AnswerLine, terms: Terms) -> Earlier:
    line = one.line
    promised = tuple(_meant_now(row, terms) for row in answer.promises.all())
    wanted = promised_for(line.requested_date, terms.basis, terms.transit_days)
    carried = carried_over(promised, line.quantity, Delivery(line.quantity, wanted, line.requested_date))
    reference = line.first_date or line.requested_date
    asked = Asked(line.quantity, line.price, reference, agreed_before=line.first_date is not None)
    findings = judge(asked, AnswerKind.CHANGED, carried, None, terms.bounds, terms.calendar)
    possible = all(row.date and row.date >= terms.today for row in carried) and _keeps_received(one.schedule, carried)
    return Earlier(answer, promised, carried, not findings and possible, carried != terms.as_ordered(one.schedule))


def _meant_now(row: Promise, terms: Terms) -> Delivery:
    """A promise in the order's basis of today: where its Incoterm changed, the same arrival has another date."""
    date = row.date
    if row.basis != terms.basis and row.arrival_date:
        date = promised_for(row.arrival_date, terms.basis, terms.transit_days)
    return Delivery(row.quantity, date, row.arrival_date)


def _keeps_received(schedule: Sequence[ScheduleLine], carried: Sequence[Delivery]) -> bool:
    quantities = [row.quantity for row in carried]
    return all(
        row.received_quantity <= (quantities[index] if index < len(quantities) else 0)
        for index, row in enumerate(in_turn(schedule))
        if row.in_odoo
    )
