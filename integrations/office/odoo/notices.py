"""What a letter about a shipment carries: the notice as it stands now, in Odoo's terms."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import override

from integrations.office.actions import delivering
from integrations.office.actions.delivering import POST_OFFICE, Sending
from integrations.office.actions.pulling import LINE, ORDER
from integrations.office.models import Delivery
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import permanent, temporary
from integrations.office.odoo.aiming import Part
from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from suppliers.lots import lot_id
from suppliers.models import PurchaseOrder, ScheduleLine, Shipment, ShipmentLine, ShipmentOrder
from suppliers.shipping_states import LotNames, ShipmentState
from suppliers.states import Mode, OrderState

ON_THE_WAY = (DeliveryState.WAITING, DeliveryState.SENDING)
EMPTY = (ShipmentState.CANCELLED, ShipmentState.CLOSED)
"""Nothing (more) of these is expected: what their transfers still hold goes back to the orders' own."""


@dataclass(frozen=True)
class Lot:
    """A lot or serial number of one item, as it is to be in Odoo."""

    key: UUID
    number: str
    """The supplier's."""
    expires_on: dt.date | None = None


@dataclass(frozen=True)
class Goods:
    """What the notice brings of one order. ``key`` is that of the row which stands for both."""

    key: UUID
    order: UUID
    number: str
    remote_id: int
    parts: Sequence[Part]
    positions: Mapping[UUID, int]
    dates: Mapping[int, dt.date]
    """What is agreed of the order's lines, by Odoo's id: their moves' date when they are in no notice."""

    @property
    def wanted(self) -> dict[UUID, Decimal]:
        found: dict[UUID, Decimal] = defaultdict(Decimal)
        for part in self.parts:
            found[part.line] += part.quantity
        return dict(found)


@dataclass(frozen=True)
class Notice:
    """A shipment with everything that Odoo is to know of it."""

    version: int
    arrived: bool
    """Whether the portal has read that goods of it came."""
    goods: Sequence[Goods]
    lines: Mapping[int, tuple[UUID, UUID]]
    """The portal's order and order line behind each of Odoo's order lines."""
    lots: Mapping[tuple[UUID, str], Lot]
    """By order line and number."""
    zone: ZoneInfo
    arrives_on: dt.date | None
    title: str
    words: Sequence[str]
    prefix: str
    """What stands before a lot's number where the plant's names need it."""
    prefixed: bool

    @classmethod
    def of(cls, sending: Sending) -> Notice | None:
        """None where there is nothing to say: it waits for its correction."""
        with acting(POST_OFFICE):
            shipment = Shipment.objects.select_related("plant", "supplier").get(pk=sending.delivery.about_id)
            if shipment.state == ShipmentState.INVALID:
                return None
            return _read(sending, shipment)


def _read(sending: Sending, shipment: Shipment) -> Notice:
    connection = delivering.connection_of(sending.delivery)
    covered = list(ShipmentOrder.objects.filter(shipment=shipment).select_related("order").order_by("order__number"))
    orders = {one.order_id: one.order for one in covered if one.order.state != OrderState.CANCELLED}
    _check(sending, orders.values())
    remote = {
        UUID(key): remote_id
        for key, remote_id in Mapped.objects.filter(
            connection=connection, model=ORDER, object_id__in=[str(key) for key in orders]
        ).values_list("object_id", "remote_id")
    }
    schedule = ScheduleLine.objects.filter(line__order__in=orders).select_related("line")
    rows = {str(row.pk): row for row in schedule}
    mapped = Mapped.objects.filter(connection=connection, model=LINE, object_id__in=rows)
    of_remote = {remote_id: rows[key] for key, remote_id in mapped.values_list("object_id", "remote_id")}
    said = [] if shipment.state in EMPTY else _said(shipment)
    for key, order in orders.items():
        if key not in remote:
            raise permanent("order_unknown", order=order.number)
    return Notice(
        version=shipment.version,
        arrived=shipment.received_at is not None,
        goods=[_goods(one, remote[one.order_id], said, of_remote) for one in covered if one.order_id in orders],
        lines={remote_id: (row.line.order_id, row.line_id) for remote_id, row in of_remote.items()},
        lots={(row.line_id, lot.number): lot for row in said for lot in _lots(row)},
        zone=ZoneInfo(shipment.plant.time_zone),
        arrives_on=shipment.arrives_on,
        **_words(shipment),
        prefix=f"{shipment.supplier.reference or shipment.supplier_id}-",
        prefixed=shipment.plant.lot_names == LotNames.PREFIXED,
    )


def _check(sending: Sending, orders: Iterable[PurchaseOrder]) -> None:
    """Letters about the orders themselves go first: what they change is what this one divides."""
    listed = list(orders)
    for order in listed:
        if order.mode != Mode.ON:
            raise permanent("order_off", order=order.number)
    waiting = Delivery.objects.filter(
        destination=sending.delivery.destination, about_id__in=[order.pk for order in listed], state__in=ON_THE_WAY
    )
    if waiting.exists():
        raise temporary("order_first")


def _said(shipment: Shipment) -> list[ShipmentLine]:
    rows = ShipmentLine.objects.filter(version__shipment=shipment, version__number=shipment.version)
    return list(rows.select_related("unit", "line").order_by("position"))


def _goods(
    one: ShipmentOrder, remote_id: int, said: Sequence[ShipmentLine], of_remote: Mapping[int, ScheduleLine]
) -> Goods:
    mine = [row for row in said if row.line.order_id == one.order_id]
    return Goods(
        key=one.pk,
        order=one.order_id,
        number=one.order.number,
        remote_id=remote_id,
        parts=[part for row in mine for part in _parts(row)],
        positions={row.line_id: row.line.position for row in mine},
        dates={
            remote: row.agreed_date or row.date
            for remote, row in of_remote.items()
            if row.line.order_id == one.order_id
        },
    )


def _parts(row: ShipmentLine) -> list[Part]:
    package = row.unit.plate if row.unit else ""
    if row.serials:
        return [Part(row.pk, row.line_id, Decimal(1), serial, package) for serial in row.serials]
    return [Part(row.pk, row.line_id, row.quantity, row.lot, package)]


def _lots(row: ShipmentLine) -> list[Lot]:
    numbers = row.serials or ([row.lot] if row.lot else [])
    return [Lot(lot_id(row.supplier_id, row.item_id, number), number, row.expires_on) for number in numbers]


def _words(shipment: Shipment) -> dict[str, Any]:
    """What a clerk reads on the transfer."""
    with override("en"):
        told = {
            "Delivery note": shipment.delivery_note,
            "Carrier": shipment.carrier,
            "Tracking number": shipment.tracking,
            "Dangerous goods": shipment.dangerous_goods,
            "Note": shipment.note,
        }
        return {
            "title": f"Shipment {shipment.label} of {shipment.supplier.name}, version {shipment.version}",
            "words": [f"{name}: {value}" for name, value in told.items() if value],
        }
