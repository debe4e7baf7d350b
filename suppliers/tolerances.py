"""How far an answer strays from the order, and whether that is too far. Pure: no clock, no database.

Quantity is judged as the sum of the promises against the ordered quantity, over and under apart. Dates are judged
promise by promise as arrival at the plant, in the plant's working days, against the reference date: the requested date
of the current revision before anything was agreed, the first agreed date after it, so that two days a week never become
months. Bounds are inclusive. A rejection, a substitute, another unit and a backorder without a date always go to the
buyer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suppliers.states import AnswerKind, DateBasis

MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})
WORKDAY = (dt.time(8), dt.time(16))
"""From when until when people are at work, for ages that are compared with a target in working hours."""
# Incoterms 2020: under E and F terms the seller's part ends at hand-over, under C and D terms it reaches the plant.
HAND_OVER_TERMS = ("E", "F")


@dataclass(frozen=True)
class Bounds:
    """Inclusive limits: quantity and price in percent of the order, dates in working days."""

    quantity_over: Decimal = Decimal(0)
    quantity_under: Decimal = Decimal(0)
    days_early: int = 0
    days_late: int = 0
    price_up: Decimal = Decimal(0)
    price_down: Decimal = Decimal(0)


@dataclass(frozen=True)
class PlantCalendar:
    """On which days a plant works: ISO weekday numbers, less single closed days."""

    working_days: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[dt.date] = frozenset()

    @classmethod
    def of(cls, working_days: Iterable[int], holidays: Iterable[str]) -> PlantCalendar:
        """From a plant's stored calendar; no working days stored means Monday to Friday."""
        days = frozenset(working_days) or MONDAY_TO_FRIDAY
        return cls(days, frozenset(dt.date.fromisoformat(day) for day in holidays))

    def works_on(self, day: dt.date) -> bool:
        return day.isoweekday() in self.working_days and day not in self.holidays

    def hours(self, since: dt.datetime, until: dt.datetime, zone: dt.tzinfo) -> float:
        """Working hours between two moments, by the plant's clock; a working day is :data:`WORKDAY`."""
        if until <= since:
            return 0.0
        began, ended = since.astimezone(zone), until.astimezone(zone)
        total, day = dt.timedelta(), began.date()
        while day <= ended.date():
            if self.works_on(day):
                opens, closes = (dt.datetime.combine(day, time, zone) for time in WORKDAY)
                total += max(min(closes, ended) - max(opens, began), dt.timedelta())
            day += dt.timedelta(days=1)
        return total.total_seconds() / 3600

    def shifted(self, reference: dt.date, by: int) -> dt.date:
        """The nearest day that is ``by`` working days from ``reference``: the inverse of :meth:`moved`."""
        day, left = reference, abs(by)
        while left:
            day += dt.timedelta(days=1 if by > 0 else -1)
            left -= self.works_on(day)
        return day

    def moved(self, reference: dt.date, promised: dt.date) -> int:
        """Working days from ``reference`` to ``promised``: negative for early, 0 for the same day.

        The reference day itself is not counted: from a Friday to the Monday after it is one day.
        """
        first, last = sorted((reference, promised))
        weeks, rest = divmod((last - first).days, 7)
        count = weeks * len(self.working_days)
        # The part week that ends on the last day, and the closed days that would have been worked.
        late = promised >= reference
        part = range(1, rest + 1) if late else range(rest)
        start = first + dt.timedelta(weeks=weeks)
        count += sum((start + dt.timedelta(days=step)).isoweekday() in self.working_days for step in part)
        low, high = (first, last) if late else (first - dt.timedelta(days=1), last - dt.timedelta(days=1))
        count -= sum(low < day <= high and day.isoweekday() in self.working_days for day in self.holidays)
        return count if late else -count


@dataclass(frozen=True)
class Delivery:
    """One promised delivery: the date as said (None: not known yet) and as arrival at the plant."""

    quantity: Decimal
    date: dt.date | None
    arrival: dt.date | None


@dataclass(frozen=True)
class Asked:
    """What the answer is compared with. ``reference`` is the arrival date it is measured from."""

    quantity: Decimal
    price: Decimal
    reference: dt.date
    agreed_before: bool = False


@dataclass(frozen=True)
class Finding:
    """One reason why an answer goes to the buyer. ``limit`` and ``actual`` are plain numbers as text."""

    code: str
    message: str
    limit: str = ""
    actual: str = ""

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "limit": self.limit, "actual": self.actual}


@dataclass(frozen=True)
class Strayed:
    """How far an answer strays, whatever is allowed: percent of the order, working days from the reference date.

    Percents are rounded away from 0 to 6 decimals, so that comparing them with a bound of 2 decimals gives what
    comparing the exact ones gives.
    """

    quantity_by: Decimal = Decimal(0)
    price_by: Decimal = Decimal(0)
    days_early: int = 0
    days_late: int = 0


FURTHEST = Decimal(999_999)
"""Percent; no bound reaches 1,000."""


def basis_of(incoterm: str) -> DateBasis:
    """Whether promised dates mean hand-over or arrival. An order without an Incoterm is delivered: arrival."""
    return DateBasis.SHIP if incoterm[:1].upper() in HAND_OVER_TERMS else DateBasis.ARRIVAL


def arrival_of(date: dt.date, basis: DateBasis, transit_days: int) -> dt.date:
    """A promised date as arrival at the plant; transit is counted in calendar days."""
    return date + dt.timedelta(days=transit_days) if basis is DateBasis.SHIP else date


def promised_for(arrival: dt.date, basis: DateBasis, transit_days: int) -> dt.date:
    """The date to promise so that the goods arrive on ``arrival``: the inverse of :func:`arrival_of`."""
    return arrival - dt.timedelta(days=transit_days) if basis is DateBasis.SHIP else arrival


def strayed(actual: Decimal, asked: Decimal) -> Decimal:
    """By how many percent ``actual`` differs from ``asked``; 100 where nothing was asked for."""
    if asked == 0:
        return Decimal(0) if actual == 0 else Decimal(100)
    return (actual - asked) / asked * 100


def measure(asked: Asked, deliveries: Sequence[Delivery], price: Decimal | None, calendar: PlantCalendar) -> Strayed:
    """How far an answer strays. What promises nothing strays by nothing: it goes to the buyer for what it is."""
    if not deliveries:
        return Strayed()
    moved = [calendar.moved(asked.reference, one.arrival) for one in deliveries if one.arrival]
    promised = sum((one.quantity for one in deliveries), Decimal(0))
    return Strayed(
        _kept(strayed(promised, asked.quantity)),
        Decimal(0) if price is None else _kept(strayed(price, asked.price)),
        max(0, -min(moved, default=0)),
        max(0, max(moved, default=0)),
    )


def _kept(percent: Decimal) -> Decimal:
    clamped = max(-FURTHEST, min(FURTHEST, percent))
    return clamped.quantize(Decimal("0.000001"), rounding="ROUND_UP")


MEASURED = ("quantity_over", "quantity_under", "early", "late", "price_up", "price_down")
"""The findings that another policy could spare; every other one is the buyer's whatever the policy."""


def carried_over(promised: Sequence[Delivery], quantity: Decimal, rest: Delivery) -> tuple[Delivery, ...]:
    """An earlier promise on a line whose ordered quantity is now ``quantity``.

    Less is cut from the last deliveries; of more, the rest is promised as ``rest`` says.
    """
    kept: list[Delivery] = []
    left = quantity
    for one in promised:
        if left <= 0:
            break
        kept.append(replace(one, quantity=min(one.quantity, left)))
        left -= kept[-1].quantity
    if left > 0:
        same = [index for index, one in enumerate(kept) if one.arrival == rest.arrival]
        if same:
            kept[same[-1]] = replace(kept[same[-1]], quantity=kept[same[-1]].quantity + left)
        else:
            kept.append(replace(rest, quantity=left))
    return tuple(kept)


def judge(
    asked: Asked,
    kind: AnswerKind,
    deliveries: Sequence[Delivery],
    price: Decimal | None,
    bounds: Bounds,
    calendar: PlantCalendar,
) -> tuple[Finding, ...]:
    """Every reason why this answer goes to the buyer; none means it is accepted at once."""
    if kind is AnswerKind.ACCEPTED:
        return ()
    findings: list[Finding] = []
    if kind is AnswerKind.REJECTED:
        return (Finding("rejected", _("A rejected line is always decided by the buyer.")),)
    if kind is AnswerKind.SUBSTITUTED:
        findings.append(Finding("substituted", _("A substitute is always decided by the buyer.")))
    findings += _quantity(asked, sum((delivery.quantity for delivery in deliveries), Decimal(0)), bounds)
    for delivery in deliveries:
        findings += _date(asked, delivery, bounds, calendar)
    if price is not None:
        findings += _price(asked, price, bounds)
    return tuple(findings)


def unit_corrected() -> Finding:
    """The supplier sells the item in another unit: whatever he promises, a buyer looks at it."""
    return Finding("unit", _("Another unit is always decided by the buyer."))


def _quantity(asked: Asked, promised: Decimal, bounds: Bounds) -> list[Finding]:
    by = strayed(promised, asked.quantity)
    if by > bounds.quantity_over:
        message = _("The quantity is %(by)s%% over the order; %(limit)s%% is allowed.")
        return [_percent_finding("quantity_over", message, by, bounds.quantity_over)]
    if -by > bounds.quantity_under:
        message = _("The quantity is %(by)s%% under the order; %(limit)s%% is allowed.")
        return [_percent_finding("quantity_under", message, -by, bounds.quantity_under)]
    return []


def _date(asked: Asked, delivery: Delivery, bounds: Bounds, calendar: PlantCalendar) -> list[Finding]:
    if delivery.arrival is None:
        return [Finding("no_date", _("A backorder without a date is always decided by the buyer."))]
    moved = calendar.moved(asked.reference, delivery.arrival)
    since = _("first agreed") if asked.agreed_before else _("requested")
    facts = {
        "day": date_format(delivery.arrival, "SHORT_DATE_FORMAT"),
        "reference": date_format(asked.reference, "SHORT_DATE_FORMAT"),
        "since": since,
    }
    if moved > bounds.days_late:
        message = ngettext(
            "Arrival on %(day)s is %(by)d working day later than %(since)s (%(reference)s); %(limit)d allowed.",
            "Arrival on %(day)s is %(by)d working days later than %(since)s (%(reference)s); %(limit)d allowed.",
            moved,
        ) % {**facts, "by": moved, "limit": bounds.days_late}
        return [Finding("late", message, str(bounds.days_late), str(moved))]
    if -moved > bounds.days_early:
        message = ngettext(
            "Arrival on %(day)s is %(by)d working day earlier than %(since)s (%(reference)s); %(limit)d allowed.",
            "Arrival on %(day)s is %(by)d working days earlier than %(since)s (%(reference)s); %(limit)d allowed.",
            -moved,
        ) % {**facts, "by": -moved, "limit": bounds.days_early}
        return [Finding("early", message, str(bounds.days_early), str(-moved))]
    return []


def _price(asked: Asked, price: Decimal, bounds: Bounds) -> list[Finding]:
    by = strayed(price, asked.price)
    if by > bounds.price_up:
        message = _("The price is %(by)s%% above the order; %(limit)s%% is allowed.")
        return [_percent_finding("price_up", message, by, bounds.price_up)]
    if -by > bounds.price_down:
        message = _("The price is %(by)s%% below the order; %(limit)s%% is allowed.")
        return [_percent_finding("price_down", message, -by, bounds.price_down)]
    return []


def _percent_finding(code: str, message: str, by: Decimal, limit: Decimal) -> Finding:
    # Shown rounded up, so that "2.5 % over, 2.5 % allowed" cannot be read of something just outside.
    shown = by.quantize(Decimal("0.1"), rounding="ROUND_CEILING")
    words = {"by": number_format(shown), "limit": number_format(plain(limit))}
    return Finding(code, message % words, plain(limit), plain(by.quantize(Decimal("0.000001"))))


def plain(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros: ``2.5``, ``100``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Policy(Protocol):
    """What :func:`choose` reads of a policy row; see ``models.TolerancePolicy``."""

    version: int

    @property
    def supplier_id(self) -> int | None: ...
    @property
    def group_id(self) -> int | None: ...
    @property
    def plant_id(self) -> int | None: ...


AnyPolicy = TypeVar("AnyPolicy", bound=Policy)


def choose(
    policies: Iterable[AnyPolicy],
    *,
    supplier_id: int,
    group_id: int | None,
    plant_id: int,
    age: Callable[[AnyPolicy], Any] = attrgetter("version"),
) -> AnyPolicy | None:
    """The policy in force: supplier and plant > group and plant > group > plant > default, of each the newest by
    ``age``.
    """
    scopes = (
        (supplier_id, None, plant_id),
        (None, group_id, plant_id) if group_id else None,
        (None, group_id, None) if group_id else None,
        (None, None, plant_id),
        (None, None, None),
    )
    newest: dict[tuple[int | None, int | None, int | None], AnyPolicy] = {}
    for policy in policies:
        scope = (policy.supplier_id, policy.group_id, policy.plant_id)
        if scope not in newest or age(newest[scope]) < age(policy):
            newest[scope] = policy
    return next((newest[scope] for scope in scopes if scope in newest), None)
