"""Puts orders of a file into a sandbox's store, running or not, a few to a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.sandbox import records
from integrations.sandbox.behaviours import purchase
from integrations.sandbox.control import as_buyer
from integrations.sandbox.csv_orders import Order, item_number
from integrations.sandbox.env import Env
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row, Store

# A running sandbox answers between two transactions.
_ORDERS_PER_TRANSACTION = 25


@dataclass
class Released:
    """What became of the orders."""

    orders: int = 0
    lines: int = 0
    vendors: int = 0
    items: int = 0
    known: int = 0


def release(store: Store, orders: Sequence[Order], warehouse: str = "HAM") -> Released:
    """Confirmed orders under their own numbers. A number that its vendor has already is left alone."""
    done = Released()
    for start in range(0, len(orders), _ORDERS_PER_TRANSACTION):
        with as_buyer(store) as env:
            catalogue = _Catalogue(env, warehouse, done)
            for order in orders[start : start + _ORDERS_PER_TRANSACTION]:
                catalogue.release(order)
    return done


class _Catalogue:
    """Finds vendors, items and places by name, and makes what is missing."""

    def __init__(self, env: Env, warehouse: str, done: Released) -> None:
        self.env = env
        self.done = done
        house = env.rows("stock.warehouse", "code = ?", [warehouse])
        if not house:
            known = ", ".join(row["code"] for row in env.rows("stock.warehouse", "1"))
            raise LookupError(f"There is no warehouse {warehouse!r}; there are {known}.")
        self.house = house[0]
        self.currency = env.reference("base.USD")

    def release(self, order: Order) -> None:
        vendor = self._vendor(order.vendor)
        if self.env.rows("purchase.order", "name = ? AND partner_id = ?", [order.number, vendor]):
            self.done.known += 1
            return
        incoterm = self.env.rows("account.incoterms", "code = ?", [order.incoterm])
        made = records.create(
            self.env,
            MODELS["purchase.order"],
            {
                "name": order.number,
                "partner_id": vendor,
                "company_id": self.house["company_id"],
                "picking_type_id": self.house["in_type_id"],
                "currency_id": self.currency,
                "incoterm_id": incoterm[0]["id"] if incoterm else False,
                "date_order": f"{order.ordered} 08:00:00",
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self._item(line.item),
                            "product_qty": line.quantity,
                            "price_unit": line.price,
                            "date_planned": f"{line.due} 12:00:00",
                        },
                    )
                    for line in order.lines
                ],
            },
        )
        purchase.button_confirm(self.env, [made])
        self.done.orders += 1
        self.done.lines += len(order.lines)

    def _vendor(self, name: str) -> int:
        known = self.env.rows("res.partner", "name = ? COLLATE NOCASE AND is_company", [name])
        if known:
            return int(known[0]["id"])
        self.done.vendors += 1
        values: Row = {"name": name, "is_company": True, "supplier_rank": 1}
        values["property_purchase_currency_id"] = self.currency
        return records.create(self.env, MODELS["res.partner"], values)

    def _item(self, description: str) -> int:
        number = item_number(description)
        known = self.env.rows("product.product", "default_code = ?", [number])
        if known:
            return int(known[0]["id"])
        self.done.items += 1
        values: Row = {"name": description, "default_code": number, "type": "consu", "is_storable": True}
        return records.create(self.env, MODELS["product.product"], values)
