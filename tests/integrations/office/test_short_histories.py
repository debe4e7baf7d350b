"""Histories that once went wrong, each as short as it gets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

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
