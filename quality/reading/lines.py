"""Words > lines > cells: what stands beside one another, and what a gap parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from documents.paper import Box, Page, Word

SAME_LINE = 0.45
"""Middles that differ by less than this share of a word's height are on one line."""
GAP = 0.42
"""A gap of more than this share of the letters' height parts two cells. A space is a fifth to a third of it."""


@dataclass(frozen=True)
class Cell:
    """Words of one line that no gap parts."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        box = self.words[0].box
        for word in self.words[1:]:
            box = box.joined(word.box)
        return box

    @property
    def left(self) -> int:
        return self.words[0].box.left

    @property
    def right(self) -> int:
        return max(word.box.right for word in self.words)

    @property
    def sure(self) -> int:
        return min(word.sure for word in self.words)

    @property
    def seen(self) -> bool:
        return all(word.seen for word in self.words)


@dataclass
class Line:
    """Cells beside one another, from the left."""

    cells: list[Cell]
    page: int

    @property
    def words(self) -> Iterator[Word]:
        return (word for cell in self.cells for word in cell.words)

    @cached_property
    def top(self) -> int:
        return min(word.box.top for word in self.words)

    @cached_property
    def bottom(self) -> int:
        return max(word.box.bottom for word in self.words)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def text(self) -> str:
        return "  ".join(cell.text for cell in self.cells)


def lines_of(page: Page) -> list[Line]:
    """The lines of a page, from the top. Linear but for sorting."""
    return [Line(list(cells_of(row)), page.number) for row in rows_of(page.words)]


def rows_of(words: Iterable[Word]) -> list[list[Word]]:
    """Words by line, each from the left."""
    rows: list[list[Word]] = []
    middle = height = 0.0
    for word in sorted(words, key=_middle):
        here = word.box.middle
        if rows and here - middle <= SAME_LINE * min(height, word.box.height):
            rows[-1].append(word)
            if word.box.height > height:  # small letters hang on large ones, not the other way about
                middle, height = here, word.box.height
        else:
            rows.append([word])
            middle, height = here, word.box.height
    for row in rows:
        row.sort(key=_left)
    return rows


def cells_of(row: Sequence[Word]) -> Iterator[Cell]:
    """The cells of a line."""
    begin = 0
    for place in range(1, len(row) + 1):
        if place == len(row) or _gap(row[place - 1], row[place]) > GAP:
            yield Cell(tuple(row[begin:place]))
            begin = place


def _gap(one: Word, other: Word) -> float:
    return (other.box.left - one.box.right) / (min(one.box.height, other.box.height) or 1)


def _middle(word: Word) -> float:
    return word.box.middle


def _left(word: Word) -> int:
    return word.box.left
