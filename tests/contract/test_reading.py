"""Searching and reading: domains, orders, windows on write_date, and the shape of every kind of value."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.contract.target import Client, World, refused


@pytest.fixture(scope="module")
def pair(world: World, odoo: Client) -> dict[str, Any]:
    """Two lines of one order, to be found again by all kinds of domains."""
    order = world.order((10, 2.0, "2026-12-05 12:00:00"), (20, 3.0, "2026-12-01 12:00:00"), partner_ref="SO 100%")
    rows = odoo.all("purchase.order.line", [["order_id", "=", order.id]], "write_date", "name", order="id")
    return {"order": order, "lines": order.lines, "stamp": rows[0]["write_date"], "vendor": order.vendor}


def test_kinds_of_values(odoo: Client, pair: dict[str, Any]) -> None:
    order = pair["order"]
    row = odoo.one(
        "purchase.order", order.id,
        "name", "partner_id", "partner_ref", "notes", "origin", "incoterm_id", "order_line", "picking_ids", "state",
        "date_planned", "amount_untaxed", "mail_reminder_confirmed", "invoice_ids", "incoming_picking_count",
        "receipt_status", "effective_date", "write_date",
    )  # fmt: skip
    assert row["id"] == order.id
    assert row["partner_id"][0] == order.vendor
    assert isinstance(row["partner_id"][1], str)
    assert row["notes"] is False
    assert row["origin"] is False
    assert row["incoterm_id"] is False
    assert row["effective_date"] is False
    assert row["mail_reminder_confirmed"] is False
    assert row["invoice_ids"] == []
    assert sorted(row["order_line"]) == order.lines
    assert len(row["picking_ids"]) == row["incoming_picking_count"] == 1
    assert (row["state"], row["receipt_status"]) == ("purchase", "pending")
    assert row["date_planned"] == "2026-12-01 12:00:00"
    assert row["amount_untaxed"] == 80.0
    assert len(row["write_date"]) == 19


def test_names_of_records_in_other_records(odoo: Client, world: World, pair: dict[str, Any]) -> None:
    order = pair["order"]
    line = odoo.one("purchase.order.line", order.lines[0], "order_id", "product_id", "product_uom", "name", "move_ids")
    number = world.admin.one("product.product", order.products[0], "default_code", "name")
    shown = f"[{number['default_code']}] {number['name']}"
    assert line["order_id"] == [order.id, f"{order.name} (SO 100%)"]
    assert line["product_id"] == [order.products[0], shown]
    assert line["name"] == shown
    move = odoo.one("stock.move", line["move_ids"][0], "display_name", "picking_id", "purchase_line_id")
    assert move["display_name"] == f"{order.name}/{number['default_code']}: Vendors>Stock"
    assert move["purchase_line_id"] == [order.lines[0], shown]
    picking = odoo.one("stock.picking", move["picking_id"][0], "name", "picking_type_id", "purchase_id", "origin")
    assert move["picking_id"][1] == picking["name"]
    assert picking["picking_type_id"][1].endswith(": Receipts")
    assert picking["purchase_id"][0] == order.id
    assert picking["origin"] == order.name


def test_a_contact_is_named_after_its_company(odoo: Client, world: World) -> None:
    vendor = world.vendor(child_ids=[[0, 0, {"name": "Anna", "email": "anna@example.com"}]])
    company = odoo.one("res.partner", vendor, "name", "child_ids", "is_company", "commercial_partner_id")
    contact = odoo.one("res.partner", company["child_ids"][0], "display_name", "parent_id", "email")
    assert contact["display_name"] == f"{company['name']}, Anna"
    assert contact["parent_id"] == [vendor, company["name"]]
    assert contact["email"] == "anna@example.com"


def test_reading_a_missing_record_answers_nothing(odoo: Client) -> None:
    assert odoo("purchase.order", "read", [99999999], ["name"]) == []


def test_reading_keeps_the_order_asked_for(odoo: Client, pair: dict[str, Any]) -> None:
    backwards = list(reversed(pair["lines"]))
    rows = odoo("purchase.order.line", "read", backwards, ["product_qty"])
    assert [row["id"] for row in rows] == backwards
    assert set(rows[0]) == {"id", "product_qty"}


def test_read_without_names_of_relations(odoo: Client, pair: dict[str, Any]) -> None:
    row = odoo("purchase.order.line", "read", pair["lines"][:1], ["order_id"], load=False)[0]
    assert row["order_id"] == pair["order"].id


DOMAINS: list[tuple[list[Any], list[int]]] = [
    ([["product_qty", "=", 10]], [0]),
    ([["product_qty", "!=", 10]], [1]),
    ([["product_qty", ">", 10]], [1]),
    ([["product_qty", ">=", 10]], [0, 1]),
    ([["product_qty", "<", 20]], [0]),
    ([["product_qty", "<=", 10.0]], [0]),
    ([["product_qty", "in", [10, 30]]], [0]),
    ([["product_qty", "not in", [10, 30]]], [1]),
    (["|", ["product_qty", "=", 10], ["product_qty", "=", 20]], [0, 1]),
    (["&", ["product_qty", "=", 10], ["price_unit", "=", 3]], []),
    (["!", ["product_qty", "=", 10]], [1]),
    (["!", "|", ["product_qty", "=", 10], ["price_unit", "=", 3]], []),
    ([["display_type", "=", False]], [0, 1]),
    ([["display_type", "!=", False]], []),
    ([["order_id.state", "=", "purchase"]], [0, 1]),
    ([["order_id.state", "in", ["draft", "cancel"]]], []),
    ([["state", "=", "purchase"]], [0, 1]),
    ([["order_id.partner_ref", "=like", "SO%"]], [0, 1]),
    ([["order_id.partner_ref", "ilike", "so 1"]], [0, 1]),
    ([["order_id.partner_ref", "like", "so 1"]], []),
    ([["order_id.partner_ref", "not ilike", "so 1"]], []),
    ([["date_planned", "<", "2026-12-02"]], [1]),
    ([["date_planned", "=", "2026-12-05 12:00:00"]], [0]),
    ([["date_planned", "=", "2026-12-05T12:00:00Z"]], [0]),
    ([["date_planned", "<=", "2026-12-05"]], [0, 1]),  # a day alone ends with its last second here
    ([["date_planned", ">", "2026-12-05"]], []),
    ([["date_planned", ">=", "2026-12-05"]], [0]),
    ([["date_planned", ">=", "2026-12-05 12:00:00"], ["date_planned", "<", "2026-12-05 12:00:01"]], [0]),
    ([["move_ids", "!=", False]], [0, 1]),
    ([["move_ids", "=", False]], []),
    ([["move_ids.state", "=", "assigned"]], [0, 1]),
    ([["order_id.order_line.product_qty", "=", 20]], [0, 1]),
    ([["product_id.tracking", "=", "none"]], [0, 1]),
]


@pytest.mark.parametrize(("domain", "expected"), DOMAINS, ids=[str(domain) for domain, _ in DOMAINS])
def test_domains(odoo: Client, pair: dict[str, Any], domain: list[Any], expected: list[int]) -> None:
    found = odoo("purchase.order.line", "search", [["order_id", "=", pair["order"].id], *domain], order="id")
    assert found == [pair["lines"][index] for index in expected]
    assert odoo("purchase.order.line", "search_count", [["id", "in", pair["lines"]], *domain]) == len(expected)


def test_a_relation_compared_with_a_text_is_compared_by_name(odoo: Client, pair: dict[str, Any]) -> None:
    name = pair["order"].name
    assert odoo("purchase.order.line", "search", [["order_id", "ilike", name]], order="id") == pair["lines"]


def test_archived_records_stay_out(odoo: Client, admin: Client, world: World) -> None:
    vendor = world.vendor()
    admin("res.partner", "write", [vendor], {"active": False})
    asked = [["id", "=", vendor]]
    assert odoo("res.partner", "search", asked) == []
    assert odoo("res.partner", "search", [*asked, ["active", "=", False]]) == [vendor]
    assert odoo("res.partner", "search", asked, context={"active_test": False}) == [vendor]


def test_offset_limit_and_order(odoo: Client, pair: dict[str, Any]) -> None:
    domain = [["order_id", "=", pair["order"].id]]
    first, second = pair["lines"]
    assert odoo("purchase.order.line", "search", domain, order="date_planned asc") == [second, first]
    assert odoo("purchase.order.line", "search", domain, order="product_qty desc, id") == [second, first]
    assert odoo("purchase.order.line", "search", domain, 1, 1, "id") == [second]
    assert odoo("purchase.order.line", "search", domain, order="id desc", limit=1) == [second]
    assert odoo("purchase.order.line", "search_count", domain, limit=1) == 1


def test_sorting_by_a_relation_follows_its_own_order(odoo: Client, world: World, pair: dict[str, Any]) -> None:
    """Orders sort newest first, so ``order_id`` puts the lines of the newer order first."""
    newer = world.order()
    lines = [*pair["lines"], *newer.lines]
    found = odoo("purchase.order.line", "search", [["id", "in", lines]], order="order_id, id")
    assert found == [*newer.lines, *pair["lines"]]


def test_write_date_is_shown_in_whole_seconds_and_compared_in_full(odoo: Client, pair: dict[str, Any]) -> None:
    """Equality with the value shown finds nothing: a window must be half open and on whole seconds."""
    one, stamp = ["id", "=", pair["lines"][0]], pair["stamp"]
    after = (datetime.fromisoformat(stamp) + timedelta(seconds=1)).isoformat(" ")
    expected = {"=": 0, ">": 1, ">=": 1, "<": 0, "<=": 0}
    found = {sign: odoo("purchase.order.line", "search_count", [one, ["write_date", sign, stamp]]) for sign in expected}
    assert found == expected
    window = [one, ["write_date", ">=", stamp], ["write_date", "<", after]]
    assert odoo("purchase.order.line", "search_count", window) == 1
    assert odoo("purchase.order.line", "search_count", [one, ["write_date", "<=", f"{stamp}.999999"]]) == 1
    assert odoo("purchase.order.line", "search_count", [one, ["write_date", ">", f"{stamp}.999999"]]) == 0
    assert odoo("purchase.order.line", "search_count", [one, ["write_date", ">=", stamp[:10]]]) == 1


def test_fields_get_describes_fields(odoo: Client) -> None:
    fields = odoo("purchase.order.line", "fields_get", ["product_qty", "order_id", "state"], ["type", "relation"])
    assert fields == {
        "product_qty": {"type": "float"},
        "order_id": {"type": "many2one", "relation": "purchase.order"},
        "state": {"type": "selection"},
    }
    full = odoo("purchase.order", "fields_get")
    assert full["partner_id"]["required"] is True
    assert full["state"]["readonly"] is True
    assert ["purchase", "Purchase Order"] in [list(option) for option in full["state"]["selection"]]


def test_web_search_read(odoo: Client, pair: dict[str, Any]) -> None:
    specification = {
        "name": {},
        "partner_id": {"fields": {"display_name": {}}},
        "order_line": {"fields": {"product_qty": {}, "product_id": {"fields": {"default_code": {}}}}},
    }
    answer = odoo("purchase.order", "web_search_read", [["id", "=", pair["order"].id]], specification, limit=5)
    assert answer["length"] == 1
    row = answer["records"][0]
    assert row["partner_id"]["id"] == pair["vendor"]
    assert sorted(line["product_qty"] for line in row["order_line"]) == [10.0, 20.0]
    assert all(line["product_id"]["default_code"] for line in row["order_line"])


def test_name_search_finds_an_item_by_its_number(odoo: Client, world: World, pair: dict[str, Any]) -> None:
    number = world.admin.one("product.product", pair["order"].products[0], "default_code", "display_name")
    found = odoo("product.product", "name_search", number["default_code"])
    assert found == [[pair["order"].products[0], number["display_name"]]]


def test_unknown_field_in_read(odoo: Client) -> None:
    with refused("builtins.ValueError", "Invalid field 'nope' on model 'purchase.order'"):
        odoo("purchase.order", "read", [1], ["nope"])


def test_unknown_field_in_search_read(odoo: Client) -> None:
    with refused("builtins.ValueError", "Invalid field 'nope' on model 'purchase.order'"):
        odoo("purchase.order", "search_read", [], fields=["nope"])


def test_unknown_field_in_a_domain(odoo: Client) -> None:
    with refused("builtins.ValueError", "Invalid field purchase.order.nope in leaf ('nope', '=', 1)"):
        odoo("purchase.order", "search", [["nope", "=", 1]])


def test_unknown_operator_in_a_domain(odoo: Client) -> None:
    with refused("builtins.ValueError", "Invalid leaf"):
        odoo("purchase.order", "search", [["name", "~~", "x"]])


def test_unknown_field_in_an_order(odoo: Client) -> None:
    with refused("builtins.ValueError", "nope"):
        odoo("purchase.order", "search", [], order="nope desc")


def test_a_malformed_order(odoo: Client) -> None:
    with refused("odoo.exceptions.UserError", 'Invalid "order" specified'):
        odoo("purchase.order", "search", [], order="name sideways")


def test_a_malformed_domain(odoo: Client) -> None:
    with refused("builtins.ValueError", "is syntactically not correct"):
        odoo("purchase.order", "search", ["|", ["id", "=", 1]])


def test_unknown_model(odoo: Client) -> None:
    with refused("odoo.exceptions.UserError", "Object nope.model doesn't exist"):
        odoo("nope.model", "search", [])


def test_unknown_method(odoo: Client) -> None:
    with refused("builtins.AttributeError", "The method 'nope' does not exist on the model 'purchase.order'"):
        odoo("purchase.order", "nope", [1])


def test_a_method_of_odoo_19_does_not_exist(odoo: Client) -> None:
    with refused("builtins.AttributeError", "action_acknowledge"):
        odoo("purchase.order", "action_acknowledge", [1])


def test_private_method(odoo: Client) -> None:
    with refused("odoo.exceptions.AccessError", "Private methods (such as _compute_amount) cannot be called remotely."):
        odoo("purchase.order", "_compute_amount", [1])


def test_a_method_on_records_without_ids(odoo: Client) -> None:
    with refused("builtins.IndexError", "tuple index out of range"):
        odoo("purchase.order", "write")


def test_unknown_argument(odoo: Client) -> None:
    with refused("builtins.TypeError", "unexpected keyword argument 'bogus'"):
        odoo("purchase.order", "search", [], bogus=1)
