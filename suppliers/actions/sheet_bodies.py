"""Rows of one delivery note as the body of a notice, and which cell each place of it is. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
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


@dataclass
class Body:
    """A body as every door makes it, with the rows that its places came from."""

    content: dict[str, Any]
    lines: list[Row] = field(default_factory=list)
    """Of each line."""
    packages: dict[str, list[Row]] = field(default_factory=dict)
    """Of each handling unit, by its name: those that are about it; none where others only stand in it."""
    differing: dict[int, list[tuple[str, str, str]]] = field(default_factory=dict)
    """Rows that contradict one another about a package, by number: code, message, column."""

    def cells_of(self, fault: Fault) -> list[tuple[Row, str]]:
        """The rows that a fault takes with it, each with the column it is told at; none: it is about the notice."""
        table, *rest = fault.pointer.strip("/").split("/")
        if len(rest) < 2 and not (table == "lines" and rest):
            return []
        name = rest[1] if len(rest) > 1 else ""
        if table == "lines":
            return [(self.lines[int(rest[0])], CELL_OF_LINE.get(name, name))]
        ref = self.content["units"][int(rest[0])]["ref"]
        column = CELL_OF_UNIT.get(name, "package")
        own = {row.number for row in self.packages[ref]}
        return [(row, column if row.number in own else "") for row in self._inside(ref)]

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


def header_of(rows: Sequence[Row]) -> tuple[dict[str, Any], list[Fault]]:
    """What rows of one delivery note say of it together, and what they contradict one another in or cannot be read."""
    header: dict[str, Any] = {}
    broken = []
    for name in HEADER:
        said = {row.number: _json(row.values.get(name)) for row in rows if row.values.get(name) is not None}
        if name == "delivery_note":
            header[name] = next(iter(said.values()), "")
            continue
        if len(set(said.values())) > 1:
            column = next(change.column for row in rows for change in row.changes if change.column.name == name)
            message = _("The rows %(rows)s are about one delivery note, but differ in “%(title)s”.")
            facts = {"rows": ", ".join(map(str, said)), "title": column.title}
            broken.append(Fault("rows_differ", message % facts, f"/{name}"))
        elif said:
            header[name] = next(iter(said.values()))
        letters = {row.letters.get(name) for row in rows}
        unread = (one for row in rows for one in row.faults if one.letter and one.letter in letters)
        broken += [Fault(one.code, one.message, f"/{name}") for one in unread]
    return header, broken


def body_of(header: dict[str, Any], rows: Sequence[Row]) -> Body:
    """The body of a notice: a line for each row with a quantity, a handling unit for each package that is named.

    What others stand in, and no row is about, is a pallet.
    """
    body = Body({**header, "units": [], "lines": []})
    units: dict[str, dict[str, Any]] = {}
    for row in rows:
        ref, outer = (_json(row.values.get(name)) for name in ("package", "package_in"))
        for name in (outer, ref):
            if name:
                units.setdefault(name, {"ref": name})
                body.packages.setdefault(name, [])
        if ref:
            body.packages[ref].append(row)
        if row.values.get("quantity") is not None and row.key:
            line = {name: _json(value) for name in OF_LINE if (value := row.values.get(name)) is not None}
            body.content["lines"].append({"line": row.key.id, **line, **({"within": ref} if ref else {})})
            body.lines.append(row)
    for name, unit in units.items():
        about = body.packages[name]
        for column, what in OF_PACKAGE.items():
            _say(body, unit, what, column, about)
        if not about:
            unit["kind"] = str(UnitKind.PALLET)
    body.content["units"] = list(units.values())
    return body


def _say(body: Body, unit: dict[str, Any], name: str, column: str, rows: Sequence[Row]) -> None:
    """What rows about one package say of it together, or that they differ."""
    said = {row.number: _json(row.values[column]) for row in rows if row.values.get(column) is not None}
    if said:
        unit[name] = next(iter(said.values()))
    if len(set(said.values())) > 1:
        title = next(change.column.title for row in rows for change in row.changes if change.column.name == column)
        message = _("The rows %(rows)s are about one package, but differ in “%(title)s”.")
        message %= {"rows": ", ".join(map(str, said)), "title": title}
        for row in rows:
            body.differing.setdefault(row.number, []).append(("rows_differ", message, column))


def _json(value: Value) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, dt.date) else value or ""
