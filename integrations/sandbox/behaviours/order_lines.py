"""Order lines: what Odoo fills in, what a changed line does to price, date, sums and open moves.

The rule that costs integrations most: a quantity written alone makes Odoo look up price and date again. Any one of
price, date, discount or description in the same write protects all of them, since Odoo computes them together.
"""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from integrations.sandbox.behaviours import chatter, pickings
from integrations.sandbox.behaviours.supply import follow_quantity, move_price
from integrations.sandbox.behaviours.units import convert, equal, exchange, price_in
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.schema.purchase import ORDER_STATES
from integrations.sandbox.store import Row
from integrations.sandbox.values import MOMENT, half_up, parse_moment, store_moment

_COMPUTED_TOGETHER = frozenset({"price_unit", "date_planned", "discount", "name"})
_TAXED = "purchase_order_line__taxes_id"


def refresh_totals(env: Env, order: int, *, dates: bool = False) -> None:
    """The order's sums, and its date as the earliest of its lines; the row is touched only if one differs."""
    (sums,) = env.query(
        "SELECT COALESCE(SUM(price_subtotal), 0) AS net, COALESCE(SUM(price_tax), 0) AS tax, "
        "MIN(CASE WHEN display_type IS NULL THEN date_planned END) AS first "
        "FROM purchase_order_line WHERE order_id = ?",
        [order],
    )
    values: Row = {"amount_untaxed": half_up(sums["net"], 2), "amount_tax": half_up(sums["tax"], 2)}
    values["amount_total"] = half_up(values["amount_untaxed"] + values["amount_tax"], 2)
    if dates:
        values["date_planned"] = sums["first"]
    env.put_if_changed("purchase.order", order, values)


def _seller(env: Env, product: Row, partner: int, quantity: float, unit: int | None, day: str) -> Row | None:
    """The vendor's price that applies to a quantity on a day."""
    template = env.row("product.template", product["product_tmpl_id"])
    commercial = env.row("res.partner", partner)["parent_id"]
    rows = env.rows(
        "product.supplierinfo",
        "product_tmpl_id = ? AND partner_id IN (?, ?) AND (product_id IS NULL OR product_id = ?) "
        "AND (date_start IS NULL OR date_start <= ?) AND (date_end IS NULL OR date_end >= ?)",
        [template["id"], partner, commercial or partner, product["id"], day, day],
        "price * (1 - discount / 100), sequence, id",
    )
    wanted = convert(env, quantity, unit, template["uom_po_id"])
    fitting = [row for row in rows if wanted >= row["min_qty"]]
    return fitting[0] if fitting else None


def _suggestion(env: Env, order: Row, product_id: int, quantity: float, unit: int | None) -> Row:
    """Price, discount and date that Odoo would propose. Without a price list there is no date of its own."""
    product = env.row("product.product", product_id)
    template = env.row("product.template", product["product_tmpl_id"])
    seller = _seller(env, product, order["partner_id"], quantity, unit, order["date_order"][:10])
    ordered = parse_moment(order["date_order"][:19])
    if seller is None:
        own = env.row("res.company", order["company_id"])["currency_id"]
        price = price_in(env, template["standard_price"], template["uom_id"], unit)
        price = exchange(env, price, own, order["currency_id"])
        return {"price_unit": half_up(price, 2), "discount": 0.0, "ordered": ordered.strftime(MOMENT), "listed": False}
    price = half_up(exchange(env, seller["price"], seller["currency_id"], order["currency_id"]), 2)
    return {
        "price_unit": half_up(price_in(env, price, template["uom_po_id"], unit), 2),
        "discount": seller["discount"] or 0.0,
        "date_planned": (ordered + timedelta(days=seller["delay"])).strftime(MOMENT),
        "ordered": ordered.strftime(MOMENT),
        "listed": True,
    }


def _prepare_line(env: Env, values: Row) -> None:
    if values.get("display_type"):
        values.update(product_id=False, price_unit=0, product_uom=False, date_planned=False, product_qty=0)
        return
    if not values.get("product_id") or not values.get("order_id"):
        return
    product = env.row("product.product", values["product_id"])
    template = env.row("product.template", product["product_tmpl_id"])
    values["product_uom"] = values.get("product_uom") or template["uom_po_id"]
    order = env.row("purchase.order", values["order_id"])
    values.setdefault("product_qty", 1.0)
    proposed = _suggestion(env, order, product["id"], float(values["product_qty"] or 0), values["product_uom"])
    values.setdefault("price_unit", proposed["price_unit"])
    values.setdefault("discount", proposed["discount"])
    values.setdefault("date_planned", proposed.get("date_planned") or proposed["ordered"])
    if "name" not in values:
        values["name"] = _description(env, product["id"], order["partner_id"])
    if "taxes_id" not in values:
        taxes = env.query(
            "SELECT right_id FROM product_template__supplier_taxes_id WHERE left_id = ?", [template["id"]]
        )
        values["taxes_id"] = [(6, 0, [row["right_id"] for row in taxes])]


def _description(env: Env, product: int, partner: int) -> str:
    """The vendor's own name for the item where the price list has one."""
    template = env.row("product.product", product)["product_tmpl_id"]
    rows = env.rows(
        "product.supplierinfo", "product_tmpl_id = ? AND partner_id = ?", [template, partner], "sequence, id"
    )
    if rows and (rows[0]["product_name"] or rows[0]["product_code"]):
        number = rows[0]["product_code"] or env.row("product.product", product)["default_code"]
        code = f"[{number}] " if number else ""
        return f"{code}{rows[0]['product_name'] or env.row('product.template', template)['name']}"
    return env.name_of("product.product", product)


def _created_line(env: Env, record: int, _: Row) -> None:
    line = env.row("purchase.order.line", record)
    refresh_line(env, record)
    refresh_totals(env, line["order_id"], dates=True)
    order = env.row("purchase.order", line["order_id"])
    if order["state"] == "purchase" and line["product_id"]:
        product = env.name_of("product.product", line["product_id"])
        chatter.post(env, "purchase.order", order["id"], f"Extra line with {product} ")
        follow_quantity(env, record)


def _writing_lines(env: Env, ids: list[int], values: Row) -> None:
    for record in ids:
        line = env.row("purchase.order.line", record)
        order = env.row("purchase.order", line["order_id"])
        if "display_type" in values and (values["display_type"] or None) != line["display_type"]:
            raise UserError(
                "You cannot change the type of a purchase order line. Instead you should delete the current line "
                "and create a new line of the proper type."
            )
        if values.get("date_planned"):
            _move_deadlines(env, record, store_moment(values["date_planned"]))
        quantity = values.get("product_qty", line["product_qty"]) or 0.0
        if order["state"] == "purchase" and not equal(float(quantity), line["product_qty"]):
            product = env.name_of("product.product", line["product_id"])
            note = (
                "<p>The ordered quantity has been updated.</p>"
                f"<p>{product}: {line['product_qty']:g} → {float(quantity):g}</p>"
            )
            chatter.post(env, "purchase.order", order["id"], note, is_html=True)


def _move_deadlines(env: Env, line: int, deadline: str) -> None:
    for move in env.rows("stock.move", "purchase_line_id = ? AND state NOT IN ('done', 'cancel')", [line]):
        env.put("stock.move", move["id"], {"date_deadline": deadline})
        pickings.refresh(env, move["picking_id"])


def _written_lines(env: Env, ids: list[int], values: Row, before: Mapping[int, Row]) -> None:
    for record in ids:
        line, old = env.row("purchase.order.line", record), before[record]
        order = env.row("purchase.order", line["order_id"])
        changed = not equal(line["product_qty"], old["product_qty"]) or line["product_uom"] != old["product_uom"]
        if changed and line["product_id"] and not _COMPUTED_TOGETHER & set(values):
            _look_up_again(env, order, line)
            line = env.row("purchase.order.line", record)
        refresh_line(env, record)
        if "price_unit" in values and order["state"] == "purchase":
            price = move_price(env, order, line)
            for move in env.rows("stock.move", "purchase_line_id = ? AND state NOT IN ('done', 'cancel')", [record]):
                env.put("stock.move", move["id"], {"price_unit": price})
        if order["state"] == "purchase" and not equal(line["product_qty"], old["product_qty"]):
            follow_quantity(env, record)
        refresh_totals(env, order["id"], dates=line["date_planned"] != old["date_planned"])


def _look_up_again(env: Env, order: Row, line: Row) -> None:
    proposed = _suggestion(env, order, line["product_id"], line["product_qty"], line["product_uom"])
    if proposed["listed"]:
        values = {name: proposed[name] for name in ("price_unit", "discount")}
        values["date_planned"] = store_moment(proposed["date_planned"])
        env.put("purchase.order.line", line["id"], values)
        return
    vendor_listed = env.rows(
        "product.supplierinfo",
        "partner_id = ? AND product_tmpl_id = (SELECT product_tmpl_id FROM product_product WHERE id = ?)",
        [order["partner_id"], line["product_id"]],
    )
    if vendor_listed or not line["price_unit"]:
        env.put("purchase.order.line", line["id"], {"price_unit": proposed["price_unit"], "discount": 0.0})


def _deleting_lines(env: Env, ids: list[int]) -> None:
    for record in ids:
        line = env.row("purchase.order.line", record)
        state = env.row("purchase.order", line["order_id"])["state"]
        if state in ("purchase", "done"):
            raise UserError(f"Cannot delete a purchase order line which is in state “{dict(ORDER_STATES)[state]}”.")
        env.query("DELETE FROM purchase_order_line WHERE id = ?", [record])
        refresh_totals(env, line["order_id"], dates=True)


def refresh_line(env: Env, record: int) -> None:
    """A line's sums and its quantity in the product's own unit."""
    line = env.row("purchase.order.line", record)
    subtotal = half_up(line["product_qty"] * line["price_unit"] * (1 - (line["discount"] or 0.0) / 100), 2)
    rates = env.query(
        f"SELECT COALESCE(SUM(x.amount), 0) AS rate FROM {_TAXED} l JOIN account_tax x ON x.id = l.right_id "
        "WHERE l.left_id = ?",
        [record],
    )
    tax = half_up(subtotal * rates[0]["rate"] / 100, 2)
    values = {"price_subtotal": subtotal, "price_tax": tax, "price_total": half_up(subtotal + tax, 2)}
    if line["product_id"]:
        template = env.row("product.product", line["product_id"])["product_tmpl_id"]
        unit = env.row("product.template", template)["uom_id"]
        values["product_uom_qty"] = convert(env, line["product_qty"], line["product_uom"], unit)
    env.put_if_changed("purchase.order.line", record, values)


HOOKS = {
    "purchase.order.line": Hooks(
        prepare=_prepare_line,
        created=_created_line,
        writing=_writing_lines,
        written=_written_lines,
        deleting=_deleting_lines,
    ),
}
METHODS: dict[tuple[str, str], Method] = {}
VALUES: dict[str, Value] = {}
