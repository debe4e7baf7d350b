"""Lists as files people open in a spreadsheet: CSV and XLSX, safe to open, in the reader's language.

What a file holds is a table of :class:`Column` beside the query of its list; :func:`sheet` fills it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import get_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import Invalid
from portal.shared.ownership import Permission
from portal.web.pagination import Page

MOST = 10_000
"""Rows in one file."""
Value = str | int | Decimal | dt.date | dt.datetime | None
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins like this for a formula."""


THE_SUPPLIER = attrgetter("behind_wall")
OF_SEVERAL = attrgetter("sees_several")


def the_buyer(actor: Actor) -> bool:
    """Whether a reader is on the buyer's side."""
    return not actor.behind_wall


@dataclass(frozen=True)
class Column:
    """One column of a list, and who sees it."""

    title: str | Promise
    of: str | Callable[[Any, Actor], Value]
    """Where a row has the value (a path of attributes), or what makes it of the row and the reader."""
    act: Permission | None = None
    """What the reader must be allowed: at all, to have the column; about the row, to be told its value."""
    readers: Callable[[Actor], bool] | None = None
    """Who has the column at all; everybody, where nothing is said."""

    def seen_by(self, actor: Actor) -> bool:
        return (self.readers is None or self.readers(actor)) and (self.act is None or self.act.allows(actor))

    def value(self, row: Any, actor: Actor) -> Value:
        if self.act is not None and not self.act.allows(actor, row):
            return None
        found: Value = attrgetter(self.of)(row) if isinstance(self.of, str) else self.of(row, actor)
        return found


@dataclass(frozen=True)
class Sheet:
    """What a file holds."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]


def sheet(name: str, columns: Sequence[Column], found: Page[Any], actor: Actor) -> Sheet:
    """The rows of a list as its reader sees them. ``found`` is its one page of :data:`MOST` rows; raises
    :class:`Invalid` where there are more. Runs in the reader's window.
    """
    if found.next:
        message = _("A file holds at most %(count)s rows: narrow the list with a filter.")
        raise Invalid(message % {"count": number_format(MOST, use_l10n=True, force_grouping=True)})
    seen = [column for column in columns if column.seen_by(actor)]
    rows = [[column.value(row, actor) for column in seen] for row in found.rows]
    return Sheet(f"{name}-{timezone.localdate():%Y-%m-%d}", [str(column.title) for column in seen], rows)


def response(kind: str, made: Sheet) -> HttpResponse:
    """A file of one sheet, as a download of its name. Raises ``KeyError`` for a kind that is not offered."""
    media_type = FORMATS[kind]
    body = _csv(made.header, made.rows) if kind == "csv" else _xlsx(made.name, made.header, made.rows)
    return HttpResponse(
        body,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{made.name}.{kind}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """With the separator that a spreadsheet of this language expects, and a mark that says UTF-8."""
    delimiter = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", get_format("DECIMAL_SEPARATOR"))
    text = _CONTROL.sub(" ", value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _xlsx(name: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    from openpyxl import Workbook  # 15 MB that a web process needs only here
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for index, title in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(14, len(title) + 4)
    bold = []
    for title in header:
        cell = WriteOnlyCell(sheet, title)
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet)
            _fill(cell, value)
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(cell: Any, value: Value) -> None:
    if isinstance(value, dt.datetime):
        cell.value = timezone.localtime(value).replace(tzinfo=None)  # a spreadsheet knows no zones
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, str):
        cell.value = _CONTROL.sub(" ", value)
        cell.data_type = "s"  # a text that begins with "=" stays one
    else:
        cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = "yyyy-mm-dd"
