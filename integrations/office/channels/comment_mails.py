"""The mail that tells one side of an order what the other wrote: at most one an hour, until it is read.

It goes to those whom the order is with, and to whoever of that side wrote about it before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.office.channels.order_mails import addressee_of, link_notes, order_address
from integrations.office.channels.readers import Mailing, Reader, Words, address_of, moment
from integrations.slot.models import Event
from portal.shared.actor import ActorKind
from suppliers.models import OrderComment, OrderLink
from suppliers.queries.threads import unread_of_side, writers
from suppliers.standing import buyers_of, order_desk, still_there
from suppliers.states import Mode, Side

PAUSE = dt.timedelta(hours=1)
"""Between two mails about one order to somebody who has not read what the first one told."""


def _comment(event: Event) -> OrderComment:
    rows = OrderComment.objects.select_related("order__supplier", "order__plant")
    return rows.get(pk=UUID(event.payload["comment"]))


def _readers(event: Event) -> list[Reader]:
    """The other side: the supplier's order desk, or the buyer; and who wrote before. Nobody while it is not live."""
    comment = _comment(event)
    order, side = comment.order, Side(comment.side).other
    if order.mode != Mode.ON:
        return []
    if side == Side.SUPPLIER:
        readers = [Reader.at(one) for one in order_desk(order.supplier)]
    else:
        readers = [Reader.of(user) for user in buyers_of(order)]
    known = {reader.address for reader in readers}
    wrote = still_there(writers(order.pk, side), order, side)
    return readers + [Reader.of(user) for user in wrote if user.email not in known]


def _words(event: Event, reader: Reader) -> Words | None:
    comment = _comment(event)
    order = comment.order
    links = OrderLink.objects.filter(order=order, email=reader.address).values_list("pk", flat=True)
    unread = unread_of_side(order.pk, Side(comment.side), [reader.key, *map(str, links)])
    told = bundles(unread).get(comment.number)
    if not told:
        return None  # he has read it, or a mail that he was sent within the hour leads to it
    if comment.side == Side.BUYER:
        url, link = order_address(order, addressee_of(reader, order))
        notes = link_notes(link)
    else:
        url, notes = f"{address_of('order', order.pk)}#comment-{comment.number}", []
    says = {"name": comment.actor_name, "number": order.number, "count": len(told)}
    several = ngettext(
        "%(count)d new comment on order %(number)s", "%(count)d new comments on order %(number)s", len(told)
    )
    return {
        "subject": (_("%(name)s on order %(number)s") if len(told) == 1 else several) % says,
        "comments": [_told(one) for one in told],
        "action": _("Read and answer"),
        "url": url,
        "notes": [_("Everybody who sees the order reads its comments. Please answer there, not by mail."), *notes],
    }


def bundles(unread: Iterable[OrderComment]) -> dict[int, list[OrderComment]]:
    """What is told in one mail, by the number of the comment that opens it: the first, and each that comes an hour
    after the last of these. ``unread`` is in the order it was written.
    """
    found: dict[int, list[OrderComment]] = {}
    bundle: list[OrderComment] = []
    for one in unread:
        if not bundle or one.at >= bundle[0].at + PAUSE:
            bundle = found[one.number] = []
        bundle.append(one)
    return found


def _told(one: OrderComment) -> Mapping[str, object]:
    return {
        "name": one.actor_name,
        "by_link": one.actor_kind == ActorKind.LINK,
        "at": moment(one.at),
        "line": one.line,
        "text": one.text,
        "files": [attached.file.name for attached in one.attachments.all()],
    }


COMMENT_MAILS: Mapping[str, Mailing] = {"purchase_order.commented": Mailing(_readers, _words, "mail/comments")}
