"""One transfer: what a clerk at the dock sees of it, receives of it and sends back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.sandbox.pages.html import Markup, day, dotted, link, number, state, table, tag
from integrations.sandbox.pages.order import plain

_CLOSED = ("done", "cancel")


def page(transfer: Mapping[str, Any]) -> list[Markup]:
    """Everything about a transfer as ``dock.dump`` gives it."""
    order = transfer["purchase_id"]
    back = link(f"/orders/{order[0]}", order[1]) if order else link("/", "All orders")
    return [
        tag("p", back),
        tag("h1", f"{transfer['name']} ", state(transfer["state"])),
        tag("div", _head(transfer), tag("div", _goods(transfer), class_="stack play"), class_="order"),
    ]


def _head(transfer: Mapping[str, Any]) -> Markup:
    facts = [
        ("Kind", transfer["picking_type_id"][1]),
        ("Partner", transfer["partner_id"][1] if transfer["partner_id"] else "-"),
        ("Made by", dotted(transfer["external_id"] or "-")),
        ("Planned", f"{transfer['scheduled_date']} UTC"),
        ("Deadline", f"{transfer['date_deadline']} UTC" if transfer["date_deadline"] else "-"),
        ("Note", plain(transfer["note"] or "-")),
    ]
    if transfer["date_done"]:
        facts.append(("Done", f"{transfer['date_done']} UTC"))
    for label, name in (("Rest of", "backorder_id"), ("Return of", "return_id")):
        if transfer[name]:
            facts.append((label, link(f"/transfers/{transfer[name][0]}", transfer[name][1])))
    listed = tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in facts))
    return tag("section", tag("h2", "Transfer", class_="hidden"), listed, class_="facts")


def _goods(transfer: Mapping[str, Any]) -> Markup:
    """The lines, to be received while they are open, to be sent back once they came."""
    title = tag("h2", "Goods")
    if not transfer["lines"]:
        return tag("section", title, tag("p", "Nothing is in this transfer."))
    incoming = transfer["picking_type_code"] == "incoming"
    may = "" if not incoming or transfer["state"] == "cancel" else _MAY[transfer["state"] == "done"]
    heads = ["Line", "Item", "Lot", "Package", "Expires", "Quantity", "Unit"] + ([_ENTERED[may]] if may else [])
    rows = [_row(line, may) for line in transfer["lines"]]
    shown = table(heads, rows, caption="Goods", numbers=(0, 5))
    if not may:
        return tag("section", title, shown)
    base = f"/transfers/{transfer['id']}"
    buttons = tag("div", *_buttons(may, base), class_="buttons")
    return tag("section", title, tag("form", shown, buttons, method="post", action=f"{base}/{may}"))


_MAY = {False: "receive", True: "send_back"}
_ENTERED = {"receive": "Arrived", "send_back": "Send back"}


def _buttons(may: str, base: str) -> list[Markup]:
    if may == "send_back":
        box = tag("input", type="checkbox", name="refund", value="1", checked=True)
        counted = tag("label", box, "the order counts it as not received", class_="inline")
        return [tag("button", "Send back what is entered", class_="danger"), counted]
    box = tag("input", type="checkbox", name="no_backorder", value="1")
    return [
        tag("button", "Receive what is entered"),
        tag("button", "Receive everything", class_="quiet", formaction=f"{base}/receive_all"),
        tag("label", box, "call off the rest", class_="inline"),
    ]


def _row(line: Mapping[str, Any], may: str) -> tuple[object, ...]:
    key = line["id"]
    lot: object = line["lot_id"][1] if line["lot_id"] else line["lot_name"] or ""
    if may == "receive" and not lot and line["tracking"] != "none":
        lot = tag("input", name=f"lot-{key}", placeholder="made by itself", aria_label=f"Lot of line {key}")
    shown = (
        key,
        line["product_id"][1],
        lot,
        line["result_package_id"][1] if line["result_package_id"] else "",
        day(line["expiration_date"]) if line["expiration_date"] else "",
        number(line["quantity"]),
        line["product_uom_id"][1],
    )
    if not may:
        return shown
    value = f"{line['quantity']:g}" if may == "receive" and line["quantity"] < 1e6 else ""
    label = f"Quantity of line {key} that {'arrived' if may == 'receive' else 'goes back'}"
    return (*shown, tag("input", name=f"receive-{key}", value=value, type="number", step="any", min="0",
                        aria_label=label))  # fmt: skip
