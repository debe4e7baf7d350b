"""An order that Odoo gives to another supplier or plant: cancelled for the one, released anew for the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from suppliers.models import PurchaseOrder
from suppliers.queries.orders import find_order, order_detail
from suppliers.states import LineState, OrderState
from tests.suppliers.conftest import World
from tests.suppliers.test_statements import agree, revisions


def orders_of(actor: Actor) -> list[tuple[str, str]]:
    with acting(actor):
        return sorted(PurchaseOrder.objects.visible_to(actor).values_list("number", "state"))


def test_the_former_supplier_reads_nothing_of_what_the_new_one_pays(world: World) -> None:
    agree(world)
    former = world.order
    world.edit("1", price=Decimal(99))
    world.pull(supplier_id=world.borealis.pk, buyer_name="Ben")
    assert orders_of(world.anna) == [("P00001", OrderState.CANCELLED)]
    assert orders_of(world.boris) == [("P00001", OrderState.SENT)]
    with acting(world.anna):
        known = order_detail(world.anna, former.pk)
    assert [(one.line.price, one.line.state, one.line.promised_date) for one in known.lines] == [
        (5, LineState.CANCELLED, None),
        (7, LineState.CANCELLED, None),
    ]
    assert (known.order.buyer_name, [row.price for row in known.lines[0].schedule]) == ("Bea", [5])
    assert [one["field"] for one in known.revisions[0].differences] == ["state", "state"]
    with acting(world.anna), pytest.raises(NotFound):
        find_order(world.anna, world.order.pk)
    assert world.order.pk != former.pk
    detail = world.detail()
    assert [(one.line.state, one.line.price) for one in detail.lines] == [(LineState.OPEN, 99), (LineState.OPEN, 7)]
    assert revisions(world) == [[]]


def test_another_plant_is_another_order_too(world: World) -> None:
    former = world.order
    world.pull(plant_id=world.other_plant.pk)
    assert orders_of(world.anna) == [("P00001", OrderState.CANCELLED), ("P00001", OrderState.SENT)]
    assert {world.order.plant_id, former.plant_id} == {world.plant.pk, world.other_plant.pk}


def test_a_draft_for_another_vendor_is_no_order_of_his_yet(world: World) -> None:
    world.pull(supplier_id=world.borealis.pk, cancelled=True)
    assert orders_of(world.boris) == []
    assert orders_of(world.anna) == [("P00001", OrderState.CANCELLED)]
    world.pull(supplier_id=world.borealis.pk)
    assert orders_of(world.boris) == [("P00001", OrderState.SENT)]


def test_given_back_it_is_an_order_of_its_own_again(world: World) -> None:
    world.pull(supplier_id=world.borealis.pk)
    world.pull()
    assert orders_of(world.anna) == [("P00001", OrderState.CANCELLED), ("P00001", OrderState.SENT)]
    assert orders_of(world.boris) == [("P00001", OrderState.CANCELLED)]
