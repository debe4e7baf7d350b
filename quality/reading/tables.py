"""Tables of results, whichever way they lie: one line for each thing measured, or one column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from documents.paper import Page, Word
from quality.reading.claims import Claim, Doubt, Place, Row
from quality.reading.columns import TIGHT, Header, Heading, header_at, is_symbol, spread
from quality.reading.lines import Cell, Line, around
from quality.reading.vocabulary import Column, column_of

FAR = 2.6
"""A gap of so many heights ends a table."""
UNIT_IN_LABEL = re.compile(r"[\[(]([^\])]+)[\])]\s*$")
SURE = 85
"""Recognition less sure than this is a doubt."""
VALUES = frozenset({Column.VALUE, Column.MEAN})
SAID = VALUES | {Column.LEAST, Column.MOST, Column.LIMITS, Column.TARGET}
ROLES = frozenset({Column.VALUE, Column.MEAN, Column.LEAST, Column.MOST, Column.TARGET, Column.UNIT, Column.LIMITS})


@dataclass
class Found:
    """Rows, and the places of the lines that they were read from."""

    rows: list[Row]
    lines: range


def tables_of(lines: Sequence[Line]) -> list[Found]:
    """Every table of results in the lines of a paper, from the top."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        table = _sideways(lines, at) or _upright(lines, at)
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
        said = spread(line, header.headings)
        columns = {header.headings[place].column for place in said}
        if _tells(header, said):
            rows.append(_row(line.page, header, said))
        elif rows and line.below(above) <= TIGHT and not columns & SAID:
            _go_on(line.page, rows[-1], header, said)
        elif len(line.cells) > 1 and not columns & SAID:
            rows.append(_row(line.page, header, said))  # a title of rows below, or a row whose value is blank
        else:
            break
        here = end = here + 1
    kept = [row for row in rows if row.values or row.mean or row.limits or row.least or row.most]
    return Found(kept, range(at, end)) if kept else None


def _tells(header: Header, said: dict[int, list[Word]]) -> bool:
    """Whether a line says a result or a limit, and all that it says there looks like one."""
    told = [words for place, words in said.items() if header.headings[place].column in SAID]
    return bool(told) and all(is_value(" ".join(word.text for word in words)) for words in told)


def _row(page: Page, header: Header, said: dict[int, list[Word]]) -> Row:
    place = next((place for place, one in enumerate(header.headings) if one.column is Column.LABEL), 0)
    row = Row(claim(page, said.get(place, [])))
    for at, words in sorted(said.items()):
        if at != place:
            put(row, header.headings[at].column, claim(page, words))
    return row


def _go_on(page: Page, row: Row, header: Header, said: dict[int, list[Word]]) -> None:
    for at, words in said.items():
        more, column = claim(page, words), header.headings[at].column
        small = words[0].box.height < NOTES * _height(row.label)
        if (at == 0 or column is Column.LABEL) and not small:
            row.label = joined(row.label, more)
        else:
            put(row, Column.CONDITIONS if at == 0 else column, more)


def _height(said: Claim) -> int:
    return min((place.box.height for place in said.places if place.box), default=0)


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
    names = head.cells[1:]
    first = head.cells[0]
    if _are_specimens(names):
        return Found([_specimens(lines, at, body)], range(at, last + 1))
    numbered = all(NUMBER.match(cell.text) for cell in names)
    if not (_names_columns(first) or _are_symbols(names) or (numbered and len(names) > 1)):
        return None
    headings = [Heading(cell) for cell in head.cells]
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
    left = head.cells[0].left
    for here in range(at + 1, len(lines)):
        line, far = lines[here], lines[here].below(lines[here - 1])
        role = _role(line.cells[0])
        if (
            role is None
            and not body
            and line.cells[0].left >= left
            and far <= TIGHT
            and not _names_columns(line.cells[0])
        ):
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


# --- Print ------------------------------------------------------------------------------------------------------------


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
    elif min(word.sure for word in told) < SURE:
        doubt = Doubt.SIGHT
    return Claim(" ".join(word.text for word in told), (Place(page.number, page.shown(around(told))),), doubt)


def joined(one: Claim, other: Claim) -> Claim:
    """A text and what it goes on with."""
    return Claim(f"{one.text} {other.text}".strip(), one.places + other.places, one.doubt or other.doubt)
