"""What the portal does to give a shipment notice a transfer of its own, call by call, for the tests of every server."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.contract.target import CREATE_ONLY, Client, Order, World

FIRST = "2036-12-01 12:00:00"
LATER = "2036-12-08 12:00:00"
TRUCK = "2036-12-02 08:00:00"
OPEN = ["state", "not in", ["done", "cancel"]]
# Of an order line: (lot, quantity, package), either name may be empty.
Goods = Mapping[int, Sequence[tuple[str, float, str]]]
LINE_COLUMNS = [
    "id", "picking_id/.id", "move_id/.id", "product_id/.id", "lot_id/id", "result_package_id/id", "quantity",
    "product_uom_id/.id", "location_id/.id", "location_dest_id/.id",
]  # fmt: skip


@dataclass
class Notices:
    """Makes notices' transfers for one order, under keys of this run."""

    odoo: Client
    world: World
    order: Order
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    def key(self, kind: str, name: object) -> str:
        return f"portal_sync.{kind}_{self.run}_{name}"

    def shell_row(self, name: str) -> list[Any]:
        """The row that makes a notice's transfer, after the order's own one."""
        own = self.own()
        return [self.key("asn", name), *(own[column][0] for column in
                ("picking_type_id", "partner_id", "location_id", "location_dest_id")), own["origin"]]  # fmt: skip

    def shell(self, name: str, **context: Any) -> dict[str, Any]:
        """Load the empty transfer of a notice; a repeat finds it."""
        columns = ["id", "picking_type_id/.id", "partner_id/.id", "location_id/.id", "location_dest_id/.id", "origin"]
        answer: dict[str, Any] = self.odoo(
            "stock.picking", "load", columns, [self.shell_row(name)], context={**CREATE_ONLY, **context}
        )
        return answer

    def open_pickings(self) -> list[dict[str, Any]]:
        return self.odoo.all(
            "stock.picking", [["purchase_id", "=", self.order.id], OPEN, ["picking_type_code", "=", "incoming"]],
            "name", "picking_type_id", "partner_id", "location_id", "location_dest_id", "origin", order="id",
        )  # fmt: skip

    def own(self) -> dict[str, Any]:
        """The order's own transfer: the open one that has no key."""
        pickings = self.open_pickings()
        keys = self.odoo("stock.picking", "get_external_id", [row["id"] for row in pickings])
        return next(row for row in pickings if not keys[str(row["id"])])

    def moves(self, picking: int) -> list[dict[str, Any]]:
        return self.odoo.all(
            "stock.move", [["picking_id", "=", picking], OPEN],
            "purchase_line_id", "product_id", "product_uom", "product_uom_qty", "quantity", "state", "move_line_ids",
            "location_id", "location_dest_id", "date", "date_deadline", order="id",
        )  # fmt: skip

    def part(self, own: int, wanted: dict[int, float]) -> list[int]:
        """Split ``wanted`` of every line off a transfer; answers the moves that hold it."""
        stay, go = {}, []
        for move in self.moves(own):
            line = move["purchase_line_id"][0]
            taken = min(wanted.get(line, 0.0), move["product_uom_qty"])
            wanted[line] = wanted.get(line, 0.0) - taken
            if taken:
                stay[move["id"]] = move["product_uom_qty"] - taken
                go.append(move["id"])
        if not any(stay.values()):
            return go
        self.odoo("stock.picking", "write", [own], {"move_ids": [[1, key, {"quantity": left}]
                                                                 for key, left in stay.items()]})  # fmt: skip
        assert self.odoo("stock.picking", "action_split_transfer", [own]) is None
        rest = self.odoo.all("stock.picking", [["backorder_id", "=", own], OPEN], "move_ids", order="id desc", limit=1)
        return list(rest[0]["move_ids"])

    def announce(self, name: str, goods: Goods, date: str = TRUCK) -> int:
        """The whole sequence; answers the notice's transfer."""
        picking = int(self.shell(name)["ids"][0])
        own = self.own()["id"]
        moves = self.part(own, {line: sum(part[1] for part in parts) for line, parts in goods.items()})
        left = self.odoo("stock.move", "read", moves[:1], ["picking_id"])[0]["picking_id"][0]
        self.odoo("stock.move", "write", moves, {"picking_id": picking})
        if left != own:
            self.odoo("stock.picking", "unlink", [left])
        self.fill(picking, name, goods)
        self.odoo("stock.picking", "write", [picking], {"scheduled_date": date, "note": f"<p>{name}</p>"})
        waiting = [picking, own] if self.moves(own) else [picking]
        assert self.odoo("stock.picking", "action_assign", waiting) is True
        return picking

    def fill(self, picking: int, name: str, goods: Goods) -> None:
        """Lots, packages and lines of a notice's transfer, in place of what Odoo reserved."""
        moves = {move["purchase_line_id"][0]: move for move in self.moves(picking)}
        items = {line: move["product_id"][0] for line, move in moves.items()}
        lots = sorted({(items[line], lot) for line, parts in goods.items() for lot, _, _ in parts if lot})
        if lots:
            rows = [[self.key("lot", f"{item}_{lot}"), lot, item] for item, lot in lots]
            self.loaded("stock.lot", ["id", "name", "product_id/.id"], rows)
        packages = sorted({package for parts in goods.values() for _, _, package in parts if package})
        if packages:
            rows = [[self.key("pack", package), f"{package}-{self.run}"] for package in packages]
            self.loaded("stock.quant.package", ["id", "name"], rows)
        self.odoo("stock.move.line", "unlink", [line for move in moves.values() for line in move["move_line_ids"]])
        rows = [self.line(name, moves[line], *part) for line, parts in goods.items() for part in parts]
        self.loaded("stock.move.line", LINE_COLUMNS, rows)

    def line(self, name: str, move: dict[str, Any], lot: str, quantity: float, package: str) -> list[Any]:
        picking = self.odoo.one("stock.move", move["id"], "picking_id")["picking_id"][0]
        item = move["product_id"][0]
        return [
            self.key("line", f"{name}_{move['purchase_line_id'][0]}_{lot}_{package}"), picking, move["id"], item,
            self.key("lot", f"{item}_{lot}") if lot else "", self.key("pack", package) if package else "", quantity,
            move["product_uom"][0], move["location_id"][0], move["location_dest_id"][0],
        ]  # fmt: skip

    def loaded(self, model: str, columns: list[str], rows: list[list[Any]]) -> list[int]:
        answer = self.odoo(model, "load", columns, rows, context=CREATE_ONLY)
        assert answer["ids"], answer["messages"]
        return list(answer["ids"])

    def contents(self, picking: int) -> list[tuple[Any, ...]]:
        """Lot, quantity and package of a transfer's open moves, whatever their lines say of the transfer."""
        rows = self.odoo.all("stock.move.line", [["move_id.picking_id", "=", picking], ["move_id.state", "!=", "done"]],
                             "lot_id", "quantity", "result_package_id", order="id")  # fmt: skip
        return [
            (row["lot_id"] and row["lot_id"][1], row["quantity"],
             row["result_package_id"] and row["result_package_id"][1].removesuffix(f"-{self.run}"))
            for row in rows
        ]  # fmt: skip

    def change(self, line: int, quantity: float, date: str | None = None) -> None:
        """What a buyer or the portal does to an order's line: always the three values together."""
        row = self.odoo.one("purchase.order.line", line, "price_unit", "date_planned")
        values = {"product_qty": quantity, "price_unit": row["price_unit"], "date_planned": date or row["date_planned"]}
        self.odoo("purchase.order.line", "write", [line], values)

    def open_quantities(self, line: int) -> dict[int, float]:
        """What is open of a line, by transfer."""
        found: dict[int, float] = {}
        for move in self.world.moves(line):
            if move["state"] not in ("done", "cancel") and move["picking_code"] == "incoming":
                picking = move["picking_id"][0]
                found[picking] = found.get(picking, 0.0) + move["product_uom_qty"]
        return found


def ordered(odoo: Client, world: World, **item: Any) -> Notices:
    """An order of 100 and 40 of two items that are kept by lot, unless told otherwise."""
    items = [world.product(**{"tracking": "lot", **item}) for _ in range(2)]
    return Notices(odoo, world, world.order((100, 5.0, FIRST), (40, 7.5, LATER), products=items))


def two_notices(odoo: Client, world: World) -> tuple[Notices, int, int]:
    """Notice A with 40 of the first line, notice B with 30 of it and all of the second; 30 of the first are left."""
    notices = ordered(odoo, world)
    one, other = notices.order.lines
    first = notices.announce("A", {one: [("A1", 25, "C1"), ("A2", 15, "C2")]})
    second = notices.announce("B", {one: [("B1", 30, "C3")], other: [("B2", 40, "C3")]}, "2036-12-05 08:00:00")
    return notices, first, second
