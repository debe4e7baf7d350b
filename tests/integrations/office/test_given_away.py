"""A vendor changed in Odoo: the records of Odoo are another order's from then on, and no letter crosses over."""

from __future__ import annotations

import datetime as dt

import pytest

from integrations.office.models import Mapping
from integrations.office.odoo import looking
from integrations.office.states import DeliveryState
from integrations.slot.models import Event
from suppliers.models import PurchaseOrder
from suppliers.states import LineState, OrderState, SyncMark
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess
from tests.integrations.office.test_send import released

pytestmark = pytest.mark.committed


def give(sandbox: SandboxProcess, number: str, **to: str) -> None:
    """A buyer cancels, sets to draft, changes what is to be changed, and confirms again."""
    sandbox.act(number, "cancel")
    sandbox.act(number, "draft")
    sandbox.act(number, "assign", **to)
    sandbox.act(number, "confirm")


def orders_of(number: str) -> list[PurchaseOrder]:
    with everything():
        return list(PurchaseOrder.objects.filter(number=number).select_related("supplier", "plant").order_by("id"))


def announced() -> int:
    with everything():
        return Event.objects.filter(topic__in=["purchase_order.released", "purchase_order.revised"]).count()


def test_the_new_vendor_answers_and_the_old_one_is_left_with_a_cancelled_order(
    clone: Clone, sandbox: SandboxProcess
) -> None:
    order = released(sandbox)
    world.agree(order, {1: [(60, "2027-03-05"), (40, "2027-03-20")]})
    world.work()
    world.pull()
    give(sandbox, order.number, vendor="Borealis Polymers")
    world.pull()
    former, new = orders_of(order.number)
    assert (former.pk, former.state, former.supplier.name) == (order.pk, OrderState.CANCELLED, "Acme Castings")
    assert (new.state, new.supplier.name, new.revision) == (OrderState.SENT, "Borealis Polymers", 1)
    world.agree(new, {1: [(60, "2027-04-01")]})
    world.work()
    assert {line.sync for line in world.lines_of(new) if line.state == LineState.AGREED} == {SyncMark.IN_ODOO}
    assert (60.0, 92.5, "2027-04-01") in world.in_odoo(sandbox.order(order.number))
    world.pull()
    former, new = orders_of(order.number)
    assert (former.revision, new.revision) == (2, 1)
    with everything():
        assert not Mapping.objects.filter(object_id=str(former.pk)).exists()


def test_a_letter_of_the_old_vendor_never_touches_the_new_ones_order(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: [(100, "2027-03-25")]})
    give(sandbox, order.number, vendor="Borealis Polymers")
    before = sandbox.order(order.number)
    (letter,) = world.work()
    assert (letter.state, letter.failure_code) == (DeliveryState.WAITING, "given_away")
    world.pull()
    (letter,) = world.work(world.later(3600))
    assert (letter.state, letter.steps["lines"]["overtaken"]) == (DeliveryState.DONE, [letter.body["lines"][0]["line"]])
    assert sandbox.order(order.number) == before


def test_given_away_between_the_look_and_the_settling(
    clone: Clone, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = released(sandbox)
    world.agree(order, {1: [(100, "2027-03-25")]})
    look, looks = looking._compare, []

    def slow(*given: object) -> looking.Plan:
        plan = look(*given)  # type: ignore[arg-type]
        if len(looks) == 1:  # it was written, and looked at again
            give(sandbox, order.number, vendor="Borealis Polymers")
            world.pull()
        looks.append(plan)
        return plan

    monkeypatch.setattr(looking, "_compare", slow)
    (letter,) = world.work()
    assert letter.state == DeliveryState.WAITING
    (letter,) = world.work(world.later(3600))
    assert letter.state == DeliveryState.DONE
    former, new = orders_of(order.number)
    assert {line.sync for line in world.lines_of(former)} == {SyncMark.NONE}
    assert (new.state, new.supplier.name) == (OrderState.SENT, "Borealis Polymers")


def test_an_order_confirmed_again_is_told_of_once(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.accept(order)
    world.work()
    before = announced()
    sandbox.act(order.number, "cancel")
    world.pull()
    assert world.order_named(order.number).state == OrderState.CANCELLED
    sandbox.act(order.number, "draft")
    sandbox.act(order.number, "confirm")
    world.pull()
    order = world.order_named(order.number)
    assert ({line.state for line in world.lines_of(order)}, announced()) == ({LineState.OPEN}, before + 1)
    world.agree(order, {1: [(100, "2027-03-25")]})
    world.work()
    assert world.in_odoo(sandbox.order(order.number)) == [(100.0, 92.5, "2027-03-25")]
    assert dt.date(2027, 3, 25) in {move_day(move) for move in sandbox.order(order.number)["moves"]}


def move_day(move: dict[str, str]) -> dt.date:
    return dt.date.fromisoformat(move["date"][:10])
