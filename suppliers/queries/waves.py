"""Reads of going live: what is in force, how far its orders have followed, and what another switch would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suppliers.models import Activation, Plant, PurchaseOrder, Supplier
from suppliers.queries.boards import OrdersByMode, orders_by_mode
from suppliers.states import Mode
from suppliers.tolerances import choose


@dataclass
class Wave:
    """One row in force, with its orders by where they stand."""

    row: Activation
    live: int = 0
    trial: int = 0
    off: int = 0
    to_move: int = 0


@dataclass(frozen=True)
class Standing:
    """What is in force, the most general scope first, and how many orders nothing is in force for."""

    waves: Sequence[Wave]
    uncovered: int


@dataclass(frozen=True)
class Effect:
    """What switching would do to the orders that are there."""

    orders: int
    baseline: int
    suppliers: int


def due_mode(wanted: Mode, was_live: bool) -> Mode:
    """The mode an order is to have: one that has been live is never on trial again."""
    return Mode.ON if wanted == Mode.OBSERVE and was_live else wanted


def in_force(rows: Iterable[Activation], group: OrdersByMode) -> Mode:
    """The mode that is set for a group of orders; nothing at all is off."""
    row = _row_of(rows, group)
    return Mode(row.mode) if row else Mode.OFF


def standing() -> Standing:
    """Everything that is in force. Two queries."""
    rows = list(Activation.objects.select_related("supplier", "plant").order_by("version"))
    newest = {(row.supplier_id, row.plant_id): Wave(row) for row in rows}
    uncovered = 0
    for group in orders_by_mode():
        row = _row_of(rows, group)
        if row is None:
            uncovered += group.number
            continue
        wave = newest[row.supplier_id, row.plant_id]
        wave.live += group.number if group.mode == Mode.ON else 0
        wave.trial += group.number if group.mode == Mode.OBSERVE else 0
        wave.off += group.number if group.mode == Mode.OFF else 0
        wave.to_move += group.number if group.mode != due_mode(Mode(row.mode), group.was_live) else 0
    return Standing(sorted(newest.values(), key=_general_first), uncovered)


def effect(
    mode: Mode, cut_over: dt.datetime, *, supplier: Supplier | None = None, plant: Plant | None = None
) -> Effect:
    """Count before anything is switched. At most three queries."""
    rows = list(Activation.objects.all())
    wave = Activation(supplier=supplier, plant=plant, version=2**31, mode=mode)
    moving = [
        group
        for group in orders_by_mode()
        if group.mode != due_mode(in_force([*rows, wave], group), group.was_live)
        and in_force([*rows, wave], group) != in_force(rows, group)
    ]
    baseline = 0
    if mode == Mode.ON:
        pairs = {(group.supplier_id, group.plant_id) for group in moving if not group.was_live}
        placed = PurchaseOrder.objects.filter(
            live_at=None, ordered_at__lt=cut_over, supplier__in={one for one, _plant in pairs}
        ).values_list("supplier", "plant")
        baseline = sum(pair in pairs for pair in placed.order_by())
    return Effect(
        orders=sum(group.number for group in moving),
        baseline=baseline,
        suppliers=len({group.supplier_id for group in moving}),
    )


def _row_of(rows: Iterable[Activation], group: OrdersByMode) -> Activation | None:
    return choose(rows, supplier_id=group.supplier_id, group_id=None, plant_id=group.plant_id)


def _general_first(wave: Wave) -> tuple[int, str, str]:
    supplier, plant = wave.row.supplier, wave.row.plant
    return bool(supplier) + bool(plant), plant.code if plant else "", supplier.name if supplier else ""
