"""The answers of the API, built by hand from rows: declared serializers cost 2.8 times a bare list (measured).

Tests hold them to what ``shapes`` says of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from suppliers.actions.assessing import SubstituteItem
from suppliers.actions.earlier import Earlier
from suppliers.models import Acknowledgement, AnswerLine, OfferedDelivery, OrderLine, Promise, PurchaseOrder, Substitute
from suppliers.pricing import MONEY, told_differences, told_findings
from suppliers.queries.orders import LineDetail, OrderDetail
from suppliers.tolerances import plain


def number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


# name in the API: path from the order
ORDER_FIELDS = {
    "id": "id",
    "number": "number",
    "state": "state",
    "revision": "revision",
    "supplier": "supplier__public_id",
    "supplier_name": "supplier__name",
    "plant": "plant__code",
    "currency": "currency",
    "incoterm": "incoterm",
    "buyer": "buyer_name",
    "supplier_reference": "supplier_reference",
    "ordered_at": "ordered_at",
    "released_at": "released_at",
    "next_date": "next_date",
    "waiting_lines": "waiting_lines",
    "pending_lines": "pending_lines",
}
CONTENT = ("incoterm_place", "ship_to", "terms", "layout")
_READ_ORDER = {name: attrgetter(path.replace("__", ".")) for name, path in ORDER_FIELDS.items()}


def order_row(order: PurchaseOrder) -> dict[str, Any]:
    return {name: read(order) for name, read in _READ_ORDER.items()}


def promise(row: Promise | OfferedDelivery) -> dict[str, Any]:
    return {"quantity": number(row.quantity), "date": row.date, "basis": row.basis, "arrival_date": row.arrival_date}


def substitute(row: Substitute | SubstituteItem) -> dict[str, Any]:
    return {
        "part_number": row.part_number,
        "manufacturer": row.manufacturer,
        "manufacturer_part_number": row.manufacturer_part_number,
        "description": row.description,
    }


def correction(told: Mapping[str, Any]) -> dict[str, Any]:
    """In the words that answers and lines are read with."""
    factor, at = told["factor"], told["decided_at"]
    return {
        **told,
        "factor": None if factor is None else plain(Decimal(factor)),
        "decided_at": dt.datetime.fromisoformat(at) if isinstance(at, str) else at,
    }


def attached(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("id", "name", "size", "media_type", "state")}


def answer(row: AnswerLine, *, prices: bool) -> dict[str, Any]:
    return {
        "id": row.pk,
        "line": row.line_id,
        "revision": row.revision,
        "answer": row.kind,
        "reason": row.reason,
        "comment": row.comment,
        "price": number(row.price) if prices else None,
        "substitute": substitute(row.substitute) if hasattr(row, "substitute") else None,
        "corrections": [correction(told) for told in row.corrected],  # type: ignore[attr-defined]
        "files": [attached(told) for told in row.enclosed],  # type: ignore[attr-defined]
        "verdict": row.verdict,
        "findings": told_findings(row.findings, prices=prices),
        "promises": [promise(one) for one in row.promises.all()],
    }


def previous(earlier: Earlier) -> dict[str, Any]:
    return {
        "answer": earlier.answer.pk,
        "promises": [promise(one) for one in earlier.answer.promises.all()],
        "carried": [{"quantity": number(one.quantity), "date": one.date} for one in earlier.carried],
        "fits": earlier.fits,
    }


def conflict(row: OrderLine, *, prices: bool) -> list[dict[str, Any]]:
    """What was agreed beside what Odoo says. Reads ``schedule``."""
    said = {entry["schedule"]: entry for entry in row.conflict or []}

    def words(quantity: Decimal, date: object, price: Decimal) -> dict[str, Any]:
        return {"quantity": number(quantity), "date": date, "price": number(price) if prices else None}

    return [
        {
            "position": one.position,
            "agreed": words(
                one.quantity if one.agreed_quantity is None else one.agreed_quantity,
                one.agreed_date or one.date,
                one.price if one.agreed_price is None else one.agreed_price,
            ),
            "odoo": words(Decimal(entry["quantity"]), entry["date"], Decimal(entry["price"])),
        }
        for one in row.schedule.all()
        if (entry := said.get(str(one.pk)))
    ]


def needed(row: OrderLine) -> dict[str, Any] | None:
    if row.needed_date is None:
        return None
    return {"date": row.needed_date, "kind": row.needed_kind, "number": row.needed_for}


def line(detail: LineDetail, *, prices: bool, staff: bool, earlier: Earlier | None = None) -> dict[str, Any]:
    row: OrderLine = detail.line
    return {
        "id": row.pk,
        "position": row.position,
        "state": row.state,
        "sync": row.sync,
        "revision": row.revision,
        "item": row.item_code,
        "name": row.item_name,
        "description": row.description,
        "item_revision": row.item_revision,
        "supplier_item": row.supplier_item_code,
        "supplier_item_name": row.supplier_item_name,
        "service": row.service,
        "unit": row.unit_name,
        "quantity": number(row.quantity),
        "price": number(row.price) if prices else None,
        "requested_date": row.requested_date,
        "first_date": row.first_date,
        "promised_date": row.promised_date,
        "promised_quantity": number(row.promised_quantity),
        "received_quantity": number(row.received_quantity),
        "needed": needed(row) if staff else None,
        "schedule": [
            {
                "position": one.position,
                "quantity": number(one.quantity),
                "date": one.date,
                "received_quantity": number(one.received_quantity),
            }
            for one in detail.schedule
            if one.in_odoo
        ],
        "previous": previous(earlier) if earlier else None,
        "answers": [answer(one, prices=prices) for one in detail.answers],
        "commitments": [
            {
                "number": one.number,
                "at": one.at,
                "decision": one.decision,
                "cause": one.cause,
                "reason": one.reason,
                "by": one.actor_name,
                "answer": one.answer_id,
            }
            for one in detail.commitments
        ],
    }


def order(detail: OrderDetail, earlier: Mapping[UUID, Earlier], *, prices: bool, staff: bool) -> dict[str, Any]:
    return {
        **order_row(detail.order),
        **{name: getattr(detail.order, name) for name in CONTENT},
        **{name: getattr(detail.order, name) if prices else "" for name in MONEY},
        "moves": [
            {
                "position": one.position,
                "revision": one.revision,
                "before": one.before,
                "after": one.after,
                "cause": one.cause,
                "stated": one.stated_at is not None,
                "reason": one.reason,
                "by": one.actor_name,
            }
            for one in detail.moves
        ],
        "files": [
            {
                "id": one.id,
                "name": one.name,
                "item": one.item,
                "version": one.version,
                "size": one.size,
                "at": one.stated_at,
                "current": one.current,
                "withdrawn": one.withdrawn,
                "file": one.file,
                "state": "rejected" if one.refused else one.state,
            }
            for one in detail.files
        ],
        "lines": [line(one, prices=prices, staff=staff, earlier=earlier.get(one.line.pk)) for one in detail.lines],
        "revisions": [
            {
                "number": one.number,
                "at": one.at,
                "differences": told_differences(one.differences, prices=prices),
            }
            for one in detail.revisions
        ],
    }


def acknowledgement(
    row: Acknowledgement, lines: list[AnswerLine], *, dry_run: bool, see_prices: bool
) -> dict[str, Any]:
    return {
        "id": row.pk,
        "order": row.order_id,
        "revision": row.revision,
        "at": row.at,
        "channel": row.channel,
        "by": row.actor_name,
        "source": row.source,
        "source_note": row.source_note,
        "comment": row.comment,
        "dry_run": dry_run,
        "lines": [answer(line, prices=see_prices) for line in lines],
    }
