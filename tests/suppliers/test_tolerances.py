"""The tolerance policy: inclusive bounds, working days, precedence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from suppliers.states import AnswerKind, DateBasis
from suppliers.tolerances import (
    Asked,
    Bounds,
    Delivery,
    PlantCalendar,
    arrival_of,
    basis_of,
    choose,
    judge,
    plain,
    promised_for,
    strayed,
)

WEEK = PlantCalendar()
FRIDAY = dt.date(2026, 11, 20)
ASKED = Asked(Decimal(100), Decimal("5.00"), FRIDAY)

dates = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
near = st.dates(dt.date(2023, 12, 1), dt.date(2024, 12, 31))
"""Near enough to be counted one by one, around a 29 February."""
calendars = st.builds(
    PlantCalendar,
    st.frozensets(st.integers(1, 7), min_size=1),
    st.frozensets(st.dates(dt.date(2024, 1, 1), dt.date(2024, 3, 31)), max_size=10),
)


def on(date: dt.date | None, quantity: object = 100) -> Delivery:
    return Delivery(Decimal(str(quantity)), date, date)


def codes(
    *deliveries: Delivery, kind: AnswerKind = AnswerKind.CHANGED, price: str | None = None, **bounds: object
) -> list[str]:
    limits = Bounds(**{name: Decimal(str(value)) if "days" not in name else value for name, value in bounds.items()})  # type: ignore[arg-type]
    found = judge(ASKED, kind, deliveries, Decimal(price) if price else None, limits, WEEK)
    return [finding.code for finding in found]


@given(calendars, near, near)
@example(WEEK, dt.date(2024, 2, 29), dt.date(2025, 3, 1))
@example(WEEK, dt.date(2024, 3, 1), dt.date(2024, 2, 29))
def test_working_days_equal_counting_them_one_by_one(calendar: PlantCalendar, a: dt.date, b: dt.date) -> None:
    days = abs((b - a).days)
    if b >= a:
        counted = sum(calendar.works_on(a + dt.timedelta(days=step)) for step in range(1, days + 1))
    else:
        counted = -sum(calendar.works_on(b + dt.timedelta(days=step)) for step in range(days))
    assert calendar.moved(a, b) == counted


@given(calendars, dates, dates)
def test_early_and_late_are_counted_alike(calendar: PlantCalendar, a: dt.date, b: dt.date) -> None:
    moved = calendar.moved(a, b)
    assert (moved <= 0) if b < a else (moved >= 0)
    assert calendar.moved(a, a) == 0


def test_a_weekend_is_no_delay_for_the_days_it_spans() -> None:
    assert WEEK.moved(FRIDAY, FRIDAY + dt.timedelta(days=3)) == 1
    assert WEEK.moved(FRIDAY, FRIDAY + dt.timedelta(days=1)) == 0
    assert WEEK.moved(FRIDAY + dt.timedelta(days=3), FRIDAY) == -1


def test_bounds_are_inclusive() -> None:
    assert codes(on(FRIDAY, "105"), quantity_over="5") == []
    assert codes(on(FRIDAY, "105.01"), quantity_over="5") == ["quantity_over"]
    assert codes(on(FRIDAY, "90"), quantity_under="10") == []
    assert codes(on(FRIDAY, "89.99"), quantity_under="10") == ["quantity_under"]
    assert codes(on(FRIDAY + dt.timedelta(days=4)), days_late=2) == []
    assert codes(on(FRIDAY + dt.timedelta(days=5)), days_late=2) == ["late"]
    assert codes(on(FRIDAY - dt.timedelta(days=1)), days_early=1) == []
    assert codes(on(FRIDAY - dt.timedelta(days=2)), days_early=1) == ["early"]
    assert codes(on(FRIDAY), price="5.10", price_up="2") == []
    assert codes(on(FRIDAY), price="5.11", price_up="2") == ["price_up"]
    assert codes(on(FRIDAY), price="4.90", price_down="1") == ["price_down"]


def test_a_split_is_judged_by_its_sum_and_by_each_date() -> None:
    week = FRIDAY + dt.timedelta(days=7)
    assert codes(on(FRIDAY, 60), on(FRIDAY, 40)) == []
    assert codes(on(FRIDAY, 60), on(week, 40)) == ["late"]
    assert codes(on(FRIDAY, 60), on(week, 30)) == ["quantity_under", "late"]


@pytest.mark.parametrize(
    ("kind", "deliveries", "expected"),
    [
        (AnswerKind.REJECTED, (), ["rejected"]),
        (AnswerKind.SUBSTITUTED, (on(FRIDAY),), ["substituted"]),
        (AnswerKind.BACKORDERED, (on(None),), ["no_date"]),
        (AnswerKind.ACCEPTED, (on(FRIDAY),), []),
    ],
)
def test_some_answers_always_go_to_the_buyer(
    kind: AnswerKind, deliveries: tuple[Delivery, ...], expected: list[str]
) -> None:
    generous = Bounds(*[Decimal(999), Decimal(999), 999, 999, Decimal(999), Decimal(999)])
    assert [finding.code for finding in judge(ASKED, kind, deliveries, None, generous, WEEK)] == expected


def test_what_is_shown_of_a_value_just_outside_is_not_the_limit() -> None:
    (finding,) = judge(
        ASKED, AnswerKind.CHANGED, (on(FRIDAY, "102.51"),), None, Bounds(quantity_over=Decimal("2.5")), WEEK
    )
    assert "2.6" in finding.message
    assert "2.5%" in finding.message


@given(st.decimals("0.01", "100000", places=2), st.decimals("0.01", "100000", places=2))
def test_straying_is_a_signed_percentage(actual: Decimal, asked: Decimal) -> None:
    by = strayed(actual, asked)
    assert (by > 0) == (actual > asked)
    assert (by == 0) == (actual == asked)


@given(dates, st.sampled_from(DateBasis), st.integers(0, 90))
def test_arrival_and_hand_over_are_inverse(date: dt.date, basis: DateBasis, days: int) -> None:
    assert promised_for(arrival_of(date, basis, days), basis, days) == date


def test_e_and_f_terms_are_judged_by_hand_over() -> None:
    assert [basis_of(term).value for term in ("EXW", "FCA", "fob", "CIP", "DAP", "DDP", "")] == [
        "ship", "ship", "ship", "arrival", "arrival", "arrival", "arrival",
    ]  # fmt: skip


@given(st.decimals("-1000000", "1000000", places=6, allow_nan=False, allow_infinity=False))
def test_plain_numbers_read_back_as_themselves(number: Decimal) -> None:
    assert Decimal(plain(number)) == number
    assert "E" not in plain(number)


@dataclass(frozen=True)
class Row:
    supplier_id: int | None
    group_id: int | None
    plant_id: int | None
    version: int = 1


def test_the_most_specific_policy_wins_and_the_newest_version_of_it() -> None:
    rows = [
        Row(None, None, None),
        Row(None, None, 3),
        Row(None, 9, None),
        Row(None, 9, 3),
        Row(7, None, 3),
        Row(7, None, 3, 2),
    ]
    for most in range(len(rows), 0, -1):
        chosen = choose(rows[:most], supplier_id=7, group_id=9, plant_id=3)
        assert chosen == rows[most - 1]
    assert choose(rows, supplier_id=8, group_id=None, plant_id=4) == rows[0]
    assert choose([Row(8, None, 3)], supplier_id=7, group_id=None, plant_id=3) is None
