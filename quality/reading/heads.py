"""What a certificate says of itself and of the goods: a label, and what stands beside, behind or below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.paper import Word
from quality.reading.claims import Named
from quality.reading.columns import TIGHT
from quality.reading.folding import code_of, fold, sides
from quality.reading.lines import Cell, Line
from quality.reading.rows import claim
from quality.reading.vocabulary import Field, column_of, field_of

LABEL_WORDS = 6
"""A label before its value in one cell is no longer than this."""
BARE = frozenset(["id", "nummer", "number", "no", "nr", "id", "nummer", "n", "numero"])
"""Labels that mean what the heading above them is about."""
GROUPS = frozenset({Field.ORDER, Field.DELIVERY})
"""Fields that head others: an order's date is no date of the certificate."""
OF_THE_WHOLE = frozenset({Field.ISSUED, Field.NUMBER, Field.QUANTITY})
NUMBERED = frozenset(Field) - {Field.PRODUCT, Field.KIND}
"""Fields whose values hold a digit."""
ALIGNED = 300
FAR = 12
"""So many lines above a label its heading may stand."""
ENDS = re.compile(r"^[-–·|;,]$")
KIND = re.compile(
    r"\bEN\s*10204\b[^0-9]{0,12}(?:2004|2005|1991)?[^0-9]{0,8}(?P<en>2\.1|2\.2|3\.1\.?[ABC]?|3\.2)\b"
    r"|\b(?:inspection certificate|abnahmepr[üu]fzeugnis|type|typ)\s+(?P<type>2\.1|2\.2|3\.1|3\.2)\b"
    r"|\b(?P<coa>certificate of analysis|analysenzertifikat|certificat d.analyse|certificado de an[áa]lisis"
    r"|certificato d.analisi|analysis certificate)\b"
    r"|\b(?P<coc>certificate of (?:conformity|conformance|compliance)|konformit[äa]ts(?:erkl[äa]rung|bescheinigung)"
    r"|certificat de conformit[ée]|declaration of conformity)\b",
    re.IGNORECASE,
)


def named_of(lines: Sequence[Line], at: int) -> Iterator[Named]:
    """What a line names, with what stands below it where nothing stands beside it."""
    line = lines[at]
    cells = line.cells
    place = 0
    while place < len(cells):
        cell = cells[place]
        beside = cells[place + 1] if place + 1 < len(cells) else None
        found = _split(cell)
        if found:
            yield from _named(lines, at, cell, *found)
        elif (what := _label(lines, at, cell)) is not None:
            if beside is not None and not _is_label(lines, at, beside):
                yield from _named(lines, at, cell, what, list(cell.words), list(beside.words))
                place += 1
            elif what not in GROUPS and (below := _below(lines, at, cell)):
                yield from _named(lines, at, cell, what, list(cell.words), list(below.words))
        place += 1


def _named(
    lines: Sequence[Line], at: int, cell: Cell, what: Field, label: list[Word], value: list[Word]
) -> Iterator[Named]:
    page = lines[at].page
    value = _one_value(what, value)
    if not value or (what in NUMBERED and not any(letter.isdigit() for word in value for letter in word.text)):
        return
    if what in OF_THE_WHOLE and _group(lines, at, cell) is not None:
        return
    yield Named(what, claim(page, label), claim(page, value))


def _one_value(what: Field, words: list[Word]) -> list[Word]:
    """Up to what begins something else: a dash, a point between."""
    for place, word in enumerate(words):
        if place and ENDS.match(word.text):
            words = words[:place]
            break
    return words


def _split(cell: Cell) -> tuple[Field, list[Word], list[Word]] | None:
    """``Batch no.: 4711`` and ``Heat Number H-4711``, in one cell."""
    words = list(cell.words)
    for count in range(min(LABEL_WORDS, len(words) - 1), 0, -1):
        label = " ".join(word.text for word in words[:count])
        what = field_of(label.rstrip(":"))
        if what is None or what is not field_of(sides(label)[-1]):
            continue
        rest = words[count:]
        if rest[0].text == ":":
            rest = rest[1:]
        if rest and (label.endswith(":") or words[count].text == ":" or any(c.isdigit() for c in rest[0].text)):
            return what, words[:count], rest
    return None


def _label(lines: Sequence[Line], at: int, cell: Cell) -> Field | None:
    if _goes_on(lines, at, cell):
        return None
    what = field_of(cell.text.rstrip(":"))
    if what is not None and (what is not Field.NUMBER or not _is_bare(cell)):
        return what
    return _group(lines, at, cell) if _is_bare(cell) else None


def _goes_on(lines: Sequence[Line], at: int, cell: Cell) -> bool:
    """Whether it is the end of a label that began on the line above."""
    if at == 0 or code_of(cell.text) or lines[at].below(lines[at - 1]) > TIGHT:
        return False
    above = next((one for one in lines[at - 1].cells if abs(one.left - cell.left) <= ALIGNED), None)
    return above is not None and (above.text.endswith("/") or bool(code_of(above.text)))


def _is_bare(cell: Cell) -> bool:
    return all(word in BARE for word in fold(cell.text).split())


def _is_label(lines: Sequence[Line], at: int, cell: Cell) -> bool:
    return cell.text.endswith(":") or _label(lines, at, cell) is not None or column_of(cell.text) is not None


def _group(lines: Sequence[Line], at: int, cell: Cell) -> Field | None:
    """The heading that a label stands under: at its left edge, with nothing beside it."""
    for here in range(at - 1, max(-1, at - FAR), -1):
        line = lines[here]
        if line.page is not lines[at].page:
            return None
        for place, above in enumerate(line.cells):
            what = field_of(above.text)
            if abs(above.left - cell.left) > ALIGNED or what not in GROUPS:
                continue
            beside = line.cells[place + 1] if place + 1 < len(line.cells) else None
            if beside is None or field_of(beside.text) in GROUPS:
                return what
        if len(line.cells) == 1 and line.cells[0].words[0].box.height > 1.15 * cell.words[0].box.height:
            return None
    return None


def _below(lines: Sequence[Line], at: int, cell: Cell) -> Cell | None:
    if at + 1 >= len(lines) or lines[at + 1].below(lines[at]) > 1:
        return None
    for below in lines[at + 1].cells:
        if abs(below.left - cell.left) <= ALIGNED and field_of(below.text) is None:
            return below
    return None


def kind_of(lines: Sequence[Line]) -> Iterator[Named]:
    """Which kind of certificate it says it is."""
    for line in lines:
        for cell in line.cells:
            if found := KIND.search(cell.text):
                yield Named(Field.KIND, claim(line.page, cell.words), claim(line.page, _between(cell, *found.span())))


def _between(cell: Cell, start: int, end: int) -> list[Word]:
    """The words of a cell that hold some of its letters."""
    words, at = [], 0
    for word in cell.words:
        if at < end and at + len(word.text) > start:
            words.append(word)
        at += len(word.text) + 1
    return words
