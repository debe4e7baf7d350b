"""A line that is over, because all of it came or nothing more will, leaves nobody with something that he cannot end."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from portal.shared import audit, transitions
from portal.shared.acting import acting
from suppliers.actions import changes, orders, settling
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import PromisedDelivery
from suppliers.actions.negotiating import Wish
from suppliers.models import ChangeRequest, OrderLine, ScheduleLine
from suppliers.states import ChangeState, LineState
from tests.suppliers.conftest import DUE, NOW, PULL, World


@pytest.mark.django_db
def test_a_line_that_ends_by_agreement_takes_its_open_change_request_along(world: World) -> None:
    acknowledge(actor=world.anna, order=world.order, answers=world.accept(), channel="page", at=NOW)
    arrived(world)
    rest = changes.request_change(actor=world.bea, line=world.line(), wish=Wish(cancels=True, reason="demand"), at=NOW)
    changes.accept_change(actor=world.anna, request=rest, offer=1, at=NOW)
    later = Wish((PromisedDelivery(Decimal(100), DUE + dt.timedelta(60)),), reason="capacity")
    asked = changes.request_change(actor=world.anna, line=world.line(), wish=later, at=NOW)
    assert asked.is_open
    arrived(world)
    assert world.line().state == LineState.CANCELLED
    with acting(world.bea):
        assert ChangeRequest.objects.get(pk=asked.pk).state == ChangeState.OVERTAKEN


def arrived(world: World) -> None:
    """Odoo says all that is agreed."""
    with acting(PULL, write=True), audit.doing(audit.Deed("deliver", PULL, NOW)):
        order = transitions.hold(world.order)
        for line in transitions.hold_all(OrderLine.objects.filter(order=order, state=LineState.AGREED)):
            rows = ScheduleLine.objects.filter(line=line).values_list(
                "pk", "agreed_quantity", "agreed_price", "agreed_date"
            )
            settling.take_written(line, {key: values for key, *values in rows})
            settling.mark_in_odoo(line)
        orders.refresh(order)
