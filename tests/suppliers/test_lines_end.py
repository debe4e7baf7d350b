"""A line that is over, because all of it came or nothing more will, leaves nobody with something that he cannot end."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from portal.shared import audit, transitions
from portal.shared.acting import acting
from suppliers.actions import changes, decisions, orders, settling
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import PromisedDelivery
from suppliers.actions.negotiating import Wish
from suppliers.models import ChangeRequest, OrderLine, ScheduleLine
from suppliers.states import ChangeState, LineState, SyncMark
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


@pytest.mark.django_db
def test_what_was_received_before_its_letter_left_still_goes_to_odoo_with_the_next_one(world: World) -> None:
    """The newer letter takes the older one's place: it has to say all that Odoo does not have yet."""
    moved = world.answer((100, DUE + dt.timedelta(1)))
    acknowledge(actor=world.anna, order=world.order, answers=[moved], channel="page", at=NOW)
    world.edit("1", received=Decimal(100))
    world.pull()
    assert (world.line().state, world.line().sync) == (LineState.RECEIVED, SyncMark.WAITING)
    acknowledge(actor=world.anna, order=world.order, answers=world.accept(), channel="page", at=NOW)
    assert [line["position"] for line in world.letters()[-1].payload["lines"]] == [1, 2]


@pytest.mark.django_db
def test_keeping_the_agreement_takes_note_of_what_came_meanwhile(world: World) -> None:
    acknowledge(actor=world.anna, order=world.order, answers=world.accept(), channel="page", at=NOW)
    detail = world.detail().lines[0]
    (row,) = detail.schedule
    actual = {"schedule": str(row.pk), "quantity": "120", "price": "5", "date": DUE.isoformat(), "received": "30"}
    with acting(PULL, write=True), audit.doing(audit.Deed("deliver", PULL, NOW)):
        order = transitions.hold(world.order)
        settling.mark_conflict(transitions.hold(detail.line), {"code": "conflict", "differences": []}, [actual])
        orders.refresh(order)
    decisions.resolve_conflict(actor=world.bea, line=world.line(), keep=True, at=NOW)
    assert world.line().received_quantity == 30
