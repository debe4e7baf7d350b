"""An order goes live: as a baseline, or anew. What was said of it on trial stays on the history and counts for nothing.

Plain functions: each runs inside the act that calls it, which holds the order and refreshes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Max

from portal.shared import audit, transitions
from suppliers.actions import agreements, closing, corrections
from suppliers.models import Commitment, DateMove, OrderLine, PurchaseOrder, ScheduleLine
from suppliers.states import IMPORTED, Cause, LineState, SyncMark


def take_as_agreed(order: PurchaseOrder) -> None:
    """An order placed before the cut-over: what Odoo says is agreed, and its dates are the first promise.

    Nothing is sent: Odoo says it already.
    """
    deed = audit.current_deed()
    lines = _end_trial(order)
    rows: dict[UUID, list[ScheduleLine]] = defaultdict(list)
    for row in ScheduleLine.objects.filter(line__in=lines):
        rows[row.line_id].append(row)
        agreed = (row.quantity, row.price, row.date) if row.in_odoo else (None, None, None)
        row.agreed_quantity, row.agreed_price, row.agreed_date = agreed
    for line in lines:
        stated = [row for row in rows[line.pk] if row.in_odoo and row.quantity]
        line.promised_date = max((row.date for row in stated), default=line.requested_date)
        line.promised_quantity = sum((row.quantity for row in stated), Decimal(0))
        line.first_date = line.promised_date
        line.stand(SyncMark.IN_ODOO)
    _commit_imported(lines)
    waiting = [line for line in lines if line.state != LineState.AGREED]
    transitions.move_all(((line, LineState.AGREED) for line in waiting), reason="Go-live")
    OrderLine.objects.bulk_update(lines, agreements.STANDING)
    ScheduleLine.objects.bulk_update(
        [row for some in rows.values() for row in some], ["agreed_quantity", "agreed_price", "agreed_date"]
    )
    order.imported, order.viewed_at = True, order.viewed_at or deed.at
    order.save(update_fields=["imported", "viewed_at"])


def begin_anew(order: PurchaseOrder) -> None:
    """An order placed since the cut-over: every line of it that is not over waits for an answer."""
    lines = _end_trial(order)
    transitions.move_all(((line, LineState.OPEN) for line in lines if line.state != LineState.OPEN), reason="Go-live")


def _end_trial(order: PurchaseOrder) -> list[OrderLine]:
    """Whatever was agreed, asked, corrected or left to be said on trial is over; returns the lines that are not.

    Lines that were received or cancelled meanwhile have nothing open but dates whose cause nobody said.
    """
    deed = audit.current_deed()
    lines = [
        line for line in transitions.hold_all(OrderLine.objects.filter(order=order)) if line.state in agreements.ALIVE
    ]
    agreements.forget(lines)
    closing.overtake([line.pk for line in lines])
    corrections.withdraw(order)
    DateMove.objects.filter(line__order=order, stated_at=None).update(
        stated_at=deed.at, actor_id=deed.actor.id, actor_name=deed.actor.name
    )
    return lines


def _commit_imported(lines: Sequence[OrderLine]) -> None:
    deed = audit.current_deed()
    last: dict[UUID, int] = dict(
        Commitment.objects.filter(line__in=lines).values_list("line").annotate(Max("number")).order_by()
    )
    Commitment.objects.bulk_create(
        Commitment(
            supplier_id=line.supplier_id,
            line=line,
            number=last.get(line.pk, 0) + 1,
            at=deed.at,
            decision=IMPORTED,
            cause=Cause.BUYER,
            actor_kind=deed.actor.kind,
            actor_id=deed.actor.id,
            actor_name=deed.actor.name,
        )
        for line in lines
    )
