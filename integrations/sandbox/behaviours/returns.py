"""Sending goods back: the wizard that makes an outgoing transfer of a done one."""

from __future__ import annotations

from typing import Any

from integrations.sandbox.behaviours import moves, pickings
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.store import Row


def _prepare(env: Env, values: Row) -> None:
    values.setdefault("picking_id", env.context.get("active_id") or False)
    if values["picking_id"] and env.row("stock.picking", values["picking_id"])["state"] != "done":
        raise UserError("You may only return Done pickings.")


def _created(env: Env, record: int, _: Row) -> None:
    """A line for every move that was booked, with nothing to send back yet."""
    picking = env.row("stock.return.picking", record)["picking_id"]
    for move in env.rows("stock.move", "picking_id = ? AND state = 'done'", [picking], "sequence, id"):
        env.add(
            "stock.return.picking.line",
            {"wizard_id": record, "product_id": move["product_id"], "move_id": move["id"], "quantity": 0.0},
        )


def action_create_returns(env: Env, ids: list[int]) -> dict[str, Any]:
    """The transfer back, reserved as far as the goods are there, and the window that would show it."""
    wizard = env.row("stock.return.picking", ids[0])
    wanted = env.rows("stock.return.picking.line", "wizard_id = ? AND quantity > 0", [wizard["id"]])
    if not wanted:
        raise UserError("Please specify at least one non-zero quantity.")
    made = _transfer_back(env, env.row("stock.picking", wizard["picking_id"]))
    for line in wanted:
        _move_back(env, line, env.row("stock.picking", made))
    pickings.refresh(env, made)
    return {
        "name": "Returned Picking",
        "view_mode": "form",
        "res_model": "stock.picking",
        "res_id": made,
        "type": "ir.actions.act_window",
        "context": dict(env.context),
    }


def _transfer_back(env: Env, done: Row) -> int:
    kind = env.row("stock.picking.type", done["picking_type_id"])
    return pickings.make(
        env,
        {
            "origin": f"Return of {done['name']}",
            "return_id": done["id"],
            "partner_id": done["partner_id"],
            "note": done["note"],
            "picking_type_id": kind["return_picking_type_id"] or kind["id"],
            "location_id": done["location_dest_id"],
            "location_dest_id": done["location_id"],
            "company_id": done["company_id"],
            "date": env.now_second,
        },
    )


def _move_back(env: Env, line: Row, picking: Row) -> None:
    came = env.row("stock.move", line["move_id"])
    copied = ("name", "sequence", "product_id", "product_uom", "company_id", "purchase_line_id", "description_picking",
              "warehouse_id", "origin", "propagate_cancel")  # fmt: skip
    move = env.add(
        "stock.move",
        {name: came[name] for name in copied}
        | {
            "picking_id": picking["id"],
            "picking_type_id": picking["picking_type_id"],
            "reference": picking["name"],
            "location_id": came["location_dest_id"],
            "location_dest_id": came["location_id"],
            "origin_returned_move_id": came["id"],
            "to_refund": line["to_refund"],
            "product_uom_qty": line["quantity"],
            "product_qty": line["quantity"],
            "date": env.now_second,
            "price_unit": 0.0,
            "state": "confirmed",
        },
    )
    moves.assign(env, move)


HOOKS = {"stock.return.picking": Hooks(prepare=_prepare, created=_created)}
METHODS: dict[tuple[str, str], Method] = {("stock.return.picking", "action_create_returns"): action_create_returns}
VALUES: dict[str, Value] = {}
