"""What Odoo refuses when something is written, and that a refused call leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.target import Client, World, refused

NOWHERE = 99999999


@pytest.fixture(scope="module")
def order(world: World) -> Any:
    return world.order((100, 5.0, "2026-12-01 12:00:00"), (40, 7.5, "2026-12-08 12:00:00"))


def test_unknown_field(odoo: Client, order: Any) -> None:
    with refused("builtins.ValueError", "Invalid field 'nope' on model 'purchase.order'"):
        odoo("purchase.order", "write", [order.id], {"nope": 1})


def test_missing_record(odoo: Client) -> None:
    with refused("odoo.exceptions.MissingError", f"(Record: purchase.order({NOWHERE},), User: {odoo.uid})"):
        odoo("purchase.order", "write", [NOWHERE], {"partner_ref": "x"})


def test_missing_line(odoo: Client) -> None:
    with refused("odoo.exceptions.MissingError"):
        odoo("purchase.order.line", "write", [NOWHERE], {"product_qty": 1, "price_unit": 1})


def test_value_outside_the_selection(odoo: Client, order: Any) -> None:
    with refused("builtins.ValueError", "Wrong value for purchase.order.priority: 'bogus'"):
        odoo("purchase.order", "write", [order.id], {"priority": "bogus"})


@pytest.mark.parametrize(
    "value", ["2026-12-10T12:00:00", "2026-12-10T12:00:00Z", "2026-12-10 12:00:00.5", "10.12.2026", "soon"]
)
def test_a_date_in_another_notation(odoo: Client, order: Any, value: str) -> None:
    with refused("builtins.ValueError"):
        odoo("purchase.order.line", "write", order.lines[:1], {"date_planned": value})


def test_a_garbled_date_in_a_domain(odoo: Client) -> None:
    with refused("psycopg2.errors.InvalidDatetimeFormat", "invalid input syntax for type timestamp"):
        odoo("purchase.order", "search", [["write_date", ">", "abc"]])


def test_a_date_may_end_early(odoo: Client, world: World) -> None:
    line = world.order().lines[0]
    odoo("purchase.order.line", "write", [line], {"date_planned": "2026-12-24 06:30"})
    assert odoo.one("purchase.order.line", line, "date_planned")["date_planned"] == "2026-12-24 06:30:00"


def test_a_date_alone_is_midnight(odoo: Client, world: World) -> None:
    line = world.order().lines[0]
    odoo("purchase.order.line", "write", [line], {"date_planned": "2026-12-24"})
    assert odoo.one("purchase.order.line", line, "date_planned")["date_planned"] == "2026-12-24 00:00:00"


def test_a_number_that_is_none(odoo: Client, order: Any) -> None:
    with refused("builtins.ValueError"):
        odoo("purchase.order.line", "write", order.lines[:1], {"price_unit": "abc"})


NUL = "A string literal cannot contain NUL (0x00) characters."


def test_a_text_with_a_nul_in_it(odoo: Client, order: Any) -> None:
    """The database cannot keep one, nor look for one; its driver says so before the database does."""
    with refused("builtins.ValueError", NUL):
        odoo("purchase.order", "write", [order.id], {"partner_ref": "SO\0-9"})
    with refused("builtins.ValueError", NUL):
        odoo("purchase.order.line", "write", order.lines[:1], {"name": "Pump\0"})
    with refused("builtins.ValueError", NUL):
        odoo("purchase.order", "search", [["partner_ref", "=", "\0"]])
    assert odoo.one("purchase.order", order.id, "partner_ref")["partner_ref"] is False


def test_a_loaded_text_with_a_nul_in_it(odoo: Client, order: Any) -> None:
    answer = odoo("purchase.order.line", "load", [".id", "name"], [[str(order.lines[0]), "Pump\0"]])
    assert answer["ids"] is False
    assert NUL in answer["messages"][0]["message"]


def test_a_relation_to_nowhere(odoo: Client) -> None:
    """Builds of 18 differ in who notices first: the order's own code or the database."""
    with refused(("odoo.exceptions.MissingError", "odoo.exceptions.ValidationError")):
        odoo("purchase.order", "create", {"partner_id": NOWHERE})


def test_a_mandatory_field_missing(odoo: Client) -> None:
    with refused("odoo.exceptions.ValidationError", "mandatory field is not set", "Field: Vendor (partner_id)"):
        odoo("purchase.order", "create", {"partner_ref": "x"})


def test_a_mandatory_field_emptied(odoo: Client, order: Any) -> None:
    with refused("odoo.exceptions.ValidationError", "mandatory field is not set"):
        odoo("purchase.order.line", "write", order.lines[:1], {"name": False})


def test_a_login_given_twice(admin: Client) -> None:
    login = admin.unique("twice")
    admin("res.users", "create", {"name": login, "login": login})
    with refused("odoo.exceptions.ValidationError", "You can not have two users with the same login!"):
        admin("res.users", "create", {"name": login, "login": login})


def test_no_right_to_read(stranger: Client) -> None:
    with refused("odoo.exceptions.AccessError", "You are not allowed to access 'Purchase Order' (purchase.order)",
                 "\t- Purchase/User\n"):  # fmt: skip
        stranger("purchase.order", "search_read", [], fields=["name"])


@pytest.mark.parametrize("model", ["purchase.order.line", "stock.picking", "stock.move", "stock.lot"])
def test_no_right_to_search(stranger: Client, model: str) -> None:
    with refused("odoo.exceptions.AccessError", f"({model}) records"):
        stranger(model, "search", [])


def test_no_right_to_write(stranger: Client, order: Any) -> None:
    with refused("odoo.exceptions.AccessError", "'Purchase Order' (purchase.order) records"):
        stranger("purchase.order", "write", [order.id], {"partner_ref": "x"})


def test_the_integration_user_may_not_make_partners(odoo: Client) -> None:
    with refused("odoo.exceptions.AccessError", "You are not allowed to create 'Contact' (res.partner)"):
        odoo("res.partner", "create", {"name": "x"})


def test_the_integration_user_may_not_read_external_ids(odoo: Client) -> None:
    with refused("odoo.exceptions.AccessError", "(ir.model.data)"):
        odoo("ir.model.data", "search", [])


def test_the_integration_user_may_not_change_items(odoo: Client, order: Any) -> None:
    with refused("odoo.exceptions.AccessError", "(product.product)"):
        odoo("product.product", "write", order.products[:1], {"default_code": "x"})


def test_the_integration_user_may_not_export(odoo: Client, order: Any) -> None:
    with refused("odoo.exceptions.UserError", "You don't have the rights to export data."):
        odoo("purchase.order", "export_data", [order.id], ["id"])


def test_what_the_integration_user_may_read(odoo: Client) -> None:
    for model in (
        "purchase.order", "purchase.order.line", "stock.picking", "stock.move", "stock.move.line", "stock.lot",
        "stock.warehouse", "stock.picking.type", "stock.location", "stock.quant", "stock.quant.package",
        "res.partner", "res.users", "res.company", "res.currency", "res.country", "product.product",
        "product.template", "product.supplierinfo", "uom.uom", "uom.category", "account.incoterms", "account.tax",
        "mail.message", "ir.attachment",
    ):  # fmt: skip
        assert odoo(model, "search_read", [], fields=["display_name"], limit=1) is not None


def test_unlinking_a_confirmed_line(odoo: Client, order: Any) -> None:
    sentence = "Cannot delete a purchase order line which is in state “Purchase Order”."
    with refused("odoo.exceptions.UserError", sentence):
        odoo("purchase.order.line", "unlink", order.lines[:1])
    with refused("odoo.exceptions.UserError", sentence):
        odoo("purchase.order", "write", [order.id], {"order_line": [[2, order.lines[0], 0]]})


def test_unlinking_a_confirmed_order(odoo: Client, order: Any) -> None:
    with refused("odoo.exceptions.UserError", "you must cancel it first"):
        odoo("purchase.order", "unlink", [order.id])


def test_a_quantity_below_what_was_received(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, "2026-12-01 12:00:00"))
    move = world.moves(order.lines[0])[0]
    world.admin("stock.move", "write", [move["id"]], {"quantity": 30, "picked": True})
    world.admin("stock.picking", "button_validate", [move["picking_id"][0]], context={"skip_backorder": True})
    with refused("odoo.exceptions.UserError", "You cannot decrease the ordered quantity below the received quantity."):
        odoo("purchase.order.line", "write", order.lines,
             {"product_qty": 20, "price_unit": 5.0, "date_planned": "2026-12-01 12:00:00"})  # fmt: skip
    assert odoo.one("purchase.order.line", order.lines[0], "product_qty")["product_qty"] == 100.0


def test_a_refused_call_leaves_nothing_behind(odoo: Client, world: World) -> None:
    """The first command is good, the second is not: neither happened."""
    order = world.order((100, 5.0, "2026-12-01 12:00:00"))
    before = odoo.one("purchase.order.line", order.lines[0], "product_qty", "write_date")
    with refused("builtins.ValueError"):
        odoo(
            "purchase.order", "write", [order.id],
            {"partner_ref": "never", "order_line": [
                [1, order.lines[0], {"product_qty": 70, "price_unit": 5.0, "date_planned": "2026-12-01 12:00:00"}],
                [1, order.lines[0], {"date_planned": "no date"}],
            ]},
        )  # fmt: skip
    assert odoo.one("purchase.order.line", order.lines[0], "product_qty", "write_date") == before
    assert odoo.one("purchase.order", order.id, "partner_ref")["partner_ref"] is False
    assert [move["product_uom_qty"] for move in world.moves(order.lines[0])] == [100.0]


def test_lots_cannot_be_created_the_usual_way(odoo: Client, order: Any) -> None:
    """A quirk of this build: ``create`` of lots takes ids first and so fails over RPC; ``load`` works."""
    with refused("builtins.TypeError", "missing 1 required positional argument: 'vals_list'"):
        odoo("stock.lot", "create", [{"name": "L1", "product_id": order.products[0]}])


def test_the_same_lot_twice(odoo: Client, order: Any) -> None:
    row = [odoo.unique("LOT"), str(order.products[0])]
    assert odoo("stock.lot", "load", ["name", "product_id/.id"], [row])["ids"]
    answer = odoo("stock.lot", "load", ["name", "product_id/.id"], [row])
    assert answer["ids"] is False
    assert "must be unique within a company" in answer["messages"][0]["message"]
