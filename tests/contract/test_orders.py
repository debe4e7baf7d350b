"""Purchase orders: from draft to confirmed, totals, cancelling, and the rule of the three fields."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.contract.target import Client, World, refused

LATER = "2026-12-10 12:00:00"
FIRST = "2026-12-01 12:00:00"
SECOND = "2026-12-08 12:00:00"


def test_confirming_makes_one_receipt_with_a_move_per_line(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, SECOND), confirm=False)
    draft = odoo.one("purchase.order", order.id, "state", "date_approve", "picking_ids", "receipt_status", "name")
    assert (draft["state"], draft["date_approve"], draft["picking_ids"]) == ("draft", False, [])
    assert draft["receipt_status"] is False
    assert odoo("purchase.order", "button_confirm", [order.id]) is True
    done = odoo.one(
        "purchase.order", order.id, "state", "date_approve", "picking_ids", "receipt_status", "date_planned"
    )
    assert (done["state"], done["receipt_status"], done["date_planned"]) == ("purchase", "pending", FIRST)
    assert done["date_approve"]
    (picking,) = world.pickings(order.id)
    assert (picking["state"], picking["picking_type_code"]) == ("assigned", "incoming")
    assert (picking["scheduled_date"], picking["date_deadline"]) == (FIRST, FIRST)
    moves = [world.moves(line)[0] for line in order.lines]
    assert [(m["product_uom_qty"], m["quantity"], m["state"], m["price_unit"]) for m in moves] == [
        (100.0, 100.0, "assigned", 5.0), (40.0, 40.0, "assigned", 7.5),
    ]  # fmt: skip
    assert [(m["date"], m["date_deadline"]) for m in moves] == [(FIRST, FIRST), (SECOND, SECOND)]


def test_confirming_twice_changes_nothing(odoo: Client, world: World) -> None:
    order = world.order()
    assert odoo("purchase.order", "button_confirm", [order.id]) is True
    assert len(world.pickings(order.id)) == 1


def test_names_are_numbered(world: World) -> None:
    one, two = world.order(), world.order()
    assert one.name[0] == "P"
    assert int(two.name[1:]) == int(one.name[1:]) + 1


def test_totals_follow_the_lines(odoo: Client, world: World) -> None:
    order = world.order((3, 33.33, FIRST), (2, 10.0, FIRST))
    assert odoo.one("purchase.order", order.id, "amount_untaxed")["amount_untaxed"] == 119.99
    odoo("purchase.order.line", "write", order.lines[:1], {"price_unit": 30.0})
    assert odoo.one("purchase.order", order.id, "amount_untaxed")["amount_untaxed"] == 110.0
    assert odoo.one("purchase.order.line", order.lines[0], "price_subtotal")["price_subtotal"] == 90.0


def test_a_line_without_price_and_date_takes_them_from_the_price_list(odoo: Client, world: World) -> None:
    vendor = world.vendor()
    item = world.listed_product(vendor, 4.25, delay=3, product_name="Vendor's own name", product_code="V-1")
    order = odoo(
        "purchase.order",
        "create",
        {
            "partner_id": vendor,
            "date_order": "2026-11-20 09:00:00",
            "order_line": [[0, 0, {"product_id": item, "product_qty": 7}]],
        },
    )
    line = odoo.all("purchase.order.line", [["order_id", "=", order]], "price_unit", "date_planned", "name",
                    "product_uom", "product_qty")[0]  # fmt: skip
    assert (line["price_unit"], line["date_planned"]) == (4.25, "2026-11-23 09:00:00")
    assert line["name"] == "[V-1] Vendor's own name"
    assert line["product_uom"][0] == world.unit


def test_confirming_puts_the_vendor_on_the_price_list(world: World) -> None:
    order = world.order((100, 5.5, FIRST))
    sellers = world.admin.all(
        "product.supplierinfo", [["product_tmpl_id.product_variant_ids", "in", order.products]],
        "partner_id", "price", "min_qty", "delay",
    )  # fmt: skip
    assert [(s["partner_id"][0], s["price"], s["min_qty"], s["delay"]) for s in sellers] == [
        (order.vendor, 5.5, 1.0, 0)
    ]


def test_moves_are_in_the_unit_of_the_stock(world: World) -> None:
    vendor, item = world.vendor(), world.product()
    order = world.admin("purchase.order", "create", {"partner_id": vendor, "order_line": [
        [0, 0, {"product_id": item, "product_qty": 10, "product_uom": world.dozen, "price_unit": 24.0,
                "date_planned": FIRST}]]})  # fmt: skip
    world.admin("purchase.order", "button_confirm", [order])
    line = world.admin.all("purchase.order.line", [["order_id", "=", order]], "product_uom_qty")[0]
    assert line["product_uom_qty"] == 120.0
    (move,) = world.moves(line["id"])
    assert (move["product_uom_qty"], move["price_unit"]) == (120.0, 2.0)


# The three fields

CASES: list[tuple[str, list[dict[str, Any]], dict[str, Any], list[tuple[Any, ...]]]] = [
    # what is written, step by step; the line afterwards; its moves as (code, state, quantity, price, date, deadline)
    ("quantity alone, less", [{"product_qty": 80}], {"product_qty": 80.0, "price_unit": 5.0, "date_planned": "ORDERED"},
     [("incoming", "assigned", 100.0, 5.0, FIRST, FIRST),
      ("outgoing", "confirmed", 20.0, 5.0, "ORDERED", "ORDERED")]),
    ("quantity alone, more", [{"product_qty": 120}],
     {"product_qty": 120.0, "price_unit": 5.0, "date_planned": "ORDERED"},
     [("incoming", "assigned", 100.0, 5.0, FIRST, FIRST),
      ("incoming", "assigned", 20.0, 5.0, "ORDERED", "ORDERED")]),
    ("quantity alone, up and then down", [{"product_qty": 120}, {"product_qty": 80}],
     {"product_qty": 80.0, "price_unit": 5.0, "date_planned": "ORDERED"},
     [("incoming", "assigned", 100.0, 5.0, FIRST, FIRST),
      ("incoming", "cancel", 0.0, 5.0, "ORDERED", "ORDERED"),
      ("outgoing", "confirmed", 20.0, 5.0, "ORDERED", "ORDERED")]),
    ("date, then quantity alone", [{"date_planned": LATER}, {"product_qty": 80}],
     {"product_qty": 80.0, "price_unit": 5.0, "date_planned": "ORDERED"},
     [("incoming", "assigned", 100.0, 5.0, FIRST, LATER),
      ("outgoing", "confirmed", 20.0, 5.0, "ORDERED", "ORDERED")]),
    ("date and quantity", [{"date_planned": LATER, "product_qty": 80}],
     {"product_qty": 80.0, "price_unit": 5.0, "date_planned": LATER},
     [("incoming", "assigned", 80.0, 5.0, FIRST, LATER)]),
    ("price, then quantity alone", [{"price_unit": 6}, {"product_qty": 80}],
     {"product_qty": 80.0, "price_unit": 5.0, "date_planned": "ORDERED"},
     [("incoming", "assigned", 100.0, 6.0, FIRST, FIRST),
      ("outgoing", "confirmed", 20.0, 5.0, "ORDERED", "ORDERED")]),
    ("price and quantity", [{"price_unit": 6, "product_qty": 120}],
     {"product_qty": 120.0, "price_unit": 6.0, "date_planned": FIRST},
     [("incoming", "assigned", 120.0, 6.0, FIRST, FIRST)]),
    ("description and quantity", [{"name": "Own words", "product_qty": 80}],
     {"product_qty": 80.0, "price_unit": 5.0, "date_planned": FIRST, "name": "Own words"},
     [("incoming", "assigned", 80.0, 5.0, FIRST, FIRST)]),
    ("discount and quantity", [{"discount": 10, "product_qty": 80}],
     {"product_qty": 80.0, "price_unit": 5.0, "date_planned": FIRST, "discount": 10.0, "price_subtotal": 360.0},
     [("incoming", "assigned", 80.0, 5.0, FIRST, FIRST)]),
    ("all three, less", [{"product_qty": 80, "price_unit": 5.0, "date_planned": FIRST}],
     {"product_qty": 80.0, "price_unit": 5.0, "date_planned": FIRST},
     [("incoming", "assigned", 80.0, 5.0, FIRST, FIRST)]),
    ("all three, more", [{"product_qty": 120, "price_unit": 5.0, "date_planned": FIRST}],
     {"product_qty": 120.0, "price_unit": 5.0, "date_planned": FIRST},
     [("incoming", "assigned", 120.0, 5.0, FIRST, FIRST)]),
    ("all three, all different", [{"product_qty": 120, "price_unit": 5.5, "date_planned": LATER}],
     {"product_qty": 120.0, "price_unit": 5.5, "date_planned": LATER},
     [("incoming", "assigned", 120.0, 5.5, FIRST, LATER)]),
    ("after a return, all three", [{"product_qty": 80}, {"product_qty": 90, "price_unit": 5.0, "date_planned": FIRST}],
     {"product_qty": 90.0, "price_unit": 5.0, "date_planned": FIRST},
     [("incoming", "assigned", 90.0, 5.0, FIRST, FIRST),
      ("outgoing", "confirmed", 20.0, 5.0, "ORDERED", FIRST)]),
    # Zero is below the price list's minimum, so the price becomes the item's cost; that is nothing here, and a move
    # at another price takes nothing back from the open one.
    ("nothing left, quantity alone", [{"product_qty": 0}],
     {"product_qty": 0.0, "price_unit": 0.0, "date_planned": FIRST},
     [("incoming", "assigned", 100.0, 5.0, FIRST, FIRST), ("outgoing", "confirmed", 100.0, 0.0, FIRST, FIRST)]),
    ("nothing left", [{"product_qty": 0, "price_unit": 5.0, "date_planned": FIRST}],
     {"product_qty": 0.0, "price_unit": 5.0, "date_planned": FIRST},
     [("incoming", "cancel", 0.0, 0.0, FIRST, FIRST)]),
    ("nothing left, and back again",
     [{"product_qty": 0, "price_unit": 5.0, "date_planned": FIRST},
      {"product_qty": 25, "price_unit": 5.0, "date_planned": FIRST}],
     {"product_qty": 25.0, "price_unit": 5.0, "date_planned": FIRST},
     [("incoming", "cancel", 0.0, 0.0, FIRST, FIRST), ("incoming", "assigned", 25.0, 5.0, FIRST, FIRST)]),
]  # fmt: skip


@pytest.mark.parametrize("through", ["line", "order"])
@pytest.mark.parametrize(("writes", "line", "moves"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_written_line_does(
    odoo: Client, world: World, through: str, writes: list[dict[str, Any]], line: dict[str, Any],
    moves: list[tuple[Any, ...]],
) -> None:  # fmt: skip
    ordered = "2026-11-16 10:30:00"
    order = world.order((100, 5.0, FIRST), date_order=ordered)
    for values in writes:
        if through == "line":
            odoo("purchase.order.line", "write", order.lines, values)
        else:
            odoo("purchase.order", "write", [order.id], {"order_line": [[1, order.lines[0], values]]})
    row = odoo.one("purchase.order.line", order.lines[0], *line)
    assert {name: row[name] for name in line} == {k: ordered if v == "ORDERED" else v for k, v in line.items()}
    found = [
        (m["picking_code"], m["state"], m["product_uom_qty"], m["price_unit"], m["date"], m["date_deadline"])
        for m in world.moves(order.lines[0])
    ]
    assert found == [tuple(ordered if value == "ORDERED" else value for value in move) for move in moves]


def test_a_listed_price_comes_back_with_a_quantity_alone(odoo: Client, world: World) -> None:
    vendor = world.vendor()
    item = world.listed_product(vendor, 4.0, delay=3)
    order = world.order((100, 5.0, FIRST), vendor=vendor, products=[item], date_order="2026-11-16 10:30:00")
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 120})
    row = odoo.one("purchase.order.line", order.lines[0], "price_unit", "date_planned")
    assert (row["price_unit"], row["date_planned"]) == (4.0, "2026-11-19 10:30:00")


# Adding, noting, cancelling, locking


def test_an_added_line_joins_the_open_receipt_and_is_noted(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    item = world.product()
    odoo("purchase.order", "write", [order.id], {"order_line": [
        [0, 0, {"product_id": item, "product_qty": 5, "price_unit": 1.0, "date_planned": LATER}]]})  # fmt: skip
    (added,) = [x for x in odoo.one("purchase.order", order.id, "order_line")["order_line"] if x not in order.lines]
    (move,) = world.moves(added)
    assert move["picking_id"] == world.moves(order.lines[0])[0]["picking_id"]
    bodies = [m["body"] for m in odoo.all("mail.message", _chatter(order.id), "body")]
    assert any("Extra line with" in body for body in bodies)


def _chatter(order: int) -> list[list[Any]]:
    return [["model", "=", "purchase.order"], ["res_id", "=", order]]


def test_a_changed_quantity_is_noted_and_a_changed_date_is_not(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    before = odoo("mail.message", "search_count", _chatter(order.id))
    odoo("purchase.order.line", "write", order.lines, {"date_planned": LATER})
    assert odoo("mail.message", "search_count", _chatter(order.id)) == before
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 90, "price_unit": 5.0, "date_planned": LATER})
    notes = odoo.all("mail.message", _chatter(order.id), "body", "subtype_id")
    (note,) = [note for note in notes if "The ordered quantity has been updated" in note["body"]]
    assert note["subtype_id"][1] == "Note"


def test_writing_equal_values_touches_the_line_and_nothing_else(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    before = world.moves(order.lines[0])
    messages = odoo("mail.message", "search_count", _chatter(order.id))
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 100, "price_unit": 5.0, "date_planned": FIRST})
    assert world.moves(order.lines[0]) == before
    assert odoo("mail.message", "search_count", _chatter(order.id)) == messages


def test_cancelling(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    assert odoo("purchase.order", "button_cancel", [order.id]) is None
    row = odoo.one("purchase.order", order.id, "state", "receipt_status")
    assert (row["state"], row["receipt_status"]) == ("cancel", False)
    line = odoo.one("purchase.order.line", order.lines[0], "state", "product_qty")
    assert (line["state"], line["product_qty"]) == ("cancel", 100.0)
    assert [move["state"] for move in world.moves(order.lines[0])] == ["cancel"]
    assert [picking["state"] for picking in world.pickings(order.id)] == ["cancel"]
    assert odoo("purchase.order", "button_draft", [order.id]) == {}
    assert odoo.one("purchase.order", order.id, "state")["state"] == "draft"


def test_confirmed_again_with_another_vendor_it_is_the_same_order_with_new_moves(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    odoo("purchase.order", "button_cancel", [order.id])
    odoo("purchase.order", "button_draft", [order.id])
    other = world.admin("res.partner", "create", {"name": "Another vendor", "is_company": True})
    assert odoo("purchase.order", "write", [order.id], {"partner_id": other}) is True
    assert odoo("purchase.order", "button_confirm", [order.id]) is True
    line = odoo.one("purchase.order.line", order.lines[0], "partner_id", "state", "product_qty")
    assert (line["partner_id"][0], line["state"], line["product_qty"]) == (other, "purchase", 100.0)
    assert sorted(move["state"] for move in world.moves(order.lines[0])) == ["assigned", "cancel"]


def test_a_cancelled_order_can_be_deleted_and_leaves_no_trace(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    odoo("purchase.order", "button_cancel", [order.id])
    assert odoo("purchase.order", "unlink", [order.id]) is True
    assert odoo("purchase.order", "read", [order.id], ["name"]) == []
    assert odoo("purchase.order.line", "search", [["id", "in", order.lines]]) == []


def test_cancelling_after_a_receipt_is_refused(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    world.admin("stock.picking", "button_validate", [world.pickings(order.id)[0]["id"]])
    with refused("odoo.exceptions.UserError", "Unable to cancel purchase order(s)", order.name):
        odoo("purchase.order", "button_cancel", [order.id])


def test_a_locked_order_takes_writes_that_reach_no_move(odoo: Client, world: World) -> None:
    """Odoo 18 does not refuse: whoever writes must look at the state first."""
    order = world.order((100, 5.0, FIRST))
    assert odoo("purchase.order", "button_done", [order.id]) is None
    assert odoo.one("purchase.order", order.id, "state")["state"] == "done"
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 40, "price_unit": 5.0, "date_planned": FIRST})
    assert odoo.one("purchase.order.line", order.lines[0], "product_qty", "state")["product_qty"] == 40.0
    assert [move["product_uom_qty"] for move in world.moves(order.lines[0])] == [100.0]
    assert odoo("purchase.order", "button_unlock", [order.id]) is None
    assert odoo.one("purchase.order", order.id, "state")["state"] == "purchase"


def test_acknowledgement_marks_of_18(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    assert odoo("purchase.order", "write", [order.id], {"mail_reception_confirmed": True}) is True
    assert odoo("purchase.order", "confirm_reminder_mail", [order.id]) is None
    row = odoo.one("purchase.order", order.id, "mail_reception_confirmed", "mail_reminder_confirmed",
                   "mail_reception_declined")  # fmt: skip
    assert (row["mail_reception_confirmed"], row["mail_reminder_confirmed"]) == (True, True)
    assert row["mail_reception_declined"] is False


# What an incremental reader sees


TOUCHES: list[tuple[str, dict[str, Any], bool]] = [
    ("price", {"price_unit": 6.0}, True),
    ("quantity", {"product_qty": 90, "price_unit": 5.0, "date_planned": FIRST}, True),
    ("earliest date", {"date_planned": "2026-11-29 12:00:00"}, True),
    ("description", {"name": "Another description"}, False),
    ("equal values", {"product_qty": 100, "price_unit": 5.0, "date_planned": FIRST}, False),
]


@pytest.mark.parametrize(("values", "moved"), [touch[1:] for touch in TOUCHES], ids=[touch[0] for touch in TOUCHES])
def test_what_moves_the_orders_write_date(odoo: Client, world: World, values: dict[str, Any], moved: bool) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, SECOND))
    before = _exact(odoo, "purchase.order", order.id)
    other = _exact(odoo, "purchase.order.line", order.lines[1])
    line = _exact(odoo, "purchase.order.line", order.lines[0])
    odoo("purchase.order.line", "write", order.lines[:1], values)
    assert (_exact(odoo, "purchase.order", order.id) > before) is moved
    assert _exact(odoo, "purchase.order.line", order.lines[0]) > line
    assert _exact(odoo, "purchase.order.line", order.lines[1]) == other


def test_a_later_lines_date_does_not_move_the_order(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, SECOND))
    before = _exact(odoo, "purchase.order", order.id)
    odoo("purchase.order.line", "write", order.lines[1:], {"date_planned": "2026-12-20 12:00:00"})
    assert _exact(odoo, "purchase.order", order.id) == before
    assert odoo.one("purchase.order", order.id, "date_planned")["date_planned"] == FIRST


def test_a_message_does_not_move_the_order(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    before = _exact(odoo, "purchase.order", order.id)
    odoo("purchase.order", "message_post", [order.id], body="hello")
    assert _exact(odoo, "purchase.order", order.id) == before


@pytest.mark.parametrize("method", ["button_done", "button_cancel"])
def test_a_changed_state_moves_every_line(odoo: Client, world: World, method: str) -> None:
    order = world.order((100, 5.0, FIRST), (40, 7.5, SECOND))
    before = [_exact(odoo, "purchase.order.line", line) for line in order.lines]
    odoo("purchase.order", method, [order.id])
    after = [_exact(odoo, "purchase.order.line", line) for line in order.lines]
    assert all(new > old for new, old in zip(after, before, strict=True))


def test_the_orders_own_date_stays_its_own(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    odoo("purchase.order", "write", [order.id], {"date_planned": LATER})
    assert odoo.one("purchase.order", order.id, "date_planned")["date_planned"] == LATER
    assert odoo.one("purchase.order.line", order.lines[0], "date_planned")["date_planned"] == FIRST


def _exact(odoo: Client, model: str, record: int) -> datetime:
    """A record's write_date to the microsecond, found by halving the second that the answer shows."""
    shown = datetime.fromisoformat(odoo.one(model, record, "write_date")["write_date"])
    low, high = 0, 999_999
    while low < high:
        middle = (low + high) // 2
        limit = (shown + timedelta(microseconds=middle)).isoformat(" ", "microseconds")
        if odoo(model, "search_count", [["id", "=", record], ["write_date", "<=", limit]]):
            high = middle
        else:
            low = middle + 1
    return shown + timedelta(microseconds=low)
