"""What a measure hands back, how two things are timed side by side, and the table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

WARM_UP = 3


@dataclass(frozen=True)
class Figure:
    """One row of the table: ours and the limit measured beside it, what is made of them, and what it should be."""

    what: str
    ours: float
    limit: float
    unit: str
    value: float
    target: float
    at_most: bool = True
    form: str = "{:.2f} x"

    @classmethod
    def dearer(cls, what: str, ours: float, limit: float, target: float, unit: str = "ms") -> Figure:
        """A cost that may be so many times the limit's."""
        return cls(what, ours, limit, unit, ours / limit, target)

    @classmethod
    def slower(cls, what: str, ours: float, limit: float, target: float, unit: str = "/s") -> Figure:
        """A rate that must reach so much of the limit's."""
        return cls(what, ours, limit, unit, ours / limit, target, at_most=False)

    @property
    def met(self) -> bool:
        return self.value <= self.target if self.at_most else self.value >= self.target

    @property
    def cells(self) -> tuple[str, ...]:
        sign = "<=" if self.at_most else ">="
        return (
            self.what,
            f"{self.ours:,.2f}",
            f"{self.limit:,.2f}",
            self.unit,
            self.form.format(self.value),
            f"{sign} {self.form.format(self.target)}",
            "met" if self.met else "MISSED",
        )


@dataclass(frozen=True)
class Note:
    """Something worth saying beside the table that is no verdict."""

    text: str


Result = Sequence[Figure | Note]


def alternate(*calls: Callable[[], Any], runs: int = 25) -> list[float]:
    """Median milliseconds of each, taken in turn so that the machine's mood hits all alike."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(runs + WARM_UP):
        for call, kept in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            kept.append((time.perf_counter() - start) * 1000)
    return [statistics.median(kept[WARM_UP:]) for kept in times]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(share) // 100) - 1)]


def print_table(results: Sequence[Figure | Note]) -> None:
    figures = [result for result in results if isinstance(result, Figure)]
    rows = [("", "ours", "limit", "", "figure", "target", ""), *(figure.cells for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    print()
    for row in rows:
        cells = [
            cell.rjust(width) if column in (1, 2, 4, 5) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
    print()
    for result in results:
        if isinstance(result, Note):
            print(f"note: {result.text}")
