"""The files of an order: what Odoo has, in which version, and the bytes that were fetched for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from documents.models import StoredFile
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.kinds import DRAWING
from suppliers.models import OrderFile, OrderLine, PurchaseOrder
from suppliers.permissions import Act
from suppliers.statements import Difference, FileStatement

TOO_LARGE = "too_large"
Key = tuple[int | None, str]


def keep_files(
    order: PurchaseOrder, stated: tuple[FileStatement, ...], lines: Mapping[int, OrderLine]
) -> list[Difference]:
    """Compare the files that Odoo has with those known; return what differs, by line (``lines`` by item).

    A file is known by its name, on the order or on its item. Other bytes under the name are a new version; the old one
    stays. One that Odoo has no more is withdrawn. Runs inside the caller's act, with the order held.
    """
    at = audit.current_deed().at
    rows = list(OrderFile.objects.filter(order=order))
    current = {_key(row): row for row in rows if row.withdrawn_at is None and row.replaced_at is None}
    told, made, changed = [], [], []
    for one in stated:
        row = current.pop((one.item_id, one.name.casefold()), None)
        if row is not None and row.checksum == one.checksum:
            if row.ref != one.ref:
                row.ref = one.ref
                changed.append(row)
            continue
        versions = [known.version for known in rows if _key(known) == (one.item_id, one.name.casefold())]
        fresh = _new(order, one, max(versions, default=0) + 1, at)
        fresh.item_code = line.item_code if (line := lines.get(one.item_id or 0)) else ""
        made.append(fresh)
        if row is not None:
            row.replaced_at = at
            changed.append(row)
        told.append(_difference(lines, fresh, str(row) if row else "", str(fresh)))
    for gone in current.values():
        gone.withdrawn_at = at
        changed.append(gone)
        told.append(_difference(lines, gone, str(gone), "removed"))
    OrderFile.objects.bulk_create(made)
    OrderFile.objects.bulk_update(changed, ["ref", "replaced_at", "withdrawn_at"])
    if told:
        audit.note(order, files=([one.before for one in told], [one.after for one in told]))
    return told


def _key(row: OrderFile) -> Key:
    return row.item_id, row.name.casefold()


def _new(order: PurchaseOrder, stated: FileStatement, version: int, at: dt.datetime) -> OrderFile:
    """A new version. Bytes that this supplier has been given already are not fetched again."""
    same = OrderFile.objects.filter(supplier=order.supplier_id, checksum=stated.checksum).exclude(file=None).first()
    return OrderFile(
        supplier_id=order.supplier_id,
        order=order,
        item_id=stated.item_id,
        name=stated.name,
        version=version,
        ref=stated.ref,
        checksum=stated.checksum,
        size=stated.size,
        stated_at=at,
        file_id=same.file_id if same else None,
        refusal=TOO_LARGE if stated.size > DRAWING.most_bytes else "",
    )


def _difference(lines: Mapping[int, OrderLine], row: OrderFile, before: str, after: str) -> Difference:
    line = lines.get(row.item_id) if row.item_id else None
    return Difference(line.position if line else 0, "drawing", before, after)


def put_last(actor: Actor, wanted: OrderFile, at: dt.datetime) -> None:
    """The bytes of a file did not come this time: others are asked for first. Book-keeping, no act on the world."""
    with acting(actor, write=True):
        OrderFile.objects.filter(supplier=wanted.supplier_id, checksum=wanted.checksum, file=None).update(tried_at=at)


@act(Act.KEEP_FILE, about="order")
def link_file(
    *, actor: Actor, order: PurchaseOrder, checksum: str, file: StoredFile | None, refusal: str, at: dt.datetime
) -> PurchaseOrder:
    """The bytes of a file of this order are here (``file``), or are refused: every file of the supplier with that
    checksum has them from now on.
    """
    order = transitions.hold(order)
    rows = OrderFile.objects.filter(supplier=order.supplier_id, checksum=checksum, file=None)
    if file is not None:
        rows.update(file=file)
        audit.note(order, file=(None, file.name))
    else:
        rows.update(refusal=refusal)
        audit.note(order, refusal=(None, refusal))
    return order
