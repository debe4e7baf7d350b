"""Reads of shipment notices: the list, and one of them whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from portal.shared import history
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.shared.models import StateChange
from portal.web.pagination import Keyset, Page
from suppliers.models import (
    HandlingUnit,
    NumberSeries,
    Shipment,
    ShipmentDraft,
    ShipmentLine,
    ShipmentOrder,
    ShipmentVersion,
    Supplier,
)
from suppliers.notices import Notice, NoticeLine, NoticeUnit
from suppliers.queries.suppliers import names
from suppliers.shipping_states import ON_THE_ROAD, RANKED, ShipmentState

VIEWS = {
    "mine": (ShipmentState.INVALID, ShipmentState.DRAFT),
    "correct": (ShipmentState.INVALID,),
    "coming": ON_THE_ROAD,
    "over": (ShipmentState.RECEIVED, ShipmentState.CLOSED, ShipmentState.CANCELLED),
}
"""What waits for the supplier, of it what an order's change made wrong, what is announced and not all there, what needs
nobody."""
NEWEST = Keyset(("-created_at", "-id"), "shipments")
NEEDED_FIRST = Keyset(("rank", "-created_at", "-id"), "shipments-needed")


@dataclass(frozen=True)
class ShipmentFilters:
    """What a list is narrowed to. ``text``: number, delivery note, tracking number, carrier, order."""

    text: str = ""
    view: str = ""
    state: str = ""
    plant: int | None = None
    supplier: int | None = None
    order: UUID | None = None


_LISTED = ("number", "state", "delivery_note", "departs_on", "arrives_on", "carrier", "tracking", "created_at")


def shipment_list(
    actor: Actor,
    filters: ShipmentFilters,
    *,
    cursor: str = "",
    size: int = 30,
    needed_first: bool = False,
    also: Sequence[str] = (),
) -> Page[Shipment]:
    """Notices the actor may see, with what a list shows of them and ``also`` these fields: the newest first, or what
    needs somebody first. One query.
    """
    rows = _narrowed(actor, filters).only(*_LISTED, *also).annotate(**names(actor))
    if needed_first:
        return NEEDED_FIRST.page(rows.annotate(rank=RANKED), cursor, size)
    return NEWEST.page(rows, cursor, size)


def shipment_rows(
    actor: Actor, filters: ShipmentFilters, columns: Iterable[str], *, cursor: str = "", size: int = 30
) -> Page[dict[str, Any]]:
    """These columns of the same notices, the newest first: objects cost more than reading them. One query."""
    return NEWEST.page(_narrowed(actor, filters).values("created_at", *columns), cursor, size)


def _narrowed(actor: Actor, filters: ShipmentFilters) -> QuerySet[Shipment]:
    rows: QuerySet[Shipment] = Shipment.objects.visible_to(actor)
    if filters.view in VIEWS:
        rows = rows.filter(state__in=VIEWS[filters.view])
    for name in ("state", "plant", "supplier"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.order:
        rows = rows.filter(pk__in=ShipmentOrder.objects.filter(order=filters.order).values("shipment"))
    if filters.text:
        rows = rows.filter(_like(actor, filters.text))
    return rows


def _like(actor: Actor, text: str) -> Q:
    found = Q(delivery_note__icontains=text) | Q(tracking__icontains=text) | Q(carrier__icontains=text)
    number = text.upper().removeprefix("S")
    if number.isascii() and number.isdigit() and len(number) < 10:
        found |= Q(number=int(number))
    named = ShipmentOrder.objects.visible_to(actor).filter(order__number__icontains=text)
    return found | Q(pk__in=named.values("shipment"))


def find_shipment(actor: Actor, shipment_id: UUID) -> Shipment:
    """The notice with its supplier and plant; else :class:`NotFound`."""
    found = Shipment.objects.visible_to(actor).select_related("supplier", "plant").filter(pk=shipment_id).first()
    if found is None:
        raise NotFound(_("There is no such shipment, or it is not yours to see."))
    return found


@dataclass(frozen=True)
class ShipmentDetail:
    """One notice with everything its page shows; what is in it as it was sent last."""

    shipment: Shipment
    versions: list[ShipmentVersion]
    """Newest first."""
    units: list[HandlingUnit]
    """By position, parents before what stands in them."""
    lines: list[ShipmentLine]
    """By position, each with its order line and order."""
    orders: list[ShipmentOrder]
    """Each with its order, by number."""
    draft: ShipmentDraft | None
    changes: list[StateChange]


def shipment_detail(actor: Actor, shipment_id: UUID, most: int | None = None) -> ShipmentDetail:
    """One notice, whole, or with ``most`` of its lines and units. Seven queries. Raises :class:`NotFound`."""
    shipment = find_shipment(actor, shipment_id)
    versions = list(ShipmentVersion.objects.visible_to(actor).filter(shipment=shipment).order_by("-number"))
    units, lines = content(actor, shipment, most)
    orders = ShipmentOrder.objects.visible_to(actor).filter(shipment=shipment).select_related("order")
    draft = draft_of(actor, shipment) if actor.behind_wall else None
    changes = list(history.of(actor, [shipment]))
    return ShipmentDetail(shipment, versions, units, lines, list(orders.order_by("order__number")), draft, changes)


def quantities(actor: Actor, shipment: Shipment) -> dict[int, dict[tuple[str, int, str], tuple[Decimal, str]]]:
    """What each version said, by its number: of each order, position and lot the quantity and its unit. One query."""
    rows = ShipmentLine.objects.visible_to(actor).filter(version__shipment=shipment).order_by()
    place = ("version__number", "line__order__number", "line__position", "lot", "unit_name")
    found: dict[int, dict[tuple[str, int, str], tuple[Decimal, str]]] = defaultdict(dict)
    for number, order, position, lot, unit, total in rows.values_list(*place).annotate(total=Sum("quantity")):
        found[number][order, position, lot] = (total, unit)
    return found


def draft_of(actor: Actor, shipment: Shipment) -> ShipmentDraft | None:
    """What is typed of it and not sent. One query."""
    return ShipmentDraft.objects.visible_to(actor).filter(shipment=shipment).first()


def content(actor: Actor, shipment: Shipment, most: int | None = None) -> tuple[list[HandlingUnit], list[ShipmentLine]]:
    """Handling units and lines of what was sent last, by position, at most as many of each. Two queries."""
    here = {"version__shipment": shipment, "version__number": shipment.version}
    units = HandlingUnit.objects.visible_to(actor).filter(**here).order_by("position")
    lines = ShipmentLine.objects.visible_to(actor).filter(**here).select_related("line__order").order_by("position")
    return list(units[:most]), list(lines[:most])


def plates_of(actor: Actor, shipment: Shipment) -> list[str]:
    """The numbers of the handling units that were sent last, in their order. One query."""
    here = {"version__shipment": shipment, "version__number": F("version__shipment__version")}
    return list(
        HandlingUnit.objects.visible_to(actor).filter(**here).order_by("position").values_list("plate", flat=True)
    )


def sent_notice(shipment: Shipment, units: list[HandlingUnit], lines: list[ShipmentLine]) -> Notice:
    """What was sent last as a notice that says the same again: where a correction begins. Units go by their numbers."""
    plates = {unit.pk: unit.plate for unit in units}
    return Notice(
        delivery_note=shipment.delivery_note,
        departs_on=shipment.departs_on,
        arrives_on=shipment.arrives_on,
        carrier=shipment.carrier,
        tracking=shipment.tracking,
        dangerous_goods=shipment.dangerous_goods,
        note=shipment.note,
        units=tuple(
            NoticeUnit(
                unit.plate,
                unit.kind,
                unit.plate,
                plates[unit.parent_id] if unit.parent_id else "",
                unit.gross_weight,
                unit.tracking,
            )
            for unit in units
        ),
        lines=tuple(
            NoticeLine(
                line=str(row.line_id),
                quantity=row.quantity if row.packed_quantity is None else row.packed_quantity,
                unit=row.packed_unit,
                lot=row.lot,
                made_on=row.made_on,
                expires_on=row.expires_on,
                serials=tuple(row.serials),
                country=row.country,
                within=plates[row.unit_id] if row.unit_id else "",
            )
            for row in lines
        ),
    )


def series_of(supplier: Supplier) -> NumberSeries:
    """What his numbers are made of, and whose turn it is; a fresh one where nothing was said or sent. One query."""
    return NumberSeries.objects.filter(supplier=supplier).first() or NumberSeries(supplier=supplier)
