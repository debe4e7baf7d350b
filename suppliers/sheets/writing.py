"""A sheet as a workbook: keys in a hidden column, names of the columns in a hidden row, lists to choose from."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from suppliers.sheets.columns import KEY, Column, Head, Holds, Plan, Value, Written
from suppliers.sheets.keys import seal, seal_head

HEAD_ROWS = 2
"""The hidden row of names, and the headings."""
SPARE_ROWS = 1_000
"""Empty rows below, into which rows can be copied."""
MOST_COLUMNS = 16_384
"""Of any sheet."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORM_FILL, _LOCKED_FILL = "FFFBF3DF", "FFF1EFEB"


def workbook(plan: Plan, head: Head, rows: Sequence[Written]) -> bytes:
    """The workbook, with headings and words in the active language."""
    from openpyxl import Workbook  # 15 MB that a web process needs only here
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_title(plan))
    letters = {one.name: get_column_letter(index) for index, one in enumerate(plan.columns, start=2)}
    _look(sheet, plan, letters)
    last = get_column_letter(len(plan.columns) + 1)
    sheet.auto_filter.ref = f"B{HEAD_ROWS}:{last}{HEAD_ROWS + max(len(rows), 1)}"
    places = _explain(book, plan)
    _offer(sheet, plan, letters, places, len(rows))
    sheet.append([_text(sheet, seal_head(plan, head)), *(_text(sheet, one.name) for one in plan.columns)])
    sheet.append([_text(sheet, ""), *(_heading(sheet, one) for one in plan.columns)])
    looks = _Looks(sheet, plan)
    for row in rows:
        sheet.append(looks.row(seal(plan, head, row), row.values))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def words_of(column: Column, code: str) -> str:
    """What people read for a code."""
    return str(dict(column.choices).get(code, code))


def _title(plan: Plan) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", str(plan.title))[:31]


def _look(sheet: Any, plan: Plan, letters: dict[str, str]) -> None:
    """Names and keys hidden, headings that stay, everything locked that is not to be filled in. There is no password:
    it is no secret, it keeps from slips.
    """
    from openpyxl.styles import Protection
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = f"B{HEAD_ROWS + 1}"
    sheet.row_dimensions[1].hidden = True
    for name, letter in (*letters.items(), (KEY, "A")):
        width = 14 if name == KEY else next(one.width for one in plan.columns if one.name == name)
        dimension = sheet.column_dimensions[letter]
        dimension.width = width
        dimension.protection = Protection(locked=False)  # of the empty cells below, so that rows can be copied there
    sheet.column_dimensions["A"].hidden = True
    rest = sheet.column_dimensions[get_column_letter(len(letters) + 2)]
    rest.min, rest.max = len(letters) + 2, MOST_COLUMNS  # a whole row is pasted over all of them
    rest.protection = Protection(locked=False)
    protection = sheet.protection
    protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "deleteRows", "sort", "autoFilter"):
        setattr(protection, allowed, False)  # the attribute says what is forbidden


def _explain(book: Any, plan: Plan) -> dict[str, str]:
    """The second sheet: what to do, and the words to choose from. Where those stand, by the name of the column."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(_("How to fill it in")[:31])
    sheet.column_dimensions["A"].width = 100
    number = 0

    def line(text: str, *, bold: bool = False) -> None:
        nonlocal number
        number += 1
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([cell])

    line(str(plan.title), bold=True)
    for one in plan.instructions:
        line(str(one))
    places = {}
    quoted = sheet.title.replace("'", "''")
    for column in plan.columns:
        if column.choices and column.fill:
            line("")
            line(str(column.title), bold=True)
            first = number + 1
            for _code, words in column.choices:
                line(str(words))
            places[column.name] = f"'{quoted}'!$A${first}:$A${number}"
    return places


def _offer(sheet: Any, plan: Plan, letters: dict[str, str], places: dict[str, str], count: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    for column in plan.columns:
        if column.name in places:
            rule = DataValidation(type="list", formula1=f"={places[column.name]}", allow_blank=True)
            rule.error = _("Choose one of the list.")
            letter = letters[column.name]
            rule.add(f"{letter}{HEAD_ROWS + 1}:{letter}{HEAD_ROWS + count + SPARE_ROWS}")
            sheet.data_validations.append(rule)


class _Looks:
    """One cell for each column, filled again for every row: a row is written when it is appended, and styling each cell
    anew takes most of the time.
    """

    def __init__(self, sheet: Any, plan: Plan) -> None:
        from openpyxl.styles import PatternFill, Protection

        fills = {True: PatternFill("solid", fgColor=_FORM_FILL), False: PatternFill("solid", fgColor=_LOCKED_FILL)}
        formats = {Holds.DATE: date_format(), Holds.TEXT: "@"}  # 00123 typed as text stays what it is
        self.key = _text(sheet, "")
        self.cells = []
        for column in plan.columns:
            cell = _text(sheet, "")
            cell.number_format = formats.get(column.holds, "General")
            cell.fill = fills[column.fill]
            if column.fill:
                cell.protection = Protection(locked=False)
            self.cells.append((column, cell))

    def row(self, key: str, values: Mapping[str, Value]) -> list[Any]:
        """The cells of a row."""
        _say(self.key, key)
        for column, cell in self.cells:
            value = values.get(column.name)
            if isinstance(value, str):
                _say(cell, words_of(column, value) if column.choices else value)
            else:
                cell.value = value
        return [self.key, *(cell for _column, cell in self.cells)]


def date_format() -> str:
    """How dates look, in the active language: with the month as a word unless the language writes it between dots."""
    usual = str(get_format("SHORT_DATE_FORMAT"))
    return "dd\\.mm\\.yyyy" if usual.lower() == "d.m.y" else "d\\ mmm\\ yyyy"


def _heading(sheet: Any, column: Column) -> Any:
    from openpyxl.styles import Alignment, Font

    cell = _text(sheet, str(column.title))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _text(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    _say(cell, text)
    return cell


def _say(cell: Any, text: str) -> None:
    cell.value = _CONTROL.sub(" ", text) or None
    if text:
        cell.data_type = "s"  # a text that begins with "=" stays one
