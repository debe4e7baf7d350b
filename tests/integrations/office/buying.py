"""What a buyer does with one order in Odoo: each deed takes a line's position, a number and some days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.integrations.office.far_side import Odoo

DUE = dt.date(2027, 3, 1)
VENDORS = ("Acme Castings", "Borealis Polymers")
IN_ODOO = (
    "edit_quantity", "edit_date", "edit_price", "edit_all", "empty_line", "add_line", "write_note", "change_terms",
    "revalue", "receive", "cancel", "confirm_again", "lock", "unlock", "give_away",
)  # fmt: skip
"""The names of all of them."""


@dataclass
class BuyerInOdoo:
    """The buyer, and the warehouse clerk."""

    odoo: Odoo

    def _remote(self, position: int) -> dict[str, Any]:
        lines = self.odoo.lines()
        return lines[(position - 1) % len(lines)]

    def edit_quantity(self, position: int, number: int, _days: int) -> None:
        line = self._remote(position)
        self.odoo.revise(line, quantity=max(number, line["qty_received"]))

    def edit_date(self, position: int, _number: int, days: int) -> None:
        self.odoo.revise(self._remote(position), date=f"{DUE + dt.timedelta(days)} 11:00:00")

    def edit_price(self, position: int, number: int, _days: int) -> None:
        self.odoo.revise(self._remote(position), price=92.5 + (number - 30) / 10)

    def edit_all(self, position: int, number: int, days: int) -> None:
        line, date = self._remote(position), f"{DUE + dt.timedelta(days)} 11:00:00"
        self.odoo.revise(line, quantity=max(number, line["qty_received"]), date=date, price=90 + number / 10)

    def empty_line(self, position: int, _number: int, _days: int) -> None:
        line = self._remote(position)
        self.odoo.revise(line, quantity=line["qty_received"])

    def add_line(self, _position: int, number: int, days: int) -> None:
        if len(self.odoo.lines()) < 6 and self.odoo.dump()["state"] != "done":
            line = {"product": "IM-2040", "quantity": number, "date": f"{DUE + dt.timedelta(days)} 11:00:00"}
            self.odoo.act("add_line", line={**line, "price": 51.2})

    def write_note(self, _position: int, number: int, _days: int) -> None:
        self.odoo.act("text", values={"name": f"Note {number}"})
        self.odoo.act("write", values={"notes": f"<p>Terms {number}</p>"})

    def change_terms(self, _position: int, number: int, _days: int) -> None:
        with self.odoo.as_buyer() as env:
            code = ("DAP", "FCA", "CIP")[number % 3]
            term = env.rows("account.incoterms", "code = ?", [code])[0]["id"]
        self.odoo.act("write", values={"incoterm_id": term})

    def revalue(self, _position: int, number: int, _days: int) -> None:
        with self.odoo.as_buyer() as env:
            currency = env.reference(f"base.{('EUR', 'USD')[number % 2]}")
        self.odoo.act("write", values={"currency_id": currency})

    def receive(self, position: int, number: int, _days: int) -> None:
        line = self._remote(position)
        left = line["product_qty"] - line["qty_received"]
        if left > 0:
            self.odoo.act("receive", lines=[{"id": line["id"], "quantity": min(number, left)}])

    def cancel(self, _position: int, _number: int, _days: int) -> None:
        self.odoo.act("cancel")

    def confirm_again(self, _position: int, _number: int, _days: int) -> None:
        if self.odoo.dump()["state"] in ("cancel", "draft"):
            self.odoo.act("draft")
            self.odoo.act("confirm")

    def lock(self, _position: int, _number: int, _days: int) -> None:
        if self.odoo.dump()["state"] == "purchase":
            self.odoo.act("lock")

    def unlock(self, _position: int, _number: int, _days: int) -> None:
        if self.odoo.dump()["state"] == "done":
            self.odoo.act("unlock")

    def give_away(self, _position: int, number: int, _days: int) -> None:
        self.odoo.act("cancel")
        self.odoo.act("draft")
        self.odoo.act("assign", vendor=VENDORS[number % 2])
        self.odoo.act("confirm")
