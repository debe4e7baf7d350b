"""Words > lines > cells: what stands beside one another, and what a gap parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from documents.paper import Box, Page, Word
from quality.reading.vocabulary import column_of

SAME_LINE = 0.45
"""Middles that differ by less than this share of a word's height are on one line."""
GAP = 0.42
"""A gap of more than this share of the letters' height parts two cells. A space is a fifth to a third of it."""
NEXT_PAGE = 0.5
OUTER = 8
"""So many lines at the top and at the bottom of a page may be those of every page."""
PAGE_NUMBER = re.compile(
    r"\b(?:page|seite|p\.|pagina|pag\.|blatt|sheet)?\s*-?\s*\b\d{1,3}\s*(?:/|of|von|de|sur|di)\s*\d{1,3}\b\s*-?",
    re.IGNORECASE,
)


class Cell:
    """Words of one line that no gap parts. Its edges are asked often, so they are kept."""

    __slots__ = ("left", "right", "text", "words")

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.text = " ".join([word.text for word in words])
        self.left = words[0].box.left
        self.right = max([word.box.right for word in words])

    @property
    def box(self) -> Box:
        return around(self.words)


def around(words: Sequence[Word]) -> Box:
    """The smallest box around all words."""
    boxes = [word.box for word in words]
    return Box(
        min([box.left for box in boxes]),
        min([box.top for box in boxes]),
        max([box.right for box in boxes]),
        max([box.bottom for box in boxes]),
    )


class Line:
    """Cells beside one another, from the left."""

    __slots__ = ("bottom", "cells", "page", "top")

    def __init__(self, cells: list[Cell], page: Page) -> None:
        self.cells = cells
        self.page = page
        boxes = [word.box for cell in cells for word in cell.words]
        self.top = min([box.top for box in boxes])
        self.bottom = max([box.bottom for box in boxes])

    @property
    def words(self) -> list[Word]:
        return [word for cell in self.cells for word in cell.words]

    @property
    def height(self) -> int:
        return max(1, self.bottom - self.top)

    @property
    def text(self) -> str:
        return "  ".join(cell.text for cell in self.cells)

    def below(self, other: Line) -> float:
        """How far below another line it begins, in its own heights; on the next page, as far as a row of a table."""
        if self.page is not other.page:
            return NEXT_PAGE
        return (self.top - other.bottom) / self.height


def lines_of(pages: Sequence[Page]) -> tuple[list[Line], list[Line]]:
    """The lines of all pages, from the top, but for the heads and feet that stand on every page; and those."""
    by_page = [[Line(list(cells_of(row)), page) for row in rows_of(page.words)] for page in pages]
    seen = Counter(mark for lines in by_page for mark in {_mark(line) for line in [*lines[:OUTER], *lines[-OUTER:]]})
    told: list[Line] = []
    repeated: list[Line] = []
    for lines in by_page:
        first, last = 0, len(lines)
        while first < min(OUTER, last) and _is_again(lines[first], seen):
            first += 1
        while last > max(first, len(lines) - OUTER) and _is_again(lines[last - 1], seen):
            last -= 1
        told += lines[first:last]
        repeated += lines[:first] + lines[last:]
    return told, repeated


def _is_again(line: Line, seen: Counter[str]) -> bool:
    """Whether it stands at the edge of other pages too, and heads no table there."""
    if PAGE_NUMBER.fullmatch(line.text):
        return True
    return seen[_mark(line)] > 1 and sum(column_of(cell.text) is not None for cell in line.cells) < 2


def _mark(line: Line) -> str:
    return PAGE_NUMBER.sub("", line.text).strip()


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
            yield Cell(row[begin:place])
            begin = place


def _gap(one: Word, other: Word) -> float:
    return (other.box.left - one.box.right) / (min(one.box.height, other.box.height) or 1)


def _middle(word: Word) -> float:
    return word.box.middle


def _left(word: Word) -> int:
    return word.box.left
