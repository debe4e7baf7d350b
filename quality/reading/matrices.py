"""Tables with a line for each lot or heat, and a column for each thing measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quality.reading.claims import Claim, Row
from quality.reading.columns import TIGHT, Heading, Under, spread
from quality.reading.lines import Line
from quality.reading.rows import FAR, SAID, VALUES, Found, claim, is_value, put
from quality.reading.vocabulary import Column, Field, column_of, field_of

LOTS = frozenset({Field.LOT, Field.HEAT})
LIMITS = (SAID | {Column.UNIT, Column.METHOD}) - VALUES


def matrix_at(lines: Sequence[Line], at: int) -> Found | None:
    """The table whose heading begins with the lot, beside the names of what was measured.

    What stands in the lines of limits and units counts for every lot.
    """
    head = lines[at]
    what = field_of(head.cells[0].text)
    if len(head.cells) < 3 or what not in LOTS or any(column_of(cell.text) in SAID for cell in head.cells[1:]):
        return None
    headings = [Heading(cell) for cell in head.cells]
    shared = [Row(Claim("", ())) for _cell in headings]
    lots: list[tuple[Claim, dict[int, Under], Line]] = []
    here = at + 1
    while here < len(lines) and lines[here].below(lines[here - 1]) <= FAR:
        line = lines[here]
        said = spread(line, headings)
        first = said.pop(0, Under())
        text = " ".join(word.text for word in first)
        role = column_of(text) if first else Column.UNIT
        if not first and line.below(lines[here - 1]) <= TIGHT and not lots:
            for place, words in said.items():  # the names go on
                for cell in line.cells:
                    if cell.words[0] in words:
                        headings[place].add(cell)
        elif role in LIMITS:
            for place, words in said.items():
                put(shared[place], role, claim(line.page, words))
        elif said and any(letter.isdigit() for letter in text) and _are_values(said):
            lots.append((claim(line.page, first), said, line))
        else:
            break
        here += 1
    rows = [
        replace(
            shared[place],
            label=_label(head, headings[place]),
            values=[claim(line.page, words)],
            conditions=list(shared[place].conditions),
            lot=lot,
            lot_is=what,
        )
        for lot, said, line in lots
        for place, words in said.items()
    ]
    return Found(rows, range(at, here)) if rows else None


def _are_values(said: dict[int, Under]) -> bool:
    return all(is_value(" ".join(word.text for word in words)) for words in said.values())


def _label(head: Line, heading: Heading) -> Claim:
    return claim(head.page, [word for cell in heading.cells for word in cell.words])
