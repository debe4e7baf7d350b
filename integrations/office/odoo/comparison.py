"""What Odoo says of a line against what was agreed and what was known. Pure.

Three values meet for every delivery of a line: the target (what was agreed), the mirror (what Odoo said last, on which
the answer rests) and the actual one, read a moment before writing. Only where the actual value still is the mirror may
it be replaced; anything else is a person's work in Odoo, and a conflict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from suppliers.models.standing import CONFLICT
from suppliers.tolerances import plain


@dataclass(frozen=True)
class Values:
    """Quantity in the line's unit, price in the order's currency, arrival as a day at the plant."""

    quantity: Decimal
    price: Decimal
    date: dt.date

    def as_json(self) -> dict[str, str]:
        return {"quantity": plain(self.quantity), "price": plain(self.price), "date": self.date.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, str]) -> Values:
        return cls(Decimal(kept["quantity"]), Decimal(kept["price"]), dt.date.fromisoformat(kept["date"]))

    def as_tuple(self) -> tuple[Decimal, Decimal, dt.date]:
        return self.quantity, self.price, self.date


@dataclass(frozen=True)
class Actual:
    """One order line of Odoo as it is now."""

    id: int
    values: Values
    received: Decimal
    same_goods: bool
    """Whether product and unit still are those that were answered."""
    record: Mapping[str, Any]


class Finding(Enum):
    EQUAL = "equal"
    WRITE = "write"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Row:
    """One delivery of a line: what it should be, what was known, what we may have sent already, and what is."""

    schedule: UUID
    target: Values
    mirror: Values | None
    mirror_received: Decimal
    sent: Values | None
    actual: Actual | None

    @property
    def finding(self) -> Finding:
        if self.actual is None:
            if self.mirror is not None:
                return Finding.CONFLICT  # Odoo had it and has it no more
            return Finding.WRITE if self.target.quantity else Finding.EQUAL
        if not self.actual.same_goods:
            return Finding.CONFLICT
        if self.actual.values == self.target:
            return Finding.EQUAL
        if self.actual.received != self.mirror_received or self.actual.received > self.target.quantity:
            return Finding.CONFLICT  # Odoo refuses less than was received: no repeat would ever go through
        return Finding.WRITE if self.actual.values in (self.mirror, self.sent) else Finding.CONFLICT

    def actual_json(self) -> dict[str, str] | None:
        """What Odoo says of this delivery, as a conflict keeps it; None where it has no such line."""
        if self.actual is None:
            if self.mirror is None:
                return None
            gone = Values(Decimal(0), self.mirror.price, self.mirror.date)
            return {"schedule": str(self.schedule), **gone.as_json(), "received": plain(self.mirror_received)}
        values = self.actual.values.as_json()
        return {"schedule": str(self.schedule), **values, "received": plain(self.actual.received)}

    def differences(self) -> list[dict[str, str]]:
        """What is odd about a conflict: ``{what}``, and for a value what ``odoo`` says and what was ``known``."""
        if self.actual is None:
            return [{"what": "gone" if self.mirror else "not_kept"}]
        if not self.actual.same_goods:
            return [{"what": "goods"}]
        expected = min(self.mirror_received, self.target.quantity)
        known = {**(self.mirror or self.target).as_json(), "received": plain(expected)}
        says = {**self.actual.values.as_json(), "received": plain(self.actual.received)}
        differing = [
            {"what": name, "odoo": value, "known": known[name]} for name, value in says.items() if value != known[name]
        ]
        return differing or [{"what": "not_kept"}]


@dataclass(frozen=True)
class LinePlan:
    """One line of a letter with its deliveries, first the one that Odoo had first."""

    line: UUID
    rows: Sequence[Row]

    @property
    def finding(self) -> Finding:
        """A line is written whole or not at all."""
        findings = {row.finding for row in self.rows}
        if Finding.CONFLICT in findings:
            return Finding.CONFLICT
        return Finding.WRITE if Finding.WRITE in findings else Finding.EQUAL

    @property
    def to_write(self) -> list[Row]:
        return [row for row in self.rows if row.finding is Finding.WRITE]

    @property
    def origin(self) -> Actual | None:
        """The line of Odoo that new deliveries are split off: its words, taxes and discount are theirs too."""
        return next((row.actual for row in self.rows if row.actual is not None), None)

    def conflict(self) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """What differs, for :func:`suppliers.models.standing.words`, and everything Odoo says of the line."""
        edited = [row for row in self.rows if row.finding is Finding.CONFLICT]
        differing = edited or [row for row in self.rows if row.finding is Finding.WRITE]
        found = [one for row in differing for one in row.differences()]
        once = [one for place, one in enumerate(found) if one not in found[:place]]
        why = {"code": CONFLICT, "differences": once}
        return why, [entry for row in self.rows if (entry := row.actual_json()) is not None]
