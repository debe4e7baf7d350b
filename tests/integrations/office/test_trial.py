"""On trial the ledger shows what would be written, and Odoo is left alone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from integrations.office.states import DeliveryState
from integrations.slot.models import Exchange, Outcome
from portal.shared.acting import acting
from suppliers.actions.activation import move_all, set_mode
from suppliers.models import PurchaseOrder
from suppliers.states import LineState, Mode, SyncMark
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

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
