"""What was booked of orders, and which of their transfers are those of shipment notices. Read for many orders at once.

A notice's transfer bears our key. What Odoo splits off it when less arrives bears none, and belongs to the notice all
the same: it names the transfer it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from integrations.office.odoo import translate
from integrations.office.odoo.gateway import Gateway

MOVE, MOVE_LINE, TRANSFER, LOT = "stock.move", "stock.move.line", "stock.picking", "stock.lot"
CLOSED = ("done", "cancel")
_BOOKED = ("move_id", "picking_id", "quantity", "product_id", "product_uom_id", "lot_id", "package_id",
           "result_package_id", "date")  # fmt: skip
_MOVES = ("purchase_line_id", "location_usage", "location_dest_usage", "origin_returned_move_id", "to_refund")
_TRANSFERS = ("name", "state", "backorder_id", "purchase_id")

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Booked:
    """One booked movement of goods of an order line, by Odoo's ids."""

    id: int
    line: int
    product: int
    quantity: float
    unit: int
    unit_name: str
    returned: bool
    """Back to the vendor."""
    counts: bool
    takes_back: int | None
    """Of a return: the movement that brought the goods, where it can be told."""
    lot: str
    lot_key: str
    """Our key of the lot, where we made it."""
    package: str
    date: str
    transfer: str
    notice: UUID | None
    """The notice and order whose transfer it was booked in."""


@dataclass(frozen=True)
class NoticeTransfer:
    """Where one notice's goods of an order stand."""

    notice: UUID
    name: str
    ended: bool
    """Whether Odoo expects nothing more of it."""


@dataclass(frozen=True)
class RemoteArrivals:
    """What was read for one order; part of its digest."""

    booked: tuple[Booked, ...] = ()
    transfers: tuple[NoticeTransfer, ...] = ()


class Arrivals:
    """Reads arrivals through one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def of_orders(self, lines: Mapping[int, Sequence[int]], with_notices: Iterable[int]) -> dict[int, RemoteArrivals]:
        """By order; ``lines`` are each order's, ``with_notices`` the orders of which something was announced.

        Two calls for any number of orders, three more where there are notices.
        """
        owners, transfers = self._transfers(sorted(with_notices))
        of_line = {line: order for order, ids in lines.items() for line in ids}
        booked: dict[int, list[Booked]] = {}
        for one in self._booked(sorted(of_line), owners):
            booked.setdefault(of_line[one.line], []).append(one)
        return {
            order: RemoteArrivals(tuple(booked.get(order, ())), tuple(transfers.get(order, ())))
            for order in booked.keys() | transfers.keys()
        }

    def _transfers(self, orders: Sequence[int]) -> tuple[dict[int, UUID], dict[int, list[NoticeTransfer]]]:
        """Which notice each transfer of some orders belongs to, and how each notice's stand, by order."""
        if not orders:
            return {}, {}
        domain = [["purchase_id", "in", list(orders)], ["picking_type_code", "=", "incoming"]]
        rows = {row["id"]: row for row in self.gateway.search_read(TRANSFER, domain, _TRANSFERS, order="id")}
        keyed, owners = owners_of(self.gateway, rows.values())
        found: dict[int, list[NoticeTransfer]] = {}
        for key, notice in sorted(keyed.items()):
            ended = all(rows[one]["state"] in CLOSED for one, owner in owners.items() if owner == notice)
            order = rows[key]["purchase_id"][0]
            found.setdefault(order, []).append(NoticeTransfer(notice, translate.text(rows[key]["name"]), ended))
        return owners, found

    def _booked(self, lines: Sequence[int], owners: Mapping[int, UUID]) -> list[Booked]:
        if not lines:
            return []
        domain = [["state", "=", "done"], ["move_id.purchase_line_id", "in", list(lines)]]
        rows = self.gateway.search_read(MOVE_LINE, domain, _BOOKED, order="id")
        if not rows:
            return []
        wanted = sorted({row["move_id"][0] for row in rows})
        moves = {row["id"]: row for row in self.gateway.search_read(MOVE, [["id", "in", wanted]], _MOVES, order="id")}
        lots = sorted({row["lot_id"][0] for row in rows if row["lot_id"]}) if owners else []
        keys = self.gateway.external_ids(LOT, lots)
        return [_one(row, moves[row["move_id"][0]], rows, keys, owners) for row in rows if row["move_id"][0] in moves]


def owners_of(gateway: Gateway, transfers: Iterable[Record]) -> tuple[dict[int, UUID], dict[int, UUID]]:
    """Which of some transfers bear a notice's key, and which notice each of them belongs to. One call.

    All transfers of an order are to be among them: what was split off twice is known by the one between.
    """
    rows = list(transfers)
    keys = gateway.external_ids(TRANSFER, [row["id"] for row in rows])
    keyed = {key: notice for key, name in keys.items() if (notice := translate.notice_of(name))}
    return keyed, notices_of(rows, keyed)


def notices_of(transfers: Iterable[Record], keyed: Mapping[int, UUID]) -> dict[int, UUID]:
    """Which notice each of some transfers belongs to: by its key, or by the transfer it was split off."""
    parents = {row["id"]: translate.pair_id(row["backorder_id"]) for row in transfers}
    owners: dict[int, UUID] = {}
    for key in parents:
        seen: set[int] = set()
        at: int | None = key
        while at is not None and at not in keyed and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at is not None and at in keyed:
            owners[key] = keyed[at]
    return owners


def _one(
    row: Record, move: Record, rows: Sequence[Record], keys: Mapping[int, str], owners: Mapping[int, UUID]
) -> Booked:
    lot, transfer = translate.pair(row["lot_id"]), translate.pair(row["picking_id"])
    unit = translate.pair(row["product_uom_id"]) or (0, "")
    package = translate.pair(row["result_package_id"]) or translate.pair(row["package_id"])
    returned = move["location_dest_usage"] == "supplier"
    return Booked(
        id=int(row["id"]),
        line=move["purchase_line_id"][0],
        product=translate.pair_id(row["product_id"]) or 0,
        quantity=float(row["quantity"]),
        unit=unit[0],
        unit_name=unit[1],
        returned=returned,
        counts=not returned or bool(move["to_refund"]),
        takes_back=_taken_back(row, move, rows) if returned else None,
        lot=lot[1] if lot else "",
        lot_key=keys.get(lot[0], "") if lot else "",
        package=package[1] if package else "",
        date=row["date"],
        transfer=transfer[1] if transfer else "",
        notice=owners.get(transfer[0]) if transfer else None,
    )


def _taken_back(row: Record, move: Record, rows: Sequence[Record]) -> int | None:
    """What brought the goods that a return takes away: of its origin, the same lot first."""
    origin = translate.pair_id(move["origin_returned_move_id"])
    brought = [one for one in rows if one["move_id"][0] == origin]
    brought.sort(key=lambda one: one["lot_id"] != row["lot_id"])
    return int(brought[0]["id"]) if brought else None
