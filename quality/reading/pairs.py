"""Results that stand alone on a line: ``C32 Mean value    80.3 J    min 78.5 J    max 90.6 J``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quality.reading.claims import Claim, Row
from quality.reading.folding import code_of
from quality.reading.lines import Cell, Line
from quality.reading.rows import Found, claim, is_value, put
from quality.reading.vocabulary import Column, column_of, field_of

TESTED = re.compile(r"^[CD]\d{2}")
"""Fields of EN 10168 that hold results: C inspection, D other tests."""
FIRST_WORD = re.compile(r"^(\w+)[.:]?\s+(?=[<>=≤≥]*\s*[-+]?\d)")


def pairs_of(lines: Sequence[Line], taken: Sequence[range]) -> list[Found]:
    """Lines that say a result by themselves, outside of tables."""
    inside = {at for table in taken for at in table}
    found = []
    for at, line in enumerate(lines):
        if at in inside or len(line.cells) < 2 or not TESTED.match(code_of(line.cells[0].text)):
            continue
        if field_of(line.cells[0].text) is None and is_value(line.cells[1].text):
            found.append(Found([_row(line)], range(at, at + 1)))
    return found


def _row(line: Line) -> Row:
    label, value, *others = line.cells
    row = Row(claim(line.page, label.words), values=[claim(line.page, value.words)])
    for cell in others:
        column, said = _limit(line, cell)
        put(row, column, said)
    return row


def _limit(line: Line, cell: Cell) -> tuple[Column, Claim]:
    """``min 78.5 J`` is a lower limit of 78.5 J; what says nothing of the kind is the method."""
    found = FIRST_WORD.match(cell.text)
    column = column_of(found[1]) if found else None
    if column in (Column.LEAST, Column.MOST, Column.TARGET):
        return column, claim(line.page, cell.words[1:])
    return Column.METHOD, claim(line.page, cell.words)
