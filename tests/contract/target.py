"""The servers of the contract suite, a thin client over odoorpc, and a maker of records to play with."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import odoorpc
import pytest
from odoorpc.error import RPCError

from integrations.sandbox import seed

CREATE_ONLY = {"tz": "UTC", "mode": "update", "noupdate": True}


@dataclass(frozen=True)
class Target:
    """Where a server is and who may sign in."""

    name: str
    host: str
    port: int
    database: str
    user: str
    password: str
    admin_user: str
    admin_password: str

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


def sandbox_target(port: int) -> Target:
    return Target("sandbox", "127.0.0.1", port, "sandbox", *seed.INTEGRATION_USER, *seed.ADMIN)


def real_target() -> Target | None:
    """The real Odoo, if the environment names one."""
    if not (url := os.environ.get("ODOO_CONTRACT_URL")):
        return None
    parts = urlsplit(url)
    words = {name: os.environ[f"ODOO_CONTRACT_{name}"] for name in
             ("DB", "USER", "PASSWORD", "ADMIN_USER", "ADMIN_PASSWORD")}  # fmt: skip
    return Target("odoo", parts.hostname or "127.0.0.1", parts.port or 80, *words.values())


class Client:
    """One signed-in user; ``client(model, method, *args, **kwargs)`` is one remote call."""

    def __init__(self, target: Target, login: str, password: str) -> None:
        self.target = target
        self.odoo = odoorpc.ODOO(target.host, port=target.port, timeout=60)
        self.odoo.login(target.database, login, password)
        self.uid: int = self.odoo.env.uid

    def __call__(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.odoo.execute_kw(model, method, list(args), kwargs)

    def all(self, model: str, domain: list[Any], *fields: str, **kwargs: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self(model, "search_read", domain, fields=list(fields), **kwargs)
        return found

    def one(self, model: str, record: int, *fields: str, **kwargs: Any) -> dict[str, Any]:
        rows: list[dict[str, Any]] = self(model, "read", [record], list(fields), **kwargs)
        return rows[0]

    def reference(self, xmlid: str) -> int:
        """The record behind an external id; needs an administrator."""
        module, _, name = xmlid.partition(".")
        rows = self.all("ir.model.data", [["module", "=", module], ["name", "=", name]], "res_id")
        return int(rows[0]["res_id"])

    @staticmethod
    def unique(prefix: str) -> str:
        return f"{prefix}-{uuid.uuid4().hex[:10]}"


@contextmanager
def refused(name: str | tuple[str, ...], *words: str) -> Iterator[dict[str, Any]]:
    """The block must fail with the error of that name (or one of them), in the shape of 17 and 18, saying the words."""
    caught: dict[str, Any] = {}
    with pytest.raises(RPCError) as info:
        yield caught
    error = info.value.info
    assert error["code"] == 200
    assert error["message"] == "Odoo Server Error"
    data = error["data"]
    assert set(data) == {"name", "debug", "message", "arguments", "context"}
    assert data["name"] in ([name] if isinstance(name, str) else name), data["message"]
    assert data["arguments"] == [data["message"]] or data["arguments"] == []
    for word in words:
        assert word in data["message"]
    caught.update(data)


@dataclass
class Order:
    """A purchase order with what a test needs to know of it."""

    id: int
    name: str
    vendor: int
    lines: list[int]
    products: list[int]


@dataclass
class World:
    """Makes records with names of their own, so that suites can share a server."""

    admin: Client
    _cache: dict[str, int] = field(default_factory=dict)

    def reference(self, xmlid: str) -> int:
        if xmlid not in self._cache:
            self._cache[xmlid] = self.admin.reference(xmlid)
        return self._cache[xmlid]

    @property
    def unit(self) -> int:
        return self.reference("uom.product_uom_unit")

    @property
    def dozen(self) -> int:
        return self.reference("uom.product_uom_dozen")

    def vendor(self, **values: Any) -> int:
        name = self.admin.unique("Vendor")
        return int(self.admin("res.partner", "create", {"name": name, "is_company": True, "supplier_rank": 1} | values))

    def product(self, **values: Any) -> int:
        number = self.admin.unique("IT")
        common = {"name": f"Item {number}", "default_code": number, "type": "consu", "is_storable": True,
                  "supplier_taxes_id": [[6, 0, []]]}  # fmt: skip
        return int(self.admin("product.product", "create", common | values))

    def listed_product(self, vendor: int, price: float, delay: int = 3, **values: Any) -> int:
        """An item with a vendor's price."""
        seller = {"partner_id": vendor, "price": price, "delay": delay} | values
        return self.product(seller_ids=[[0, 0, seller]])

    def order(
        self,
        *lines: tuple[float, float, str],
        products: Sequence[int] | None = None,
        vendor: int | None = None,
        confirm: bool = True,
        **values: Any,
    ) -> Order:
        """An order with lines of (quantity, price, date), each for an item of its own unless given."""
        lines = lines or ((100, 5.0, "2026-12-01 12:00:00"),)
        vendor = vendor or self.vendor()
        items = list(products or [self.product() for _ in lines])
        commands = [
            [0, 0, {"product_id": item, "product_qty": quantity, "price_unit": price, "date_planned": day}]
            for item, (quantity, price, day) in zip(items, lines, strict=True)
        ]
        order = self.admin("purchase.order", "create", {"partner_id": vendor, "order_line": commands} | values)
        if confirm:
            self.admin("purchase.order", "button_confirm", [order])
        row = self.admin.one("purchase.order", order, "name", "order_line")
        return Order(order, row["name"], vendor, sorted(row["order_line"]), items)

    def moves(self, line: int) -> list[dict[str, Any]]:
        return self.admin.all(
            "stock.move", [["purchase_line_id", "=", line]],
            "picking_id", "picking_code", "state", "product_uom_qty", "quantity", "price_unit", "date", "date_deadline",
            order="id",
        )  # fmt: skip

    def pickings(self, order: int) -> list[dict[str, Any]]:
        return self.admin.all(
            "stock.picking", [["purchase_id", "=", order]],
            "name", "state", "scheduled_date", "date_deadline", "picking_type_code", "backorder_id", order="id",
        )  # fmt: skip
