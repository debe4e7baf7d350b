"""Quantities add up, whatever happens in whatever order: an order is promised, split and changed; goods of it are
announced, corrected, cancelled, received in part, whole and beyond, sent back; bookings are corrected in Odoo.

    QUANTITIES=2000 python -m pytest tests/suppliers/test_quantities_add_up.py

The test keeps books of its own (:mod:`.books`), and after every step holds the portal to them.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from portal.shared.acting import acting
from portal.shared.errors import Refused
from suppliers.models import OrderLine, Receipt, Shipment, ShipmentLine
from suppliers.queries.comparison import Comparison, comparison_of
from suppliers.queries.shipments_open import OpenLine
from suppliers.shipping_states import NOT_ARRIVED, ON_THE_ROAD, ReceiptKind, ShipmentState
from suppliers.states import LineState
from tests.cast import everything
from tests.suppliers.books import ZERO, Books, Row, total
from tests.suppliers.conftest import World


@dataclass(frozen=True)
class Seen:
    """What the portal says after a step."""

    lines: Sequence[OrderLine]
    open: Mapping[UUID, OpenLine]
    shipments: Mapping[UUID, Shipment]
    compared: Mapping[UUID, Comparison]
    booked: Mapping[tuple[Any, ...], Decimal]
    """By line, lot, shipment and kind."""
    versions: Mapping[tuple[UUID, int], Mapping[Row, Decimal]]


def look(books: Books) -> Seen:
    lines, now_open = books.lines(), books.open()
    with acting(books.rita):
        shipments = {one.pk: one for one in Shipment.objects.all()}
        compared = {key: comparison_of(books.rita, one) for key, one in shipments.items()}
    with everything():
        rows = Receipt.objects.filter(line__order=books.world.order, quantity__gt=0)
        sums = rows.values("line", "supplier_lot", "lot", "shipment", "kind").annotate(total=Sum("quantity"))
        booked = {
            (found["line"], found["supplier_lot"] or found["lot"], found["shipment"], found["kind"]): found["total"]
            for found in sums
        }
        versions: dict[tuple[UUID, int], dict[Row, Decimal]] = defaultdict(dict)
        said = ShipmentLine.objects.filter(version__shipment__in=shipments)
        for shipment, number, line, lot, quantity in said.values_list(
            "version__shipment", "version__number", "line", "lot", "quantity"
        ):
            versions[shipment, number][line, lot] = quantity
    there = {key: one for key, one in compared.items() if one is not None}
    return Seen(lines, now_open, shipments, there, booked, versions)


# --- What must hold --------------------------------------------------------------------------------------------------


def ordered_and_promised_are_the_sum_of_their_deliveries(_books: Books, seen: Seen) -> None:
    """What is asked of a line is what Odoo's lines of it say together; what was promised is what was agreed delivery by
    delivery, and what Odoo's lines say once they have taken it over.
    """
    for line in seen.lines:
        rows = line.schedule.all()
        in_odoo = total(row.quantity for row in rows if row.in_odoo)
        if line.state == LineState.OPEN:
            assert line.quantity == in_odoo
        if line.promised_quantity is not None:
            assert line.promised_quantity == total(row.agreed_quantity or ZERO for row in rows) == in_odoo


def received_is_what_was_booked(books: Books, seen: Seen) -> None:
    """Of every line, lot and notice the portal keeps just what was booked, in and back; a line has received what came,
    less what went back and was not to be exchanged.
    """
    for line in seen.lines:
        assert line.received_quantity == books.received(line.pk)
    booked: dict[Any, Decimal] = defaultdict(Decimal)
    for one in books.moves:
        kind = ReceiptKind.RETURN if one.takes_back else ReceiptKind.RECEIPT
        if one.quantity:
            booked[one.line, one.lot, one.notice, kind] += one.quantity
    assert seen.booked == booked


def ordered_announced_received_and_open_add_up(books: Books, seen: Seen) -> None:
    """What was agreed of a line has arrived, is on the road or is open, and nothing of it is two of these; where more
    arrived or is announced than was agreed, nothing is open.
    """
    for line, one in seen.open.items():
        assert one.announced == books.road(line)
        gone = books.received(line) + one.announced
        assert gone + one.open == max(one.agreed, gone)


def nothing_is_negative(_books: Books, seen: Seen) -> None:
    """No quantity that anybody is shown lies below zero, and no more is due soon than is open."""
    for one in seen.open.values():
        assert min(one.line.quantity, one.agreed, one.line.received_quantity, one.announced, one.open, one.soon) >= 0
        assert one.soon <= one.open
    for comparison in seen.compared.values():
        assert all(min(row.announced, row.received, row.returned) >= 0 for row in comparison.rows)


def a_state_follows_from_what_arrived(books: Books, seen: Seen) -> None:
    """A notice is partly received as soon as anything of it came, received once every line came whole (and again
    partly, where a booking is taken back), and cancelled or closed for good.
    """
    for notice in books.notices:
        shipment = seen.shipments[notice.key]
        arrived = [one.at for one in books.moves if one.notice == notice.key and one.quantity and not one.takes_back]
        if notice.over:
            assert shipment.state == notice.over
            continue
        if arrived:
            whole = books.whole(notice)
            assert shipment.state == (ShipmentState.RECEIVED if whole else ShipmentState.PARTLY_RECEIVED)
        else:
            assert shipment.state in NOT_ARRIVED
        assert shipment.received_at == min(arrived, default=None)
        assert (shipment.state in ON_THE_ROAD) == books.expected(notice)


def what_can_no_longer_come_is_to_be_corrected(books: Books, seen: Seen) -> None:
    """A notice of which nothing arrived is to be corrected exactly while one of its lines is called off, or orders so
    little that what arrived and is announced is too much; and it names these lines.
    """
    wrong = {
        line.pk
        for line in seen.lines
        if line.state == LineState.CANCELLED or books.received(line.pk) + books.road(line.pk) > books.most(line)
    }
    for notice in books.notices:
        shipment = seen.shipments[notice.key]
        named = {UUID(fault["line"]) for fault in shipment.faults}
        if shipment.state in NOT_ARRIVED:
            assert named == notice.lines & wrong
            assert (shipment.state == ShipmentState.INVALID) == bool(named)
        else:
            assert not named


def notice_and_receipt_compare_whole(books: Books, seen: Seen) -> None:
    """Beside what was announced stands all that was booked with it, line by line, and no more, and a lot that was
    announced has at least what was booked of it. Accuracy is a share, and one only where everything came just so.
    """
    for notice in books.notices:
        comparison = seen.compared.get(notice.key)
        if comparison is None:
            continue
        rows = comparison.rows
        assert {(one.line, one.lot): one.announced for one in rows if one.announced} == notice.said
        for line in {one.line for one in rows}:
            of_line = [one for one in rows if one.line == line]
            assert total(one.received for one in of_line) == books.came(line, notice.key)
            assert total(one.returned for one in of_line) == books.went_back(line, notice.key)
            for one in of_line:
                assert not one.lot or one.received >= books.came(line, notice.key, one.lot)
        assert comparison.accuracy is not None
        assert 0 <= comparison.accuracy <= 1
        exact = all(one.received == one.announced for one in rows if one.announced)
        assert (comparison.accuracy == 1) == exact


def what_was_said_stands(books: Books, seen: Seen) -> None:
    """Every version of every notice still says what it said when it was sent, and there is no other."""
    said = {(one.key, number): rows for one in books.notices for number, rows in enumerate(one.versions, 1)}
    assert seen.versions == said


INVARIANTS = (
    ordered_and_promised_are_the_sum_of_their_deliveries,
    received_is_what_was_booked,
    ordered_announced_received_and_open_add_up,
    nothing_is_negative,
    a_state_follows_from_what_arrived,
    what_can_no_longer_come_is_to_be_corrected,
    notice_and_receipt_compare_whole,
    what_was_said_stands,
)
STEPS: list[Callable[[Books, int, int, int], None]] = [
    Books.announce, Books.announce, Books.announce, Books.correct, Books.correct, Books.send_again, Books.cancel,
    Books.close, Books.receive, Books.receive, Books.receive, Books.receive_all, Books.receive_elsewhere,
    Books.send_back, Books.book_otherwise, Books.order_otherwise, Books.order_otherwise, Books.promise, Books.accept,
    Books.accept, Books.cancel_order, Books.pull, Books.days_pass,
]  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(1, 60), st.integers(0, 5)), min_size=3, max_size=14
)


@settings(
    max_examples=int(os.environ.get("QUANTITIES", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
@pytest.mark.django_db
def test_quantities_add_up_in_any_order(world: World, history: list[Any]) -> None:
    """Whatever happens to an order and its shipments, every invariant above holds after every step."""
    before = connection.savepoint()
    try:
        live(Books(world), history)
    finally:
        connection.savepoint_rollback(before)


def live(books: Books, history: list[Any]) -> None:
    books.world.start_again()
    books.accept(0, 0, 0)
    books.announce(0, 40, 1)
    for step, position, number, more in history:
        books.now += dt.timedelta(minutes=1)
        try:
            step(books, position, number, more)
        except Refused as refusal:
            event(f"{step.__name__}: {type(refusal).__name__}")
        else:
            event(f"{step.__name__}: done")
        seen = look(books)
        for holds in INVARIANTS:
            holds(books, seen)
