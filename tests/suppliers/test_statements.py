"""What Odoo says: nothing new, our own echo, or a revision; and what a conflict does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared import audit
from portal.shared.acting import acting
from portal.shared.errors import Invalid, Stale, WrongState
from suppliers.actions import decisions, orders, settling
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import Terms
from suppliers.actions.earlier import earlier_promises
from suppliers.actions.orders import derive_state
from suppliers.models import OrderRevision, TransitTime
from suppliers.states import LineState, OrderState, SyncMark
from tests.suppliers.conftest import DUE, NOW, PULL, World

DAY = dt.timedelta(days=1)


def revisions(world: World) -> list[list[tuple[int, str, str, str]]]:
    with acting(world.bea):
        return [
            [(one["line"], one["field"], one["before"], one["after"]) for one in row.differences]
            for row in OrderRevision.objects.filter(order=world.order).order_by("number")
        ]


def agree(world: World) -> None:
    acknowledge(actor=world.anna, order=world.order, answers=world.accept(), channel="page", at=NOW)


def test_the_same_again_is_nothing_new(world: World) -> None:
    world.pull()
    world.pull()
    assert revisions(world) == [[]]


def test_a_revision_reopens_only_the_lines_it_changes_and_keeps_the_difference(world: World) -> None:
    agree(world)
    world.edit("2", quantity=Decimal(50), price=Decimal("7.5"))
    world.pull()
    detail = world.detail()
    assert revisions(world)[1:] == [[(2, "quantity", "40", "50"), (2, "price", "7", "7.5")]]
    assert [one.line.state for one in detail.lines] == [LineState.AGREED, LineState.OPEN]
    assert (detail.order.state, detail.order.revision) == (OrderState.PARTLY_ANSWERED, 2)
    assert (detail.lines[1].line.revision, detail.lines[1].line.quantity) == (2, 50)


def test_our_own_write_coming_back_is_an_echo_split_and_all(world: World) -> None:
    acknowledge(
        actor=world.anna, order=world.order, channel="page", at=NOW,
        answers=[world.answer((60, DUE), (40, DUE + 4 * DAY)), world.answer((41, DUE + 7 * DAY), position=2)],
    )  # fmt: skip
    world.deliver()
    world.pull()
    world.pull()
    assert revisions(world) == [[]]
    detail = world.detail()
    assert detail.order.state == OrderState.AGREED
    assert [(row.quantity, row.date, row.in_odoo) for row in detail.lines[0].schedule] == [
        (60, DUE, True),
        (40, DUE + 4 * DAY, True),
    ]


def test_a_buyer_moving_a_split_delivery_reopens_its_line_measured_from_his_date(world: World) -> None:
    acknowledge(
        actor=world.anna, order=world.order, channel="page", at=NOW,
        answers=[world.answer((60, DUE), (40, DUE + 4 * DAY))],
    )  # fmt: skip
    world.deliver()
    world.pull()
    world.edit(world.lines[-1].ref, date=DUE + 30 * DAY)
    world.pull()
    line = world.line()
    assert revisions(world)[1] == [(1, "date", "2026-12-14", "2027-01-09")]
    assert (line.state, line.quantity, line.first_date) == (LineState.OPEN, 100, None)
    agree(world)
    assert [(row.agreed_quantity, row.agreed_date) for row in world.detail().lines[0].schedule] == [
        (60, DUE),
        (40, DUE + 30 * DAY),
    ]


def test_accepting_as_it_stands_leaves_every_delivery_where_it_is(world: World) -> None:
    """Also where the buyer has set the first one to 0 and some of the second has come."""
    split = world.answer((60, DUE), (40, DUE + 2 * DAY))
    acknowledge(actor=world.anna, order=world.order, channel="page", at=NOW, answers=[split])
    world.deliver()
    world.pull()
    second = next(line for line in world.lines if line.ref.startswith("new"))
    world.edit("1", quantity=Decimal(0))
    world.edit(second.ref, received=Decimal(10))
    world.pull()
    agree(world)
    (first, then) = world.detail().lines[0].schedule
    assert (first.quantity, first.agreed_quantity) == (0, 0)
    assert (then.quantity, then.agreed_quantity, then.agreed_date) == (40, 40, DUE + 2 * DAY)


def test_less_than_has_come_of_the_delivery_that_is_left_is_refused(world: World) -> None:
    split = world.answer((60, DUE), (40, DUE + 2 * DAY))
    acknowledge(actor=world.anna, order=world.order, channel="page", at=NOW, answers=[split])
    world.deliver()
    world.pull()
    second = next(line for line in world.lines if line.ref.startswith("new"))
    world.edit("1", quantity=Decimal(0))
    world.edit(second.ref, received=Decimal(10))
    world.pull()
    less = world.answer((9, DUE + 2 * DAY))
    with pytest.raises(Invalid) as refusal:
        acknowledge(actor=world.anna, order=world.order, channel="page", at=NOW, answers=[less])
    assert [(fault.code, fault.pointer) for fault in refusal.value.faults] == [
        ("below_received", "/lines/0/promises/0/quantity")
    ]


def test_a_line_added_and_one_removed_in_odoo(world: World) -> None:
    from dataclasses import replace

    added = replace(world.lines[0], ref="3", schedule_id=None, quantity=Decimal(7))
    world.lines = [world.lines[0], added]
    world.pull()
    assert revisions(world)[1] == [(3, "line", "", "7 Units"), (2, "line", "40", "removed")]
    assert [one.line.state for one in world.detail().lines] == [LineState.OPEN, LineState.CANCELLED, LineState.OPEN]


def test_cancelled_in_odoo_once(world: World) -> None:
    agree(world)
    world.pull(cancelled=True)
    world.pull(cancelled=True)
    detail = world.detail()
    assert detail.order.state == OrderState.CANCELLED
    assert len(revisions(world)) == 2
    assert {one.line.sync for one in detail.lines} == {SyncMark.NONE}


def test_an_order_cancelled_and_confirmed_again_is_asked_anew(world: World) -> None:
    agree(world)
    world.pull(cancelled=True)
    for detail in world.detail().lines:
        assert (detail.line.first_date, detail.line.promised_date, detail.line.promised_quantity) == (None, None, None)
        assert [(row.agreed_quantity, row.agreed_date) for row in detail.schedule] == [(None, None)]
    world.pull()
    world.pull()
    detail = world.detail()
    assert revisions(world)[2:] == [[(1, "state", "cancelled", "open"), (2, "state", "cancelled", "open")]]
    assert [(one.line.state, one.line.revision) for one in detail.lines] == [(LineState.OPEN, 3), (LineState.OPEN, 3)]
    assert (detail.order.state, detail.order.waiting_lines) == (OrderState.VIEWED, 2)
    agree(world)
    assert world.detail().order.state == OrderState.AGREED


def test_confirmed_again_with_another_date_and_without_a_line(world: World) -> None:
    agree(world)
    world.pull(cancelled=True)
    world.edit("1", date=DUE + 9 * DAY)
    world.lines = world.lines[:1]
    world.pull()
    assert revisions(world)[2] == [
        (1, "state", "cancelled", "open"),
        (1, "date", "2026-12-10", "2026-12-19"),
        (2, "line", "40", "removed"),
    ]
    assert [one.line.state for one in world.detail().lines] == [LineState.OPEN, LineState.CANCELLED]
    assert world.line().first_date is None


def test_a_line_that_stays_at_nothing_stays_cancelled(world: World) -> None:
    world.edit("2", quantity=Decimal(0))
    world.pull()
    world.pull(cancelled=True)
    world.pull()
    assert [one.line.state for one in world.detail().lines] == [LineState.OPEN, LineState.CANCELLED]
    world.edit("2", quantity=Decimal(5))
    world.pull()
    assert revisions(world)[-1] == [(2, "quantity", "0", "5")]
    assert world.line(2).state == LineState.OPEN


def test_another_currency_is_another_price(world: World) -> None:
    agree(world)
    world.edit("2", received=Decimal(40))
    world.pull()
    world.pull(currency="USD")
    world.pull(currency="USD")
    detail = world.detail()
    assert revisions(world)[1:] == [[(0, "currency", "EUR", "USD")]]
    assert [(one.line.state, one.line.revision) for one in detail.lines] == [
        (LineState.OPEN, 2),
        (LineState.RECEIVED, 1),
    ]
    assert (detail.order.currency, detail.lines[0].schedule[0].agreed_price) == ("USD", None)


def test_an_answer_given_in_the_old_currency_is_stale(world: World) -> None:
    answers = world.accept()
    world.pull(currency="USD")
    with pytest.raises(Stale):
        acknowledge(actor=world.anna, order=world.order, answers=answers, channel="page", at=NOW)


def test_a_conflict_ends_where_the_currency_changes(world: World) -> None:
    conflicted(world)
    world.pull(currency="USD")
    line = world.line()
    assert (line.state, line.sync, line.conflict, line.requested_date) == (
        LineState.OPEN,
        SyncMark.NONE,
        None,
        DUE + 20 * DAY,
    )
    assert revisions(world)[1] == [(0, "currency", "EUR", "USD"), (1, "date", "2026-12-10", "2026-12-30")]


@pytest.mark.parametrize(("incoterm", "state"), [("DDP", LineState.AGREED), ("FCA", LineState.OPEN)])
def test_an_incoterm_is_told_and_asked_again_where_dates_mean_something_else(
    world: World, incoterm: str, state: LineState
) -> None:
    orders.open_order(actor=world.anna, order=world.order, at=NOW)
    agree(world)
    world.pull(incoterm=incoterm)
    assert revisions(world)[1:] == [[(0, "incoterm", "DAP", incoterm)]]
    assert {one.line.state for one in world.detail().lines} == {state}


def test_a_promise_carried_over_keeps_its_arrival_where_dates_mean_hand_over_now(world: World) -> None:
    with acting(PULL, write=True):
        TransitTime.objects.create(supplier=world.acme, plant=world.plant, days=4)
    acknowledge(actor=world.anna, order=world.order, answers=[world.answer((100, DUE + DAY))], channel="page", at=NOW)
    world.pull(incoterm="FCA")
    with acting(world.bea):
        terms = Terms.of(world.order, NOW)
    (earlier,) = earlier_promises(world.detail(), terms).values()
    assert [(one.date, one.arrival) for one in earlier.carried] == [(DUE - 3 * DAY, DUE + DAY)]


def test_an_order_that_nobody_saw_changes_its_place_in_silence(world: World) -> None:
    world.pull(incoterm_place="Hamburg")
    assert revisions(world) == [[]]
    orders.open_order(actor=world.anna, order=world.order, at=NOW)
    world.pull(incoterm_place="Bremen")
    assert revisions(world)[1:] == [[(0, "incoterm_place", "Hamburg", "Bremen")]]


def test_receipts_are_progress_not_revisions(world: World) -> None:
    agree(world)
    world.edit("1", received=Decimal(30))
    world.pull()
    assert (world.line().received_quantity, world.line().state) == (30, LineState.AGREED)
    world.edit("1", received=Decimal(100))
    world.edit("2", received=Decimal(40))
    world.pull()
    assert world.detail().order.state == OrderState.CLOSED
    assert revisions(world) == [[]]


def conflicted(world: World) -> None:
    agree(world)
    world.edit("1", date=DUE + 20 * DAY)
    line = world.line()
    row = world.detail().lines[0].schedule[0]
    actual = {"schedule": str(row.pk), "quantity": "100", "price": "5", "date": "2026-12-30", "received": "0"}
    with acting(PULL, write=True), audit.doing(audit.Deed("deliver", PULL, NOW)):
        settling.mark_conflict(line, "Odoo says 2026-12-30.", [actual])


def test_a_conflict_waits_for_the_buyer_whatever_is_pulled(world: World) -> None:
    conflicted(world)
    world.pull()
    line = world.line()
    assert (line.state, line.sync) == (LineState.AGREED, SyncMark.CONFLICT)
    assert line.conflict is not None
    assert line.conflict[0]["date"] == "2026-12-30"
    assert revisions(world) == [[]]


def test_keeping_the_agreement_sends_it_again_against_what_the_buyer_saw(world: World) -> None:
    conflicted(world)
    decisions.resolve_conflict(actor=world.bea, line=world.line(), keep=True, at=NOW, reason="as agreed")
    row = world.detail().lines[0].schedule[0]
    assert (row.date, row.agreed_date) == (DUE + 20 * DAY, DUE)
    assert world.line().sync == SyncMark.WAITING
    assert world.letters()[-1].payload["lines"][0]["schedule"][0]["date"] == DUE.isoformat()
    with pytest.raises(WrongState):
        decisions.resolve_conflict(actor=world.bea, line=world.line(), keep=True, at=NOW)


def test_taking_odoos_values_is_a_revision(world: World) -> None:
    conflicted(world)
    decisions.resolve_conflict(actor=world.bea, line=world.line(), keep=False, at=NOW)
    line = world.line()
    assert (line.state, line.sync, line.requested_date) == (LineState.OPEN, SyncMark.NONE, DUE + 20 * DAY)
    assert revisions(world)[1] == [(1, "date", "2026-12-10", "2026-12-30")]
    world.pull()
    assert len(revisions(world)) == 2


def test_taking_odoos_values_after_odoo_came_round_asks_the_supplier_again(world: World) -> None:
    conflicted(world)
    world.edit("1", date=DUE)
    world.pull()
    decisions.resolve_conflict(actor=world.bea, line=world.line(), keep=False, at=NOW)
    detail = world.detail()
    line = detail.lines[0].line
    assert (line.state, line.sync, line.conflict, line.revision) == (LineState.OPEN, SyncMark.NONE, None, 2)
    assert (detail.order.conflict_lines, detail.lines[0].schedule[0].agreed_quantity) == (0, None)
    assert revisions(world)[1:] == [[(1, "state", "agreed", "open")]]
    world.pull()
    assert len(revisions(world)) == 2


counts = st.integers(0, 3)


@given(counts, counts, counts, counts, st.booleans())
def test_an_orders_state_follows_from_its_lines(
    waiting: int, pending: int, agreed: int, received: int, viewed: bool
) -> None:
    state = derive_state(
        {"waiting": waiting, "pending": pending, "agreed": agreed, "received": received}, viewed=viewed
    )
    assert (state in (OrderState.CLOSED, OrderState.CANCELLED)) == (waiting + pending + agreed == 0)
    assert (state == OrderState.AGREED) == (waiting == pending == 0 and agreed > 0)
