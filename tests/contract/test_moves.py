"""Open moves, the transfer's dates, and the forecast that planners read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.target import Client, World, refused

FIRST = "2036-12-01 12:00:00"
LATER = "2036-12-10 12:00:00"


def forecast(odoo: Client, product: int, until: str, since: str | None = None) -> float:
    context = {"to_date": until} | ({"from_date": since} if since else {})
    return float(odoo("product.product", "read", [product], ["virtual_available"], context=context)[0]
                 ["virtual_available"])  # fmt: skip


def test_a_lines_date_moves_deadlines_and_no_date(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    odoo("purchase.order.line", "write", order.lines, {"date_planned": LATER})
    (move,) = world.moves(order.lines[0])
    assert (move["date"], move["date_deadline"]) == (FIRST, LATER)
    (picking,) = world.pickings(order.id)
    assert (picking["scheduled_date"], picking["date_deadline"]) == (FIRST, LATER)


def test_the_forecast_follows_the_moves_date_only(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    item, line = order.products[0], order.lines[0]
    days = ["2036-11-30 12:00:00", FIRST, "2036-12-09 12:00:00", LATER]
    assert [forecast(odoo, item, day) for day in days] == [0.0, 100.0, 100.0, 100.0]
    odoo("purchase.order.line", "write", [line], {"date_planned": LATER})
    assert [forecast(odoo, item, day) for day in days] == [0.0, 100.0, 100.0, 100.0]
    open_moves = [["purchase_line_id", "=", line], ["state", "not in", ["done", "cancel"]],
                  ["location_dest_id.usage", "!=", "supplier"]]  # fmt: skip
    ids = odoo("stock.move", "search", open_moves)
    assert odoo("stock.move", "write", ids, {"date": LATER}) is True
    assert [forecast(odoo, item, day) for day in days] == [0.0, 0.0, 0.0, 100.0]
    assert forecast(odoo, item, "2036-12-12 12:00:00", "2036-12-02 12:00:00") == 100.0
    assert world.pickings(order.id)[0]["scheduled_date"] == LATER


def test_incoming_quantity_has_the_same_window(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    read = odoo("product.product", "read", order.products, ["incoming_qty", "qty_available"])[0]
    assert (read["incoming_qty"], read["qty_available"]) == (100.0, 0.0)
    early = odoo("product.product", "read", order.products, ["incoming_qty"], context={"to_date": "2036-11-01"})[0]
    assert early["incoming_qty"] == 0.0


def test_the_transfers_date_is_that_of_its_earliest_move(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, LATER))
    move = world.moves(order.lines[0])[0]
    odoo("stock.move", "write", [move["id"]], {"date": "2036-12-20 12:00:00"})
    assert world.pickings(order.id)[0]["scheduled_date"] == LATER


def test_writing_the_transfers_date_moves_all_its_moves(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, LATER))
    picking = world.pickings(order.id)[0]["id"]
    odoo("stock.picking", "write", [picking], {"scheduled_date": "2036-12-05 08:00:00"})
    moves = [world.moves(line)[0] for line in order.lines]
    assert [move["date"] for move in moves] == ["2036-12-05 08:00:00"] * 2
    assert [move["date_deadline"] for move in moves] == [FIRST, LATER]


def test_writing_a_moves_date_is_repeatable(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    move = world.moves(order.lines[0])[0]["id"]
    for _ in range(2):
        assert odoo("stock.move", "write", [move], {"date": LATER}) is True
    assert world.moves(order.lines[0])[0]["date"] == LATER


def test_a_moves_date_in_iso_notation_is_refused(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    with refused("builtins.ValueError", "does not match format"):
        odoo("stock.move", "write", [world.moves(order.lines[0])[0]["id"]], {"date": "2036-12-10T12:00:00"})


def test_the_price_of_open_moves_follows_the_line(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    odoo("purchase.order.line", "write", order.lines, {"price_unit": 6.5})
    assert world.moves(order.lines[0])[0]["price_unit"] == 6.5


def test_another_description_keeps_added_quantity_apart(odoo: Client, world: World) -> None:
    """Moves merge only when they agree; a line can have several open ones, so quantities must be summed."""
    order = world.order((100, 5.0, FIRST))
    odoo("purchase.order.line", "write", order.lines, {"name": "Edited by hand"})
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 130, "price_unit": 5.0, "date_planned": FIRST})
    assert [move["product_uom_qty"] for move in world.moves(order.lines[0])] == [100.0, 30.0]


# Move lines: what a shipment notice writes


@pytest.fixture
def lot_order(world: World) -> Any:
    return world.order((100, 5.0, FIRST), products=[world.product(tracking="lot")])


def test_move_lines_are_replaced_in_one_write(odoo: Client, world: World, lot_order: Any) -> None:
    item = lot_order.products[0]
    move = odoo.one("stock.move", world.moves(lot_order.lines[0])[0]["id"], "move_line_ids", "picking_id",
                    "location_id", "location_dest_id")  # fmt: skip
    (old,) = move["move_line_ids"]
    lots = odoo(
        "stock.lot",
        "load",
        ["id", "name", "product_id/.id"],
        [[f"portal_sync.{odoo.unique('lot')}", "A", str(item)], [f"portal_sync.{odoo.unique('lot')}", "B", str(item)]],
    )
    package = odoo("stock.quant.package", "create", [{"name": odoo.unique("SSCC")}])[0]
    places = {"location_id": move["location_id"][0], "location_dest_id": move["location_dest_id"][0]}
    common = {"picking_id": move["picking_id"][0], "move_id": move["id"], "product_id": item, **places}
    commands = [
        [2, old, 0],
        [0, 0, {**common, "quantity": 60, "lot_id": lots["ids"][0], "result_package_id": package}],
        [0, 0, {**common, "quantity": 30, "lot_id": lots["ids"][1]}],
        [0, 0, {**common, "quantity": 10, "lot_name": "NEW"}],
    ]
    assert odoo("stock.move", "write", [move["id"]], {"move_line_ids": commands}) is True
    lines = odoo.all("stock.move.line", [["move_id", "=", move["id"]]], "quantity", "lot_id", "lot_name", "picked",
                     "result_package_id", order="id")  # fmt: skip
    assert [(line["quantity"], line["picked"]) for line in lines] == [(60.0, False), (30.0, False), (10.0, False)]
    assert lines[0]["lot_id"][1] == "A"
    assert lines[0]["result_package_id"][0] == package
    assert (lines[2]["lot_id"], lines[2]["lot_name"]) == (False, "NEW")
    after = odoo.one("stock.move", move["id"], "quantity", "picked", "state", "product_uom_qty")
    assert (after["quantity"], after["picked"]) == (100.0, False)


def test_tracked_goods_need_a_lot_before_they_are_booked(world: World, lot_order: Any) -> None:
    with refused("odoo.exceptions.UserError", "Lot/Serial"):
        world.admin("stock.picking", "button_validate", [world.pickings(lot_order.id)[0]["id"]])


def test_a_named_lot_is_made_when_goods_are_booked(world: World, lot_order: Any) -> None:
    move = world.admin.one("stock.move", world.moves(lot_order.lines[0])[0]["id"], "move_line_ids", "picking_id")
    world.admin("stock.move.line", "write", move["move_line_ids"], {"lot_name": "HEAT-7"})
    assert world.admin("stock.picking", "button_validate", [move["picking_id"][0]]) is True
    lot = world.admin.all("stock.lot", [["product_id", "=", lot_order.products[0]]], "name", "purchase_order_ids")[0]
    assert (lot["name"], lot["purchase_order_ids"]) == ("HEAT-7", [lot_order.id])
