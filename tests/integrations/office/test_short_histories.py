"""Histories that once went wrong, each as short as it gets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from integrations.office.states import DeliveryState
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.states import AnswerKind, LineState
from tests.integrations.office import holding
from tests.integrations.office.buying import DUE
from tests.integrations.office.far_side import Odoo
from tests.integrations.office.histories import Deed, Trade
from tests.integrations.office.test_histories import odoo, released, settle

__all__ = ["odoo"]


@pytest.fixture
def trade(odoo: Odoo) -> Trade:
    odoo.start_over()
    trade = Trade(odoo)
    released(trade, "DAP")
    return trade


def answer(trade: Trade, position: int, *parts: tuple[int, int]) -> None:
    """The supplier promises these quantities, so many days after what was asked, and the buyer approves."""
    line = trade.line(position).line
    promises = tuple(PromisedDelivery(Decimal(part), DUE + dt.timedelta(days)) for part, days in parts)
    trade.say([LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promises, "capacity")], on_behalf=False)
    if trade.line(position).line.state == LineState.PENDING_BUYER:
        assert trade.do(Deed("decide", position, 1))


def ends(trade: Trade) -> None:
    settle(trade)
    holding.check(trade, holding.Memory())
    holding.settled(trade)


def test_more_is_received_than_was_agreed_before_odoo_hears_of_it(trade: Trade) -> None:
    answer(trade, 1, (80, 0))
    assert trade.do(Deed("receive", 1, 100))
    trade.pull()
    assert trade.line(1).line.state == LineState.RECEIVED
    trade.work()
    ends(trade)


def announced(trade: Trade) -> None:
    """40 of the first line are announced, and Odoo has them in a transfer of their own."""
    assert trade.do(Deed("accept"))
    trade.work()
    assert trade.do(Deed("announce", 0, 40))
    trade.work()


def test_a_correction_meets_what_the_dock_has_booked_and_somebody_can_end_it(trade: Trade) -> None:
    """Receiving is asked once; when the portal has read the receipt there is nothing to be corrected any more."""
    announced(trade)
    assert trade.do(Deed("correct_notice", 0, 32))
    assert trade.do(Deed("take_in_all", 0))
    trade.work()
    assert [letter.failure_code for letter in trade.letters(DeliveryState.NEEDS_PERSON)] == ["notice_received"]
    ends(trade)
