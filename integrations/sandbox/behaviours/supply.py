"""How an order line is supplied: its moves must add up to its quantity, whatever became of them before."""

from __future__ import annotations

from integrations.sandbox.behaviours import moves, pickings
from integrations.sandbox.behaviours.units import convert, exchange, price_in
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.store import Row
from integrations.sandbox.values import half_up


def move_price(env: Env, order: Row, line: Row) -> float:
    """A move's price is in the product's unit and the company's currency."""
    template = env.row("product.product", line["product_id"])["product_tmpl_id"]
    unit = env.row("product.template", template)["uom_id"]
    price = price_in(env, line["price_unit"], line["product_uom"], unit)
    company = env.row("res.company", order["company_id"])["currency_id"]
    return half_up(exchange(env, price, order["currency_id"], company), 2)


def follow_quantity(env: Env, record: int) -> None:
    """Make the line's moves add up to its quantity again: a new move for more, a negative one for less."""
    line = env.row("purchase.order.line", record)
    if line["product_id"] is None:
        return
    product = env.row("product.product", line["product_id"])
    template = env.row("product.template", product["product_tmpl_id"])
    if template["type"] != "consu":
        return
    if line["product_qty"] < line["qty_received"] - 1e-9:
        raise UserError("You cannot decrease the ordered quantity below the received quantity.\nCreate a return first.")
    order = env.row("purchase.order", line["order_id"])
    picking = _open_receipt(env, order, record)
    if picking is None and line["product_qty"] <= line["qty_received"]:
        return
    difference = half_up(line["product_qty"] - planned_by_moves(env, line), 2)
    if difference == 0:
        return
    if picking is None:
        picking = _new_receipt(env, order)
    kind = env.row("stock.picking.type", order["picking_type_id"])
    planned = line["date_planned"] or order["date_planned"] or env.now_second
    quantity = convert(env, difference, line["product_uom"], template["uom_id"])
    move = env.add(
        "stock.move",
        {
            "name": env.name_of("product.product", product["id"]),
            "product_id": product["id"],
            "product_uom": template["uom_id"],
            "product_uom_qty": quantity,
            "product_qty": quantity,
            "date": planned,
            "date_deadline": planned,
            "location_id": env.reference("stock.stock_location_suppliers"),
            "location_dest_id": kind["default_location_dest_id"],
            "picking_id": picking,
            "purchase_line_id": record,
            "company_id": order["company_id"],
            "price_unit": move_price(env, order, line),
            "picking_type_id": kind["id"],
            "warehouse_id": kind["warehouse_id"],
            "origin": order["name"],
            "reference": env.row("stock.picking", picking)["name"],
            "description_picking": line["name"],
            "propagate_cancel": line["propagate_cancel"],
            "sequence": line["sequence"],
        },
    )
    moves.confirm(env, move)


def planned_by_moves(env: Env, line: Row) -> float:
    """What the line's moves bring or have brought, less what they take back, in the line's unit."""
    total = 0.0
    for move in env.rows("stock.move", "purchase_line_id = ? AND state <> 'cancel'", [line["id"]]):
        quantity = move["quantity"] if move["state"] == "done" else move["product_uom_qty"]
        in_line_unit = convert(env, quantity, move["product_uom"], line["product_uom"])
        if not moves.is_return(env, move):
            total += in_line_unit
        elif move["to_refund"]:
            total -= in_line_unit
    return half_up(total, 2)


def _open_receipt(env: Env, order: Row, line: int) -> int | None:
    """The open incoming transfer of the line's first move, or else of the order's first, whoever's transfer it is."""
    rows = env.query(
        "SELECT p.id FROM stock_picking p JOIN stock_move m ON m.picking_id = p.id "
        "JOIN purchase_order_line l ON l.id = m.purchase_line_id JOIN stock_location d ON d.id = p.location_dest_id "
        "WHERE l.order_id = ? AND p.state NOT IN ('done', 'cancel') AND d.usage IN ('internal', 'transit') "
        "ORDER BY l.id <> ?, l.sequence, l.id, m.sequence, m.id LIMIT 1",
        [order["id"], line],
    )
    return int(rows[0]["id"]) if rows else None


def _new_receipt(env: Env, order: Row) -> int:
    kind = env.row("stock.picking.type", order["picking_type_id"])
    return pickings.make(
        env,
        {
            "origin": order["name"],
            "partner_id": order["partner_id"],
            "picking_type_id": kind["id"],
            "location_id": env.reference("stock.stock_location_suppliers"),
            "location_dest_id": kind["default_location_dest_id"],
            "company_id": order["company_id"],
            "date": order["date_order"],
        },
    )
