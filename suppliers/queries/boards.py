"""Reads of the home page and of going live: counts, and the first few rows behind each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from portal.shared.actor import Actor
from suppliers.models import ChangeRequest, MasterRequest, OrderLine, Plant, PurchaseOrder, Shipment
from suppliers.queries.orders import FOR_THE_BUYER
from suppliers.queries.receiving import of_the_dock
from suppliers.shipping_states import ShipmentState
from suppliers.states import LineState, MasterState, Mode, Side, SyncMark


@dataclass(frozen=True)
class Dashboard:
    """What needs this person: counts, and the first few rows behind each."""

    to_answer: int
    to_decide: int
    conflicts: int
    late: int
    this_week: int
    orders: list[PurchaseOrder]
    """Orders with lines to answer (supplier) or unanswered (staff), the earliest due first."""
    late_lines: list[OrderLine]
    coming_lines: list[OrderLine]


def dashboard(actor: Actor, *, today: dt.date, rows: int = 5) -> Dashboard:
    """The home page in four queries, whatever the number of orders."""
    lines = OrderLine.objects.visible_to(actor).exclude(order__mode=Mode.OFF)
    due = Coalesce("promised_date", "requested_date")
    alive = Q(state__in=[LineState.OPEN, LineState.PENDING_BUYER, LineState.AGREED])
    week = today + dt.timedelta(days=7)
    counts = lines.annotate(due=due).aggregate(
        to_answer=Count("pk", filter=Q(state=LineState.OPEN)),
        to_decide=Count("pk", filter=FOR_THE_BUYER),
        conflicts=Count("pk", filter=Q(sync=SyncMark.CONFLICT)),
        late=Count("pk", filter=alive & Q(due__lt=today)),
        this_week=Count("pk", filter=Q(state=LineState.AGREED, due__gte=today, due__lt=week)),
    )
    listed = lines.annotate(due=due).select_related("order", "supplier", "plant").order_by("due", "id")
    return Dashboard(
        **counts,
        orders=list(
            PurchaseOrder.objects.visible_to(actor)
            .filter(waiting_lines__gt=0)
            .exclude(mode=Mode.OFF)
            .select_related("supplier", "plant")
            .order_by("next_date", "id")[:rows]
        ),
        late_lines=list(listed.filter(alive, due__lt=today)[:rows]),
        coming_lines=list(listed.filter(state=LineState.AGREED, due__gte=today, due__lt=week)[:rows]),
    )


def waiting_requests(actor: Actor, plants: Sequence[Plant] = (), *, now: dt.datetime) -> dict[str, int]:
    """How much waits for the actor's side beside orders, each by its name: one query.

    ``changes`` of what was agreed, and of the ``masters`` data; shipments to ``correct``; at some ``plants``, notices
    of ``today``, of the ``week``, ``late`` or ``missing``.
    """
    side = Side.SUPPLIER if actor.behind_wall else Side.BUYER
    changes = ChangeRequest.objects.visible_to(actor).exclude(order__mode=Mode.OFF).waiting_for(side)
    masters = MasterRequest.objects.visible_to(actor).filter(state=MasterState.SUBMITTED)
    correct = Shipment.objects.visible_to(actor).filter(state=ShipmentState.INVALID)
    waiting: dict[str, QuerySet[Any]] = {"changes": changes, "masters": masters, "correct": correct}
    if plants:
        waiting |= of_the_dock(actor, plants, now=now)
    first, *others = [
        rows.order_by().values(what=Value(what)).annotate(count=Count("pk")).values_list("what", "count")
        for what, rows in waiting.items()
    ]
    return dict(first.union(*others, all=True))


@dataclass(frozen=True)
class OrdersByMode:
    """How many orders of one supplier and plant stand in one mode; ``was_live`` where they have been live once."""

    supplier_id: int
    plant_id: int
    mode: str
    was_live: bool
    number: int


def orders_by_mode() -> list[OrdersByMode]:
    """Every group there is: one query."""
    was_live = ExpressionWrapper(Q(live_at__isnull=False), output_field=BooleanField())
    rows = PurchaseOrder.objects.annotate(was_live=was_live).values("supplier_id", "plant_id", "mode", "was_live")
    return [OrdersByMode(**row) for row in rows.annotate(number=Count("pk")).order_by()]
