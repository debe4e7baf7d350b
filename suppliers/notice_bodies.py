"""The body of a shipment notice as every door makes it, read into values or faults by JSON pointer (RFC 6901). Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared.errors import Faults
from suppliers.notices import (
    HEADER,
    LINE_FIELDS,
    LONGEST,
    MOST_LINES,
    MOST_UNITS,
    UNIT_FIELDS,
    Notice,
    NoticeLine,
    NoticeUnit,
)
from suppliers.shipping_states import UnitKind

FINEST = Decimal("0.000001")
LARGEST = Decimal(10) ** 13
FINEST_WEIGHT, HEAVIEST = Decimal("0.001"), Decimal(10) ** 9
"""In kg."""
_COUNTRY = re.compile(r"[A-Z]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What no printer prints and no database keeps: control characters, halves of characters."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Reading:
    """Reads one object of a body, by the names of its fields; collects every fault instead of stopping at the first.

    Places are put into words where something is wrong: most of what 10,000 rows say is not.
    """

    __slots__ = ("faults", "pointer", "said")

    def __init__(self, said: Mapping[str, Any], pointer: str, faults: Faults) -> None:
        self.said = said
        self.pointer = pointer
        self.faults = faults

    def add(self, code: str, message: str, place: str) -> None:
        self.faults.add(code, message, f"{self.pointer}/{place}")

    def text(self, name: str) -> str:
        value = self.said.get(name)
        return "" if value is None or value == "" else self._text(value, LONGEST[name], name)

    def _text(self, value: Any, longest: int, place: str) -> str:
        if not isinstance(value, str):
            self.add("type", _("This must be a text."), place)
            return ""
        said = value.strip()
        if len(said) > longest:
            self.add("too_long", _("At most %(count)d characters can be kept here.") % {"count": longest}, place)
            return ""
        if not said.isprintable() and _CONTROL.search(said):
            self.add("characters", _("This has characters that cannot be printed."), place)
            return ""
        return said

    def date(self, name: str) -> dt.date | None:
        value = self.said.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        self.add("date", _("This is not a date: write it as 2026-12-31."), name)
        return None

    def number(self, name: str, finest: Decimal = FINEST, largest: Decimal = LARGEST) -> Decimal | None:
        """A number over 0, with at most 6 decimals unless told otherwise."""
        value = self.said.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            self.add("number", _("This is not a number."), name)
            return None
        try:
            number = Decimal(repr(value) if type(value) is float else value)
        except InvalidOperation:
            self.add("number", _("This is not a number."), name)
            return None
        if not number.is_finite() or number <= 0:
            self.add("out_of_range", _("The quantity must be more than 0."), name)
            return None
        if number >= largest:
            self.add("out_of_range", _("This is more than can be kept."), name)
            return None
        if number % finest:
            message = _("At most %(count)d decimals can be kept.") % {"count": -int(finest.adjusted())}
            self.add("too_fine", message, name)
            return None
        return number

    def whole(self, name: str) -> int | None:
        value = self.said.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value.strip()[:12])
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
            self.add("number", _("This must be a whole number over 0."), name)
            return None
        return value

    def key(self, name: str) -> UUID | None:
        value = self.said.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, UUID):
            return value
        if isinstance(value, str):
            try:
                return UUID(value)
            except ValueError:
                pass
        self.add("unknown_line", _("There is no such order line."), name)
        return None

    def country(self, name: str) -> str:
        value = self.said.get(name)
        if value is None or value == "":
            return ""
        code = value.strip().upper() if isinstance(value, str) else ""
        if not _COUNTRY.fullmatch(code):
            self.add("country", _("Write the country as two letters: DE, CZ, CN."), name)
            return ""
        return code

    def serials(self, name: str) -> tuple[str, ...]:
        value = self.said.get(name)
        if value is None or value == "" or value == []:
            return ()
        if isinstance(value, str):
            value = re.split(r"[\s,;]+", value.strip())
        if not isinstance(value, list | tuple):
            self.add("type", _("This must be a list of serial numbers."), name)
            return ()
        found = tuple(
            "" if one is None or one == "" else self._text(one, LONGEST["lot"], f"{name}/{index}")
            for index, one in enumerate(value)
        )
        for index, one in enumerate(found):
            if not one and not self.faults.items:
                self.add("required", _("This serial number is empty."), f"{name}/{index}")
        return found

    def table(self, name: str, most: int) -> list[_Reading]:
        """The rows of a list of objects."""
        value = self.said.get(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.add("type", _("This must be a list."), name)
            return []
        if len(value) > most:
            self.add("too_many", _("At most %(count)d rows are taken.") % {"count": most}, name)
            return []
        rows = []
        for index, row in enumerate(value):
            if isinstance(row, Mapping):
                rows.append(_Reading(row, f"{self.pointer}/{name}/{index}", self.faults))
            else:
                self.add("type", _("This must be an object with named fields."), f"{name}/{index}")
        return rows

    def has_only(self, names: frozenset[str]) -> None:
        if not names.issuperset(self.said):
            for name in self.said.keys() - names:
                self.add("unknown_field", _("There is no such field here."), _escaped(str(name)))


_UNIT_FIELDS = frozenset(UNIT_FIELDS)
_LINE_FIELDS = frozenset(LINE_FIELDS)
_BODY_FIELDS = frozenset({*HEADER, "reason", "units", "lines"})
_TEXTS = tuple(name for name in (*HEADER, "reason") if name not in ("departs_on", "arrives_on"))


def read(body: Any, faults: Faults) -> Notice:
    """The notice of a body. What cannot be read is left out and named in ``faults``, by JSON pointer (RFC 6901)."""
    if not isinstance(body, Mapping):
        faults.add("type", _("This must be an object with named fields."), "")
        return Notice()
    reading = _Reading(body, "", faults)
    reading.has_only(_BODY_FIELDS)
    texts = {name: reading.text(name) for name in _TEXTS}
    return Notice(
        departs_on=reading.date("departs_on"),
        arrives_on=reading.date("arrives_on"),
        units=tuple(_unit(row) for row in reading.table("units", MOST_UNITS)),
        lines=tuple(_line(row) for row in reading.table("lines", MOST_LINES)),
        **texts,
    )


def _unit(row: _Reading) -> NoticeUnit:
    row.has_only(_UNIT_FIELDS)
    kind = row.said.get("kind") or ""
    if kind not in UnitKind.values:
        row.add("unknown_kind", _("This is not one of the kinds of handling units."), "kind")
    return NoticeUnit(
        ref=row.text("ref"),
        kind=str(kind),
        plate=row.text("plate"),
        within=row.text("within"),
        gross_weight=row.number("gross_weight", FINEST_WEIGHT, HEAVIEST),
        tracking=row.text("tracking"),
    )


def _line(row: _Reading) -> NoticeLine:
    row.has_only(_LINE_FIELDS)
    before = len(row.faults.items)
    quantity = row.number("quantity")
    if quantity is None and len(row.faults.items) == before:
        row.add("required", _("Say the quantity."), "quantity")
    return NoticeLine(
        row.key("line"),
        row.text("order"),
        row.whole("position"),
        quantity or Decimal(0),
        row.text("unit"),
        row.text("lot"),
        row.date("made_on"),
        row.date("expires_on"),
        row.serials("serials"),
        row.country("country"),
        row.text("within"),
    )


def _escaped(name: str) -> str:
    readable = name[:60].encode("utf-8", "replace").decode()
    return readable.replace("~", "~0").replace("/", "~1")
