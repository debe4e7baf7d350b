"""A real Odoo 18, played as the sandbox is, for the journeys that must work on it as well.

It is the server of the contract suite (``docs/sandbox.md``): where the environment names none, nothing here runs.
Vendors and items are new for every test; tests go on calling them by the sandbox's names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.office.odoo import translate
from tests.contract.target import Client, Target, World

_TRACKED = {"PH-1040": "lot", "IM-2040": "lot"}
_OPEN = ["state", "not in", ["done", "cancel"]]
_TRANSFER = ("name", "state", "scheduled_date", "backorder_id", "note", "picking_type_code")
_LINE = ("product_id", "lot_id", "lot_name", "result_package_id", "quantity", "move_id")
_NO_QUESTIONS = {"skip_backorder": True, "skip_expired": True, "picking_ids_not_to_backorder": []}


class RealOdoo:
    """What tests ask of ``SandboxProcess``, asked of a real server by its administrator."""

    def __init__(self, target: Target) -> None:
        self.url = target.url
        self.admin = Client(target, target.admin_user, target.admin_password)
        self.world = World(self.admin)
        self.vendors: dict[str, int] = {}
        self.items: dict[str, int] = {}
        self._set_packages_aside()

    def _set_packages_aside(self) -> None:
        """Every new portal numbers its packages from the start; those of the test before must not be taken for them."""
        keys = self.admin.all("ir.model.data", [["model", "=", "stock.quant.package"]], "module", "name", "res_id")
        ours = [row for row in keys if row["module"] == translate.MODULE]
        for row in ours:
            self.admin("stock.quant.package", "write", [row["res_id"]], {"name": self.admin.unique("set-aside")})
        self.admin("ir.model.data", "unlink", [row["id"] for row in ours])

    # --- The buyer ---------------------------------------------------------------------------------------------------

    def release(self, vendor: str = "Acme Castings", *, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if vendor not in self.vendors:
            self.vendors[vendor] = self.world.vendor(name=self.admin.unique(vendor))
        for line in lines:
            code = line["product"]
            if code not in self.items:
                self.items[code] = self.world.product(tracking=_TRACKED.get(code, "none"))
        order = self.world.order(
            *((line["quantity"], line["price"], line["date"]) for line in lines),
            products=[self.items[line["product"]] for line in lines],
            vendor=self.vendors[vendor],
        )
        return self.order(order.name)

    def order(self, key: str) -> dict[str, Any]:
        (head,) = self.admin.all("purchase.order", [["name", "=", key]], "name", "state", "order_line")
        lines = self.admin("purchase.order.line", "read", head["order_line"],
                           ["product_id", "product_qty", "price_unit", "date_planned"])  # fmt: skip
        of_lines = [["purchase_line_id", "in", head["order_line"]]]
        fields = ("purchase_line_id", "picking_id", "state", "product_uom_qty", "date")
        moves = self.admin.all("stock.move", of_lines, *fields, order="id")
        ids = sorted({move["picking_id"][0] for move in moves if move["picking_id"]})
        return {**head, "lines": lines, "moves": moves,
                "pickings": self.admin("stock.picking", "read", ids, list(_TRANSFER))}  # fmt: skip

    def act(self, key: str, act: str, *, lines: Sequence[Mapping[str, Any]]) -> None:
        """``revise`` lines, or ``receive`` so much of them out of the order's own transfer."""
        if act == "revise":
            for line in lines:
                values = {"product_qty": line["quantity"], "price_unit": line["price"], "date_planned": line["date"]}
                self.admin("purchase.order.line", "write", [line["id"]], values)
            return
        transfers = set()
        for line in lines:
            move = self.admin.all("stock.move", [["purchase_line_id", "=", line["id"]], _OPEN], "picking_id")[0]
            self.admin("stock.move", "write", [move["id"]], {"quantity": line["quantity"]})
            self.admin("stock.move", "write", [move["id"]], {"picked": True})
            transfers.add(move["picking_id"][0])
        for transfer in transfers:
            self._validate(transfer)

    # --- The dock ----------------------------------------------------------------------------------------------------

    def ask(self, verb: str, path: str, words: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """``GET transfers/<name>``; ``POST transfers/<name>/receive`` and ``/send_back`` with ``lines``."""
        key, act = path.removeprefix("transfers/"), ""
        if verb == "POST":
            key, _, act = key.rpartition("/")
        by = ["id", "=", int(key)] if key.isdigit() else ["name", "=", key]
        transfer = int(self.admin("stock.picking", "search", [by])[0])
        if act == "receive":
            self._receive(transfer, (words or {}).get("lines"))
        elif act == "send_back":
            self._send_back(transfer, (words or {})["lines"])
        return {"lines": self._lines(transfer)}

    def _lines(self, transfer: int) -> list[dict[str, Any]]:
        rows = self.admin.all("stock.move.line", [["move_id.picking_id", "=", transfer]], *_LINE, order="id")
        codes = {item: code for code, item in self.items.items()}
        return [{**row, "product_id": [row["product_id"][0], f"[{codes[row['product_id'][0]]}]"]} for row in rows]

    def _receive(self, transfer: int, lines: Sequence[Mapping[str, Any]] | None) -> None:
        for line in lines if lines is not None else self._lines(transfer):
            lot = {"lot_id": False, "lot_name": line["lot"]} if line.get("lot") else {}
            values = {"quantity": line["quantity"], "picked": True, **lot}
            self.admin("stock.move.line", "write", [line["id"]], values)
        self._validate(transfer)

    def _send_back(self, transfer: int, lines: Sequence[Mapping[str, Any]]) -> None:
        came = {row["id"]: row["move_id"][0] for row in self._lines(transfer)}
        back: Counter[int] = Counter()
        for line in lines:
            back[came[line["id"]]] += line["quantity"]
        about = {"active_id": transfer, "active_ids": [transfer], "active_model": "stock.picking"}
        wizard = self.admin("stock.return.picking", "create", {"picking_id": transfer}, context=about)
        for row in self.admin.all("stock.return.picking.line", [["wizard_id", "=", wizard]], "move_id"):
            values = {"quantity": back[row["move_id"][0]], "to_refund": True}
            self.admin("stock.return.picking.line", "write", [row["id"]], values)
        returned = int(self.admin("stock.return.picking", "action_create_returns", [wizard])["res_id"])
        for row in self._lines(returned):
            self.admin("stock.move.line", "write", [row["id"]], {"picked": True})
        self._validate(returned)

    def _validate(self, transfer: int) -> None:
        """A clerk names what must have a lot and has none, and presses the button."""
        for row in self._lines(transfer):
            if not row["lot_id"] and not row["lot_name"]:
                self.admin("stock.move.line", "write", [row["id"]], {"lot_name": f"LOT-{row['id']}"})
        self.admin("stock.picking", "button_validate", [transfer], context=_NO_QUESTIONS)
