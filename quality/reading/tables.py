"""Tables of results, whichever way they lie: one line for each thing measured, or one column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from documents.paper import Page, Word
from quality.reading.claims import Claim, Doubt, Row
from quality.reading.columns import TIGHT, Header, Heading, Under, header_at, is_symbol, spread
from quality.reading.lines import Cell, Line
from quality.reading.matrices import matrix_at
from quality.reading.rows import FAR, NUMBER, SAID, VALUES, Found, claim, is_value, joined, put
from quality.reading.vocabulary import Column, column_of

UNIT_IN_LABEL = re.compile(r"[\[(]([^\])]+)[\])]\s*$")
ROLES = frozenset({Column.VALUE, Column.MEAN, Column.LEAST, Column.MOST, Column.TARGET, Column.UNIT, Column.LIMITS})


def tables_of(lines: Sequence[Line]) -> list[Found]:
    """Every table of results in the lines of a paper, from the top."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        table = matrix_at(lines, at) or _sideways(lines, at) or _upright(lines, at)
        if table is None:
            at += 1
        else:
            found.append(table)
            at = table.lines.stop
    return found


# --- One line for each thing measured ---------------------------------------------------------------------------------


def _upright(lines: Sequence[Line], at: int) -> Found | None:
    header = header_at(lines, at)
    if header is None or not any(one.column in SAID for one in header.headings):
        return None
    rows: list[Row] = []
    here = end = header.last + 1
    while here < len(lines):
        line, above = lines[here], lines[here - 1]
        if line.below(above) > FAR:
            break
        nested = _sideways(lines, here)
        if nested:  # the results of one row, one by one
            rows += nested.rows
            here = end = nested.lines.stop
            continue
        if header_at(lines, here):
            break
        if _is_prose(line, header):
            break
        said = spread(line, header.headings)
        columns = {header.headings[place].column for place in said}
        if _tells(header, said):
            rows += _rows(line.page, header, said)
        elif rows and line.below(above) <= TIGHT and not columns & SAID:
            _go_on(line.page, rows[-1], header, said)
        elif len(line.cells) > 1 and not columns & SAID:
            rows += _rows(line.page, header, said)  # a title of rows below, or a row whose value is blank
        else:
            break
        here = end = here + 1
    kept = [row for row in rows if row.values or row.mean or row.limits or row.least or row.most]
    return Found(kept, range(at, end)) if kept else None


def _tells(header: Header, said: dict[int, Under]) -> bool:
    """Whether a line says a result or a limit, and all that it says there looks like one."""
    told = [words for place, words in said.items() if header.headings[place].column in SAID]
    return bool(told) and all(is_value(" ".join(word.text for word in words)) for words in told)


def _is_prose(line: Line, header: Header) -> bool:
    """A sentence has no gap where the columns of the table have one."""
    for cell in line.cells:
        over = sum(cell.left < one.right and one.left < cell.right for one in header.headings)
        if over > 2 and len(cell.words) > PROSE:
            return True
    return False


PROSE = 5


def _rows(page: Page, header: Header, said: dict[int, Under]) -> list[Row]:
    """The row of each table that stands on the line."""
    parts = [(places, {place: said[place] for place in places if place in said}) for places in header.tables()]
    return [_row(page, header, places, here) for places, here in parts if here]


def _row(page: Page, header: Header, places: Sequence[int], said: dict[int, Under]) -> Row:
    label = next((place for place in places if header.headings[place].column is Column.LABEL), places[0])
    row = Row(claim(page, said.get(label, [])))
    for at, words in sorted(said.items()):
        if at != label:
            put(row, header.headings[at].column, claim(page, words))
    return row


def _go_on(page: Page, row: Row, header: Header, said: dict[int, Under]) -> None:
    for at, words in said.items():
        more, column = claim(page, words), header.headings[at].column
        small = words[0].box.height < NOTES * _height(row.label)
        if (at == 0 or column is Column.LABEL) and not small:
            row.label = joined(row.label, more)
        else:
            put(row, Column.CONDITIONS if at == 0 else column, more)


def _height(said: Claim) -> int:
    return min((place.box.height for place in said.places if place.box), default=0)


# --- One column for each thing measured -------------------------------------------------------------------------------


def _sideways(lines: Sequence[Line], at: int) -> Found | None:
    """A block whose first cells say what stands in each line: symbol, unit, limits, results."""
    head = lines[at]
    page = head.page
    if len(head.cells) < 2 or _role(head.cells[0]) in ROLES:
        return None
    body, last = _body(lines, at)
    if not any(role in VALUES for role, _line in body):
        return None
    first = head.cells[0]
    beside = all(line.cells[0].right <= first.left for _role, line in body)  # the names begin beside what stands below
    names = head.cells if beside else head.cells[1:]
    if not beside and _are_specimens(names):
        return Found([_specimens(lines, at, body)], range(at, last + 1))
    numbered = all(NUMBER.match(cell.text) for cell in names)
    if not ((not beside and _names_columns(first)) or _are_symbols(names) or (numbered and len(names) > 1)):
        return None
    headings = [Heading(body[0][1].cells[0]), *(Heading(cell) for cell in names)]
    title = _title(lines, at) if numbered else None
    rows = [Row(claim(page, title.words if title else cell.words)) for cell in names]
    for row, cell in zip(rows, names, strict=True):
        if title:
            row.conditions.append(claim(page, [*first.words, *cell.words]))
    for role, line in body:
        for place, words in spread(line, headings).items():
            if place:
                put(rows[place - 1], role, claim(page, words))
            else:
                _unit_beside(page, words, rows)
    if last + 1 < len(lines) and lines[last + 1].below(lines[last]) <= TIGHT:
        for place in spread(lines[last + 1], headings):  # a value may go on there: none of its column is certain
            if place:
                rows[place - 1].values = [_doubted(said) for said in rows[place - 1].values]
    return Found([row for row in rows if row.values or row.mean], range(at, last + 1))


def _doubted(said: Claim) -> Claim:
    return replace(said, doubt=said.doubt or Doubt.VALUE)


def _names_columns(first: Cell) -> bool:
    return column_of(first.text) in (Column.SYMBOL, Column.LABEL)


def _are_symbols(names: Sequence[Cell]) -> bool:
    return len(names) > 1 and 2 * sum(is_symbol(one.text) for one in names) >= len(names)


def _body(lines: Sequence[Line], at: int) -> tuple[list[tuple[Column, Line]], int]:
    """The lines below that say their role in their first cell, and the last of them."""
    body: list[tuple[Column, Line]] = []
    head, last = lines[at], at
    for here in range(at + 1, len(lines)):
        line, far = lines[here], lines[here].below(lines[here - 1])
        first = line.cells[0]
        role = _role(first)
        if role is None and not body and far <= TIGHT and not _names_columns(first):
            continue  # the heading goes on
        if role is None or far > FAR or line.page is not head.page or (role is not Column.VALUE and role in dict(body)):
            break
        body.append((role, line))
        last = here
    return body, last


def _role(cell: Cell) -> Column | None:
    found = column_of(cell.text)
    return found if found in ROLES or found in (Column.METHOD, Column.VERDICT) else None


def _are_specimens(names: Sequence[Cell]) -> bool:
    """``1  2  3  Average  Min  Spec Min``: single results of one thing, and what was made of them."""
    counted = [cell.text for cell in names if cell.text.isdigit()]
    return counted == [str(number) for number in range(1, len(counted) + 1)] and any(
        column_of(cell.text) is Column.MEAN for cell in names
    )


def _specimens(lines: Sequence[Line], at: int, body: Sequence[tuple[Column, Line]]) -> Row:
    head = lines[at]
    page = head.page
    first = head.cells[0]
    if column_of(first.text) is Column.NUMBER:
        row = Row(claim(page, (_title(lines, at) or first).words))
    else:
        row = Row(claim(page, _own_words(lines, at)))
    headings = [Heading(cell) for cell in head.cells]
    for _said, line in body:
        for place, words in spread(line, headings).items():
            text, said = headings[place].text, claim(page, words)
            column = column_of(text)
            if place == 0:
                _unit_beside(page, words, [row])
            elif text.isdigit():
                row.values.append(said)
            elif column in (Column.LEAST, Column.MOST) and "spec" not in text.casefold():
                row.conditions.append(joined(claim(page, head.cells[place].words), said))  # of the results, no limit
            else:
                put(row, column or Column.OTHER, said)
    return row


def _own_words(lines: Sequence[Line], at: int) -> list[Word]:
    """The title that a heading begins with, over as many cells and lines as it takes."""
    head = lines[at]
    own = [head.cells[0]]
    for cell in head.cells[1:]:
        if column_of(cell.text) is not None or cell.text.isdigit():
            break
        own.append(cell)
    right = max(cell.right for cell in own)
    for line in lines[at + 1 :]:
        if line.below(head) > TIGHT or _role(line.cells[0]) is not None:
            break
        own += [cell for cell in line.cells if cell.left < right]
        head = line
    return [word for cell in own for word in cell.words]


def _title(lines: Sequence[Line], at: int) -> Cell | None:
    """What a block is about: the largest print at the left of the lines right above it, the nearest of those alike."""
    above = [lines[here].cells[0] for here in range(at - 1, max(-1, at - 1 - TITLE_WITHIN), -1)]
    titles = [cell for cell in above if not NUMBER.match(cell.text) and _role(cell) is None]
    return max(titles, key=lambda cell: cell.words[0].box.height, default=None)


TITLE_WITHIN = 4
NOTES = 0.9
"""Letters lower than this share of those they stand below are a note."""


def _unit_beside(page: Page, words: Sequence[Word], rows: Sequence[Row]) -> None:
    """``Value [MPa]`` says the unit of the whole line."""
    found = UNIT_IN_LABEL.search(" ".join(word.text for word in words))
    if found:
        for row in rows:
            row.unit = row.unit or Claim(found[1], claim(page, words).places)
