"""Transfers: parting and validating them, backorders, what is in stock afterwards and what an order received."""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.sandbox import records
from integrations.sandbox.behaviours import moves, pickings
from integrations.sandbox.behaviours.units import convert
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError, ValidationError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row
from integrations.sandbox.values import half_up

# Transfers


def _prepare_picking(env: Env, values: Row) -> None:
    if values.get("picking_type_id"):
        kind = env.row("stock.picking.type", values["picking_type_id"])
        values.setdefault("location_id", kind["default_location_src_id"])
        values.setdefault("location_dest_id", kind["default_location_dest_id"])
        values.setdefault("company_id", kind["company_id"])
        if values.get("name", "/") == "/":
            values["name"] = pickings.new_name(env, kind["id"])
    values.setdefault("scheduled_date", env.now[:19])
    values.setdefault("date", env.now[:19])
    values.setdefault("user_id", env.uid)


def _deleting_pickings(env: Env, ids: list[int]) -> None:
    """Its moves go with a transfer, which is a right of its own; lines of moves that have left it stay without one."""
    for picking in ids:
        own = [row["id"] for row in env.rows("stock.move", "picking_id = ?", [picking])]
        moves.cancel(env, own)
        if own:
            env.check(MODELS["stock.move"], "d")
            env.query("DELETE FROM stock_move WHERE picking_id = ?", [picking])
        env.query("UPDATE stock_move_line SET picking_id = NULL WHERE picking_id = ?", [picking])
        env.query("UPDATE stock_picking SET backorder_id = NULL WHERE backorder_id = ?", [picking])


def _written_pickings(env: Env, ids: list[int], values: Row, before: Mapping[int, Row]) -> None:
    for record in ids:
        row = env.row("stock.picking", record)
        if "scheduled_date" in values:
            if before[record]["state"] in moves.CLOSED:
                raise UserError("You cannot change the Scheduled Date on a done or cancelled transfer.")
            # The transfer has one date: setting it moves every open move in it.
            for move in env.rows("stock.move", "picking_id = ? AND state NOT IN ('done', 'cancel')", [record]):
                env.put("stock.move", move["id"], {"date": row["scheduled_date"]})
        pickings.refresh(env, record)


def action_confirm(env: Env, ids: list[int]) -> bool:
    for picking in ids:
        for move in env.rows("stock.move", "picking_id = ? AND state = 'draft'", [picking]):
            moves.confirm(env, move["id"])
        pickings.refresh(env, picking)
    return True


def action_assign(env: Env, ids: list[int]) -> bool:
    action_confirm(env, ids)
    waiting = {
        picking: env.rows("stock.move", "picking_id = ? AND state NOT IN ('done', 'cancel')", [picking])
        for picking in ids
    }
    if not any(waiting.values()):
        raise UserError("Nothing to check the availability for.")
    for picking, open_moves in waiting.items():
        for move in open_moves:
            moves.assign(env, move["id"])
        pickings.refresh(env, picking)
    return True


def action_split_transfer(env: Env, ids: list[int]) -> None:
    """What is entered stays, the rest goes into a backorder, a move without any quantity as it is."""
    for picking in ids:
        own = env.rows("stock.move", "picking_id = ?", [picking])
        name = env.row("stock.picking", picking)["name"]
        if not any(move["quantity"] for move in own):
            raise UserError(
                f"{name}: Nothing to split. Fill the quantities you want in a new transfer in the done quantities"
            )
        if any(move["quantity"] > move["product_uom_qty"] for move in own):
            raise UserError(f"{name}: Can't split: quantities done can't be above demand")
        if all(move["quantity"] == move["product_uom_qty"] for move in own):
            raise UserError(
                f"{name}: Nothing to split, all demand is done. "
                "For split you need at least one line not fully fulfilled"
            )
        rest = []
        for move in own:
            if not move["quantity"]:
                rest.append(move["id"])
            elif move["quantity"] < move["product_uom_qty"]:
                rest.append(_split_off(env, move, move["quantity"]))
        backorder = _move_to_backorder(env, picking, rest)
        for record in rest:
            moves.assign(env, record)
        pickings.refresh(env, picking)
        pickings.refresh(env, backorder)


def action_cancel(env: Env, ids: list[int]) -> bool:
    for picking in ids:
        moves.cancel(env, [row["id"] for row in env.rows("stock.move", "picking_id = ?", [picking])])
        env.put_if_changed("stock.picking", picking, {"state": "cancel"})
    return True


def do_unreserve(env: Env, ids: list[int]) -> None:
    for picking in ids:
        for move in env.rows("stock.move", "picking_id = ? AND state NOT IN ('done', 'cancel', 'draft')", [picking]):
            moves.release(env, move["id"])
        pickings.refresh(env, picking)


def button_validate(env: Env, ids: list[int]) -> Any:
    """Book a transfer. Odoo asks back with an action when less than the demand is there, unless told not to."""
    action_confirm(env, [p for p in ids if env.row("stock.picking", p)["state"] == "draft"])
    for picking in ids:
        open_moves = env.rows("stock.move", "picking_id = ? AND state NOT IN ('done', 'cancel')", [picking])
        _check_sane(env, picking, open_moves)
        if not any(move["picked"] for move in open_moves):
            for move in open_moves:
                if move["quantity"] > 0:
                    env.put("stock.move", move["id"], {"picked": 1})
                    env.query("UPDATE stock_move_line SET picked = 1 WHERE move_id = ?", [move["id"]])
    asked = {"button_validate_picking_ids": ids}
    incomplete = [picking for picking in ids if _is_short(env, picking)]
    if incomplete and not env.context.get("skip_backorder"):
        shown = {"default_show_transfers": False, "default_pick_ids": [[4, p] for p in incomplete]}
        return _question("Create Backorder?", "stock.backorder.confirmation", asked | shown)
    expired = [lot for picking in ids for lot in _expired_lots(env, picking)]
    if expired and not env.context.get("skip_expired"):
        shown = {"default_picking_ids": [[6, 0, ids]], "default_lot_ids": [[6, 0, expired]]}
        return _question("Confirmation", "expiry.picking.confirmation", asked | shown)
    dropped = env.context.get("picking_ids_not_to_backorder") or []
    for picking in ids:
        _book(env, picking, keep_rest=picking not in dropped)
    return True


def _question(name: str, model: str, context: Row) -> Row:
    """The window that Odoo's own page would open instead of booking."""
    window = {"name": name, "type": "ir.actions.act_window", "view_mode": "form", "res_model": model, "target": "new"}
    return window | {"context": context}


def _expired_lots(env: Env, picking: int) -> list[int]:
    rows = env.query(
        "SELECT DISTINCT o.id FROM stock_move_line l JOIN stock_move m ON m.id = l.move_id "
        "JOIN stock_lot o ON o.id = l.lot_id JOIN product_product p ON p.id = o.product_id "
        "JOIN product_template t ON t.id = p.product_tmpl_id WHERE m.picking_id = ? AND l.picked "
        "AND m.state NOT IN ('done', 'cancel') AND t.use_expiration_date AND o.expiration_date <= ? ORDER BY o.id",
        [picking, env.now],
    )
    return [row["id"] for row in rows]


def _check_sane(env: Env, picking: int, open_moves: list[Row]) -> None:
    if not env.rows("stock.move", "picking_id = ?", [picking]):
        raise UserError("You can’t validate an empty transfer. Please add some products to move before proceeding.")
    if all(move["quantity"] == 0 for move in open_moves):
        raise UserError(
            "You cannot validate a transfer if no quantities are reserved. To force the transfer, encode quantities."
        )
    picked = [move for move in open_moves if move["picked"]]
    without_lot = []
    for move in picked or open_moves:
        if moves.template_of(env, move["product_id"])["tracking"] == "none":
            continue
        booked = [line for line in moves.lines_of(env, move["id"]) if line["picked"] or not picked]
        if any(not line["lot_id"] and not line["lot_name"] for line in booked):
            without_lot.append(f"- {env.name_of('product.product', move['product_id'])}")
    if without_lot:
        raise UserError("\n".join(["You need to supply a Lot/Serial Number for product:", *dict.fromkeys(without_lot)]))


def _is_short(env: Env, picking: int) -> bool:
    rows = env.rows("stock.move", "picking_id = ? AND state NOT IN ('done', 'cancel')", [picking])
    return any(_picked(env, row) < row["product_uom_qty"] for row in rows)


def _picked(env: Env, move: Row) -> float:
    """What of a move was picked: lines left out by the clerk do not count."""
    if not move["picked"]:
        return 0.0
    return half_up(sum(line["quantity"] for line in moves.lines_of(env, move["id"]) if line["picked"]), 2)


def _book(env: Env, picking: int, *, keep_rest: bool) -> None:
    open_moves = env.rows("stock.move", "picking_id = ? AND state NOT IN ('done', 'cancel')", [picking])
    rest: list[int] = []
    for move in open_moves:
        taken = _picked(env, move)
        if taken <= 0:
            rest.append(move["id"])
            continue
        if taken < move["product_uom_qty"] and keep_rest:
            rest.append(_split_off(env, move, taken))
        _book_move(env, move["id"])
    if rest and keep_rest:
        _move_to_backorder(env, picking, rest)
    elif rest:
        moves.cancel(env, rest)
    env.put("stock.picking", picking, {"state": "done", "date_done": env.now_second})
    pickings.refresh(env, picking)
    for line in {move["purchase_line_id"] for move in open_moves if move["purchase_line_id"]}:
        count_received(env, line)


def _split_off(env: Env, move: Row, keep: float) -> int:
    """What a move wants beyond ``keep``, as a move of its own with the same dates."""
    left = half_up(move["product_uom_qty"] - keep, 2)
    env.put("stock.move", move["id"], {"product_uom_qty": keep, "product_qty": keep})
    copy = {name: value for name, value in move.items() if name != "id"}
    copy.update(product_uom_qty=left, product_qty=left, quantity=0.0, picked=0, state="confirmed")
    new = env.add("stock.move", copy)
    moves.assign(env, new)
    return new


def _move_to_backorder(env: Env, picking: int, rest: list[int]) -> int:
    row = env.row("stock.picking", picking)
    copied = (
        "origin",
        "partner_id",
        "location_id",
        "location_dest_id",
        "picking_type_id",
        "company_id",
        "date",
        "note",
        "move_type",
    )
    backorder = pickings.make(env, {**{name: row[name] for name in copied}, "backorder_id": picking})
    name = env.row("stock.picking", backorder)["name"]
    env.put("stock.move", rest, {"picking_id": backorder, "reference": name})
    marks = ", ".join("?" * len(rest))
    env.query(f"UPDATE stock_move_line SET picking_id = ? WHERE move_id IN ({marks})", [backorder, *rest])
    pickings.refresh(env, backorder)
    return backorder


def _book_move(env: Env, move: int) -> None:
    row = env.row("stock.move", move)
    for line in moves.lines_of(env, move):
        if not line["picked"]:
            env.query("DELETE FROM stock_move_line WHERE id = ?", [line["id"]])
            continue
        book_line(env, line)
    moves.count_lines(env, move)
    env.put("stock.move", move, {"state": "done", "date": env.now_second, "picked": 1, "reference": row["reference"]})


def book_line(env: Env, line: Row) -> None:
    """Goods change places. A serial number may lie in one place only, and once."""
    lot = line["lot_id"] or (_lot_named(env, line) if line["lot_name"] else None)
    env.put("stock.move.line", line["id"], {"date": env.now_second, "lot_id": lot, "picked": 1})
    template = moves.template_of(env, line["product_id"])
    quantity = convert(env, line["quantity"], line["product_uom_id"], template["uom_id"])
    _put_in_stock(env, line, line["location_id"], lot, line["package_id"], -quantity)
    _put_in_stock(env, line, line["location_dest_id"], lot, line["result_package_id"], quantity)
    if template["tracking"] == "serial" and lot:
        there = env.rows("stock.quant", "lot_id = ? AND location_id = ?", [lot, line["location_dest_id"]])
        if sum(row["quantity"] for row in there) > 1 and moves.usage(env, line["location_dest_id"]) == "internal":
            item, number = env.name_of("product.product", line["product_id"]), env.name_of("stock.lot", lot)
            raise ValidationError(
                f"The serial number has already been assigned: \n Product: {item}, Serial Number: {number}"
            )


def _lot_named(env: Env, line: Row) -> int:
    known = env.rows("stock.lot", "name = ? AND product_id = ?", [line["lot_name"], line["product_id"]])
    if known:
        return int(known[0]["id"])
    expiry = line["expiration_date"][:19] if line["expiration_date"] else False
    values = {"name": line["lot_name"], "product_id": line["product_id"], "expiration_date": expiry}
    return records.create(env.sudo(), MODELS["stock.lot"], values)


def _put_in_stock(env: Env, line: Row, location: int, lot: int | None, package: int | None, quantity: float) -> None:
    found = env.rows(
        "stock.quant",
        "product_id = ? AND location_id = ? AND lot_id IS ? AND package_id IS ?",
        [line["product_id"], location, lot, package],
    )
    if found:
        total = half_up(found[0]["quantity"] + quantity, 2)
        if total == 0:
            env.query("DELETE FROM stock_quant WHERE id = ?", [found[0]["id"]])
        else:
            env.put("stock.quant", found[0]["id"], {"quantity": total})
        return
    env.add(
        "stock.quant",
        {
            "product_id": line["product_id"],
            "location_id": location,
            "lot_id": lot,
            "package_id": package,
            "quantity": quantity,
            "in_date": env.now_second,
        },
    )


def count_received_by(env: Env, move: int) -> None:
    if line := env.row("stock.move", move)["purchase_line_id"]:
        count_received(env, line)


def count_received(env: Env, line: int) -> None:
    """An order line received what its done moves brought, less what went back to the vendor."""
    row = env.row("purchase.order.line", line)
    total = 0.0
    for move in env.rows("stock.move", "purchase_line_id = ? AND state = 'done'", [line]):
        quantity = convert(env, move["quantity"], move["product_uom"], row["product_uom"])
        if not moves.is_return(env, move):
            total += quantity
        elif move["to_refund"]:
            total -= quantity
    env.put_if_changed("purchase.order.line", line, {"qty_received": half_up(total, 2)})


HOOKS = {
    "stock.picking": Hooks(prepare=_prepare_picking, written=_written_pickings, deleting=_deleting_pickings),
}
METHODS: dict[tuple[str, str], Method] = {
    ("stock.picking", "button_validate"): button_validate,
    ("stock.picking", "action_confirm"): action_confirm,
    ("stock.picking", "action_assign"): action_assign,
    ("stock.picking", "action_cancel"): action_cancel,
    ("stock.picking", "action_split_transfer"): action_split_transfer,
    ("stock.picking", "do_unreserve"): do_unreserve,
}
VALUES: dict[str, Value] = {}
