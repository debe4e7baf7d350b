"""What became of an agreement in Odoo. Plain functions, called by the post office when it settles a letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.shared import audit, transitions
from suppliers.actions import agreements
from suppliers.models import OrderLine, ScheduleLine
from suppliers.states import LineState, SyncMark


def still_agreed(lines: Iterable[OrderLine], letter: Mapping[str, Any]) -> set[UUID]:
    """Of which of these lines a letter says what is agreed now. A change may have been agreed while it was on its way:
    then a newer letter says so, and what became of the older one is not the line's standing.
    """
    said = {entry["line"]: entry["schedule"] for entry in letter["lines"]}
    return {key for key, rows in agreements.schedules_of(lines).items() if agreements.stated(rows) == said[str(key)]}


def take_written(line: OrderLine, rows: Mapping[UUID, tuple[Decimal, Decimal, dt.date]]) -> None:
    """Odoo was read back and says what a letter said: ``rows`` are quantity, price and date by schedule line."""
    schedule = list(ScheduleLine.objects.filter(line=line, pk__in=rows))
    for row in schedule:
        row.quantity, row.price, row.date = rows[row.pk]
        row.in_odoo = True
    ScheduleLine.objects.bulk_update(schedule, ["quantity", "price", "date", "in_odoo"])


def mark_in_odoo(line: OrderLine) -> None:
    """Odoo says what is agreed."""
    _mark(line, SyncMark.IN_ODOO, "")
    schedule = list(ScheduleLine.objects.filter(line=line, in_odoo=True))
    if line.state == LineState.AGREED and schedule:
        _close(line, schedule)


def _close(line: OrderLine, schedule: Sequence[ScheduleLine]) -> None:
    """Where nothing of the line is open any more it is over: it was cut short, or all of it has come."""
    ordered = sum((row.quantity for row in schedule), Decimal(0))
    received = sum((row.received_quantity for row in schedule), Decimal(0))
    if not ordered:
        transitions.move(line, LineState.CANCELLED, reason="Cancelled by agreement")
    elif received >= ordered:
        transitions.move(line, LineState.RECEIVED)


def mark_conflict(line: OrderLine, note: str, actual: Sequence[Mapping[str, str]]) -> None:
    """Odoo no longer says what was answered: nothing was written, the buyer sees both and decides.

    ``actual`` is what Odoo says: ``{schedule, quantity, price, date, received}`` each, numbers as strings.
    """
    line.conflict = [dict(row) for row in actual]
    line.save(update_fields=["conflict"])
    _mark(line, SyncMark.CONFLICT, note)


def mark_observed(line: OrderLine, note: str) -> None:
    """On trial: what would have been written is in the ledger, and ``note`` says where Odoo stands in the way."""
    _mark(line, SyncMark.OBSERVED, note)


def mark_needs_person(lines: Iterable[OrderLine], note: str) -> None:
    """The letter waits for a person."""
    for line in lines:
        _mark(line, SyncMark.NEEDS_PERSON, note)


def mark_waiting(lines: Iterable[OrderLine]) -> None:
    """The letter is on its way again."""
    for line in lines:
        _mark(line, SyncMark.WAITING, "")


def _mark(line: OrderLine, mark: SyncMark, note: str) -> None:
    if (line.sync, line.sync_note) == (mark, note):
        return
    audit.note(line, sync=(line.sync, mark))
    line.sync, line.sync_note = mark, note
    line.save(update_fields=["sync", "sync_note"])
