"""Where an approved change of master data stands in Odoo. Plain functions: each runs inside the act that calls it,
which holds the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from integrations.slot import outbox
from portal.shared import audit
from suppliers import masterdata
from suppliers.models import Activation, MasterRequest, Plant, PriceTerm, Supplier
from suppliers.states import Mode, SyncMark


def is_live(supplier_id: int) -> bool:
    """Whether a supplier works with the portal in earnest at one plant at least: on trial nothing is written."""
    waves = (Activation.objects.for_pair(supplier_id, plant) for plant in Plant.objects.values_list("pk", flat=True))
    return any(wave is not None and wave.mode == Mode.ON for wave in waves)


def tell(request: MasterRequest, what: str) -> None:
    """Drop the letter from which the other side, and of what was approved Odoo, learns of it."""
    outbox.publish(
        f"master_request.{what}",
        about=request,
        supplier_id=request.supplier_id,
        tier=2,
        payload={
            "number": request.number,
            "field": request.field,
            "term": str(request.term_id or ""),
            "contact": request.contact,
            "before": request.before,
            "after": request.after,
        },
    )


def mark(request: MasterRequest, sync: SyncMark, note: str = "", why: Mapping[str, Any] | None = None) -> None:
    """Say where it stands; the same again leaves no trace."""
    if (request.sync, request.sync_note, request.sync_why) == (sync, note, why):
        return
    audit.note(request, sync=(request.sync, sync))
    request.sync, request.sync_note, request.sync_why = sync, note, why
    request.save(update_fields=["sync", "sync_note", "sync_why"])


def take_over(request: MasterRequest) -> None:
    """Odoo was read back and says what was approved: so does what is shown here, before the next reading."""
    mark(request, SyncMark.IN_ODOO)
    if request.term_id is not None:
        _set(PriceTerm.objects.get(pk=request.term_id), request.after)
    elif request.contact:
        supplier = Supplier.objects.get(pk=request.supplier_id)
        contacts = [
            {**one, **(request.after if one.get("ref") == request.contact else {})} for one in supplier.contacts
        ]
        if contacts != supplier.contacts:
            audit.note(supplier, contacts=(supplier.contacts, contacts))
            Supplier.objects.filter(pk=supplier.pk).update(contacts=contacts)
    else:
        _set(Supplier.objects.get(pk=request.supplier_id), request.after)


def _set(row: PriceTerm | Supplier, values: Mapping[str, str]) -> None:
    for name, text in values.items():
        before = getattr(row, name)
        after = type(before)(Decimal(text)) if name in masterdata.NUMBERS else text
        if before != after:
            audit.note(row, **{name: (before, after)})
            setattr(row, name, after)
    row.save(update_fields=list(values))
