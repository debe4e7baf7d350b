"""Lots, packages and quantities of a notice, onto moves that are in its transfers already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from integrations.office.obstacles import permanent
from integrations.office.odoo import translate
from integrations.office.odoo.aiming import Move, Part
from integrations.office.odoo.arrivals import LOT, MOVE, MOVE_LINE
from integrations.office.odoo.notices import Lot, Notice
from integrations.office.odoo.writing import Pen

PACKAGE = "stock.quant.package"
_LINES = ("id", "picking_id/.id", "move_id/.id", "product_id/.id", "lot_id/.id", "result_package_id/.id", "quantity",
          "product_uom_id/.id", "location_id/.id", "location_dest_id/.id")  # fmt: skip
Laid = Sequence[tuple[Part, Move, Decimal]]


class Cargo:
    """Loads what a notice says of lots and packages."""

    def __init__(self, pen: Pen, notice: Notice) -> None:
        self.pen = pen
        self.gateway = pen.gateway
        self.notice = notice

    def load(self, laid: Laid) -> bool:
        """Make the transfers' lines anew; whether that was needed. Nothing where they say it already."""
        lots = self._lots(laid)
        packages = self._packages(laid)
        rows = [self._row(part, move, quantity, lots, packages, turn) for part, move, quantity, turn in _in_turn(laid)]
        moves = sorted({move.id for _part, move, _quantity in laid})
        there = self.gateway.search_read(
            MOVE_LINE, [["move_id", "in", moves]],
            ["move_id", "lot_id", "result_package_id", "quantity", "picking_id", "state"], order="id",
        )  # fmt: skip
        if any(row["state"] == "done" for row in there):
            raise permanent("notice_received", transfer=_name(there))
        if _says(there) == _says_rows(rows):
            return False
        if there:
            self.pen.call(MOVE_LINE, "unlink", [[row["id"] for row in there]])
        self.pen.load(MOVE_LINE, _LINES, rows)
        return True

    def _row(
        self,
        part: Part,
        move: Move,
        quantity: Decimal,
        lots: Mapping[tuple[int, str], int],
        packages: Mapping[str, int],
        turn: int,
    ) -> list[str]:
        record = move.record
        item = record["product_id"][0]
        return [
            translate.part_key(part.row, turn),
            str(move.transfer),
            str(move.id),
            str(item),
            str(lots.get((item, part.lot), "")),
            str(packages.get(part.package, "")),
            translate.number_text(quantity),
            *(str(record[name][0]) for name in ("product_uom", "location_id", "location_dest_id")),
        ]

    def _lots(self, laid: Laid) -> dict[tuple[int, str], int]:
        """Odoo's lots, by item and the supplier's number: what is there is used, what is not is made under our key."""
        wanted = {
            (move.record["product_id"][0], part.lot): self.notice.lots[part.line, part.lot]
            for part, move, _quantity in laid
            if part.lot
        }
        if not wanted:
            return {}
        names = sorted({name for _item, number in wanted for name in (number, self.notice.prefix + number)})
        domain = [["product_id", "in", sorted({item for item, _number in wanted})], ["name", "in", names]]
        rows = self.gateway.search_read(LOT, domain, ["name", "product_id"], order="id")
        keys = self.gateway.external_ids(LOT, [row["id"] for row in rows])
        there = {
            (row["product_id"][0], row["name"]): (row["id"], translate.lot_of(keys.get(row["id"], ""))) for row in rows
        }
        ours = {(item, key): remote for (item, _name), (remote, key) in there.items() if key}
        found: dict[tuple[int, str], int] = {}
        missing: list[tuple[tuple[int, str], str, Lot]] = []
        for place, lot in wanted.items():
            item, number = place
            plain, prefixed = number, self.notice.prefix + number
            if (item, lot.key) in ours:
                found[place] = ours[item, lot.key]
                continue
            # Without a key a person made it, of these goods as far as anybody knows; with one it is another supplier's.
            name = prefixed if self.notice.prefixed or there.get((item, plain), (0, None))[1] else plain
            if (item, name) in there:
                found[place] = there[item, name][0]
            else:
                missing.append((place, name, lot))
        return found | self._make_lots(missing)

    def _make_lots(self, missing: Sequence[tuple[tuple[int, str], str, Lot]]) -> dict[tuple[int, str], int]:
        rows: dict[bool, list[tuple[tuple[int, str], list[str]]]] = {True: [], False: []}
        for place, name, lot in missing:
            cells = [translate.lot_key(lot.key), name, str(place[0])]
            if lot.expires_on:
                cells.append(translate.plant_noon(lot.expires_on, self.notice.zone))
            rows[bool(lot.expires_on)].append((place, cells))
        made: dict[tuple[int, str], int] = {}
        for dated, listed in rows.items():
            if listed:
                columns = ["id", "name", "product_id/.id", *(["expiration_date"] if dated else [])]
                ids = self.pen.load(LOT, columns, [cells for _place, cells in listed])
                made |= dict(zip((place for place, _cells in listed), ids, strict=True))
        return made

    def _packages(self, laid: Laid) -> dict[str, int]:
        """Odoo's packages by number: names need not be unique there, so ours are looked for by name first."""
        wanted = sorted({part.package for part, _move, _quantity in laid if part.package})
        if not wanted:
            return {}
        rows = self.gateway.search_read(PACKAGE, [["name", "in", wanted]], ["name"], order="id desc")
        found = {row["name"]: row["id"] for row in rows}
        missing = [code for code in wanted if code not in found]
        if missing:
            cells = [[translate.package_key(code), code] for code in missing]
            found |= dict(zip(missing, self.pen.load(PACKAGE, ("id", "name"), cells), strict=True))
        return found


def _in_turn(laid: Laid) -> list[tuple[Part, Move, Decimal, int]]:
    """Each row of a notice may lie on several lines: they are counted, so that a repeat names them alike."""
    turns: dict[Any, int] = {}
    counted = []
    for part, move, quantity in laid:
        turns[part.row] = turns.get(part.row, 0) + 1
        counted.append((part, move, quantity, turns[part.row]))
    return counted


def _says(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(
        (
            str(row["move_id"][0]),
            str(row["lot_id"][0]) if row["lot_id"] else "",
            str(row["result_package_id"][0]) if row["result_package_id"] else "",
            translate.number_text(translate.number(row["quantity"])),
            str(row["picking_id"][0]) if row["picking_id"] else "",
        )
        for row in rows
    )


def _says_rows(rows: Sequence[Sequence[str]]) -> list[tuple[Any, ...]]:
    return sorted((row[2], row[4], row[5], row[6], row[1]) for row in rows)


def _name(rows: Sequence[Mapping[str, Any]]) -> str:
    return next((str(row["picking_id"][1]) for row in rows if row["picking_id"]), MOVE)
