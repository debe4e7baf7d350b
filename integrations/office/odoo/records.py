"""Odoo's records as the portal's values. Pure: everything it must know is handed in.

A record that cannot be said in the portal's terms raises ``Unmappable``, which names who must do what about it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_supported_language_variant, to_language

from integrations.office.obstacles import Unmappable
from integrations.office.odoo import demand, translate
from integrations.office.odoo.arrivals import Booked, RemoteArrivals
from integrations.office.odoo.contents import Product, RemoteContent
from integrations.office.odoo.demand import LineDemand
from suppliers.shipping_states import ReceiptKind, Tracking
from suppliers.statements import (
    Content,
    FileStatement,
    LineStatement,
    Need,
    OrderStatement,
    ReceiptStatement,
    Text,
    TransferStatement,
)

Record = Mapping[str, Any]

CONFIRMED = ("purchase", "done")
"""Odoo 18 calls a locked order ``done``: it is confirmed, not finished."""
LONGEST_CODE = 100
ORDER_FIELDS = (
    "name", "state", "partner_id", "partner_ref", "currency_id", "picking_type_id", "incoterm_id",
    "incoterm_location", "user_id", "date_order", "date_approve", "payment_term_id", "dest_address_id", "notes",
    "invoice_status", "invoice_ids",
)  # fmt: skip
LINE_FIELDS = (
    "order_id", "product_id", "name", "product_qty", "product_uom", "price_unit", "date_planned", "qty_received",
    "display_type", "product_type",
)  # fmt: skip


TEXTS = {"line_section": "section", "line_note": "note"}
"""Of ``display_type``."""


@dataclass(frozen=True)
class KnownUnit:
    id: int
    step: Decimal
    size: Decimal | None = None


@dataclass(frozen=True)
class KnownPlant:
    id: int
    zone: ZoneInfo


@dataclass
class Known:
    """Which of Odoo's records are which of ours, as far as a batch of orders needs it; keys are Odoo's ids."""

    suppliers: Mapping[int, int] = field(default_factory=dict)
    """By partner, contacts of a company included."""
    items: Mapping[int, int] = field(default_factory=dict)
    units: Mapping[int, KnownUnit] = field(default_factory=dict)
    plants: Mapping[int, KnownPlant] = field(default_factory=dict)
    """By operation type (``picking_type_id``)."""
    schedules: Mapping[int, UUID] = field(default_factory=dict)
    """By order line."""
    incoterms: Mapping[int, str] = field(default_factory=dict)
    addresses: Mapping[int, str] = field(default_factory=dict)
    """Where the goods go, by order."""


@dataclass(frozen=True)
class RemoteOrder:
    """One order with its lines, as read."""

    record: Record
    lines: Sequence[Record]
    demands: Mapping[int, LineDemand] = field(default_factory=dict)
    """By order line."""
    content: RemoteContent = field(default_factory=RemoteContent)
    arrivals: RemoteArrivals = field(default_factory=RemoteArrivals)

    @property
    def id(self) -> int:
        return int(self.record["id"])

    @property
    def label(self) -> str:
        return translate.text(self.record["name"])[:200] or f"purchase.order {self.id}"

    @property
    def confirmed(self) -> bool:
        return self.record["state"] in CONFIRMED

    def need_date(self, zone: dt.tzinfo) -> dt.date | None:
        """The earliest day on which something of it is expected."""
        stamps = [line["date_planned"] for line in self.lines if not line["display_type"] and line["date_planned"]]
        return translate.moment(min(stamps)).astimezone(zone).date() if stamps else None

    @property
    def digest(self) -> str:
        """Equal for equal content: of the fields that matter, not of ``write_date``."""
        behind = {line: asdict(demand) for line, demand in sorted(self.demands.items())}
        return digest(
            [
                {name: self.record[name] for name in ORDER_FIELDS},
                [_content(line) for line in self.lines],
                behind,
                asdict(self.content),
                asdict(self.arrivals),
            ]
        )

    @property
    def moves(self) -> frozenset[int]:
        """Every move behind the order's lines: where one of them changes, what the lines are needed for may."""
        return frozenset(move for demand in self.demands.values() for move in demand.moves)


def digest(content: object) -> str:
    """A short name for some JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _content(line: Record) -> dict[str, Any]:
    return {name: line[name] for name in ("id", *LINE_FIELDS)}


def order_statement(remote: RemoteOrder, known: Known) -> OrderStatement:
    """The order in the portal's terms. Raises :class:`Unmappable`."""
    record = remote.record
    plant = _plant(record, known)
    currency = translate.pair(record["currency_id"])
    if currency is None:
        raise Unmappable("currency_missing", order=remote.label)
    supplier = known.suppliers.get(translate.pair_id(record["partner_id"]) or 0)
    if supplier is None:
        raise Unmappable(
            "supplier_unknown",
            order=remote.label,
            because=("res.partner", translate.pair_id(record["partner_id"]) or 0),
        )
    ordered = record["date_approve"] or record["date_order"]
    incoterm = translate.pair_id(record["incoterm_id"])
    buyer = translate.pair(record["user_id"])
    counted = [line for line in remote.lines if not line["display_type"]]
    return OrderStatement(
        supplier_id=supplier,
        plant_id=plant.id,
        number=remote.label,
        currency=currency[1][:3],
        incoterm=known.incoterms.get(incoterm, "") if incoterm else "",
        incoterm_place=translate.text(record["incoterm_location"])[:200],
        buyer_name=buyer[1][:200] if buyer else "",
        supplier_reference=translate.text(record["partner_ref"])[:100],
        ordered_at=translate.moment(ordered),
        lines=tuple(
            replace(
                _line(line, place, known, plant.zone, remote.label),
                need=_need(remote.demands.get(line["id"], demand.NONE), plant.zone),
                **_said(line, remote.content),
            )
            for place, line in enumerate(counted, start=1)
        ),
        cancelled=not remote.confirmed,
        content=_content_of(remote, known),
        receipts=tuple(_receipt(one, remote, known, plant.zone) for one in remote.arrivals.booked),
        transfers=tuple(TransferStatement(one.notice, one.name, one.ended) for one in remote.arrivals.transfers),
    )


def _plant(record: Record, known: Known) -> KnownPlant:
    operation = translate.pair(record["picking_type_id"])
    if operation is None:
        raise Unmappable("operation_missing", order=record["name"])
    plant = known.plants.get(operation[0])
    if plant is None:
        raise Unmappable("plant_unknown", order=record["name"], operation=operation[1])
    return plant


def _content_of(remote: RemoteOrder, known: Known) -> Content:
    record = remote.record
    terms = translate.pair(record["payment_term_id"])
    layout = (
        Text(TEXTS[line["display_type"]], translate.text(line["name"])) if line["display_type"] else str(line["id"])
        for line in remote.lines
    )
    return Content(
        payment_terms=terms[1][:200] if terms else "",
        ship_to=known.addresses.get(remote.id, ""),
        terms=translate.plain_text(translate.text(record["notes"])),
        billing=record["invoice_status"] or "",
        payment=remote.content.payment,
        layout=tuple(layout),
        files=tuple(
            FileStatement(
                str(file.id), file.name, known.items[file.product] if file.product else None, file.checksum, file.size
            )
            for file in remote.content.files
        ),
    )


def _receipt(booked: Booked, remote: RemoteOrder, known: Known, zone: ZoneInfo) -> ReceiptStatement:
    line = next(row for row in remote.lines if row["id"] == booked.line)
    own = translate.pair(line["product_uom"]) or (0, "")
    ours, theirs = known.units.get(own[0]), known.units.get(booked.unit)
    quantity, unit = translate.number(booked.quantity), booked.unit_name
    if ours and booked.unit == own[0]:
        quantity, unit = translate.quantity(booked.quantity, ours.step), own[1]
    elif ours and theirs and ours.size and theirs.size:
        quantity = translate.quantity(float(quantity * theirs.size / ours.size), ours.step)
        unit = own[1]
    return ReceiptStatement(
        ref=str(booked.id),
        line=str(booked.line),
        item_id=known.items.get(booked.product) or known.items[line["product_id"][0]],
        quantity=quantity,
        unit_name=unit[:60],
        at=translate.moment(booked.date),
        day=translate.plant_date(booked.date, zone),
        kind=ReceiptKind.RETURN if booked.returned else ReceiptKind.RECEIPT,
        counts=booked.counts,
        returned_ref=str(booked.takes_back or ""),
        lot=booked.lot[:100],
        lot_key=translate.lot_of(booked.lot_key),
        plate=booked.package[:100],
        transfer=booked.transfer[:60],
        notice=booked.notice,
    )


def _said(line: Record, content: RemoteContent) -> dict[str, Any]:
    product = content.products.get(translate.pair_id(line["product_id"]) or 0, Product())
    return {
        "service": line["product_type"] == "service",
        "item_revision": product.revision,
        "supplier_item_code": product.supplier_code,
        "supplier_item_name": product.supplier_name,
        "tracking": Tracking(product.tracking or Tracking.NONE),
        "dated": product.dated,
        "gtin": product.gtin,
    }


def _need(found: LineDemand, zone: ZoneInfo) -> Need | None:
    earliest = found.earliest
    return Need(translate.plant_date(earliest.at, zone), earliest.kind, earliest.number) if earliest else None


def _line(line: Record, place: int, known: Known, zone: ZoneInfo, order: str) -> LineStatement:
    where: dict[str, Any] = {"line": place, "order": order}
    item = translate.pair(line["product_id"])
    if item is None:
        raise Unmappable("item_missing", **where)
    if item[0] not in known.items:
        raise Unmappable("item_unknown", **where, item=item[1], because=("product.product", item[0]))
    unit = translate.pair(line["product_uom"])
    if unit is None:
        raise Unmappable("unit_missing", **where)
    known_unit = known.units.get(unit[0])
    if known_unit is None:
        raise Unmappable("unit_unknown", **where, unit=unit[1], because=("uom.uom", unit[0]))
    if not line["date_planned"]:
        raise Unmappable("date_missing", **where)
    quantity = translate.quantity(line["product_qty"], known_unit.step)
    if quantity < 0:
        raise Unmappable("quantity_negative", **where, quantity=translate.number_text(quantity), unit=unit[1])
    return LineStatement(
        ref=str(line["id"]),
        schedule_id=known.schedules.get(int(line["id"])),
        item_id=known.items[item[0]],
        unit_id=known_unit.id,
        description=translate.text(line["name"]),
        quantity=quantity,
        price=translate.number(line["price_unit"]),
        date=translate.plant_date(line["date_planned"], zone),
        received=translate.quantity(line["qty_received"], known_unit.step),
    )


# --- Master data: the values of one object of ours, by field ---------------------------------------------------------


def supplier_values(
    record: Record, countries: Mapping[int, str], contacts: Mapping[int, list[dict[str, str]]]
) -> dict[str, Any]:
    """Of a ``res.partner``; ``countries`` are codes by Odoo's id, ``contacts`` those of each vendor."""
    country = translate.pair_id(record["country_id"])
    currency = translate.pair(record["property_purchase_currency_id"])
    terms = translate.pair(record["property_supplier_payment_term_id"])
    return {
        "name": _required(record, "res.partner", 200),
        "reference": translate.text(record["ref"])[:60],
        "country": countries.get(country, "") if country else "",
        "vat": translate.text(record["vat"])[:40],
        "email": translate.text(record["email"])[:254],
        "phone": translate.text(record["phone"])[:60],
        "street": translate.text(record["street"])[:200],
        "street2": translate.text(record["street2"])[:200],
        "postcode": translate.text(record["zip"])[:30],
        "city": translate.text(record["city"])[:100],
        "currency": currency[1][:3] if currency else "",
        "payment_terms": terms[1][:200] if terms else "",
        "contacts": contacts.get(int(record["id"]), []),
        "language": language(record["lang"]),
        "active": bool(record["active"]),
    }


def language(code: Any) -> str:
    """Ours for Odoo's (``de_AT``), English where we do not speak it."""
    try:
        return get_supported_language_variant(to_language(translate.text(code)[:20]))
    except LookupError:
        return settings.LANGUAGE_CODE


def unit_values(record: Record) -> dict[str, Any]:
    """Of a ``uom.uom``."""
    name = _required(record, "uom.uom", 60)
    category = translate.pair(record["category_id"])
    step = translate.number(record["rounding"])
    if category is None or step <= 0:
        raise Unmappable("unit_incomplete", unit=name)
    size = translate.number(record["factor_inv"], translate.SIZES)
    return {"name": name, "category": category[1][:60], "step": step, "size": size if size > 0 else None}


def item_values(record: Record, units: Mapping[int, KnownUnit]) -> dict[str, Any]:
    """Of a ``product.product``."""
    name = _required(record, "product.product", 300)
    code = translate.text(record["default_code"])
    unit = translate.pair(record["uom_id"])
    if len(code) > LONGEST_CODE:
        raise Unmappable("code_too_long", item=name, most=LONGEST_CODE)
    if unit is None or unit[0] not in units:
        raise Unmappable("item_unit_unknown", item=name, because=("uom.uom", unit[0]) if unit else None)
    return {"code": code, "name": name, "unit_id": units[unit[0]].id, "active": bool(record["active"])}


def plant_values(record: Record, zones: Mapping[int, str]) -> dict[str, Any]:
    """Of a ``stock.warehouse``; ``zones`` are time zones by its address. Code and clock are the portal's once made."""
    company = translate.pair(record["company_id"])
    first = {"code": translate.text(record["code"])[:10] or f"W{record['id']}"}
    if zone := zones.get(translate.pair_id(record["partner_id"]) or 0):
        first["time_zone"] = zone
    return {
        "name": _required(record, "stock.warehouse", 200),
        "company": company[1][:200] if company else "",
        "first": first,
    }


def _required(record: Record, model: str, longest: int) -> str:
    value = translate.text(record["name"])
    if not value:
        raise Unmappable("name_missing", id=record["id"], what=model)
    return value[:longest]


def newest(records: Sequence[Record]) -> dt.datetime | None:
    """The latest ``write_date`` of some records, in Odoo's own clock."""
    stamps = [translate.moment(record["write_date"]) for record in records if record["write_date"]]
    return max(stamps, default=None)
