"""The body of a shipment notice as every door makes it, read into values or faults by JSON pointer (RFC 6901). Pure.

Objects are read field by field, not one by one: of 10,000 rows most say the same few fields, and what no row says is
read once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared.errors import Fault, Faults
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
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""As the API writes it and gets it back; whatever else is a UUID is read the long way."""
_NUMBERS = (str, int, float, Decimal)
_KINDS = tuple(UnitKind.values)

# --- Values -----------------------------------------------------------------------------------------------------------


class _Wrong(Exception):
    """A value that cannot be read: why, by the place in it, and what is ``left`` of it."""

    def __init__(self, *faults: Fault, left: Any = None) -> None:
        super().__init__(*faults)
        self.faults = faults
        self.left = left


def _wrong(code: str, message: str) -> _Wrong:
    return _Wrong(Fault(code, message))


def _text(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong("type", _("This must be a text."))
        said = value.strip()
        if len(said) > longest:
            raise _wrong("too_long", _("At most %(count)d characters can be kept here.") % {"count": longest})
        if not said.isprintable() and _CONTROL.search(said):
            raise _wrong("characters", _("This has characters that cannot be printed."))
        return said

    return read


def _date(value: Any) -> dt.date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise _wrong("date", _("This is not a date: write it as 2026-12-31."))


def _number(finest: Decimal, largest: Decimal) -> Callable[[Any], Decimal]:
    """A number over 0."""

    def read(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, _NUMBERS):
            raise _wrong("number", _("This is not a number."))
        try:
            number = Decimal(repr(value) if type(value) is float else value)
        except InvalidOperation:
            raise _wrong("number", _("This is not a number.")) from None
        if not number.is_finite() or number <= 0:
            raise _wrong("out_of_range", _("The quantity must be more than 0."))
        if number >= largest:
            raise _wrong("out_of_range", _("This is more than can be kept."))
        if number % finest:
            decimals = {"count": -int(finest.adjusted())}
            raise _wrong("too_fine", _("At most %(count)d decimals can be kept.") % decimals)
        return number

    return read


_a_quantity = _number(FINEST, LARGEST)


def _quantity(value: Any) -> Decimal:
    if value is None or value == "":
        raise _wrong("required", _("Say the quantity."))
    return _a_quantity(value)


def _whole(value: Any) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:12])
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
        raise _wrong("number", _("This must be a whole number over 0."))
    return value


def _key(value: Any) -> str:
    if isinstance(value, str):
        if _KEY.fullmatch(value):
            return value
        try:
            return str(UUID(value))
        except ValueError:
            pass
    if isinstance(value, UUID):
        return str(value)
    raise _wrong("unknown_line", _("There is no such order line."))


def _country(value: Any) -> str:
    code = value.strip().upper() if isinstance(value, str) else ""
    if not _COUNTRY.fullmatch(code):
        raise _wrong("country", _("Write the country as two letters: DE, CZ, CN."))
    return code


def _kind(value: Any) -> str:
    if value not in _KINDS:
        raise _wrong("unknown_kind", _("This is not one of the kinds of handling units."))
    return str(value)


_serial = _text(LONGEST["lot"])


def _serials(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[\s,;]+", value.strip())
    if not isinstance(value, list | tuple):
        raise _wrong("type", _("This must be a list of serial numbers."))
    found, faults = [], []
    for index, one in enumerate(value):
        found.append("")
        try:
            found[-1] = "" if one is None else _serial(one)
            if not found[-1]:
                raise _wrong("required", _("This serial number is empty."))
        except _Wrong as wrong:
            faults += [Fault(fault.code, fault.message, f"/{index}") for fault in wrong.faults]
    if faults:
        raise _Wrong(*faults, left=tuple(found))
    return tuple(found)


# --- Objects ----------------------------------------------------------------------------------------------------------


class _Field(NamedTuple):
    """A field of an object."""

    read: Callable[[Any], Any]
    empty: Any = ""
    """What it is where nothing is said."""
    needed: bool = False
    """Whether it is read even then."""


_DAY = _Field(_date, None)
_HEAD = {
    **{name: _Field(_text(LONGEST[name])) for name in (*HEADER, "reason") if name in LONGEST},
    **{"departs_on": _DAY, "arrives_on": _DAY},
}
_UNIT = {
    "kind": _Field(_kind, needed=True),
    **{name: _Field(_text(LONGEST[name])) for name in ("ref", "plate", "within")},
    "gross_weight": _Field(_number(FINEST_WEIGHT, HEAVIEST), None),
    "tracking": _Field(_text(LONGEST["tracking"])),
}
_LINE = {
    "quantity": _Field(_quantity, Decimal(0), needed=True),
    "line": _Field(_key),
    "order": _Field(_text(LONGEST["order"])),
    "position": _Field(_whole, None),
    **{name: _Field(_text(LONGEST[name])) for name in ("unit", "lot")},
    **{"made_on": _DAY, "expires_on": _DAY},
    "serials": _Field(_serials, ()),
    "country": _Field(_country),
    "within": _Field(_text(LONGEST["within"])),
}
"""In the order in which an object's faults are named."""


def read(body: Any, faults: Faults) -> Notice:
    """The notice of a body. What cannot be read is left out and named in ``faults``, by JSON pointer (RFC 6901)."""
    if not isinstance(body, Mapping):
        faults.add("type", _("This must be an object with named fields."), "")
        return Notice()
    rows = {"units", "lines"}
    head = _columns({"": {name: value for name, value in body.items() if name not in rows}}, _HEAD, faults)
    units = _columns(_rows(body, "units", MOST_UNITS, faults), _UNIT, faults)
    lines = _columns(_rows(body, "lines", MOST_LINES, faults), _LINE, faults)
    return Notice(
        units=tuple(map(NoticeUnit, *(units[name] for name in UNIT_FIELDS))),
        lines=tuple(map(NoticeLine, *(lines[name] for name in LINE_FIELDS))),
        **{name: value for name, (value,) in head.items()},
    )


_Objects = Mapping[str, Mapping[Any, Any]]
"""By the place of each in the body."""


def _rows(body: Mapping[str, Any], name: str, most: int, faults: Faults) -> _Objects:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, list | tuple):
        faults.add("type", _("This must be a list."), f"/{name}")
        return {}
    if len(value) > most:
        faults.add("too_many", _("At most %(count)d rows are taken.") % {"count": most}, f"/{name}")
        return {}
    rows = {f"/{name}/{index}": row for index, row in enumerate(value)}
    for place in [place for place, row in rows.items() if not isinstance(row, Mapping)]:
        faults.add("type", _("This must be an object with named fields."), place)
        del rows[place]
    return rows


def _columns(objects: _Objects, fields: Mapping[str, _Field], faults: Faults) -> dict[str, list[Any]]:
    """What the objects say, by the name of the field. Faults are named object by object."""
    found: list[tuple[int, str, Fault]] = []
    names = frozenset(fields)
    for turn, said in enumerate(objects.values()):
        if not names.issuperset(said):
            unknown = Fault("unknown_field", _("There is no such field here."))
            found += [(turn, _escaped(str(name)), unknown) for name in said.keys() - names]
    columns = {name: _column(objects, name, field, found) for name, field in fields.items()}
    places = list(objects)
    for turn, name, fault in sorted(found, key=lambda one: one[0]):
        faults.add(fault.code, fault.message, f"{places[turn]}/{name}{fault.pointer}")
    return columns


def _column(objects: _Objects, name: str, field: _Field, found: list[tuple[int, str, Fault]]) -> list[Any]:
    said = [one.get(name) for one in objects.values()]
    read, empty, needed = field
    if not needed and said.count(None) == len(said):
        return [empty] * len(said)
    column = []
    for turn, value in enumerate(said):
        try:
            column.append(empty if not needed and (value is None or value == "") else read(value))
        except _Wrong as wrong:
            found += [(turn, name, fault) for fault in wrong.faults]
            column.append(empty if wrong.left is None else wrong.left)
    return column


def _escaped(name: str) -> str:
    readable = name[:60].encode("utf-8", "replace").decode()
    return readable.replace("~", "~0").replace("/", "~1")
