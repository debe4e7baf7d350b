"""What a cell means to its column, as people really fill in sheets: text for numbers, dates the wrong way round."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from suppliers.numbers import read_number, write_number
from suppliers.sheets.columns import Column, Holds, Value
from suppliers.sheets.keys import kept, plain

FINEST = Decimal("0.000001")
NOISE = Decimal("0.000000001")
"""What a spreadsheet's own arithmetic adds or loses: 0.1 + 0.2 is not 0.3 there."""
OLDEST = dt.date(1990, 1, 1)
NEAR, FAR = 31, 60
"""Days: a date that lies far from what stood there, and near to it with day and month swapped."""


class Unreadable(Exception):
    """A cell cannot be what its column holds."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Cell:
    """A cell of the workbook: see ``documents.inspection.cells`` for the kinds."""

    kind: str = "t"
    text: str = ""
    marks: str = ""

    @property
    def empty(self) -> bool:
        return self.kind == "t" and not self.text.strip() and not self.formula

    @property
    def formula(self) -> bool:
        return "f" in self.marks


EMPTY = Cell()
Note = Callable[[str, str], None]
"""Told of a code and a sentence."""


def value_of(column: Column, cell: Cell, language: str, note: Note) -> Value:
    """What a cell says; ``note`` is told how it was understood, where that is no matter of course.

    Raises :class:`Unreadable`.
    """
    if cell.kind == "e":
        message = _("The cell holds the error %(error)s instead of a value.") % {"error": cell.text}
        raise Unreadable("excel_error", message)
    if cell.formula and not cell.text.strip():
        message = _("The formula has no result yet. Open the file in Excel and save it, or paste the value.")
        raise Unreadable("formula_empty", message)
    if cell.formula:
        note("formula", _("A formula: its last result was taken."))
    if cell.empty:
        return None
    reads: dict[Holds, Callable[[Column, Cell, str, Note], Value]] = {
        Holds.NUMBER: _number,
        Holds.DATE: _date,
        Holds.CHOICE: _choice,
        Holds.TEXT: _words,
    }
    return reads[column.holds](column, cell, language, note)


def same(before: Value, after: Value) -> bool:
    """Whether nothing changed, as far as a spreadsheet can tell."""
    return plain(kept(before)) == plain(kept(after))


def swapped(before: Value, after: Value) -> dt.date | None:
    """The date that was probably meant where day and month look swapped."""
    if not isinstance(before, dt.date) or not isinstance(after, dt.date) or after.day > 12 or after.day == after.month:
        return None
    other = after.replace(month=after.day, day=after.month)
    near, far = abs((other - before).days), abs((after - before).days)
    return other if near <= NEAR and far > FAR else None


def shown(value: Value) -> str:
    """A value in a sentence, in the active language."""
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, dt.date):
        return date_format(value, pgettext("date format", "D j M Y"), use_l10n=False)
    return value or ""


def _number(column: Column, cell: Cell, language: str, note: Note) -> Decimal:
    if "%" in cell.marks:
        raise Unreadable("percent", _("The cell is formatted as a percentage: type the plain number."))
    if cell.kind == "n" and Decimal(cell.text).is_finite():
        return _rounded(Decimal(cell.text))
    if cell.kind == "d":
        message = _("Excel made the date %(date)s of it. Format the cell as a number and type it again.")
        raise Unreadable("date_for_number", message % {"date": cell.text[:10]})
    if cell.kind == "t":
        found = _typed_number(cell.text.strip().lstrip("'"), language)
        if found is not None:
            message = _("“%(text)s” is text; it was read as the number %(number)s.")
            note("number_as_text", message % {"text": cell.text.strip(), "number": shown(found)})
            return found
    raise Unreadable("number", _("“%(text)s” is not a number.") % {"text": cell.text[:80].strip()})


def _rounded(number: Decimal) -> Decimal:
    """Without the noise of a spreadsheet's arithmetic; what is really finer stays, and whoever uses it may mind."""
    if abs(number) >= Decimal(10) ** 15:
        return number
    near = number.quantize(FINEST)
    return near if abs(near - number) <= max(NOISE, abs(number) * Decimal("1e-14")) else number


def _typed_number(text: str, language: str) -> Decimal | None:
    """As the language of the sheet writes numbers, else as any other that the portal speaks."""
    for one in dict.fromkeys((language, *dict(settings.LANGUAGES))):
        with override(one):
            try:
                return read_number(text)
            except ValueError:
                continue
    return None


_PARTS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{2,4})")


def _date(column: Column, cell: Cell, language: str, note: Note) -> dt.date:
    if cell.kind == "d":
        date = dt.date.fromisoformat(cell.text[:10])
        if len(cell.text) > 10 and not cell.text.endswith("00:00:00"):
            note("time_dropped", _("The time of day was left out."))
    elif cell.kind == "t":
        date = _typed_date(cell.text.strip())
        message = _("“%(text)s” is text; it was read as the date %(date)s.")
        note("date_as_text", message % {"text": cell.text.strip(), "date": shown(date)})
    elif cell.kind == "n":
        message = _("%(number)s is a plain number. Format the cell as a date and look whether it is the right one.")
        raise Unreadable("number_for_date", message % {"number": cell.text})
    else:
        raise Unreadable("date", _("“%(text)s” is not a date.") % {"text": cell.text[:80]})
    if date < OLDEST:
        message = _("%(date)s lies before %(year)d: look at the format of the cell and type the date again.")
        raise Unreadable("date_old", message % {"date": date.isoformat(), "year": OLDEST.year})
    return date


def _typed_date(text: str) -> dt.date:
    """A date that came as text. With slashes nobody knows which is the day, unless one of them cannot be a month."""
    found = _PARTS.fullmatch(text)
    if not found:
        raise Unreadable("date", _("“%(text)s” is not a date.") % {"text": text[:80]})
    first, between, second, last = found[1], found[2], int(found[3]), found[4]
    if len(first) == 4:
        return _made(int(first), second, int(last), text)
    year = int(last) if len(last) == 4 else 2000 + int(last)
    if between == ".":
        return _made(year, second, int(first), text)
    one = int(first)
    if one <= 12 and second <= 12 and one != second:
        message = _("“%(text)s” can be two dates. Write it as %(first)s or %(second)s.")
        both = {"first": f"{year}-{second:02}-{one:02}", "second": f"{year}-{one:02}-{second:02}"}
        raise Unreadable("date_ambiguous", message % {"text": text, **both})
    return _made(year, second, one, text) if one > 12 or one == second else _made(year, one, second, text)


def _made(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Unreadable("date", _("“%(text)s” is not a date.") % {"text": text[:80]}) from None


def _choice(column: Column, cell: Cell, language: str, note: Note) -> str:
    """A word of the list in any language, the sheet's own first, or its code."""
    text = _words(column, cell, language, note).casefold()
    for one in dict.fromkeys((language, *dict(settings.LANGUAGES))):
        with override(one):
            for code, words in column.choices:
                if text in (code.casefold(), plain(str(words)).casefold()):
                    return code
    message = _("“%(text)s” is none of the words to choose from: %(words)s.")
    listed = ", ".join(str(words) for _code, words in column.choices)
    raise Unreadable(f"unknown_{column.name}", message % {"text": cell.text[:80].strip(), "words": listed})


def _words(column: Column, cell: Cell, language: str, note: Note) -> str:
    bare = cell.text.strip()
    if len(bare) > column.longest:
        raise Unreadable("too_long", _("At most %(most)d characters fit here.") % {"most": column.longest})
    if bare != cell.text:
        note("spaces", _("Spaces before or after the words were left out."))
    return text_of(cell)


def text_of(cell: Cell) -> str:
    """A cell as words: a number typed into it without the digits that a spreadsheet adds."""
    return f"{Decimal(cell.text).normalize():f}" if cell.kind == "n" else cell.text.strip()
