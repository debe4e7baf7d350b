"""Move lines: what lies in which lot and package, as a client or a clerk writes it.

A line made by a client does not change its move's state; a line changed or taken away does. A line put on a move that
is done is booked at once, beyond what the move wanted.
"""

from __future__ import annotations

from collections.abc import Mapping

from integrations.sandbox import records
from integrations.sandbox.behaviours import lots, moves, stock
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError, ValidationError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row


def _prepare(env: Env, values: Row) -> None:
    """Much is taken from the move or the transfer, but not the item: Odoo stumbles over its unit without one."""
    if not values.get("product_id"):
        raise UserError(
            "The unit of measure Units defined on the order line doesn't belong to the same category as the unit of "
            "measure False defined on the product. Please correct the unit of measure defined on the order line or on "
            "the product. They should belong to the same category."
        )
    if values.get("move_id"):
        move = env.row("stock.move", values["move_id"])
        for name in ("picking_id", "company_id", "location_id", "location_dest_id"):
            values.setdefault(name, move[name])
        values.setdefault("product_uom_id", move["product_uom"])
    elif values.get("picking_id"):
        picking = env.row("stock.picking", values["picking_id"])
        for name in ("company_id", "location_id", "location_dest_id"):
            values.setdefault(name, picking[name])
        values.setdefault("product_uom_id", moves.template_of(env, values["product_id"])["uom_id"])
        values["move_id"] = _move_for_loose_line(env, values, picking)
    values.setdefault("date", env.now[:19])
    if values.get("move_id"):
        day = env.row("stock.move", values["move_id"])["date"]
        expires = lots.line_expires(env, values["product_id"], values.get("lot_id") or None, day)
        values.setdefault("expiration_date", expires or False)


def _move_for_loose_line(env: Env, values: Row, picking: Row) -> int:
    """A line put straight into a transfer joins the move of its product, or brings one along."""
    known = env.rows(
        "stock.move",
        "picking_id = ? AND product_id = ? AND state NOT IN ('done', 'cancel')",
        [picking["id"], values["product_id"]],
    )
    if known:
        return int(known[0]["id"])
    return records.create(
        env.sudo(),
        MODELS["stock.move"],
        {"picking_id": picking["id"], "product_id": values["product_id"], "product_uom_qty": 0.0},
    )


def _check(env: Env, record: int) -> None:
    row = env.row("stock.move.line", record)
    if row["quantity"] < 0:
        raise ValidationError("You can not enter negative quantities.")
    if row["lot_id"] and env.row("stock.lot", row["lot_id"])["product_id"] != row["product_id"]:
        lot, item = env.name_of("stock.lot", row["lot_id"]), env.name_of("product.product", row["product_id"])
        raise UserError(f"This lot {lot} is incompatible with this product {item}")


def _created(env: Env, record: int, _: Row) -> None:
    _check(env, record)
    row = env.row("stock.move.line", record)
    if env.row("stock.move", row["move_id"])["state"] == "done":
        stock.book_line(env, row)
    moves.count_lines(env, row["move_id"])
    stock.count_received_by(env, row["move_id"])


def _written(env: Env, ids: list[int], values: Row, _: Mapping[int, Row]) -> None:
    for record in ids:
        _check(env, record)
    for move in {env.row("stock.move.line", record)["move_id"] for record in ids}:
        moves.count_lines(env, move)
        if "quantity" in values:
            moves.restate(env, move)


def _deleting(env: Env, ids: list[int]) -> None:
    for record in ids:
        row = env.row("stock.move.line", record)
        if env.row("stock.move", row["move_id"])["state"] in moves.CLOSED:
            raise UserError(
                "You can not delete product moves if the picking is done. You can only correct the done quantities."
            )
        env.put("stock.move.line", record, {"quantity": 0.0, "picked": 0})
    for move in {env.row("stock.move.line", record)["move_id"] for record in ids}:
        moves.count_lines(env, move)
        moves.restate(env, move)


HOOKS = {"stock.move.line": Hooks(prepare=_prepare, created=_created, written=_written, deleting=_deleting)}
METHODS: dict[tuple[str, str], Method] = {}
VALUES: dict[str, Value] = {}
