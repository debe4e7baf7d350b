"""How much of a product there is and will be: the numbers a planner reads.

The forecast at a date counts the open moves whose own ``date`` lies before it; deadlines play no part. That is why
a promise only reaches the planner when the move's date is written.
"""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

from typing import Any

from integrations.sandbox.env import Env
from integrations.sandbox.hooks import Value
from integrations.sandbox.values import half_up, sql_moment

_OPEN = "m.state IN ('waiting', 'confirmed', 'assigned', 'partially_available')"


def _inside(env: Env) -> str:
    """The locations whose stock counts, as a subquery; the context may name one warehouse or location."""
    warehouse = env.context.get("warehouse_id") or env.context.get("warehouse")
    location = env.context.get("location")
    condition = "usage IN ('internal', 'transit')"
    if isinstance(warehouse, int):
        condition += f" AND warehouse_id = {warehouse}"
    if isinstance(location, int):
        condition += f" AND id = {location}"
    return f"(SELECT id FROM stock_location WHERE {condition})"


def _window(env: Env) -> tuple[str, list[str]]:
    sql, values = "", []
    if until := env.context.get("to_date"):
        sql, values = " AND m.date <= ?", [sql_moment(str(until))]
    if since := env.context.get("from_date"):
        sql, values = f"{sql} AND m.date >= ?", [*values, sql_moment(str(since))]
    return sql, values


def _moved(env: Env, product: int, come: str, leave: str) -> float:
    window, values = _window(env)
    inside = _inside(env)
    rows = env.query(
        "SELECT COALESCE(SUM(m.product_uom_qty / u.factor * pu.factor), 0) AS total FROM stock_move m "
        "JOIN uom_uom u ON u.id = m.product_uom JOIN product_product p ON p.id = m.product_id "
        "JOIN product_template t ON t.id = p.product_tmpl_id JOIN uom_uom pu ON pu.id = t.uom_id "
        f"WHERE m.product_id = ? AND {_OPEN} AND m.{come} IN {inside} AND m.{leave} NOT IN {inside}{window}",
        [product, *values],
    )
    return half_up(rows[0]["total"], 2)


def on_hand(env: Env, product: int) -> float:
    rows = env.query(
        f"SELECT COALESCE(SUM(quantity), 0) AS total FROM stock_quant WHERE product_id = ? "
        f"AND location_id IN {_inside(env)}",
        [product],
    )
    return half_up(rows[0]["total"], 2)


def incoming(env: Env, product: int) -> float:
    return _moved(env, product, "location_dest_id", "location_id")


def outgoing(env: Env, product: int) -> float:
    return _moved(env, product, "location_id", "location_dest_id")


def reserved(env: Env, product: int) -> float:
    rows = env.query(
        "SELECT COALESCE(SUM(l.quantity), 0) AS total FROM stock_move_line l JOIN stock_move m ON m.id = l.move_id "
        f"WHERE l.product_id = ? AND {_OPEN} AND l.location_id IN {_inside(env)}",
        [product],
    )
    return half_up(rows[0]["total"], 2)


def _each(count: Any) -> Value:
    def values(env: Env, ids: list[int]) -> dict[int, Any]:
        return {product: count(env, product) for product in ids}

    return values


VALUES: dict[str, Value] = {
    "qty_available": _each(on_hand),
    "incoming_qty": _each(incoming),
    "outgoing_qty": _each(outgoing),
    "virtual_available": _each(lambda env, p: half_up(on_hand(env, p) + incoming(env, p) - outgoing(env, p), 2)),
    "free_qty": _each(lambda env, p: half_up(on_hand(env, p) - reserved(env, p), 2)),
}
