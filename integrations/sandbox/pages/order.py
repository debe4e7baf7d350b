"""One order: what a buyer and a warehouse clerk see of it, and what they can do."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.sandbox.pages.html import Markup, amount, day, dotted, field, link, number, options, state, table, tag
from integrations.sandbox.pages.overview import RECEIPTS, STATES

_TAGS = re.compile(r"<[^>]+>")


Choices = Sequence[tuple[object, object]]


def page(order: Mapping[str, Any], items: Choices, vendors: Choices) -> list[Markup]:
    """Everything about an order as ``control.dump`` gives it."""
    title = tag("h1", f"{order['name']} ", state(order["state"], STATES[order["state"]]))
    return [
        tag("p", link("/", "All orders")),
        title,
        tag(
            "div",
            _head(order),
            tag(
                "div",
                _lines(order),
                _transfers(order),
                _moves(order),
                _add_line(order, items),
                _assign(order, vendors),
                class_="stack play",
            ),
            _messages(order),
            class_="order",
        ),
    ]


def _head(order: Mapping[str, Any]) -> Markup:
    facts = (
        ("Vendor", order["partner_id"][1]),
        ("Vendor's reference", order["partner_ref"] or "-"),
        ("Company", order["company_id"][1]),
        ("Deliver to", order["picking_type_id"][1]),
        ("Incoterm", order["incoterm_id"][1] if order["incoterm_id"] else "-"),
        ("Ordered", str(order["date_order"])[:16]),
        ("Expected", str(order["date_planned"] or "-")[:16]),
        ("Total", f"{amount(order['amount_total'])} {order['currency_id'][1]}"),
        ("Receipt", RECEIPTS.get(order["receipt_status"], "-")),
        ("Last changed", f"{order['write_date']} UTC"),
    )
    listed = tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in facts))
    return tag("section", tag("h2", "Order", class_="hidden"), listed, class_="facts")


def _lines(order: Mapping[str, Any]) -> Markup:
    can_edit = order["state"] in ("draft", "sent", "purchase", "done")
    rows = [_line_row(line, can_edit=can_edit) for line in order["lines"]]
    heads = ("Line", "Item", "Quantity", "Unit", "Price", "Expected", "Received", "Receive now")
    base = f"/orders/{order['id']}"
    buttons: list[Markup] = []
    if can_edit:  # the first button is what the Enter key presses
        buttons.append(tag("button", "Revise", formaction=f"{base}/revise"))
        box = tag("input", type="checkbox", name="move_dates", value="1")
        buttons.append(tag("label", box, "move planned receipts too", class_="inline"))
    if order["state"] in ("draft", "sent"):
        buttons.append(tag("button", "Confirm", formaction=f"{base}/confirm"))
    if order["state"] in ("purchase", "done"):
        buttons.append(tag("button", "Receive what is entered", class_="quiet", formaction=f"{base}/receive"))
        buttons.append(tag("button", "Receive everything", class_="quiet", formaction=f"{base}/receive_all"))
    if order["state"] == "purchase":
        buttons.append(tag("button", "Lock", class_="quiet", formaction=f"{base}/lock"))
    if order["state"] == "done":
        buttons.append(tag("button", "Unlock", class_="quiet", formaction=f"{base}/unlock"))
    if order["state"] == "cancel":
        buttons.append(tag("button", "Set to draft", formaction=f"{base}/draft"))
    if can_edit:
        buttons.append(tag("button", "Cancel the order", class_="danger", formaction=f"{base}/cancel"))
    return tag(
        "section",
        tag("h2", "Lines"),
        tag(
            "form",
            table(heads, rows, caption="Lines", numbers=(0, 6)),
            tag("div", *buttons, class_="buttons"),
            method="post",
            action=f"{base}/revise",
        ),
    )


def _line_row(line: Mapping[str, Any], *, can_edit: bool) -> tuple[object, ...]:
    key, due = line["id"], str(line["date_planned"] or "")[:10]
    name = tag("div", line["product_id"][1] if line["product_id"] else line["name"])
    if line["external_id"]:
        name = tag("div", name, tag("code", line["external_id"], class_="soft"))

    def control(kind: str, value: object, label: str, **more: object) -> object:
        if not can_edit:
            return value
        return tag("input", name=f"{kind}-{key}", value=value, aria_label=f"{label} of line {key}", **more)

    quantity = f"{line['product_qty']:g}" if line["product_qty"] < 1e6 else f"{line['product_qty']:.2f}"
    return (
        key,
        name,
        control("quantity", quantity, "Quantity", type="number", step="any", min="0"),
        line["product_uom"][1] if line["product_uom"] else "",
        control("price", f"{line['price_unit']:.2f}", "Price", type="number", step="any", min="0"),
        control("date", due, "Expected date", type="date"),
        number(line["qty_received"]),
        control("receive", "", "Quantity to receive", type="number", step="any", min="0") if can_edit else "",
    )


def _transfers(order: Mapping[str, Any]) -> Markup:
    rows = [
        (
            link(f"/transfers/{row['id']}", row["name"]),
            "return" if row["picking_type_code"] == "outgoing" else "receipt",
            tag("code", dotted(row["external_id"])) if row["external_id"] else "",
            day(row["scheduled_date"]),
            day(row["date_done"]) if row["date_done"] else "",
            state(row["state"]),
        )
        for row in order["pickings"]
    ]
    heads = ("Transfer", "Kind", "Made by", "Planned", "Done", "State")
    listed = table(heads, rows, caption="Transfers") if rows else tag("p", "No transfers yet.")
    return tag("section", tag("h2", "Transfers"), listed)


def _moves(order: Mapping[str, Any]) -> Markup:
    rows = [
        (
            link(f"/transfers/{move['picking_id'][0]}", move["picking_id"][1]) if move["picking_id"] else "",
            move["purchase_line_id"][0],
            "return" if move["picking_code"] == "outgoing" else "receipt",
            f"{number(move['product_uom_qty'])} {move['product_uom'][1]}",
            number(move["quantity"]),
            day(move["date"]),
            day(move["date_deadline"]),
            state(move["state"]),
        )
        for move in order["moves"]
    ]
    heads = ("Transfer", "Line", "Kind", "Wanted", "Reserved or done", "Planned", "Deadline", "State")
    listed = table(heads, rows, caption="Stock moves", numbers=(1, 3, 4)) if rows else tag("p", "No moves yet.")
    return tag("section", tag("h2", "Stock moves"), listed)


def _add_line(order: Mapping[str, Any], items: Sequence[tuple[object, object]]) -> Markup:
    if order["state"] == "cancel":
        return Markup("")
    due = str(order["date_planned"] or "")[:10]
    return tag(
        "section",
        tag("h2", "Add a line"),
        tag(
            "form",
            field("Item", tag("select", options(items), name="item")),
            field("Quantity", tag("input", name="quantity", type="number", step="any", min="0", value="10")),
            field("Expected", tag("input", name="date", type="date", value=due)),
            field("Price (list)", tag("input", name="price", type="number", step="any", min="0")),
            tag("button", "Add", class_="quiet"),
            class_="form",
            method="post",
            action=f"/orders/{order['id']}/add_line",
        ),
    )


def _assign(order: Mapping[str, Any], vendors: Choices) -> Markup:
    if order["state"] not in ("draft", "sent"):
        return Markup("")
    return tag(
        "section",
        tag("h2", "Give it to another vendor"),
        tag(
            "form",
            field("Vendor", tag("select", options(vendors), name="vendor")),
            tag("button", "Give", class_="quiet"),
            class_="form",
            method="post",
            action=f"/orders/{order['id']}/assign",
        ),
    )


def _messages(order: Mapping[str, Any]) -> Markup:
    shown = [
        tag(
            "li",
            tag("div", tag("strong", message["author_id"][1] if message["author_id"] else ""), " ",
                tag("span", f"{message['date']} UTC", class_="soft")),
            tag("p", plain(message["body"])),
            class_="message",
        )
        for message in order["messages"]
    ]  # fmt: skip
    listed = tag("ul", *shown, class_="plain") if shown else tag("p", "No messages.", class_="soft")
    return tag("section", tag("h2", "Messages"), listed, class_="messages")


def plain(body: object) -> str:
    """A message as text: what others sent is never put on this page as markup."""
    broken = re.sub(r"</p>\s*<p>|<br\s*/?>", "\n", str(body or ""))
    return html.unescape(_TAGS.sub("", broken)).strip()
