"""The answers about shipment notices, built by hand from rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from portal.shared.errors import Fault
from suppliers.api.bodies import number
from suppliers.models import Shipment
from suppliers.models.shipments import label_of
from suppliers.queries.comparison import Comparison
from suppliers.queries.shipments import ShipmentDetail
from suppliers.queries.shipments_open import OpenLine

_HEAD = (
    *("id", "number", "state", "version", "delivery_note", "departs_on", "arrives_on", "carrier", "tracking"),
    *("sync", "editable_until", "submitted_at", "received_at", "closed_at"),
)
COLUMNS = (*_HEAD, "supplier__public_id", "supplier__name", "plant__code")
"""What is read of a notice for a list."""
_LINE = ("lot", "made_on", "expires_on", "serials", "country", "packed_unit")
_VERSION = ("number", "at", "channel", "reason")


def head(row: Shipment) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in _HEAD}
    return _head(said, row.supplier.public_id, row.supplier.name, row.plant.code)


def listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a row of :data:`COLUMNS`."""
    said = {name: row[name] for name in _HEAD}
    return _head(said, row["supplier__public_id"], row["supplier__name"], row["plant__code"])


def _head(said: dict[str, Any], supplier: UUID, supplier_name: str, plant: str) -> dict[str, Any]:
    label = label_of(said["number"])
    return {**said, "label": label, "supplier": supplier, "supplier_name": supplier_name, "plant": plant}


def sent(
    row: Shipment, lines: int, units: Sequence[tuple[str, str]], hints: Sequence[Fault], *, dry_run: bool
) -> dict[str, Any]:
    """What a sending came to. ``units`` are pairs of a ref and the number it has."""
    names = ("id", "number", "label", "version", "state")
    return {
        **{name: getattr(row, name) for name in names},
        "editable_until": row.editable_until and row.editable_until.astimezone(dt.UTC),
        "plant": row.plant.code,
        "lines": lines,
        "units": [{"ref": ref, "plate": plate} for ref, plate in units],
        "hints": [{"code": hint.code, "detail": hint.message, "pointer": hint.pointer} for hint in hints],
        "dry_run": dry_run,
    }


def whole(detail: ShipmentDetail, compared: Comparison | None) -> dict[str, Any]:
    plates = {unit.pk: unit.plate for unit in detail.units}
    return {
        **head(detail.shipment),
        "dangerous_goods": detail.shipment.dangerous_goods,
        "note": detail.shipment.note,
        "faults": [_fault(fault) for fault in detail.shipment.faults],
        "orders": [
            {
                "order": row.order_id,
                "number": row.order.number,
                **{name: getattr(row, name) for name in ("sync", "sync_note", "transfer")},
            }
            for row in detail.orders
        ],
        "units": [
            {
                **{name: getattr(row, name) for name in ("plate", "plate_kind", "kind", "tracking")},
                "within": plates[row.parent_id] if row.parent_id else "",
                "gross_weight": number(row.gross_weight),
            }
            for row in detail.units
        ],
        "lines": [
            {
                "line": row.line_id,
                "order": row.line.order_id,
                "order_number": row.line.order.number,
                "position": row.line.position,
                "item": row.item_code,
                "quantity": number(row.quantity),
                "unit": row.unit_name,
                "packed_quantity": number(row.packed_quantity),
                **{name: getattr(row, name) for name in _LINE},
                "within": plates[row.unit_id] if row.unit_id else "",
            }
            for row in detail.lines
        ],
        "versions": [
            {
                **{name: getattr(row, name) for name in _VERSION},
                "by": row.actor_name,
                "lines": row.lines_count,
                "units": row.units_count,
            }
            for row in detail.versions
        ],
        "comparison": compared and _compared(compared),
    }


def _compared(compared: Comparison) -> dict[str, Any]:
    share = compared.accuracy
    return {
        "final": compared.final,
        "accuracy": None if share is None else f"{share:.4f}",
        "rows": [
            {
                "line": row.line,
                "order_number": row.about.order.number,
                "position": row.about.position,
                "item": row.about.item_code,
                "lot": row.lot,
                "verdict": row.verdict.value,
                "announced": number(row.announced),
                "received": number(row.received),
                "returned": number(row.returned),
                "unit": row.about.unit_name,
                "announced_in": row.said_in,
                "received_in": row.found_in,
            }
            for row in compared.rows
        ],
    }


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    return {"code": str(fault.get("code", "")), "detail": str(fault.get("message", ""))}


def open_line(row: OpenLine) -> dict[str, Any]:
    line = row.line
    return {
        "line": line.pk,
        "order": line.order_id,
        "order_number": line.order.number,
        "position": line.position,
        "supplier": line.supplier.public_id,
        "plant": line.plant.code,
        "item": line.item_code,
        "item_name": line.item_name,
        "supplier_item": line.supplier_item_code,
        "unit": line.unit_name,
        "step": number(line.quantity_step),
        "agreed": number(row.agreed),
        "received": number(line.received_quantity),
        "announced": number(row.announced),
        "open": number(row.open),
        "promised_date": line.promised_date,
        "next_date": row.next_day,
        "basis": row.basis,
        "tracking": line.tracking,
        "dated": line.dated,
    }
