"""Supplier and buyer write to each other about an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from integrations.slot import outbox
from portal.shared import transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Faults
from suppliers.actions import attaching
from suppliers.actions.links import links_for
from suppliers.models import CommentAttachment, CommentReading, OrderComment, OrderLine, PurchaseOrder
from suppliers.permissions import Act
from suppliers.standing import order_desk
from suppliers.states import Mode, Side

COMMENTED = "purchase_order.commented"
LONGEST = 4000


@act(Act.COMMENT_ORDER, about="order")
def comment(
    *,
    actor: Actor,
    order: PurchaseOrder,
    text: str,
    at: dt.datetime,
    line: UUID | None = None,
    files: Sequence[UUID] = (),
) -> OrderComment:
    """Write one comment, about the order or one line of it; it is never changed.

    The other side of a live order gets a letter; the supplier's order desk one with links that are good anew. Raises
    :class:`Invalid` naming every fault.
    """
    order = transitions.hold(order, "supplier")
    text = text.replace("\r\n", "\n").strip()
    faults = Faults()
    if not text:
        faults.add("required", _("Write something."), "/text")
    elif len(text) > LONGEST:
        faults.add("too_long", _("A comment has at most %(count)d characters.") % {"count": LONGEST}, "/text")
    if line is not None and not OrderLine.objects.filter(order=order, pk=line).exists():
        faults.add("unknown_line", _("This order has no such line."), "/line")
    attaching.check(faults, actor, order.supplier_id, {"/files": files})
    faults.refuse(_("This comment cannot be taken."))
    last = OrderComment.objects.filter(order=order).aggregate(last=Max("number"))["last"] or 0
    written = OrderComment(
        supplier_id=order.supplier_id,
        order=order,
        line_id=line,
        number=last + 1,
        at=at,
        side=Side.SUPPLIER if actor.behind_wall else Side.BUYER,
        text=text,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    written.save(force_insert=True)
    CommentAttachment.objects.bulk_create(
        CommentAttachment(supplier_id=order.supplier_id, comment=written, file_id=key, position=position)
        for position, key in enumerate(dict.fromkeys(files), start=1)
    )
    if order.mode == Mode.ON:
        _tell(order, written)
    return written


def _tell(order: PurchaseOrder, written: OrderComment) -> None:
    if written.side == Side.BUYER:
        links_for(((order, one.email) for one in order_desk(order.supplier)), written.at)
    outbox.publish(COMMENTED, about=order, supplier_id=order.supplier_id, tier=2, payload={"comment": str(written.pk)})


def mark_read(actor: Actor, order: PurchaseOrder, up_to: int) -> None:
    """Remember how far somebody has read: book-keeping for him alone, no act on the world. It never goes back."""
    mine = CommentReading(supplier_id=order.supplier_id, order=order, actor_id=actor.id, read_up_to=up_to)
    with acting(actor, write=True):
        CommentReading.objects.bulk_create([mine], ignore_conflicts=True)
        CommentReading.objects.filter(order=order, actor_id=actor.id, read_up_to__lt=up_to).update(read_up_to=up_to)
