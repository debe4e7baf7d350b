"""The form of a shipment notice and the body that every door makes: one is the other, field by field.

A field is called by the place it has in the body: ``lines-3-lot`` is ``/lines/3/lot``. So whatever refuses a body names
a field of the form, and what is typed is kept in a draft as a body, readable or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.shared.errors import Fault, Refused
from suppliers.notices import HEADER, LINE_FIELDS, UNIT_FIELDS
from suppliers.numbers import read_number, write_number
from suppliers.queries.shipments_open import OpenLine
from suppliers.shipping_states import Tracking, UnitKind
from suppliers.tolerances import plain

SHOWN = 7
"""So many of the last characters of a long number are shown where it is chosen."""
MOST_TYPED = 300
"""Rows that a page is for: whoever ships more sends a file, or has a program do it."""
MOST_EQUAL = 100
_ROW = re.compile(r"(lines|units)-(\d{1,5})-([a-z_]{1,20})")
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_TABLES = {"lines": frozenset(LINE_FIELDS), "units": frozenset(UNIT_FIELDS)}
_TEXTS = (*HEADER, "reason")
_NUMBERS = ("quantity", "gross_weight")
Body = dict[str, Any]


def fields_of(body: Mapping[str, Any]) -> dict[str, str]:
    """A body as the fields of the form, numbers in the person's own language."""
    fields = {name: _lines_of(body[name]) for name in _TEXTS if name in body}
    for table, names in _TABLES.items():
        for index, row in enumerate(body.get(table) or ()):
            for name in names & row.keys():
                fields[f"{table}-{index}-{name}"] = _shown(name, row[name])
    return fields


def body_of(data: Mapping[str, str]) -> Body:
    """What the form says as a body, without what is empty; what cannot be read stays as it was typed."""
    body: Body = {name: text for name in _TEXTS if (text := _text(data.get(name, "")))}
    rows: dict[str, dict[int, dict[str, Any]]] = {"units": {}, "lines": {}}
    for field_name, text in data.items():
        place = _ROW.fullmatch(field_name)
        if place and place[3] in _TABLES[place[1]] and (value := _typed(place[3], text)):
            rows[place[1]].setdefault(int(place[2]), {})[place[3]] = value
    for table, found in rows.items():
        body[table] = [found[index] for index in sorted(found)]
    return body


def _shown(name: str, value: Any) -> str:
    if name == "serials" and isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    if name in _NUMBERS and _PLAIN.fullmatch(text := str(value)):
        return write_number(Decimal(text))
    return _lines_of(value)


def _typed(name: str, text: str) -> Any:
    text = _text(text)
    if name == "serials":
        return [one for row in text.split("\n") if (one := row.strip())]
    if name == "position" and text.isascii() and text.isdigit():
        return int(text[:9])
    if name in _NUMBERS and text:
        try:
            return plain(read_number(text))
        except ValueError:
            return text
    return text


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _lines_of(value: Any) -> str:
    return "" if value is None else str(value)


# --- What the buttons do, without script as with it -------------------------------------------------------------------


def add_lines(body: Body, lines: Iterable[OpenLine], *, soon: bool = False) -> None:
    """Put order lines in: all that is open of each, or what was promised for these days."""
    for one in lines:
        quantity = one.soon if soon else one.open
        row = {"line": str(one.line.pk)}
        body.setdefault("lines", []).append(row | ({"quantity": plain(quantity)} if quantity else {}))


def press(body: Body, command: str, known: Mapping[str, OpenLine], kind: str = "", count: str = "") -> str:
    """One of the buttons that change the body and send nothing. Returns why it could not, or nothing."""
    verb, _colon, at = command[:40].partition(":")
    lines, units = body.setdefault("lines", []), body.setdefault("units", [])
    index = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else -1
    if verb == "split" and 0 <= index < len(lines) < MOST_TYPED:
        kept = ("line", "order", "position", "unit", "country", "within")
        lines.insert(index + 1, {name: lines[index][name] for name in kept if name in lines[index]})
    elif verb == "drop" and 0 <= index < len(lines):
        del lines[index]
    elif verb == "unit":
        kind = kind if kind in UnitKind.values else UnitKind.PALLET
        if len(units) < MOST_TYPED:
            units.append({"ref": _fresh(units), "kind": str(kind)})
    elif verb == "drop_unit" and 0 <= index < len(units):
        gone = units.pop(index)
        for row in (*lines, *units):
            if row.get("within") == gone.get("ref"):
                row.pop("within")
                row.update({"within": gone["within"]} if gone.get("within") else {})
    elif verb == "pallet" and lines:
        ref = _fresh(units)
        for row in (*lines, *units):
            row.setdefault("within", ref)
        units.insert(0, {"ref": ref, "kind": str(UnitKind.PALLET)})
    elif verb == "cartons":
        return _pack(body, known, count)
    return ""


def _fresh(units: Iterable[Mapping[str, Any]]) -> str:
    """A name that no unit of the notice has yet."""
    taken = {unit.get("ref") for unit in units}
    return next(name for name in map(str, range(1, 20_000)) if name not in taken)


def _to_pack(body: Body) -> list[dict[str, Any]]:
    """The rows that are loose or, where none is, those that stand on one pallet without a carton around them."""
    pallets = [unit.get("ref") for unit in body["units"] if unit.get("kind") == UnitKind.PALLET]
    by_place = [[row for row in body["lines"] if row.get("within") == place] for place in (None, *pallets)]
    return next((rows for rows in by_place if rows), [])


def _pack(body: Body, known: Mapping[str, OpenLine], count: str) -> str:
    """Spread every such row over as many equal cartons; what does not divide goes into the last."""
    wanted = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    loose = _to_pack(body)
    if not 1 <= wanted <= MOST_EQUAL or not loose:
        message = _("Say how many cartons, 1 to %(most)d, and leave something loose to put into them.")
        return message % {"most": MOST_EQUAL}
    if len(body["lines"]) + len(loose) * (wanted - 1) > MOST_TYPED or len(body["units"]) + wanted > MOST_TYPED:
        return _("That is too much for a page: send it as a file or through the API.")
    shares = [_shares(row, known.get(row.get("line", "")), wanted) for row in loose]
    if not all(shares):
        return _("Not every quantity can be divided into so many cartons.")
    cartons, place = [], loose[0].get("within")
    stands = {"within": place} if place else {}
    for _turn in range(wanted):
        cartons.append(_fresh(body["units"]))
        body["units"].append({"ref": cartons[-1], "kind": str(UnitKind.CARTON), **stands})
    packed = [row for row in body["lines"] if row not in loose]
    for row, parts in zip(loose, shares, strict=True):
        serials = list(row.get("serials", ()))
        for carton, share in zip(cartons, parts, strict=True):
            mine = {**row, "quantity": plain(share), "within": carton}
            if serials:
                taken = int(share) if carton != cartons[-1] else len(serials)
                mine["serials"], serials = serials[:taken], serials[taken:]
            packed.append(mine)
    body["lines"] = packed
    return ""


def _shares(row: Mapping[str, Any], known: OpenLine | None, count: int) -> list[Decimal]:
    text = str(row.get("quantity", ""))
    if not _PLAIN.fullmatch(text):
        return []
    step = known.line.quantity_step if known and not row.get("unit") else Decimal("0.001")
    whole = Decimal(text)
    share = (whole / count / step).to_integral_value(ROUND_DOWN) * step
    return [*[share] * (count - 1), whole - share * (count - 1)] if share > 0 else []


# --- What is shown ----------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """One row of the form: a quantity of one order line, or a handling unit."""

    table: str
    index: int
    said: Mapping[str, str]
    known: OpenLine | None = None
    units: tuple[str, ...] = ()
    """Other units of the kind of the order line's."""
    depth: int = 0
    """Of a handling unit: in how many others it stands."""

    @property
    def prefix(self) -> str:
        return f"{self.table}-{self.index}"

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What says which order line it is; unseen."""
        return [(name, self.said[name]) for name in ("line", "order", "position") if name in self.said]

    @property
    def choices(self) -> tuple[str, ...]:
        """What its quantity may be counted in, beside the order line's own unit."""
        said = self.said.get("unit", "")
        return self.units if not said or said in self.units else (*self.units, said)

    @property
    def by_lot(self) -> bool:
        return bool(self.known and (self.known.line.tracking == Tracking.LOT or self.known.line.dated))

    @property
    def by_serial(self) -> bool:
        return bool(self.known and self.known.line.tracking == Tracking.SERIAL) or "serials" in self.said

    @property
    def told_more(self) -> bool:
        """Whether anything stands in what is folded away."""
        return bool({"lot", "made_on", "expires_on", "country"} & self.said.keys())


@dataclass
class Form:
    """A whole notice as somebody types it."""

    body: Body
    known: Mapping[str, OpenLine]
    units_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of units of a category."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    """For the error summary: each with the id of its field."""
    hints: list[str] = field(default_factory=list)
    refusal: Refused | None = None

    @property
    def said(self) -> dict[str, str]:
        return {name: _lines_of(self.body.get(name)) for name in _TEXTS}

    @property
    def lines(self) -> list[Row]:
        rows = []
        for index, row in enumerate(self.body.get("lines", [])):
            known = self.known.get(row.get("line", ""))
            category = known.line.unit.category if known else ""
            others = (name for name in self.units_of.get(category, ()) if known and name != known.line.unit_name)
            rows.append(Row("lines", index, _row(row), known, tuple(others)))
        return rows

    @property
    def units(self) -> list[Row]:
        inside = {row.get("ref"): row.get("within") for row in self.body.get("units", [])}
        rows = []
        for index, row in enumerate(self.body.get("units", [])):
            depth, place = 0, row.get("within")
            while place and depth < 4:
                depth, place = depth + 1, inside.get(place)
            rows.append(Row("units", index, _row(row), depth=depth))
        return rows

    @property
    def places(self) -> list[tuple[str, str]]:
        """The handling units that something may be in."""
        kinds = dict(UnitKind.choices)
        named = [(row.get("ref", ""), kinds.get(row.get("kind", ""), "")) for row in self.body.get("units", [])]
        return [(ref, f"{kind} {_ending(ref)}") for ref, kind in named if ref]

    def refuse(self, refusal: Refused) -> None:
        """Hang each fault on the field it points at."""
        self.refusal = refusal
        taken: set[str] = set()
        for message, place in map(self._placed, refusal.faults):
            # A field says one thing at a time; the rest stands in the summary.
            self.faults.append((message, "" if place in taken else place))
            taken.add(place)

    def hint(self, hints: Iterable[Fault]) -> None:
        self.hints = [hint.message for hint in hints]

    def of_row(self, row: Row) -> list[str]:
        return [message for message, place in self.faults if place.startswith(f"{row.prefix}-")]

    def _placed(self, fault: Fault) -> tuple[str, str]:
        parts = fault.pointer.strip("/").split("/")
        if len(parts) < 3 or parts[0] not in _TABLES:
            return fault.message, parts[0] if parts[0] in (*_TEXTS, "lines") else ""
        names = {"line": "quantity", "order": "quantity", "position": "quantity", "ref": "kind"}
        place = f"{parts[0]}-{parts[1]}-{names.get(parts[2], parts[2])}"
        words = _("Row %(number)d: %(message)s") if parts[0] == "lines" else _("Handling unit %(number)d: %(message)s")
        return words % {"number": int(parts[1]) + 1, "message": fault.message}, place


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: _shown(name, value) for name, value in row.items()}


def _ending(ref: str) -> str:
    """A number as a narrow list shows it: those of one shipment differ in their last digits."""
    return f"…{ref[-SHOWN:]}" if len(ref) > SHOWN + 1 else ref
