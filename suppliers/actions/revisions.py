"""The revisions of an order: what Odoo said at one moment, and what that changed. Written once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from portal.shared import audit
from suppliers.models import OrderRevision, PurchaseOrder, ScheduleLine
from suppliers.statements import Difference
from suppliers.tolerances import plain


def keep(order: PurchaseOrder, differences: Iterable[Difference]) -> None:
    """Keep what the schedule lines say now as the order's revision, whose number the caller has set already."""
    order.save(update_fields=["revision"])
    stated = [
        {
            "line": row.line.position,
            "item": row.line.item_code,
            "quantity": plain(row.quantity),
            "unit": row.line.unit_name,
            "price": plain(row.price),
            "date": row.date.isoformat(),
        }
        for row in ScheduleLine.objects.filter(line__order=order, in_odoo=True)
        .select_related("line")
        .order_by("line__position", "position")
    ]
    OrderRevision(
        supplier_id=order.supplier_id,
        order=order,
        number=order.revision,
        at=audit.current_deed().at,
        lines=stated,
        differences=[asdict(difference) for difference in differences],
    ).save(force_insert=True)
    audit.note(order, revision=(order.revision - 1, order.revision))
