"""Transfers as the sum of their moves: state, dates, names, and which transfer a move goes to."""

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


def state_of(env: Env, picking: Row, moves: list[Row]) -> str:
    states = {row["state"] for row in moves}
    if not moves or states == {"draft"}:
        return str(picking["state"]) if not moves and picking["state"] in ("done", "cancel") else "draft"
    if states == {"cancel"}:
        return "cancel"
    if states <= {"done", "cancel"}:
        return "done"
    waiting = [row["state"] for row in moves if row["state"] not in ("done", "cancel")]
    if env.row("stock.location", picking["location_id"])["usage"] == "supplier":
        return "assigned"
    first = min(waiting, key=_RANK.__getitem__)
    if "assigned" in waiting and first != "assigned":
        first = "assigned" if picking["move_type"] == "direct" else "confirmed"
    return "confirmed" if first == "partially_available" else first


def refresh(env: Env, picking: int | None) -> None:
    """Bring a transfer's own columns in line with its moves, and its order's after it."""
    if picking is None:
        return
    row = env.row("stock.picking", picking)
    moves = env.rows("stock.move", "picking_id = ?", [picking])
    values: Row = {"state": state_of(env, row, moves)}
    if row["state"] != "done":
        open_dates = [move["date"] for move in moves if move["state"] not in ("done", "cancel")]
        chosen = min if row["move_type"] == "direct" else max
        if open_dates:
            values["scheduled_date"] = chosen(open_dates)
        deadlines = [move["date_deadline"] for move in moves if move["date_deadline"]]
        values["date_deadline"] = chosen(deadlines) if deadlines else None
    env.put_if_changed("stock.picking", picking, values)
    refresh_orders(env, moves)


def refresh_orders(env: Env, moves: list[Row]) -> None:
    """The receipt status of the orders that moves belong to."""
    lines = {move["purchase_line_id"] for move in moves if move["purchase_line_id"]}
    for order in {env.row("purchase.order.line", line)["order_id"] for line in lines}:
        rows = env.query(
            "SELECT DISTINCT p.id, p.state, p.date_done FROM stock_picking p JOIN stock_move m ON m.picking_id = p.id "
            "JOIN purchase_order_line l ON l.id = m.purchase_line_id WHERE l.order_id = ?",
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
