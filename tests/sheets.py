"""Sheets as people handle them: downloaded, opened, filled in, saved, brought back."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import override
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from documents.actions.inspecting import INSPECTOR, begin, settle
from documents.actions.receiving import receive, take_in
from documents.inspection.cells import entries
from documents.inspection.subject import PASSED, finding
from documents.kinds import XLSX, Place
from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions import sheets
from suppliers.actions.sheet_goods import goods_sheet
from suppliers.actions.sheet_previews import Preview
from suppliers.actions.sheet_purposes import preview_of
from suppliers.actions.sheet_rows import answer_sheet
from suppliers.models import PurchaseOrder, SheetUpload, Supplier
from suppliers.queries.orders import OrderFilters
from suppliers.queries.sheets import find_upload, lines_to_fill
from suppliers.queries.shipments_open import open_lines
from suppliers.sheets.columns import Plan
from suppliers.sheets.reading import Contents, read
from suppliers.tasks import read_sheets, send_sheets


class Filled:
    """A workbook in somebody's hands: cells by the name of their column and the number of their row."""

    def __init__(self, content: bytes) -> None:
        self.book: Workbook = load_workbook(io.BytesIO(content))
        self.sheet: Worksheet = self.book.worksheets[0]

    @property
    def letters(self) -> dict[str, str]:
        names = {str(cell.value): get_column_letter(cell.column) for cell in self.sheet[1] if cell.value}
        return {("key" if name.startswith("portal-sheet") else name): letter for name, letter in names.items()}

    def __getitem__(self, place: tuple[str, int]) -> Any:
        name, row = place
        return self.sheet[f"{self.letters[name]}{row}"]

    def __setitem__(self, place: tuple[str, int], value: Any) -> None:
        self[place].value = value

    def fill(self, row: int, **values: Any) -> Filled:
        for name, value in values.items():
            self[name, row] = value
        return self

    def copy_row(self, row: int, to: int) -> None:
        """The whole row, hidden key included."""
        for cell in self.sheet[row]:
            target = self.sheet[f"{get_column_letter(cell.column or 1)}{to}"]
            target.value, target.number_format = cell.value, cell.number_format

    def at(self, name: str, row: int) -> str:
        return f"{self.letters[name]}{row}"

    @property
    def saved(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def told(content: bytes, plan: Plan) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the limited process would say of it, without the process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content"
        path.write_bytes(content)
        found = [dict(one) for one in entries(path, mark=plan.mark, most_rows=5_100, most_columns=60)]
    return found[0], found[1:]


def read_back(content: bytes, plan: Plan, owner: str) -> Contents:
    sheet, rows = told(content, plan)
    return read(plan, owner, sheet, rows)


def download(actor: Actor, supplier: Supplier, language: str = "en") -> bytes:
    """The sheet of everything that waits for an answer."""
    now = timezone.now()
    with acting(actor), override(language):
        lines = lines_to_fill(actor, OrderFilters(sort="number"), today=now.date(), size=5_000)
        return answer_sheet(lines, owner=str(supplier.public_id), language=language, prices=True, at=now)


def download_goods(actor: Actor, supplier: Supplier, language: str = "en") -> bytes:
    """The sheet of everything that may be shipped."""
    with acting(actor), override(language):
        lines = open_lines(actor, timezone.now(), supplier=supplier.pk, size=5_000).rows
        return goods_sheet(lines, owner=str(supplier.public_id), language=language)


def bring(
    actor: Actor, supplier_id: int, content: bytes, name: str = "answers.xlsx", kind: str = "sheet"
) -> SheetUpload:
    """Uploaded and read."""
    upload = bring_unread(actor, supplier_id, content, name, kind)
    read_sheets()
    return found(actor, upload)


def bring_unread(
    actor: Actor, supplier_id: int, content: bytes, name: str = "answers.xlsx", kind: str = "sheet"
) -> SheetUpload:
    """Uploaded and inspected. What the inspector does is tested elsewhere; here it just nods."""
    now = timezone.now()
    place = Place(kind, supplier_id)
    file = take_in(receive, actor=actor, place=place, name=name, content=[content], at=now)
    upload = sheets.bring(actor=actor, file=file, at=now)
    if not file.is_settled:
        file = begin(actor=INSPECTOR, file=file, at=now)
        nod = [finding("size", PASSED)]
        settle(actor=INSPECTOR, file=file, findings=nod, media_type=XLSX, pages=None, at=now)
    return upload


def found(actor: Actor, upload: SheetUpload) -> SheetUpload:
    with acting(actor):
        return find_upload(actor, upload.pk)


def previewed(actor: Actor, upload: SheetUpload) -> Preview[Any]:
    with acting(actor):
        return preview_of(actor, find_upload(actor, upload.pk), timezone.now())


def send(actor: Actor, upload: SheetUpload, *, whole: bool = False) -> SheetUpload:
    """Asked for, and sent by the worker."""
    sheets.ask_to_send(actor=actor, upload=upload, whole=whole, at=timezone.now())
    send_sheets()
    return found(actor, upload)


def codes(preview: Preview[Any]) -> dict[str, str]:
    """The code of every fault, by its cell."""
    return {fault.at: fault.code for line in preview.refused for fault in line.faults}


Edit = Callable[[Filled], object]
Orders = list[PurchaseOrder]
