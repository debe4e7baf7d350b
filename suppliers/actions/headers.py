"""What an order says above its lines, and what a change of it means for what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.shared import audit
from suppliers.models import PurchaseOrder
from suppliers.statements import Difference, OrderStatement
from suppliers.tolerances import basis_of

TOLD = ("currency", "incoterm", "incoterm_place")
"""A change of these is told as a difference."""
KEPT = (*TOLD, "buyer_name", "supplier_reference", "ordered_at")


@dataclass(frozen=True)
class Told:
    """What the supplier is told of a header that changed."""

    differences: Sequence[Difference]
    reopens: bool
    """Whether a price or a date that was answered means something else now."""


def restate(order: PurchaseOrder, statement: OrderStatement) -> Told:
    """Take over what Odoo says above the lines. Runs inside the caller's act, which holds the order.

    A price in another currency is another price; a date that meant arrival and now means hand-over is another date.
    Whatever else changes is told once the supplier has looked at the order, and reopens nothing.
    """
    before = {field: getattr(order, field) for field in (*KEPT, "number")}
    changed = [field for field, value in before.items() if value != getattr(statement, field)]
    for field in changed:
        audit.note(order, **{field: (before[field], getattr(statement, field))})
        setattr(order, field, getattr(statement, field))
    if changed:
        order.save(update_fields=changed)
    reopens = order.currency != before["currency"] or basis_of(order.incoterm) != basis_of(before["incoterm"])
    told = [field for field in TOLD if field in changed] if reopens or order.viewed_at else []
    return Told([Difference(0, field, before[field], getattr(order, field)) for field in told], reopens)
