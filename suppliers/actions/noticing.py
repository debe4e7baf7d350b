"""Where a shipment notice stands in Odoo, order by order. Plain functions, in acts that hold the shipment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from integrations.slot import outbox
from portal.shared import transitions
from suppliers.models import PurchaseOrder, Shipment, ShipmentOrder
from suppliers.shipping_states import ShipmentState
from suppliers.states import SyncMark

EXPECTED = (ShipmentState.SUBMITTED, ShipmentState.IN_TRANSIT)


def mark_in_odoo(shipment: Shipment, names: Mapping[UUID, str]) -> None:
    """Odoo has what was sent last; ``names`` are the transfers' numbers, by the row of each order it still brings."""
    rows = list(ShipmentOrder.objects.filter(shipment=shipment))
    for row in rows:
        row.sync, row.sync_note, row.sync_why = SyncMark.IN_ODOO, "", None
        row.transfer = names.get(row.pk, row.transfer)
    ShipmentOrder.objects.bulk_update(rows, ["sync", "sync_note", "sync_why", "transfer"])
    _mark(shipment, SyncMark.IN_ODOO)


def mark_needs_person(shipment: Shipment, note: str, why: Mapping[str, Any] | None) -> None:
    """Its letter waits for a person."""
    ShipmentOrder.objects.filter(shipment=shipment).exclude(sync=SyncMark.IN_ODOO).update(
        sync=SyncMark.NEEDS_PERSON, sync_note=note, sync_why=why
    )
    _mark(shipment, SyncMark.NEEDS_PERSON)


def mark_waiting(shipment: Shipment) -> None:
    """Its letter is on its way (again)."""
    ShipmentOrder.objects.filter(shipment=shipment, sync=SyncMark.NEEDS_PERSON).update(
        sync=SyncMark.WAITING, sync_note="", sync_why=None
    )
    _mark(shipment, SyncMark.WAITING)


def put_right(order: PurchaseOrder, *, but: Collection[UUID] = ()) -> None:
    """A quantity of the order is another one in Odoo now, which may have been taken from, or added to, goods that are
    announced: their letters are sent again, and change nothing where nothing is wrong.

    The order is held. ``but`` are shipments whose letters were sent again already.
    """
    rows = ShipmentOrder.objects.filter(order=order, shipment__state__in=EXPECTED).exclude(shipment__in=but)
    shipments = transitions.hold_all(Shipment.objects.filter(pk__in=rows.values("shipment_id")))
    rows = ShipmentOrder.objects.filter(order=order, shipment__in=shipments)
    _send_again(shipments, rows)


def take_up(shipments: Collection[Shipment]) -> None:
    """Nothing is to be corrected of them any more. While something was, no letter about them was carried out."""
    _send_again(shipments, ShipmentOrder.objects.filter(shipment__in=shipments))


def _send_again(shipments: Iterable[Shipment], rows: QuerySet[ShipmentOrder]) -> None:
    arrived = {shipment.pk for shipment in shipments if shipment.sync == SyncMark.IN_ODOO}
    rows.update(sync=SyncMark.WAITING, sync_note="", sync_why=None)
    for shipment in shipments:
        _mark(shipment, SyncMark.WAITING)
        # What Odoo has not got yet is news all the same.
        told = {"version": shipment.version, "again": shipment.pk in arrived}
        outbox.publish("shipment.announced", about=shipment, supplier_id=shipment.supplier_id, tier=1, payload=told)


def _mark(shipment: Shipment, sync: SyncMark) -> None:
    if shipment.sync != sync:
        shipment.sync = sync
        shipment.save(update_fields=["sync"])
