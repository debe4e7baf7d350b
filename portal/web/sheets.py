"""Lists as files people open in a spreadsheet: CSV and XLSX, safe to open, in the reader's language."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import get_format

Value = str | int | Decimal | dt.date | dt.datetime | None
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins like this for a formula."""


def response(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    """A file of one sheet, as a download called ``name``. Raises ``KeyError`` for a kind that is not offered."""
    media_type = FORMATS[kind]
    body = _csv(header, rows) if kind == "csv" else _xlsx(name, header, rows)
    return HttpResponse(
        body,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
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

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for index, title in enumerate(header):
        sheet.column_dimensions[chr(ord("A") + index)].width = max(14, len(title) + 4)
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
