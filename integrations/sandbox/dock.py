"""What a clerk at the dock does: receive a transfer or an order, whole, in part or more, and send goods back.

The actions go through the same models and behaviours as calls from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.sandbox import records, words
from integrations.sandbox.behaviours import moves, returns, stock
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row
from integrations.sandbox.words import Check, WordsError

_LINES = MODELS["stock.move.line"]
_FIELDS = (
    "name", "state", "scheduled_date", "date_deadline", "date_done", "picking_type_id", "picking_type_code",
    "backorder_id", "return_id", "partner_id", "purchase_id", "note", "origin",
)  # fmt: skip
_LINE_FIELDS = (
    "move_id", "product_id", "lot_id", "lot_name", "result_package_id", "quantity", "product_uom_id",
    "expiration_date", "picked", "state", "date",
)  # fmt: skip
_ASK_NOTHING = {"skip_backorder": True, "skip_expired": True}


def find_transfer(env: Env, key: Any) -> int:
    """A transfer by id or by name."""
    found = env.query("SELECT id FROM stock_picking WHERE id = ? OR name = ?", [key, str(key)])
    if not found:
        raise UserError(f"There is no transfer {key!r}.")
    return int(found[0]["id"])


def transfers(env: Env, ids: list[int]) -> list[Row]:
    """Transfers with their external ids: that tells a notice's from an order's own."""
    rows = records.read(env.sudo(), MODELS["stock.picking"], ids, list(_FIELDS))
    for row in rows:
        known = env.rows("ir.model.data", "model = 'stock.picking' AND res_id = ?", [row["id"]])
        row["external_id"] = f"{known[0]['module']}.{known[0]['name']}" if known else ""
    return rows


def dump(env: Env, transfer: int) -> Row:
    """One transfer and its lines, each with the order line it is for and whether its item wants a lot."""
    rows = _lines(env, transfer)
    shown = records.read(env.sudo(), _LINES, [row["id"] for row in rows], list(_LINE_FIELDS))
    for line, row in zip(shown, rows, strict=True):
        line["purchase_line_id"] = row["purchase_line_id"]
        line["tracking"] = moves.template_of(env, row["product_id"])["tracking"]
    return {**transfers(env, [transfer])[0], "lines": shown}


def _lines(env: Env, transfer: int) -> list[Row]:
    """The lines of a transfer's moves, also of moves that came from elsewhere and left their lines' transfer behind."""
    return env.query(
        "SELECT l.*, m.purchase_line_id, m.state AS move_state FROM stock_move_line l "
        "JOIN stock_move m ON m.id = l.move_id WHERE m.picking_id = ? ORDER BY m.sequence, m.id, l.id",
        [transfer],
    )


# Goods arrive


def receive_order(env: Env, order: int, lines: list[Row] | None = None) -> list[int]:
    """Goods arrive: the given quantity per order line, or everything open. The rest waits in a backorder."""
    wanted = {int(line["id"]): float(line["quantity"]) for line in lines} if lines else None
    booked: dict[int, bool] = {}
    own = env.rows("purchase.order.line", "order_id = ?", [order])
    for stray in (wanted or {}).keys() - {line["id"] for line in own}:
        raise UserError(f"Line {stray} is not of this order.")
    for line in own:
        left = None if wanted is None else wanted.get(line["id"], 0.0)
        for move in env.rows("stock.move", "purchase_line_id = ? AND state NOT IN ('done', 'cancel', 'draft')",
                             [line["id"]], "date, id"):  # fmt: skip
            if moves.is_return(env, move) or left == 0:
                continue
            share = move["product_uom_qty"] if left is None else min(left, move["product_uom_qty"])
            left = None if left is None else left - share
            records.write(env, MODELS["stock.move"], [move["id"]], {"quantity": share})
            records.write(env, MODELS["stock.move"], [move["id"]], {"picked": True})
            moves.count_lines(env, move["id"])
            _name_lots(env, move["id"])
            booked[move["picking_id"]] = True
        if left:
            raise UserError(f"Line {line['id']} has less than that open; {left:g} too many.")
    if not booked:
        raise UserError("Nothing is open to receive on this order.")
    stock.button_validate(env.with_context(**_ASK_NOTHING), list(booked))
    return list(booked)


def receive(env: Env, transfer: int, lines: list[Row] | None = None, *, backorder: bool = True) -> None:
    """Goods of one transfer arrive: all of it, or so much of each line given, which may be more than announced.

    A line that is not given did not come: its goods wait in a backorder, or are called off without one.
    """
    row = transfers(env, [transfer])[0]
    there = {line["id"]: line for line in _lines(env, transfer) if line["move_state"] not in moves.CLOSED}
    if row["picking_type_code"] != "incoming" or not there:
        raise UserError("Nothing is open to receive in this transfer.")
    for line in lines or ():
        if line["id"] not in there:
            raise UserError(f"Line {line['id']} is not open in this transfer.")
        values: Row = {"quantity": line["quantity"], "picked": True}
        if line.get("lot"):
            values |= {"lot_id": False, "lot_name": line["lot"]}
        records.write(env, _LINES, [line["id"]], values)
    if lines is None:
        records.write(env, _LINES, list(there), {"picked": True})
    for move in {line["move_id"] for line in there.values()}:
        _name_lots(env, move)
    context = {**_ASK_NOTHING, "picking_ids_not_to_backorder": [] if backorder else [transfer]}
    stock.button_validate(env.with_context(**context), [transfer])


def _name_lots(env: Env, move: int) -> None:
    """Give lots to tracked goods that have none, as a clerk with a label printer would."""
    row = env.row("stock.move", move)
    if moves.template_of(env, row["product_id"])["tracking"] != "none":
        for line in moves.lines_of(env, move):
            if not line["lot_id"] and not line["lot_name"]:
                env.put("stock.move.line", line["id"], {"lot_name": f"LOT-{env.now[:10]}-{line['id']}"})


# Goods go back


def send_back(env: Env, transfer: int, lines: list[Row] | None = None, *, refund: bool = True) -> int:
    """Received goods go back to the vendor: all, or so much of each received line. Answers the transfer back.

    ``refund`` is whether the order counts them as not received again.
    """
    came = {line["id"]: line for line in _lines(env, transfer) if line["move_state"] == "done"}
    if transfers(env, [transfer])[0]["picking_type_code"] != "incoming" or not came:
        raise UserError("Nothing of this transfer has been received.")
    wanted = lines or [{"id": key, "quantity": line["quantity"]} for key, line in came.items()]
    shares: dict[int, list[tuple[Row, float]]] = {}
    for line in wanted:
        if line["id"] not in came:
            raise UserError(f"Line {line['id']} was not received in this transfer.")
        if line["quantity"] > came[line["id"]]["quantity"]:
            raise UserError(f"Line {line['id']} brought less than that.")
        shares.setdefault(came[line["id"]]["move_id"], []).append((came[line["id"]], line["quantity"]))
    wizard = records.create(env, MODELS["stock.return.picking"], {"picking_id": transfer})
    for move, parts in shares.items():
        (row,) = env.rows("stock.return.picking.line", "wizard_id = ? AND move_id = ?", [wizard, move])
        values = {"quantity": sum(quantity for _, quantity in parts), "to_refund": refund}
        records.write(env, MODELS["stock.return.picking.line"], [row["id"]], values)
    back = int(returns.action_create_returns(env, [wizard])["res_id"])
    for returned in env.rows("stock.move", "picking_id = ?", [back]):
        _take(env, returned, shares[returned["origin_returned_move_id"]])
    stock.button_validate(env.with_context(**_ASK_NOTHING), [back])
    return back


def _take(env: Env, move: Row, parts: list[tuple[Row, float]]) -> None:
    """The lots that the clerk holds in his hands instead of those that Odoo reserved."""
    moves.release(env, move["id"])
    for line, quantity in parts:
        values = {"move_id": move["id"], "picking_id": move["picking_id"], "product_id": move["product_id"],
                  "quantity": quantity, "picked": True,
                  "lot_id": line["lot_id"] or False, "package_id": line["result_package_id"] or False}  # fmt: skip
        records.create(env, _LINES, values)


# What may be said

_RECEIVED: Mapping[str, Check] = {"id": words.whole(), "quantity": words.above_zero, "lot": words.text(100)}
_SENT_BACK: Mapping[str, Check] = {"id": words.whole(), "quantity": words.above_zero}
_ACTS: Mapping[str, Mapping[str, Check]] = {
    "receive": {"lines": words.listed(_RECEIVED, ("id", "quantity"), once="id"), "backorder": words.flag},
    "send_back": {"lines": words.listed(_SENT_BACK, ("id", "quantity"), once="id"), "refund": words.flag},
}


def act(env: Env, transfer: int, name: str, said: Row) -> int:
    """Carry out one act on a transfer; answers the transfer to look at afterwards."""
    if name not in _ACTS:
        raise WordsError(f"Nobody knows how to {name[:40]!r} a transfer; known: {', '.join(_ACTS)}.")
    taken = words.checked(said, _ACTS[name])
    lines = taken.pop("lines", None)
    if name == "send_back":
        return send_back(env, transfer, lines, **taken)
    receive(env, transfer, lines, **taken)
    return transfer
