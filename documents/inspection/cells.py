"""What stands in a sheet of a workbook, cell by cell, for whoever takes values from it. Runs in the cell; no Django.

A sheet is found by a mark in its first row, whatever it is called and wherever it stands by now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import iterparse

from documents.inspection.subject import Unfit

LONGEST = 4_000
"""Characters of a cell; what is longer is cut, and is too long for whatever it is meant for."""
MOST_SHEETS = 50
TEXT, NUMBER, DATE, BOOLEAN, ERROR, OTHER = "t", "n", "d", "b", "e", "x"
FORMULA, PERCENT = "f", "%"


@dataclass
class Layout:
    """What a sheet says beside its values."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    formulas: set[str] = field(default_factory=set)


def entries(path: Path, *, mark: str, most_rows: int, most_columns: int) -> Iterator[Mapping[str, Any]]:
    """One entry about the sheet, then one for each row that holds anything. Raises ``Unfit``."""
    with path.open("rb") as content:  # the library judges a path by its ending
        yield from _entries(content, mark, most_rows, most_columns)


def _entries(content: IO[bytes], mark: str, most_rows: int, most_columns: int) -> Iterator[Mapping[str, Any]]:
    book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
    sheet = _marked(book, mark, most_columns)
    layout = _layout(sheet)
    yield {
        "sheet": sheet.title,
        "hidden": sheet.sheet_state != "visible",
        "from_1904": book.epoch.year == 1904,
        "hidden_columns": layout.hidden_columns,
        "merged": layout.merged,
    }
    found = 0
    # Without a last column, rows that are not there cost nothing: a format in the last row of all is common.
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = {}
        for index, cell in enumerate(row[:most_columns], start=1):
            letter = get_column_letter(index)
            formula = f"{letter}{number}" in layout.formulas
            if cell.value is not None or formula:
                cells[letter] = _told(cell, formula)
        if not cells:
            continue
        found += 1
        if found > most_rows:
            raise Unfit("too_many_rows", most=most_rows)
        yield {"row": number, "hidden": number in layout.hidden_rows, "cells": cells}


def _marked(book: Any, mark: str, most_columns: int) -> Any:
    for sheet in islice(book.worksheets, MOST_SHEETS):
        sheet.reset_dimensions()  # what it says of its size is not believed
        first = next(iter(sheet.iter_rows(max_row=1, max_col=most_columns)), ())
        if any(isinstance(cell.value, str) and cell.value.startswith(mark) for cell in first):
            sheet.reset_dimensions()
            return sheet
    raise Unfit("not_ours")


def _layout(sheet: Any) -> Layout:
    """Read past the library, which keeps none of it for sheets that are read as a stream."""
    found = Layout()
    with sheet._get_source() as source:  # noqa: SLF001 (the entry of the archive that the library found)
        for _event, element in iterparse(source):
            tag = element.tag.rpartition("}")[2]
            if tag == "row":
                if _true(element.get("hidden")) or element.get("ht") == "0":
                    found.hidden_rows.add(int(element.get("r") or 0))
                element.clear()
            elif tag == "c" and any(child.tag.rpartition("}")[2] == "f" for child in element):
                found.formulas.add(element.get("r") or "")
            elif tag == "col" and (_true(element.get("hidden")) or element.get("width") == "0"):
                last = min(int(element.get("max") or 0), 200)
                found.hidden_columns += [
                    get_column_letter(one) for one in range(int(element.get("min") or 1), last + 1)
                ]
            elif tag == "mergeCell" and len(found.merged) < 1_000:
                found.merged.append((element.get("ref") or "")[:40])
    return found


def _true(text: str | None) -> bool:
    return text in ("1", "true")


def _told(cell: Any, formula: bool) -> list[str]:
    """Kind, value and what else is to be known of it."""
    kind, text = _value(cell)
    marks = (FORMULA if formula else "") + (PERCENT if kind == NUMBER and "%" in str(cell.number_format) else "")
    return [kind, text, marks] if marks else [kind, text]


def _value(cell: Any) -> tuple[str, str]:
    value = cell.value
    if value is None:
        return TEXT, ""
    if cell.data_type == "e":
        return ERROR, str(value)[:20]
    if isinstance(value, bool):
        return BOOLEAN, str(value).lower()
    if isinstance(value, int | float):
        return NUMBER, repr(value)
    if isinstance(value, dt.datetime):
        return DATE, value.date().isoformat() if value.time() == dt.time() else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return DATE, value.isoformat()
    if isinstance(value, str):
        return TEXT, value[:LONGEST].replace("\0", " ")
    return OTHER, str(value)[:40]
