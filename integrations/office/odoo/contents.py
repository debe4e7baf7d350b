"""What an order of Odoo says beside quantities, prices and dates, read for many orders in a handful of calls.

Item revisions and the supplier's own numbers stand with products; addresses with contacts; payment with bills.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from integrations.office.odoo import translate
from integrations.office.odoo.files import Files, RemoteFile
from integrations.office.odoo.gateway import Gateway
from portal.shared.errors import Misconfigured
from suppliers import gs1
from suppliers.shipping_states import Tracking
from suppliers.states import Payment

Record = Mapping[str, Any]

PRODUCT, SELLER, BILL = "product.product", "product.supplierinfo", "account.move"
EXPIRES = "use_expiration_date"
EVERYTHING = {"context": {"active_test": False}}
_BILLS = ["move_type", "in", ["in_invoice", "in_refund"]]
_PAYMENTS = {
    "paid": Payment.PAID,
    "in_payment": Payment.PAID,
    "reversed": Payment.PAID,
    "partial": Payment.PARTIAL,
}
"""Odoo's ``payment_state``; anything else is not paid. ``in_payment`` is paid and not yet on a bank statement."""


@dataclass(frozen=True)
class Product:
    """What a product of an order is called, by its revision and the supplier's number and name; how it is received."""

    revision: str = ""
    supplier_code: str = ""
    supplier_name: str = ""
    tracking: str = ""
    dated: bool = False
    gtin: str = ""


@dataclass(frozen=True)
class RemoteContent:
    """What was read for one order; part of its digest."""

    products: Mapping[int, Product] = field(default_factory=dict)
    payment: str = ""
    files: tuple[RemoteFile, ...] = ()


class Contents:
    """Reads content through one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.files = Files(gateway)
        self._bills = True
        self._expiry = True

    def of_orders(self, heads: Sequence[Record], lines: Mapping[int, Sequence[Record]]) -> dict[int, RemoteContent]:
        """By order. Four calls for any number of orders."""
        products = self._products(_ids(line["product_id"] for rows in lines.values() for line in rows))
        sellers = self._sellers(_ids(head["partner_id"] for head in heads), products)
        files = self.files.of_orders(heads, lines, products)
        payments = self._payments(head["invoice_ids"] for head in heads)
        return {
            head["id"]: RemoteContent(
                products={
                    product: _called(products[product], sellers, translate.pair_id(head["partner_id"]) or 0)
                    for product in sorted(_ids(line["product_id"] for line in lines[head["id"]]))
                    if product in products
                },
                payment=_taken_together(payments[bill] for bill in head["invoice_ids"] if bill in payments),
                files=files.get(head["id"], ()),
            )
            for head in heads
        }

    def addresses(self, heads: Sequence[Record]) -> dict[int, str]:
        """Where each order's goods go: the address it names, else that of its operation type's warehouse."""
        wanted = {head["id"]: translate.pair_id(head["dest_address_id"]) for head in heads}
        kinds = {head["id"]: translate.pair_id(head["picking_type_id"]) for head in heads}
        houses = self._pairs("stock.picking.type", "warehouse_id", {kind for kind in kinds.values() if kind})
        homes = self._pairs("stock.warehouse", "partner_id", set(houses.values()))
        for order, kind in kinds.items():
            wanted[order] = wanted[order] or homes.get(houses.get(kind or 0, 0))
        fields = ["name", "street", "street2", "zip", "city", "country_id"]
        ids = sorted({partner for partner in wanted.values() if partner})
        rows = self.gateway.search_read("res.partner", [["id", "in", ids]], fields, **EVERYTHING) if ids else []
        found = {row["id"]: _address(row) for row in rows}
        return {order: found.get(partner or 0, "") for order, partner in wanted.items()}

    def orders_of_bills(self, bills: Sequence[int]) -> set[int]:
        """The orders whose payment may stand elsewhere now."""
        if not bills:
            return set()
        rows = self.gateway.search_read("purchase.order", [["invoice_ids", "in", list(bills)]], ["id"])
        return {row["id"] for row in rows}

    def products_of(self, sellers: Sequence[int]) -> set[int]:
        """The products that some price list entries speak of."""
        rows = self.gateway.search_read(SELLER, [["id", "in", list(sellers)]], ["product_id", "product_tmpl_id"])
        whole = [row["product_tmpl_id"][0] for row in rows if row["product_tmpl_id"] and not row["product_id"]]
        products = {row["product_id"][0] for row in rows if row["product_id"]}
        if whole:
            domain = [["product_tmpl_id", "in", whole]]
            products |= {row["id"] for row in self.gateway.search_read(PRODUCT, domain, ["id"], **EVERYTHING)}
        return products

    def _products(self, ids: set[int]) -> dict[int, Record]:
        if not ids:
            return {}
        names = ["product_tmpl_id", "tracking", "barcode"]
        names += [settings.ODOO_ITEM_REVISION] if settings.ODOO_ITEM_REVISION else []
        domain = [["id", "in", sorted(ids)]]
        if self._expiry:
            try:
                rows = self.gateway.search_read(PRODUCT, domain, [*names, EXPIRES], **EVERYTHING)
            except Misconfigured as refusal:
                if refusal.code != "unknown" or EXPIRES not in refusal.message:
                    raise
                self._expiry = False  # the module that knows expiry dates is not installed
        if not self._expiry:
            rows = self.gateway.search_read(PRODUCT, domain, names, **EVERYTHING)
        return {row["id"]: row for row in rows}

    def _sellers(self, partners: set[int], products: Mapping[int, Record]) -> list[Record]:
        if not products:
            return []
        templates = sorted(_ids(row["product_tmpl_id"] for row in products.values()))
        # A price list may name the company, an order one of its contacts.
        domain = [
            ["product_tmpl_id", "in", templates],
            "|", ["partner_id", "in", sorted(partners)], ["partner_id.child_ids", "in", sorted(partners)],
        ]  # fmt: skip
        fields = ["partner_id", "product_id", "product_tmpl_id", "product_code", "product_name"]
        return list(self.gateway.search_read(SELLER, domain, fields, order="sequence, min_qty, id"))

    def _payments(self, bills: Iterable[Sequence[int]]) -> dict[int, str]:
        """The payment state of posted bills; nothing where the portal's user may not read bills."""
        ids = sorted({bill for found in bills for bill in found})
        if not ids or not self._bills:
            return {}
        domain = [["id", "in", ids], ["state", "=", "posted"], _BILLS]
        try:
            return {
                row["id"]: row["payment_state"] for row in self.gateway.search_read(BILL, domain, ["payment_state"])
            }
        except Misconfigured as refusal:
            if refusal.code != "access":
                raise
            self._bills = False
            return {}

    def _pairs(self, model: str, name: str, ids: set[int]) -> dict[int, int]:
        if not ids:
            return {}
        rows = self.gateway.search_read(model, [["id", "in", sorted(ids)]], [name], **EVERYTHING)
        return {row["id"]: row[name][0] for row in rows if row[name]}


def _called(product: Record, sellers: Sequence[Record], partner: int) -> Product:
    """The first entry that says something; one of this very product before one of all its variants."""
    template = translate.pair_id(product["product_tmpl_id"])
    fit = [
        row
        for row in sellers
        if translate.pair_id(row["product_tmpl_id"]) == template
        and translate.pair_id(row["product_id"]) in (None, product["id"])
        and (row["product_code"] or row["product_name"])
    ]
    fit.sort(key=lambda row: (translate.pair_id(row["partner_id"]) != partner, not row["product_id"]))
    first: Record = fit[0] if fit else {}
    return Product(
        translate.text(product.get(settings.ODOO_ITEM_REVISION))[:60],
        translate.text(first.get("product_code"))[:100],
        translate.text(first.get("product_name"))[:300],
        tracking=translate.text(product["tracking"]) or Tracking.NONE,
        dated=bool(product.get(EXPIRES)),
        gtin=_gtin(translate.text(product["barcode"])),
    )


def _gtin(barcode: str) -> str:
    """A product's bar code where it is a GTIN: shops scan others, too."""
    return barcode if barcode and gs1.gtin_fault(barcode) is None else ""


def _taken_together(states: Iterable[str]) -> str:
    payments = {_PAYMENTS.get(state, Payment.NOT_PAID) for state in states}
    if len(payments) > 1:
        return Payment.PARTIAL
    return payments.pop() if payments else ""


def _address(partner: Record) -> str:
    place = f"{translate.text(partner['zip'])} {translate.text(partner['city'])}".strip()
    country = translate.pair(partner["country_id"])
    lines = [translate.text(partner[name]) for name in ("name", "street", "street2")]
    return "\n".join(line for line in (*lines, place, country[1] if country else "") if line)


def _ids(pairs: Iterable[Any]) -> set[int]:
    return {pair[0] for value in pairs if (pair := translate.pair(value))}
