"""The files of orders and products that are meant for suppliers, and their bytes.

Much hangs on an order in Odoo that is nobody else's business: notes between colleagues, other vendors' offers. Odoo has
no mark for what a supplier may see, so a word in the file's own name is one (``ODOO_FILE_MARKER``): a person put it
there on purpose, everybody sees it, and nothing without it ever leaves.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings

from documents.actions.receiving import receive, shown_name, take_in
from documents.kinds import Place
from documents.models import StoredFile
from documents.storage import StoreUnavailable
from integrations.office.actions.pulling import PULL
from integrations.office.odoo import affected, translate
from integrations.office.odoo.gateway import Gateway
from portal.shared.errors import DeliveryFailed, Invalid, Permanent
from suppliers.actions.order_files import link_file, put_last
from suppliers.kinds import DRAWING
from suppliers.models import OrderFile

Record = Mapping[str, Any]
ATTACHMENT = "ir.attachment"
AT_ONCE = 40
"""Files whose bytes are fetched in one run; the others wait for the next."""
PAGE = 500
"""Attachments looked up in one call."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RemoteFile:
    """One attachment as read: of the order, or of one of its products."""

    id: int
    name: str
    checksum: str
    size: int
    product: int | None = None


def marked() -> list[Any]:
    """The condition for attachments that are meant for suppliers."""
    return [["type", "=", "binary"], ["name", "ilike", settings.ODOO_FILE_MARKER]]


class Files:
    """Reads which files there are, through one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def of_orders(
        self, heads: Sequence[Record], lines: Mapping[int, Sequence[Record]], products: Mapping[int, Record]
    ) -> dict[int, tuple[RemoteFile, ...]]:
        """By order, in one call for any number of orders. ``products`` are rows with their template."""
        if not settings.ODOO_FILE_MARKER or not heads:
            return {}
        template_of = {key: translate.pair_id(row["product_tmpl_id"]) or 0 for key, row in products.items()}
        places = (
            ("purchase.order", sorted(head["id"] for head in heads)),
            ("product.product", sorted(products)),
            ("product.template", sorted(set(template_of.values()))),
        )
        domain = [*marked(), "|", "|"]
        for model, ids in places:
            domain += ["&", ["res_model", "=", model], ["res_id", "in", ids]]
        fields = ["name", "checksum", "file_size", "res_model", "res_id"]
        rows = self.gateway.search_read(ATTACHMENT, domain, fields, order="id")
        on: dict[tuple[str, int], list[Record]] = {}
        for row in rows:
            if row["checksum"] and row["file_size"]:
                on.setdefault((row["res_model"], row["res_id"]), []).append(row)
        return {head["id"]: _of_one(head, lines[head["id"]], template_of, on) for head in heads}

    def places_of(self, changed: Sequence[Record]) -> tuple[set[int], set[int]]:
        """The orders and the products that some changed attachments hang on."""
        on: dict[str, set[int]] = {}
        for row in changed:
            on.setdefault(row["res_model"], set()).add(row["res_id"])
        products = on.get("product.product", set())
        if templates := sorted(on.get("product.template", ())):
            words = {"context": {"active_test": False}}
            domain = [["product_tmpl_id", "in", templates]]
            found = self.gateway.search_read("product.product", domain, ["id"], **words)
            products |= {row["id"] for row in found}
        return on.get("purchase.order", set()), products

    def missing(self, known: Sequence[int]) -> set[int]:
        """Which of these attachments are gone, or no longer meant for suppliers."""
        there: set[int] = set()
        for start in range(0, len(known), PAGE):
            domain = [["id", "in", list(known[start : start + PAGE])], *marked()]
            there |= {row["id"] for row in self.gateway.search_read(ATTACHMENT, domain, ["id"])}
        return set(known) - there

    def fetch(self, clock: Callable[[], dt.datetime]) -> None:
        """Bring the bytes that are wanted, no transaction being open. What is refused is kept as refused.

        Bytes that do not come end the fetching, never the run: the next one asks for the others first.
        """
        for wanted in affected.wanted_files(AT_ONCE):
            try:
                rows = self.gateway.call(ATTACHMENT, "read", [[int(wanted.ref)], ["checksum", "datas"]])
            except Permanent as failure:
                _settle(wanted, None, failure.code, clock)
                continue
            except DeliveryFailed as failure:
                log.warning("file_not_fetched", reason=failure.message, code=failure.code)
                put_last(PULL, wanted, clock())
                return
            if not rows or rows[0]["checksum"] != wanted.checksum:
                continue  # changed since it was read: the next reading says so
            try:
                self._keep(wanted, base64.b64decode(rows[0]["datas"] or "", validate=True), clock)
            except (binascii.Error, ValueError):
                _settle(wanted, None, "unreadable", clock)
            except StoreUnavailable as failure:
                log.warning("files_not_kept", reason=failure.message)
                return

    def _keep(self, wanted: OrderFile, content: bytes, clock: Callable[[], dt.datetime]) -> None:
        place = Place(DRAWING.name, wanted.supplier_id)
        try:
            file = take_in(receive, actor=PULL, place=place, name=wanted.name, content=[content], at=clock())
        except Invalid as refusal:
            _settle(wanted, None, refusal.faults[0].code if refusal.faults else "refused", clock)
        else:
            _settle(wanted, file, "", clock)


def _settle(wanted: OrderFile, file: StoredFile | None, refusal: str, clock: Callable[[], dt.datetime]) -> None:
    link_file(actor=PULL, order=wanted.order, checksum=wanted.checksum, file=file, refusal=refusal, at=clock())


def _of_one(
    head: Record, lines: Sequence[Record], template_of: Mapping[int, int], on: Mapping[tuple[str, int], list[Record]]
) -> tuple[RemoteFile, ...]:
    """One order's files. Of two of a name in one place the newer one counts."""
    found: dict[tuple[int | None, str], RemoteFile] = {}
    products = sorted({line["product_id"][0] for line in lines if line["product_id"]})
    places: list[tuple[int | None, str, int]] = [(None, "purchase.order", head["id"])]
    for product in products:
        places += [(product, "product.template", template_of.get(product, 0)), (product, "product.product", product)]
    for product_or_none, model, key in places:
        for row in on.get((model, key), []):
            name = _without_marker(row["name"])
            file = RemoteFile(row["id"], name, row["checksum"], int(row["file_size"]), product_or_none)
            found[product_or_none, name.casefold()] = file
    return tuple(found.values())


def _without_marker(name: str) -> str:
    """The name as suppliers read it."""
    bare = re.sub(re.escape(settings.ODOO_FILE_MARKER), " ", name, flags=re.IGNORECASE)
    stem, dot, ending = bare.rpartition(".")
    return shown_name(f"{stem.strip(' -_')}{dot}{ending.strip()}" if stem else bare.strip(" -_"))
