"""On trial the ledger shows what would be written, and Odoo is left alone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from integrations.office.actions.desk import retry
from integrations.office.states import DeliveryState
from integrations.slot.models import Exchange, Outcome
from portal.shared.acting import acting
from suppliers.actions.activation import move_all, set_mode
from suppliers.models import PurchaseOrder
from suppliers.states import LineState, Mode, StaffRole, SyncMark
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess
from tests.integrations.office.test_send import released

pytestmark = pytest.mark.committed


def switch(mode: Mode) -> None:
    set_mode(actor=world.SET_UP, mode=mode, cut_over=timezone.now().replace(year=2020), at=timezone.now())
    move_all(timezone.now())


def on_trial(sandbox: SandboxProcess) -> PurchaseOrder:
    switch(Mode.OBSERVE)
    number = sandbox.release()["name"]
    world.pull()
    return world.order_named(number)


def would(order: PurchaseOrder) -> list[Exchange]:
    with everything():
        return list(Exchange.objects.filter(about_id=order.pk, outcome=Outcome.OBSERVED).order_by("at"))


def test_what_would_be_written_is_in_the_ledger_and_nothing_is_in_odoo(clone: Clone, sandbox: SandboxProcess) -> None:
    order = on_trial(sandbox)
    before = sandbox.order(order.number)
    world.agree(order, {1: [(60, "2027-03-01"), (40, "2027-03-15")]})
    (letter,) = world.work()
    assert letter.state == DeliveryState.DONE
    assert sandbox.order(order.number) == before
    lines, note = would(order)
    assert (lines.operation, note.operation) == ("purchase.order.line.load", "mail.message.load")
    assert [row[5] for row in lines.request["args"][1]] == ["60", "40"]
    assert "60" in note.request["args"][1][0][3]
    (line,) = world.lines_of(order)
    assert (line.state, line.sync, line.sync_why) == (LineState.AGREED, SyncMark.OBSERVED, None)
    world.pull()
    assert world.order_named(order.number).revision == 1


def test_where_odoo_would_stand_in_the_way_the_line_says_so(clone: Clone, sandbox: SandboxProcess) -> None:
    order = on_trial(sandbox)
    world.agree(order, {1: [(100, "2027-03-10")]})
    (line,) = sandbox.order(order.number)["lines"]
    world.admin()("purchase.order.line", "write", [[line["id"]], {"product_qty": 77}])
    world.work()
    (kept,) = world.lines_of(order)
    assert kept.sync == SyncMark.OBSERVED
    assert {"what": "quantity", "odoo": "77", "known": "100"} in kept.sync_why["differences"]
    assert [one.operation for one in would(order)] == ["mail.message.load"]


def test_a_letter_of_the_trial_that_leaves_after_going_live_says_nothing(clone: Clone, sandbox: SandboxProcess) -> None:
    order = on_trial(sandbox)
    world.agree(order, {1: [(60, "2027-03-01"), (40, "2027-03-15")]})
    before = sandbox.order(order.number)
    switch(Mode.ON)
    (letter,) = world.work()
    assert (letter.state, letter.steps["withdrawn"]) == (DeliveryState.DONE, True)
    assert sandbox.order(order.number) == before
    assert (world.lines_of(order)[0].state, world.lines_of(order)[0].sync) == (LineState.OPEN, SyncMark.NONE)


def test_what_is_switched_off_is_not_written_until_it_is_on_again(clone: Clone, sandbox: SandboxProcess) -> None:
    switch(Mode.ON)
    order = released(sandbox)
    world.agree(order, {1: [(100, "2027-03-10")]})
    before = sandbox.order(order.number)
    switch(Mode.OFF)
    (parked,) = world.work()
    assert (parked.state, parked.failure_code) == (DeliveryState.NEEDS_PERSON, "order_off")
    assert (parked.owner, parked.steps) == (StaffRole.BUYER, {})
    assert sandbox.order(order.number) == before
    assert world.lines_of(order)[0].sync == SyncMark.NEEDS_PERSON
    switch(Mode.ON)
    retry(actor=world.BUYER, delivery=parked, at=timezone.now())
    (sent,) = world.work()
    assert sent.state == DeliveryState.DONE
    assert world.in_odoo(sandbox.order(order.number)) == [(100.0, 92.5, "2027-03-10")]
    assert world.lines_of(order)[0].sync == SyncMark.IN_ODOO


def test_after_the_trial_the_order_is_answered_for_good(clone: Clone, sandbox: SandboxProcess) -> None:
    order = on_trial(sandbox)
    world.agree(order, {1: [(60, "2027-03-01"), (40, "2027-03-15")]})
    world.work()
    switch(Mode.ON)
    assert world.lines_of(order)[0].state == LineState.OPEN
    world.agree(order, {1: [(30, "2027-03-01"), (70, "2027-03-20")]})
    world.work()
    (line,) = world.lines_of(order)
    assert line.sync == SyncMark.IN_ODOO
    with acting(world.READER):
        assert not Exchange.objects.filter(about_id=order.pk, outcome=Outcome.FAILED).exists()
    world.pull()
    assert world.order_named(order.number).revision == 1
