"""``load``: all or nothing, repeatable by external id, silent about what it overwrites; and the split of a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.contract.target import CREATE_ONLY, Client, Order, World, refused

FIRST = "2026-12-01 12:00:00"
SECOND = "2026-12-15 12:00:00"
THIRD = "2026-12-22 12:00:00"
COLUMNS = [
    "id", ".id", "order_id/.id", "product_id/.id", "name", "product_qty", "product_uom/.id", "price_unit",
    "date_planned", "discount",
]  # fmt: skip


def key(odoo: Client) -> str:
    return f"portal_sync.{odoo.unique('promise')}"


def row(order: Order, quantity: float | str, day: str, *, line: int | str = "", xmlid: str = "", unit: int = 1,
        price: float = 5.0) -> list[Any]:  # fmt: skip
    """One promise as a row of ``COLUMNS``: the first line by its id, every other by a key of ours."""
    return [xmlid, str(line), str(order.id), str(order.products[0]), "As read", str(quantity), str(unit), str(price),
            day,
            "0"]  # fmt: skip


def load(odoo: Client, rows: Sequence[list[Any]], columns: Sequence[str] = COLUMNS, model: str = "purchase.order.line",
         **context: Any) -> dict[str, Any]:  # fmt: skip
    answer: dict[str, Any] = odoo(model, "load", list(columns), list(rows), context=context or {"tz": "UTC"})
    return answer


def lines_of(odoo: Client, order: Order) -> list[tuple[float, str]]:
    rows = odoo.all("purchase.order.line", [["order_id", "=", order.id]], "product_qty", "date_planned", order="id")
    return [(line["product_qty"], line["date_planned"]) for line in rows]


def open_moves(world: World, line: int) -> list[tuple[float, str, str]]:
    return [
        (m["product_uom_qty"], m["date"], m["date_deadline"])
        for m in world.moves(line)
        if m["state"] not in ("done", "cancel") and m["picking_code"] == "incoming"
    ]


# The split


@pytest.fixture
def split(odoo: Client, world: World) -> Any:
    """100 promised as 40 + 35 + 25, in one call."""
    order = world.order((100, 5.0, FIRST))
    keys = [key(odoo), key(odoo)]
    rows = [
        row(order, 40, FIRST, line=order.lines[0], unit=world.unit),
        row(order, 35, SECOND, xmlid=keys[0], unit=world.unit),
        row(order, 25, THIRD, xmlid=keys[1], unit=world.unit),
    ]
    answer = load(odoo, rows, **CREATE_ONLY)
    return order, keys, rows, answer


def test_one_call_splits_a_line(odoo: Client, world: World, split: Any) -> None:
    order, _, _, answer = split
    assert answer["messages"] == []
    assert answer["nextrow"] == 0
    first, second, third = answer["ids"]
    assert first == order.lines[0]
    assert lines_of(odoo, order) == [(40.0, FIRST), (35.0, SECOND), (25.0, THIRD)]
    # The first line's description changed with the load, its open move's did not; it still gives up what it must.
    assert open_moves(world, first) == [(40.0, FIRST, FIRST)]
    assert open_moves(world, second) == [(35.0, SECOND, SECOND)]
    assert open_moves(world, third) == [(25.0, THIRD, THIRD)]
    assert {picking["picking_type_code"] for picking in world.pickings(order.id)} == {"incoming"}
    assert len(world.pickings(order.id)) == 1


def test_repeating_the_split_changes_nothing(odoo: Client, world: World, split: Any) -> None:
    order, _, rows, answer = split
    assert load(odoo, rows, **CREATE_ONLY) == answer
    assert lines_of(odoo, order) == [(40.0, FIRST), (35.0, SECOND), (25.0, THIRD)]
    assert [len(open_moves(world, line)) for line in answer["ids"]] == [1, 1, 1]


def test_a_repeat_leaves_a_persons_edit_of_a_keyed_line(odoo: Client, split: Any) -> None:
    order, _, rows, answer = split
    odoo("purchase.order.line", "write", [answer["ids"][1]],
         {"product_qty": 30, "price_unit": 5.0, "date_planned": THIRD})  # fmt: skip
    load(odoo, rows, **CREATE_ONLY)
    assert lines_of(odoo, order)[1] == (30.0, THIRD)


def test_a_repeat_overwrites_an_edit_of_the_first_line(odoo: Client, split: Any) -> None:
    """The first row goes by database id: it is an absolute write, to be compared before it is repeated."""
    order, _, rows, _ = split
    odoo("purchase.order.line", "write", order.lines, {"product_qty": 50, "price_unit": 5.0, "date_planned": FIRST})
    load(odoo, rows, **CREATE_ONLY)
    assert lines_of(odoo, order)[0] == (40.0, FIRST)


def test_our_keys_are_found_without_rights_to_external_ids(odoo: Client, split: Any) -> None:
    _, keys, _, answer = split
    found = odoo("purchase.order.line", "get_external_id", answer["ids"])
    assert [found[str(line)] for line in answer["ids"]] == ["", *keys]
    meta = {item["id"]: item for item in odoo("purchase.order.line", "get_metadata", answer["ids"])}
    assert meta[answer["ids"][1]]["xmlid"] == keys[0]
    assert meta[answer["ids"][1]]["noupdate"] is True
    assert meta[answer["ids"][0]]["xmlid"] is False


def test_a_promise_is_taken_back_with_quantity_zero(odoo: Client, world: World, split: Any) -> None:
    order, _, _, answer = split
    rows = [
        row(order, 65, FIRST, line=order.lines[0], unit=world.unit),
        row(order, 0, THIRD, line=answer["ids"][2], unit=world.unit),
    ]
    assert load(odoo, rows, **CREATE_ONLY)["ids"] == [order.lines[0], answer["ids"][2]]
    assert open_moves(world, answer["ids"][2]) == []
    assert sum(quantity for quantity, _ in lines_of(odoo, order)) == 100.0


def test_a_split_after_a_partial_receipt(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    move = world.moves(order.lines[0])[0]
    world.admin("stock.move", "write", [move["id"]], {"quantity": 30})
    world.admin("stock.move", "write", [move["id"]], {"picked": True})
    world.admin("stock.picking", "button_validate", [move["picking_id"][0]], context={"skip_backorder": True})
    rows = [
        row(order, 40, FIRST, line=order.lines[0], unit=world.unit),
        row(order, 60, SECOND, xmlid=key(odoo), unit=world.unit),
    ]
    first, second = load(odoo, rows, **CREATE_ONLY)["ids"]
    assert open_moves(world, first) == [(10.0, FIRST, FIRST)]
    assert open_moves(world, second) == [(60.0, SECOND, SECOND)]
    refused_rows = [
        row(order, 20, FIRST, line=first, unit=world.unit),
        row(order, 80, SECOND, line=second, unit=world.unit),
    ]
    answer = load(odoo, refused_rows, **CREATE_ONLY)
    assert answer["ids"] is False
    assert "below the received quantity" in answer["messages"][0]["message"]
    assert lines_of(odoo, order) == [(40.0, FIRST), (60.0, SECOND)]


def test_a_split_in_another_unit(odoo: Client, world: World) -> None:
    vendor, item = world.vendor(), world.product()
    order_id = world.admin("purchase.order", "create", {"partner_id": vendor, "order_line": [
        [0, 0, {"product_id": item, "product_qty": 10, "product_uom": world.dozen, "price_unit": 24.0,
                "date_planned": FIRST}]]})  # fmt: skip
    world.admin("purchase.order", "button_confirm", [order_id])
    line = world.admin.one("purchase.order", order_id, "order_line")["order_line"][0]
    order = Order(order_id, "", vendor, [line], [item])
    rows = [
        row(order, 4, FIRST, line=line, unit=world.dozen, price=24.0),
        row(order, 6, SECOND, xmlid=key(odoo), unit=world.dozen, price=24.0),
    ]
    first, second = load(odoo, rows, **CREATE_ONLY)["ids"]
    assert (open_moves(world, first)[0][0], open_moves(world, second)[0][0]) == (48.0, 72.0)


def test_loading_into_a_locked_order_makes_a_line_without_a_move(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    odoo("purchase.order", "button_done", [order.id])
    (line,) = load(odoo, [row(order, 60, SECOND, xmlid=key(odoo), unit=world.unit)], **CREATE_ONLY)["ids"]
    assert world.moves(line) == []


# What a repeat does


def test_a_plain_repeat_overwrites(odoo: Client, world: World) -> None:
    order, mine = world.order((100, 5.0, FIRST)), key(odoo)
    (line,) = load(odoo, [row(order, 60, SECOND, xmlid=mine, unit=world.unit)])["ids"]
    odoo("purchase.order.line", "write", [line], {"product_qty": 55, "price_unit": 5.5, "date_planned": THIRD})
    assert load(odoo, [row(order, 60, SECOND, xmlid=mine, unit=world.unit)])["ids"] == [line]
    written = odoo.one("purchase.order.line", line, "product_qty", "price_unit", "date_planned")
    assert (written["product_qty"], written["price_unit"], written["date_planned"]) == (60.0, 5.0, SECOND)


def test_create_only_needs_noupdate_at_the_first_load(odoo: Client, world: World) -> None:
    order, mine = world.order((100, 5.0, FIRST)), key(odoo)
    (line,) = load(odoo, [row(order, 60, SECOND, xmlid=mine, unit=world.unit)])["ids"]
    odoo("purchase.order.line", "write", [line], {"product_qty": 55, "price_unit": 5.0, "date_planned": SECOND})
    load(odoo, [row(order, 60, SECOND, xmlid=mine, unit=world.unit)], **CREATE_ONLY)
    assert odoo.one("purchase.order.line", line, "product_qty")["product_qty"] == 60.0


def test_a_key_wins_over_a_database_id(odoo: Client, world: World) -> None:
    """An existing line cannot be adopted under a key of ours: a second one is made."""
    order = world.order((100, 5.0, FIRST))
    answer = load(odoo, [row(order, 60, SECOND, line=order.lines[0], xmlid=key(odoo), unit=world.unit)], **CREATE_ONLY)
    assert answer["ids"] != order.lines
    assert len(lines_of(odoo, order)) == 2


def test_a_key_of_another_model_is_refused(odoo: Client, world: World) -> None:
    order, mine = world.order((100, 5.0, FIRST)), key(odoo)
    load(odoo, [[mine, odoo.unique("SSCC")]], ["id", "name"], "stock.quant.package")
    answer = load(odoo, [row(order, 60, SECOND, xmlid=mine, unit=world.unit)], **CREATE_ONLY)
    assert answer["ids"] is False
    assert len(lines_of(odoo, order)) == 1


@pytest.mark.parametrize("shape", ["portal_sync.a/b:c.d-{}", "portal_sync.ünïcode'{}", "any_module.{}"])
def test_keys_may_look_like_anything(odoo: Client, shape: str) -> None:
    mine = shape.format(odoo.unique("k"))
    first = load(odoo, [[mine, odoo.unique("SSCC")]], ["id", "name"], "stock.quant.package")
    assert load(odoo, [[mine, odoo.unique("SSCC")]], ["id", "name"], "stock.quant.package")["ids"] == first["ids"]


def test_a_key_with_a_space_is_refused(odoo: Client) -> None:
    answer = load(odoo, [[f"portal_sync.a {odoo.unique('k')}", "X"]], ["id", "name"], "stock.quant.package")
    assert answer["ids"] is False


# Cells


def test_times_are_read_in_the_zone_of_the_context(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    for zone, stored in (("UTC", FIRST), ("America/New_York", "2026-12-01 17:00:00"),
                         ("Europe/Berlin", "2026-12-01 11:00:00")):  # fmt: skip
        (line,) = load(odoo, [row(order, 1, FIRST, xmlid=key(odoo), unit=world.unit)], tz=zone)["ids"]
        assert odoo.one("purchase.order.line", line, "date_planned")["date_planned"] == stored


def test_without_a_zone_in_the_context_the_users_counts(admin: Client, world: World, target: Any) -> None:
    login = admin.unique("berlin")
    groups = [admin.reference(group) for group in ("base.group_user", "purchase.group_purchase_user")]
    admin("res.users", "create", {"name": login, "login": login, "password": login, "tz": "Europe/Berlin",
                                  "email": f"{login}@example.com", "groups_id": [[6, 0, groups]]})  # fmt: skip
    person = Client(target, login, login)
    order = world.order((100, 5.0, FIRST))
    answer = person("purchase.order.line", "load", COLUMNS, [row(order, 1, FIRST, xmlid=key(person), unit=world.unit)])
    assert person.one("purchase.order.line", answer["ids"][0], "date_planned")["date_planned"] == "2026-12-01 11:00:00"
    person("purchase.order.line", "write", answer["ids"], {"date_planned": FIRST})
    assert person.one("purchase.order.line", answer["ids"][0], "date_planned")["date_planned"] == FIRST


def test_numbers_need_no_quotes(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    cells = [key(odoo), order.id, order.products[0], 2.5, 5, FIRST]
    columns = ["id", "order_id/.id", "product_id/.id", "product_qty", "price_unit", "date_planned"]
    (line,) = load(odoo, [cells], columns)["ids"]
    assert odoo.one("purchase.order.line", line, "product_qty")["product_qty"] == 2.5


def test_missing_columns_are_filled_in(odoo: Client, world: World) -> None:
    vendor = world.vendor()
    item = world.listed_product(vendor, 4.0, delay=3, product_name="Theirs", product_code="T-1")
    order = world.order((100, 5.0, FIRST), vendor=vendor, products=[item], date_order="2026-11-16 10:30:00")
    (line,) = load(odoo, [[key(odoo), str(order.id), str(item), "6"]],
                   ["id", "order_id/.id", "product_id/.id", "product_qty"])["ids"]  # fmt: skip
    made = odoo.one("purchase.order.line", line, "price_unit", "date_planned", "name", "product_uom")
    assert (made["price_unit"], made["date_planned"]) == (4.0, "2026-11-19 10:30:00")
    assert (made["name"], made["product_uom"][0]) == ("[T-1] Theirs", world.unit)


BAD_CELLS: list[tuple[int, str, str]] = [
    (2, "99999999", "No matching record found for database id '99999999' in field 'Order Reference'"),
    (3, "99999999", "No matching record found for database id '99999999' in field 'Product'"),
    (6, "99999999", "No matching record found for database id '99999999' in field 'Unit of Measure'"),
    (5, "abc", "'abc' does not seem to be a number for field 'Quantity'"),
    (8, "2026-12-15T12:00:00Z", "does not seem to be a valid datetime for field 'Expected Arrival'"),
    (4, "", "Missing required value for the field 'Description' (name)"),
]


@pytest.mark.parametrize(("column", "cell", "sentence"), BAD_CELLS, ids=[bad[2][:40] for bad in BAD_CELLS])
def test_one_bad_cell_undoes_every_row(odoo: Client, world: World, column: int, cell: str, sentence: str) -> None:
    order = world.order((100, 5.0, FIRST))
    good = row(order, 40, FIRST, line=order.lines[0], unit=world.unit)
    bad = row(order, 60, SECOND, xmlid=key(odoo), unit=world.unit)
    bad[column] = cell
    answer = load(odoo, [good, bad], **CREATE_ONLY)
    assert answer["ids"] is False
    assert answer["nextrow"] == 0
    said = [message for message in answer["messages"] if sentence in message["message"]]
    assert said, answer["messages"]
    assert said[0]["type"] == "error"
    assert said[0]["record"] == 1
    assert said[0]["rows"] == {"from": 1, "to": 1}
    assert lines_of(odoo, order) == [(100.0, FIRST)]


def test_an_unknown_database_id(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, FIRST))
    answer = load(odoo, [row(order, 60, SECOND, line=99999999, unit=world.unit)])
    assert answer["ids"] is False
    assert "Unknown database identifier '99999999'" in answer["messages"][0]["message"]


def test_an_unknown_column_is_an_error_of_the_call(odoo: Client) -> None:
    with refused("builtins.ValueError", "Invalid field name 'bogus'"):
        odoo("purchase.order.line", "load", ["id", "bogus"], [["portal_sync.x", "1"]])


def test_a_mandatory_field_missing(odoo: Client) -> None:
    answer = load(odoo, [[key(odoo), "X"]], ["id", "partner_ref"], "purchase.order")
    assert answer["ids"] is False
    assert "Missing required value for the field 'Vendor' (partner_id)" in answer["messages"][0]["message"]
    assert answer["messages"][0]["field"] == "partner_id"


def test_loading_without_the_right_to_create(odoo: Client) -> None:
    answer = load(odoo, [[key(odoo), "X"]], ["id", "name"], "res.partner")
    assert answer["ids"] is False
    assert "You are not allowed to create 'Contact' (res.partner) records." in answer["messages"][0]["message"]


def test_lots_load_and_reload(odoo: Client, world: World) -> None:
    item, mine, name = world.product(tracking="lot"), key(odoo), odoo.unique("LOT")
    columns = ["id", "name", "product_id/.id", "ref"]
    first = load(odoo, [[mine, name, str(item), "r1"]], columns, "stock.lot")
    assert load(odoo, [[mine, name, str(item), "r2"]], columns, "stock.lot") == first
    assert odoo.one("stock.lot", first["ids"][0], "ref", "company_id") == {
        "id": first["ids"][0], "ref": "r2", "company_id": False,
    }  # fmt: skip


def test_a_lots_expiry(odoo: Client, world: World) -> None:
    item = world.product(tracking="lot", use_expiration_date=True)
    columns = ["id", "name", "product_id/.id", "expiration_date"]
    (lot,) = load(odoo, [[key(odoo), odoo.unique("LOT"), str(item), "2027-12-31 00:00:00"]], columns, "stock.lot")[
        "ids"
    ]
    assert odoo.one("stock.lot", lot, "expiration_date")["expiration_date"] == "2027-12-31 00:00:00"
