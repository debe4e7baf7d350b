"""Sending what a sheet says: an answer for each order, a notice for each delivery note, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from portal.shared import transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions import sheet_answers, sheet_notices
from suppliers.actions.acknowledgements import record as record_answers
from suppliers.actions.sheet_answers import OrderView
from suppliers.actions.sheet_notices import NoticeView
from suppliers.actions.sheet_previews import Part, Preview
from suppliers.actions.shipments import record as record_notice
from suppliers.models import Acknowledgement, PurchaseOrder, SheetUpload, Shipment, Supplier
from suppliers.permissions import Act
from suppliers.states import Verdict

CHANNEL = "sheet"


def hold_upload(upload: SheetUpload) -> SheetUpload:
    """The row, locked, with its supplier and without what stands in the sheet, which never changes."""
    rows = SheetUpload.objects.defer("reading").select_related("supplier")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=upload.pk)


# --- Answers ----------------------------------------------------------------------------------------------------------


@act(Act.ACKNOWLEDGE_ORDER, about="order")
def send_order(*, actor: Actor, order: PurchaseOrder, upload: SheetUpload, at: dt.datetime) -> SheetUpload:
    """Send the good rows of one order, once: what went is written down in the same transaction.

    What is no longer good stays behind; the page says why. What stands in the sheet is ``upload``'s: it never changes,
    and is too much to be read again for every order.
    """
    held = hold_upload(upload)
    _send(actor, held, upload, str(order.pk), at, sheet_answers.preview_of, keep_order)
    return held


def send_order_of(actor: Actor, upload: SheetUpload, key: str, at: dt.datetime) -> None:
    """:func:`send_order` by the key of its part; nothing where the order is not his to see any more."""
    with acting(actor):
        order = PurchaseOrder.objects.visible_to(actor).filter(pk=UUID(key)).first()
    if order is not None:
        send_order(actor=actor, order=order, upload=upload, at=at)


def keep_order(actor: Actor, held: SheetUpload, part: OrderView, at: dt.datetime) -> Acknowledgement:
    """Answer the order with the good rows, inside the transaction of an act. Raises what answering raises."""
    order = transitions.hold(part.order, "supplier", "plant")
    Act.ACKNOWLEDGE_ORDER.require(actor, order)
    sent = record_answers(actor, order, part.answers, CHANNEL, at)
    verdicts = [answer.verdict for answer in sent.rehearsed]
    told = held.outcomes.get(part.key, {})
    _tell(held, part, order.number, str(sent.pk), (str(answer.line_id) for answer in sent.rehearsed))
    for name, verdict in (("within", Verdict.WITHIN), ("outside", Verdict.OUTSIDE)):
        held.outcomes[part.key][name] = told.get(name, 0) + verdicts.count(verdict)
    return sent


# --- Shipments --------------------------------------------------------------------------------------------------------


@act(Act.ANNOUNCE_SHIPMENT, within="supplier")
def send_notice(
    *, actor: Actor, supplier: Supplier, upload: SheetUpload, note: str, at: dt.datetime
) -> Shipment | None:
    """Announce the good rows of one delivery ``note``, once, as :func:`send_order` does; None where nothing is good.

    Raises :class:`Invalid` where what is announced elsewhere in that very moment is in its way.
    """
    made = _send(actor, hold_upload(upload), upload, note, at, sheet_notices.preview_of, keep_notice)
    return made[0] if made else None


def send_notice_of(actor: Actor, upload: SheetUpload, key: str, at: dt.datetime) -> None:
    """:func:`send_notice` by the key of its part."""
    send_notice(actor=actor, supplier=upload.supplier, upload=upload, note=key, at=at)


def keep_notice(actor: Actor, held: SheetUpload, part: NoticeView, at: dt.datetime) -> Shipment:
    """Announce the rows that go, inside the transaction of an act. Raises what announcing raises."""
    Act.ANNOUNCE_SHIPMENT.require(actor, held.supplier)
    shipment = record_notice(actor, held.supplier, None, part.body, CHANNEL, at)
    rows = (str(row.number) for one in part.goes for row in one.rows)
    _tell(held, part, f"{shipment.label} · {shipment.delivery_note}", str(shipment.pk), rows)
    return shipment


# --- Both -------------------------------------------------------------------------------------------------------------


def _send(
    actor: Actor,
    held: SheetUpload,
    upload: SheetUpload,
    key: str,
    at: dt.datetime,
    preview_of: Callable[..., Preview[Any]],
    keep: Callable[[Actor, SheetUpload, Any, dt.datetime], Any],
) -> list[Any]:
    """Keep the part of this key, unless somebody was quicker, and strike it off what is wanted."""
    if key not in held.wanted:
        return []
    held.reading = upload.reading
    preview = preview_of(actor, held, at, only=key, holding=True)
    made = [keep(actor, held, part, at) for part in preview.parts if part.good]
    held.wanted = [one for one in held.wanted if one != key]
    held.save(update_fields=["wanted", "outcomes"])
    return made


def _tell(held: SheetUpload, part: Part[Any], number: str, made: str, went: Iterable[str]) -> None:
    """Write down what went, besides what went of this part before."""
    told = held.outcomes.get(part.key, {})
    held.outcomes[part.key] = {
        "number": number,
        "made": [*told.get("made", told.get("acknowledgements", [])), made],
        "went": [*told.get("went", told.get("lines", [])), *went],
    }
