"""Mails about change requests: what the other side wants, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from integrations.office.channels.readers import Mailing, Reader, Words, address_of
from integrations.slot.models import Event
from portal.shared.actor import ActorKind
from suppliers.models import ChangeOffer, ChangeRequest
from suppliers.standing import buyers_of, order_desk
from suppliers.states import Mode, Side
from suppliers.tolerances import plain

SUBJECTS: Mapping[str, Callable[[], str]] = {
    "submitted": lambda: _("Order %(number)s, line %(line)d: %(name)s asks for a change"),
    "countered": lambda: _("Order %(number)s, line %(line)d: %(name)s makes a counter-offer"),
    "accepted": lambda: _("Order %(number)s, line %(line)d: change request %(change)d is agreed"),
    "declined": lambda: _("Order %(number)s, line %(line)d: change request %(change)d is declined"),
    "withdrawn": lambda: _("Order %(number)s, line %(line)d: change request %(change)d is withdrawn"),
    "overtaken": lambda: _("Order %(number)s, line %(line)d: change request %(change)d is overtaken"),
}
OUTCOMES: Mapping[str, Callable[[], str]] = {
    "submitted": lambda: _("What was agreed stands until both sides want something else."),
    "countered": lambda: _("What was agreed stands until both sides want something else."),
    "accepted": lambda: _("It is agreed now and goes to the buyer's system."),
    "declined": lambda: _("What was agreed stands."),
    "withdrawn": lambda: _("What was agreed stands."),
    "overtaken": lambda: _(
        "The order changed in Odoo before both sides agreed: this request is about nothing any more."
    ),
}


def _change(event: Event) -> ChangeRequest:
    return ChangeRequest.objects.select_related("order__supplier", "order__plant", "line").get(pk=event.about_id)


def _readers(event: Event) -> list[Reader]:
    """The side that did not do it; both, where Odoo did. What was inside tolerance is no news for a buyer."""
    change = _change(event)
    at_once = event.topic.endswith("accepted") and event.payload["offers"] == 1 and change.side == Side.SUPPLIER
    if change.order.mode == Mode.OFF or (at_once and event.actor_kind != ActorKind.STAFF):
        return []
    to_supplier = event.actor_kind in (ActorKind.STAFF, ActorKind.SYSTEM)
    readers = [Reader.at(one) for one in order_desk(change.order.supplier)] if to_supplier else []
    if event.actor_kind != ActorKind.STAFF:
        readers += [Reader.of(user) for user in buyers_of(change.order)]
    return readers


def _words(event: Event, reader: Reader) -> Words:
    change = _change(event)
    what = event.topic.partition(".")[2]
    told: dict[str, Any] = {
        "number": change.order.number,
        "line": change.line.position,
        "change": change.number,
        "name": event.actor_name,
    }
    offers = list(change.offers.order_by("number").prefetch_related("deliveries"))
    shown = offers[: event.payload["offers"]] or offers
    paragraphs = [f"{change.line.item_code} {change.line.item_name}".strip(), *_offer(change, shown[-1])]
    if change.closing and what in ("declined", "withdrawn"):
        paragraphs.append(_("Reason: %(reason)s") % {"reason": change.closing})
    return {
        "subject": SUBJECTS[what]() % told,
        "paragraphs": [*paragraphs, OUTCOMES[what]()],
        "action": _("Look at the change request"),
        "url": address_of("change", change.pk),
    }


def _offer(change: ChangeRequest, offer: ChangeOffer) -> list[str]:
    """What was offered, a line each, without a price: who reads a mail may not see one."""
    if offer.cancels:
        said = [_("Cancel the rest")]
    else:
        said = [
            _("%(quantity)s %(unit)s, arriving %(date)s")
            % {
                "quantity": number_format(plain(one.quantity), use_l10n=True),
                "unit": change.line.unit_name,
                "date": date_format(one.arrival_date, "SHORT_DATE_FORMAT"),
            }
            for one in sorted(offer.deliveries.all(), key=lambda one: one.position)
        ]
    why = ": ".join(filter(None, (offer.get_reason_display(), offer.comment)))
    return [*said, why]


CHANGE_MAILS: Mapping[str, Mailing] = {f"change_request.{what}": Mailing(_readers, _words) for what in SUBJECTS}
