"""Revisions of what was promised: what stays, what is carried over, and who caused the move."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotPermitted, WrongState
from suppliers.actions import decisions, moves
from suppliers.actions.assessing import Terms
from suppliers.actions.earlier import Earlier, earlier_promises
from suppliers.models import AnswerLine, DateMove, OrderLine, ScheduleLine
from suppliers.states import AnswerKind, Cause, Decision, LineState, SyncMark
from suppliers.tolerances import Delivery, carried_over
from tests.suppliers.conftest import DUE, NOW, PULL, World
from tests.suppliers.test_answers import DAY, send


def approve(world: World) -> None:
    decisions.decide(actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.APPROVED, at=NOW)


def in_odoo(world: World) -> None:
    """What was agreed arrives in Odoo, is read back and pulled."""
    world.deliver()
    world.pull()
    with acting(PULL, write=True):
        OrderLine.objects.filter(state=LineState.AGREED).update(sync=SyncMark.IN_ODOO)


def earlier(world: World) -> Earlier | None:
    detail = world.detail()
    with acting(world.anna):
        terms = Terms.of(detail.order, NOW)
    return earlier_promises(detail, terms).get(detail.lines[0].line.pk)


def dates_moved(world: World) -> list[DateMove]:
    with acting(world.bea):
        return list(DateMove.objects.visible_to(world.bea).order_by("revision"))


def causes(world: World) -> list[str]:
    return [step.cause for step in world.detail().lines[0].commitments]


def test_a_promise_that_is_still_on_its_way_to_odoo_is_not_taken_for_a_date_the_buyer_moved(world: World) -> None:
    send(world, world.answer((100, DUE + 7 * DAY)))
    approve(world)
    world.edit("1", quantity=Decimal(80))  # in Odoo, which still says the old date
    world.pull()
    line = world.line()
    revision = world.detail().revisions[0]
    assert [(one["field"], one["before"], one["after"]) for one in revision.differences] == [("quantity", "100", "80")]
    assert (line.state, line.first_date, dates_moved(world)) == (LineState.OPEN, DUE + 7 * DAY, [])
    kept = earlier(world)
    assert kept is not None
    assert [(one.quantity, one.arrival) for one in kept.carried] == [(80, DUE + 7 * DAY)]
    assert (kept.fits, kept.differs) == (True, True)
    send(world, world.answer((80, DUE + 7 * DAY)))
    line = world.line()
    assert (line.state, line.first_date, line.promised_date) == (LineState.AGREED, DUE + 7 * DAY, DUE + 7 * DAY)
    assert causes(world) == [Cause.SUPPLIER, Cause.BUYER]


def test_a_date_the_buyer_moves_replaces_the_first_promise_and_is_his(world: World) -> None:
    send(world, *world.accept())
    in_odoo(world)
    world.edit("1", date=DUE + 14 * DAY)
    world.pull()
    (move,) = dates_moved(world)
    assert (move.before, move.after, move.first_before) == (DUE, DUE + 14 * DAY, DUE)
    assert (move.cause, move.stated_at, world.line().first_date) == (Cause.BUYER, None, None)
    kept = earlier(world)
    assert kept is not None
    assert not kept.fits  # ten working days early: that is not what he wants any more
    send(world, *world.accept())
    assert (causes(world), world.line().first_date) == ([Cause.SUPPLIER, Cause.BUYER], DUE + 14 * DAY)


def test_an_earlier_promise_inside_the_new_tolerance_is_carried_over_and_moves_nothing(world: World) -> None:
    send(world, *world.accept())
    in_odoo(world)
    world.edit("1", date=DUE + DAY)
    world.pull()
    kept = earlier(world)
    assert kept is not None
    assert (kept.fits, kept.differs, kept.carried[0].arrival) == (True, True, DUE)
    send(world, world.answer((100, DUE)))
    assert (causes(world)[-1], world.line().state, world.line().first_date) == (Cause.BUYER, LineState.AGREED, DUE)


def test_what_the_supplier_adds_to_the_buyers_move_is_his(world: World) -> None:
    send(world, *world.accept())
    in_odoo(world)
    world.edit("1", date=DUE + 7 * DAY)
    world.pull()
    send(world, world.answer((100, DUE + 8 * DAY)))
    assert causes(world) == [Cause.SUPPLIER, Cause.SUPPLIER]


def test_the_suppliers_own_delay_stays_his_when_the_buyer_changes_the_quantity(world: World) -> None:
    send(world, *world.accept())
    in_odoo(world)
    with acting(PULL, write=True):  # agreed a week later, by a later answer of his
        OrderLine.objects.filter(position=1).update(promised_date=DUE + 7 * DAY)
        ScheduleLine.objects.filter(line__position=1).update(agreed_date=DUE + 7 * DAY, date=DUE + 7 * DAY)
    world.edit("1", date=DUE + 7 * DAY, quantity=Decimal(120))
    world.pull()
    send(world, *world.accept())
    line = world.line()
    assert (line.first_date, line.promised_date, dates_moved(world)) == (DUE, DUE + 7 * DAY, [])


def test_more_money_for_the_same_leaves_the_line_agreed(world: World) -> None:
    send(world, *world.accept())
    in_odoo(world)
    world.edit("1", price=Decimal(6))
    world.pull()
    line = world.line()
    assert (line.state, line.price, line.promised_date, line.revision) == (LineState.AGREED, 6, DUE, 2)
    assert world.detail().lines[0].schedule[0].agreed_price == 6
    world.edit("1", price=Decimal(4))
    world.pull()
    assert (world.line().state, world.line().promised_date, world.line().first_date) == (LineState.OPEN, None, DUE)
    assert len(world.letters()) == 1


def test_more_money_before_odoo_has_the_agreement_reopens_the_line(world: World) -> None:
    send(world, *world.accept())
    world.edit("1", price=Decimal(6))
    world.pull()
    assert world.line().state == LineState.OPEN


def test_the_cause_is_the_buyers_until_a_buyer_says_otherwise_once(world: World) -> None:
    send(world, *world.accept())
    in_odoo(world)
    world.edit("1", date=DUE + 7 * DAY)
    world.pull()
    send(world, *world.accept())
    (move,) = dates_moved(world)
    with pytest.raises(NotPermitted):
        moves.state_cause(actor=world.anna, move=move, cause=Cause.BUYER, at=NOW)
    with pytest.raises(Invalid):
        moves.state_cause(actor=world.bea, move=move, cause=Cause.SUPPLIER, at=NOW)
    assert (world.line().first_date, dates_moved(world)[0].stated_at) == (DUE + 7 * DAY, None)
    moves.state_cause(actor=world.bea, move=move, cause=Cause.SUPPLIER, reason="He rang up: late", at=NOW)
    (move,) = dates_moved(world)
    assert (move.cause, move.stated_at, move.actor_name) == (Cause.SUPPLIER, NOW, "Bea")
    assert (world.line().first_date, world.line().promised_date) == (DUE, DUE + 7 * DAY)
    with pytest.raises(WrongState):
        moves.state_cause(actor=world.bea, move=move, cause=Cause.BUYER, at=NOW)


def test_a_cause_said_late_reaches_the_moves_that_came_after(world: World) -> None:
    send(world, *world.accept())
    for weeks in (1, 2):
        in_odoo(world)
        world.edit("1", date=DUE + weeks * 7 * DAY)
        world.pull()
        send(world, *world.accept())
    first, second = dates_moved(world)
    assert (first.first_before, second.first_before) == (DUE, DUE + 7 * DAY)
    moves.state_cause(actor=world.bea, move=first, cause=Cause.SUPPLIER, reason="Foundry", at=NOW)
    assert world.line().first_date == DUE + 14 * DAY  # the buyer's own move replaced it again
    moves.state_cause(actor=world.bea, move=dates_moved(world)[1], cause=Cause.SUPPLIER, reason="Foundry", at=NOW)
    assert world.line().first_date == DUE


def test_nothing_is_carried_over_from_a_refusal_a_trial_or_another_item(world: World) -> None:
    send(world, world.answer(kind=AnswerKind.REJECTED, reason="capacity"))
    world.edit("1", quantity=Decimal(90))
    world.pull()
    assert earlier(world) is None
    send(world, world.answer((90, DUE + 7 * DAY)))
    decisions.decide(
        actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.DECLINED, at=NOW, reason="No"
    )
    world.edit("1", quantity=Decimal(80))
    world.pull()
    assert earlier(world) is None
    send(world, world.answer((80, DUE + DAY)))
    with acting(PULL, write=True):
        type(world.order).objects.update(live_at=NOW + DAY)
    world.edit("1", quantity=Decimal(70))
    world.pull()
    assert earlier(world) is None


def test_the_measures_of_an_answer_are_kept(world: World) -> None:
    send(world, world.answer((60, DUE - DAY), (50, DUE + 5 * DAY), price=Decimal(6)))
    send(world, world.answer(position=2, kind=AnswerKind.REJECTED))
    with acting(world.bea):
        one, other = AnswerLine.objects.order_by("line__position")
    assert (one.quantity_by, one.price_by, one.days_early, one.days_late) == (10, 20, 1, 3)
    assert (one.always_buyer, other.always_buyer) == (False, True)


amounts = st.integers(1, 10_000)


@given(
    st.lists(st.tuples(amounts, st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 1))), min_size=1, max_size=6), amounts
)
def test_what_is_carried_over_adds_up_to_what_is_ordered_and_moves_no_date(
    promised: list[tuple[int, dt.date]], quantity: int
) -> None:
    deliveries = [Delivery(Decimal(amount), date, date) for amount, date in promised]
    asked = dt.date(2026, 7, 1)
    carried = carried_over(deliveries, Decimal(quantity), Delivery(Decimal(0), asked, asked))
    assert sum(one.quantity for one in carried) == quantity
    assert all(one.quantity > 0 for one in carried)
    for before, after in zip(deliveries, carried, strict=False):
        assert (after.date, after.quantity <= before.quantity) == (before.date, True)
    assert {one.date for one in carried[len(deliveries) :]} <= {asked}
