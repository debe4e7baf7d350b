"""What a notice said against what came of it: line by line, lot by lot. Pure, and the source of "ASN accuracy"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

NOTHING = Decimal(0)


class Verdict(models.TextChoices):
    EQUAL = "equal", _("As announced")
    SHORT = "short", _("Less than announced")
    OVER = "over", _("More than announced")
    MISSING = "missing", _("Not arrived")
    OTHER_LOT = "other_lot", _("Another lot")
    NOT_ANNOUNCED = "not_announced", _("Not announced")


@dataclass(frozen=True)
class Announced:
    """One row of a notice. ``lot`` is the supplier's; empty where he named none."""

    line: UUID
    quantity: Decimal
    lot: str = ""
    plate: str = ""


@dataclass(frozen=True)
class Booked:
    """One movement that was booked with the notice. ``names`` are what the lot is called, the supplier's name first."""

    line: UUID
    quantity: Decimal
    names: tuple[str, ...] = ()
    plate: str = ""
    returned: bool = False


@dataclass
class Compared:
    """One lot of one line of an order; quantities in the line's unit."""

    line: UUID
    lot: str
    announced: Decimal = NOTHING
    received: Decimal = NOTHING
    returned: Decimal = NOTHING
    """Sent back later, which does not undo that it came."""
    said_in: list[str] = field(default_factory=list)
    """The handling units it was announced in."""
    found_in: list[str] = field(default_factory=list)
    """The packages it was booked in."""
    foreign: bool = False
    """Of a line that the notice does not name."""
    about: Any = None
    """What the caller knows of the line."""

    @property
    def verdict(self) -> Verdict:
        if not self.announced:
            return Verdict.NOT_ANNOUNCED if self.foreign else Verdict.OTHER_LOT
        if self.received == self.announced:
            return Verdict.EQUAL
        if not self.received:
            return Verdict.MISSING
        return Verdict.SHORT if self.received < self.announced else Verdict.OVER

    @property
    def difference(self) -> Decimal:
        return self.received - self.announced


def compare(announced: Iterable[Announced], booked: Iterable[Booked]) -> list[Compared]:
    """What was announced, in its order, then what came beside it. Nothing is lost and nothing counted twice.

    Where the plant books no lot, or the supplier named none, the lot tells nothing: such goods fill up what is
    announced of the line and still missing, in turn, and what is beyond that is too much of it.
    """
    rows: dict[tuple[UUID, str], Compared] = {}
    of_line: dict[UUID, list[Compared]] = defaultdict(list)
    for said in announced:
        row = rows.get((said.line, said.lot))
        if row is None:
            row = rows[said.line, said.lot] = Compared(said.line, said.lot)
            of_line[said.line].append(row)
        row.announced += said.quantity
        _add(row.said_in, said.plate)
    told = {line: list(found) for line, found in of_line.items()}
    left = []
    # What a lot tells comes first, or goods without one would take its place.
    for came in (one for one in booked if one.quantity):
        lot = next((name for name in came.names if name and (came.line, name) in rows), "")
        named = rows.get((came.line, lot)) if lot else None
        if named is None:
            left.append(came)
        else:
            _book(named, came, came.quantity)
    for came in sorted(left, key=lambda one: one.returned):
        _spread(came, told.get(came.line, []), rows, of_line)
    return [row for found in of_line.values() for row in found]


def _spread(
    came: Booked, told: Sequence[Compared], rows: dict[tuple[UUID, str], Compared], of_line: dict[UUID, list[Compared]]
) -> None:
    lot = next((name for name in came.names if name), "")
    fits = [row for row in told if not lot or not row.lot]
    if not fits:
        row = rows.get((came.line, lot))
        if row is None:
            row = rows[came.line, lot] = Compared(came.line, lot, foreign=not told)
            of_line[came.line].append(row)
        _book(row, came, came.quantity)
        return
    rest = came.quantity
    for row in fits:
        room = (row.received - row.returned) if came.returned else (row.announced - row.received)
        part = max(NOTHING, min(rest, room))
        if part:
            _book(row, came, part)
            rest -= part
    if rest:
        _book(fits[-1], came, rest)


def _book(row: Compared, came: Booked, quantity: Decimal) -> None:
    if came.returned:
        row.returned += quantity
    else:
        row.received += quantity
        _add(row.found_in, came.plate)


def _add(plates: list[str], plate: str) -> None:
    if plate and plate not in plates:
        plates.append(plate)


def asn_accuracy(rows: Iterable[Compared]) -> Decimal | None:
    """The measure "ASN accuracy": lots of lines that came exactly as announced, of those announced; from 0 to 1.

    None where nothing was announced. What came beside the notice is no line of it: it shows in what it came instead of.
    """
    said = [row for row in rows if row.announced]
    if not said:
        return None
    return Decimal(sum(row.verdict == Verdict.EQUAL for row in said)) / len(said)


__all__ = ["Announced", "Booked", "Compared", "Verdict", "asn_accuracy", "compare"]
