"""Playing Odoo: what a buyer, a warehouse clerk or misfortune would do, for tests and for the page.

The actions go through the same models and behaviours as calls from outside, as the user "buyer".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from integrations.sandbox import records, seed
from integrations.sandbox.behaviours import moves, purchase, stock
from integrations.sandbox.env import Env
from integrations.sandbox.errors import OdooError, UserError
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row, Store, clock

if TYPE_CHECKING:
    from integrations.sandbox.server import Sandbox

BUYER = "buyer"
_ORDER_FIELDS = (
    "name", "state", "partner_id", "partner_ref", "company_id", "currency_id", "picking_type_id", "incoterm_id",
    "date_order", "date_approve", "date_planned", "amount_total", "receipt_status", "write_date", "order_line",
)  # fmt: skip
_LINE_FIELDS = (
    "name", "product_id", "product_qty", "product_uom", "price_unit", "date_planned", "qty_received", "sequence",
    "write_date",
)  # fmt: skip
_MOVE_FIELDS = (
    "purchase_line_id", "picking_id", "state", "product_uom_qty", "quantity", "product_uom", "price_unit", "date",
    "date_deadline", "picking_code",
)  # fmt: skip
_PICKING_FIELDS = ("name", "state", "scheduled_date", "date_deadline", "date_done", "picking_type_code", "backorder_id")
_MESSAGE_FIELDS = ("date", "author_id", "body", "message_type", "subtype_id")


@contextmanager
def as_buyer(store: Store, login: str = BUYER) -> Iterator[Env]:
    """One transaction in the name of a person at the buyer's."""
    with store.transaction(write=True) as connection:
        row = connection.execute("SELECT id FROM res_users WHERE login = ?", (login,)).fetchone()
        if row is None:
            raise UserError(f"There is no user {login!r} in the sandbox.")
        yield Env.of_user(connection, int(row[0]), clock())


def find_order(env: Env, key: Any) -> int:
    """An order by id or by name."""
    found = env.query("SELECT id FROM purchase_order WHERE id = ? OR name = ?", [key, str(key)])
    if not found:
        raise UserError(f"There is no order {key!r}.")
    return int(found[0]["id"])


# What a buyer does


def release(env: Env, *, vendor: Any, lines: list[Row], warehouse: str | None = None, incoterm: str | None = None,
            confirm: bool = True, partner_ref: str | None = None) -> int:  # fmt: skip
    """A new order, confirmed at once unless told otherwise. Items are given by number (``default_code``) or id."""
    values: Row = {"partner_id": _vendor(env, vendor), "order_line": [(0, 0, _line(env, line)) for line in lines]}
    if warehouse:
        found = env.rows("stock.warehouse", "code = ?", [warehouse])
        if not found:
            raise UserError(f"There is no warehouse {warehouse!r}.")
        values["picking_type_id"] = found[0]["in_type_id"]
        values["company_id"] = found[0]["company_id"]
    if incoterm:
        values["incoterm_id"] = env.rows("account.incoterms", "code = ?", [incoterm])[0]["id"]
    if partner_ref:
        values["partner_ref"] = partner_ref
    order = records.create(env, MODELS["purchase.order"], values)
    if confirm:
        purchase.button_confirm(env, [order])
    return order


def _vendor(env: Env, key: Any) -> int:
    found = env.query("SELECT id FROM res_partner WHERE id = ? OR (name = ? AND is_company)", [key, str(key)])
    if not found:
        raise UserError(f"There is no vendor {key!r}.")
    return int(found[0]["id"])


def _line(env: Env, line: Mapping[str, Any]) -> Row:
    key = line["product"]
    found = env.query("SELECT id FROM product_product WHERE default_code = ? OR id = ?", [str(key), key])
    if not found:
        raise UserError(f"There is no item {key!r}.")
    values: Row = {"product_id": found[0]["id"]}
    renamed = {"quantity": "product_qty", "date": "date_planned", "price": "price_unit"}
    values |= {target: line[name] for name, target in renamed.items() if line.get(name) not in (None, "")}
    return values


def revise(env: Env, order: int, lines: list[Row]) -> None:
    """Change lines as a buyer does on the order's form; a value left out stays as it is."""
    for change in lines:
        line = env.row("purchase.order.line", change["id"])
        if line["order_id"] != order:
            raise UserError(f"Line {change['id']} is not of this order.")
        values = {
            "product_qty": change.get("quantity", line["product_qty"]),
            "price_unit": change.get("price", line["price_unit"]),
            "date_planned": change.get("date", (line["date_planned"] or "")[:19]),
        }
        if change.get("name"):
            values["name"] = change["name"]
        records.write(env, MODELS["purchase.order.line"], [line["id"]], values)
        if change.get("move_dates"):
            open_moves = env.rows(
                "stock.move", "purchase_line_id = ? AND state NOT IN ('done', 'cancel')", [line["id"]]
            )
            ids = [move["id"] for move in open_moves if not moves.is_return(env, move)]
            if ids:
                records.write(env, MODELS["stock.move"], ids, {"date": values["date_planned"]})


def add_line(env: Env, order: int, line: Row) -> int:
    return records.create(env, MODELS["purchase.order.line"], {**_line(env, line), "order_id": order})


def receive(env: Env, order: int, lines: list[Row] | None = None) -> list[int]:
    """Goods arrive: the given quantity per line, or everything open. The rest waits in a backorder."""
    wanted = {int(line["id"]): float(line["quantity"]) for line in lines} if lines else None
    booked: dict[int, bool] = {}
    for line in env.rows("purchase.order.line", "order_id = ?", [order]):
        left = None if wanted is None else wanted.get(line["id"], 0.0)
        for move in env.rows("stock.move", "purchase_line_id = ? AND state NOT IN ('done', 'cancel', 'draft')",
                             [line["id"]], "date, id"):  # fmt: skip
            if moves.is_return(env, move) or left == 0:
                continue
            share = move["product_uom_qty"] if left is None else min(left, move["product_uom_qty"])
            left = None if left is None else left - share
            moves.release(env, move["id"])
            moves.reserve(env, env.row("stock.move", move["id"]), share)
            env.query("UPDATE stock_move_line SET picked = 1 WHERE move_id = ?", [move["id"]])
            moves.count_lines(env, move["id"])
            _name_lots(env, move["id"])
            booked[move["picking_id"]] = True
        if left:
            raise UserError(f"Line {line['id']} has less than that open; {left:g} too many.")
    if not booked:
        raise UserError("Nothing is open to receive on this order.")
    stock.button_validate(env.with_context(skip_backorder=True), list(booked))
    return list(booked)


def _name_lots(env: Env, move: int) -> None:
    """Give lots to tracked goods, as a clerk with a label printer would."""
    row = env.row("stock.move", move)
    template = env.row("product.product", row["product_id"])["product_tmpl_id"]
    if env.row("product.template", template)["tracking"] != "none":
        for line in moves.lines_of(env, move):
            if not line["lot_id"] and not line["lot_name"]:
                env.put("stock.move.line", line["id"], {"lot_name": f"LOT-{env.now[:10]}-{line['id']}"})


def cancel(env: Env, order: int) -> None:
    purchase.button_cancel(env, [order])


def dump(env: Env, order: int) -> Row:
    """Everything about one order: its lines, moves, transfers and messages."""
    reader = env.sudo()
    head = records.read(reader, MODELS["purchase.order"], [order], list(_ORDER_FIELDS))[0]
    lines = records.read(reader, MODELS["purchase.order.line"], head["order_line"], list(_LINE_FIELDS))
    xmlids = {
        row["res_id"]: f"{row['module']}.{row['name']}"
        for row in env.rows("ir.model.data", "model = 'purchase.order.line'")
    }
    for line in lines:
        line["external_id"] = xmlids.get(line["id"], "")
    move_ids = records.search(reader, MODELS["stock.move"], [("purchase_line_id", "in", head["order_line"])])
    moved = records.read(reader, MODELS["stock.move"], move_ids, list(_MOVE_FIELDS))
    picking_ids = sorted({move["picking_id"][0] for move in moved if move["picking_id"]})
    message_ids = records.search(
        reader, MODELS["mail.message"], [("model", "=", "purchase.order"), ("res_id", "=", order)]
    )
    return {
        **head,
        "lines": lines,
        "moves": moved,
        "pickings": records.read(reader, MODELS["stock.picking"], picking_ids, list(_PICKING_FIELDS)),
        "messages": records.read(reader, MODELS["mail.message"], message_ids, list(_MESSAGE_FIELDS)),
    }


def list_orders(env: Env, limit: int = 200, domain: list[Any] | None = None) -> list[Row]:
    ids = records.search(env.sudo(), MODELS["purchase.order"], domain or [], 0, limit, "id desc")
    return records.read(env.sudo(), MODELS["purchase.order"], ids, [*_ORDER_FIELDS])


# The HTTP side

Answer = tuple[int, str, bytes]


def respond(sandbox: Sandbox, verb: str, path: str, asked: Mapping[str, str], body: bytes) -> Answer:
    """The control API. See docs/sandbox.md for every address and word it takes."""
    try:
        words = json.loads(body) if body else {}
        if not isinstance(words, dict):
            raise TypeError("the body must be a JSON object")
        head, _, rest = path.strip("/").partition("/")
        handler = _HANDLERS.get((verb, head))
        if handler is None:
            return _json(HTTPStatus.NOT_FOUND, {"error": f"no such address: {verb} {path}"})
        return _json(HTTPStatus.OK, handler(sandbox, rest, asked, words))
    except OdooError as error:
        return _json(HTTPStatus.CONFLICT, {"error": error.message, "name": error.name})
    except (KeyError, TypeError, ValueError) as error:
        return _json(HTTPStatus.BAD_REQUEST, {"error": f"{type(error).__name__}: {error}"})


def _json(status: int, data: Any) -> Answer:
    return status, "application/json", json.dumps(data).encode()


Handler = Callable[["Sandbox", str, Mapping[str, str], Row], Any]


def _list_faults(sandbox: Sandbox, _: str, __: Mapping[str, str], ___: Row) -> Any:
    return {"faults": sandbox.faults.listed()}


def _add_fault(sandbox: Sandbox, _: str, __: Mapping[str, str], words: Row) -> Any:
    return {"id": sandbox.faults.add(**words).id}


def _clear_faults(sandbox: Sandbox, rest: str, asked: Mapping[str, str], _: Row) -> Any:
    sandbox.faults.clear(int(rest) if rest else None, asked.get("kind"))
    return {"faults": sandbox.faults.listed()}


def _list_calls(sandbox: Sandbox, _: str, asked: Mapping[str, str], __: Row) -> Any:
    last = int(asked["last"]) if "last" in asked else None
    return {"calls": sandbox.log.listed(last), "counts": sandbox.log.counts()}


def _reset_calls(sandbox: Sandbox, _: str, __: Mapping[str, str], ___: Row) -> Any:
    sandbox.log.reset()
    return {"calls": [], "counts": {}}


def _show_orders(sandbox: Sandbox, rest: str, asked: Mapping[str, str], _: Row) -> Any:
    with as_buyer(sandbox.store) as env:
        if rest:
            return dump(env, find_order(env, rest))
        return {"orders": list_orders(env, int(asked.get("limit", "200")))}


def _act_on_order(sandbox: Sandbox, rest: str, asked: Mapping[str, str], words: Row) -> Any:
    key, _, act = rest.partition("/")
    login = str(words.pop("as_user", BUYER))
    with as_buyer(sandbox.store, login) as env:
        if not rest:
            order = release(env, **words)
            return dump(env, order)
        order = find_order(env, key)
        if act == "revise":
            revise(env, order, words["lines"])
        elif act == "add_line":
            add_line(env, order, words)
        elif act == "receive":
            receive(env, order, words.get("lines"))
        elif act == "cancel":
            cancel(env, order)
        elif act == "lock":
            purchase.button_done(env, [order])
        elif act == "unlock":
            purchase.button_unlock(env, [order])
        elif act == "confirm":
            purchase.button_confirm(env, [order])
        else:
            raise ValueError(f"unknown act {act!r}")
        return dump(env, order)


def _reset(sandbox: Sandbox, _: str, __: Mapping[str, str], ___: Row) -> Any:
    """Everything back to the seed: data, faults and log."""
    sandbox.faults.clear()
    sandbox.log.reset()
    seed.start_over(sandbox.store)
    return {"reset": True}


_HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "faults"): _list_faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "calls"): _list_calls,
    ("DELETE", "calls"): _reset_calls,
    ("GET", "orders"): _show_orders,
    ("POST", "orders"): _act_on_order,
    ("POST", "reset"): _reset,
}
