"""Stock moves: how they are born of order lines, merge, turn into returns, reserve and are called off.

The rules that matter to a promise: a move merges only into one that agrees with it in price, deadline, description
and places; what cannot be taken back from an open move becomes a return of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.sandbox.behaviours import forecast, lots, pickings
from integrations.sandbox.behaviours.units import convert, equal
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.store import Row
from integrations.sandbox.values import half_up, store_moment

CLOSED = ("done", "cancel")
_BYPASS = ("supplier", "customer", "inventory", "production")
_NEGATIVE_KEY = (
    "product_id", "procure_method", "location_id", "location_dest_id", "product_uom", "origin_returned_move_id",
    "propagate_cancel", "date_deadline", "purchase_line_id",
)  # fmt: skip
_POSITIVE_KEY = (*_NEGATIVE_KEY, "price_unit", "description_picking")


def usage(env: Env, location: int) -> str:
    return str(env.row("stock.location", location)["usage"])


def is_return(env: Env, move: Row) -> bool:
    return usage(env, move["location_dest_id"]) == "supplier"


def lines_of(env: Env, move: int) -> list[Row]:
    return env.rows("stock.move.line", "move_id = ?", [move])


# From draft to confirmed


def confirm(env: Env, move: int) -> None:
    """Confirm a draft move: merge it with its like, or make a return of what it takes back."""
    row = env.row("stock.move", move)
    if row["state"] != "draft":
        return
    env.put("stock.move", move, {"state": "confirmed"})
    if row["picking_id"] is None and row["product_uom_qty"] >= 0:
        pickings.assign_to_picking(env, move)
        row = env.row("stock.move", move)
    if row["product_uom_qty"] < 0:
        _take_back(env, move, int(row["picking_id"]))
    else:
        _merge(env, int(row["picking_id"]), row)
    pickings.refresh(env, row["picking_id"])


def _merge(env: Env, picking: int, like: Row) -> None:
    """Join the open moves of a transfer that are for the same line as ``like`` and agree in everything that counts."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    open_moves = env.rows(
        "stock.move",
        "picking_id = ? AND product_id = ? AND purchase_line_id IS ? AND state NOT IN ('done', 'cancel', 'draft')",
        [picking, like["product_id"], like["purchase_line_id"]],
        "sequence, id",
    )
    for row in open_moves:
        groups.setdefault(tuple(row[name] for name in _POSITIVE_KEY), []).append(row)
    for group in groups.values():
        keep, *others = group
        if others:
            for other in others:
                env.query("UPDATE stock_move_line SET move_id = ? WHERE move_id = ?", [keep["id"], other["id"]])
                env.query(
                    "UPDATE OR IGNORE stock_move__move_dest_ids SET left_id = ? WHERE left_id = ?",
                    [keep["id"], other["id"]],
                )
                env.query("DELETE FROM stock_move WHERE id = ?", [other["id"]])
            count_lines(env, keep["id"])
            env.put("stock.move", keep["id"], {"date": min(row["date"] for row in group)})
            set_demand(env, keep["id"], sum(row["product_uom_qty"] for row in group))
        assign(env, keep["id"])


def _take_back(env: Env, move: int, picking: int) -> None:
    """A negative move eats from the open moves it matches; what is left becomes a return."""
    row = env.row("stock.move", move)
    left = -row["product_uom_qty"]
    env.put("stock.move", move, {"picking_id": None})
    candidates = env.rows(
        "stock.move",
        "picking_id = ? AND id <> ? AND state NOT IN ('done', 'cancel', 'draft')",
        [picking, move],
        "sequence, id",
    )
    for other in candidates:
        alike = all(other[name] == row[name] for name in _NEGATIVE_KEY)
        if left <= 0 or not alike or not equal(other["price_unit"] or 0.0, row["price_unit"] or 0.0):
            continue
        taken = min(left, other["product_uom_qty"])
        left = half_up(left - taken, 2)
        remaining = half_up(other["product_uom_qty"] - taken, 2)
        set_demand(env, other["id"], remaining)
        if remaining == 0:
            # The price of nothing is nothing: Odoo divides the value left by the quantity left.
            env.put("stock.move", other["id"], {"price_unit": 0.0} if left == 0 else {})
            if not other["picked"]:
                cancel(env, [other["id"]])
    if left == 0:
        env.query("DELETE FROM stock_move WHERE id = ?", [move])
    else:
        _turn_into_return(env, move, left)
    _merge(env, picking, row)


def _turn_into_return(env: Env, move: int, quantity: float) -> None:
    """Not marked as a refund, so that later changes of the line do not reckon with it."""
    row = env.row("stock.move", move)
    kind = env.row("stock.picking.type", row["picking_type_id"])
    env.put(
        "stock.move",
        move,
        {
            "product_uom_qty": quantity,
            "location_id": row["location_dest_id"],
            "location_dest_id": row["location_id"],
            "picking_type_id": kind["return_picking_type_id"] or kind["id"],
            "procure_method": "make_to_stock",
        },
    )
    pickings.assign_to_picking(env, move)
    assign(env, move)
    pickings.refresh(env, env.row("stock.move", move)["picking_id"])


# Reservation


def set_demand(env: Env, move: int, quantity: float) -> None:
    """Another quantity wanted: a smaller one frees the reservation, and a receipt reserves anew at once."""
    row = env.row("stock.move", move)
    stock_quantity = convert(env, quantity, row["product_uom"], template_of(env, row["product_id"])["uom_id"])
    env.put("stock.move", move, {"product_uom_qty": quantity, "product_qty": stock_quantity})
    if row["state"] in ("draft", *CLOSED):
        return
    if row["quantity"] > quantity:
        release(env, move)
    if usage(env, row["location_id"]) == "supplier" and row["state"] in ("assigned", "partially_available"):
        assign(env, move)


def release(env: Env, move: int) -> None:
    env.query("DELETE FROM stock_move_line WHERE move_id = ?", [move])
    env.put("stock.move", move, {"quantity": 0.0, "state": "confirmed"})


def assign(env: Env, move: int) -> None:
    """Reserve: goods from a vendor are always there, goods from stock only as far as stock reaches."""
    row = env.row("stock.move", move)
    if row["state"] not in ("confirmed", "waiting", "partially_available", "assigned"):
        return
    missing = half_up(row["product_uom_qty"] - row["quantity"], 2)
    if missing > 0:
        if usage(env, row["location_id"]) not in _BYPASS:
            inside = env.with_context(location=row["location_id"])
            free = forecast.on_hand(inside, row["product_id"]) - forecast.reserved(inside, row["product_id"])
            missing = max(0.0, min(missing, half_up(free, 2)))
        if missing > 0:
            reserve(env, row, missing)
    restate(env, move)


def restate(env: Env, move: int) -> None:
    """The state that an open move's reservation gives it."""
    row = env.row("stock.move", move)
    if row["state"] in ("draft", *CLOSED):
        return
    if row["quantity"] >= row["product_uom_qty"]:
        state = "assigned"
    else:
        state = "partially_available" if row["quantity"] > 0 else "confirmed"
    env.put_if_changed("stock.move", move, {"state": state})


def reserve(env: Env, move: Row, quantity: float) -> None:
    """Lines for so much more of a move: a piece each for serials, lot by lot out of stock, else one without a lot."""
    tracking = template_of(env, move["product_id"])["tracking"]
    if tracking != "none" and usage(env, move["location_id"]) not in _BYPASS:
        _reserve_lots(env, move, quantity)
    elif tracking == "serial" and quantity == int(quantity):
        for _ in range(int(quantity)):
            _add_line(env, move, 1.0)
    else:
        _reserve_plain(env, move, quantity)
    count_lines(env, move["id"])


def _reserve_plain(env: Env, move: Row, quantity: float) -> None:
    plain = env.rows(
        "stock.move.line",
        "move_id = ? AND picking_id IS ? AND NOT picked AND lot_id IS NULL AND lot_name IS NULL "
        "AND package_id IS NULL AND result_package_id IS NULL",
        [move["id"], move["picking_id"]],
    )
    if plain:
        env.put("stock.move.line", plain[0]["id"], {"quantity": half_up(plain[0]["quantity"] + quantity, 2)})
    else:
        _add_line(env, move, quantity)


def _reserve_lots(env: Env, move: Row, quantity: float) -> None:
    """What came first leaves first."""
    free = env.query(
        "SELECT q.lot_id, q.package_id, q.quantity - COALESCE((SELECT SUM(l.quantity) FROM stock_move_line l "
        "JOIN stock_move m ON m.id = l.move_id WHERE l.product_id = q.product_id AND l.location_id = q.location_id "
        "AND l.lot_id IS q.lot_id AND l.package_id IS q.package_id AND m.state NOT IN ('draft', 'done', 'cancel')), 0) "
        "AS quantity FROM stock_quant q WHERE q.product_id = ? AND q.location_id = ? ORDER BY q.in_date, q.id",
        [move["product_id"], move["location_id"]],
    )
    for part in free:
        taken = half_up(min(quantity, part["quantity"]), 2)
        if taken > 0:
            _add_line(env, move, taken, lot_id=part["lot_id"], package_id=part["package_id"])
            quantity = half_up(quantity - taken, 2)


def _add_line(env: Env, move: Row, quantity: float, **more: Any) -> None:
    expires = lots.line_expires(env, move["product_id"], more.get("lot_id"), move["date"])
    env.add(
        "stock.move.line",
        {
            "move_id": move["id"],
            "picking_id": move["picking_id"],
            "company_id": move["company_id"],
            "product_id": move["product_id"],
            "product_uom_id": move["product_uom"],
            "quantity": quantity,
            "location_id": move["location_id"],
            "location_dest_id": move["location_dest_id"],
            "date": env.now_second,
            "expiration_date": store_moment(expires) if expires else None,
            **more,
        },
    )


def template_of(env: Env, product: int) -> Row:
    return env.row("product.template", env.row("product.product", product)["product_tmpl_id"])


def count_lines(env: Env, move: int) -> None:
    """A move's quantity is what its lines add up to, and it is picked when any of them is."""
    rows = lines_of(env, move)
    env.put_if_changed(
        "stock.move",
        move,
        {
            "quantity": half_up(sum(row["quantity"] for row in rows), 2),
            "picked": int(any(row["picked"] for row in rows)),
        },
    )


def cancel(env: Env, moves: Sequence[int]) -> None:
    for move in moves:
        row = env.row("stock.move", move)
        if row["state"] == "done":
            raise UserError(
                "You cannot cancel a stock move that has been set to 'Done'. Create a return in order to reverse "
                "the moves which took place."
            )
        if row["state"] == "cancel":
            continue
        env.query("DELETE FROM stock_move_line WHERE move_id = ?", [move])
        env.put("stock.move", move, {"state": "cancel", "quantity": 0.0, "picked": 0})
        env.query("DELETE FROM stock_move__move_dest_ids WHERE right_id = ?", [move])
        pickings.refresh(env, row["picking_id"])


# What a client does to moves


def _prepare_move(env: Env, values: Row) -> None:
    picking = env.row("stock.picking", values["picking_id"]) if values.get("picking_id") else None
    if picking:
        for name in ("location_id", "location_dest_id", "company_id", "picking_type_id", "origin"):
            values.setdefault(name, picking[name] or False)
        values.setdefault("reference", picking["name"])
    if values.get("raw_material_production_id"):
        _prepare_component(env, values)
    if values.get("product_id"):
        values.setdefault("product_uom", template_of(env, values["product_id"])["uom_id"])
        values.setdefault("name", env.name_of("product.product", values["product_id"]))
    values.setdefault("date", env.now[:19])
    values.setdefault("company_id", env.row("res.users", env.uid)["company_id"])


def _prepare_component(env: Env, values: Row) -> None:
    """A component goes from the plant's stock into production when its order starts."""
    production = env.row("mrp.production", values["raw_material_production_id"])
    house = env.rows("stock.warehouse", "company_id = ?", [production["company_id"]], "sequence, id")[0]
    values.setdefault("location_id", house["lot_stock_id"])
    values.setdefault("location_dest_id", env.rows("stock.location", "usage = 'production'")[0]["id"])
    values.setdefault("company_id", production["company_id"])
    values.setdefault("date", production["date_start"][:19])
    values.setdefault("date_deadline", production["date_start"][:19])
    values.setdefault("origin", production["name"])
    values.setdefault("reference", production["name"])


def _created_move(env: Env, record: int, _: Row) -> None:
    row = env.row("stock.move", record)
    set_demand(env, record, row["product_uom_qty"])
    pickings.refresh(env, row["picking_id"])


def _writing_move(env: Env, ids: list[int], values: Row) -> None:
    rows = [env.row("stock.move", record) for record in ids]
    if "quantity" in values and any(row["state"] == "cancel" for row in rows):
        raise UserError("You cannot change a cancelled stock move, create a new line instead.")
    if "product_uom" in values and any(row["state"] == "done" for row in rows):
        raise UserError("You cannot change the UoM for a stock move that has been set to 'Done'.")


def _written_move(env: Env, ids: list[int], values: Row, before: Mapping[int, Row]) -> None:
    for record in ids:
        row = env.row("stock.move", record)
        if "product_uom_qty" in values:
            set_demand(env, record, row["product_uom_qty"])
        if "quantity" in values:
            _set_quantity(env, before[record], row["quantity"])
        if "move_line_ids" in values:
            count_lines(env, record)
        if "picked" in values:
            env.query("UPDATE stock_move_line SET picked = ? WHERE move_id = ?", [row["picked"], record])
        if values.get("picking_id"):
            # Its lines stay behind: they go on naming the transfer in which they were made.
            env.put("stock.move", record, {"reference": env.row("stock.picking", row["picking_id"])["name"]})
    touched = {env.row("stock.move", record)["picking_id"] for record in ids}
    for picking in touched | {before[record]["picking_id"] for record in ids}:
        if env.context.get("within") != ("stock.picking", picking):
            pickings.refresh(env, picking)


def _set_quantity(env: Env, before: Row, wanted: float) -> None:
    """Writing a move's quantity spreads it over its lines: more goes on a plain line, less comes off the last."""
    move = before["id"]
    present = half_up(sum(row["quantity"] for row in lines_of(env, move)), 2)
    if wanted > present:
        reserve(env, env.row("stock.move", move), half_up(wanted - present, 2))
    surplus = half_up(present - wanted, 2)
    for row in reversed(lines_of(env, move)) if surplus > 0 else ():
        taken = min(surplus, row["quantity"])
        surplus = half_up(surplus - taken, 2)
        env.put("stock.move.line", row["id"], {"quantity": half_up(row["quantity"] - taken, 2)})
    env.query("DELETE FROM stock_move_line WHERE move_id = ? AND quantity = 0", [move])
    count_lines(env, move)
    restate(env, move)


HOOKS = {
    "stock.move": Hooks(prepare=_prepare_move, created=_created_move, writing=_writing_move, written=_written_move),
}
METHODS: dict[tuple[str, str], Method] = {}
VALUES: dict[str, Value] = {}
