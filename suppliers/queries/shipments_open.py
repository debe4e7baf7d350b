"""What is still to be shipped: agreed, less what was received, less what is announced and on its way."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, DateField, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from portal.shared.actor import Actor
from portal.shared.identifiers import among
from portal.web.pagination import Keyset, Page
from suppliers.models import OrderLine, Receipt, ScheduleLine, ShipmentLine
from suppliers.queries.orders import transit_days
from suppliers.shipping_states import NOT_ARRIVED, ON_THE_ROAD, ReceiptKind, ShipmentState
from suppliers.states import DateBasis, LineState, Mode
from suppliers.tolerances import basis_of, promised_for

OPEN_LINES = Keyset(("due", "id"), "open-lines")
UNANNOUNCED = Keyset(("due", "id"), "unannounced")
SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class OpenLine:
    """A line of which something may be shipped. Quantities are in its unit."""

    line: OrderLine
    announced: Decimal
    """On its way and not received."""
    transit: int
    """Days from hand-over to arrival."""
    at: dt.datetime
    """When it is looked at."""

    @property
    def agreed(self) -> Decimal:
        line = self.line
        return line.quantity if line.promised_quantity is None else line.promised_quantity

    @property
    def open(self) -> Decimal:
        return max(Decimal(0), self.agreed - self.line.received_quantity - self.announced)

    @property
    def basis(self) -> DateBasis:
        return basis_of(self.line.order.incoterm)

    @property
    def today(self) -> dt.date:
        return self.at.astimezone(ZoneInfo(self.line.plant.time_zone)).date()

    def arrivals(self) -> list[tuple[dt.date, Decimal]]:
        """What was agreed, by the day it is to arrive."""
        rows = [row for row in self.line.schedule.all() if row.counts]
        return sorted(
            (row.agreed_date or row.date, row.quantity if row.agreed_quantity is None else row.agreed_quantity)
            for row in rows
        )

    def deliveries(self) -> list[tuple[dt.date, Decimal]]:
        """What was agreed, by the day it is to be handed over or to arrive, as the order's Incoterm says."""
        said = self.arrivals()
        return sorted((promised_for(day, self.basis, self.transit), quantity) for day, quantity in said)

    @property
    def next_day(self) -> dt.date | None:
        """The day of the first delivery that is not shipped whole."""
        return self._first_open(self.deliveries())

    @property
    def next_arrival(self) -> dt.date | None:
        """The day on which the first delivery that is not shipped whole is to arrive."""
        return self._first_open(self.arrivals())

    def _first_open(self, deliveries: Iterable[tuple[dt.date, Decimal]]) -> dt.date | None:
        gone = self.line.received_quantity + self.announced
        for day, quantity in deliveries:
            gone -= quantity
            if gone < 0:
                return day
        return None

    def open_deliveries(self) -> list[tuple[dt.date | None, Decimal, Decimal]]:
        """What of its deliveries may be shipped: the day, what was promised for it, what is open. The first are first
        taken as shipped, and together they are what is open of the line.
        """
        gone, left = self.line.received_quantity + self.announced, self.open
        found: list[tuple[dt.date | None, Decimal, Decimal]] = []
        for day, quantity in self.deliveries():
            open_ = min(left, max(Decimal(0), quantity - gone))
            gone, left = max(Decimal(0), gone - quantity), left - open_
            if open_:
                found.append((day, quantity, open_))
        return [*found, (None, self.agreed, left)] if left else found

    @property
    def soon(self) -> Decimal:
        """How much of what is open was promised for the next seven days, or before."""
        until = self.today + SOON
        due = sum((quantity for day, quantity in self.deliveries() if day <= until), Decimal(0))
        return max(Decimal(0), min(self.open, due - self.line.received_quantity - self.announced))

    @property
    def late(self) -> bool:
        return self.next_day is not None and self.next_day < self.today


def open_lines(
    actor: Actor,
    at: dt.datetime,
    *,
    plant: int | None = None,
    supplier: int | None = None,
    order: UUID | None = None,
    keys: Collection[UUID] | None = None,
    but: Collection[UUID] = (),
    cursor: str = "",
    size: int = 100,
) -> Page[OpenLine]:
    """Lines of which something may be shipped, the earliest promised first, or those of ``keys`` as they stand.

    A page may hold fewer than ``size``: what is announced whole is left out after reading. What the shipments ``but``
    announce is not counted. Four queries.
    """
    rows = OrderLine.objects.visible_to(actor).filter(service=False)
    if keys is None:
        agreed = Coalesce("promised_quantity", "quantity")
        rows = rows.filter(state=LineState.AGREED, order__mode=Mode.ON, received_quantity__lt=agreed)
    else:
        rows = rows.filter(pk__in=keys)
    for name, value in (("plant", plant), ("supplier", supplier), ("order", order)):
        if value is not None:
            rows = rows.filter(**{name: value})
    rows = rows.select_related("order", "plant", "supplier").annotate(due=Coalesce("promised_date", "requested_date"))
    page = OPEN_LINES.page(rows.prefetch_related(Prefetch("schedule", ScheduleLine.objects.all())), cursor, size)
    announced = announced_of([line.pk for line in page.rows], but=but)
    transit = transit_days(actor) if page.rows else {}
    found = [
        OpenLine(line, announced.get(line.pk, Decimal(0)), transit.get((line.supplier_id, line.plant_id), 0), at)
        for line in page.rows
    ]
    return Page([one for one in found if one.open or keys is not None], page.next, page.previous, page.size)


def unannounced_lines(
    actor: Actor, at: dt.datetime, until: Mapping[int, dt.date], *, cursor: str = "", size: int = 30
) -> Page[OpenLine]:
    """Confirmed lines of which something is due at its plant by the day that ``until`` says of it, and of which nothing
    is announced: the earliest promised first.

    Three queries.
    """
    rows = (
        unannounced(actor, until)
        .annotate(due=Coalesce("promised_date", "requested_date"))
        .select_related("order", "plant", "supplier")
        .prefetch_related(Prefetch("schedule", ScheduleLine.objects.all()))
    )
    page = UNANNOUNCED.page(rows, cursor, size)
    announced = announced_of([line.pk for line in page.rows])
    found = [OpenLine(line, announced.get(line.pk, Decimal(0)), 0, at) for line in page.rows]
    return Page(found, page.next, page.previous, page.size)


def unannounced(actor: Actor, until: Mapping[int, dt.date]) -> QuerySet[OrderLine]:
    """The same lines to count or to read: more of them should be there by that day than was received, and nothing of
    them is on the road.
    """
    agreed = Coalesce("promised_quantity", "quantity")
    last = Case(*(When(plant=plant, then=Value(day)) for plant, day in until.items()), output_field=DateField())
    said = Coalesce("agreed_quantity", Case(When(in_odoo=True, then="quantity"), default=Decimal(0)))
    schedule = ScheduleLine.objects.annotate(day=Coalesce("agreed_date", "date"), said=said)
    due = schedule.filter(line=OuterRef("pk"), day__lte=OuterRef("last")).order_by().values("line")
    sent = ShipmentLine.objects.filter(line=OuterRef("pk"), version__number=F("version__shipment__version"))
    coming = sent.filter(version__shipment__state__in=NOT_ARRIVED)
    rest = sent.filter(version__shipment__state=ShipmentState.PARTLY_RECEIVED).order_by().values("line")
    arrived = Receipt.objects.filter(
        line=OuterRef("pk"), kind=ReceiptKind.RECEIPT, shipment__state=ShipmentState.PARTLY_RECEIVED
    )
    return (
        OrderLine.objects.visible_to(actor)
        .filter(service=False, state=LineState.AGREED, order__mode=Mode.ON, received_quantity__lt=agreed)
        .annotate(last=last, wanted=Subquery(due.annotate(total=Sum("said")).values("total")))
        .filter(~Exists(coming), wanted__gt=F("received_quantity"))
        .alias(rest=_sum(rest), there=_sum(arrived.order_by().values("line")))
        .filter(rest__lte=F("there"))
    )


def announced_of(lines: Iterable[UUID | str], *, but: Collection[UUID] = ()) -> dict[UUID, Decimal]:
    """What is on the road of each order line: announced, less what of the same notice has arrived, without the
    shipments ``but``. One query.

    Goods booked after a notice was sent, and with no notice, count as its: somebody took them in elsewhere.
    """
    receipts = Receipt.objects.filter(line=OuterRef("line"), kind=ReceiptKind.RECEIPT).order_by().values("line")
    arrived = receipts.filter(shipment=OuterRef("version__shipment"))
    elsewhere = receipts.filter(shipment=None, at__gte=OuterRef("version__shipment__submitted_at"))
    rows = ShipmentLine.objects.filter(
        among("line", lines),
        version__number=F("version__shipment__version"),
        version__shipment__state__in=ON_THE_ROAD,
    )
    if but:
        rows = rows.exclude(version__shipment__in=but)
    by_notice = rows.order_by().values("line", "version__shipment")
    left: dict[UUID, Decimal] = defaultdict(Decimal)
    stray: dict[UUID, Decimal] = {}
    for row in by_notice.annotate(said=Sum("quantity"), there=_sum(arrived), stray=_sum(elsewhere)):
        left[row["line"]] += max(Decimal(0), row["said"] - row["there"])
        stray[row["line"]] = max(stray.get(row["line"], Decimal(0)), row["stray"])
    return {line: max(Decimal(0), quantity - stray[line]) for line, quantity in left.items()}


def _sum(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(total=Sum("quantity")).values("total")), Decimal(0))
