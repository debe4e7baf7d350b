"""Send a shipment notice to Odoo: one incoming transfer of its own for each of its orders, with lots and packages.

Nothing is blindly repeated: every try reads the transfers, and carries over what is still missing. Every call but the
loads moves goods from one open transfer of the order to another, and every load is under our keys, so a lost answer
costs another look and doubles nothing (``docs/decisions/0013``). Calls do not grow in number with the lines.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from integrations.office.actions import delivering
from integrations.office.actions.delivering import POST_OFFICE, Sending
from integrations.office.obstacles import permanent, temporary
from integrations.office.odoo import translate
from integrations.office.odoo.aiming import Aim, Move, Part, aim, spread
from integrations.office.odoo.arrivals import CLOSED, MOVE, MOVE_LINE, TRANSFER, owners_of
from integrations.office.odoo.cargo import Cargo
from integrations.office.odoo.gateway import Gateway
from integrations.office.odoo.notices import Goods, Notice
from integrations.office.odoo.writing import Pen

_TRANSFERS = ("name", "state", "backorder_id", "origin", "purchase_id", "picking_type_id", "partner_id", "location_id",
              "location_dest_id")  # fmt: skip
_MOVES = ("purchase_line_id", "product_id", "product_uom", "product_uom_qty", "quantity", "picking_id", "date", "state",
          "location_id", "location_dest_id", "move_line_ids")  # fmt: skip
_LIKE = ("picking_type_id", "partner_id", "location_id", "location_dest_id")
_SHELL = ("id", "picking_type_id/.id", "partner_id/.id", "location_id/.id", "location_dest_id/.id", "origin")
OPEN = ["state", "not in", list(CLOSED)]
ROUNDS = 4
"""How often goods are carried about in one try: back, forth, and once more where somebody did so meanwhile."""


@dataclass
class Seen:
    """What one look found of an order: its transfers, whose they are, and the open moves."""

    transfers: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    owners: dict[int, UUID] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)

    def ours(self, goods: Goods) -> list[Move]:
        return [move for move in self.moves if self.owners.get(move.transfer) == goods.key]

    def own(self) -> list[Move]:
        """Those that are in no notice's transfer."""
        return [move for move in self.moves if move.transfer not in self.owners]

    def keyed(self, goods: Goods) -> int | None:
        """The notice's transfer; not what was split off it."""
        mine = [key for key, owner in self.owners.items() if owner == goods.key]
        return next((key for key in mine if translate.pair_id(self.transfers[key]["backorder_id"]) not in mine), None)

    def rest(self) -> int | None:
        """The order's own transfer: the first open one that is no notice's, be it empty."""
        return next((key for key, row in sorted(self.transfers.items()) if key not in self.owners
                     and row["state"] not in CLOSED), None)  # fmt: skip


def send_notice(sending: Sending, gateway: Gateway) -> dict[str, Any]:
    """Deliver one ``shipment.announced``, ``cancelled`` or ``closed``: what the notice says now is what Odoo gets."""
    notice = Notice.of(sending)
    if notice is None:
        return {"nothing": True}
    post = _Post(sending, gateway, notice)
    for _round in range(ROUNDS):
        if not post.carry():
            break
    else:
        raise temporary("moving")
    names = post.fill()
    delivering.settle_notice(
        actor=POST_OFFICE,
        delivery=sending.delivery,
        sending=sending,
        version=notice.version,
        names=names,
        at=sending.clock(),
    )
    return {"transfers": sorted(names.values())}


class _Post:
    """One try to deliver one notice."""

    def __init__(self, sending: Sending, gateway: Gateway, notice: Notice) -> None:
        self.pen = Pen(sending, gateway)
        self.gateway = gateway
        self.notice = notice
        self.again = bool(sending.delivery.body.get("again"))
        """Nothing is new in it: only what Odoo made of it since is put right."""
        self.seen: dict[UUID, Seen] = {}

    # --- Looking -----------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Read the orders' transfers and open moves. Three calls, whatever there is."""
        orders = self.notice.goods
        domain: list[Any] = [["picking_type_code", "=", "incoming"], "|",
                             ["purchase_id", "in", [goods.remote_id for goods in orders]],
                             ["origin", "in", [goods.number for goods in orders]]]  # fmt: skip
        rows = {row["id"]: row for row in self.gateway.search_read(TRANSFER, domain, _TRANSFERS, order="id")}
        _keyed, owners = owners_of(self.gateway, rows.values())
        found = self.gateway.search_read(
            MOVE,
            [["purchase_line_id", "in", sorted(self.notice.lines)], OPEN, ["location_dest_id.usage", "!=", "supplier"]],
            _MOVES,
            order="sequence, id",
        )
        self.seen = {goods.order: Seen() for goods in orders}
        by_order = {goods.remote_id: goods.order for goods in orders}
        by_number = {goods.number: goods.order for goods in orders}
        for key, row in rows.items():
            # An emptied transfer knows its order by nothing but its origin.
            found_order = by_order.get(translate.pair_id(row["purchase_id"]) or 0)
            if order := found_order or by_number.get(translate.text(row["origin"])):
                self.seen[order].transfers[key] = row
                if key in owners:
                    self.seen[order].owners[key] = owners[key]
        for row in found:
            order, line = self.notice.lines[row["purchase_line_id"][0]]
            transfer = translate.pair_id(row["picking_id"])
            if transfer in self.seen[order].transfers:
                quantity = translate.number(row["product_uom_qty"])
                self.seen[order].moves.append(Move(row["id"], line, transfer, quantity, row["date"], row))

    # --- Carrying ----------------------------------------------------------------------------------------------------

    def carry(self) -> bool:
        """Bring what is missing into the notice's transfers, or back; whether anything had to be moved."""
        self.look()
        aims = {goods.order: self._aim(goods) for goods in self.notice.goods}
        if not any(one.moves_goods for one in aims.values()):
            return False
        self._make_shells([goods for goods in self.notice.goods if aims[goods.order].whole or aims[goods.order].split])
        for goods in self.notice.goods:
            one, seen = aims[goods.order], self.seen[goods.order]
            if one.back:
                self._give_back(goods, seen, one.back)
            self._take(goods, seen, one)
        return True

    def _aim(self, goods: Goods) -> Aim:
        seen = self.seen[goods.order]
        first = seen.keyed(goods)
        if first is not None and seen.transfers[first]["state"] == "done":
            if not goods.parts:
                # What was not received of it is free again; what was, was received.
                return Aim(back=tuple(seen.ours(goods)))
            if self.again or self.notice.arrived:
                # What was received stands beside what was announced: nothing is left to be corrected.
                return Aim()
            raise permanent("notice_received", transfer=translate.text(seen.transfers[first]["name"]))
        found = aim(goods.wanted, seen.ours(goods), seen.own())
        if found.missing:
            raise permanent("nothing_open", order=goods.number, line=goods.positions[found.missing[0]])
        return found

    def _make_shells(self, wanted: Sequence[Goods]) -> None:
        """The notice's transfers, after the orders' own. One call; a repeat finds those that are there."""
        rows = []
        for goods in wanted:
            seen = self.seen[goods.order]
            model = seen.transfers[min(move.transfer for move in seen.own())]
            after = (str(model[name][0]) for name in _LIKE)
            rows.append([translate.notice_key(goods.key), *after, goods.number])
        if rows:
            made = self.pen.load(TRANSFER, _SHELL, rows)
            for goods, key in zip(wanted, made, strict=True):
                self.seen[goods.order].owners[key] = goods.key
                self.seen[goods.order].transfers.setdefault(key, {"name": "", "state": "draft", "backorder_id": False})

    def _take(self, goods: Goods, seen: Seen, one: Aim) -> None:
        target = seen.keyed(goods)
        if target is None or not (one.whole or one.split):
            return
        gone = [move.id for move in one.whole]
        emptied: list[int] = []
        for transfer, stays in one.split.items():
            quantities = [[1, key, {"quantity": float(left)}] for key, left in stays.items()]
            self.pen.call(TRANSFER, "write", [[transfer], {"move_ids": quantities}])
            self.pen.call(TRANSFER, "action_split_transfer", [[transfer]])
            parted = self.gateway.search_read(
                TRANSFER, [["backorder_id", "=", transfer], OPEN], ["move_ids"], order="id desc", limit=1
            )
            if parted:
                gone += parted[0]["move_ids"]
                emptied.append(parted[0]["id"])
        if gone:
            self.pen.call(MOVE, "write", [sorted(gone), {"picking_id": target}])
        if emptied:
            self.pen.call(TRANSFER, "unlink", [emptied])

    def _give_back(self, goods: Goods, seen: Seen, moves: Sequence[Move]) -> None:
        """Whole moves return to the order's own transfer; their own date is set as well."""
        rest = seen.rest()
        if rest is None:
            raise permanent("no_transfer", order=goods.number)
        lines = sorted(line for move in moves for line in move.record["move_line_ids"])
        if lines:
            self.pen.call(MOVE_LINE, "unlink", [lines])
        by_day: dict[dt.date | None, list[int]] = defaultdict(list)
        for move in moves:
            by_day[goods.dates.get(move.record["purchase_line_id"][0])].append(move.id)
        for day, ids in by_day.items():
            # In one call: a move that came back without its date would not be looked at again.
            date = {"date": translate.plant_noon(day, self.notice.zone)} if day else {}
            self.pen.call(MOVE, "write", [sorted(ids), {"picking_id": rest, **date}])
        self.pen.call(TRANSFER, "action_assign", [[rest]])

    # --- Filling -----------------------------------------------------------------------------------------------------

    def fill(self) -> dict[UUID, str]:
        """Lots, packages and quantities onto the notice's moves; return the transfers' names by notice and order."""
        names: dict[UUID, str] = {}
        laid: list[tuple[Part, Move, Decimal]] = []
        for goods in self.notice.goods:
            seen = self.seen[goods.order]
            if (first := seen.keyed(goods)) is not None and goods.parts:
                names[goods.key] = translate.text(seen.transfers[first]["name"])
                if seen.transfers[first]["state"] != "done":
                    laid += spread(goods.parts, seen.ours(goods))
        if laid and (Cargo(self.pen, self.notice).load(laid) or not self.again):
            self._head(sorted({move.transfer for _part, move, _quantity in laid}))
        return names

    def _head(self, transfers: Sequence[int]) -> None:
        """When the truck comes and with whom; then Odoo sees that it is ready."""
        zone: ZoneInfo = self.notice.zone
        values: dict[str, Any] = {"note": translate.note_html(self.notice.title, self.notice.words)}
        if self.notice.arrives_on:
            values["scheduled_date"] = translate.plant_noon(self.notice.arrives_on, zone)
        self.pen.call(TRANSFER, "write", [list(transfers), values])
        own = {seen.rest() for seen in self.seen.values() if seen.own()} - {None}
        self.pen.call(TRANSFER, "action_assign", [sorted([*transfers, *(key for key in own if key)])])
