"""Price lists: on which terms a supplier delivers an item. Odoo owns them; they come in for items and suppliers that
are known, an entry for each record of ``product.supplierinfo``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from integrations.office.actions import pulling
from integrations.office.actions.pulling import PULL
from integrations.office.models import Connection, Trouble
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import Obstacle
from integrations.office.odoo import translate
from integrations.office.odoo.catalogue import EVERYTHING, PARTNER, PRODUCT, Catalogue
from integrations.office.odoo.contents import SELLER
from integrations.office.odoo.gateway import Gateway
from integrations.office.odoo.records import Record
from integrations.office.states import Standing
from portal.shared.acting import acting
from suppliers.models import Item, PriceTerm

FIELDS = (
    "partner_id", "product_id", "product_tmpl_id", "product_code", "product_name", "product_uom", "min_qty", "price",
    "discount", "currency_id", "delay", "date_start", "date_end", "company_id",
)  # fmt: skip
_BATCH = 500


class Terms:
    """Reads price lists through one gateway, during one run."""

    def __init__(self, masters: Catalogue) -> None:
        self.masters = masters
        self.gateway = masters.gateway
        self.connection = masters.connection

    def refresh(self, changed: Iterable[int], *, first: bool) -> None:
        """Take in the entries that changed, and all of items and suppliers that became known since the last complete
        run or were changed themselves; all there are, if they are read for the first time.
        """
        since = None if first else self.connection.pulled_at
        products = self._made(PRODUCT, since) | self.masters.changed_products
        vendors = self._made(PARTNER, since)
        troubled = self._troubled()
        wanted = set(changed) | troubled | self._of(products, vendors)
        for ids in _batches(sorted(wanted)):
            rows = self.gateway.search_read(SELLER, [["id", "in", ids]], list(FIELDS), order="id", **EVERYTHING)
            self.masters.take(SELLER, self._values(rows))
            if gone := troubled & set(ids) - {row["id"] for row in rows}:
                pulling.let_go(
                    actor=PULL, connection=self.connection, model=SELLER, remote_ids=gone, at=self.masters.clock()
                )

    def _troubled(self) -> set[int]:
        """Those that could not be taken in, which are tried again in every run."""
        rows = Trouble.objects.filter(connection=self.connection, model=SELLER, resolved_at=None)
        with acting(PULL):
            return set(rows.values_list("remote_id", flat=True))

    def _made(self, model: str, since: dt.datetime | None) -> set[int]:
        rows = Mapped.objects.filter(connection=self.connection, model=model)
        if since is not None:
            rows = rows.filter(made_at__gte=since)
        with acting(PULL):
            return set(rows.values_list("remote_id", flat=True))

    def _of(self, products: Iterable[int], vendors: Iterable[int]) -> set[int]:
        """The entries of some products, those for all their variants too, and of some vendors."""
        found: set[int] = set()
        for ids in _batches(sorted(products)):
            rows = self.gateway.search_read(PRODUCT, [["id", "in", ids]], ["product_tmpl_id"], **EVERYTHING)
            templates = sorted({row["product_tmpl_id"][0] for row in rows})
            found |= self._search([["product_tmpl_id", "in", templates]])
        for ids in _batches(sorted(vendors)):
            found |= self._search([["partner_id.commercial_partner_id", "in", ids]])
        return found

    def _search(self, domain: Sequence[Any]) -> set[int]:
        return {int(row["id"]) for row in self.gateway.search_read(SELLER, domain, ["id"], **EVERYTHING)}

    def _values(self, rows: Sequence[Record]) -> dict[int, dict[str, Any]]:
        """What is kept of each entry; one of an unknown supplier or item is left until it is known."""
        suppliers = self._suppliers({row["partner_id"][0] for row in rows})
        variants = self._variants(rows)
        items = {remote: int(key) for remote, key in self.masters.objects(PRODUCT, _all(variants)).items()}
        with acting(PULL):
            words = Item.objects.in_bulk(list(items.values()))
        values: dict[int, dict[str, Any]] = {}
        for row in rows:
            known = [items[one] for one in variants[row["id"]] if one in items]
            supplier = suppliers.get(row["partner_id"][0])
            if not known or supplier is None:
                continue
            item, several = words[known[0]], len(variants[row["id"]]) > 1
            try:
                values[int(row["id"])] = term_values(row, supplier, item, every_variant=several)
            except (ArithmeticError, ValueError) as error:
                # One odd entry must never stop the others.
                self.masters.note(SELLER, int(row["id"]), str(item), _not_taken(error))
        return values

    def _suppliers(self, partners: set[int]) -> dict[int, int]:
        """By partner. A price list may name a contact of the company that is the supplier."""
        if not partners:
            return {}
        domain = [["id", "in", sorted(partners)]]
        rows = self.gateway.search_read(PARTNER, domain, ["commercial_partner_id"], **EVERYTHING)
        owners = {row["id"]: row["commercial_partner_id"][0] for row in rows}
        keys = self.masters.objects(PARTNER, set(owners.values()))
        return {partner: int(keys[owner]) for partner, owner in owners.items() if owner in keys}

    def _variants(self, rows: Sequence[Record]) -> dict[int, list[int]]:
        """The products each entry speaks of: the one it names, else all variants of its template."""
        templates = sorted({row["product_tmpl_id"][0] for row in rows if row["product_tmpl_id"]})
        of: dict[int, list[int]] = {}
        if templates:
            domain = [["product_tmpl_id", "in", templates]]
            for row in self.gateway.search_read(PRODUCT, domain, ["product_tmpl_id"], order="id", **EVERYTHING):
                of.setdefault(row["product_tmpl_id"][0], []).append(int(row["id"]))
        return {
            int(row["id"]): [one]
            if (one := translate.pair_id(row["product_id"]))
            else of.get(translate.pair_id(row["product_tmpl_id"]) or 0, [])
            for row in rows
        }


def compare(gateway: Gateway, connection: Connection, clock: Callable[[], dt.datetime]) -> int:
    """Look which price list entries Odoo has no more; return how many were looked at.

    Whoever deletes one leaves nothing that a reader of what changed would find.
    """
    with acting(PULL):
        known = Mapped.objects.filter(connection=connection, model=SELLER).values_list("remote_id", flat=True)
        ids = sorted(known)
    for batch in _batches(ids):
        rows = gateway.search_read(SELLER, [["id", "in", batch]], ["id"], **EVERYTHING)
        left = {int(row["id"]) for row in rows}
        words = {remote: Standing.IN_USE if remote in left else Standing.GONE for remote in batch}
        pulling.keep_standing(connection, SELLER, words, clock())
        if gone := set(batch) - left:
            values = {remote: {"gone": True} for remote in gone}
            pulling.take_master_data(
                actor=PULL, connection=connection, model=SELLER, kind=PriceTerm, values=values, at=clock()
            )
    return len(ids)


def _not_taken(error: Exception) -> Obstacle:
    return Obstacle("term_not_taken", {"said": f"{type(error).__name__}: {error}".splitlines()[0]})


def _batches(ids: Sequence[int]) -> Iterable[list[int]]:
    return (list(ids[start : start + _BATCH]) for start in range(0, len(ids), _BATCH))


def _all(variants: dict[int, list[int]]) -> set[int]:
    return {one for several in variants.values() for one in several}


def term_values(record: Record, supplier: int, item: Item, *, every_variant: bool) -> dict[str, Any]:
    """Of a ``product.supplierinfo``."""
    currency, unit = translate.pair(record["currency_id"]), translate.pair(record["product_uom"])
    company = translate.pair(record["company_id"])
    return {
        "supplier_id": supplier,
        "item_id": item.pk,
        "item_code": item.code,
        "item_name": item.name,
        "every_variant": every_variant,
        "unit_name": unit[1][:60] if unit else "",
        "code": translate.text(record["product_code"])[:100],
        "name": translate.text(record["product_name"])[:300],
        "lead_time": int(record["delay"]),
        "min_quantity": translate.number(record["min_qty"]),
        "price": translate.number(record["price"]),
        "discount": round(translate.number(record["discount"]), 4),
        "currency": currency[1][:3] if currency else "",
        "valid_from": _day(record["date_start"]),
        "valid_until": _day(record["date_end"]),
        "company": company[1][:200] if company else "",
        "gone": False,
    }


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
