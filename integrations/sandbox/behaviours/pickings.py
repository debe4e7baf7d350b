"""Transfers as the sum of their moves: state, dates, names, and which transfer a move goes to."""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

from integrations.sandbox.env import Env
from integrations.sandbox.store import Row, next_number

_RANK = {"draft": 0, "waiting": 1, "confirmed": 2, "partially_available": 3, "assigned": 4}


def new_name(env: Env, picking_type: int) -> str:
    kind = env.row("stock.picking.type", picking_type)
    number = next_number(env.connection, f"stock.picking.type.{picking_type}")
    code = env.row("stock.warehouse", kind["warehouse_id"])["code"]
    return f"{code}/{kind['sequence_code']}/{number:05d}"


def make(env: Env, values: Row) -> int:
    """A new transfer in draft, with the next name of its operation type."""
    return env.add(
        "stock.picking",
        {"name": new_name(env, values["picking_type_id"]), "scheduled_date": env.now_second, **values},
    )


def assign_to_picking(env: Env, move: int) -> None:
    """Put a move without a transfer into an open one of the same source and places, or make one."""
    row = env.row("stock.move", move)
    found = env.rows(
        "stock.picking",
        "origin IS ? AND location_id = ? AND location_dest_id = ? AND picking_type_id = ? "
        "AND state IN ('draft', 'confirmed', 'waiting', 'assigned')",
        [row["origin"], row["location_id"], row["location_dest_id"], row["picking_type_id"]],
    )
    picking = (
        found[0]["id"]
        if found
        else make(
            env,
            {
                "origin": row["origin"],
                "partner_id": row["partner_id"] or _vendor_of(env, row),
                "location_id": row["location_id"],
                "location_dest_id": row["location_dest_id"],
                "picking_type_id": row["picking_type_id"],
                "company_id": row["company_id"],
                "date": env.now_second,
            },
        )
    )
    name = env.row("stock.picking", picking)["name"]
    env.put("stock.move", move, {"picking_id": picking, "reference": name})


def _vendor_of(env: Env, move: Row) -> int | None:
    if move["purchase_line_id"] is None:
        return None
    order = env.row("purchase.order.line", move["purchase_line_id"])["order_id"]
    return int(env.row("purchase.order", order)["partner_id"])


def state_of(env: Env, picking: Row, states: set[str]) -> str:
    """A transfer's state out of those of its moves."""
    if not states or states == {"draft"}:
        return str(picking["state"]) if not states and picking["state"] in ("done", "cancel") else "draft"
    if states == {"cancel"}:
        return "cancel"
    if states <= {"done", "cancel"}:
        return "done"
    waiting = states - {"done", "cancel"}
    if env.row("stock.location", picking["location_id"])["usage"] == "supplier":
        return "assigned"
    first = min(waiting, key=_RANK.__getitem__)
    if "assigned" in waiting and first != "assigned":
        first = "assigned" if picking["move_type"] == "direct" else "confirmed"
    return "confirmed" if first == "partially_available" else first


def refresh(env: Env, picking: int | None) -> None:
    """Bring a transfer's own columns in line with its moves, and its orders' after it.

    It is called for every move that changes, so the database does the adding up.
    """
    if picking is None:
        return
    row = env.row("stock.picking", picking)
    chosen = "MIN" if row["move_type"] == "direct" else "MAX"
    found = env.query(
        f"SELECT state, {chosen}(date) AS date, {chosen}(date_deadline) AS deadline FROM stock_move "
        "WHERE picking_id = ? GROUP BY state",
        [picking],
    )
    values: Row = {"state": state_of(env, row, {part["state"] for part in found})}
    if row["state"] != "done":
        pick = min if chosen == "MIN" else max
        dates = [part["date"] for part in found if part["state"] not in ("done", "cancel")]
        deadlines = [part["deadline"] for part in found if part["deadline"]]
        values["date_deadline"] = pick(deadlines) if deadlines else None
        if dates:
            values["scheduled_date"] = pick(dates)
    env.put_if_changed("stock.picking", picking, values)
    orders = env.query(
        "SELECT DISTINCT l.order_id FROM stock_move m JOIN purchase_order_line l ON l.id = m.purchase_line_id "
        "WHERE m.picking_id = ?",
        [picking],
    )
    for order in orders:
        refresh_order(env, order["order_id"])


def refresh_order(env: Env, order: int) -> None:
    """The receipt status of an order."""
    rows = env.query(
        "SELECT DISTINCT p.id, p.state, p.date_done FROM purchase_order_line l "
        "JOIN stock_move m ON m.purchase_line_id = l.id JOIN stock_picking p ON p.id = m.picking_id "
        "WHERE l.order_id = ?",
        [order],
    )
    states = [row["state"] for row in rows]
    if not states or all(state == "cancel" for state in states):
        status = None
    elif all(state in ("done", "cancel") for state in states):
        status = "full"
    else:
        status = "partial" if "done" in states else "pending"
    arrivals = [row["date_done"] for row in rows if row["state"] == "done" and row["date_done"]]
    env.put_if_changed(
        "purchase.order",
        order,
        {"receipt_status": status, "effective_date": min(arrivals) if arrivals else None},
    )
