"""What a shipment notice wants of Odoo's open moves, and what is to be carried about so that it has it. Pure.

An order's goods lie in open moves: in its own transfer, and in those of notices. A notice wants so much of each order
line in its own. What it has too much goes back whole and is taken anew; what is missing is taken from the order's own
moves, the earliest delivery first. Nothing is ever made or lost by that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Move:
    """An open incoming move of an order line of Odoo. ``line`` is the portal's order line behind it."""

    id: int
    line: UUID
    transfer: int
    quantity: Decimal
    """The demand, in the order line's unit."""
    date: str
    record: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Part:
    """What one row of a notice wants in one lot and package, in the order line's unit."""

    row: UUID
    line: UUID
    quantity: Decimal
    lot: str = ""
    package: str = ""


@dataclass(frozen=True)
class Aim:
    """What is to be done to the moves of one order for one notice."""

    back: tuple[Move, ...] = ()
    """Whole moves that leave the notice's transfers for the order's own."""
    whole: tuple[Move, ...] = ()
    """Whole moves of the order's own that go into the notice's."""
    split: Mapping[int, Mapping[int, Decimal]] = field(default_factory=dict)
    """By transfer of the order's own: what of its moves stays there, by move; the rest of them is the notice's."""
    missing: tuple[UUID, ...] = ()
    """Order lines of which Odoo has nothing open at all."""

    @property
    def moves_goods(self) -> bool:
        return bool(self.back or self.whole or self.split)


def aim(wanted: Mapping[UUID, Decimal], ours: Sequence[Move], own: Sequence[Move]) -> Aim:
    """How the notice comes to have ``wanted``, by order line. ``ours`` are the moves of its transfers.

    Of a line of which it has too much everything goes back first; the taking is then a second aim. Where less is open
    than is wanted, it takes what there is: a supplier may ship more than was ordered, within tolerance.
    """
    have: dict[UUID, Decimal] = defaultdict(Decimal)
    for move in ours:
        have[move.line] += move.quantity
    back = tuple(move for move in ours if have[move.line] > wanted.get(move.line, Decimal(0)))
    if back:
        return Aim(back=back)
    whole: list[Move] = []
    stays: dict[int, dict[int, Decimal]] = defaultdict(dict)
    missing: list[UUID] = []
    open_of = defaultdict(list)
    for move in sorted(own, key=lambda one: (one.date, one.id)):
        open_of[move.line].append(move)
    for line, quantity in wanted.items():
        left = quantity - have[line]
        for move in open_of[line]:
            if left <= 0:
                break
            if move.quantity <= left:
                whole.append(move)
            else:
                stays[move.transfer][move.id] = move.quantity - left
            left -= min(left, move.quantity)
        if not have[line] and not open_of[line]:
            missing.append(line)
    _whole_ones_of_split_transfers(whole, stays, own)
    gone = {move.id for keep in stays.values() for move in whole if move.id in keep}
    return Aim(
        whole=tuple(move for move in whole if move.id not in gone),
        split={transfer: dict(keep) for transfer, keep in stays.items()},
        missing=tuple(missing),
    )


def _whole_ones_of_split_transfers(
    whole: Iterable[Move], stays: dict[int, dict[int, Decimal]], own: Iterable[Move]
) -> None:
    """Where a transfer is split anyway, its whole moves go the same way (nothing of them stays), the others stay."""
    going = {move.id for move in whole}
    for move in own:
        if move.transfer in stays and move.id not in stays[move.transfer]:
            stays[move.transfer][move.id] = Decimal(0) if move.id in going else move.quantity


def spread(parts: Iterable[Part], moves: Sequence[Move]) -> list[tuple[Part, Move, Decimal]]:
    """The parts on a notice's moves, each as far as it has room; what no move has room for goes onto the last one."""
    room = {move.id: move.quantity for move in moves}
    of_line: dict[UUID, list[Move]] = defaultdict(list)
    for move in sorted(moves, key=lambda one: (one.date, one.id)):
        of_line[move.line].append(move)
    laid: list[tuple[Part, Move, Decimal]] = []
    for part in parts:
        left = part.quantity
        for move in of_line[part.line]:
            taken = min(left, room[move.id])
            if taken > 0:
                laid.append((part, move, taken))
                room[move.id] -= taken
                left -= taken
        if left > 0 and of_line[part.line]:
            last = of_line[part.line][-1]
            if laid and laid[-1][0] is part and laid[-1][1] is last:
                laid[-1] = (part, last, laid[-1][2] + left)
            else:
                laid.append((part, last, left))
    return laid
