"""The first page: orders, a form to release one, trouble to cause, and the last calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.sandbox import records
from integrations.sandbox.env import Env
from integrations.sandbox.faults import CallLog, Faults
from integrations.sandbox.pages.html import Markup, amount, day, dotted, field, link, options, state, table, tag
from integrations.sandbox.schema import MODELS
from integrations.sandbox.schema.purchase import ORDER_STATES

PAGE_SIZE = 15
STATES = dict(ORDER_STATES)
RECEIPTS = {"pending": "not received", "partial": "partly received", "full": "received"}


def orders(env: Env, asked: Mapping[str, str]) -> Markup:
    """The newest orders first, found by number or vendor."""
    words, page = asked.get("q", "").replace("\0", "").strip(), _page_number(asked.get("page", ""))
    domain: list[Any] = []
    if words:
        domain = ["|", "|", ("name", "ilike", words), ("partner_id", "ilike", words), ("partner_ref", "ilike", words)]
    order_model = MODELS["purchase.order"]
    total = records.count(env.sudo(), order_model, domain)
    ids = records.search(env.sudo(), order_model, domain, (page - 1) * PAGE_SIZE, PAGE_SIZE, "id desc")
    names = ["name", "partner_id", "state", "receipt_status", "date_planned", "amount_total", "currency_id",
             "order_line", "picking_type_id"]  # fmt: skip
    rows = [
        (
            link(f"/orders/{row['id']}", row["name"]),
            row["partner_id"][1],
            row["picking_type_id"][1].partition(":")[0],
            len(row["order_line"]),
            day(row["date_planned"]),
            f"{amount(row['amount_total'])} {row['currency_id'][1]}",
            state(row["state"], STATES[row["state"]]),
            state(row["receipt_status"], RECEIPTS[row["receipt_status"]]) if row["receipt_status"] else "",
        )
        for row in records.read(env.sudo(), order_model, ids, names)
    ]
    heads = ("Order", "Vendor", "Plant", "Lines", "Expected", "Total", "State", "Receipt")
    search = tag(
        "form",
        field("Find an order", tag("input", name="q", value=words, type="search", placeholder="Number or vendor")),
        tag("button", "Find", class_="quiet"),
        class_="form search",
        method="get",
        action="/",
    )
    turning = [
        link("/", "Newer", q=words, page=page - 1) if page > 1 else "",
        tag("span", f"{total} orders", class_="soft"),
        link("/", "Older", q=words, page=page + 1) if page * PAGE_SIZE < total else "",
    ]
    listed = table(heads, rows, caption="Purchase orders", numbers=(3, 5)) if rows else tag("p", "No order found.")
    turned = tag("div", *turning, class_="buttons")
    return tag("section", tag("h2", "Purchase orders"), search, listed, turned, class_="orders")


def _page_number(said: str) -> int:
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 9 else 1


def vendors(env: Env) -> list[tuple[object, object]]:
    rows = env.rows("res.partner", "is_company AND supplier_rank > 0 AND active", [], "name")
    return [(row["id"], row["name"]) for row in rows]


def release_form(env: Env) -> Markup:
    """Buy something: vendor, plant and up to three lines."""
    items = env.query(
        "SELECT p.default_code, t.name FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id "
        "WHERE p.active AND p.default_code IS NOT NULL ORDER BY p.default_code LIMIT 400"
    )
    plants = env.rows("stock.warehouse", "active", [], "sequence, id")
    due = (datetime.now(UTC) + timedelta(days=21)).date()
    choices = [(item["default_code"], f"{item['default_code']} {item['name']}") for item in items]
    lines = [
        tag(
            "fieldset",
            tag("legend", f"Line {n}", class_="hidden"),
            field("Item", tag("select", options(choices if n == 1 else [("", "-"), *choices]), name=f"item{n}")),
            field("Quantity", tag("input", name=f"quantity{n}", type="number", step="any", min="0.01",
                                  value="100" if n == 1 else None)),
            field("Expected", tag("input", name=f"date{n}", type="date", value=due)),
            field("Price (list)", tag("input", name=f"price{n}", type="number", step="any", min="0")),
            class_="line",
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    return tag(
        "section",
        tag("h2", "Release an order"),
        tag(
            "form",
            tag(
                "div",
                field("Vendor", tag("select", options(vendors(env)), name="vendor")),
                field("Plant", tag("select", options([(p["code"], f"{p['name']} ({p['code']})") for p in plants]),
                                   name="warehouse")),
                class_="form",
            ),
            *lines,
            tag("div", tag("button", "Release"), class_="buttons"),
            method="post",
            action="/orders",
            class_="lines",
        ),
        class_="release",
    )  # fmt: skip


def warning(faults: Faults) -> Markup:
    """A word at the top of the page while something is wrong, with the way to what it is."""
    kinds = ", ".join(dict.fromkeys(fault["kind"] for fault in faults.listed()))
    if not kinds:
        return Markup("")
    return tag("p", f"Odoo is in trouble: {kinds}. ", link("#trouble", "See and heal it"), class_="note warn")


def trouble(faults: Faults) -> Markup:
    """What is wrong with Odoo right now, and buttons to make more of it."""
    active = faults.listed()
    shown: list[Markup] = [
        tag("li", tag("strong", fault["kind"]), " ", _where(fault), class_="note warn") for fault in active
    ]
    seconds = field("Seconds", tag("input", name="seconds", type="number", min="0", max="600", step="any", value="10"))
    waits = [
        _trouble_form("slow", "Answer slowly", seconds),
        _trouble_form("late", "Commit after the client gave up", seconds, times=1),
    ]
    others = [
        _trouble_form("down", "Go down"),
        _trouble_form("lose", "Lose the answer to the next write", times=1, writes_only=1),
        _trouble_form("garbage", "Answer garbage once", times=1),
        _trouble_form("serialization", "Let the next write lose a race", times=1, writes_only=1),
    ]
    heal = tag("form", tag("button", "All well again"), method="post", action="/faults/clear") if active else ""
    return tag(
        "section",
        tag("h2", "Trouble", id="trouble"),
        tag("ul", *shown, class_="plain") if shown else tag("p", "Odoo is well.", class_="soft"),
        heal,
        tag("div", *waits, class_="waits"),
        tag("div", *others, class_="buttons"),
        class_="trouble",
    )


def _where(fault: Mapping[str, Any]) -> str:
    parts = [f"{fault['model'] or 'every model'}.{fault['method'] or 'every method'}"]
    if fault["seconds"]:
        parts.append(f"{fault['seconds']:g} s")
    parts.append("until healed" if fault["times"] is None else f"{fault['times']} times more")
    return ", ".join(parts)


def _trouble_form(kind: str, label: str, *fields: Markup, **fixed: object) -> Markup:
    hidden = [tag("input", type="hidden", name=name, value=value) for name, value in {"kind": kind, **fixed}.items()]
    button = tag("button", label, class_="quiet")
    return tag("form", *hidden, *fields, button, method="post", action="/faults", class_="wait", aria_label=label)


def last_calls(log: CallLog, count: int = 12) -> Markup:
    calls = list(reversed(log.listed(count)))
    heads = ("Time", "User", "Call", "Outcome")
    rows = [(call["at"][11:19], call["login"], _name(call), _outcome(call)) for call in calls]
    listed = table(heads, rows, caption="Last calls") if rows else tag("p", "Nobody called yet.", class_="soft")
    return tag("section", tag("h2", "Last calls"), listed, tag("p", link("/calls", "All calls")), class_="calls")


def _name(call: Mapping[str, Any]) -> Markup:
    return tag("code", f"{call['model']}.{call['method']}")


def _outcome(call: Mapping[str, Any]) -> Markup:
    outcome = str(call["outcome"])
    kind = "ok" if outcome == "ok" else "lost" if outcome == "no answer" else "error"
    return state(kind, dotted(outcome))


def all_calls(log: CallLog) -> Markup:
    """The newest calls, with who made them and how long they took."""
    rows = [
        (
            call["number"],
            call["at"][:19],
            call["login"],
            _name(call),
            ", ".join(map(str, call["ids"][:6])),
            f"{call['seconds'] * 1000:.0f} ms",
            _outcome(call),
            call["fault"] or "",
        )
        for call in reversed(log.listed(300))
    ]
    heads = ("No.", "Time (UTC)", "User", "Call", "Records", "Took", "Outcome", "Trouble")
    clear = tag("form", tag("button", "Forget these", class_="quiet"), method="post", action="/calls/clear")
    listed = table(heads, rows, caption="Calls", numbers=(0, 5)) if rows else tag("p", "Nobody called yet.")
    return tag("section", listed, tag("div", clear, class_="buttons"))
