"""Which shipments the day alone moves: what was to leave by now, and what has been quiet for long enough."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from portal.shared.actor import Actor
from suppliers.models import Plant, Receipt, Shipment, ShipmentLine, ShipmentOrder
from suppliers.shipping_states import ShipmentState

REST = dt.timedelta(days=7)
"""So long after the last booking nothing is expected to change."""


def left_by(actor: Actor, now: dt.datetime, only: UUID | None = None) -> list[Shipment]:
    """Announced, and to leave by today, each by its plant's calendar. Two queries."""
    due = Q(pk__in=[])
    for key, zone in Plant.objects.values_list("pk", "time_zone"):
        due |= Q(plant=key, departs_on__lte=now.astimezone(ZoneInfo(zone)).date())
    return _rows(Shipment.objects.visible_to(actor).filter(due, state=ShipmentState.SUBMITTED), only)


def over_since(actor: Actor, quiet: dt.datetime, only: UUID | None = None) -> list[Shipment]:
    """Received, or expected in Odoo no more, and nothing of it booked after ``quiet``. One query."""
    rows = ShipmentLine.objects.filter(
        version__shipment=OuterRef("shipment"),
        version__number=F("version__shipment__version"),
        line__order=OuterRef("order"),
    )
    # An order that a correction took out says nothing of what is still to come.
    awaited = ShipmentOrder.objects.filter(Exists(rows), shipment=OuterRef("pk"), ended_at=None)
    booked = Receipt.objects.filter(shipment=OuterRef("pk"), quantity__gt=0)
    over = Q(state=ShipmentState.RECEIVED) | Q(state=ShipmentState.PARTLY_RECEIVED) & ~Exists(awaited)
    found = Shipment.objects.visible_to(actor).filter(over, Exists(booked), ~Exists(booked.filter(at__gt=quiet)))
    return _rows(found, only)


def _rows(rows: QuerySet[Shipment], only: UUID | None) -> list[Shipment]:
    if only is not None:
        rows = rows.filter(pk=only)
    return list(rows.order_by("pk"))
