"""Intervals and limits: nothing passes of which any part is outside."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from quality.measures import Interval, Rounding, Standing, inside, rounded, standing

D = Decimal
ZERO = D(0)
numbers = st.decimals(-1000, 1000, allow_nan=False, allow_infinity=False, places=3)
few = st.integers(-6, 6).map(lambda half: D(half) / 2)
"""So few that ends often meet."""


@st.composite
def intervals(draw: st.DrawFn, ends: st.SearchStrategy[Decimal] = few) -> Interval:
    low, high = sorted((draw(ends), draw(ends)))
    if low == high:
        return Interval.at(low)
    low_known, high_known = draw(st.booleans()), draw(st.booleans())
    return Interval(
        low if low_known else None,
        high if high_known else None,
        low_known and draw(st.booleans()),
        high_known and draw(st.booleans()),
    )


@st.composite
def limits(draw: st.DrawFn) -> tuple[Decimal | None, Decimal | None, bool, bool]:
    least, most = sorted((draw(few), draw(few)))
    opened = least != most
    return (
        draw(st.sampled_from([least, None])),
        draw(st.sampled_from([most, None])),
        opened and draw(st.booleans()),
        opened and draw(st.booleans()),
    )


def allowed(value: Decimal, limit: tuple[Decimal | None, Decimal | None, bool, bool]) -> bool:
    least, most, least_open, most_open = limit
    return (least is None or value > least or (value == least and not least_open)) and (
        most is None or value < most or (value == most and not most_open)
    )


def stands(measured: Interval, limit: tuple[Decimal | None, Decimal | None, bool, bool], **more: object) -> Standing:
    least, most, least_open, most_open = limit
    return standing(measured, least, most, least_open=least_open, most_open=most_open, **more)  # type: ignore[arg-type]


# So dense that every interval and every gap between ends has a value of it, and values beyond all ends.
GRID = [D(quarter) / 8 for quarter in range(-60, 61)]


@given(intervals(), limits())
def test_the_answer_is_that_of_asking_every_value(
    measured: Interval, limit: tuple[Decimal | None, Decimal | None, bool, bool]
) -> None:
    answers = {allowed(value, limit) for value in GRID if measured.holds(value)}
    expected = {frozenset({True}): Standing.INSIDE, frozenset({False}): Standing.OUTSIDE}
    assert stands(measured, limit) is expected.get(frozenset(answers), Standing.UNKNOWN)


@given(intervals(), intervals(), limits())
def test_a_part_of_what_is_inside_is_inside(
    one: Interval, part: Interval, limit: tuple[Decimal | None, Decimal | None, bool, bool]
) -> None:
    assume(all(one.holds(value) for value in GRID if part.holds(value)))
    whole = stands(one, limit)
    if whole is not Standing.UNKNOWN:
        assert stands(part, limit) is whole


@given(intervals(), limits(), few)
def test_wider_limits_never_refuse_what_narrower_let_pass(
    measured: Interval, limit: tuple[Decimal | None, Decimal | None, bool, bool], by: Decimal
) -> None:
    least, most, least_open, most_open = limit
    wider = (
        None if least is None else least - abs(by),
        None if most is None else most + abs(by),
        least_open,
        most_open,
    )
    if stands(measured, limit) is Standing.INSIDE:
        assert stands(measured, wider) is Standing.INSIDE


@given(intervals(), limits(), few, few)
def test_what_a_characteristic_cannot_pass_stands_in_for_unknown_ends_only(
    measured: Interval, limit: tuple[Decimal | None, Decimal | None, bool, bool], a: Decimal, b: Decimal
) -> None:
    floor, ceiling = sorted((a, b))
    found = stands(measured, limit, floor=floor, ceiling=ceiling)
    if measured.low is not None and measured.high is not None:
        assert found is stands(measured, limit)
    real = [value for value in GRID if measured.holds(value) and floor <= value <= ceiling]
    if found is Standing.INSIDE:
        assert all(allowed(value, limit) for value in real)
    if found is Standing.OUTSIDE:
        assert not any(allowed(value, limit) for value in real)


@given(numbers, st.integers(-2, 3), st.sampled_from([Rounding.HALF_EVEN, Rounding.HALF_UP]))
def test_rounding_moves_by_half_a_unit_at_most_and_keeps_order(value: Decimal, places: int, rule: Rounding) -> None:
    unit = D(1).scaleb(-places)
    assert abs(rounded(value, rule, places) - value) <= unit / 2
    assert rounded(rounded(value, rule, places), rule, places) == rounded(value, rule, places)
    assert rounded(value, rule, places) <= rounded(value + D("0.001"), rule, places)


@given(intervals(numbers), limits(), st.sampled_from(list(Rounding)), st.integers(0, 2))
def test_a_rounded_answer_is_that_of_every_rounded_value(
    measured: Interval,
    limit: tuple[Decimal | None, Decimal | None, bool, bool],
    rule: Rounding,
    places: int,
) -> None:
    found = stands(measured, limit, rounding=rule, places=places)
    answers = {allowed(rounded(value, rule, places), limit) for value in GRID if measured.holds(value)}
    if answers == {True, False}:
        assert found is Standing.UNKNOWN
    elif found is not Standing.UNKNOWN and answers:
        assert answers == {found is Standing.INSIDE}


@given(numbers, numbers)
@example(D("0.0"), D("-0.0"))
def test_mirrored_limits_give_the_mirrored_answer(value: Decimal, limit: Decimal) -> None:
    for rule in Rounding:
        assert standing(Interval.at(value), limit, None, rounding=rule) is standing(
            Interval.at(-value), None, -limit, rounding=rule
        )


def test_less_than_something_is_not_yet_less_than_the_limit() -> None:
    below = Interval(None, D("0.05"), high_open=True)
    assert standing(below, None, D("0.01")) is Standing.UNKNOWN
    assert standing(below, None, D("0.05"), most_open=True) is Standing.INSIDE
    assert standing(below, D("0.1"), None) is Standing.OUTSIDE
    assert standing(below, D("0.05"), None) is Standing.OUTSIDE


def test_an_unknown_end_is_inside_where_nothing_can_be_further() -> None:
    below = Interval(None, D("0.0005"), high_open=True)
    assert standing(below, D("0.000"), D("0.0020")) is Standing.UNKNOWN
    assert inside(below, D("0.000"), D("0.0020"), floor=ZERO)
    assert inside(Interval(D("99.9"), None), D("99.5"), D(100), ceiling=D(100))


def test_a_paper_that_contradicts_the_nature_of_things_says_nothing() -> None:
    assert standing(Interval(None, D(0), high_open=True), None, D(5), floor=ZERO) is Standing.UNKNOWN
    assert standing(Interval(None, D(-1)), None, D(5), floor=ZERO) is Standing.UNKNOWN


def test_as_printed_nothing_is_rounded_before_it_is_compared() -> None:
    # ASTM E29 section 5: 0.2504 is more than 0.25, however little.
    assert standing(Interval.at(D("0.2504")), None, D("0.25")) is Standing.OUTSIDE
    assert standing(Interval.at(D("0.250")), None, D("0.25")) is Standing.INSIDE


def test_the_rounding_method_rounds_to_the_last_place_of_the_limit() -> None:
    # ASTM E29 section 6.
    half_even, half_up = Rounding.HALF_EVEN, Rounding.HALF_UP
    assert standing(Interval.at(D("0.2504")), None, D("0.25"), rounding=half_even) is Standing.INSIDE
    assert standing(Interval.at(D("39.45")), D("39.5"), None, rounding=half_even) is Standing.OUTSIDE
    assert standing(Interval.at(D("39.45")), D("39.5"), None, rounding=half_up) is Standing.INSIDE
    assert standing(Interval.at(D("56950")), D("57000"), None, rounding=half_even, places=-2) is Standing.INSIDE
    assert standing(Interval.at(D("-0.5")), D("0"), None, rounding=half_up) is Standing.OUTSIDE


def test_without_limits_everything_is_inside() -> None:
    assert inside(Interval(None, None), None, None)
    assert not inside(Interval(None, None), D(0), None)


@pytest.mark.parametrize(
    ("low", "high", "low_open", "high_open"),
    [
        (D(2), D(1), False, False),
        (D(1), D(1), True, False),
        (D("NaN"), None, False, False),
        (None, D("Infinity"), False, False),
        (None, D(1), True, False),
    ],
)
def test_an_interval_without_a_value_in_it_is_refused(
    low: Decimal | None, high: Decimal | None, low_open: bool, high_open: bool
) -> None:
    with pytest.raises(ValueError, match=r"."):
        Interval(low, high, low_open, high_open)


def test_limits_between_which_nothing_lies_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing lies"):
        standing(Interval.at(D(1)), D(5), D(4))
