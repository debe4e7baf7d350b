"""Sheets that people fill in: given out, brought, read, and sent part by part, or as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.inspection import warden, words
from documents.inspection.subject import REFUSED, Finding
from documents.inspection.warden import Read
from documents.kinds import XLSX, Place
from documents.models import StoredFile
from documents.permissions import Act as FileAct
from documents.queries import place_for
from portal.shared import audit, jobs, transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor, system_actor
from portal.shared.errors import Fault, Invalid, Refused, WrongState
from suppliers.actions.sheet_goods import SHIPMENTS, goods_sheet
from suppliers.actions.sheet_parts import hold_upload
from suppliers.actions.sheet_previews import Preview
from suppliers.actions.sheet_purposes import BY_KIND, PURPOSES, Purpose, preview_of, purpose_of
from suppliers.actions.sheet_rows import ANSWERS, answer_sheet
from suppliers.kinds import SHEET_READ
from suppliers.models import SheetUpload, Supplier
from suppliers.permissions import SHEETS, Act
from suppliers.queries.orders import OrderFilters
from suppliers.queries.sheets import lines_to_fill
from suppliers.queries.shipments_open import open_lines
from suppliers.states import SheetState

READER = system_actor(SHEETS)
SEND = "suppliers.tasks.send_sheets"
MOST_ROWS = 5_000
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Download:
    """A workbook on its way to somebody."""

    name: str
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": XLSX,
            "Content-Disposition": f'attachment; filename="{self.name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }


@act(Act.BRING_SHEET)
def note_given_out(*, actor: Actor, purpose: Purpose, at: dt.datetime, narrowed: str) -> None:
    """The audit trail keeps who took a sheet of which lines along."""
    audit.remark(list=purpose.name, narrowed=narrowed)


def give_out_answers(actor: Actor, filters: OrderFilters, *, narrowed: str, language: str, at: dt.datetime) -> Download:
    """The sheet of the lines in a list that wait for an answer, in the active language. It is on the audit trail.

    Raises :class:`Invalid` for somebody who acts for several suppliers, and for more lines than a sheet holds.
    """
    purpose = PURPOSES[ANSWERS.name]
    with _giving(actor, purpose) as supplier:
        lines = lines_to_fill(actor, filters, today=timezone.localdate(at), size=MOST_ROWS)
        _require_room(len(lines) > MOST_ROWS)
        prices = all(Act.SEE_PRICES.allows(actor, line) for line in lines)
        content = answer_sheet(lines, owner=str(supplier.public_id), language=language, prices=prices, at=at)
    return _given(actor, purpose, content, narrowed, at)


def give_out_shipments(
    actor: Actor, *, plant: int | None, order: UUID | None, narrowed: str, language: str, at: dt.datetime
) -> Download:
    """The sheet of what may be shipped, to one plant or of one order where that is said; as the sheet of answers."""
    purpose = PURPOSES[SHIPMENTS.name]
    with _giving(actor, purpose) as supplier:
        page = open_lines(actor, at, supplier=supplier.pk, plant=plant, order=order, size=MOST_ROWS)
        _require_room(bool(page.next))
        content = goods_sheet(page.rows, owner=str(supplier.public_id), language=language)
    return _given(actor, purpose, content, narrowed, at)


@contextmanager
def _giving(actor: Actor, purpose: Purpose) -> Iterator[Supplier]:
    """The window in which a sheet is filled, for the supplier whose it will be."""
    Act.BRING_SHEET.require(actor)
    purpose.may.require(actor)
    with acting(actor):
        place = place_for(actor, purpose.kind.name)
        yield Supplier.objects.visible_to(actor).get(pk=place.supplier_id or 0)


def _given(actor: Actor, purpose: Purpose, content: bytes, narrowed: str, at: dt.datetime) -> Download:
    note_given_out(actor=actor, purpose=purpose, at=at, narrowed=narrowed)
    return Download(f"{purpose.name}-{timezone.localdate(at):%Y-%m-%d}.xlsx", content)


def _require_room(over: bool) -> None:
    if over:
        message = _("A sheet holds at most %(count)d lines: narrow the list with a filter.")
        raise Invalid(message % {"count": MOST_ROWS})


def look_at(actor: Actor, place: Place, name: str, content: Iterable[bytes], *, at: dt.datetime) -> SheetUpload:
    """Inspect and read a sheet at once, and keep nothing of it: an upload that is no row.

    Raises :class:`Invalid` with the reason why the file is not taken.
    """
    FileAct.RECEIVE_FILE.require(actor, place)
    purpose = BY_KIND[place.kind]
    with TemporaryDirectory(prefix="portal-sheet-") as folder:
        path = Path(folder) / "content"
        with path.open("wb") as target:
            for chunk in content:
                target.write(chunk)
        report = warden.inspect(path, name=name, kind=purpose.kind)
        refusal = next((one for one in report.findings if one["verdict"] == REFUSED), None)
        read = Read(refusal=refusal) if refusal else warden.read(path, mark=purpose.plan.mark)
    if read.refusal is not None:
        message = words.reason(read.refusal)
        raise Invalid(message, faults=(Fault(read.refusal["code"], message, "/file"),))
    with acting(actor):
        supplier = Supplier.objects.visible_to(actor).get(pk=place.supplier_id or 0)
    return SheetUpload(
        supplier=supplier,
        purpose=purpose.name,
        state=SheetState.READ,
        uploaded_at=at,
        reading={"sheet": read.sheet, "rows": read.rows},
    )


@act(Act.BRING_SHEET, about="file")
def bring(*, actor: Actor, file: StoredFile, at: dt.datetime) -> SheetUpload:
    """A file that came in is a sheet, for what its kind says. The same file again is the sheet that is there."""
    purpose = BY_KIND.get(file.kind)
    if purpose is None or file.supplier_id is None:
        raise Invalid(_("This file is no sheet."), code="unknown_kind")
    purpose.may.require(actor, file)
    upload = SheetUpload(
        supplier_id=file.supplier_id,
        file=file,
        purpose=purpose.name,
        uploaded_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    SheetUpload.objects.bulk_create([upload], ignore_conflicts=True)
    kept = SheetUpload.objects.defer("reading").get(file=file, purpose=purpose.name)
    if kept.pk == upload.pk:
        audit.note(kept, file=(None, file.name))
    jobs.wake(SHEET_READ)
    return kept


@act(Act.READ_SHEET, about="upload")
def keep_read(*, actor: Actor, upload: SheetUpload, read: Read, at: dt.datetime) -> SheetUpload:
    """Keep what stands in a sheet, or why it cannot be read. Raises :class:`WrongState` where somebody else has."""
    held = hold_upload(upload)
    if held.state != SheetState.WAITING:
        raise WrongState("This sheet was read before.")
    refusal: Finding | None = read.refusal
    held.refusal, held.reading = refusal, None if refusal else {"sheet": read.sheet, "rows": read.rows}
    held.save(update_fields=["refusal", "reading"])
    transitions.move(held, SheetState.UNREADABLE if refusal else SheetState.READ)
    return held


@act(Act.BRING_SHEET, about="upload")
def ask_to_send(*, actor: Actor, upload: SheetUpload, whole: bool, at: dt.datetime) -> SheetUpload:
    """Have the good rows sent; ``whole``: all rows or none. A worker sends them, part by part.

    Whoever asks again while they are on their way changes nothing. Raises :class:`WrongState` before it was read,
    and :class:`Invalid` where no row is good, or ``whole`` is asked and one is not.
    """
    held = hold_upload(upload)
    if held.state == SheetState.SENDING:
        return held
    if held.state not in (SheetState.READ, SheetState.SENT):
        raise WrongState(_("This sheet is not read yet."))
    purpose_of(held).may.require(actor, held)
    preview = preview_of(actor, held, at)
    _require_something(preview, whole)
    held.whole, held.sent_at = whole, at
    held.wanted = [part.key for part in preview.parts if part.good]
    held.total = len(held.wanted)
    held.sender_kind, held.sender_id = actor.kind, actor.id
    held.save(update_fields=["whole", "wanted", "total", "sent_at", "sender_kind", "sender_id"])
    transitions.move(held, SheetState.SENDING)
    jobs.wake(SEND)
    return held


@act(Act.BRING_SHEET, about="upload")
def send_whole(*, actor: Actor, upload: SheetUpload, at: dt.datetime) -> SheetUpload:
    """Send every part in one transaction. Raises :class:`Invalid` where one is not good by now."""
    held = hold_upload(upload)
    if not held.wanted:
        return held
    purpose = purpose_of(held)
    held.reading = upload.reading
    preview = purpose.preview_of(actor, held, at, holding=True)
    _require_something(preview, whole=True)
    for part in preview.parts:
        if part.key in held.wanted and part.good:
            purpose.keep(actor, held, part, at)
    held.wanted = []
    held.save(update_fields=["wanted", "outcomes"])
    return held


@act(Act.READ_SHEET, about="upload")
def finish(*, actor: Actor, upload: SheetUpload, at: dt.datetime) -> SheetUpload:
    """Sending is over, whatever went: what is left waits for a person again."""
    held = hold_upload(upload)
    if held.state == SheetState.SENDING:
        held.wanted = []
        held.save(update_fields=["wanted"])
        transitions.move(held, SheetState.SENT if held.outcomes else SheetState.READ)
    return held


def send_all(actor: Actor, upload: SheetUpload, at: dt.datetime) -> None:
    """What a worker does with a sheet that is to be sent, as whoever asked for it; picked up again where one died.

    A refusal of one part leaves the others alone. No act: each part is one.
    """
    if upload.whole:
        try:
            send_whole(actor=actor, upload=upload, at=at)
        except Refused as refusal:
            log.info("sheet_not_sent", sheet=str(upload.pk), code=refusal.code)
    else:
        for key in upload.wanted:
            try:
                purpose_of(upload).send(actor, upload, key, at)
            except Refused as refusal:
                log.info("part_of_sheet_not_sent", sheet=str(upload.pk), part=key, code=refusal.code)
    finish(actor=READER, upload=upload, at=at)


def _require_something(preview: Preview[Any], whole: bool) -> None:
    if preview.contents.refusal is not None or not preview.good:
        raise Invalid(_("No row of this sheet can be sent."), faults=preview.faults)
    if whole and preview.refused:
        message = _("Nothing was sent: not every row is good.")
        remedy = _("Mend the rows that are named, or send the good ones alone.")
        raise Invalid(message, code="not_whole", faults=preview.faults, remedy=remedy)
