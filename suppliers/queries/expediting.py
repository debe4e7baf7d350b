"""What a buyer has to chase: not answered, overdue, agreed too late for what needs it; the worst damage first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from portal.shared.actor import Actor
from portal.web.pagination import Keyset, Page
from suppliers.models import OrderLine, Plant
from suppliers.queries.orders import line_like
from suppliers.queries.reliability import Days
from suppliers.queries.waiting import asked_since
from suppliers.states import LineState, Mode
from suppliers.tolerances import PlantCalendar

KINDS = ("unanswered", "overdue", "too_late")
DAYS = (1, 2, 3, 5, 10)
"""Working days without an answer to choose from."""
USUAL = 2
LONGEST = dt.timedelta(days=60)
# What endangers demand first, by how many days; then the others, by how many days they wait or are overdue.
WORST = Keyset(("-endangers", "-damage", "requested_date", "id"), "expediting")


@dataclass(frozen=True)
class ExpeditingFilters:
    kind: str = "unanswered"
    days: int = USUAL
    """Working days of the plant, for what is not answered."""
    plant: int | None = None
    supplier: int | None = None
    text: str = ""


def expediting_list(
    actor: Actor,
    filters: ExpeditingFilters,
    plants: Iterable[Plant],
    *,
    now: dt.datetime,
    today: dt.date,
    cursor: str = "",
    size: int = 30,
) -> Page[OrderLine]:
    """Lines of one kind, each with ``since`` (when it began to wait) and ``endangers`` and ``damage``: one query.

    ``damage`` is how many days after it is needed the line arrives at best, where ``endangers`` is 1; else how many
    calendar days it has waited, is overdue, or comes late.
    """
    rows = _of_kind(actor, filters.kind, list(plants), days=filters.days, now=now, today=today)
    if filters.plant:
        rows = rows.filter(plant=filters.plant)
    if filters.supplier:
        rows = rows.filter(supplier=filters.supplier)
    if filters.text:
        rows = rows.filter(line_like(filters.text))
    return WORST.page(rows.select_related("order", "supplier", "plant"), cursor, size)


def expediting_counts(actor: Actor, plants: Sequence[Plant], *, now: dt.datetime, today: dt.date) -> dict[str, int]:
    """How many there are of each kind: one query."""
    conditions = {kind: _condition(kind, plants, USUAL, now, today) for kind in KINDS}
    counted: dict[str, int] = _lines(actor).aggregate(
        **{kind: Count("pk", filter=condition) for kind, condition in conditions.items()}
    )
    return counted


def _of_kind(
    actor: Actor, kind: str, plants: Sequence[Plant], *, days: int, now: dt.datetime, today: dt.date
) -> QuerySet[OrderLine]:
    waited = {
        "unanswered": Days(Value(today), F("since__date")),
        "overdue": Days(Value(today), F("promised_date")),
        "too_late": Days(F("promised_date"), F("needed_date")),
    }[kind]
    # At best it comes today, or when it is promised or wanted.
    at_best = Greatest(Coalesce("promised_date", "requested_date"), Value(today))
    missed = Days(at_best, F("needed_date"))
    rows = _lines(actor).filter(_condition(kind, plants, days, now, today)).annotate(missed=missed, waited=waited)
    endangers = Case(When(missed__gt=0, then=Value(1)), default=Value(0), output_field=IntegerField())
    return rows.annotate(endangers=endangers).annotate(
        damage=Case(When(endangers=1, then=F("missed")), default=F("waited"), output_field=IntegerField())
    )


def _lines(actor: Actor) -> QuerySet[OrderLine]:
    """Lines that can still come, with ``since``: when it was last put to the supplier."""
    return (
        OrderLine.objects.visible_to(actor)
        .filter(state__in=[LineState.OPEN, LineState.AGREED])
        .exclude(order__mode=Mode.OFF)
        .annotate(since=asked_since())
    )


def _condition(kind: str, plants: Sequence[Plant], days: int, now: dt.datetime, today: dt.date) -> Q:
    if kind == "overdue":
        return Q(state=LineState.AGREED, promised_date__lt=today)
    if kind == "too_late":
        return Q(state=LineState.AGREED, promised_date__gt=F("needed_date"))
    waited = Q(pk__in=[])
    for plant in plants:
        waited |= Q(plant=plant, since__lt=_began(plant, days, now))
    return Q(state=LineState.OPEN) & waited


def _began(plant: Plant, days: int, now: dt.datetime) -> dt.datetime:
    """The end of the day by which it must have begun to wait, to have waited so many of the plant's working days."""
    zone = ZoneInfo(plant.time_zone)
    calendar = PlantCalendar.of(plant.working_days, plant.holidays)
    today = now.astimezone(zone).date()
    day = today
    while calendar.moved(day, today) < days and day > today - LONGEST:
        day -= dt.timedelta(days=1)
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, zone)
