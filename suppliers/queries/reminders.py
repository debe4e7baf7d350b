"""Who is to be reminded of what, this morning. Reads only; a bounded number of statements, however many people.

Days are counted, never hours: in working days of the order's plant, up to today on the person's own calendar. So what
is due of a morning depends on the day and the rows alone, not on the minute at which somebody looked. Orders that are
not live, and those from before the cut-over, are nobody's to be reminded of.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery

from suppliers.models import (
    AnswerLine,
    Digest,
    DigestItem,
    MailWish,
    Membership,
    OrderLine,
    Posting,
    PurchaseOrder,
    ScheduleLine,
    User,
)
from suppliers.queries.waiting import asked_since
from suppliers.states import Frequency, LineState, Mode, Role
from suppliers.subjects import SUBJECTS
from suppliers.tolerances import MONDAY_TO_FRIDAY, PlantCalendar

MORNING = 5
"""For so many hours from his own a person may still get the daily mail; after them tomorrow's tells it all."""
LOOK_AHEAD = dt.timedelta(days=31)
"""Delivery dates further away than this are nobody's concern yet, whatever the setting and the plant's holidays."""


# --- Whose morning it is ----------------------------------------------------------------------------------------------


@dataclass
class Person:
    """One whose morning it is: his day, and what he holds where."""

    id: UUID
    day: dt.date
    began: dt.datetime
    """When his morning began: what came later waits for the next one."""
    suppliers: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    plants: dict[int | None, set[str]] = field(default_factory=lambda: defaultdict(set))
    wishes: dict[str, str] = field(default_factory=dict)

    def wants(self, subject: str) -> bool:
        """Whether he wants to be told of it daily."""
        return self.wishes.get(subject, SUBJECTS[subject].default) == Frequency.DAILY


def local(moment: dt.datetime, time_zone: str) -> dt.datetime:
    """A moment on somebody's clock; UTC where this machine does not know his zone."""
    with suppress(LookupError, ValueError, OSError):
        return moment.astimezone(ZoneInfo(time_zone))
    return moment.astimezone(dt.UTC)


def morning(at: dt.datetime, time_zone: str, hour: int, days: Collection[int]) -> tuple[dt.date, dt.datetime] | None:
    """The day, and when it began, if it is morning there on one of these ISO weekdays. Pure.

    The hours are those the clock on the wall shows, so summer time moves nothing and skips nobody.
    """
    here = local(at, time_zone)
    if not hour <= here.hour < hour + MORNING or here.isoweekday() not in (frozenset(days) or MONDAY_TO_FRIDAY):
        return None
    return here.date(), here.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)


def awake(at: dt.datetime) -> list[Person]:
    """Everybody whose morning it is and who has had no daily mail today. Two statements."""
    rows = User.objects.filter(is_active=True).exclude(kind="machine")
    people = []
    for key, zone, hour, days in rows.order_by("pk").values_list("pk", "time_zone", "digest_hour", "digest_days"):
        begun = morning(at, zone, hour, days)
        if begun is not None:
            people.append(Person(key, *begun))
    told = Digest.objects.filter(day__in={person.day for person in people}).values_list("user_id", "day")
    had = set(told)
    return [person for person in people if (person.id, person.day) not in had]


def with_roles(people: Sequence[Person]) -> Sequence[Person]:
    """The same people, with what they hold and wish. Three statements."""
    by_key = {person.id: person for person in people}
    members = Membership.objects.filter(user__in=by_key, ended_at=None, supplier__active=True)
    for user, supplier, role in members.values_list("user_id", "supplier_id", "role"):
        by_key[user].suppliers[supplier].add(role)
    for user, plant, role in Posting.objects.filter(user__in=by_key).values_list("user_id", "plant_id", "role"):
        by_key[user].plants[plant].add(role)
    for user, subject, frequency in MailWish.objects.filter(user__in=by_key).values_list(
        "user_id", "subject", "frequency"
    ):
        by_key[user].wishes[subject] = frequency
    return people


# --- How orders stand -------------------------------------------------------------------------------------------------


@dataclass
class Facts:
    """What reminders ask of one order."""

    order: UUID
    number: str
    supplier: int
    supplier_name: str
    plant: int
    calendar: PlantCalendar
    waiting: list[dt.date] = field(default_factory=list)
    """Since when each open line waits for its answer."""
    pending: list[dt.date] = field(default_factory=list)
    """Since when each answered line waits for the buyer."""
    promised: list[dt.date] = field(default_factory=list)
    """For when each delivery is agreed of which nothing was received."""
    conflicts: int = 0


@dataclass(frozen=True)
class Item:
    """One order that a reminder is about: how many lines or deliveries, and the earliest day they count from."""

    subject: str
    facts: Facts
    count: int
    since: dt.date | None


Due = Sequence[tuple[int, dt.date | None]]
"""How many, since when; nothing where nothing is due."""


def _together(days: Sequence[dt.date]) -> Due:
    return [(len(days), min(days))] if days else []


def _older(days: Iterable[dt.date], facts: Facts, today: dt.date, than: int) -> Due:
    return _together([day for day in days if facts.calendar.moved(day, today) >= than])


def _soon(facts: Facts, today: dt.date) -> Due:
    """Each day for itself, as each is told for itself."""
    ahead = settings.REMIND_DELIVERY_DAYS
    near = [day for day in facts.promised if day >= today and facts.calendar.moved(today, day) <= ahead]
    return [(near.count(day), day) for day in sorted({*near})]


def _answer_escalates() -> int:
    return int(settings.REMIND_ANSWER_DAYS + settings.REMIND_ESCALATE_DAYS)


def _decision_escalates() -> int:
    return int(settings.REMIND_DECISION_DAYS + settings.REMIND_ESCALATE_DAYS)


@dataclass(frozen=True)
class Kind:
    """A reminder: when it is due, as a pure function of an order's facts and the day."""

    due: Callable[[Facts, dt.date], Due]
    instead_of: str = ""
    """The milder reminder of the same order, which is not told beside this one."""
    once: bool = False
    """Told once for each order and day it counts from, not every morning."""


KINDS: Mapping[str, Kind] = {
    "answer_due": Kind(lambda facts, today: _older(facts.waiting, facts, today, settings.REMIND_ANSWER_DAYS)),
    "delivery_due": Kind(_soon, once=True),
    "delivery_late": Kind(lambda facts, today: _together([day for day in facts.promised if day < today])),
    "decision_due": Kind(lambda facts, today: _older(facts.pending, facts, today, settings.REMIND_DECISION_DAYS)),
    "conflict_open": Kind(lambda facts, today: [(facts.conflicts, None)] if facts.conflicts else []),
    "answer_escalated": Kind(
        lambda facts, today: _older(facts.waiting, facts, today, _answer_escalates()), instead_of="answer_due"
    ),
    "decision_escalated": Kind(
        lambda facts, today: _older(facts.pending, facts, today, _decision_escalates()), instead_of="decision_due"
    ),
}
"""By subject; one for every subject that has no letters of its own."""


def standing(places: Q, last: dt.date) -> list[Facts]:
    """The facts of every live order at these places on which somebody may have to act until ``last``.

    Four statements.
    """
    live = places & Q(mode=Mode.ON, imported=False, supplier__active=True)
    orders = PurchaseOrder.objects.open().filter(live).select_related("supplier", "plant")
    found: dict[UUID, Facts] = {}
    calendars: dict[int, PlantCalendar] = {}
    zones: dict[UUID, str] = {}
    wanted = orders.filter(
        Q(waiting_lines__gt=0)
        | Q(pending_lines__gt=0)
        | Q(conflict_lines__gt=0)
        | Q(pk__in=_deliveries(last).values("line__order"))
    )
    for order in wanted.only(
        "number",
        "conflict_lines",
        "supplier__name",
        "plant__time_zone",
        "plant__working_days",
        "plant__holidays",
    ):
        plant = order.plant
        calendar = calendars.setdefault(plant.pk, PlantCalendar.of(plant.working_days, plant.holidays))
        found[order.pk] = Facts(
            order.pk,
            order.number,
            order.supplier_id,
            order.supplier.name,
            plant.pk,
            calendar,
            conflicts=order.conflict_lines,
        )
        zones[order.pk] = plant.time_zone
    for key, state, since in _waiting_lines(live):
        if key in found and since is not None:
            facts = found[key]
            days = facts.waiting if state == LineState.OPEN else facts.pending
            days.append(local(since, zones[key]).date())
    for key, date in (
        _deliveries(last).filter(line__order__in=orders.values("pk")).values_list("line__order", "agreed_date")
    ):
        if key in found and date is not None:
            found[key].promised.append(date)
    return list(found.values())


def _deliveries(last: dt.date) -> QuerySet[ScheduleLine]:
    """Agreed deliveries of which nothing came, promised until ``last``."""
    return ScheduleLine.objects.filter(
        line__state=LineState.AGREED, agreed_quantity__gt=0, agreed_date__lte=last, received_quantity=0
    )


def _waiting_lines(live: Q) -> QuerySet[OrderLine, Any]:
    """Order, state and since when, of every line that waits for the supplier or for the buyer."""
    orders = PurchaseOrder.objects.filter(live).filter(Q(waiting_lines__gt=0) | Q(pending_lines__gt=0))
    answered = AnswerLine.objects.filter(line=OuterRef("pk")).order_by("-number").values("acknowledgement__at")[:1]
    lines = OrderLine.objects.filter(order__in=orders.values("pk"))
    waiting = lines.filter(state=LineState.OPEN).annotate(since=asked_since())
    pending = lines.filter(state=LineState.PENDING_BUYER).annotate(since=Subquery(answered, DateTimeField()))
    fields = ("order_id", "state", "since")
    return waiting.values_list(*fields).union(pending.values_list(*fields), all=True)


Told = tuple[UUID, str, UUID, dt.date | None]
"""Person, subject, order, day."""


# --- Who is told of what ----------------------------------------------------------------------------------------------


def due(people: Sequence[Person], orders: Collection[UUID] | None = None) -> dict[UUID, list[Item]]:
    """By person, what he is to be told this morning, the most urgent first. ``orders`` narrows it to some.

    Six statements, however many people and orders.
    """
    if not people:
        return {}
    suppliers = {key for person in people for key in person.suppliers}
    plants = {key for person in people for key in person.plants}
    places = Q(supplier__in=suppliers)
    if None in plants:
        places = Q()
    elif plants:
        places |= Q(plant__in=plants)
    if orders is not None:
        places &= Q(pk__in=orders)
    last = max(person.day for person in people) + LOOK_AHEAD
    by_supplier: dict[int, list[Facts]] = defaultdict(list)
    by_plant: dict[int | None, list[Facts]] = defaultdict(list)
    for facts in standing(places, last):
        by_supplier[facts.supplier].append(facts)
        by_plant[facts.plant].append(facts)
        by_plant[None].append(facts)
    held = _held_roles(suppliers)
    judged: dict[tuple[UUID, dt.date], list[Item]] = {}

    def items(facts: Facts, day: dt.date) -> list[Item]:
        if (facts.order, day) not in judged:
            judged[facts.order, day] = list(_judge(facts, day))
        return judged[facts.order, day]

    told = _told_once(people)
    found: dict[UUID, list[Item]] = {}
    for person in people:
        mine: dict[tuple[str, UUID, dt.date | None], Item] = {}
        for concern, orders_there in _places(person, held, by_supplier, by_plant):
            for facts in orders_there:
                for item in items(facts, person.day):
                    if item.subject in concern:
                        mine[item.subject, facts.order, item.since] = item
        found[person.id] = _sorted(_chosen(person, mine.values(), told))
    return found


def _places(
    person: Person,
    held: Mapping[int, set[str]],
    by_supplier: Mapping[int, list[Facts]],
    by_plant: Mapping[int | None, list[Facts]],
) -> Iterator[tuple[set[str], list[Facts]]]:
    """For each place where somebody holds something: the subjects that concern him there, and the orders."""
    for supplier, roles in person.suppliers.items():
        if supplier in by_supplier:
            subjects = SUBJECTS.items()
            yield (
                {key for key, one in subjects if _at_supplier(one.supplier, roles, held[supplier])},
                by_supplier[supplier],
            )
    for plant, roles in person.plants.items():
        if plant in by_plant:
            yield {key for key, one in SUBJECTS.items() if roles & {*one.staff}}, by_plant[plant]


def _at_supplier(wanted: Sequence[str], roles: set[str], held: set[str]) -> bool:
    """Whether somebody with these roles is told. Where nobody holds a wanted one, the administrators are."""
    return bool(roles & ({*wanted} & held or {Role.ADMINISTRATOR})) if wanted else False


def _held_roles(suppliers: Collection[int]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(supplier__in=suppliers, ended_at=None, user__is_active=True)
    for supplier, role in rows.values_list("supplier_id", "role").distinct().order_by():
        held[supplier].add(role)
    return held


def _judge(facts: Facts, day: dt.date) -> Iterator[Item]:
    for subject, kind in KINDS.items():
        for count, since in kind.due(facts, day):
            yield Item(subject, facts, count, since)


def _told_once(people: Sequence[Person]) -> set[Told]:
    """What was told on an earlier day of the reminders that are told once."""
    once = [subject for subject, kind in KINDS.items() if kind.once]
    days = {person.id: person.day for person in people}
    rows = DigestItem.objects.filter(user__in=days, subject__in=once, since__gte=min(days.values()))
    return {
        (user, subject, order, since)
        for user, subject, order, since, day in rows.values_list("user", "subject", "order", "since", "digest__day")
        if day < days[user]
    }


def _chosen(person: Person, mine: Iterable[Item], told: Collection[Told]) -> Iterator[Item]:
    wanted = [item for item in mine if person.wants(item.subject)]
    stronger = {(KINDS[item.subject].instead_of, item.facts.order) for item in wanted}
    for item in wanted:
        milder = (item.subject, item.facts.order) in stronger
        if not milder and (person.id, item.subject, item.facts.order, item.since) not in told:
            yield item


def _sorted(items: Iterable[Item]) -> list[Item]:
    place = {subject: number for number, subject in enumerate(SUBJECTS)}
    return sorted(items, key=lambda one: (place[one.subject], one.since or dt.date.min, one.facts.number))
