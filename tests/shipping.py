"""Shipments on the stage: confirmed orders, and bodies of notices as every door makes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from portal.shared.actor import Actor
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.actions.shipments import announce
from suppliers.models import OrderLine, PurchaseOrder, Shipment, ShipmentLine, ShipmentVersion
from suppliers.statements import LineStatement
from suppliers.states import AnswerKind
from tests.cast import Cast, everything, fresh_lines, release, working_day

LEAVES, ARRIVES = working_day(2), working_day(5)


def confirmed(cast: Cast, *lines: LineStatement, **changes: Any) -> PurchaseOrder:
    """An order of which every line is confirmed as it was ordered."""
    order = release(cast, *lines, **changes)
    accept(cast, order)
    return order


def accept(cast: Cast, order: PurchaseOrder) -> None:
    """The supplier accepts every line as it is ordered now."""
    supplier = "boris" if order.supplier_id == cast.borealis.pk else "anna"
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=cast.actor(supplier), order=order, answers=answers, channel="page", at=timezone.now())


def row(line: OrderLine, quantity: object = 40, **more: Any) -> dict[str, Any]:
    """One row of a notice."""
    return {"line": str(line.pk), "quantity": str(quantity), **more}


def body(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A whole notice that leaves in two days and arrives in five."""
    said = {"delivery_note": "LS-1", "departs_on": LEAVES.isoformat(), "arrives_on": ARRIVES.isoformat()}
    return {**said, "lines": list(rows), **more}


def sent(
    cast: Cast, *rows: dict[str, Any], actor: Actor | None = None, at: dt.datetime | None = None, **more: Any
) -> Shipment:
    """A notice of Acme's, announced."""
    return announce(
        actor=actor or cast.actor("sven"),
        supplier=cast.acme,
        body=body(*rows, **more),
        channel="page",
        at=at or timezone.now(),
    )


def lines_of(shipment: Shipment) -> list[ShipmentLine]:
    """What its last version says."""
    with everything():
        version = ShipmentVersion.objects.get(shipment=shipment, number=shipment.version)
        return list(version.lines.select_related("unit").order_by("position"))
