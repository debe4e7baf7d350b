"""What was changed in a sheet that came back, row by row, and what is wrong with it. Says it in the active language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.shared.errors import Fault
from suppliers.sheets.columns import KEY, Column, Plan, Value
from suppliers.sheets.keys import Key, digest, unseal, unseal_head, written_value
from suppliers.sheets.values import EMPTY, Cell, Unreadable, same, shown, swapped, value_of

NAME_ROW = 1
FIRST_ROW = 3
MINGLED = 2
"""So many locked cells that differ are no slip: the row was put together from two."""
_SPAN = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Said:
    """A fault or a note, and the cell it is about."""

    code: str
    message: str
    at: str
    """As the spreadsheet calls it: ``C7``; a row alone is its number."""
    row: int
    letter: str = ""

    @property
    def pointer(self) -> str:
        return f"/rows/{self.row}" + (f"/{self.letter}" if self.letter else "")

    @property
    def fault(self) -> Fault:
        return Fault(self.code, self.message, self.pointer)


@dataclass(frozen=True)
class Change:
    """A cell that was filled in otherwise than it was given out."""

    column: Column
    before: Value
    after: Value
    at: str

    @property
    def before_shown(self) -> str:
        return self._shown(self.before)

    @property
    def after_shown(self) -> str:
        return self._shown(self.after)

    def _shown(self, value: Value) -> str:
        if self.column.choices and isinstance(value, str):
            return str(dict(self.column.choices).get(value, value))
        return shown(value)


@dataclass
class Row:
    """One row that came back."""

    number: int
    key: Key | None
    letters: Mapping[str, str]
    values: dict[str, Value] = field(default_factory=dict)
    """Of the columns to fill in, by their names."""
    changes: list[Change] = field(default_factory=list)
    faults: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        """Whether there is anything to say of it."""
        return bool(self.changes or self.faults)

    def say(self, where: list[Said], code: str, message: str, column: str = "") -> None:
        """Add a fault or a note about a column of this row, or about the row."""
        letter = self.letters.get(column, "")
        where.append(Said(code, message, f"{letter}{self.number}", self.number, letter))

    def refuse(self, code: str, message: str, column: str = "") -> None:
        self.say(self.faults, code, message, column)

    def note(self, code: str, message: str, column: str = "") -> None:
        self.say(self.notes, code, message, column)


@dataclass
class Contents:
    """A sheet that came back."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """About the sheet as a whole."""
    refusal: Fault | None = None
    """Why nothing of it can be taken."""


def read(
    plan: Plan,
    owner: str,
    sheet: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    about: tuple[str, Callable[[Cell], bool]] | None = None,
) -> Contents:
    """What a sheet says that was made for ``owner``, from its entries (``documents.inspection.cells``).

    ``about``: only the rows whose cell in the named column is so, cheaply where they are few out of many.
    """
    cells = {entry["row"]: entry["cells"] for entry in rows}
    names = {letter: cell[1].strip() for letter, cell in cells.get(NAME_ROW, {}).items() if cell[0] == "t"}
    marks = [letter for letter, text in names.items() if text.startswith(plan.mark)]
    head = unseal_head(plan, names[marks[0]]) if marks else None
    if head is None:
        return _refused("not_ours", _("The hidden first row of the sheet was changed. Download the sheet anew."))
    if head.owner != owner:
        return _refused("other_supplier", _("This sheet was made for another supplier."))
    known = {one.name: one for one in plan.columns}
    letters = {KEY: marks[0]}
    contents = Contents()
    for letter, name in names.items():
        if name in letters and letter not in marks:
            message = _("The column “%(title)s” is there twice: in %(first)s and %(second)s. Take one out.")
            facts = {"title": known[name].title, "first": letters[name], "second": letter}
            return _refused("column_twice", message % facts)
        if name in known:
            letters[name] = letter
    missing = [one for one in plan.columns if one.name not in letters]
    if gone := [one for one in missing if one.needed]:
        message = _("The column “%(title)s” is gone. Download the sheet anew.")
        return _refused("column_missing", message % {"title": gone[0].title})
    contents.notes += [
        _("The column “%(title)s” is gone: nothing was read from it.") % {"title": one.title} for one in missing
    ]
    contents.notes += _moved(plan, letters)
    if sheet.get("from_1904"):
        contents.notes.append(_("The file counts its days from 1904. The dates were taken as Excel shows them."))
    if sheet.get("hidden"):
        contents.notes.append(_("The sheet is hidden in the file; it was read all the same."))
    merged = _merged(sheet.get("merged", ()), set(letters.values()))
    hidden = {name for name, letter in letters.items() if name != KEY and letter in sheet.get("hidden_columns", ())}
    for entry in rows:
        if entry["row"] >= FIRST_ROW and (about is None or about[1](_cell(entry, letters.get(about[0], "")))):
            row = _row(plan, owner, head.language, entry, letters)
            if row is not None:
                _told_aside(row, entry, merged, hidden)
                contents.rows.append(row)
    return contents


def _cell(entry: Mapping[str, Any], letter: str) -> Cell:
    found = entry["cells"].get(letter)
    return Cell(*found) if found else EMPTY


def _refused(code: str, message: str) -> Contents:
    return Contents(refusal=Fault(code, message, "/file"))


def _moved(plan: Plan, letters: Mapping[str, str]) -> list[str]:
    """Said where the columns stand in another order than they were given out in."""
    there = [letters[one.name] for one in plan.columns if one.name in letters]
    places = [(len(letter), letter) for letter in there]
    return [] if places == sorted(places) else [_("Columns were moved; each was read where it stands now.")]


def _merged(spans: Sequence[str], letters: set[str]) -> list[tuple[int, int, str]]:
    """First row, last row and name of the spans of merged cells that touch the sheet's own columns."""
    found = []
    for span in spans:
        parts = _SPAN.fullmatch(span)
        if parts:
            low, high = (len(parts[1]), parts[1]), (len(parts[3]), parts[3])
            if any(low <= (len(letter), letter) <= high for letter in letters):
                found.append((int(parts[2]), int(parts[4]), span))
    return found


def _row(plan: Plan, owner: str, language: str, entry: Mapping[str, Any], letters: Mapping[str, str]) -> Row | None:
    cells = {name: Cell(*entry["cells"][letter]) for name, letter in letters.items() if letter in entry["cells"]}
    if all(cell.empty for cell in cells.values()):
        return None
    sealed = cells.get(KEY, EMPTY)
    key = unseal(plan, owner, sealed.text.strip()) if not sealed.empty else None
    row = Row(entry["row"], key, letters)
    if sealed.empty:
        message = _("This row was added by hand: it has no key. To add one, copy a whole row and paste it below.")
        row.refuse("no_key", message)
        return row
    if key is None:
        message = _("The hidden key of this row was changed. Copy the row from the sheet as it was downloaded.")
        row.refuse("key_changed", message, KEY)
        return row
    for column in plan.columns:
        if column.fill:
            _filled(row, column, cells.get(column.name, EMPTY), language)
    _locked(row, plan, cells, language)
    return row


def _filled(row: Row, column: Column, cell: Cell, language: str) -> None:
    assert row.key is not None
    before = written_value(column.holds, row.key.filled.get(column.name, ""))
    row.values[column.name] = before
    if column.name not in row.letters:
        return
    said: list[tuple[str, str]] = []
    try:
        after = value_of(column, cell, language, lambda code, message: said.append((code, message)))
    except Unreadable as fault:
        row.refuse(fault.code, fault.message, column.name)
        return
    if same(before, after):
        said = [one for one in said if one[0] == "formula"]
    else:
        row.values[column.name] = after
        row.changes.append(Change(column, before, after, f"{row.letters[column.name]}{row.number}"))
        if other := swapped(before, after):
            message = _("Day and month may be swapped: it says %(date)s. Was %(other)s meant?")
            row.note("swapped", message % {"date": shown(after), "other": shown(other)}, column.name)
    for code, message in said:
        row.note(code, message, column.name)


def _locked(row: Row, plan: Plan, cells: Mapping[str, Cell], language: str) -> None:
    """What was not to be filled in must be as it was given out."""
    assert row.key is not None
    wrong = []
    for column in plan.columns:
        if column.fill or column.name not in row.letters or column.name not in row.key.locked:
            continue
        try:
            value = value_of(column, cells.get(column.name, EMPTY), language, lambda code, message: None)
        except Unreadable:
            value = "?"
        if digest(value) != row.key.locked[column.name]:
            wrong.append(column)
    if len([one for one in wrong if one.needed]) >= MINGLED:
        message = _("The visible part and the hidden key of this row do not belong together: some columns were sorted.")
        row.refuse("mingled", message)
        return
    for column in wrong:
        message = _("“%(title)s” is not to be filled in. Put back what stood there.")
        row.refuse("locked", message % {"title": column.title}, column.name)


def _told_aside(row: Row, entry: Mapping[str, Any], merged: Sequence[tuple[int, int, str]], hidden: set[str]) -> None:
    for first, last, span in merged:
        if first <= row.number <= last:
            message = _("The cells %(span)s are merged, and only one of them has a value. Split them.")
            row.refuse("merged", message % {"span": span})
    if entry.get("hidden") and row.touched:
        row.note("hidden_row", _("The row is hidden in the sheet; it was taken all the same."))
    for change in row.changes:
        if change.column.name in hidden:
            row.note(
                "hidden_column", _("The column is hidden in the sheet; it was taken all the same."), change.column.name
            )
