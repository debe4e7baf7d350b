"""What the dock reads: what arrives when, what is late or was never announced, and whose a scanned unit is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet

from portal.shared.actor import Actor
from portal.web.pagination import Keyset, Page
from suppliers.models import HandlingUnit, Plant, PurchaseOrder, Shipment, ShipmentLine, ShipmentOrder, ShipmentVersion
from suppliers.queries.shipments_open import OpenLine, unannounced, unannounced_lines
from suppliers.scanning import Scan
from suppliers.shipping_states import NOT_ARRIVED, ON_THE_ROAD, ShipmentState
from suppliers.tolerances import PlantCalendar

VIEWS = ("today", "week", "later", "late", "rest", "correct")
MISSING = "missing"
WEEK = dt.timedelta(days=7)
NOTICE_DAYS = 3
"""So many of the plant's working days before goods are due, their notice is missed."""
MOST_FOUND = 20
ARRIVING = Keyset(("arrives_on", "id"), "arrivals")


@dataclass
class Arrival:
    """One notice, with what the dock wants to know before the truck does."""

    shipment: Shipment
    lines: int = 0
    units: int = 0
    lots: int = 0
    orders: list[ShipmentOrder] = field(default_factory=list)
    """Each with its order and transfer, by number."""


def plants_of(actor: Actor) -> list[Plant]:
    """Where the actor receives. One query."""
    plants = Plant.objects.order_by("name")
    return list(plants if actor.plants is None else plants.filter(pk__in=actor.plants))


def arrivals(
    actor: Actor, view: str, plants: Sequence[Plant], *, now: dt.datetime, cursor: str = "", size: int = 30
) -> Page[Arrival]:
    """What arrives at some plants, the earliest first. Three queries."""
    rows = _expected(actor).filter(_condition(view, plants, now)).select_related("supplier", "plant")
    page = ARRIVING.page(rows, cursor, size)
    found = {shipment.pk: Arrival(shipment) for shipment in page.rows}
    if found:
        said = ShipmentVersion.objects.visible_to(actor).filter(shipment__in=found, number=F("shipment__version"))
        lots = Count("lines__lot", distinct=True, filter=~Q(lines__lot=""))
        for key, lines, units, count in said.annotate(lots=lots).values_list(
            "shipment_id", "lines_count", "units_count", "lots"
        ):
            found[key].lines, found[key].units, found[key].lots = lines, units, count
        orders = ShipmentOrder.objects.visible_to(actor).filter(shipment__in=found).select_related("order")
        for row in orders.order_by("order__number"):
            found[row.shipment_id].orders.append(row)
    return Page(list(found.values()), page.next, page.previous, page.size)


def arrival_counts(actor: Actor, plants: Sequence[Plant], *, now: dt.datetime) -> dict[str, int]:
    """How many there are of each view. One query."""
    counted: dict[str, int] = _expected(actor).aggregate(
        **{view: Count("pk", filter=_condition(view, plants, now)) for view in VIEWS}
    )
    return counted


def missing_notices(
    actor: Actor, plants: Sequence[Plant], *, now: dt.datetime, cursor: str = "", size: int = 30
) -> Page[OpenLine]:
    """What should be announced by now and is not. Three queries."""
    return unannounced_lines(actor, now, _noticed_until(plants, now), cursor=cursor, size=size)


def of_the_dock(actor: Actor, plants: Sequence[Plant], *, now: dt.datetime) -> dict[str, QuerySet[Any]]:
    """What the dock has before it, to be counted: arrivals of ``today``, this ``week`` and ``late`` ones, and lines
    whose notice is ``missing``. Asks nothing by itself.
    """
    arriving = {view: _expected(actor).filter(_condition(view, plants, now)) for view in ("today", "week", "late")}
    return {**arriving, MISSING: unannounced(actor, _noticed_until(plants, now))}


def _noticed_until(plants: Sequence[Plant], now: dt.datetime) -> dict[int, dt.date]:
    """By plant: what is due there until this day should be announced by now."""
    return {
        plant.pk: PlantCalendar.of(plant.working_days, plant.holidays).shifted(today_at(plant, now), NOTICE_DAYS)
        for plant in plants
    }


def today_at(plant: Plant, now: dt.datetime) -> dt.date:
    """The plant's own day."""
    return now.astimezone(ZoneInfo(plant.time_zone)).date()


def _expected(actor: Actor) -> QuerySet[Shipment]:
    return Shipment.objects.visible_to(actor).filter(state__in=ON_THE_ROAD, arrives_on__isnull=False)


def _condition(view: str, plants: Sequence[Plant], now: dt.datetime) -> Q:
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for plant in plants:
        by_day[today_at(plant, now)].append(plant.pk)
    found = Q(pk__in=[])
    for today, keys in by_day.items():
        found |= Q(plant__in=keys) & _of(view, today)
    return found


def _of(view: str, today: dt.date) -> Q:
    return {
        "today": Q(arrives_on=today),
        "week": Q(arrives_on__gt=today, arrives_on__lte=today + WEEK),
        "later": Q(arrives_on__gt=today + WEEK),
        "late": Q(arrives_on__lt=today, state__in=NOT_ARRIVED),
        "rest": Q(state=ShipmentState.PARTLY_RECEIVED),
        "correct": Q(state=ShipmentState.INVALID),
    }[view]


# --- What was scanned -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    """A shipment that a scan may mean, and the unit of it that bears the number."""

    shipment: Shipment
    unit: HandlingUnit | None = None


def find_scanned(actor: Actor, scan: Scan) -> list[Hit]:
    """Shipments that bear what was scanned, or whose units do, and what is expected of the order that it names.

    What is expected first, then the newest. Two queries.
    """
    if not (scan.units or scan.text):
        return []
    units: dict[UUID, HandlingUnit] = {}
    named = HandlingUnit.objects.visible_to(actor).filter(
        Q(plate__in=scan.units) | Q(tracking__in=scan.units), version__number=F("version__shipment__version")
    )
    for unit in named.select_related("version").order_by("-version__at", "position")[:MOST_FOUND]:
        units.setdefault(unit.version.shipment_id, unit)
    wanted = Q(pk__in=units)
    if scan.text:
        texts = {scan.text, scan.text.upper()}
        wanted |= Q(delivery_note__in=texts) | Q(tracking__in=texts)
    if scan.orders:
        inside = ShipmentLine.objects.visible_to(actor).filter(
            line__order__number__in=scan.orders, version__number=F("version__shipment__version")
        )
        wanted |= Q(state__in=ON_THE_ROAD, pk__in=inside.values("version__shipment"))
    if scan.number is not None:
        wanted |= Q(number=scan.number)
    rows = Shipment.objects.visible_to(actor).filter(wanted).select_related("supplier", "plant")
    found = list(rows.order_by("-created_at", "-pk")[:MOST_FOUND])
    found.sort(key=lambda shipment: shipment.state not in ON_THE_ROAD)
    return [Hit(shipment, units.get(shipment.pk)) for shipment in found]


def orders_scanned(actor: Actor, scan: Scan) -> list[PurchaseOrder]:
    """The orders that a scan names, for whoever is to be told that nothing of them is expected. One query."""
    return list(
        PurchaseOrder.objects.visible_to(actor)
        .filter(number__in=scan.orders)
        .select_related("supplier", "plant")
        .order_by("number", "pk")[:MOST_FOUND]
    )


def unit_on_page(actor: Actor, shipment: Shipment, unit: UUID) -> tuple[HandlingUnit, list[ShipmentLine]] | None:
    """A unit of what a shipment said last, with what lies in it directly. Two queries."""
    here = {"version__shipment": shipment, "version__number": shipment.version}
    found = HandlingUnit.objects.visible_to(actor).filter(pk=unit, **here).select_related("parent").first()
    if found is None:
        return None
    lines = ShipmentLine.objects.visible_to(actor).filter(unit=found).select_related("line__order").order_by("position")
    return found, list(lines)
