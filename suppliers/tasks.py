"""Tasks carry no data: they wake up, look at the rows that wait, and work."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from documents import storage
from documents.actions.receiving import receive, take_in
from documents.inspection import warden
from documents.inspection.subject import REFUSED, finding
from documents.kinds import Place
from portal.shared import jobs
from portal.shared.acting import acting
from portal.shared.errors import WrongState
from portal.shared.identifiers import correlated
from suppliers.actions import activation, digests, prints, sheets, shipment_clock, shipment_prints
from suppliers.actions.sheet_purposes import purpose_of
from suppliers.kinds import PRICED, SHEET_READ, SHIPMENT_PAPER, UNPRICED
from suppliers.models import OrderPrint, Print, SheetUpload, ShipmentPrint
from suppliers.queries.prints import next_print, prints_given_up
from suppliers.queries.sheets import sheets_to_read, sheets_to_send
from suppliers.standing import sender_of

BUDGET_SECONDS = 60.0
PATIENCE = dt.timedelta(minutes=10)
"""Longer than any paper takes to draw, and as long as a task may run."""
log = structlog.get_logger(__name__)


@shared_task(name=activation.MOVE, ignore_result=True)
def move_orders() -> None:
    """Bring orders to the mode that was set for them."""
    with correlated():
        activation.move_all(timezone.now())


@shared_task(name="suppliers.tasks.remind", ignore_result=True)
def remind() -> None:
    """Send everybody whose morning it is his daily mail."""
    with correlated():
        digests.remind(timezone.now())


@shared_task(name="suppliers.tasks.count_shipments", ignore_result=True)
def count_shipments() -> None:
    """See which shipments have left, and which are over."""
    with correlated():
        shipment_clock.tick(timezone.now())


@shared_task(name=prints.PRINT, ignore_result=True)
def print_orders() -> None:
    """Draw the PDFs of orders that people wait for."""
    _print_all(ORDERS)


@shared_task(name=shipment_prints.PRINT, ignore_result=True)
def print_shipments() -> None:
    """Draw the papers of shipments that people wait for."""
    _print_all(SHIPMENTS)


@dataclass(frozen=True)
class Press:
    """What draws one sort of paper: its acts, what they call a print, and how it is drawn."""

    acts: Any
    about: str
    rows: type[Print]
    draw: Callable[[Any], tuple[Place, str, bytes]]
    """Where the PDF is kept, under which name, and the PDF."""


def _order(one: OrderPrint) -> tuple[Place, str, bytes]:
    from suppliers.printing import order_pdf  # and with it WeasyPrint: 40 MB that a worker needs only here

    place = Place(PRICED if one.prices else UNPRICED, one.supplier_id)
    return place, f"{one.order.number}-r{one.order.revision}.pdf", order_pdf(prints.PRINTER, one)


def _shipment(one: ShipmentPrint) -> tuple[Place, str, bytes]:
    from suppliers.printing import shipment_pdf

    name = f"{one.shipment.label}-v{one.version}-{one.what.replace('_', '-')}-{one.stock}.pdf"
    return Place(SHIPMENT_PAPER, one.supplier_id), name, shipment_pdf(prints.PRINTER, one)


ORDERS = Press(prints, "order_print", OrderPrint, _order)
SHIPMENTS = Press(shipment_prints, "shipment_print", ShipmentPrint, _shipment)


def _print_all(press: Press) -> None:
    """One after the other; wakes the next round where more wait than one has time for."""
    with correlated():
        until = time.monotonic() + BUDGET_SECONDS
        with acting(prints.PRINTER):
            lost = prints_given_up(prints.PRINTER, press.rows, timezone.now() - PATIENCE)
        for one in lost:
            _do(press.acts.give_back, press, one, reason="Nobody heard of it.")
        while (waiting := _next_print(press)) is not None:
            if time.monotonic() > until:
                jobs.wake(press.acts.PRINT)
                return
            try:
                _print(press, _do(press.acts.begin, press, waiting))
            except WrongState:
                log.info("printed_twice", **{press.about: str(waiting.pk)})


def _do(act: Any, press: Press, one: Print, **more: Any) -> Any:
    return act(actor=prints.PRINTER, at=timezone.now(), **{press.about: one}, **more)


def _next_print(press: Press) -> Print | None:
    with acting(prints.PRINTER):
        return next_print(prints.PRINTER, press.rows)


def _print(press: Press, one: Print) -> None:
    try:
        place, name, drawn = press.draw(one)
        file = take_in(receive, actor=prints.PRINTER, place=place, name=name, content=[drawn], at=timezone.now())
    except Exception as failure:
        # Whatever it was, somebody waits in front of a page: he is told after three tries.
        log.exception("not_drawn", **{press.about: str(one.pk)})
        _do(press.acts.give_back, press, one, reason=f"{type(failure).__name__}: {failure}"[:300])
        return
    _do(press.acts.keep, press, one, file=file)


@shared_task(name=SHEET_READ, ignore_result=True)
def read_sheets() -> None:
    """Read the sheets whose files were accepted, in the limited process."""
    with correlated():
        with acting(sheets.READER):
            waiting = sheets_to_read(sheets.READER)
        for one in waiting:
            try:
                _read_sheet(one)
            except (FileNotFoundError, storage.StoreUnavailable, WrongState) as failure:
                log.warning("sheet_not_read", sheet=str(one.pk), reason=f"{type(failure).__name__}: {failure}")
            except Exception:
                # Whatever it was, somebody waits in front of a page.
                log.exception("sheet_not_read", sheet=str(one.pk))
                unreadable = warden.Read(refusal=finding("read", REFUSED, "kills"))
                sheets.keep_read(actor=sheets.READER, upload=one, read=unreadable, at=timezone.now())


def _read_sheet(one: SheetUpload) -> None:
    with storage.copied(one.file.storage_key) as path:
        read = warden.read(path, mark=purpose_of(one).plan.mark)
    sheets.keep_read(actor=sheets.READER, upload=one, read=read, at=timezone.now())


@shared_task(name=sheets.SEND, ignore_result=True)
def send_sheets() -> None:
    """Send what people asked to be sent, as themselves; also what a worker left behind in the middle."""
    with correlated():
        with acting(sheets.READER):
            waiting = sheets_to_send(sheets.READER)
        for one in waiting:
            try:
                sheets.send_all(sender_of(one), one, timezone.now())
            except Exception:
                # One sheet must not hold up the others; it is taken up again where it stopped.
                log.exception("sheet_not_sent", sheet=str(one.pk))
