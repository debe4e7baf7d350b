"""What an order says beside quantities, prices and dates: its layout, addresses, texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from suppliers.models import OrderLine

register = template.Library()


@register.filter
def laid_out(entries: Iterable[Any], layout: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The entries of a page (pairs that begin with one that has a ``position``) among their sections and notes.

    A line that Odoo has no more stands at the end.
    """
    left = {pair[0].position: pair for pair in entries}
    blocks: list[dict[str, Any]] = []
    for place in layout or []:
        if "line" not in place:
            blocks.append(place)
        elif (pair := left.pop(place["line"], None)) is not None:
            blocks.append({"pair": pair})
    return blocks + [{"pair": pair} for pair in left.values()]


@register.filter
def more_words(line: OrderLine) -> str:
    """Odoo's description of a line, without the first row where that only says number and name again."""
    first, _, rest = line.description.partition("\n")
    names = {line.item_name, line.supplier_item_name, line.item_code, line.supplier_item_code, ""}
    bare = first.strip()
    for code in (line.item_code, line.supplier_item_code):
        bare = bare.removeprefix(f"[{code}]").strip()
    return (rest if bare in names else line.description).strip()
