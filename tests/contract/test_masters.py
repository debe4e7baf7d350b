"""Master data as the portal reads it: archived, deleted and merged records, contacts, the right to change any of it."""

from __future__ import annotations

import pytest

from tests.contract.target import Client, World, refused

EVERYTHING = {"context": {"active_test": False}}
VENDOR = ("name", "ref", "vat", "email", "phone", "street", "street2", "zip", "city", "property_purchase_currency_id")


@pytest.mark.parametrize("model", ["res.partner", "product.product", "uom.uom", "stock.warehouse"])
def test_every_kind_says_whether_it_is_in_use(odoo: Client, model: str) -> None:
    rows = odoo.all(model, [], "active", limit=2, order="id", **EVERYTHING)
    assert rows
    assert all(isinstance(row["active"], bool) for row in rows)


def test_archived_is_found_and_deleted_is_not(odoo: Client, admin: Client, world: World) -> None:
    kept, archived, deleted = world.vendor(), world.vendor(), world.vendor()
    admin("res.partner", "write", [archived], {"active": False})
    admin("res.partner", "unlink", [deleted])
    ids = [kept, archived, deleted]
    rows = odoo.all("res.partner", [["id", "in", ids]], "active", order="id", **EVERYTHING)
    assert {row["id"]: row["active"] for row in rows} == {kept: True, archived: False}
    assert [row["id"] for row in odoo.all("res.partner", [["id", "in", ids]], "active")] == [kept]


def test_a_vendors_address_and_contacts(odoo: Client, admin: Client, world: World) -> None:
    vendor = world.vendor(street="Hafenstr. 1", zip="20457", city="Hamburg", email="a@b.example", phone="040 1")
    contact = admin("res.partner", "create", {"name": "Karl Kern", "parent_id": vendor, "function": "Sales"})
    row = odoo.one("res.partner", vendor, *VENDOR)
    assert (row["street"], row["zip"], row["city"], row["phone"]) == ("Hafenstr. 1", "20457", "Hamburg", "040 1")
    assert row["vat"] is False
    assert row["street2"] is False
    found = odoo.all("res.partner", [["parent_id", "in", [vendor]]], "parent_id", "name", "function", "email", "phone")
    assert [(one["id"], one["parent_id"][0], one["name"], one["function"], one["email"]) for one in found] == [
        (contact, vendor, "Karl Kern", "Sales", False)
    ]
    commercial = odoo.one("res.partner", contact, "commercial_partner_id")["commercial_partner_id"]
    assert commercial[0] == vendor


def test_the_portal_may_change_no_master_data(odoo: Client, admin: Client, world: World) -> None:
    """So whatever a supplier asks for is entered by a person in Odoo."""
    vendor = world.vendor()
    world.listed_product(vendor, 2.0, delay=5)
    (entry,) = odoo.all("product.supplierinfo", [["partner_id", "=", vendor]], "delay", "min_qty", "product_code")
    assert (entry["delay"], entry["product_code"]) == (5, False)
    with refused("odoo.exceptions.AccessError", "product.supplierinfo"):
        odoo("product.supplierinfo", "write", [entry["id"]], {"delay": 9})
    with refused("odoo.exceptions.AccessError", "res.partner"):
        odoo("res.partner", "write", [vendor], {"phone": "1"})
    assert admin.one("product.supplierinfo", entry["id"], "delay")["delay"] == 5
