"""Playing Odoo: what a buyer, a warehouse clerk or misfortune would do, for tests and for the page.

The actions go through the same models and behaviours as calls from outside, as the user "buyer".
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from integrations.sandbox import dock, faults, records, seed, words
from integrations.sandbox.behaviours import moves, purchase
from integrations.sandbox.env import Env
from integrations.sandbox.errors import OdooError, UserError
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row, Store, clock
from integrations.sandbox.words import Check, WordsError

if TYPE_CHECKING:
    from integrations.sandbox.server import Sandbox

BUYER = "buyer"
MOST_ORDERS = 10_000
_log = logging.getLogger(__name__)
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
        values |= _warehouse(env, warehouse)
    if incoterm:
        terms = env.rows("account.incoterms", "code = ?", [incoterm])
        if not terms:
            raise UserError(f"There is no Incoterm {incoterm!r}.")
        values["incoterm_id"] = terms[0]["id"]
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


def assign(env: Env, order: int, *, vendor: Any = None, warehouse: str | None = None) -> None:
    """Give an order to another vendor or warehouse, as the order's form lets a buyer while it is not confirmed."""
    if env.row("purchase.order", order)["state"] not in ("draft", "sent"):
        raise UserError("A confirmed order keeps its vendor: cancel it and set it to draft first.")
    values: Row = {"partner_id": _vendor(env, vendor)} if vendor else {}
    if warehouse:
        values |= _warehouse(env, warehouse)
    records.write(env, MODELS["purchase.order"], [order], values)


def _warehouse(env: Env, code: str) -> Row:
    found = env.rows("stock.warehouse", "code = ?", [code])
    if not found:
        raise UserError(f"There is no warehouse {code!r}.")
    return {"picking_type_id": found[0]["in_type_id"], "company_id": found[0]["company_id"]}


def add_line(env: Env, order: int, line: Row) -> int:
    return records.create(env, MODELS["purchase.order.line"], {**_line(env, line), "order_id": order})


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
    transfers = sorted({move["picking_id"][0] for move in moved if move["picking_id"]})
    message_ids = records.search(
        reader, MODELS["mail.message"], [("model", "=", "purchase.order"), ("res_id", "=", order)]
    )
    return {
        **head,
        "lines": lines,
        "moves": moved,
        "pickings": dock.transfers(env, transfers),
        "messages": records.read(reader, MODELS["mail.message"], message_ids, list(_MESSAGE_FIELDS)),
    }


def list_orders(env: Env, limit: int = 200, domain: list[Any] | None = None) -> list[Row]:
    ids = records.search(env.sudo(), MODELS["purchase.order"], domain or [], 0, limit, "id desc")
    return records.read(env.sudo(), MODELS["purchase.order"], ids, [*_ORDER_FIELDS])


# What may be said

_NEW_LINE: Mapping[str, Check] = {
    "product": words.key, "quantity": words.above_zero, "date": words.moment, "price": words.number(0),
}  # fmt: skip
_ORDER: Mapping[str, Check] = {
    "vendor": words.key, "warehouse": words.text(20), "incoterm": words.text(20), "partner_ref": words.text(200),
    "confirm": words.flag, "lines": words.listed(_NEW_LINE, ("product", "quantity")),
}  # fmt: skip
_REVISED_LINE: Mapping[str, Check] = {
    "id": words.whole(), "quantity": words.number(0), "price": words.number(0), "date": words.moment,
    "name": words.text(), "move_dates": words.flag,
}  # fmt: skip
_RECEIVED_LINE: Mapping[str, Check] = {"id": words.whole(), "quantity": words.above_zero}
_ACTS: Mapping[str, tuple[Mapping[str, Check], tuple[str, ...]]] = {
    "revise": ({"lines": words.listed(_REVISED_LINE, ("id",), once="id")}, ("lines",)),
    "add_line": (_NEW_LINE, ("product", "quantity")),
    "receive": ({"lines": words.listed(_RECEIVED_LINE, ("id", "quantity"), once="id")}, ()),
    "assign": ({"vendor": words.key, "warehouse": words.text(20)}, ()),
    "cancel": ({}, ()),
    "draft": ({}, ()),
    "lock": ({}, ()),
    "unlock": ({}, ()),
    "confirm": ({}, ()),
}


def checked_order(said: Row) -> Row:
    """The arguments of ``release``, or a sentence about what is wrong with them."""
    return words.checked(said, _ORDER, ("vendor", "lines"))


def checked_act(act: str, said: Row) -> Row:
    """The arguments of what can be done with an order."""
    if act not in _ACTS:
        raise WordsError(f"Nobody knows how to {act[:40]!r} an order; known: {', '.join(_ACTS)}.")
    checks, needed = _ACTS[act]
    found = words.checked(said, checks, needed)
    for line in found.get("lines", ()) if act == "revise" else ():
        if line.get("date") == "":  # a value left out stays as it is
            del line["date"]
    return found


# The HTTP side

Answer = tuple[int, str, bytes]


def respond(sandbox: Sandbox, verb: str, path: str, asked: Mapping[str, str], body: bytes) -> Answer:
    """The control API. See docs/sandbox.md for every address and word it takes."""
    head, _, rest = path.strip("/").partition("/")
    handler = _HANDLERS.get((verb, head))
    if handler is None:
        return failure(HTTPStatus.NOT_FOUND, f"There is no such address: {verb} {path[:100]}")
    try:
        said = words.parsed(body) if verb == "POST" else {}
        return _json(HTTPStatus.OK, handler(sandbox, unquote(rest), asked, said))
    except WordsError as error:
        return failure(HTTPStatus.BAD_REQUEST, str(error), field=error.field)
    except OdooError as error:
        return failure(HTTPStatus.CONFLICT, error.message, name=error.name)
    except Exception:
        _log.exception("%s %s failed", verb, path)
        return failure(HTTPStatus.INTERNAL_SERVER_ERROR, "Something is wrong in the sandbox itself; see its log.")


def failure(status: int, sentence: str, **more: str) -> Answer:
    return _json(status, {"error": sentence, **more})


def _json(status: int, data: Any) -> Answer:
    return status, "application/json", json.dumps(data).encode()


Handler = Callable[["Sandbox", str, Mapping[str, str], Row], Any]


def _list_faults(sandbox: Sandbox, _: str, __: Mapping[str, str], ___: Row) -> Any:
    return {"faults": sandbox.faults.listed()}


def _add_fault(sandbox: Sandbox, _: str, __: Mapping[str, str], said: Row) -> Any:
    return {"id": sandbox.faults.add(**faults.checked(said)).id}


def _clear_faults(sandbox: Sandbox, rest: str, asked: Mapping[str, str], _: Row) -> Any:
    kind = asked.get("kind")
    if kind is not None:
        words.among(faults.KINDS, "fault")("kind", kind)
    sandbox.faults.clear(_counted("id", rest) if rest else None, kind)
    return {"faults": sandbox.faults.listed()}


def _counted(field: str, said: str, least: int = 1, most: int = words.LARGEST_ID) -> int:
    """A whole number out of an address."""
    digits = said.isascii() and said.isdigit() and len(said) <= 20
    return words.whole(least, most)(field, int(said) if digits else said)


def _list_calls(sandbox: Sandbox, _: str, asked: Mapping[str, str], __: Row) -> Any:
    last = _counted("last", asked["last"], 0) if "last" in asked else None
    return {"calls": sandbox.log.listed(last), "counts": sandbox.log.counts()}


def _reset_calls(sandbox: Sandbox, _: str, __: Mapping[str, str], ___: Row) -> Any:
    sandbox.log.reset()
    return {"calls": [], "counts": {}}


def _show_orders(sandbox: Sandbox, rest: str, asked: Mapping[str, str], _: Row) -> Any:
    limit = _counted("limit", asked.get("limit", "200"), 1, MOST_ORDERS)
    with as_buyer(sandbox.store) as env:
        if rest:
            return dump(env, find_order(env, rest))
        return {"orders": list_orders(env, limit)}


def _act_on_order(sandbox: Sandbox, rest: str, asked: Mapping[str, str], said: Row) -> Any:
    key, _, act = rest.partition("/")
    login = said.pop("as_user", None)
    login = BUYER if login is None else words.text(200)("as_user", login)
    if not rest:
        taken = checked_order(said)
        with as_buyer(sandbox.store, login) as env:
            return dump(env, release(env, **taken))
    with as_buyer(sandbox.store, login) as env:
        order = find_order(env, key)
        taken = checked_act(act, said)
        if act == "revise":
            revise(env, order, taken["lines"])
        elif act == "add_line":
            add_line(env, order, taken)
        elif act == "receive":
            dock.receive_order(env, order, taken.get("lines"))
        elif act == "assign":
            assign(env, order, **taken)
        else:
            STEPS[act](env, [order])
        return dump(env, order)


def _show_transfer(sandbox: Sandbox, rest: str, _: Mapping[str, str], __: Row) -> Any:
    with as_buyer(sandbox.store) as env:
        return dock.dump(env, dock.find_transfer(env, rest))


def _act_on_transfer(sandbox: Sandbox, rest: str, __: Mapping[str, str], said: Row) -> Any:
    key, _, act = rest.rpartition("/")  # a transfer's name has slashes of its own
    login = said.pop("as_user", None)
    login = BUYER if login is None else words.text(200)("as_user", login)
    with as_buyer(sandbox.store, login) as env:
        return dock.dump(env, dock.act(env, dock.find_transfer(env, key), act, said))


STEPS: Mapping[str, Callable[[Env, list[int]], Any]] = {
    "cancel": purchase.button_cancel,
    "draft": purchase.button_draft,
    "lock": purchase.button_done,
    "unlock": purchase.button_unlock,
    "confirm": purchase.button_confirm,
}


def _reset(sandbox: Sandbox, _: str, __: Mapping[str, str], said: Row) -> Any:
    """Everything back to the seed: data, faults and log."""
    words.checked(said, {})
    seed.start_over(sandbox.store)
    sandbox.faults.clear()
    sandbox.log.reset()
    return {"reset": True}


_HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "faults"): _list_faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "calls"): _list_calls,
    ("DELETE", "calls"): _reset_calls,
    ("GET", "orders"): _show_orders,
    ("POST", "orders"): _act_on_order,
    ("GET", "transfers"): _show_transfer,
    ("POST", "transfers"): _act_on_transfer,
    ("POST", "reset"): _reset,
}
