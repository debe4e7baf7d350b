"""What became of an agreement in Odoo. Plain functions, called by the post office when it settles a letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.shared import audit, transitions
from suppliers.actions import agreements, closing
from suppliers.models import OrderLine, ScheduleLine
from suppliers.states import LineState, SyncMark


def still_agreed(lines: Iterable[OrderLine], letter: Mapping[str, Any]) -> set[UUID]:
    """Of which of these lines a letter says what is agreed now. A change may have been agreed while it was on its way:
    then a newer letter says so, and what became of the older one is not the line's standing.
    """
    said = {entry["line"]: entry["schedule"] for entry in letter["lines"]}
    return {key for key, rows in agreements.schedules_of(lines).items() if agreements.stated(rows) == said[str(key)]}


def take_written(line: OrderLine, rows: Mapping[UUID, tuple[Decimal, Decimal, dt.date]]) -> bool:
    """Odoo was read back and says what a letter said: ``rows`` are quantity, price and date by schedule line.

    Returns whether a quantity is another one than before.
    """
    schedule = list(ScheduleLine.objects.filter(line=line, pk__in=rows))
    resized = any(not row.in_odoo or row.quantity != rows[row.pk][0] for row in schedule)
    for row in schedule:
        row.quantity, row.price, row.date = rows[row.pk]
        row.in_odoo = True
    ScheduleLine.objects.bulk_update(schedule, ["quantity", "price", "date", "in_odoo"])
    return resized


def mark_in_odoo(line: OrderLine) -> None:
    """Odoo says what is agreed."""
    _mark(line, SyncMark.IN_ODOO)
    schedule = list(ScheduleLine.objects.filter(line=line, in_odoo=True))
    if line.state == LineState.AGREED and schedule:
        _close(line, schedule)


def _close(line: OrderLine, schedule: Sequence[ScheduleLine]) -> None:
    """Where nothing of the line is open any more it is over: it was cut short, or all of it has come. A change request
    about it ends with it.
    """
    ordered = sum((row.quantity for row in schedule), Decimal(0))
    received = sum((row.received_quantity for row in schedule), Decimal(0))
    if not ordered:
        transitions.move(line, LineState.CANCELLED, reason="Cancelled by agreement")
    elif received >= ordered:
        transitions.move(line, LineState.RECEIVED)
    else:
        return
    closing.overtake([line.pk])


def mark_conflict(line: OrderLine, why: Mapping[str, Any], actual: Sequence[Mapping[str, str]]) -> None:
    """Odoo no longer says what was answered: nothing was written, the buyer sees both and decides.

    ``why`` says what differs (:mod:`suppliers.models.standing`). ``actual`` is all that Odoo says: ``{schedule,
    quantity, price, date, received}`` each, numbers as strings.
    """
    line.conflict = [dict(row) for row in actual]
    line.save(update_fields=["conflict"])
    _mark(line, SyncMark.CONFLICT, why=why)


def mark_observed(line: OrderLine, why: Mapping[str, Any] | None) -> None:
    """On trial: what would have been written is in the ledger, and ``why`` says where Odoo stands in the way."""
    _mark(line, SyncMark.OBSERVED, why=why)


def mark_needs_person(lines: Iterable[OrderLine], note: str, why: Mapping[str, Any] | None) -> None:
    """The letter waits for a person: ``why`` as code and facts for whoever sent it, ``note`` as a plain sentence."""
    for line in lines:
        _mark(line, SyncMark.NEEDS_PERSON, note, why)


def mark_waiting(lines: Iterable[OrderLine]) -> None:
    """The letter is on its way again."""
    for line in lines:
        _mark(line, SyncMark.WAITING)


def _mark(line: OrderLine, mark: SyncMark, note: str = "", why: Mapping[str, Any] | None = None) -> None:
    if (line.sync, line.sync_note, line.sync_why) == (mark, note, why):
        return
    audit.note(line, sync=(line.sync, mark))
    line.stand(mark, note, why)
    line.save(update_fields=["sync", "sync_note", "sync_why"])
