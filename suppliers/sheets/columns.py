"""What stands in a sheet: columns by names that never change, whatever their headings say in which language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

Value = str | Decimal | dt.date | None
"""Of a cell. None: empty. Numbers have six decimals at most."""
KEY = "key"
"""The name of the hidden column with the keys of the rows."""


class Holds(Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    """A code out of some; people read and write its words."""


@dataclass(frozen=True)
class Column:
    """One column. What is not to be filled in is locked, and must come back as it was."""

    name: str
    title: Any
    """What people read; lazily translated."""
    holds: Holds = Holds.TEXT
    fill: bool = False
    choices: Sequence[tuple[str, Any]] = ()
    """Codes with their words, lazily translated."""
    longest: int = 2_000
    width: int = 14
    needed: bool = False
    """Whether a sheet without it says nothing."""


@dataclass(frozen=True)
class Plan:
    """A kind of sheet."""

    name: str
    """Stands in the mark of the sheet; never changes."""
    title: Any
    columns: Sequence[Column]
    instructions: Sequence[Any] = ()

    @property
    def mark(self) -> str:
        """How the first cell of every such sheet begins."""
        return f"portal-sheet:{self.name}:1:"

    def without(self, *names: str) -> Plan:
        """The same without some columns."""
        return Plan(self.name, self.title, [one for one in self.columns if one.name not in names], self.instructions)


@dataclass(frozen=True)
class Written:
    """A row as it is given out."""

    id: str
    """What it is about. Several rows may be about one thing."""
    stand: str
    """How that stood; a row of an earlier stand is stale."""
    values: Mapping[str, Value] = field(default_factory=dict)
    turn: int = 0
    """Which it is of the rows about the same thing."""


@dataclass(frozen=True)
class Head:
    """Whose a sheet is, and in whose language."""

    owner: str
    language: str
