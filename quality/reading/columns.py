"""Headings, and which words of a line stand under which of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.paper import Word
from quality.reading.lines import Cell, Line
from quality.reading.vocabulary import ELEMENTS, Column, column_of

TIGHT = 0.15
"""Lines less than this share of their height apart are one text that goes on."""
SAYS_RESULTS = frozenset({Column.VALUE, Column.MEAN, Column.LEAST, Column.MOST, Column.LIMITS, Column.TARGET})


class Heading:
    """What stands above one column."""

    __slots__ = ("cells", "column", "left", "right")

    def __init__(self, cell: Cell) -> None:
        self.cells = [cell]
        self.left, self.right = cell.left, cell.right
        self.column = Column.OTHER

    def add(self, cell: Cell) -> None:
        """Take in a text that goes on below."""
        self.cells.append(cell)
        self.left, self.right = min(self.left, cell.left), max(self.right, cell.right)

    @property
    def text(self) -> str:
        return " ".join([cell.text for cell in self.cells])


@dataclass
class Header:
    """The headings of one table, from the left; ``last`` is the line that the last of them ends on."""

    headings: list[Heading]
    last: int

    def tables(self) -> list[list[int]]:
        """The places of the headings of each table that stands beside others: each begins with its label."""
        begins = [place for place, one in enumerate(self.headings) if one.column is Column.LABEL]
        if len(begins) < 2 or begins[0] != 0:
            return [list(range(len(self.headings)))]
        return [list(range(one, other)) for one, other in pairwise([*begins, len(self.headings)])]


def header_at(lines: Sequence[Line], at: int) -> Header | None:
    """The headings that begin on a line, with those of their texts that go on below; None where none do.

    At least two of them say results or limits, or one does beside a label, a unit or a symbol.
    """
    line = lines[at]
    if len(line.cells) < 2:
        return None
    headings = [Heading(cell) for cell in line.cells]
    last = at
    while last + 1 < len(lines) and _goes_on(lines[last + 1], headings, lines[last]):
        last += 1
        for cell in lines[last].cells:
            if (heading := _above(cell, headings)) is not None:
                heading.add(cell)
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
    return all(_above(cell, headings) is not None and not cell.text[:1].isdigit() for cell in line.cells)


def _above(cell: Cell, headings: Sequence[Heading]) -> Heading | None:
    return next((one for one in headings if cell.left < one.right and one.left < cell.right), None)


class Under(list[Word]):
    """Words under one heading; ``torn`` where they might as well stand under another."""

    torn = False


def spread(line: Line, headings: Sequence[Heading]) -> dict[int, Under]:
    """The words of a line by the place of the heading they stand under."""
    found: dict[int, Under] = {}
    for cell in line.cells:
        under = [place for place, one in enumerate(headings) if cell.left < one.right and one.left < cell.right]
        if len(under) == 1:
            found.setdefault(under[0], Under()).extend(cell.words)
        elif not under:
            place, torn = _nearest(cell.left, cell.right, headings)
            here = found.setdefault(place, Under())
            here.extend(cell.words)
            here.torn = here.torn or torn
        else:
            for word in cell.words:
                place, _torn = _nearest(word.box.left, word.box.right, headings)
                found.setdefault(place, Under()).append(word)
    return found


def _nearest(left: int, right: int, headings: Sequence[Heading]) -> tuple[int, bool]:
    """The heading whose left, right or middle is the nearest to that of a word, and whether another is nearly so near.

    One that it stands under comes first.
    """
    best, least, second = 0, FAR_AWAY, FAR_AWAY
    for place, one in enumerate(headings):
        beside, ahead = one.left - left, one.right - right
        aligned = min(abs(beside), abs(ahead), abs(beside + ahead) // 2)
        far = 2 * max(one.left - right, left - one.right, 0) + aligned
        if far < least:
            best, least, second = place, far, least
        elif far < second:
            second = far
    return best, least * TORN > second


FAR_AWAY = 10**9
TORN = 1.6
"""The nearest heading is no better than the second by this."""


def is_symbol(text: str) -> bool:
    """A chemical element, or what stands for a sum of them."""
    return text.rstrip("%").strip() in ELEMENTS
