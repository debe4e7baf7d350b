"""Notices in a storm: a few pieces of a line, by lot; what is said of them, and what Odoo has."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from integrations.office.odoo import translate
from suppliers.actions import shipments
from suppliers.models import OrderLine, PurchaseOrder, Shipment, ShipmentOrder
from tests.cast import everything
from tests.integrations.office import test_notices as notices
from tests.integrations.office.sandbox import SandboxProcess
from tests.shipping import row

BY_LOT = ("PH-1040", "IM-2040")
Pieces = Counter[tuple[str, str]]
"""By item and lot."""


def some(line: OrderLine, dice: Random) -> Pieces:
    lots = dice.sample(("L1", "L2", "L3"), dice.randint(1, 2))
    return Counter({(line.item_code, lot): dice.randint(1, 10) for lot in lots})


def announce(order: PurchaseOrder, line: OrderLine, pieces: Pieces, note: str) -> UUID:
    return notices.announce(order, *_rows(line, pieces), delivery_note=note).pk


def correct(order: PurchaseOrder, line: OrderLine, pieces: Pieces, key: UUID) -> None:
    shipment = _with_key(key)
    notices.correct(shipment, *_rows(line, pieces), order=order, delivery_note=shipment.delivery_note)


def cancel(order: PurchaseOrder, key: UUID) -> None:
    actor = notices.shipper(order)
    shipments.cancel(actor=actor, shipment=_with_key(key), reason="Sold.", at=timezone.now())


def in_odoo(sandbox: SandboxProcess, dump: dict[str, Any]) -> dict[UUID, Pieces]:
    """What Odoo expects with each notice of an order."""
    found: dict[UUID, Pieces] = {}
    with everything():
        of = dict(ShipmentOrder.objects.filter(order__number=dump["name"]).values_list("pk", "shipment"))
    for transfer in dump["pickings"]:
        if notice := translate.notice_of(transfer["external_id"]):
            assert of[notice] not in found, "a notice has two transfers"
            pieces: Pieces = Counter()
            for line in sandbox.ask("GET", f"transfers/{transfer['id']}")["lines"]:
                item = str(line["product_id"][1]).partition("]")[0].lstrip("[")
                pieces[item, line["lot_id"][1]] += int(line["quantity"])
            found[of[notice]] = pieces
    return {key: pieces for key, pieces in found.items() if pieces}


def _rows(line: OrderLine, pieces: Pieces) -> list[dict[str, Any]]:
    return [row(line, quantity, lot=lot) for (_item, lot), quantity in pieces.items()]


def _with_key(key: UUID) -> Shipment:
    with everything():
        return Shipment.objects.get(pk=key)
