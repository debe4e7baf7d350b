"""Tables of results, whichever way they lie: one line for each thing measured, or one column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents.paper import Page, Word
from quality.reading.claims import Claim, Doubt, Place, Row
from quality.reading.columns import TIGHT, Header, Heading, header_at, is_symbol, spread
from quality.reading.lines import Cell, Line
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


def tables_of(page: Page, lines: Sequence[Line]) -> list[Found]:
    """Every table of results on a page, from the top."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        table = _sideways(page, lines, at) or _upright(page, lines, at)
        if table is None:
            at += 1
        else:
            found.append(table)
            at = table.lines.stop
    return found


# --- One line for each thing measured ---------------------------------------------------------------------------------


def _upright(page: Page, lines: Sequence[Line], at: int) -> Found | None:
    header = header_at(lines, at)
    if header is None or not any(one.column in SAID for one in header.headings):
        return None
    rows: list[Row] = []
    bottom, here, end = header.bottom, header.last + 1, header.last + 1
    while here < len(lines):
        line = lines[here]
        height = max(1, line.bottom - line.top)
        if line.top - bottom > FAR * height or header_at(lines, here) or _sideways(page, lines, here):
            break
        said = spread(line, header.headings)
        columns = {header.headings[place].column for place in said}
        close = line.top - bottom <= TIGHT * height
        if _tells(header, said):
            rows.append(_row(page, header, said))
        elif rows and close:
            _go_on(page, rows[-1], header, said)
        elif len(line.cells) > 1 and not columns & SAID:
            rows.append(_row(page, header, said))  # a title of rows below, or a row whose value is blank
        else:
            break
        bottom, here = line.bottom, here + 1
        end = here
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
    words = text.split()
    return bool(words) and (len(words) <= MOST_WORDS or (len(words) <= 2 * MOST_WORDS and NUMBER.match(text) is not None))


MOST_WORDS = 4
NUMBER = re.compile(r"[<>=≤≥~±+\-–−]*\s*\d")


# --- One column for each thing measured -------------------------------------------------------------------------------


def _sideways(page: Page, lines: Sequence[Line], at: int) -> Found | None:
    """A block whose first cells say what stands in each line: symbol, unit, limits, results."""
    head = lines[at]
    if len(head.cells) < 2 or _role(head.cells[0]) in ROLES:
        return None
    body, last = _body(lines, at)
    if not any(role in VALUES for role, _line in body):
        return None
    names = head.cells[1:]
    first = head.cells[0]
    if _are_specimens(names):
        return Found([_specimens(page, lines, at, body)], range(at, last + 1))
    numbered = all(NUMBER.match(cell.text) for cell in names)
    known = column_of(first.text) in (Column.SYMBOL, Column.LABEL) or 2 * sum(is_symbol(one.text) for one in names) >= len(names)
    if not known and not (numbered and len(body) > 1):
        return None
    headings = [Heading([first]), *(Heading([cell]) for cell in names)]
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
    return Found([row for row in rows if row.values or row.mean], range(at, last + 1))


def _body(lines: Sequence[Line], at: int) -> tuple[list[tuple[Column, Line]], int]:
    """The lines below that say their role in their first cell, and the last of them."""
    body: list[tuple[Column, Line]] = []
    head, last = lines[at], at
    left = head.cells[0].left
    for here in range(at + 1, len(lines)):
        line, above = lines[here], lines[here - 1]
        height = max(1, line.bottom - line.top)
        role = _role(line.cells[0])
        if role is None and not body and line.cells[0].left >= left and line.top - above.bottom <= TIGHT * height:
            continue  # the heading goes on
        if role is None or line.top - above.bottom > FAR * height or (role is not Column.VALUE and role in dict(body)):
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


def _specimens(page: Page, lines: Sequence[Line], at: int, body: Sequence[tuple[Column, Line]]) -> Row:
    head = lines[at]
    first = head.cells[0]
    title = _title(lines, at) if column_of(first.text) is Column.NUMBER else first
    row = Row(claim(page, (title or first).words))
    headings = [Heading([cell]) for cell in head.cells]
    for _role_, line in body:
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


def _title(lines: Sequence[Line], at: int) -> Cell | None:
    """What a block is about: the first cell of the nearest line above that is no condition in small letters."""
    size = lines[at].cells[0].box.height
    for here in range(at - 1, max(-1, at - 4), -1):
        cell = lines[here].cells[0]
        if cell.box.height >= NOTES * size and not NUMBER.match(cell.text):
            return cell
    return None


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
    box = told[0].box
    for word in told[1:]:
        box = box.joined(word.box)
    doubt = Doubt.NONE
    if page.cut:
        doubt = Doubt.CUT
    elif not all(word.seen for word in told):
        doubt = Doubt.UNSEEN
    elif min(word.sure for word in told) < SURE:
        doubt = Doubt.SIGHT
    return Claim(" ".join(word.text for word in told), (Place(page.number, page.shown(box)),), doubt)


def joined(one: Claim, other: Claim) -> Claim:
    """A text and what it goes on with."""
    return Claim(f"{one.text} {other.text}".strip(), one.places + other.places, one.doubt or other.doubt)
