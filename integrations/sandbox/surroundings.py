"""What stands around the seeded orders: who waits for their goods, their notes and terms, their parts' revisions."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from integrations.sandbox import records
from integrations.sandbox.behaviours import production, stock
from integrations.sandbox.env import Env
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row

# Of the first order: lines are at 10.
_TEXTS = (
    ("line_section", "Pump NP-40, spring series", 1),
    ("line_note", "Castings free of sand and burrs; protect machined faces for transport.", 11),
)
_REVISIONS = {"PH-1040": "C", "PH-1080": "B", "IM-2040": "A"}
_TERMS = (
    "<p>Quality terms <b>QT-7</b> apply.</p><ul><li>Material certificate EN 10204 3.1 with every heat</li>"
    "<li>Heat number cast into every part</li></ul>"
)
# Which order's item is waited for: in so many days, by what.
_DEMANDS = (
    (0, "PH-1040", 12, "production"),
    (1, "PH-1080", 21, "production"),
    (2, "PH-1040", 19, "production"),
    (4, "SE-3015", 8, "delivery"),
    (9, "FL-4080", 14, "production"),
)


def add(env: Env, orders: list[int]) -> None:
    """Put all of it around the seeded orders, given in the order of their seeding."""
    _demands(env, orders)
    _contents(env, orders)
    _files(env, orders)


def _contents(env: Env, orders: list[int]) -> None:
    """What the first orders say beside quantities, prices and dates."""
    month = env.add("account.payment.term", {"name": "30 days net"})
    env.put("purchase.order", orders, {"payment_term_id": month})
    vendors = sorted({env.row("purchase.order", order)["partner_id"] for order in orders})
    env.put("res.partner", vendors, {"property_supplier_payment_term_id": month})
    env.put("purchase.order", orders[:2], {"notes": _TERMS})
    for number, revision in _REVISIONS.items():
        product = env.rows("product.product", "default_code = ?", [number])[0]["id"]
        env.put("product.product", product, {"x_revision": revision})
    for kind, text, sequence in _TEXTS:
        values = {"order_id": orders[0], "display_type": kind, "name": text, "sequence": sequence, "product_qty": 0.0}
        records.create(env, MODELS["purchase.order.line"], values)


def _files(env: Env, orders: list[int]) -> None:
    """A drawing of one item, and quality terms with one order, marked for the supplier; and something that is not."""
    product = env.rows("product.product", "default_code = 'PH-1040'")[0]["id"]
    for model, key, name, words in (
        ("product.product", product, "[supplier] PH-1040 rev C.pdf", "PH-1040 Pump housing DN40, revision C"),
        ("purchase.order", orders[0], "[supplier] Quality terms QT-7.pdf", "Quality terms QT-7"),
        ("purchase.order", orders[0], "Our own calculation.pdf", "Not for suppliers"),
    ):
        values = {"name": name, "res_model": model, "res_id": key, "datas": base64.b64encode(pdf(words)).decode()}
        records.create(env, MODELS["ir.attachment"], values)


def pdf(words: str) -> bytes:
    """The smallest PDF with a line of words on an A4 page."""
    drawn = f"BT /F1 18 Tf 72 770 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def _demands(env: Env, orders: list[int]) -> None:
    """Some ordered parts are waited for: by a manufacturing order, or by a delivery to a customer."""
    units = env.reference("uom.product_uom_unit")
    pump = records.create(
        env.sudo(),
        MODELS["product.product"],
        {"name": "Pump NP-40", "default_code": "NP-40", "type": "consu", "is_storable": True, "uom_id": units,
         "uom_po_id": units, "purchase_ok": False},
    )  # fmt: skip
    today = datetime.now(UTC)
    for index, number, days, kind in _DEMANDS:
        move = receipt(env, orders[index], number)
        wanted = f"{today + timedelta(days=days):%Y-%m-%d} 06:00:00"
        part = {"product_id": move["product_id"], "product_uom_qty": move["product_uom_qty"]}
        if kind == "production":
            values: Row = {"product_id": pump, "product_qty": 40.0, "date_start": wanted,
                           "company_id": move["company_id"], "move_raw_ids": [(0, 0, part)]}  # fmt: skip
            made = records.create(env.sudo(), MODELS["mrp.production"], values)
            production.action_confirm(env, [made])
            demand = env.rows("stock.move", "raw_material_production_id = ?", [made])[0]["id"]
        else:
            house = env.row("stock.warehouse", move["warehouse_id"])
            values = {"picking_type_id": house["out_type_id"], "scheduled_date": wanted,
                      "move_ids": [(0, 0, part | {"date": wanted})]}  # fmt: skip
            made = records.create(env, MODELS["stock.picking"], values)
            stock.action_confirm(env, [made])
            demand = env.rows("stock.move", "picking_id = ?", [made])[0]["id"]
        records.write(env, MODELS["stock.move"], [move["id"]], {"move_dest_ids": [(4, demand)]})


def receipt(env: Env, order: int, number: str) -> Row:
    return env.query(
        "SELECT m.* FROM stock_move m JOIN purchase_order_line l ON l.id = m.purchase_line_id "
        "JOIN product_product p ON p.id = m.product_id WHERE l.order_id = ? AND p.default_code = ?",
        [order, number],
    )[0]
