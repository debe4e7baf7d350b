"""The pages on which a person plays Odoo: plain forms, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from integrations.sandbox import control, dock, faults
from integrations.sandbox.env import Env
from integrations.sandbox.errors import OdooError
from integrations.sandbox.pages import order, overview, transfer
from integrations.sandbox.pages.html import tag
from integrations.sandbox.pages.layout import CSS, frame
from integrations.sandbox.words import WordsError, from_form

if TYPE_CHECKING:
    from integrations.sandbox.server import Sandbox

Form = Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """What goes back to the browser: a body, or an address to go to."""

    body: str = ""
    status: int = HTTPStatus.OK
    content_type: str = "text/html; charset=utf-8"
    location: str = ""


def respond(sandbox: Sandbox, verb: str, path: str, asked: Form, form: Form) -> Page:
    parts = [part for part in path.split("/") if part]
    if path == "/sandbox.css":
        return Page(CSS, content_type="text/css; charset=utf-8")
    if verb == "GET":
        return _show(sandbox, parts, asked)
    if verb == "POST":
        return _act(sandbox, parts, form)
    return _nowhere()


def _show(sandbox: Sandbox, parts: list[str], asked: Form) -> Page:
    said = {"done": asked.get("done", ""), "error": asked.get("error", "")}
    if parts == ["calls"]:
        return Page(frame("Calls", tag("h1", "Calls"), overview.all_calls(sandbox.log), **said))
    try:
        with sandbox.store.transaction(write=False) as connection:
            env = Env(connection, 1, "", superuser=True)
            if not parts:
                board = tag("div", overview.orders(env, asked), overview.release_form(env),
                            overview.trouble(sandbox.faults), overview.last_calls(sandbox.log),
                            class_="board")  # fmt: skip
                top = overview.warning(sandbox.faults)
                return Page(frame("Orders", tag("h1", "Nordwerk Pumps"), top, board, **said))
            if len(parts) == 2 and parts[0] == "orders":
                shown = control.dump(env, control.find_order(env, parts[1]))
                return Page(frame(shown["name"], *order.page(shown, _items(env), overview.vendors(env)), **said))
            if len(parts) == 2 and parts[0] == "transfers":
                seen = dock.dump(env, dock.find_transfer(env, parts[1]))
                return Page(frame(seen["name"], *transfer.page(seen), **said))
    except OdooError:
        return _nowhere()
    return _nowhere()


def _items(env: Env) -> list[tuple[object, object]]:
    rows = env.query(
        "SELECT p.default_code, t.name FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id "
        "WHERE p.active AND p.default_code IS NOT NULL ORDER BY p.default_code LIMIT 400"
    )
    return [(row["default_code"], f"{row['default_code']} {row['name']}") for row in rows]


def _nowhere() -> Page:
    return Page(frame("Not found", tag("h1", "There is no such page here.")), HTTPStatus.NOT_FOUND)


def _act(sandbox: Sandbox, parts: list[str], form: Form) -> Page:
    """Carry out one form and go back to where its result shows."""
    try:
        if parts == ["faults"]:
            sandbox.faults.add(**_fault(form))
            return _back("/", done="Odoo is in trouble as asked.")
        if parts == ["faults", "clear"]:
            sandbox.faults.clear()
            return _back("/", done="Odoo is well.")
        if parts == ["calls", "clear"]:
            sandbox.log.reset()
            return _back("/calls")
        if parts == ["orders"]:
            words = control.checked_order(_new_order(form))
            with control.as_buyer(sandbox.store) as env:
                made = control.release(env, **words)
            return _back(f"/orders/{made}", done="Released.")
        if len(parts) == 3 and parts[0] == "orders":
            return _act_on_order(sandbox, parts[1], parts[2], form)
        if len(parts) == 3 and parts[0] == "transfers":
            return _act_on_transfer(sandbox, parts[1], parts[2], form)
    except (OdooError, WordsError) as error:
        where = f"/{parts[0]}/{parts[1]}" if len(parts) == 3 and parts[0] in ("orders", "transfers") else "/"
        return _back(where, error=error.message if isinstance(error, OdooError) else str(error))
    return _nowhere()


def _back(where: str, **said: str) -> Page:
    return Page(location=f"{where}?{urlencode(said)}" if said else where)


def _fault(form: Form) -> dict[str, Any]:
    words: dict[str, Any] = {"kind": form.get("kind", ""), "model": form.get("model", ""),
                             "method": form.get("method", "")}  # fmt: skip
    if form.get("writes_only"):
        words["writes_only"] = True
    times, seconds = from_form(form, "times", "Times"), from_form(form, "seconds", "Seconds")
    if times is not None:
        words["times"] = int(times)
    if seconds is not None:
        words["seconds"] = seconds
    return faults.checked(words)


def _new_order(form: Form) -> dict[str, Any]:
    lines = [
        {"product": form[f"item{n}"], "quantity": from_form(form, f"quantity{n}", "Quantity"), **_wish(form, str(n))}
        for n in (1, 2, 3)
        if form.get(f"item{n}") and form.get(f"quantity{n}")
    ]
    if not lines:
        raise WordsError("An order needs a line with an item and a quantity.")
    vendor = form.get("vendor", "")
    return {"vendor": vendor, "warehouse": form.get("warehouse", ""), "lines": lines}


def _wish(form: Form, suffix: str) -> dict[str, Any]:
    """Date and price as far as they were filled in."""
    wish: dict[str, Any] = {}
    if form.get(f"date{suffix}"):
        wish["date"] = f"{form[f'date{suffix}']} 12:00:00"
    price = from_form(form, f"price{suffix}", "Price")
    if price is not None:
        wish["price"] = price
    return wish


def _act_on_order(sandbox: Sandbox, number: str, act: str, form: Form) -> Page:
    with control.as_buyer(sandbox.store) as env:
        key = control.find_order(env, number)
        if act == "revise":
            changes = _changes(env, key, form)
            if changes:
                control.revise(env, key, control.checked_act("revise", {"lines": changes})["lines"])
            done = f"{len(changes)} lines revised." if changes else "Nothing was different."
        elif act in ("receive", "receive_all"):
            entered = _entered(form)
            if act == "receive" and not entered:
                raise WordsError("Please enter how much arrived.")
            words = {"lines": entered} if act == "receive" else {}
            dock.receive_order(env, key, control.checked_act("receive", words).get("lines"))
            done = "Received."
        elif act == "add_line":
            line = {"product": form.get("item"), "quantity": from_form(form, "quantity", "Quantity"), **_wish(form, "")}
            control.add_line(env, key, control.checked_act("add_line", line))
            done = "Line added."
        elif act == "assign":
            control.assign(env, key, **control.checked_act("assign", {"vendor": form.get("vendor", "")}))
            done = "Given to this vendor."
        elif act in control.STEPS:
            control.STEPS[act](env, [key])
            done = "Done."
        else:
            return _nowhere()
    return _back(f"/orders/{key}", done=done)


def _act_on_transfer(sandbox: Sandbox, number: str, act: str, form: Form) -> Page:
    """Receive or send back what was entered; a line left empty, or at 0, did not come."""
    with control.as_buyer(sandbox.store) as env:
        key = dock.find_transfer(env, number)
        words: dict[str, Any] = {}
        if act in ("receive", "send_back"):
            words["lines"] = [line for line in _entered(form) if line["quantity"]]
            if not words["lines"]:
                raise WordsError("Please enter how much it is.")
            for line in words["lines"]:
                if lot := form.get(f"lot-{line['id']}", "").strip():
                    line["lot"] = lot
        if act in ("receive", "receive_all"):
            words["backorder"] = not form.get("no_backorder")
            dock.act(env, key, "receive", words)
            return _back(f"/transfers/{key}", done="Received.")
        if act == "send_back":
            words["refund"] = bool(form.get("refund"))
            return _back(f"/transfers/{dock.act(env, key, 'send_back', words)}", done="Sent back.")
    return _nowhere()


def _entered(form: Form) -> list[dict[str, Any]]:
    """What was entered as received, by line."""
    names = [name for name in form if name.startswith("receive-") and name.partition("-")[2].isdecimal()]
    amounts = {name: from_form(form, name, "Quantity") for name in names}
    return [
        {"id": int(name.partition("-")[2][:18]), "quantity": amount}
        for name, amount in amounts.items()
        if amount is not None
    ]


def _changes(env: Env, key: int, form: Form) -> list[dict[str, Any]]:
    """The lines that differ from what they are; a date keeps its time of day while its day is the same."""
    changes = []
    for line in env.rows("purchase.order.line", "order_id = ?", [key]):
        suffix = f"-{line['id']}"
        change: dict[str, Any] = {}
        quantity = from_form(form, f"quantity{suffix}", "Quantity")
        if quantity is not None and quantity != line["product_qty"]:
            change["quantity"] = quantity
        price = from_form(form, f"price{suffix}", "Price")
        if price is not None and price != line["price_unit"]:
            change["price"] = price
        if form.get(f"date{suffix}") and form[f"date{suffix}"] != (line["date_planned"] or "")[:10]:
            change["date"] = f"{form[f'date{suffix}']} 12:00:00"
        if change:
            changes.append({"id": line["id"], "move_dates": bool(form.get("move_dates")), **change})
    return changes
