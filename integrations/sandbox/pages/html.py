"""HTML without a template engine: escaped by default, marked where it is markup already."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlencode


class Markup(str):
    """Text that is HTML already and must not be escaped again."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Anything as HTML: markup as it is, everything else escaped, nothing as nothing."""
    if isinstance(value, Markup):
        return value
    return Markup("" if value is None or value is False else html.escape(str(value)))


def join(parts: Iterable[object]) -> Markup:
    return Markup("".join(text(part) for part in parts))


def tag(element: str, /, *children: object, **attributes: object) -> Markup:
    """One element. A trailing underscore keeps Python's words apart (``class_``), an inner one is a dash."""
    words = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        shown = key.rstrip("_").replace("_", "-")
        words.append(f" {shown}" if value is True else f' {shown}="{html.escape(str(value))}"')
    opening = f"<{element}{''.join(words)}>"
    if element in ("input", "meta", "link", "br"):
        return Markup(opening)
    return Markup(f"{opening}{join(children)}</{element}>")


def table(
    heads: Iterable[object], rows: Iterable[Iterable[object]], *, caption: str, numbers: Iterable[int] = ()
) -> Markup:
    """A table whose rows become cards on a narrow screen; ``numbers`` are the columns set flush right.

    The roles are those that the elements have anyway; a style that lays them out as cards would take them away.
    """
    right, names = set(numbers), [str(head) for head in heads]

    def look(index: int) -> str | None:
        return "number" if index in right else None

    head = tag(
        "tr",
        *(tag("th", name, class_=look(n), scope="col", role="columnheader") for n, name in enumerate(names)),
        role="row",
    )
    body = [
        tag(
            "tr",
            *(tag("td", cell, class_=look(n), data_label=names[n], role="cell") for n, cell in enumerate(cells)),
            role="row",
        )
        for cells in rows
    ]
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption, class_="hidden"),
            tag("thead", head, role="rowgroup"),
            tag("tbody", *body, role="rowgroup"),
            role="table",
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=caption,
    )


def dotted(name: str) -> Markup:
    """A name of parts with dots, broken over lines only after one."""
    return Markup("<wbr>".join(text(part) for part in re.split(r"(?<=\.)", name)))


def link(address: str, label: object, **query: object) -> Markup:
    return tag("a", label, href=f"{address}?{urlencode(query)}" if query else address)


def field(label: str, control: Markup) -> Markup:
    """A form control inside its label."""
    return tag("label", tag("span", label), control, class_="field")


def options(choices: Iterable[tuple[object, object]], chosen: object = None) -> Markup:
    return join(tag("option", label, value=value, selected=str(value) == str(chosen)) for value, label in choices)


def number(value: float) -> str:
    """A quantity without the zeros it does not need."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def amount(value: float) -> str:
    return f"{value:,.2f}"


def day(value: object) -> Markup:
    """The day of a datetime, never broken over two lines."""
    return tag("span", str(value or "")[:10], class_="day")


def state(value: object, label: object = None) -> Markup:
    """A state as a small tag; its colour comes from its name, its meaning from its word."""
    name = str(value or "none")
    return tag("span", label or name.replace("_", " "), class_=f"state {name.replace(' ', '-')}")
