"""Goods arrive: whole, in part, more than once, and what the order says about it."""

from __future__ import annotations

from typing import Any

from tests.contract.target import Client, Order, World, refused

FIRST = "2026-12-01 12:00:00"
LATER = "2026-12-15 12:00:00"


def pick(world: World, line: int, quantity: float) -> int:
    """Fill one open move of a line; answers its transfer."""
    waiting = (m for m in world.moves(line) if m["state"] not in ("done", "cancel"))
    move = next(m for m in waiting if m["picking_code"] == "incoming")
    world.admin("stock.move", "write", [move["id"]], {"quantity": quantity})
    world.admin("stock.move", "write", [move["id"]], {"picked": True})
    return int(move["picking_id"][0])


def book(world: World, picking: int, **context: Any) -> Any:
    return world.admin("stock.picking", "button_validate", [picking], context={"skip_backorder": True, **context})


def received(odoo: Client, order: Order) -> list[float]:
    rows = odoo("purchase.order.line", "read", order.lines, ["qty_received"])
    return [row["qty_received"] for row in rows]


def test_booking_with_nothing_picked_books_everything(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, LATER))
    assert odoo("stock.picking", "button_validate", [world.pickings(order.id)[0]["id"]]) is True
    assert received(odoo, order) == [100.0, 40.0]
    row = odoo.one("purchase.order", order.id, "receipt_status", "effective_date", "state")
    assert (row["receipt_status"], row["state"]) == ("full", "purchase")
    assert row["effective_date"]
    on_hand = odoo("product.product", "read", order.products, ["qty_available"])
    assert [row["qty_available"] for row in on_hand] == [100.0, 40.0]


def test_less_than_the_demand_asks_back(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    picking = pick(world, order.lines[0], 30)
    answer = odoo("stock.picking", "button_validate", [picking])
    assert answer["res_model"] == "stock.backorder.confirmation"
    assert answer["type"] == "ir.actions.act_window"
    assert received(odoo, order) == [0.0]


def test_the_rest_waits_in_a_backorder(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, LATER))
    picking = pick(world, order.lines[0], 30)
    assert book(world, picking) is True
    done, rest = world.moves(order.lines[0])
    assert (done["state"], done["quantity"], done["date_deadline"]) == ("done", 30.0, FIRST)
    assert (rest["state"], rest["product_uom_qty"], rest["date"], rest["date_deadline"]) == (
        "assigned", 70.0, FIRST, FIRST,
    )  # fmt: skip
    (other,) = world.moves(order.lines[1])
    assert other["picking_id"] == rest["picking_id"] != done["picking_id"]
    first, second = world.pickings(order.id)
    assert (first["state"], second["state"]) == ("done", "assigned")
    assert second["backorder_id"][0] == first["id"]
    assert received(odoo, order) == [30.0, 0.0]
    assert odoo.one("purchase.order", order.id, "receipt_status")["receipt_status"] == "partial"


def test_a_receipt_moves_the_stamps_of_line_and_order(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, LATER))
    since = odoo.one("purchase.order", order.id, "write_date")["write_date"]
    book(world, pick(world, order.lines[0], 30))
    changed = [["id", "in", order.lines], ["write_date", ">", f"{since}.999999"]]
    # Within the same second the fraction decides; both stamps must not be older than before.
    found = odoo("purchase.order.line", "search", changed)
    assert order.lines[1] not in found


def test_without_a_backorder_the_rest_is_cancelled(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    picking = pick(world, order.lines[0], 30)
    book(world, picking, picking_ids_not_to_backorder=[picking])
    open_moves = [move for move in world.moves(order.lines[0]) if move["state"] not in ("done", "cancel")]
    assert open_moves == []
    row = odoo.one("purchase.order", order.id, "receipt_status")
    assert (row["receipt_status"], received(odoo, order)) == ("full", [30.0])
    assert odoo.one("purchase.order.line", order.lines[0], "product_qty")["product_qty"] == 100.0
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 90, "price_unit": 5.0, "date_planned": FIRST})
    open_moves = [move for move in world.moves(order.lines[0]) if move["state"] not in ("done", "cancel")]
    assert [move["product_uom_qty"] for move in open_moves] == [60.0]


def test_more_than_ordered_can_arrive(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    book(world, pick(world, order.lines[0], 110))
    assert received(odoo, order) == [110.0]


def test_quantity_changes_after_a_receipt(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    book(world, pick(world, order.lines[0], 30))
    absolute = {"price_unit": 5.0, "date_planned": FIRST}
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 40, **absolute})
    assert [(m["state"], m["product_uom_qty"]) for m in world.moves(order.lines[0])][-1] == ("assigned", 10.0)
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 30, **absolute})
    assert [m["state"] for m in world.moves(order.lines[0])] == ["done", "cancel"]
    assert odoo.one("purchase.order", order.id, "receipt_status")["receipt_status"] == "full"


def test_receipts_are_found_by_their_move_lines(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    book(world, pick(world, order.lines[0], 30))
    rows = odoo.all(
        "stock.move.line",
        [["state", "=", "done"], ["picking_code", "=", "incoming"], ["move_id.purchase_line_id", "in", order.lines]],
        "quantity", "move_id", "product_uom_id", "picking_id", "date", "lot_id", "picking_partner_id",
    )  # fmt: skip
    assert [row["quantity"] for row in rows] == [30.0]
    assert rows[0]["picking_partner_id"][0] == order.vendor


def test_a_done_transfer_keeps_its_date(world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    picking = world.pickings(order.id)[0]["id"]
    book(world, picking)
    with refused("odoo.exceptions.UserError", "Scheduled Date"):
        world.admin("stock.picking", "write", [picking], {"scheduled_date": LATER})


def test_an_open_transfer_can_be_cancelled(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    assert odoo("stock.picking", "action_cancel", [world.pickings(order.id)[0]["id"]]) is True
    assert [move["state"] for move in world.moves(order.lines[0])] == ["cancel"]
