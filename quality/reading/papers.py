"""A paper read from top to bottom: what it names, what it measured, and what is left over."""

from __future__ import annotations

from dataclasses import replace

from documents.paper import Paper
from quality.reading.claims import Claim, Named, Reading
from quality.reading.heads import kind_of, named_of
from quality.reading.lines import lines_of
from quality.reading.pairs import pairs_of
from quality.reading.rows import claim
from quality.reading.tables import tables_of
from quality.reading.vocabulary import Field

PARTS = frozenset({Field.LOT, Field.HEAT})
"""Where one of these comes after results, the results below belong to another lot."""


def read(paper: Paper) -> Reading:
    """All that the paper says. Linear in its words but for sorting."""
    lines, repeated = lines_of(paper.pages)
    tables = tables_of(lines)
    found = sorted(tables + pairs_of(lines, [table.lines for table in tables]), key=lambda one: one.lines.start)
    reading = Reading()
    section, measured, at = 0, False, 0
    lot: Claim | None = None
    for table in [*found, None]:
        until = table.lines.start if table else len(lines)
        for here in range(at, until):
            named = list(named_of(lines, here))
            if measured and any(one.what in PARTS for one in named):
                section, measured = section + 1, False
            reading.named += [replace(one, section=section) for one in named]
            if not named:
                reading.leftovers.append(claim(lines[here].page, lines[here].words))
        if table:
            measured = True
            for row in table.rows:
                if row.lot is not None and row.lot_is is not None and row.lot != lot:
                    section, lot = section + 1, row.lot
                    reading.named.append(Named(row.lot_is, row.lot, row.lot, section))
                row.section = section
            reading.rows += table.rows
            at = table.lines.stop
    reading.named += kind_of(lines)
    reading.leftovers += [claim(line.page, line.words) for line in repeated]
    return reading
