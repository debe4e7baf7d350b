"""Master data as the portal reads it: archived, deleted and merged records, contacts, the right to change any of it."""

from __future__ import annotations

import pytest

from tests.contract.target import Client, World, refused

EVERYTHING = {"context": {"active_test": False}}
VENDOR = ("name", "ref", "vat", "email", "phone", "street", "street2", "zip", "city", "property_purchase_currency_id",
          "property_supplier_payment_term_id")  # fmt: skip
SELLER = ("partner_id", "product_id", "product_tmpl_id", "product_code", "product_name", "product_uom", "min_qty",
          "price", "discount", "currency_id", "delay", "date_start", "date_end", "company_id")  # fmt: skip


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


def test_terms_of_payment_by_their_name(odoo: Client, admin: Client, world: World) -> None:
    name = admin.unique("30 days")
    term = admin("account.payment.term", "create", {"name": name})
    vendor = world.vendor(property_supplier_payment_term_id=term)
    said = odoo.one("res.partner", vendor, "property_supplier_payment_term_id")["property_supplier_payment_term_id"]
    assert said == [term, name]


def test_a_price_list_as_it_is_read(odoo: Client, admin: Client, world: World) -> None:
    """Of the company that is the vendor, also where it names one of its contacts; numbers as they were written."""
    vendor = world.vendor()
    contact = int(admin("res.partner", "create", {"name": "Clerk", "parent_id": vendor}))
    product = world.listed_product(vendor, 4.75, delay=12, min_qty=10.5, product_code="V-1", date_end="2036-12-31")
    template = odoo.one("product.product", product, "product_tmpl_id")["product_tmpl_id"][0]
    second = {"partner_id": contact, "product_id": product, "product_tmpl_id": template, "price": 4.5, "delay": 9}
    one = int(admin("product.supplierinfo", "create", second))
    domain = [["partner_id.commercial_partner_id", "in", [vendor]]]
    rows = odoo.all("product.supplierinfo", domain, *SELLER, order="id", **EVERYTHING)
    whole, variant = rows
    assert (whole["delay"], whole["min_qty"], whole["price"], whole["discount"]) == (12, 10.5, 4.75, 0.0)
    assert (whole["product_code"], whole["product_name"], whole["product_id"]) == ("V-1", False, False)
    assert (whole["date_start"], whole["date_end"]) == (False, "2036-12-31")
    assert whole["product_uom"][0] == world.unit
    assert len(whole["currency_id"][1]) == 3
    assert (variant["id"], variant["product_id"][0], variant["partner_id"][0]) == (one, product, contact)
    looked = [["id", "=", one], ["partner_id.commercial_partner_id", "=", vendor]]
    assert [row["delay"] for row in odoo.all("product.supplierinfo", looked, "delay", **EVERYTHING)] == [9]


def test_values_are_written_as_they_are_and_nothing_else_moves(odoo: Client, admin: Client, world: World) -> None:
    """What the portal writes where it may, or a person instead: one absolute value, read back unchanged."""
    vendor = world.vendor(phone="1", street="Quay 1", street2="Door 2", zip="20457", city="Hamburg")
    world.listed_product(vendor, 2.0, delay=5, product_name="Theirs")
    (key,) = odoo("product.supplierinfo", "search", [["partner_id", "=", vendor]])
    for values in ({"delay": 9}, {"min_qty": 12.5}, {"price": 88.1}, {"product_code": "N-1"}, {"product_name": False}):
        before = odoo.one("product.supplierinfo", key, *SELLER)
        assert admin("product.supplierinfo", "write", [key], values) is True
        after = odoo.one("product.supplierinfo", key, *SELLER)
        assert after == {**before, **values}
    home = {"street": "Quay 2", "street2": False, "zip": "20459", "city": "Hamburg"}
    assert admin("res.partner", "write", [vendor], home) is True
    row = odoo.one("res.partner", vendor, "street", "street2", "zip", "city", "phone")
    assert {name: row[name] for name in home} == home
    assert row["phone"] == "1"


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
