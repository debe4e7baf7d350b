"""The frame around every page, and its style sheet."""

from __future__ import annotations

from pathlib import Path

from integrations.sandbox.pages.html import Markup, link, tag

CSS = (Path(__file__).parent / "sandbox.css").read_text(encoding="utf-8")


def frame(title: str, *content: object, done: str = "", error: str = "") -> str:
    """A whole page. What was just done, or refused, stands above everything else."""
    notes = [
        tag("p", done, class_="note good", role="status") if done else "",
        tag("p", error, class_="note bad", role="alert") if error else "",
    ]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} - Odoo sandbox"),
        tag("link", rel="stylesheet", href="/sandbox.css"),
        tag("link", rel="icon", href="data:,"),
    )
    top = tag(
        "header",
        link("/", "Odoo sandbox"),
        tag("p", "Plays Odoo 18 for the portal. No real company, order or stock."),
        tag("nav", link("/", "Orders"), link("/calls", "Calls"), aria_label="Pages"),
    )
    body = tag("body", top, tag("main", *notes, *content))
    return Markup("<!DOCTYPE html>\n") + tag("html", head, body, lang="en")
