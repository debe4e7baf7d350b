"""Goods of a notice arrive: whole, in part, more than announced, without a lot, and go back again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.notices import FIRST, TRUCK, Notices, ordered, two_notices
from tests.contract.target import Client, World, refused

USER_ERROR = "odoo.exceptions.UserError"


def received(notices: Notices) -> list[float]:
    rows = notices.odoo("purchase.order.line", "read", notices.order.lines, ["qty_received"])
    return [row["qty_received"] for row in rows]


def done_lines(odoo: Client, notices: Notices, **kwargs: Any) -> list[dict[str, Any]]:
    """How receipts are to be read: by the order line, for a line may name no transfer."""
    return odoo.all(
        "stock.move.line", [["state", "=", "done"], ["move_id.purchase_line_id", "in", notices.order.lines]],
        "lot_id", "result_package_id", "package_id", "quantity", "product_uom_id", "date", "write_date", "move_id",
        "picking_id", "picking_code", "location_id", "location_dest_id", "picked", order="id", **kwargs,
    )  # fmt: skip


def clerk(world: World, picking: int, quantities: dict[str, float]) -> None:
    """A person enters what is there of each lot, and ticks those lines only."""
    lines = world.admin.all("stock.move.line", [["picking_id", "=", picking]], "lot_id", order="id")
    for line in lines:
        if (lot := line["lot_id"][1]) in quantities:
            world.admin("stock.move.line", "write", [line["id"]], {"quantity": quantities[lot], "picked": True})


def validate(world: World, picking: int, **context: Any) -> Any:
    return world.admin("stock.picking", "button_validate", [picking], context={"skip_backorder": True, **context})


def test_one_notice_is_received_and_nothing_of_the_other(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    own, before = notices.own()["id"], notices.contents(second)
    assert world.admin("stock.picking", "button_validate", [first]) is True
    assert received(notices) == [40.0, 0.0]
    rows = done_lines(odoo, notices)
    assert [(r["lot_id"][1], r["quantity"], r["picking_id"][0], r["picking_code"], r["picked"]) for r in rows] == [
        ("A1", 25.0, first, "incoming", True), ("A2", 15.0, first, "incoming", True),
    ]  # fmt: skip
    assert [r["result_package_id"][1] for r in rows] == [f"C1-{notices.run}", f"C2-{notices.run}"]
    assert notices.contents(second) == before
    assert notices.open_quantities(notices.order.lines[0]) == {own: 30.0, second: 30.0}
    (move,) = odoo.all("stock.move", [["picking_id", "=", first]], "date", "date_deadline", "state", "quantity")
    assert (move["state"], move["date_deadline"], move["date"] != TRUCK) == ("done", FIRST, True)
    assert {row["date"] for row in rows} == {move["date"]}
    assert odoo.one("stock.picking", first, "state", "scheduled_date") == {
        "id": first, "state": "done", "scheduled_date": TRUCK,
    }  # fmt: skip
    status = odoo.one("purchase.order", notices.order.id, "receipt_status")["receipt_status"]
    assert status == "partial"
    packed = odoo.all("stock.quant.package", [["name", "=", f"C1-{notices.run}"]], "location_id")
    assert packed[0]["location_id"] == rows[0]["location_dest_id"]


def test_receipts_are_read_by_windows(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    validate(world, first)
    (one, _) = done_lines(odoo, notices)
    validate(world, second)
    window = [["state", "=", "done"], ["write_date", ">=", one["write_date"]],
              ["move_id.purchase_line_id", "in", notices.order.lines]]  # fmt: skip
    assert odoo("stock.move.line", "search_count", window) == 4
    late = [*window[:1], ["write_date", ">=", "2099-01-01 00:00:00"], window[2]]
    assert odoo("stock.move.line", "search_count", late) == 0


def test_a_part_of_a_notice(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    clerk(world, first, {"A1": 20, "A2": 15})
    answer = world.admin("stock.picking", "button_validate", [first])
    assert (answer["res_model"], answer["context"]["button_validate_picking_ids"]) == (
        "stock.backorder.confirmation", [first],
    )  # fmt: skip
    assert validate(world, first) is True
    assert received(notices) == [35.0, 0.0]
    assert [(r["lot_id"][1], r["quantity"]) for r in done_lines(odoo, notices)] == [("A1", 20.0), ("A2", 15.0)]
    (rest,) = odoo.all("stock.picking", [["backorder_id", "=", first]], "state", "note", "scheduled_date")
    assert (rest["state"], "A" in rest["note"], rest["scheduled_date"]) == ("assigned", True, TRUCK)
    assert odoo("stock.picking", "get_external_id", [rest["id"]]) == {str(rest["id"]): ""}
    assert notices.contents(rest["id"]) == [(False, 5.0, False)], "what is left has no lot any more"
    assert notices.open_quantities(notices.order.lines[0])[second] == 30.0


def test_a_lot_that_did_not_come(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    one, other = notices.order.lines
    picking = notices.announce("A", {one: [("A1", 25, "C1"), ("A2", 15, "C2")], other: [("A3", 10, "C2")]})
    clerk(world, picking, {"A1": 25})
    assert validate(world, picking) is True
    assert received(notices) == [25.0, 0.0]
    (rest,) = odoo.all("stock.picking", [["backorder_id", "=", picking]], "state")
    assert sorted(notices.contents(rest["id"]), key=str) == [("A3", 10.0, "C2"), (False, 15.0, False)]


def test_no_backorder_leaves_the_demand(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    one, other = notices.order.lines
    picking = notices.announce("A", {one: [("A1", 25, ""), ("A2", 15, "")], other: [("A3", 10, "")]})
    clerk(world, picking, {"A1": 20})
    assert validate(world, picking, picking_ids_not_to_backorder=[picking]) is True
    assert odoo("stock.picking", "search", [["backorder_id", "=", picking]]) == []
    moves = odoo.all("stock.move", [["picking_id", "=", picking]], "product_uom_qty", "quantity", "state", order="id")
    assert sorted((m["state"], m["product_uom_qty"], m["quantity"]) for m in moves) == [
        ("cancel", 10.0, 0.0), ("done", 40.0, 20.0),
    ]  # fmt: skip
    own = notices.own()["id"]
    assert notices.open_quantities(one) == {own: 60.0}
    notices.change(one, 80)
    assert notices.open_quantities(one) == {own: 60.0}


def test_more_than_announced_takes_nothing_from_the_rest(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    own = notices.own()["id"]
    clerk(world, first, {"A1": 32, "A2": 15})
    assert validate(world, first) is True
    (move,) = odoo.all("stock.move", [["picking_id", "=", first]], "product_uom_qty", "quantity")
    assert (move["product_uom_qty"], move["quantity"]) == (40.0, 47.0)
    assert received(notices) == [47.0, 0.0]
    assert notices.open_quantities(notices.order.lines[0]) == {own: 30.0, second: 30.0}


def test_every_tracked_item_needs_a_lot(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    with refused(USER_ERROR, "You need to supply a Lot/Serial Number for product:\n- ") as said:
        world.admin("stock.picking", "button_validate", [notices.own()["id"]])
    assert said["message"].count("\n- ") == 2


def test_nothing_is_validated_twice(odoo: Client, world: World) -> None:
    notices, first, _ = two_notices(odoo, world)
    validate(world, first)
    with refused(USER_ERROR, "You cannot validate a transfer if no quantities are reserved."):
        validate(world, first)
    assert received(notices) == [40.0, 0.0]


# Back to the vendor


def send_back(world: World, picking: int, quantities: dict[int, float], **more: Any) -> Any:
    """The wizard as a person would fill it: how much of every line's move goes back."""
    context = {"active_id": picking, "active_ids": [picking], "active_model": "stock.picking"}
    wizard = world.admin("stock.return.picking", "create", {"picking_id": picking}, context=context)
    lines = world.admin.all("stock.return.picking.line", [["wizard_id", "=", wizard]], "move_id", "quantity",
                            "to_refund", order="id")  # fmt: skip
    assert {(line["quantity"], line["to_refund"]) for line in lines} == {(0.0, True)}
    for line in lines:
        (move,) = world.admin("stock.move", "read", [line["move_id"][0]], ["purchase_line_id"])
        if quantity := quantities.get(move["purchase_line_id"][0]):
            world.admin("stock.return.picking.line", "write", [line["id"]], {"quantity": quantity, **more})
    return world.admin("stock.return.picking", "action_create_returns", [wizard], context=context)


def test_lots_go_back_to_the_vendor(odoo: Client, world: World) -> None:
    notices, first, _ = two_notices(odoo, world)
    validate(world, first)
    (came,) = odoo.all("stock.move", [["picking_id", "=", first]], "location_id", "location_dest_id")
    answer = send_back(world, first, {notices.order.lines[0]: 30})
    assert (answer["res_model"], answer["type"]) == ("stock.picking", "ir.actions.act_window")
    back = answer["res_id"]
    row = odoo.one("stock.picking", back, "state", "return_id", "picking_type_code", "origin", "purchase_id",
                   "location_id", "location_dest_id", "date_deadline", "partner_id")  # fmt: skip
    name = odoo.one("stock.picking", first, "name")["name"]
    assert (row["state"], row["return_id"][0], row["picking_type_code"]) == ("assigned", first, "outgoing")
    assert (row["origin"], row["purchase_id"][0]) == (f"Return of {name}", notices.order.id)
    assert (row["location_id"], row["location_dest_id"]) == (came["location_dest_id"], came["location_id"])
    assert (row["date_deadline"], row["partner_id"][0]) == (False, notices.order.vendor)
    (move,) = odoo.all("stock.move", [["picking_id", "=", back]], "origin_returned_move_id", "to_refund",
                       "purchase_line_id", "product_uom_qty", "quantity", "state", "price_unit")  # fmt: skip
    assert (move["origin_returned_move_id"][0], move["to_refund"]) == (came["id"], True)
    assert (move["purchase_line_id"][0], move["state"]) == (notices.order.lines[0], "assigned")
    assert (move["product_uom_qty"], move["quantity"], move["price_unit"]) == (30.0, 30.0, 0.0)
    assert received(notices) == [40.0, 0.0]
    assert validate(world, back) is True
    assert received(notices) == [10.0, 0.0]
    gone = [line for line in done_lines(odoo, notices) if line["picking_id"][0] == back]
    assert sum(line["quantity"] for line in gone) == 30.0
    assert {line["lot_id"][1] for line in gone} == {"A1", "A2"}
    assert {line["location_dest_id"][0] for line in gone} == {came["location_id"][0]}
    assert {line["picking_code"] for line in gone} == {"outgoing"}
    lots = odoo.all("stock.lot", [["product_id", "=", notices.order.products[0]]], "name", "product_qty")
    assert sum(lot["product_qty"] for lot in lots) == 10.0


def test_a_return_without_a_refund_leaves_what_was_received(odoo: Client, world: World) -> None:
    notices, first, _ = two_notices(odoo, world)
    validate(world, first)
    back = send_back(world, first, {notices.order.lines[0]: 10}, to_refund=False)["res_id"]
    assert validate(world, back) is True
    assert received(notices) == [40.0, 0.0]


def test_what_cannot_go_back(odoo: Client, world: World) -> None:
    notices, first, _ = two_notices(odoo, world)
    with refused(USER_ERROR, "You may only return Done pickings."):
        send_back(world, first, {})
    validate(world, first)
    with refused(USER_ERROR, "Please specify at least one non-zero quantity."):
        send_back(world, first, {})
    back = send_back(world, first, {notices.order.lines[0]: 500})["res_id"]
    (move,) = odoo.all("stock.move", [["picking_id", "=", back]], "product_uom_qty", "quantity", "state")
    assert (move["product_uom_qty"], move["quantity"], move["state"]) == (500.0, 40.0, "partially_available")


# Serial numbers


@pytest.fixture
def serials(odoo: Client, world: World) -> Any:
    item = world.product(tracking="serial")

    def announced(*numbers: str, lots_of: Notices | None = None) -> tuple[Notices, int]:
        order = world.order((float(len(numbers)), 5.0, FIRST), products=[item])
        notices = Notices(odoo, world, order, **({"run": lots_of.run} if lots_of else {}))
        name = notices.order.name.replace("/", "-")
        return notices, notices.announce(name, {order.lines[0]: [(number, 1, "") for number in numbers]})

    return announced


def test_a_serial_comes_once(odoo: Client, world: World, serials: Any) -> None:
    notices, picking = serials("S1", "S2")
    assert validate(world, picking) is True
    assert received(notices) == [2.0]
    again, second = serials("S1", lots_of=notices)
    with refused("odoo.exceptions.ValidationError", "The serial number has already been assigned", "S1"):
        validate(world, second)
    back = send_back(world, picking, {notices.order.lines[0]: 2})["res_id"]
    assert validate(world, back) is True
    assert validate(world, second) is True
    assert received(again) == [1.0]


def test_two_pieces_on_one_serial_are_refused_at_the_dock(odoo: Client, world: World, serials: Any) -> None:
    _, picking = serials("S1", "S2")
    line = odoo.all("stock.move.line", [["picking_id", "=", picking]], "lot_id", order="id")[0]
    assert odoo("stock.move.line", "write", [line["id"]], {"quantity": 2}) is True
    with refused("odoo.exceptions.ValidationError", "The serial number has already been assigned"):
        validate(world, picking)
