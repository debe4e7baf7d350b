"""What ordered parts are needed for is read with the order, and again when only the demand moved."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.office.models import Awaited
from integrations.office.odoo.demand import DEEPEST, Demands
from integrations.slot.models import Event
from suppliers.models import OrderLine
from suppliers.states import DemandKind
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed
Ids = dict[str, int]


def release(sandbox: SandboxProcess) -> tuple[dict[str, Any], int]:
    """An order for 100 pump housings, and the move that receives them."""
    released = sandbox.release()
    (move,) = released["moves"]
    return released, int(move["id"])


def production(start: str, *receipts: int) -> tuple[int, int]:
    """A manufacturing order that waits for these receipts, and the move that consumes them."""
    call = world.admin()
    item = call("stock.move", "read", [[receipts[0]], ["product_id"]])[0]["product_id"][0]
    raw = {"product_id": item, "product_uom_qty": 10}
    made = call("mrp.production", "create", [{"product_id": item, "date_start": start, "move_raw_ids": [[0, 0, raw]]}])
    call("mrp.production", "action_confirm", [[made]])
    (move,) = call("stock.move", "search", [[["raw_material_production_id", "=", made]]])
    for receipt in receipts:
        link(receipt, move)
    return made, move


def link(before: int, after: int) -> None:
    world.admin()("stock.move", "write", [[before], {"move_dest_ids": [[4, after]]}])


def move(receipt: int, **values: Any) -> int:
    """A bare move of the same goods; from the plant's stock to there, unless told otherwise."""
    call = world.admin()
    (row,) = call("stock.move", "read", [[receipt], ["product_id", "location_dest_id"]])
    stock = row["location_dest_id"][0]
    common = {"product_id": row["product_id"][0], "product_uom_qty": 10, "location_id": stock,
              "location_dest_id": stock, "date": "2027-03-04 06:00:00", "reference": "HAM/INT/1"}  # fmt: skip
    return int(call("stock.move", "create", [common | values]))


def needed(number: str) -> tuple[str, str, str]:
    (line,) = world.lines_of(world.order_named(number))
    return str(line.needed_date), line.needed_kind, line.needed_for


def test_the_earliest_of_what_a_line_is_needed_for(clone: Clone, sandbox: SandboxProcess) -> None:
    released, receipt = release(sandbox)
    production("2027-03-09 06:00:00", receipt)
    made, _raw = production("2027-03-05 23:30:00", receipt)
    world.pull()
    # 23:30 UTC is the next day at the plant.
    name = world.admin()("mrp.production", "read", [[made], ["name"]])[0]["name"]
    assert needed(released["name"]) == ("2027-03-06", DemandKind.PRODUCTION, name)
    assert world.order_named(released["name"]).revision == 1


def test_nothing_linked_is_said_and_not_the_lines_own_date(clone: Clone, sandbox: SandboxProcess) -> None:
    released, receipt = release(sandbox)
    link(receipt, move(receipt))  # only carried about inside the plant
    world.pull()
    assert needed(released["name"]) == ("None", "", "")


def test_through_the_plant_to_a_customer(clone: Clone, sandbox: SandboxProcess) -> None:
    released, receipt = release(sandbox)
    inside = move(receipt)
    (customers,) = world.admin()("stock.location", "search", [[["usage", "=", "customer"]]])
    (out,) = world.admin()(
        "stock.picking.type", "search", [[["code", "=", "outgoing"], ["warehouse_id.code", "=", "HAM"]]]
    )
    link(receipt, inside)
    link(inside, move(receipt, location_dest_id=customers, picking_type_id=out, reference="HAM/OUT/7"))
    world.pull()
    assert needed(released["name"]) == ("2027-03-04", DemandKind.DELIVERY, "HAM/OUT/7")


def test_a_first_step_towards_a_customer_is_a_demand(clone: Clone, sandbox: SandboxProcess) -> None:
    """Odoo 18 makes the later steps of a delivery only when the first is done; it says where the goods go."""
    released, receipt = release(sandbox)
    (customers,) = world.admin()("stock.location", "search", [[["usage", "=", "customer"]]])
    link(receipt, move(receipt, location_final_id=customers, reference="HAM/PICK/3"))
    world.pull()
    assert needed(released["name"]) == ("2027-03-04", DemandKind.TRANSFER, "HAM/PICK/3")


def test_only_the_demand_moves(clone: Clone, sandbox: SandboxProcess) -> None:
    """Neither order nor line is written: the move that changed leads back to them. No revision, and no letter."""
    released, receipt = release(sandbox)
    world.pull()
    made, _raw = production("2027-03-09 06:00:00", receipt)
    world.pull()
    assert needed(released["name"])[0] == "2027-03-09"
    with everything():
        letters = Event.objects.count()
    world.admin()("mrp.production", "write", [[made], {"date_start": "2027-02-20 06:00:00"}])
    assert world.pull().taken == 1
    assert needed(released["name"])[0] == "2027-02-20"
    assert world.order_named(released["name"]).revision == 1
    with everything():
        assert Event.objects.count() == letters


def test_a_demand_called_off(clone: Clone, sandbox: SandboxProcess) -> None:
    """Odoo cuts the link and leaves the receipt unwritten, so the order is known by the move it waited for."""
    released, receipt = release(sandbox)
    made, _raw = production("2027-03-09 06:00:00", receipt)
    world.pull()
    world.admin()("mrp.production", "action_cancel", [[made]])
    assert world.pull().taken == 1
    assert needed(released["name"]) == ("None", "", "")
    with everything():
        kept = set(Awaited.objects.values_list("order_id", flat=True))
    assert released["id"] not in kept


def test_two_orders_for_one_demand(clone: Clone, sandbox: SandboxProcess) -> None:
    (one, first), (two, second) = release(sandbox), release(sandbox)
    made, _raw = production("2027-03-09 06:00:00", first, second)
    world.pull()
    world.admin()("mrp.production", "write", [[made], {"date_start": "2027-03-01 06:00:00"}])
    world.pull()
    assert needed(one["name"])[0] == needed(two["name"])[0] == "2027-03-01"


def test_a_ring_of_moves_ends(clone: Clone, sandbox: SandboxProcess) -> None:
    released, receipt = release(sandbox)
    first, second = move(receipt), move(receipt)
    for before, after in ((receipt, first), (first, second), (second, first)):
        link(before, after)
    gateway = world.gateway()
    line = released["lines"][0]["id"]
    assert Demands(gateway).of_lines([line])[line].earliest is None
    assert len(gateway.exchanges) <= DEEPEST + 2


def test_the_calls_do_not_grow_with_the_orders(clone: Clone, sandbox: SandboxProcess) -> None:
    lines = []
    for day in range(1, 7):
        released, receipt = release(sandbox)
        production(f"2027-03-0{day} 06:00:00", receipt)
        lines.append(released["lines"][0]["id"])
    few, many = world.gateway(), world.gateway()
    Demands(few).of_lines(lines[:1])
    assert len(Demands(many).of_lines(lines)) == 6
    assert len(many.exchanges) == len(few.exchanges) == 3  # receipts, which fields there are, what is behind


def test_an_odoo_without_manufacturing(clone: Clone, sandbox: SandboxProcess, monkeypatch: Any) -> None:
    monkeypatch.setattr("integrations.office.odoo.demand._OPTIONAL", ("no_such_field",))
    released, receipt = release(sandbox)
    production("2027-03-09 06:00:00", receipt)
    assert world.pull().failure == ""
    with everything():
        assert OrderLine.objects.get(order__number=released["name"]).needed_kind == DemandKind.TRANSFER
