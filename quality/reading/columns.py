"""Headings, and which words of a line stand under which of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents.paper import Box, Word
from quality.reading.lines import Cell, Line
from quality.reading.vocabulary import ELEMENTS, Column, column_of

TIGHT = 0.15
"""Lines less than this share of their height apart are one text that goes on."""
SAYS_RESULTS = frozenset({Column.VALUE, Column.MEAN, Column.LEAST, Column.MOST, Column.LIMITS, Column.TARGET})


@dataclass
class Heading:
    """What stands above one column."""

    cells: list[Cell]
    column: Column = Column.OTHER

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)

    @property
    def left(self) -> int:
        return min(cell.left for cell in self.cells)

    @property
    def right(self) -> int:
        return max(cell.right for cell in self.cells)


@dataclass
class Header:
    """The headings of one table, from the left; ``last`` is the line that the last of them ends on."""

    headings: list[Heading]
    last: int

    def of(self, column: Column) -> Heading | None:
        return next((one for one in self.headings if one.column is column), None)


def header_at(lines: Sequence[Line], at: int) -> Header | None:
    """The headings that begin on a line, with those of their texts that go on below; None where none do.

    At least two of them say results or limits, or one does beside a label, a unit or a symbol.
    """
    line = lines[at]
    headings = [Heading([cell]) for cell in line.cells]
    last = at
    while last + 1 < len(lines) and _goes_on(lines[last + 1], headings, lines[last]):
        last += 1
        for cell in lines[last].cells:
            _above(cell, headings).cells.append(cell)
    for one in headings:
        one.column = column_of(one.text) or _first_word(one) or Column.OTHER
    said = [one.column for one in headings if one.column is not Column.OTHER]
    results = sum(column in SAYS_RESULTS for column in said)
    if len(headings) > 1 and (results > 1 or (results and len(said) > 1)) and _are_words(headings):
        return Header(headings, last)
    return None


def _first_word(one: Heading) -> Column | None:
    """``Result (mg/kg)``, ``Value [J]``, ``Min. value N/mm²``: the heading's own words, whatever follows."""
    words = [word.text for cell in one.cells for word in cell.words]
    for count in (2, 1):
        found = column_of(" ".join(words[:count])) if len(words) > count else None
        if found in SAYS_RESULTS:
            return found
    return None


def _are_words(headings: Iterable[Heading]) -> bool:
    """A line of numbers under "Min" and "Max" of a table above is none of headings."""
    return not any(one.column is Column.OTHER and one.text[:1].isdigit() and "." in one.text for one in headings)


def _goes_on(line: Line, headings: Sequence[Heading], above: Line) -> bool:
    if line.below(above) > TIGHT:
        return False
    return all(_above(cell, headings) is not NOWHERE and not cell.text[:1].isdigit() for cell in line.cells)


NOWHERE = Heading([])


def _above(cell: Cell, headings: Sequence[Heading]) -> Heading:
    for one in headings:
        if cell.left < one.right and one.left < cell.right:
            return one
    return NOWHERE


def spread(line: Line, headings: Sequence[Heading]) -> dict[int, list[Word]]:
    """The words of a line by the place of the heading they stand under."""
    found: dict[int, list[Word]] = {}
    for cell in line.cells:
        under = [place for place, one in enumerate(headings) if cell.left < one.right and one.left < cell.right]
        if len(under) == 1:
            found.setdefault(under[0], []).extend(cell.words)
        elif not under:
            found.setdefault(_nearest(cell.box, headings), []).extend(cell.words)
        else:
            for word in cell.words:
                found.setdefault(_nearest(word.box, headings), []).append(word)
    return found


def _nearest(box: Box, headings: Sequence[Heading]) -> int:
    """The heading whose left, right or middle is the nearest to that of the box; one it stands under comes first."""
    best, least = 0, float("inf")
    for place, one in enumerate(headings):
        apart = max(one.left - box.right, box.left - one.right, 0)
        aligned = min(
            abs(one.left - box.left), abs(one.right - box.right), abs(one.left + one.right - box.left - box.right) // 2
        )
        far = apart + aligned
        if far < least:
            best, least = place, far
    return best


def is_symbol(text: str) -> bool:
    """A chemical element, or what stands for a sum of them."""
    return text.rstrip("%").strip() in ELEMENTS
