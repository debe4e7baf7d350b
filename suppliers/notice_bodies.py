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
    """Reads values of one body; collects every fault instead of stopping at the first."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def text(self, value: Any, name: str, pointer: str) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            self.faults.add("type", _("This must be a text."), pointer)
            return ""
        said = value.strip()
        if len(said) > LONGEST[name]:
            message = _("At most %(count)d characters can be kept here.") % {"count": LONGEST[name]}
            self.faults.add("too_long", message, pointer)
            return ""
        if _CONTROL.search(said):
            self.faults.add("characters", _("This has characters that cannot be printed."), pointer)
            return ""
        return said

    def date(self, value: Any, pointer: str) -> dt.date | None:
        if value is None or value == "":
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        self.faults.add("date", _("This is not a date: write it as 2026-12-31."), pointer)
        return None

    def number(self, value: Any, pointer: str, finest: Decimal = FINEST, largest: Decimal = LARGEST) -> Decimal | None:
        """A number over 0, with at most 6 decimals unless told otherwise."""
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            self.faults.add("number", _("This is not a number."), pointer)
            return None
        try:
            number = Decimal(repr(value) if type(value) is float else value)
        except InvalidOperation:
            self.faults.add("number", _("This is not a number."), pointer)
            return None
        if not number.is_finite() or number <= 0:
            self.faults.add("out_of_range", _("The quantity must be more than 0."), pointer)
            return None
        if number >= largest:
            self.faults.add("out_of_range", _("This is more than can be kept."), pointer)
            return None
        if number % finest:
            message = _("At most %(count)d decimals can be kept.") % {"count": -int(finest.adjusted())}
            self.faults.add("too_fine", message, pointer)
            return None
        return number

    def whole(self, value: Any, pointer: str) -> int | None:
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value.strip()[:12])
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
            self.faults.add("number", _("This must be a whole number over 0."), pointer)
            return None
        return value

    def key(self, value: Any, pointer: str) -> UUID | None:
        if value is None or value == "":
            return None
        if isinstance(value, UUID):
            return value
        if isinstance(value, str):
            try:
                return UUID(value)
            except ValueError:
                pass
        self.faults.add("unknown_line", _("There is no such order line."), pointer)
        return None

    def country(self, value: Any, pointer: str) -> str:
        if value is None or value == "":
            return ""
        code = value.strip().upper() if isinstance(value, str) else ""
        if not _COUNTRY.fullmatch(code):
            self.faults.add("country", _("Write the country as two letters: DE, CZ, CN."), pointer)
            return ""
        return code

    def serials(self, value: Any, pointer: str) -> tuple[str, ...]:
        if value is None or value == "" or value == []:
            return ()
        if isinstance(value, str):
            value = re.split(r"[\s,;]+", value.strip())
        if not isinstance(value, list | tuple):
            self.faults.add("type", _("This must be a list of serial numbers."), pointer)
            return ()
        found = tuple(self.text(one, "lot", f"{pointer}/{index}") for index, one in enumerate(value))
        for index, one in enumerate(found):
            if not one and not self.faults.items:
                self.faults.add("required", _("This serial number is empty."), f"{pointer}/{index}")
        return found

    def table(self, value: Any, pointer: str, most: int) -> list[tuple[str, Mapping[str, Any]]]:
        """The rows of a list of objects, each with its pointer."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.faults.add("type", _("This must be a list."), pointer)
            return []
        if len(value) > most:
            self.faults.add("too_many", _("At most %(count)d rows are taken.") % {"count": most}, pointer)
            return []
        rows = []
        for index, row in enumerate(value):
            if isinstance(row, Mapping):
                rows.append((f"{pointer}/{index}", row))
            else:
                self.faults.add("type", _("This must be an object with named fields."), f"{pointer}/{index}")
        return rows

    def known(self, row: Mapping[str, Any], names: frozenset[str], pointer: str) -> None:
        for name in row.keys() - names:
            self.faults.add("unknown_field", _("There is no such field here."), f"{pointer}/{_escaped(str(name))}")


_UNIT_FIELDS = frozenset(UNIT_FIELDS)
_LINE_FIELDS = frozenset(LINE_FIELDS)
_BODY_FIELDS = frozenset({*HEADER, "reason", "units", "lines"})
_TEXTS = tuple(name for name in (*HEADER, "reason") if name not in ("departs_on", "arrives_on"))


def read(body: Any, faults: Faults) -> Notice:
    """The notice of a body. What cannot be read is left out and named in ``faults``, by JSON pointer (RFC 6901)."""
    reading = _Reading(faults)
    if not isinstance(body, Mapping):
        faults.add("type", _("This must be an object with named fields."), "")
        return Notice()
    reading.known(body, _BODY_FIELDS, "")
    texts = {name: reading.text(body.get(name), name, f"/{name}") for name in _TEXTS}
    return Notice(
        departs_on=reading.date(body.get("departs_on"), "/departs_on"),
        arrives_on=reading.date(body.get("arrives_on"), "/arrives_on"),
        units=_units(reading, body.get("units")),
        lines=_lines(reading, body.get("lines")),
        **texts,
    )


def _units(reading: _Reading, given: Any) -> tuple[NoticeUnit, ...]:
    units = []
    for pointer, row in reading.table(given, "/units", MOST_UNITS):
        reading.known(row, _UNIT_FIELDS, pointer)
        kind = row.get("kind") or ""
        if kind not in UnitKind.values:
            reading.faults.add("unknown_kind", _("This is not one of the kinds of handling units."), f"{pointer}/kind")
        units.append(
            NoticeUnit(
                ref=reading.text(row.get("ref"), "ref", f"{pointer}/ref"),
                kind=str(kind),
                plate=reading.text(row.get("plate"), "plate", f"{pointer}/plate"),
                within=reading.text(row.get("within"), "within", f"{pointer}/within"),
                gross_weight=reading.number(
                    row.get("gross_weight"), f"{pointer}/gross_weight", FINEST_WEIGHT, HEAVIEST
                ),
                tracking=reading.text(row.get("tracking"), "tracking", f"{pointer}/tracking"),
            )
        )
    return tuple(units)


def _lines(reading: _Reading, given: Any) -> tuple[NoticeLine, ...]:
    lines = []
    text, number, date = reading.text, reading.number, reading.date
    for pointer, row in reading.table(given, "/lines", MOST_LINES):
        get = row.get
        if not _LINE_FIELDS.issuperset(row):
            reading.known(row, _LINE_FIELDS, pointer)
        before = len(reading.faults.items)
        quantity = number(get("quantity"), f"{pointer}/quantity")
        if quantity is None and len(reading.faults.items) == before:
            reading.faults.add("required", _("Say the quantity."), f"{pointer}/quantity")
        lines.append(
            NoticeLine(
                reading.key(get("line"), f"{pointer}/line"),
                text(get("order"), "order", f"{pointer}/order"),
                reading.whole(get("position"), f"{pointer}/position"),
                quantity or Decimal(0),
                text(get("unit"), "unit", f"{pointer}/unit"),
                text(get("lot"), "lot", f"{pointer}/lot"),
                date(get("made_on"), f"{pointer}/made_on"),
                date(get("expires_on"), f"{pointer}/expires_on"),
                reading.serials(get("serials"), f"{pointer}/serials"),
                reading.country(get("country"), f"{pointer}/country"),
                text(get("within"), "within", f"{pointer}/within"),
            )
        )
    return tuple(lines)


def _escaped(name: str) -> str:
    readable = name[:60].encode("utf-8", "replace").decode()
    return readable.replace("~", "~0").replace("/", "~1")
