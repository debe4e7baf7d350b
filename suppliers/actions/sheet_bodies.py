"""Rows of one delivery note as the body of a notice, and which cell each place of it is. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.shared.errors import Fault
from suppliers.notices import DEEPEST, HEADER
from suppliers.sheets.columns import Value
from suppliers.sheets.reading import Row
from suppliers.shipping_states import UnitKind
from suppliers.tolerances import plain

OF_LINE = ("quantity", "unit", "lot", "made_on", "expires_on", "serials", "country")
OF_PACKAGE = {
    "kind": "kind",
    "plate": "plate",
    "package_in": "within",
    "gross_weight": "gross_weight",
    "package_tracking": "tracking",
}
"""Columns about a package, with the fields of a handling unit that they fill."""
CELL_OF_LINE = {"order": "line", "position": "line", "within": "package"}
CELL_OF_UNIT = {"ref": "package", **{name: column for column, name in OF_PACKAGE.items()}}


Refusal = tuple[str, str, str]
"""Code, message and column of what is wrong with a row."""


@dataclass
class Packages:
    """What the rows of one delivery note say of packages together, by their names."""

    said: dict[str, dict[str, str]] = field(default_factory=dict)
    """Fields of handling units; nothing of those that others only stand in."""
    broken: dict[int, list[Refusal]] = field(default_factory=dict)
    """Rows about a package of which they contradict one another, or cannot be read, by number."""


@dataclass
class Body:
    """A body as every door makes it, with the rows that its places came from."""

    content: dict[str, Any]
    lines: list[Row] = field(default_factory=list)
    """Of each line."""
    packages: dict[str, list[Row]] = field(default_factory=dict)
    """Of each handling unit, by its name: those that are about it; none where others only stand in it."""

    def cells_of(self, fault: Fault) -> list[tuple[Row, str]]:
        """The rows that a fault takes with it, each with the column it is told at; none: it is about the notice."""
        table, *rest = fault.pointer.strip("/").split("/")
        if table not in ("lines", "units") or not rest:
            return []
        name = rest[1] if len(rest) > 1 else ""
        if table == "lines":
            return [(self.lines[int(rest[0])], CELL_OF_LINE.get(name, name))]
        ref = self.content["units"][int(rest[0])]["ref"]
        own = {row.number for row in self.packages[ref]}
        return [(row, CELL_OF_UNIT.get(name, "package") if row.number in own else "") for row in self._inside(ref)]

    def _inside(self, ref: str) -> list[Row]:
        """The rows about a package, and about what stands in it."""
        parents = {unit["ref"]: unit.get("within", "") for unit in self.content["units"]}
        found: list[Row] = []
        for name, rows in self.packages.items():
            place, depth = name, 0
            while place and place != ref and depth <= DEEPEST:
                place, depth = parents.get(place, ""), depth + 1
            if place == ref:
                found += rows
        return found


def header_of(rows: Sequence[Row]) -> tuple[dict[str, str], list[Fault]]:
    """What rows of one delivery note say of it together, and what they contradict one another in or cannot be read."""
    header: dict[str, str] = {}
    broken = []
    for name in HEADER:
        said = _said(rows, name)
        if said:
            header[name] = next(iter(said.values()))
        if name == "delivery_note":
            continue  # its rows are those that say it, in whatever case
        wrong = _wrong(rows, name, _("The rows %(rows)s are about one delivery note, but differ in “%(title)s”."))
        broken += [Fault(code, message, f"/{name}") for code, message, _column in wrong]
    return header, broken


def packages_of(rows: Sequence[Row]) -> Packages:
    """What rows say of packages together: each may stand on any row of its package, also on one that stays behind."""
    found = Packages()
    about: dict[str, list[Row]] = {}
    for row in rows:
        if ref := _json(row.values.get("package")):
            about.setdefault(ref, []).append(row)
    for ref, own in about.items():
        found.said[ref] = {}
        for column, name in OF_PACKAGE.items():
            if said := _said(own, column):
                found.said[ref][name] = next(iter(said.values()))
            wrong = _wrong(own, column, _("The rows %(rows)s are about one package, but differ in “%(title)s”."))
            for row in own if wrong else ():
                found.broken.setdefault(row.number, []).extend(wrong)
    return found


def _said(rows: Sequence[Row], column: str) -> dict[int, str]:
    """What the rows that say anything in a column say, by their numbers."""
    return {row.number: _json(value) for row in rows if (value := row.values.get(column)) is not None}


def _wrong(rows: Sequence[Row], column: str, differ: str) -> list[Refusal]:
    """What is wrong with a column that should say one thing on all these rows."""
    said = _said(rows, column)
    letters = {row.letters.get(column) for row in rows}
    wrong = [(one.code, one.message, column) for row in rows for one in row.faults if one.letter in letters]
    if len(set(said.values())) > 1:
        title = next(change.column.title for row in rows for change in row.changes if change.column.name == column)
        wrong.append(("rows_differ", differ % {"rows": ", ".join(map(str, said)), "title": title}, column))
    return wrong


def body_of(header: Mapping[str, str], packages: Packages, rows: Sequence[Row]) -> Body:
    """The body of a notice: a line for each row with a quantity, a handling unit for each package that is named.

    What others stand in, and no row is about, is a pallet.
    """
    body = Body({**header, "units": [], "lines": []})
    for row in rows:
        ref = _json(row.values.get("package"))
        _name(body, packages, ref)
        if ref:
            body.packages[ref].append(row)
        if row.values.get("quantity") is not None and row.key:
            line = {name: value for name in OF_LINE if (value := _json(row.values.get(name)))}
            body.content["lines"].append({"line": row.key.id, **line, **({"within": ref} if ref else {})})
            body.lines.append(row)
    return body


def _name(body: Body, packages: Packages, ref: str) -> None:
    """Put a package into the body, once, after what it stands in."""
    way: list[str] = []
    while ref and ref not in body.packages and ref not in way:
        way.append(ref)
        ref = packages.said.get(ref, {}).get("within", "")
    for name in reversed(way):
        said = packages.said.get(name, {"kind": str(UnitKind.PALLET)})
        body.content["units"].append({"ref": name, **said})
        body.packages[name] = []


def _json(value: Value) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, dt.date) else value or ""
