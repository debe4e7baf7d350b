"""A notice beside what was booked with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from portal.shared.actor import Actor
from suppliers.comparing import Announced, Booked, Compared, Verdict, asn_accuracy, compare
from suppliers.models import Receipt, Shipment, ShipmentLine
from suppliers.shipping_states import ReceiptKind, ShipmentState


@dataclass(frozen=True)
class Comparison:
    """What came of a notice; each row's ``about`` is its order line with the order."""

    rows: Sequence[Compared]
    final: bool
    """Whether nothing more is expected of it."""

    @property
    def accuracy(self) -> Decimal | None:
        return asn_accuracy(self.rows)

    @property
    def announced(self) -> int:
        return sum(bool(row.announced) for row in self.rows)

    @property
    def equal(self) -> int:
        return sum(row.verdict == Verdict.EQUAL for row in self.rows)

    @property
    def different(self) -> Sequence[Compared]:
        return [row for row in self.rows if row.verdict != Verdict.EQUAL]


def comparison_of(actor: Actor, shipment: Shipment) -> Comparison | None:
    """Nothing before goods of it arrived, or it was closed. Two queries."""
    final = shipment.state == ShipmentState.CLOSED
    if shipment.received_at is None and not final:
        return None
    said = ShipmentLine.objects.visible_to(actor).filter(
        version__shipment=shipment, version__number=F("version__shipment__version")
    )
    lines = list(said.select_related("line__order", "unit").order_by("position"))
    receipts = list(
        Receipt.objects.visible_to(actor).filter(shipment=shipment).select_related("line__order").order_by("at", "pk")
    )
    rows = compare(
        (Announced(row.line_id, row.quantity, row.lot, row.unit.plate if row.unit else "") for row in lines),
        (
            Booked(row.line_id, row.quantity, (row.supplier_lot, row.lot), row.plate, row.kind == ReceiptKind.RETURN)
            for row in receipts
        ),
    )
    about = {came.line_id: came.line for came in receipts} | {row.line_id: row.line for row in lines}
    for row in rows:
        row.about = about[row.line]
    return Comparison(rows, final)
