"""Notice and receipt side by side: every way in which they can differ, and that nothing is lost on the way."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.comparing import Announced, Booked, Verdict, asn_accuracy, compare

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def said(quantity: int, lot: str = "", line: UUID = ONE, plate: str = "") -> Announced:
    return Announced(line, Decimal(quantity), lot, plate)


def came(quantity: int, *names: str, line: UUID = ONE, plate: str = "", returned: bool = False) -> Booked:
    return Booked(line, Decimal(quantity), names, plate, returned)


@pytest.mark.parametrize(
    ("announced", "booked", "expected"),
    [
        ([said(60, "L1")], [came(60, "L1")], [("L1", 60, 60, "equal")]),
        ([said(60, "L1")], [came(40, "L1"), came(20, "L1")], [("L1", 60, 60, "equal")]),
        ([said(60, "L1")], [came(59, "L1")], [("L1", 60, 59, "short")]),
        ([said(60, "L1")], [came(61, "L1")], [("L1", 60, 61, "over")]),
        ([said(60, "L1")], [], [("L1", 60, 0, "missing")]),
        ([said(60, "L1")], [came(60, "L9")], [("L1", 60, 0, "missing"), ("L9", 0, 60, "other_lot")]),
        ([said(60)], [came(5, line=TWO)], [("", 60, 0, "missing"), ("", 0, 5, "not_announced")]),
        # The plant's name for the lot stands behind the supplier's own.
        ([said(60, "L1")], [came(60, "", "L1")], [("L1", 60, 60, "equal")]),
        # Where only one of them speaks of lots, lots tell nothing.
        ([said(60, "L1"), said(40, "L2")], [came(70)], [("L1", 60, 60, "equal"), ("L2", 40, 10, "short")]),
        ([said(60, "L1"), said(40, "L2")], [came(110)], [("L1", 60, 60, "equal"), ("L2", 40, 50, "over")]),
        ([said(60)], [came(30, "A"), came(30, "B")], [("", 60, 60, "equal")]),
        # A lot that is told comes first, in whatever order things were booked.
        ([said(60, "L1"), said(40)], [came(40), came(60, "L1")], [("L1", 60, 60, "equal"), ("", 40, 40, "equal")]),
        ([said(20, "L1"), said(40, "L1")], [came(60, "L1")], [("L1", 60, 60, "equal")]),
    ],
)  # fmt: skip
def test_what_came_is_judged_lot_by_lot(
    announced: list[Announced], booked: list[Booked], expected: list[tuple[str, int, int, str]]
) -> None:
    rows = compare(announced, booked)
    assert [(row.lot, row.announced, row.received, row.verdict.value) for row in rows] == expected


def test_what_went_back_stands_beside_and_undoes_nothing() -> None:
    (row,) = compare([said(60, "L1")], [came(15, "L1", returned=True), came(60, "L1")])
    assert (row.verdict, row.returned) == (Verdict.EQUAL, 15)
    first, second = compare([said(60), said(40, "L2")], [came(100), came(70, returned=True)])
    assert (first.returned, second.returned) == (60, 10)


def test_handling_units_are_named_once() -> None:
    (row,) = compare(
        [said(20, "L1", plate="A"), said(20, "L1", plate="B"), said(20, "L1", plate="A")],
        [came(40, "L1", plate="A"), came(20, "L1")],
    )
    assert (row.said_in, row.found_in) == (["A", "B"], ["A"])


def test_accuracy_counts_what_was_announced() -> None:
    assert asn_accuracy([]) is None
    assert asn_accuracy(compare([], [came(5)])) is None
    announced = [said(60, "L1"), said(40, "L2"), said(5, line=TWO)]
    rows = compare(announced, [came(60, "L1"), came(40, "X"), came(5, line=TWO)])
    assert asn_accuracy(rows) == Decimal(2) / 3


LINES = st.sampled_from([ONE, TWO, THREE])
LOTS = st.sampled_from(["", "L1", "L2", "L3"])
AMOUNTS = st.decimals("0.001", "9999", places=3)
SAID = st.lists(st.builds(Announced, LINES, AMOUNTS, LOTS, st.sampled_from(["", "P1", "P2"])), max_size=8)
CAME = st.lists(
    st.builds(Booked, LINES, AMOUNTS, st.tuples(LOTS, LOTS), st.sampled_from(["", "P1"]), st.booleans()), max_size=8
)


@given(SAID, CAME)
def test_nothing_is_lost_and_nothing_counted_twice(announced: list[Announced], booked: list[Booked]) -> None:
    totals: dict[UUID, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for row in compare(announced, booked):
        for at, quantity in enumerate((row.announced, row.received, row.returned)):
            totals[row.line][at] += quantity
    wanted: dict[UUID, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for one in announced:
        wanted[one.line][0] += one.quantity
    for other in booked:
        wanted[other.line][2 if other.returned else 1] += other.quantity
    assert {line: [*sums] for line, sums in totals.items()} == {line: [*sums] for line, sums in wanted.items()}


@given(SAID, st.randoms())
def test_exactly_what_was_announced_is_accurate_in_whatever_order(announced: list[Announced], random: object) -> None:
    booked = [Booked(one.line, one.quantity, (one.lot,)) for one in announced]
    random.shuffle(booked)  # type: ignore[attr-defined]
    rows = compare(announced, booked)
    assert {row.verdict for row in rows} <= {Verdict.EQUAL}
    assert asn_accuracy(rows) == (Decimal(1) if announced else None)


@given(SAID, CAME)
def test_accuracy_is_a_share_and_one_only_where_every_lot_is_equal(
    announced: list[Announced], booked: list[Booked]
) -> None:
    rows = compare(announced, booked)
    share = asn_accuracy(rows)
    if share is not None:
        assert 0 <= share <= 1
        assert (share == 1) == all(row.verdict == Verdict.EQUAL for row in rows if row.announced)
