"""What an order says beside quantities, prices and dates, as the integration user may read it."""

from __future__ import annotations

import base64
import hashlib

from tests.contract.target import Client, World

DAY = "2036-12-01 12:00:00"


def text_line(kind: str, words: str, sequence: int) -> list[object]:
    return [0, 0, {"display_type": kind, "name": words, "sequence": sequence, "product_qty": 0}]


def test_sections_and_notes_stand_among_the_lines(odoo: Client, world: World) -> None:
    order = world.order((100, 5.0, DAY))
    lines = [text_line("line_section", "Castings", 1), text_line("line_note", "Deburr", 99)]
    world.admin("purchase.order", "write", [order.id], {"order_line": lines})
    fields = ["name", "display_type", "product_id", "product_uom", "date_planned", "product_type", "price_unit"]
    found = odoo.all("purchase.order.line", [["order_id", "=", order.id]], *fields, order="order_id, sequence, id")
    assert [(row["display_type"], row["product_type"]) for row in found] == [
        ("line_section", False),
        (False, "consu"),
        ("line_note", False),
    ]
    for row in (found[0], found[2]):
        assert (row["product_id"], row["product_uom"], row["date_planned"], row["price_unit"]) == (False,) * 3 + (0.0,)


def test_a_service_is_counted_by_hand(odoo: Client, world: World) -> None:
    order = world.order((3, 10.0, DAY), products=[world.product(type="service", is_storable=False)])
    (line,) = odoo.all("purchase.order.line", [["order_id", "=", order.id]], "product_type", "qty_received_method")
    assert (line["product_type"], line["qty_received_method"]) == ("service", "manual")
    assert world.moves(order.lines[0]) == []
    odoo("purchase.order.line", "write", order.lines, {"qty_received": 2})
    assert odoo.one("purchase.order.line", order.lines[0], "qty_received")["qty_received"] == 2.0


def test_terms_address_and_their_markup(odoo: Client, world: World) -> None:
    term = world.admin("account.payment.term", "create", {"name": world.admin.unique("30 days")})
    address = world.vendor(street="Quay 1")
    values = {"payment_term_id": term, "dest_address_id": address, "notes": "<p>Pack <b>dry</b></p>"}
    order = world.order(**values)
    row = odoo.one("purchase.order", order.id, *values, "invoice_status", "invoice_ids")
    assert row["payment_term_id"][0] == term
    assert (row["dest_address_id"][0], row["notes"], row["invoice_ids"]) == (address, values["notes"], [])


def test_the_suppliers_own_numbers(odoo: Client, world: World) -> None:
    """Of the whole product or one variant; an order may name a contact of the company on the price list."""
    vendor = world.vendor()
    contact = int(world.admin("res.partner", "create", {"name": "Clerk", "parent_id": vendor}))
    product = world.listed_product(vendor, 5.0, product_code="V-1", product_name="Their name")
    template = odoo.one("product.product", product, "product_tmpl_id")["product_tmpl_id"][0]
    domain = [["product_tmpl_id", "in", [template]], "|", ["partner_id", "in", [contact]],
              ["partner_id.child_ids", "in", [contact]]]  # fmt: skip
    fields = ["partner_id", "product_id", "product_tmpl_id", "product_code", "product_name"]
    (row,) = odoo.all("product.supplierinfo", domain, *fields, order="sequence, min_qty, id")
    assert (row["product_code"], row["product_name"]) == ("V-1", "Their name")
    assert (row["product_id"], row["product_tmpl_id"][0], row["partner_id"][0]) == (False, template, vendor)


def test_a_bill_and_how_far_it_is_paid(odoo: Client, world: World) -> None:
    """The integration user reads it with the right to purchases alone."""
    service = world.product(type="service", is_storable=False, purchase_method="purchase")
    order = world.order((3, 10.0, DAY), products=[service])
    world.admin("purchase.order", "action_create_invoice", [order.id])
    (bill,) = odoo.one("purchase.order", order.id, "invoice_ids")["invoice_ids"]
    row = odoo.one("account.move", bill, "state", "payment_state", "move_type")
    assert (row["state"], row["payment_state"], row["move_type"]) == ("draft", "not_paid", "in_invoice")
    assert odoo("purchase.order", "search", [["invoice_ids", "in", [bill]]]) == [order.id]
    world.admin("account.move", "write", [bill], {"invoice_date": "2026-11-20"})
    world.admin("account.move", "action_post", [bill])
    assert odoo.one("account.move", bill, "state")["state"] == "posted"
    assert odoo.one("purchase.order", order.id, "invoice_status")["invoice_status"] == "invoiced"


def test_files_by_a_word_in_their_name(odoo: Client, world: World) -> None:
    """On an order, a product and its template; Odoo keeps the SHA-1 of the bytes, and says when they change."""
    order = world.order()
    template = odoo.one("product.product", order.products[0], "product_tmpl_id")["product_tmpl_id"][0]
    places = (("purchase.order", order.id), ("product.product", order.products[0]), ("product.template", template))
    made = {}
    for model, key in places:
        for name in ("[Supplier] Drawing.pdf", "Calculation.pdf"):
            values = {"name": name, "res_model": model, "res_id": key, "datas": base64.b64encode(b"%PDF-1").decode()}
            made[model, name] = world.admin("ir.attachment", "create", values)
    domain = [["type", "=", "binary"], ["name", "ilike", "[supplier]"], "|", "|"]
    for model, key in places:
        domain += ["&", ["res_model", "=", model], ["res_id", "in", [key]]]  # type: ignore[list-item]
    fields = ["name", "checksum", "file_size", "res_model", "res_id"]
    rows = odoo.all("ir.attachment", domain, *fields, order="id")
    assert [(row["res_model"], row["res_id"]) for row in rows] == list(places)
    checksum = hashlib.sha1(b"%PDF-1", usedforsecurity=False).hexdigest()
    assert {(row["checksum"], row["file_size"]) for row in rows} == {(checksum, 6)}
    drawing = rows[0]["id"]
    assert base64.b64decode(odoo.one("ir.attachment", drawing, "datas")["datas"]) == b"%PDF-1"
    world.admin("ir.attachment", "write", [drawing], {"datas": base64.b64encode(b"%PDF-2").decode()})
    assert odoo.one("ir.attachment", drawing, "checksum")["checksum"] != checksum
    world.admin("ir.attachment", "unlink", [drawing])
    assert odoo("ir.attachment", "read", [drawing], ["datas"]) == []
