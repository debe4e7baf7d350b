"""When a line may be written, and when a person's work in Odoo must stand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from integrations.office.odoo.comparison import Actual, Finding, LinePlan, Row, Values

small = st.builds(
    Values,
    st.sampled_from([Decimal(0), Decimal(40), Decimal(60)]),
    st.sampled_from([Decimal(5), Decimal(6)]),
    st.sampled_from([dt.date(2027, 1, 1), dt.date(2027, 1, 8)]),
)


def actual(values: Values, received: int = 0, *, same_goods: bool = True) -> Actual:
    return Actual(7, values, Decimal(received), same_goods, {})


def row(target: Values, mirror: Values | None, found: Actual | None, sent: Values | None = None) -> Row:
    return Row(uuid4(), target, mirror, Decimal(0), sent, found)


AGREED = Values(Decimal(60), Decimal(5), dt.date(2027, 1, 8))
KNOWN = Values(Decimal(100), Decimal(5), dt.date(2027, 1, 1))
EDITED = Values(Decimal(90), Decimal(5), dt.date(2027, 1, 1))


@given(small, st.none() | small, st.none() | small, st.none() | small, st.integers(0, 1), st.booleans())
def test_only_what_is_as_it_was_known_is_ever_replaced(
    target: Values, mirror: Values | None, sent: Values | None, found: Values | None, received: int, same: bool
) -> None:
    one = row(target, mirror, actual(found, received, same_goods=same) if found else None, sent)
    if one.finding is Finding.WRITE and found is not None:
        assert found != target
        assert found in (mirror, sent)
        assert received == 0
        assert same
    if one.finding is Finding.EQUAL:
        assert found == target or (found is None and mirror is None and not target.quantity)


def test_the_cases_by_name() -> None:
    assert row(AGREED, KNOWN, actual(KNOWN)).finding is Finding.WRITE
    assert row(AGREED, KNOWN, actual(AGREED)).finding is Finding.EQUAL
    assert row(AGREED, KNOWN, actual(EDITED)).finding is Finding.CONFLICT
    assert row(AGREED, KNOWN, actual(KNOWN, 10)).finding is Finding.CONFLICT
    assert row(AGREED, KNOWN, actual(KNOWN, same_goods=False)).finding is Finding.CONFLICT
    assert row(AGREED, KNOWN, None).finding is Finding.CONFLICT
    assert row(AGREED, None, None).finding is Finding.WRITE
    assert row(Values(Decimal(0), *AGREED.as_tuple()[1:]), None, None).finding is Finding.EQUAL
    # our own earlier try, whose answer was lost, is no stranger's work
    assert row(AGREED, KNOWN, actual(EDITED), sent=EDITED).finding is Finding.WRITE


def test_a_line_is_written_whole_or_not_at_all() -> None:
    good, bad = row(AGREED, KNOWN, actual(KNOWN)), row(AGREED, KNOWN, actual(EDITED))
    assert LinePlan(uuid4(), [good, bad]).finding is Finding.CONFLICT
    assert LinePlan(uuid4(), [good]).finding is Finding.WRITE
    assert LinePlan(uuid4(), []).finding is Finding.EQUAL


def test_a_conflict_says_what_differs_and_keeps_all_of_it() -> None:
    plan = LinePlan(uuid4(), [row(AGREED, KNOWN, actual(EDITED, 10)), row(AGREED, None, None)])
    why, kept = plan.conflict()
    assert {"what": "quantity", "odoo": "90", "known": "100"} in why["differences"]
    assert {"what": "received", "odoo": "10", "known": "0"} in why["differences"]
    assert [(entry["quantity"], entry["received"]) for entry in kept] == [("90", "10")]


def test_values_survive_being_kept() -> None:
    assert Values.from_json(AGREED.as_json()) == AGREED


def test_less_than_was_received_is_never_written() -> None:
    """Odoo would refuse it each time, and nobody could end that."""
    one = Row(uuid4(), AGREED, KNOWN, Decimal(100), None, actual(KNOWN, 100))
    assert one.finding is Finding.CONFLICT
    assert one.differences() == [{"what": "received", "odoo": "100", "known": "60"}]
