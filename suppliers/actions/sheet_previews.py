"""What sending a sheet would do, whatever it is about. Its rows come to entries, and what goes together is a part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from portal.shared.errors import Fault
from suppliers.models import OrderLine
from suppliers.sheets.reading import Contents, Row, Said


@dataclass
class Entry(ABC):
    """What rows about one thing come to."""

    rows: list[Row]
    line: OrderLine | None = None
    faults: list[Said] = field(default_factory=list)
    sent: bool = False
    """It went from this sheet before."""

    @property
    @abstractmethod
    def good(self) -> bool:
        """Whether it would be sent."""

    @property
    def goes(self) -> bool:
        """Whether something it says would be sent along."""
        return self.good

    @property
    def notes(self) -> list[Said]:
        return [note for row in self.rows for note in row.notes]

    @property
    def numbers(self) -> str:
        """Of its rows in the sheet, for people."""
        return ", ".join(str(row.number) for row in self.rows)


E = TypeVar("E", bound=Entry)


@dataclass
class Part(Generic[E]):
    """What is sent together, in one transaction: one answer to an order, one notice."""

    key: str
    """Tells it from the other parts of the sheet."""
    title: str
    lines: list[E] = field(default_factory=list)

    @property
    def good(self) -> list[E]:
        return [one for one in self.lines if one.good]

    @property
    def goes(self) -> list[E]:
        return [one for one in self.lines if one.goes]


@dataclass
class Preview(Generic[E]):
    """What sending a sheet would do, as things stand now."""

    contents: Contents
    parts: Sequence[Part[E]] = ()
    strays: list[E] = field(default_factory=list)
    """Rows that belong to nothing that could be sent."""
    untouched: int = 0
    """Of what was given out, how much nothing was filled in for."""

    @property
    def lines(self) -> list[E]:
        return [*self.strays, *(line for part in self.parts for line in part.lines)]

    @property
    def good(self) -> list[E]:
        return [line for line in self.lines if line.good]

    @property
    def refused(self) -> list[E]:
        return [line for line in self.lines if line.faults and not line.sent]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every reason why a row is not taken, by its place in the sheet."""
        if self.contents.refusal is not None:
            return (self.contents.refusal,)
        return tuple(fault.fault for line in self.refused for fault in line.faults)
