"""What the papers of a shipment say, and the PDFs of them that people asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import Fault, NotFound
from suppliers.labelling import Label, labels_of
from suppliers.mh10 import Plate
from suppliers.models import (
    HandlingUnit,
    NumberSeries,
    PurchaseOrder,
    Shipment,
    ShipmentLine,
    ShipmentPrint,
    ShipmentVersion,
    Supplier,
)
from suppliers.shipping_papers import Content, Party, ShippingPaper, Unit
from suppliers.shipping_states import PlateKind, UnitKind

KILOGRAM = "kg"
LATEST = 20


def shipment_prints(actor: Actor, shipment: Shipment) -> list[ShipmentPrint]:
    """The newest PDFs that were asked for, each with its file. One query."""
    rows = ShipmentPrint.objects.visible_to(actor).filter(shipment=shipment).select_related("file")
    return list(rows.order_by("-asked_at", "-pk")[:LATEST])


def find_shipment_print(actor: Actor, shipment: Shipment, print_id: UUID) -> ShipmentPrint:
    """A PDF that was asked for, with its file. Raises :class:`NotFound`."""
    rows = ShipmentPrint.objects.visible_to(actor).filter(shipment=shipment, pk=print_id)
    found = rows.select_related("file").first()
    if found is None:
        raise NotFound(_("There is no such PDF, or it is not yours to see."))
    return found


def shipping_paper(actor: Actor, shipment_id: UUID, version: int) -> ShippingPaper:
    """What a version of a shipment said when it was sent. Four queries. Raises :class:`NotFound`."""
    versions = ShipmentVersion.objects.visible_to(actor).filter(shipment=shipment_id, number=version)
    sent = versions.select_related("shipment__supplier", "shipment__plant").first()
    if sent is None:
        raise NotFound(_("There is no such shipment, or it is not yours to see."))
    shipment = sent.shipment
    supplier, plant = shipment.supplier, shipment.plant
    lines = _lines(actor, sent)
    units = list(HandlingUnit.objects.visible_to(actor).filter(version=sent).order_by("position"))
    series = NumberSeries.objects.visible_to(actor).filter(supplier=supplier).first() or NumberSeries()
    orders = list({row.line.order_id: row.line.order for row in lines}.values())
    terms = {(order.incoterm, order.incoterm_place) for order in orders}
    incoterm, place = terms.pop() if len(terms) == 1 else ("", "")
    inside: dict[UUID | None, list[Content]] = {}
    for row in lines:
        inside.setdefault(row.unit_id, []).append(_content(row))
    said = sent.header
    return ShippingPaper(
        supplier=Party(supplier.name, _address(supplier), supplier.reference),
        ship_to=_ship_to(orders) or Party(plant.company, plant.name),
        delivery_note=said["delivery_note"],
        issued=sent.at.astimezone(ZoneInfo(plant.time_zone)).date(),
        shipment=shipment.label,
        plant=plant.name,
        departs=_day(said["departs_on"]),
        arrives=_day(said["arrives_on"]),
        carrier=said["carrier"],
        tracking=said["tracking"],
        incoterm=incoterm,
        incoterm_place=place,
        dangerous_goods=said["dangerous_goods"],
        notes=said["note"],
        units=_tree(units, inside, series),
        loose=tuple(inside.get(None, ())),
    )


def left_out(paper: ShippingPaper) -> list[tuple[Label, tuple[Fault, ...]]]:
    """The labels on which something that is known stands in no symbol, and why. No query."""
    return [(label, label.untold) for label in labels_of(paper) if label.untold]


def _lines(actor: Actor, sent: ShipmentVersion) -> list[ShipmentLine]:
    rows = ShipmentLine.objects.visible_to(actor).filter(version=sent).select_related("line__order", "line__unit")
    # The item's unit is what its GTIN counts. It is all that a supplier may read of items.
    stocked = {"item_unit": F("item__unit_id"), "item_size": F("item__unit__size")}
    return list(rows.annotate(**stocked, item_category=F("item__unit__category")).order_by("position"))


def _content(row: ShipmentLine) -> Content:
    line = row.line
    pieces = _in_items(row)
    whole = pieces is not None and pieces == pieces.to_integral_value()
    return Content(
        order=line.order.number,
        position=str(line.position),
        item=row.item_code,
        name=line.item_name,
        quantity=row.quantity,
        unit=row.unit_name,
        packed=row.packed_quantity,
        packed_unit=row.packed_unit,
        supplier_item=line.supplier_item_code,
        # As the notice had it: a line that orders another item now has another GTIN, too.
        gtin=line.gtin if pieces is not None and line.item_id == row.item_id else "",
        pieces=int(pieces) if pieces is not None and whole else None,
        lot=row.lot,
        made=row.made_on,
        expires=row.expires_on,
        serials=tuple(row.serials),
        origin=row.country,
        net_weight=row.quantity if row.unit_name == KILOGRAM else None,
    )


def _in_items(row: ShipmentLine) -> Decimal | None:
    """The quantity in the unit that the item's GTIN is of; None where that cannot be known."""
    unit = row.line.unit
    if row.unit_name != row.line.unit_name:
        return None  # the order counts otherwise since
    if unit.pk == row.item_unit:  # type: ignore[attr-defined]
        return row.quantity
    size: Decimal | None = row.item_size  # type: ignore[attr-defined]
    if not unit.size or not size or unit.category != row.item_category:  # type: ignore[attr-defined]
        return None
    counted = row.quantity * unit.size / size
    # A size that is no finite fraction must not turn two dozen into 23.999999.
    return counted.quantize(Decimal("0.000001"))


def _tree(
    units: Iterable[HandlingUnit], inside: dict[UUID | None, list[Content]], series: NumberSeries
) -> tuple[Unit, ...]:
    children: dict[UUID | None, list[HandlingUnit]] = {}
    for unit in units:
        children.setdefault(unit.parent_id, []).append(unit)

    def under(parent: UUID | None) -> tuple[Unit, ...]:
        return tuple(
            Unit(
                UnitKind(unit.kind).label,
                tuple(inside.get(unit.pk, ())),
                under(unit.pk),
                sscc=unit.plate if unit.plate_kind == PlateKind.SSCC else "",
                plate=_plate(unit.plate, series) if unit.plate_kind == PlateKind.PLATE else None,
                package_id=unit.plate if unit.plate_kind == PlateKind.PACKAGE else "",
                gross_weight=unit.gross_weight,
            )
            for unit in children.get(parent, ())
        )

    return under(None)


def _plate(code: str, series: NumberSeries) -> Plate:
    """The parts of a licence plate. Of one from before the supplier changed his series only the agency is told apart:
    all of them have two letters, and what is printed is the whole.
    """
    agency = series.plate_agency if code.startswith(series.plate_agency) and series.plate_agency else code[:2]
    rest = code.removeprefix(agency)
    own = series.plate_company
    cut = len(own) if own and rest.startswith(own) and len(rest) > len(own) else 1
    return Plate(agency, rest[:cut], rest[cut:])


def _ship_to(orders: Sequence[PurchaseOrder]) -> Party | None:
    """Where the orders of one plant go: name and address, a line each."""
    said = next((order.ship_to for order in orders if order.ship_to.strip()), "")
    name, _separator, address = said.strip().partition("\n")
    return Party(name.strip(), address) if name else None


def _address(supplier: Supplier) -> str:
    town = " ".join(filter(None, (supplier.postcode, supplier.city)))
    return "\n".join(filter(None, (supplier.street, supplier.street2, town, supplier.country)))


def _day(said: str) -> dt.date | None:
    return dt.date.fromisoformat(said) if said else None
