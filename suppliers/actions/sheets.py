"""Sheets that people fill in: brought, read, and sent order by order, or as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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
from suppliers.actions.acknowledgements import record
from suppliers.actions.sheet_answers import Preview, preview_of
from suppliers.actions.sheet_rows import ANSWERS, answer_sheet
from suppliers.kinds import SHEET, SHEET_READ
from suppliers.models import Acknowledgement, PurchaseOrder, SheetUpload, Supplier
from suppliers.permissions import SHEETS, Act
from suppliers.queries.orders import OrderFilters
from suppliers.queries.sheets import lines_to_fill
from suppliers.states import SheetState, Verdict

READER = system_actor(SHEETS)
SEND = "suppliers.tasks.send_sheets"
CHANNEL = "sheet"
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
def note_given_out(*, actor: Actor, at: dt.datetime, narrowed: str) -> None:
    """The audit trail keeps who took a sheet of which orders along."""
    audit.remark(list=ANSWERS.name, narrowed=narrowed)


def give_out(actor: Actor, filters: OrderFilters, *, narrowed: str, language: str, at: dt.datetime) -> Download:
    """The sheet of the lines in a list that wait for an answer, in the active language. It is on the audit trail.

    Raises :class:`Invalid` for somebody who acts for several suppliers, and for more lines than a sheet holds.
    """
    Act.BRING_SHEET.require(actor)
    with acting(actor):
        place = place_for(actor, SHEET.name)
        supplier = Supplier.objects.visible_to(actor).get(pk=place.supplier_id or 0)
        lines = lines_to_fill(actor, filters, today=timezone.localdate(at), size=MOST_ROWS)
        if len(lines) > MOST_ROWS:
            message = _("A sheet holds at most %(count)d lines: narrow the list with a filter.")
            raise Invalid(message % {"count": MOST_ROWS})
        prices = all(Act.SEE_PRICES.allows(actor, line) for line in lines)
        content = answer_sheet(lines, owner=str(supplier.public_id), language=language, prices=prices, at=at)
    note_given_out(actor=actor, at=at, narrowed=narrowed)
    return Download(f"answers-{timezone.localdate(at):%Y-%m-%d}.xlsx", content)


def look_at(actor: Actor, place: Place, name: str, content: Iterable[bytes], *, at: dt.datetime) -> SheetUpload:
    """Inspect and read a sheet at once, and keep nothing of it: an upload that is no row.

    Raises :class:`Invalid` with the reason why the file is not taken.
    """
    FileAct.RECEIVE_FILE.require(actor, place)
    with TemporaryDirectory(prefix="portal-sheet-") as folder:
        path = Path(folder) / "content"
        with path.open("wb") as target:
            for chunk in content:
                target.write(chunk)
        report = warden.inspect(path, name=name, kind=SHEET)
        refusal = next((one for one in report.findings if one["verdict"] == REFUSED), None)
        read = Read(refusal=refusal) if refusal else warden.read(path, mark=ANSWERS.mark)
    if read.refusal is not None:
        message = words.reason(read.refusal)
        raise Invalid(message, faults=(Fault(read.refusal["code"], message, "/file"),))
    with acting(actor):
        supplier = Supplier.objects.visible_to(actor).get(pk=place.supplier_id or 0)
    return SheetUpload(
        supplier=supplier,
        purpose=ANSWERS.name,
        state=SheetState.READ,
        uploaded_at=at,
        reading={"sheet": read.sheet, "rows": read.rows},
    )


@act(Act.BRING_SHEET, about="file")
def bring(*, actor: Actor, file: StoredFile, at: dt.datetime) -> SheetUpload:
    """A file that came in is a sheet with answers to orders. The same file again is the sheet that is there already."""
    if file.kind != SHEET.name or file.supplier_id is None:
        raise Invalid(_("This file is no sheet."), code="unknown_kind")
    upload = SheetUpload(
        supplier_id=file.supplier_id,
        file=file,
        purpose=ANSWERS.name,
        uploaded_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    SheetUpload.objects.bulk_create([upload], ignore_conflicts=True)
    kept = SheetUpload.objects.defer("reading").get(file=file, purpose=ANSWERS.name)
    if kept.pk == upload.pk:
        audit.note(kept, file=(None, file.name))
    jobs.wake(SHEET_READ)
    return kept


@act(Act.READ_SHEET, about="upload")
def keep_read(*, actor: Actor, upload: SheetUpload, read: Read, at: dt.datetime) -> SheetUpload:
    """Keep what stands in a sheet, or why it cannot be read. Raises :class:`WrongState` where somebody else has."""
    held = _hold(upload)
    if held.state != SheetState.WAITING:
        raise WrongState("This sheet was read before.")
    refusal: Finding | None = read.refusal
    held.refusal, held.reading = refusal, None if refusal else {"sheet": read.sheet, "rows": read.rows}
    held.save(update_fields=["refusal", "reading"])
    transitions.move(held, SheetState.UNREADABLE if refusal else SheetState.READ)
    return held


@act(Act.BRING_SHEET, about="upload")
def ask_to_send(*, actor: Actor, upload: SheetUpload, whole: bool, at: dt.datetime) -> SheetUpload:
    """Have the good rows sent; ``whole``: all rows or none. A worker sends them, order by order.

    Whoever asks again while they are on their way changes nothing. Raises :class:`WrongState` before it was read,
    and :class:`Invalid` where no row is good, or ``whole`` is asked and one is not.
    """
    held = _hold(upload)
    if held.state == SheetState.SENDING:
        return held
    if held.state not in (SheetState.READ, SheetState.SENT):
        raise WrongState(_("This sheet is not read yet."))
    preview = preview_of(actor, held, at)
    _require_something(preview, whole)
    held.whole, held.sent_at = whole, at
    held.wanted = [str(view.order.pk) for view in preview.orders if view.good]
    held.total = len(held.wanted)
    held.sender_kind, held.sender_id = actor.kind, actor.id
    held.save(update_fields=["whole", "wanted", "total", "sent_at", "sender_kind", "sender_id"])
    transitions.move(held, SheetState.SENDING)
    jobs.wake(SEND)
    return held


@act(Act.ACKNOWLEDGE_ORDER, about="order")
def send_order(*, actor: Actor, order: PurchaseOrder, upload: SheetUpload, at: dt.datetime) -> SheetUpload:
    """Send the good rows of one order, once: what went is written down in the same transaction.

    What is no longer good stays behind; the page says why. What stands in the sheet is ``upload``'s: it never changes,
    and is too much to be read again for every order.
    """
    held = _hold(upload)
    if str(order.pk) not in held.wanted:
        return held
    order = transitions.hold(order, "supplier", "plant")
    held.reading = upload.reading
    preview = preview_of(actor, held, at, only=order.pk)
    for view in preview.orders:
        if view.good:
            _keep(held, order, record(actor, order, view.answers, CHANNEL, at))
    held.wanted = [key for key in held.wanted if key != str(order.pk)]
    held.save(update_fields=["wanted", "outcomes"])
    return held


@act(Act.BRING_SHEET, about="upload")
def send_whole(*, actor: Actor, upload: SheetUpload, at: dt.datetime) -> SheetUpload:
    """Send every row of every order in one transaction. Raises :class:`Invalid` where one is not good by now."""
    held = _hold(upload)
    if not held.wanted:
        return held
    rows = PurchaseOrder.objects.visible_to(actor).filter(pk__in=held.wanted).select_related("supplier", "plant")
    orders = {order.pk: order for order in transitions.hold_all(rows)}
    preview = preview_of(actor, held, at)
    _require_something(preview, whole=True)
    for view in preview.orders:
        order = orders.get(view.order.pk)
        if order is not None and view.good:
            Act.ACKNOWLEDGE_ORDER.require(actor, order)
            _keep(held, order, record(actor, order, view.answers, CHANNEL, at))
    held.wanted = []
    held.save(update_fields=["wanted", "outcomes"])
    return held


@act(Act.READ_SHEET, about="upload")
def finish(*, actor: Actor, upload: SheetUpload, at: dt.datetime) -> SheetUpload:
    """Sending is over, whatever went: what is left waits for a person again."""
    held = _hold(upload)
    if held.state == SheetState.SENDING:
        held.wanted = []
        held.save(update_fields=["wanted"])
        transitions.move(held, SheetState.SENT if held.outcomes else SheetState.READ)
    return held


def send_all(actor: Actor, upload: SheetUpload, at: dt.datetime) -> None:
    """What a worker does with a sheet that is to be sent, as whoever asked for it; picked up again where one died.

    A refusal of one order leaves the others alone. No act: each order is one.
    """
    if upload.whole:
        try:
            send_whole(actor=actor, upload=upload, at=at)
        except Refused as refusal:
            log.info("sheet_not_sent", sheet=str(upload.pk), code=refusal.code)
    else:
        with acting(actor):
            orders = list(PurchaseOrder.objects.visible_to(actor).filter(pk__in=upload.wanted).order_by("number"))
        for order in orders:
            try:
                send_order(actor=actor, order=order, upload=upload, at=at)
            except Refused as refusal:
                log.info("order_of_sheet_not_sent", sheet=str(upload.pk), order=str(order.pk), code=refusal.code)
    finish(actor=READER, upload=upload, at=at)


def _hold(upload: SheetUpload) -> SheetUpload:
    """The row, locked, with its supplier and without what stands in the sheet, which never changes."""
    rows = SheetUpload.objects.defer("reading").select_related("supplier")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=upload.pk)


def _keep(held: SheetUpload, order: PurchaseOrder, sent: Acknowledgement) -> None:
    """Write down what went, besides what went of this order before."""
    told = held.outcomes.get(str(order.pk), {})
    verdicts = [answer.verdict for answer in sent.rehearsed]
    held.outcomes[str(order.pk)] = {
        "number": order.number,
        "acknowledgements": [*told.get("acknowledgements", []), str(sent.pk)],
        "lines": [*told.get("lines", []), *(str(answer.line_id) for answer in sent.rehearsed)],
        "within": told.get("within", 0) + verdicts.count(Verdict.WITHIN),
        "outside": told.get("outside", 0) + verdicts.count(Verdict.OUTSIDE),
    }


def _require_something(preview: Preview, whole: bool) -> None:
    if preview.contents.refusal is not None or not preview.good:
        raise Invalid(_("No row of this sheet can be sent."), faults=preview.faults)
    if whole and preview.refused:
        message = _("Nothing was sent: not every row is good.")
        remedy = _("Mend the rows that are named, or send the good ones alone.")
        raise Invalid(message, code="not_whole", faults=preview.faults, remedy=remedy)
