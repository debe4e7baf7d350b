"""A shipment notice gets an incoming transfer of its own: every call of the sequence, and what it refuses."""

from __future__ import annotations

from typing import Any

from tests.contract.notices import FIRST, LATER, LINE_COLUMNS, TRUCK, Notices, ordered, two_notices
from tests.contract.target import CREATE_ONLY, Client, World, refused

USER_ERROR = "odoo.exceptions.UserError"


def state_of(odoo: Client, picking: int) -> dict[str, Any]:
    return odoo.one("stock.picking", picking, "state", "purchase_id", "scheduled_date", "date_deadline", "move_ids")


# The empty transfer


def test_a_transfer_is_made_once_under_its_key(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    made = notices.shell("A")
    assert made["messages"] == []
    assert notices.shell("A") == made
    row = odoo.one("stock.picking", made["ids"][0], "state", "purchase_id", "origin", "move_ids", "date_deadline",
                   "backorder_id", "company_id", "move_type", "picking_type_code", "user_id")  # fmt: skip
    assert (row["state"], row["purchase_id"], row["origin"], row["move_ids"]) == (
        "draft",
        False,
        notices.order.name,
        [],
    )
    assert (row["date_deadline"], row["backorder_id"], row["move_type"]) == (False, False, "direct")
    assert (row["picking_type_code"], row["user_id"][0]) == ("incoming", odoo.uid)
    own = notices.own()["id"]
    keys = odoo("stock.picking", "get_external_id", [own, made["ids"][0]])
    assert keys == {str(own): "", str(made["ids"][0]): notices.key("asn", "A")}
    assert odoo("stock.picking", "load", ["id"], [[notices.key("asn", "A")]], context=CREATE_ONLY)["ids"] == made["ids"]


def test_a_transfer_without_its_places_is_refused(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    row = [notices.key("asn", "X"), notices.order.name]
    answer = odoo("stock.picking", "load", ["id", "origin"], [row], context=CREATE_ONLY)
    assert answer["ids"] is False
    assert answer["messages"][0]["message"] == "Missing required value for the field 'Source Location' (location_id)"


def test_an_empty_transfer_takes_no_step_but_cancelling(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    (picking,) = notices.shell("A")["ids"]
    with refused(USER_ERROR, "Nothing to check the availability for."):
        odoo("stock.picking", "action_assign", [picking])
    with refused(USER_ERROR, "Nothing to split. Fill the quantities"):
        odoo("stock.picking", "action_split_transfer", [picking])
    with refused(USER_ERROR, "You can’t validate an empty transfer."):
        odoo("stock.picking", "button_validate", [picking])
    assert odoo("stock.picking", "action_cancel", [picking]) is True
    assert state_of(odoo, picking)["state"] == "cancel"
    assert notices.shell("A")["ids"] == [picking]
    assert odoo("stock.picking", "unlink", [picking]) is True
    assert odoo("stock.picking", "read", [picking], ["name"]) == []
    assert notices.shell("A")["ids"] != [picking]


# Splitting


def test_quantities_on_the_transfer_and_the_split(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    own = notices.own()["id"]
    one, other = notices.moves(own)
    commands = [[1, one["id"], {"quantity": 60}], [1, other["id"], {"quantity": 0}]]
    for _ in range(2):
        assert odoo("stock.picking", "write", [own], {"move_ids": commands, "note": "<p>kept</p>"}) is True
    entered = [(m["product_uom_qty"], m["quantity"], m["state"]) for m in notices.moves(own)]
    assert entered == [(100.0, 60.0, "partially_available"), (40.0, 0.0, "confirmed")]
    assert odoo("stock.picking", "action_split_transfer", [own]) is None
    (kept,) = notices.moves(own)
    assert (kept["id"], kept["product_uom_qty"], kept["quantity"]) == (one["id"], 60.0, 60.0)
    assert kept["state"] == "partially_available"
    (rest,) = odoo.all("stock.picking", [["backorder_id", "=", own]], "state", "note", "origin", "partner_id",
                       "move_type", "purchase_id", "user_id")  # fmt: skip
    assert (rest["state"], rest["origin"], rest["move_type"]) == ("assigned", notices.order.name, "direct")
    assert ("kept" in rest["note"], rest["partner_id"][0], rest["user_id"]) == (True, notices.order.vendor, False)
    assert rest["purchase_id"][0] == notices.order.id
    assert odoo("stock.picking", "get_external_id", [rest["id"]]) == {str(rest["id"]): ""}
    gone = {m["purchase_line_id"][0]: m for m in notices.moves(rest["id"])}
    assert [gone[line]["product_uom_qty"] for line in notices.order.lines] == [40.0, 40.0]
    assert {m["state"] for m in gone.values()} == {"assigned"}
    assert gone[notices.order.lines[1]]["id"] == other["id"], "a move without a quantity goes over as it is"
    assert [(m["date"], m["date_deadline"]) for m in (gone[line] for line in notices.order.lines)] == [
        (FIRST, FIRST), (LATER, LATER),
    ]  # fmt: skip
    assert sum(sum(notices.open_quantities(line).values()) for line in notices.order.lines) == 140.0


def test_what_cannot_be_split(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    own = notices.own()["id"]
    one, other = (move["id"] for move in notices.moves(own))

    def enter(first: float, second: float) -> None:
        odoo("stock.picking", "write", [own], {"move_ids": [[1, one, {"quantity": first}],
                                                            [1, other, {"quantity": second}]]})  # fmt: skip

    with refused(USER_ERROR, "Nothing to split, all demand is done."):
        odoo("stock.picking", "action_split_transfer", [own])
    enter(0, 0)
    with refused(USER_ERROR, "Nothing to split. Fill the quantities"):
        odoo("stock.picking", "action_split_transfer", [own])
    enter(101, 10)
    with refused(USER_ERROR, "Can't split: quantities done can't be above demand"):
        odoo("stock.picking", "action_split_transfer", [own])
    with refused("odoo.exceptions.MissingError"):
        odoo("stock.picking", "write", [own], {"move_ids": [[1, 99999999, {"quantity": 1}]]})


# Moves change their transfer


def test_moves_go_over_and_their_lines_stay_behind(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    (picking,) = notices.shell("A")["ids"]
    own = notices.own()["id"]
    moves = notices.moves(own)
    lines = [line for move in moves for line in move["move_line_ids"]]
    assert odoo("stock.move", "write", [move["id"] for move in moves], {"picking_id": picking}) is True
    taken, left = state_of(odoo, picking), state_of(odoo, own)
    assert (taken["state"], taken["purchase_id"][0], len(taken["move_ids"])) == ("assigned", notices.order.id, 2)
    assert (taken["scheduled_date"], taken["date_deadline"]) == (FIRST, FIRST)
    assert (left["state"], left["purchase_id"], left["move_ids"]) == ("draft", False, [])
    assert (left["scheduled_date"], left["date_deadline"]) == (FIRST, False)
    name = odoo.one("stock.picking", picking, "name")["name"]
    assert {row["reference"] for row in odoo("stock.move", "read", taken["move_ids"], ["reference"])} == {name}
    assert {row["picking_id"][0] for row in odoo("stock.move.line", "read", lines, ["picking_id"])} == {own}
    assert odoo("stock.picking", "unlink", [own]) is True
    assert [row["picking_id"] for row in odoo("stock.move.line", "read", lines, ["picking_id"])] == [False, False]
    assert odoo.one("stock.picking", picking, "move_line_ids")["move_line_ids"] == []
    assert odoo("stock.move.line", "write", lines, {"picking_id": picking}) is True
    assert sorted(odoo.one("stock.picking", picking, "move_line_ids")["move_line_ids"]) == lines
    assert odoo.one("purchase.order", notices.order.id, "picking_ids")["picking_ids"] == [picking]


def test_lines_without_a_transfer_are_booked_without_one(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world, tracking="none")
    (picking,) = notices.shell("A")["ids"]
    own = notices.own()["id"]
    moves = [move["id"] for move in notices.moves(own)]
    odoo("stock.move", "write", moves, {"picking_id": picking})
    odoo("stock.picking", "unlink", [own])
    assert odoo("stock.picking", "button_validate", [picking]) is True
    done = [["state", "=", "done"], ["move_id.purchase_line_id", "in", notices.order.lines]]
    rows = odoo.all("stock.move.line", done, "picking_id", "picking_code", "quantity")
    assert {(row["picking_id"], row["picking_code"]) for row in rows} == {(False, False)}
    assert odoo("stock.move.line", "search", [*done, ["picking_code", "=", "incoming"]]) == []


def test_a_move_goes_only_where_there_is_something(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    move = notices.moves(notices.own()["id"])[0]["id"]
    with refused("odoo.exceptions.MissingError"):
        odoo("stock.move", "write", [move], {"picking_id": 99999999})
    (picking,) = notices.shell("A")["ids"]
    odoo("stock.picking", "action_cancel", [picking])
    assert odoo("stock.move", "write", [move], {"picking_id": picking}) is True
    assert state_of(odoo, picking)["state"] == "assigned", "a cancelled transfer is open again"


def test_a_transfer_with_moves_is_not_deleted(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world, tracking="none")
    own = notices.own()["id"]
    with refused("odoo.exceptions.AccessError", "stock.move"):
        odoo("stock.picking", "unlink", [own])
    assert sum(notices.open_quantities(notices.order.lines[0]).values()) == 100.0
    odoo("stock.picking", "button_validate", [own])
    with refused(USER_ERROR, "You cannot cancel a stock move that has been set to 'Done'."):
        odoo("stock.picking", "unlink", [own])
    with refused("odoo.exceptions.MissingError"):
        odoo("stock.picking", "unlink", [99999999])


# Lines of a notice


def test_lines_are_taken_away_and_made_anew(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    own = notices.own()["id"]
    move = notices.moves(own)[0]
    assert odoo("stock.move.line", "unlink", move["move_line_ids"]) is True
    (emptied, _) = notices.moves(own)
    assert (emptied["quantity"], emptied["state"], emptied["product_uom_qty"]) == (0.0, "confirmed", 100.0)
    item = move["product_id"][0]
    notices.loaded("stock.lot", ["id", "name", "product_id/.id"],
                   [[notices.key("lot", f"{item}_{lot}"), lot, item] for lot in ("L1", "L2")])  # fmt: skip
    notices.loaded("stock.quant.package", ["id", "name"], [[notices.key("pack", "P"), f"P-{notices.run}"]])
    rows = [notices.line("A", move, "L1", 70, "P"), notices.line("A", move, "L2", 30, "")]
    made = notices.loaded("stock.move.line", LINE_COLUMNS, rows)
    assert notices.loaded("stock.move.line", LINE_COLUMNS, rows) == made
    (filled, _) = notices.moves(own)
    assert (filled["quantity"], filled["state"]) == (100.0, "confirmed"), "it says so only when asked to assign"
    assert odoo("stock.picking", "action_assign", [own]) is True
    assert notices.moves(own)[0]["state"] == "assigned"
    assert notices.contents(own)[-2:] != []
    assert {("L1", 70.0, "P"), ("L2", 30.0, False)} <= set(notices.contents(own))
    assert odoo("stock.move.line", "write", made[:1], {"quantity": 60}) is True
    assert notices.moves(own)[0]["state"] == "partially_available"


def test_lines_that_cannot_be(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    move, other = notices.moves(notices.own()["id"])
    item = other["product_id"][0]
    notices.loaded("stock.lot", ["id", "name", "product_id/.id"], [[notices.key("lot", f"{item}_L"), "L", item]])
    stray = notices.line("A", move, "", 5, "")
    stray[4] = notices.key("lot", f"{item}_L")
    for row, sentence in (
        (notices.line("B", move, "", -3, ""), "You can not enter negative quantities."),
        (notices.line("C", move, "unknown", 3, ""), "No matching record found for external id"),
        (stray, "This lot L is incompatible with this product"),
    ):
        answer = odoo("stock.move.line", "load", LINE_COLUMNS, [row], context=CREATE_ONLY)
        assert answer["ids"] is False
        assert sentence in answer["messages"][0]["message"]
    bare = odoo("stock.move.line", "load", ["id", "move_id/.id", "quantity", "lot_name"],
                [[notices.key("line", "D"), move["id"], 5, "N"]], context=CREATE_ONLY)  # fmt: skip
    assert bare["ids"] is False, "a line needs its item"
    assert "should belong to the same category" in bare["messages"][0]["message"]
    with refused("odoo.exceptions.MissingError"):
        odoo("stock.move.line", "unlink", [99999999])


def test_a_line_put_on_a_done_move_is_booked_at_once(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world, tracking="none")
    own = notices.own()["id"]
    move = notices.moves(own)[0]
    row = notices.line("A", move, "", 3, "")
    odoo("stock.picking", "button_validate", [own])
    notices.loaded("stock.move.line", LINE_COLUMNS, [row])
    line = odoo.one("purchase.order.line", notices.order.lines[0], "qty_received", "product_qty")
    assert (line["qty_received"], line["product_qty"]) == (103.0, 100.0)
    with refused(USER_ERROR, "You can not delete product moves if the picking is done."):
        odoo("stock.move.line", "unlink", odoo("stock.move.line", "search", [["move_id", "=", move["id"]]]))


# The whole sequence


def test_two_notices_stand_beside_the_rest(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    own = notices.own()["id"]
    assert notices.contents(first) == [("A1", 25.0, "C1"), ("A2", 15.0, "C2")]
    assert sorted(notices.contents(second)) == [("B1", 30.0, "C3"), ("B2", 40.0, "C3")]
    assert notices.contents(own) == [(False, 30.0, False)]
    assert notices.open_quantities(notices.order.lines[0]) == {own: 30.0, first: 40.0, second: 30.0}
    row = state_of(odoo, first)
    assert (row["state"], row["scheduled_date"], row["date_deadline"]) == ("assigned", TRUCK, FIRST)
    assert {move["date"] for move in notices.moves(first)} == {TRUCK}
    assert {move["date"] for move in notices.moves(own)} == {FIRST}
    assert {move["state"] for picking in (own, first, second) for move in notices.moves(picking)} == {"assigned"}
    lines = odoo.all("stock.move.line", [["move_id.picking_id", "in", [own, first, second]]], "picking_id", "move_id")
    assert {row["picking_id"][0] for row in lines} == {own, first, second}


def test_a_notice_is_called_off(odoo: Client, world: World) -> None:
    notices, first, second = two_notices(odoo, world)
    own, line = notices.own()["id"], notices.order.lines[0]
    moves = notices.moves(first)
    odoo("stock.move", "write", [move["id"] for move in moves], {"picking_id": own, "date": FIRST})
    odoo("stock.move.line", "unlink", [line for move in moves for line in move["move_line_ids"]])
    assert odoo("stock.picking", "action_assign", [own]) is True
    assert notices.open_quantities(line) == {own: 70.0, second: 30.0}
    assert sorted(notices.contents(own)) == [(False, 30.0, False), (False, 40.0, False)]
    assert odoo("stock.picking", "unlink", [first]) is True
    notices.change(line, 90)
    assert notices.open_quantities(line) == {own: 60.0, second: 30.0}
    assert [move["product_uom_qty"] for move in notices.moves(own)] == [60.0], "alike moves are one again"
    again = notices.announce("A2", {line: [("A1", 25, "C1"), ("A9", 20, "C2")]})
    assert notices.open_quantities(line) == {own: 15.0, second: 30.0, again: 45.0}


def test_a_notice_of_everything_needs_no_split(odoo: Client, world: World) -> None:
    notices = ordered(odoo, world)
    one, other = notices.order.lines
    own = notices.own()["id"]
    picking = notices.announce("A", {one: [("A1", 100, "")], other: [("A2", 40, "")]})
    assert [row["id"] for row in notices.open_pickings()] == [picking]
    assert state_of(odoo, own)["state"] == "draft"
    moves = [move["id"] for move in notices.moves(picking)]
    assert odoo("stock.move", "write", moves, {"picking_id": own}) is True
    back = state_of(odoo, own)
    assert (back["state"], back["purchase_id"][0]) == ("assigned", notices.order.id), "it is the order's own again"


def announce_serials(notices: Notices, name: str, line: int, numbers: list[str]) -> int:
    return notices.announce(name, {line: [(number, 1, "") for number in numbers]})


def test_serials_have_a_line_each(odoo: Client, world: World) -> None:
    notices = Notices(odoo, world, world.order((3, 5.0, FIRST), products=[world.product(tracking="serial")]))
    (line,) = notices.order.lines
    assert notices.contents(notices.own()["id"]) == [(False, 1.0, False)] * 3
    picking = announce_serials(notices, "A", line, ["S1", "S2"])
    assert notices.contents(picking) == [("S1", 1.0, False), ("S2", 1.0, False)]
    assert notices.contents(notices.own()["id"]) == [(False, 1.0, False)]
