"""What a line under headings comes to: print with its place, put where its column says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from documents.paper import Page, Word
from quality.reading.claims import Claim, Doubt, Place, Row
from quality.reading.columns import Under
from quality.reading.lines import around
from quality.reading.vocabulary import Column

FAR = 2.6
"""A gap of so many heights ends a table."""
SURE = 85
"""Recognition less sure than this is a doubt."""
VALUES = frozenset({Column.VALUE, Column.MEAN})
SAID = VALUES | {Column.LEAST, Column.MOST, Column.LIMITS, Column.TARGET}


@dataclass
class Found:
    """Rows, and the places of the lines that they were read from."""

    rows: list[Row]
    lines: range


def put(row: Row, column: Column, said: Claim) -> None:
    """Where a column says it belongs; a second text of a column goes on with the first."""
    if column is Column.VALUE:
        row.values.append(said)
    elif column in SINGLE:
        name = SINGLE[column]
        before = getattr(row, name)
        setattr(row, name, said if before is None else joined(before, said))
    else:
        row.conditions.append(said)


SINGLE = {
    Column.SYMBOL: "symbol",
    Column.UNIT: "unit",
    Column.METHOD: "method",
    Column.MEAN: "mean",
    Column.LEAST: "least",
    Column.MOST: "most",
    Column.TARGET: "target",
    Column.LIMITS: "limits",
    Column.VERDICT: "verdict",
}


def is_value(text: str) -> bool:
    """Whether print may be a result or a limit: a number with what belongs to it, or a word or three."""
    count = len(text.split())
    return 0 < count <= MOST_WORDS or (count <= 2 * MOST_WORDS and NUMBER.match(text) is not None)


MOST_WORDS = 4
NUMBER = re.compile(r"[<>=≤≥~±+\-–−]*\s*\d")


def claim(page: Page, words: Iterable[Word]) -> Claim:
    """What words say together, with their place on the page as it is shown."""
    told = list(words)
    if not told:
        return Claim("", (), Doubt.BLANK)
    doubt = Doubt.NONE
    if page.cut:
        doubt = Doubt.CUT
    elif not all(word.seen for word in told):
        doubt = Doubt.UNSEEN
    elif isinstance(words, Under) and words.torn:
        doubt = Doubt.COLUMN
    elif min(word.sure for word in told) < SURE:
        doubt = Doubt.SIGHT
    return Claim(" ".join(word.text for word in told), (Place(page.number, page.shown(around(told))),), doubt)


def joined(one: Claim, other: Claim) -> Claim:
    """A text and what it goes on with."""
    return Claim(f"{one.text} {other.text}".strip(), one.places + other.places, one.doubt or other.doubt)
