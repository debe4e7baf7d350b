"""However an order goes live, what was said of it on trial counts for nothing from then on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from portal.shared.acting import acting
from portal.shared.actor import system_actor
from portal.shared.errors import WrongState
from suppliers.actions import changes, moves
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.activation import MOVER, move_order, set_mode
from suppliers.actions.assessing import Corrected, PromisedDelivery
from suppliers.actions.negotiating import Wish
from suppliers.models import ChangeRequest, Commitment, Correction, DateMove, PurchaseOrder
from suppliers.queries.desk import date_moves
from suppliers.states import AnswerKind, Cause, ChangeState, Correctable, CorrectionState, LineState, Mode
from tests.suppliers.conftest import DUE, NOW, PULL, WEEK, World
from tests.suppliers.test_statements import agree

DAY = dt.timedelta(days=1)
BASELINE, ANEW = NOW + DAY, NOW - WEEK
both_ways = pytest.mark.parametrize("cut_over", [BASELINE, ANEW], ids=["baseline", "anew"])


@pytest.fixture
def trial(world: World) -> World:
    with acting(PULL, write=True):
        PurchaseOrder.objects.filter(pk=world.order.pk).update(mode=Mode.OBSERVE, live_at=None)
    return world


def go_live(world: World, cut_over: dt.datetime) -> None:
    set_mode(actor=system_actor("set-up"), mode=Mode.ON, cut_over=cut_over, at=NOW)
    move_order(actor=MOVER, order=world.order, at=NOW + DAY)


@both_ways
def test_a_change_asked_for_on_trial_is_overtaken(trial: World, cut_over: dt.datetime) -> None:
    agree(trial)
    wish = Wish((PromisedDelivery(Decimal(100), DUE + 3 * WEEK),), reason="other")
    asked = changes.request_change(actor=trial.anna, line=trial.line(), wish=wish, at=NOW)
    go_live(trial, cut_over)
    with acting(trial.bea):
        assert ChangeRequest.objects.get().state == ChangeState.OVERTAKEN
    with pytest.raises(WrongState):
        changes.accept_change(actor=trial.bea, request=asked, offer=1, at=NOW + 2 * DAY)
    expected = (LineState.AGREED, DUE) if cut_over == BASELINE else (LineState.OPEN, None)
    assert (trial.line().state, trial.line().promised_date) == expected


@both_ways
def test_nobody_is_asked_who_moved_a_date_on_trial(trial: World, cut_over: dt.datetime) -> None:
    agree(trial)
    trial.edit("1", date=DUE + WEEK)
    trial.pull()
    with acting(trial.bea):
        assert len(date_moves(trial.bea).rows) == 1
    go_live(trial, cut_over)
    first = trial.line().first_date
    with acting(trial.bea):
        move = DateMove.objects.get()
        assert not date_moves(trial.bea).rows
    with pytest.raises(WrongState):
        moves.state_cause(actor=trial.bea, move=move, cause=Cause.SUPPLIER, reason="his", at=NOW + 2 * DAY)
    assert trial.line().first_date == first == (DUE + WEEK if cut_over == BASELINE else None)


@both_ways
def test_what_was_corrected_on_trial_waits_for_nobody(trial: World, cut_over: dt.datetime) -> None:
    said = (Corrected(Correctable.UNIT, "box", Decimal(4)),)
    answer = trial.answer((100, DUE), corrections=said)
    acknowledge(actor=trial.anna, order=trial.order, answers=[answer], channel="page", at=NOW)
    go_live(trial, cut_over)
    with acting(trial.bea):
        assert Correction.objects.get().state == CorrectionState.WITHDRAWN


def test_the_first_answer_after_a_trial_is_the_suppliers_own_promise(trial: World) -> None:
    """On trial he agreed, then Odoo raised the quantity: nothing of that makes his first word the buyer's move."""
    agree(trial)
    trial.edit("1", quantity=Decimal(120))
    trial.pull()
    go_live(trial, ANEW)
    answer = trial.answer((120, DUE), kind=AnswerKind.CHANGED)
    acknowledge(actor=trial.anna, order=trial.order, answers=[answer], channel="page", at=NOW + 2 * DAY)
    with acting(trial.bea):
        assert Commitment.objects.since_live().get().cause == Cause.SUPPLIER
