"""What ordered parts are waited for: the moves behind a receipt, down to the order that consumes or ships them.

Odoo links moves (``move_dest_ids``): the receipt of a line, perhaps a transfer or two inside the plant, then what
takes the goods away. Only that last move is a demand, and its own date is when the goods are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.office.odoo import translate
from integrations.office.odoo.gateway import Gateway
from suppliers.states import DemandKind

MOVE = "stock.move"
DEEPEST = 6
"""Moves followed behind a receipt. Three-step receipts and deliveries need five; a ring in the data ends here."""
PAGE = 1000
_OPEN = ["state", "not in", ["done", "cancel"]]
_FIELDS = ("date", "origin", "reference", "picking_code", "location_dest_usage", "move_dest_ids")
_OPTIONAL = ("raw_material_production_id", "sale_line_id", "group_id", "location_final_id")
"""Brought by manufacturing, brought by sales, gone with Odoo 19, new with Odoo 18."""
UPWARDS = ("purchase_line_id", "move_orig_ids")
_KEPT_INSIDE = ("internal", "view")


@dataclass(frozen=True)
class Demand:
    """The earliest thing a line's goods are for. ``at`` is a moment of Odoo, as it writes them."""

    at: str
    kind: DemandKind
    number: str


@dataclass(frozen=True)
class LineDemand:
    """What was found behind one order line, and every move that was met on the way to it."""

    earliest: Demand | None = None
    moves: tuple[int, ...] = ()


NONE = LineDemand()


class Demands:
    """Reads demands through one gateway, in a number of calls that does not grow with the lines."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._names: tuple[str, ...] = ()

    def of_lines(self, lines: Sequence[int]) -> dict[int, LineDemand]:
        """By order line; a line without open moves, or with none behind them, is not in the answer."""
        if not lines:
            return {}
        domain = [["purchase_line_id", "in", list(lines)], _OPEN]
        receipts = self.gateway.search_read(MOVE, domain, ["purchase_line_id", "move_dest_ids"], order="id")
        behind: dict[int, set[int]] = {}
        for receipt in receipts:
            if receipt["move_dest_ids"]:
                behind.setdefault(receipt["purchase_line_id"][0], set()).update(receipt["move_dest_ids"])
        moves = self._follow(set().union(*behind.values()))
        inside = self._inside(moves.values())
        return {line: _found(first, moves, inside) for line, first in behind.items()}

    def lines_behind(self, rows: Iterable[Mapping[str, Any]]) -> set[int]:
        """The order lines whose receipts lead to these moves (rows with ``UPWARDS``): the same way, upwards."""
        found: set[int] = set()
        seen: set[int] = set()
        for _depth in range(DEEPEST):
            rows = list(rows)
            seen |= {int(row["id"]) for row in rows}
            found |= {row["purchase_line_id"][0] for row in rows if row["purchase_line_id"]}
            level = {origin for row in rows for origin in row["move_orig_ids"]} - seen
            if not level:
                break
            rows = self._in_pages(level, UPWARDS)
        return found

    def _follow(self, level: set[int]) -> dict[int, dict[str, Any]]:
        """Every open move that these lead to, themselves included."""
        moves: dict[int, dict[str, Any]] = {}
        for _depth in range(DEEPEST):
            if not level:
                break
            rows = self._in_pages(level, self._fields(), _OPEN)
            moves |= {int(row["id"]): row for row in rows}
            level = {after for row in rows for after in row["move_dest_ids"]} - set(moves)
        return moves

    def _in_pages(self, ids: set[int], fields: Sequence[str], *more: Any) -> list[dict[str, Any]]:
        wanted = sorted(ids)
        rows: list[dict[str, Any]] = []
        for start in range(0, len(wanted), PAGE):
            domain = [["id", "in", wanted[start : start + PAGE]], *more]
            rows += self.gateway.search_read(MOVE, domain, fields, order="id")
        return rows

    def _fields(self) -> tuple[str, ...]:
        """What this Odoo knows of moves: not every module is installed everywhere."""
        if not self._names:
            known = self.gateway.call(MOVE, "fields_get", [list(_OPTIONAL), ["type"]])
            self._names = (*_FIELDS, *(name for name in _OPTIONAL if name in known))
        return self._names

    def _inside(self, moves: Iterable[dict[str, Any]]) -> set[int]:
        """Which final locations are in a plant: a first step towards a customer ends nowhere inside."""
        final = {place[0] for move in moves if (place := translate.pair(move.get("location_final_id")))}
        if not final:
            return set()
        domain = [["id", "in", sorted(final)], ["usage", "in", list(_KEPT_INSIDE)]]
        return {int(row["id"]) for row in self.gateway.search_read("stock.location", domain, ["id"])}


def _found(first: set[int], moves: dict[int, dict[str, Any]], inside: set[int]) -> LineDemand:
    met: set[int] = set()
    level = set(first)
    demands: list[Demand] = []
    while level:
        met |= level
        rows = [moves[key] for key in level if key in moves]
        demands += [demand for row in rows if (demand := _demand(row, inside))]
        level = {after for row in rows if not row.get("raw_material_production_id") for after in row["move_dest_ids"]}
        level -= met
    return LineDemand(min(demands, key=lambda one: (one.at, one.number), default=None), tuple(sorted(met)))


def _demand(move: dict[str, Any], inside: set[int]) -> Demand | None:
    """What a move is wanted for; None for one that only carries goods about inside the plant."""
    production = translate.pair(move.get("raw_material_production_id"))
    if production:
        return Demand(move["date"], DemandKind.PRODUCTION, production[1][:200])
    if move["move_dest_ids"]:
        return None
    group = translate.pair(move.get("group_id"))
    if move.get("sale_line_id"):
        number = (group[1] if group else "") or translate.text(move["origin"]) or translate.text(move["reference"])
        return Demand(move["date"], DemandKind.SALE, number[:200])
    final = translate.pair_id(move.get("location_final_id"))
    stays = move["location_dest_usage"] in _KEPT_INSIDE and (final is None or final in inside)
    if stays:
        return None
    outgoing = move["picking_code"] == "outgoing"
    number = translate.text(move["reference"]) or translate.text(move["origin"])
    return Demand(move["date"], DemandKind.DELIVERY if outgoing else DemandKind.TRANSFER, number[:200])
