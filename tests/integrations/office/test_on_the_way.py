"""A letter is on its way while something else is agreed: both arrive, and neither is taken for the buyer's doing."""

from __future__ import annotations

import pytest
from django.utils import timezone

from integrations.office import delivery as office
from integrations.office.actions import delivering
from integrations.office.actions.delivering import POST_OFFICE, Sending
from integrations.office.odoo import push
from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from suppliers.models import DateMove, OrderRevision, PurchaseOrder
from suppliers.states import LineState, SyncMark
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess
from tests.integrations.office.test_send import released, two_lines
from tests.integrations.office.test_trial import on_trial, would

pytestmark = pytest.mark.committed
FIRST = [(100, "2027-03-05")]
THEN = [(100, "2027-03-20")]


def claimed() -> Sending:
    """A worker has taken the letter and sent nothing yet."""
    office.fan_out(timezone.now())
    sending = office.claim(timezone.now)
    assert sending is not None
    return sending


def send(sending: Sending) -> None:
    """That worker goes on to the end."""
    gateway = world.gateway()
    gateway.exchanges, gateway.before_call = sending.exchanges, sending.before_call
    steps = push.send_agreed(sending, gateway)
    delivery = sending.delivery
    delivering.settle_done(actor=POST_OFFICE, delivery=delivery, sending=sending, steps=steps, at=timezone.now())


def lose_the_answer(sandbox: SandboxProcess) -> None:
    """Odoo writes the lines and nobody hears it: the letter rests."""
    sandbox.fault("lose", model="purchase.order.line", method="load", times=1)
    (resting,) = world.work()
    assert resting.state == DeliveryState.WAITING


def assert_agreed(order: PurchaseOrder, sandbox: SandboxProcess, *days: tuple[float, str]) -> None:
    """Both sides say these deliveries, by one revision: nothing was taken for the buyer's doing."""
    assert [(quantity, day) for quantity, _price, day in world.in_odoo(sandbox.order(order.number)) if quantity] == [
        *days
    ]
    world.pull()
    (line,) = world.lines_of(order)
    assert (line.state, line.sync) == (LineState.AGREED, SyncMark.IN_ODOO)
    agreed = [(float(row.agreed_quantity), f"{row.agreed_date}") for row in line.schedule.all() if row.agreed_quantity]
    assert sorted(agreed, key=lambda row: row[1]) == [*days]
    assert {letter.state for letter in world.deliveries(order)} <= {DeliveryState.DONE, DeliveryState.SUPERSEDED}
    with acting(world.READER):
        assert OrderRevision.objects.filter(order=order).count() == 1
        assert not DateMove.objects.filter(line=line).exists()


def test_a_change_agreed_while_the_letter_is_being_sent_arrives(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: FIRST})
    sending = claimed()
    world.change(order, THEN)
    send(sending)
    assert world.lines_of(order)[0].sync == SyncMark.WAITING
    world.work()
    assert_agreed(order, sandbox, (100.0, "2027-03-20"))


def test_a_change_agreed_while_the_letter_rests_arrives(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: FIRST})
    lose_the_answer(sandbox)
    world.change(order, THEN)
    world.work(world.later(400))
    assert_agreed(order, sandbox, (100.0, "2027-03-20"))


def test_what_was_written_before_the_change_is_an_echo(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: FIRST})
    lose_the_answer(sandbox)
    world.change(order, THEN)
    world.pull()
    (line,) = world.lines_of(order)
    assert (line.state, line.revision, line.sync) == (LineState.AGREED, 1, SyncMark.WAITING)
    world.work(world.later(400))
    assert_agreed(order, sandbox, (100.0, "2027-03-20"))


def test_the_buyers_edit_beside_our_write_is_a_revision_of_just_that(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: FIRST})
    lose_the_answer(sandbox)
    world.change(order, THEN)
    (there,) = sandbox.order(order.number)["lines"]
    sandbox.act(order.number, "revise", lines=[{"id": there["id"], "quantity": 90}])
    world.pull()
    assert world.lines_of(order)[0].state == LineState.OPEN
    with acting(world.READER):
        (_first, second) = OrderRevision.objects.filter(order=order).order_by("number")
        assert [difference["field"] for difference in second.differences] == ["quantity"]
        assert not DateMove.objects.exists()


@pytest.mark.parametrize("pulled", [False, True])
def test_a_delivery_that_was_on_its_way_and_is_not_wanted_any_more_is_emptied(
    clone: Clone, sandbox: SandboxProcess, pulled: bool
) -> None:
    order = released(sandbox)
    world.agree(order, {1: [(60, "2027-03-05"), (40, "2027-03-15")]})
    lose_the_answer(sandbox)
    world.change(order, THEN)
    if pulled:
        world.pull()
    world.work(world.later(400))
    assert_agreed(order, sandbox, (100.0, "2027-03-20"))


def test_a_letter_of_another_line_takes_the_change_along(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox, **two_lines())
    world.agree(order, {1: FIRST})
    sending = claimed()
    world.change(order, THEN)
    send(sending)
    world.agree(order, {2: FIRST})
    world.work()
    assert world.in_odoo(sandbox.order(order.number)) == [(100.0, 92.5, "2027-03-05"), (100.0, 92.5, "2027-03-20")]
    assert {line.sync for line in world.lines_of(order)} == {SyncMark.IN_ODOO}


def test_a_conflict_of_the_older_letter_is_left_to_the_newer_one(clone: Clone, sandbox: SandboxProcess) -> None:
    """Where the buyer wrote just what is agreed meanwhile there is none."""
    order = released(sandbox)
    world.agree(order, {1: FIRST})
    sending = claimed()
    world.change(order, THEN)
    (there,) = sandbox.order(order.number)["lines"]
    sandbox.act(order.number, "revise", lines=[{"id": there["id"], "date": "2027-03-20 11:00:00"}])
    send(sending)
    world.work()
    assert_agreed(order, sandbox, (100.0, "2027-03-20"))


def test_on_trial_the_ledger_shows_both_writes(clone: Clone, sandbox: SandboxProcess) -> None:
    order = on_trial(sandbox)
    world.agree(order, {1: FIRST})
    sending = claimed()
    world.change(order, THEN)
    send(sending)
    world.work()
    dates = [row.request["args"][1][0][8][:10] for row in would(order) if row.operation == "purchase.order.line.load"]
    assert dates == ["2027-03-05", "2027-03-20"]
    assert world.lines_of(order)[0].sync == SyncMark.OBSERVED
