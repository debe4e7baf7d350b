"""Odoo's values in the portal's terms and back. Pure: no clock, no database, no network.

Odoo stores moments in UTC and shows them in a person's zone. A delivery date is a day at the plant: it is written as
the plant's noon, which falls on the same day for whoever looks at it nearby and in no night of a clock change.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.html import escape

from suppliers.tolerances import plain

MOMENT = "%Y-%m-%d %H:%M:%S"
NOON = dt.time(12)
DECIMALS = Decimal("0.000001")
"""What the portal keeps; floats carry noise far behind it."""
SIZES = Decimal("0.000000000001")
"""What is kept of the size of a unit."""
MODULE = "portal_sync"
_SCHEDULE = f"{MODULE}.schedule_"
_NOTICE = f"{MODULE}.notice_"
_LOT = f"{MODULE}.lot_"


def moment(value: str) -> dt.datetime:
    """A datetime of Odoo: ``2026-12-01 11:00:00``, in UTC."""
    return dt.datetime.strptime(value, MOMENT).replace(tzinfo=dt.UTC)


def moment_text(value: dt.datetime) -> str:
    """A datetime as Odoo takes it; ISO's ``T`` and ``Z`` are refused there."""
    return value.astimezone(dt.UTC).strftime(MOMENT)


def plant_date(value: str, zone: ZoneInfo) -> dt.date:
    """The day at the plant on which a moment of Odoo falls."""
    return moment(value).astimezone(zone).date()


def plant_noon(date: dt.date, zone: ZoneInfo) -> str:
    """The plant's noon of a day, as Odoo takes it."""
    return moment_text(dt.datetime.combine(date, NOON, zone))


def number(value: float, decimals: Decimal = DECIMALS) -> Decimal:
    """A float of Odoo as the decimal it was meant to be."""
    return Decimal(repr(float(value))).quantize(decimals, rounding=ROUND_HALF_UP)


def quantity(value: float, step: Decimal) -> Decimal:
    """A quantity, cleared of a float's noise: a count that is a multiple of its unit's step but for noise is that."""
    exact = number(value)
    if not step:
        return exact
    counted = ((exact / step).to_integral_value(ROUND_HALF_UP) * step).quantize(DECIMALS)
    return counted if abs(counted - exact) <= DECIMALS else exact


def number_text(value: Decimal) -> str:
    """A decimal as a cell of a load: no exponent, no trailing zeros."""
    return plain(value)


def pair(value: Any) -> tuple[int, str] | None:
    """A many2one: id and name, or None where Odoo says ``false``."""
    return (int(value[0]), str(value[1])) if value else None


def pair_id(value: Any) -> int | None:
    """Only the id of a many2one."""
    found = pair(value)
    return found[0] if found else None


def text(value: Any) -> str:
    """A text; Odoo says ``false`` where there is none."""
    return str(value).strip() if value else ""


BLOCKS = frozenset(
    {"p", "div", "li", "br", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
)
_UNSEEN = frozenset({"script", "style"})
LONGEST_TEXT = 20_000


class _Words(HTMLParser):
    """Gathers what a person would read of some HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.unseen += tag in _UNSEEN
        if tag in BLOCKS:
            self.said.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in _UNSEEN))
        if tag in BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.said.append(re.sub(r"\s+", " ", data))


def plain_text(html: str) -> str:
    """The words of some HTML, a line for each paragraph and item; no markup ever comes through."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (line.strip() for line in "".join(words.said).split("\n"))
    return "\n".join(line for line in lines if line and line != "-")[:LONGEST_TEXT]


def schedule_key(schedule: UUID) -> str:
    """The external id of an order line that the portal made in Odoo."""
    return f"{_SCHEDULE}{schedule.hex}"


def schedule_of(external_id: str) -> UUID | None:
    """The schedule line an external id names; None for an external id that is not ours."""
    return _named(external_id, _SCHEDULE)


def notice_key(shipment_order: UUID) -> str:
    """The external id of the transfer of one notice and order."""
    return f"{_NOTICE}{shipment_order.hex}"


def notice_of(external_id: str) -> UUID | None:
    """The notice and order a transfer's external id names; None for one that is not ours."""
    return _named(external_id, _NOTICE)


def lot_key(lot: UUID) -> str:
    """The external id of a supplier's lot."""
    return f"{_LOT}{lot.hex}"


def lot_of(external_id: str) -> UUID | None:
    """The supplier's lot an external id names."""
    return _named(external_id, _LOT)


def package_key(code: str) -> str:
    """The external id of a handling unit's package. A space in one is refused."""
    return f"{MODULE}.package_{code.encode().hex()}"


def part_key(row: UUID, turn: int) -> str:
    """The external id of one of the lines that a row of a notice lies on."""
    return f"{MODULE}.part_{row.hex}_{turn}"


def _named(external_id: str, kind: str) -> UUID | None:
    if not external_id.startswith(kind):
        return None
    try:
        return UUID(hex=external_id.removeprefix(kind))
    except ValueError:
        return None


def note_key(event: UUID) -> str:
    """The external id of the note that one event leaves on an order."""
    return f"{MODULE}.note_{event.hex}"


def note_html(title: str, lines: Sequence[str]) -> str:
    """A note as the HTML Odoo stores. Every word of it is escaped: suppliers wrote some of them."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    listed = f"<ul>{items}</ul>" if items else ""
    return f"<p><b>{escape(title)}</b></p>{listed}"
