"""What is printed and what it says: a table, and numbers printed in every notation and read back."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quality.measures import Interval
from quality.reading.figures import Mark
from quality.reading.values import BLANKS, Printed, Says, Unclear, Value, decimal_mark, read_value
from tests.quality.printed import rows

D = Decimal
printable = st.builds(
    lambda whole, places: D(whole).scaleb(-places), st.integers(-(10**8), 10**8), st.integers(0, 6)
).map(lambda value: value + 0)
marks = st.sampled_from([".", ","])
THIN = "\u202f"


def shown(interval: Interval) -> str:
    low, high = interval.low, interval.high
    if low is not None and low == high:
        return f"{low:f}"
    if low is None:
        return f"{'<' if interval.high_open else '≤'}{high:f}"
    if high is None:
        return f"{'>' if interval.low_open else '≥'}{low:f}"
    return f"({low:f}..{high:f})" if interval.low_open and interval.high_open else f"{low:f}..{high:f}"


def described(read: Printed) -> str:
    if read.doubt:
        assert read.interval is None
        assert read.values == ()
        return f"?{read.doubt}"
    parts = [f"{value.statistic} {shown(value.interval)}".strip() for value in read.values]
    says = "" if read.says is Says.NUMBER else f"{read.says} {read.portion}".strip()
    hull = f"= {shown(read.interval)}" if read.interval and len(parts) > 1 else ""
    return " ".join(part for part in (says, "; ".join(parts), hull, read.unit) if part)


@pytest.mark.parametrize(("text", "says"), rows())
def test_what_is_printed_says(text: str, says: str) -> None:
    assert described(read_value(text)) == says


def test_the_table_is_long_and_says_everything_once() -> None:
    assert len(rows()) == len(dict(rows())) >= 150


def test_blanks_are_told_apart() -> None:
    said = [read_value(text).says for text in ("", "  ", "–", "n/a", "not tested")]
    assert said == [Says.EMPTY, Says.EMPTY, Says.DASH, Says.NOT_APPLICABLE, Says.NOT_TESTED]
    assert set(said) == BLANKS


def write(value: Decimal, mark: str, group: str) -> str:
    return f"{value:,f}".replace(",", "g").replace(".", mark).replace("g", group)


@given(printable, marks, st.booleans())
@example(D("1.234"), ".", False)
@example(D("1234"), ",", True)
@example(D("-0.001"), ",", True)
def test_a_number_printed_in_any_notation_is_read_back(value: Decimal, mark: Mark, minus: bool) -> None:
    for group in ("", "," if mark == "." else ".", "'", "’", THIN, "\u00a0", "\u2009"):
        text = write(value, mark, group)
        if minus:
            text = text.replace("-", "−")
        read = read_value(text, mark=mark)
        assert read.interval == Interval.at(value), text
        assert read.decimals == max(0, -int(value.as_tuple().exponent))


@given(printable, marks, st.sampled_from(["", ",", ".", "'"]))
def test_without_the_papers_mark_a_number_is_right_or_doubted(value: Decimal, mark: str, group: str) -> None:
    if group == mark:
        return
    read = read_value(write(value, mark, group))
    assert read.interval == Interval.at(value) or read.doubt is Unclear.DECIMAL


@given(printable, st.integers(-30, 30))
def test_powers_of_ten_are_read_back(value: Decimal, ten: int) -> None:
    raised = "".join(dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))[one] for one in str(ten))
    for text in (f"{value:f}E{ten}", f"{value:f} x 10^{ten}", f"{value:f}·10{raised}", f"{value:f} × 10{raised}"):
        read = read_value(text, mark=".")
        assert read.interval == Interval.at(value.scaleb(ten)), text


@given(printable, marks, st.sampled_from(["%", " mg/kg", " N/mm²", "J", " g/10 min", " °C", " CFU/25 g"]))
def test_bounds_keep_their_number_and_unit(value: Decimal, mark: Mark, unit: str) -> None:
    number = write(value, mark, "") + unit
    bounds = {
        "< ": Interval(None, value, high_open=True),
        "≤": Interval(None, value),
        "=<": Interval(None, value),
        "max. ": Interval(None, value),
        "NMT ": Interval(None, value),
        "bis ": Interval(None, value),
        ">": Interval(value, None, low_open=True),
        "≥ ": Interval(value, None),
        "mind. ": Interval(value, None),
        "not less than ": Interval(value, None),
    }
    for sign, interval in bounds.items():
        read = read_value(sign + number, mark=mark)
        assert (read.interval, read.unit) == (interval, unit.strip()), sign + number


@given(printable, printable, marks, st.sampled_from([" - ", " – ", "...", " to ", " bis ", "–", "-", " ... "]))
def test_ranges_hold_what_lies_between(one: Decimal, other: Decimal, mark: Mark, between: str) -> None:
    low, high = sorted((one, other))
    text = write(low, mark, "") + between + write(high, mark, "")
    read = read_value(text, mark=mark)
    if read.doubt:
        # "-5--3" is typing that nobody reads at sight; "1-2-03" may be a date.
        assert between in ("-", "–", "...")
    else:
        assert read.interval == Interval(low, high), text


@given(st.lists(printable, min_size=2, max_size=6), marks, st.sampled_from(["; ", " / ", ", ", " | "]))
def test_several_results_stay_several(values: list[Decimal], mark: Mark, between: str) -> None:
    text = between.join(write(value, mark, "") for value in values)
    read = read_value(text, mark=mark)
    signs = len(values) in (2, 3) and between != " | " and any(value < 0 for value in values)
    gap = between == ", " and mark == "," and len(values) == 2 and read.doubt is Unclear.DECIMAL
    if not signs and not gap:
        assert read.values == tuple(
            Value(Interval.at(value), max(0, -int(value.as_tuple().exponent))) for value in values
        )
        assert read.interval is None


@given(printable, st.decimals(0, 100, places=2), marks)
def test_a_tolerance_reaches_both_ways(value: Decimal, by: Decimal, mark: Mark) -> None:
    for sign in ("±", " ± ", " +/- "):
        read = read_value(f"{write(value, mark, '')}{sign}{write(by, mark, '')} mm", mark=mark)
        assert read.interval == Interval(value - by, value + by)


PIECES = [
    *("5", "1.5", "1,234", "-2", "10^3", "e5", "<", ">", "≤", "max.", "min", "=", "ca.", "Ø", "ND", "n.d."),
    *("-", "–", "to", "bis", "/", ";", ",", "±", "(", ")", "*", "%", "mg/kg", "J"),
]
cells = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,-–<>≤±/ %()eE^x·'max inNDg²⁻µ;:*", max_size=24),
    st.lists(st.sampled_from(PIECES), max_size=7).map(" ".join),
)


@given(cells, st.sampled_from([None, ".", ","]))
@example("1" * 200, None)
@example("1 " * 80, None)
@example("1,234 " * 26, ",")
@example("(" * 160, None)
@example("<" * 160, None)
@example("5 " + "a" * 150, None)
def test_whatever_is_printed_is_read_whole_or_doubted(text: str, mark: Mark | None) -> None:
    read = read_value(text, mark=mark)
    assert read.text == text
    if read.doubt:
        assert read.interval is None
        assert read.values == ()
    elif read.values:
        said = {end for value in read.values for end in (value.interval.low, value.interval.high) if end is not None}
        digits = [one for one in text if one.isdigit()]
        assert said
        assert digits, "a number out of nothing"
        assert read.decimals is not None
    elif read.says is Says.NUMBER:
        raise AssertionError("a number that is none and not doubted")


@given(st.lists(printable, min_size=1, max_size=5), marks)
def test_a_paper_proves_its_own_mark_or_nothing(values: list[Decimal], mark: Mark) -> None:
    other = "," if mark == "." else "."
    for group in ("", other, "'"):
        assert decimal_mark([write(value, mark, group) for value in values]) in (mark, None)


def test_what_a_paper_proves() -> None:
    assert decimal_mark(["1,234", "0,05", "<0,1"]) == ","
    assert decimal_mark(["1.234", "12.5 mm", "10.0 - 12.0"]) == "."
    assert decimal_mark(["1,234.5"]) == "."
    assert decimal_mark(["1.234.567"]) == ","
    assert decimal_mark(["1.234", "5", "ND"]) is None
    assert decimal_mark(["0.5", "0,5"]) is None
    assert decimal_mark(["12.12.2021", "DIN 1.05 x", "EN 10204-3.1", "1,234"]) is None
    assert decimal_mark([]) is None


def test_a_mark_settles_what_is_ambiguous_and_doubts_what_contradicts_it() -> None:
    assert read_value("1,234", mark=",").interval == Interval.at(D("1.234"))
    assert read_value("1,234", mark=".").interval == Interval.at(D("1234"))
    assert read_value("0.5", mark=",").doubt is Unclear.DECIMAL
    assert read_value("0,5 - 1.234").interval == Interval(D("0.5"), D("1234"))
    assert read_value("0,5 - 1.234", mark=".").doubt is Unclear.DECIMAL


def test_a_long_text_is_left_alone_and_costs_nothing() -> None:
    began = time.perf_counter()
    for size in (161, 10_000, 1_000_000):
        assert read_value("9" * size).doubt is Unclear.TEXT
    for text in ("1 " * 80, "<" * 159 + "1", "1." * 80, "(" + "min " * 39, "1'" * 80, "a 1" * 53, "10^" * 53):
        assert read_value(text).interval is None
    assert time.perf_counter() - began < 5
