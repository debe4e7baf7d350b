"""What other apps say before a shipment notice is sent: asked here, answered by whoever is above.

Filled in ``apps.py: ready()``, as ``documents/kinds.py`` is. A gate is asked once for a whole notice, in the act that
sends it and while one types, under the role of whoever sends: a bounded number of statements, no change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from suppliers.notices import NoticeLine


class Passing(NamedTuple):
    """One row that wants to pass: the keys of order line, order and item behind it, and what it says."""

    line: str
    order: str
    item_id: int
    said: NoticeLine


@dataclass(frozen=True)
class Question:
    """May these goods of a supplier leave for a plant? ``rows`` stand in the order of the notice."""

    supplier_id: int
    plant_id: int
    arrives_on: dt.date | None
    rows: Sequence[Passing | None]
    """None where the row is refused already."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a row may not pass, and what mends it: ``message`` says both. ``field`` is one of the row's own."""

    row: int
    code: str
    message: str
    field: str = "lot"


Gate = Callable[[Question], Iterable[Objection]]
_gates: list[Gate] = []


def register(gate: Gate) -> None:
    """Let a gate be asked from now on."""
    _gates.append(gate)


def objections(question: Question) -> list[Objection]:
    """What all gates say."""
    return [objection for gate in _gates for objection in gate(question)]
