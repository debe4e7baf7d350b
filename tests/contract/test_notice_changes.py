"""What becomes of open notices when the order changes: quantities, dates, new lines, locking, cancelling."""

from __future__ import annotations

from tests.contract.notices import FIRST, LATER, TRUCK, ordered, two_notices
from tests.contract.target import CREATE_ONLY, Client, World, refused

NEW_DATE = "2036-12-20 12:00:00"


def returns(world: World, line: int) -> list[tuple[str, float, float]]:
    return [(m["state"], m["product_uom_qty"], m["quantity"]) for m in world.moves(line)
            if m["picking_code"] == "outgoing"]  # fmt: skip


def test_the_rest_takes_what_changes(odoo: Client, world: World) -> None:
    """Its move came first, so Odoo adds to it and takes from it."""
    notices, first, second = two_notices(odoo, world)
    own, line = notices.own()["id"], notices.order.lines[0]
    kept = notices.contents(first), notices.contents(second)
    for quantity, left in ((90, 20.0), (120, 50.0)):
        notices.change(line, quantity)
        assert notices.open_quantities(line) == {own: left, first: 40.0, second: 30.0}
    assert (notices.contents(first), notices.contents(second)) == kept
    assert odoo.one("stock.picking", first, "scheduled_date")["scheduled_date"] == TRUCK


def test_a_new_line_goes_to_the_rest(odoo: Client, world: World) -> None:
    notices, *_ = two_notices(odoo, world)
    own = notices.own()["id"]
    item = str(notices.order.products[1])
    made = odoo(
        "purchase.order.line", "load",
        ["id", "order_id/.id", "product_id/.id", "name", "product_qty", "price_unit", "date_planned"],
        [[notices.key("promise", 1), str(notices.order.id), item, "Later", "20", "7.5", NEW_DATE]],
        context=CREATE_ONLY,
    )  # fmt: skip
    assert notices.open_quantities(made["ids"][0]) == {own: 20.0}


def test_split_the_other_way_round_a_notice_loses_its_lots(odoo: Client, world: World) -> None:
    """Why what stays is split off from: the line's first move is where every change lands."""
    notices = ordered(odoo, world)
    own, line = notices.own()["id"], notices.order.lines[0]
    (picking,) = notices.shell("A")["ids"]
    one, other = notices.moves(own)
    odoo("stock.picking", "write", [own], {"move_ids": [[1, one["id"], {"quantity": 40}],
                                                        [1, other["id"], {"quantity": 0}]]})  # fmt: skip
    odoo("stock.picking", "action_split_transfer", [own])
    (rest,) = odoo.all("stock.picking", [["backorder_id", "=", own]], "move_ids")
    odoo("stock.move", "write", [one["id"]], {"picking_id": picking})
    odoo("stock.move", "write", rest["move_ids"], {"picking_id": own})
    notices.fill(picking, "A", {line: [("A1", 40, "")]})
    odoo("stock.picking", "action_assign", [picking])
    assert notices.contents(picking) == [("A1", 40.0, False)]
    notices.change(line, 90)
    assert notices.open_quantities(line) == {own: 60.0, picking: 30.0}
    assert notices.contents(picking) == [(False, 30.0, False)]


def test_with_nothing_left_a_notice_takes_more(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    one, other = notices.order.lines
    first = notices.announce("A", {one: [("A1", 60, "")], other: [("A2", 40, "")]})
    second = notices.announce("B", {one: [("B1", 40, "")]}, "2036-12-05 08:00:00")
    own = notices.moves(second)[0]["id"] < notices.moves(first)[0]["id"]
    elder, younger, lot, rest = (second, first, "B1", 70.0) if own else (first, second, "A1", 90.0)
    notices.change(one, 130)
    assert notices.open_quantities(one) == {elder: rest, younger: 130.0 - rest}
    assert {(lot, rest - 30.0, False), (False, 30.0, False)} <= set(notices.contents(elder))
    assert odoo.one("stock.picking", elder, "scheduled_date")["scheduled_date"] == FIRST


def test_less_than_was_announced_makes_a_return(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    own, line = notices.own()["id"], notices.order.lines[0]
    notices.change(line, 60)
    assert notices.open_quantities(line) == {first: 40.0, second: 30.0}
    assert odoo.one("stock.picking", own, "state")["state"] == "cancel"
    assert returns(world, line) == [("confirmed", 10.0, 0.0)]
    (move,) = odoo.all("stock.move", [["purchase_line_id", "=", line], ["location_dest_id.usage", "=", "supplier"]],
                       "origin_returned_move_id", "to_refund")  # fmt: skip
    assert (move["origin_returned_move_id"], move["to_refund"]) == (False, False)


def test_a_date_moves_deadlines_in_every_transfer(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    own, line = notices.own()["id"], notices.order.lines[0]
    notices.change(line, 100, NEW_DATE)
    rows = {picking: odoo.one("stock.picking", picking, "scheduled_date", "date_deadline")
            for picking in (own, first, second)}  # fmt: skip
    assert [rows[own]["scheduled_date"], rows[first]["scheduled_date"]] == [FIRST, TRUCK]
    assert [rows[key]["date_deadline"] for key in (own, first, second)] == [NEW_DATE, NEW_DATE, LATER]
    assert {move["date_deadline"] for move in world.moves(line)} == {NEW_DATE}


def test_cancelling_the_order_cancels_its_notices(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    assert world.admin("purchase.order", "button_cancel", [notices.order.id]) is None
    assert {row["state"] for row in world.pickings(notices.order.id)} == {"cancel"}
    assert odoo("stock.move.line", "search", [["move_id.picking_id", "in", [first, second]]]) == []
    assert notices.key("asn", "A") in odoo("stock.picking", "get_external_id", [first])[str(first)]
    world.admin("purchase.order", "button_draft", [notices.order.id])
    world.admin("purchase.order", "button_confirm", [notices.order.id])
    fresh = notices.own()["id"]
    assert notices.open_quantities(notices.order.lines[0]) == {fresh: 100.0}
    assert fresh not in (first, second)


def test_an_order_with_a_received_notice_is_not_cancelled(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    world.admin("stock.picking", "button_validate", [first])
    with refused("odoo.exceptions.UserError", "since they have receipts that are already done"):
        world.admin("purchase.order", "button_cancel", [notices.order.id])
    assert odoo.one("stock.picking", second, "state")["state"] == "assigned"


def test_a_locked_order_takes_notices_still(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    line = notices.order.lines[0]
    world.admin("purchase.order", "button_done", [notices.order.id])
    own = notices.own()["id"]
    third = notices.announce("C", {line: [("C1", 10, "")]})
    assert notices.open_quantities(line) == {own: 20.0, first: 40.0, second: 30.0, third: 10.0}
    notices.change(line, 90)
    assert sum(notices.open_quantities(line).values()) == 100.0


def test_a_cancelled_notice_comes_again_with_the_next_change(odoo: Client, world: World) -> None:
    """A person cancels a notice's transfer: its quantity is open nowhere until the line is written with another."""
    notices, first, second = two_notices(odoo, world)
    own, line = notices.own()["id"], notices.order.lines[0]
    world.admin("stock.picking", "action_cancel", [first])
    assert notices.open_quantities(line) == {own: 30.0, second: 30.0}
    notices.change(line, 100)
    assert notices.open_quantities(line) == {own: 30.0, second: 30.0}
    notices.change(line, 101)
    assert notices.open_quantities(line) == {own: 71.0, second: 30.0}
