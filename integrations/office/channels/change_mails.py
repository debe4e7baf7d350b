"""Mails about change requests: what the other side wants, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from integrations.office.channels.order_mails import addressee_of, buyer_of, link_notes, order_address
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
MANY: Mapping[str, Callable[[], str]] = {
    "submitted": lambda: _("Order %(number)s: %(name)s asks for a change of %(n)d lines"),
    "accepted": lambda: _("Order %(number)s: changes of %(n)d lines are agreed"),
}
"""What was asked for together; afterwards each goes its own way."""
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


def _changes(event: Event) -> list[ChangeRequest]:
    """What the letter is about; first itself, then what was asked for in the same breath."""
    rows = ChangeRequest.objects.select_related("order__supplier", "order__plant", "line")
    change = rows.get(pk=event.about_id)
    others = set(event.payload.get("together", ())) - {change.number}
    return [change, *rows.filter(order=change.order, number__in=others).order_by("number")]


def _readers(event: Event) -> list[Reader]:
    """The side that did not do it; both, where Odoo did; and whoever's link did it. What was inside tolerance is no
    news for a buyer, and of what was asked for together the first letter tells.
    """
    change, *others = _changes(event)
    at_once = event.topic.endswith("accepted") and event.payload["offers"] == 1 and change.side == Side.SUPPLIER
    if change.order.mode == Mode.OFF or any(other.number < change.number for other in others):
        return []
    readers = []
    if event.actor_kind in (ActorKind.STAFF, ActorKind.SYSTEM, ActorKind.LINK):
        desk = [Reader.at(one) for one in order_desk(change.order.supplier)]
        by_link = event.actor_kind == ActorKind.LINK
        readers = [reader for reader in desk if not by_link or reader.address == event.actor_name]
    if event.actor_kind != ActorKind.STAFF and not at_once:
        readers += [Reader.of(user) for user in buyers_of(change.order)]
    return readers


def _words(event: Event, reader: Reader) -> Words:
    change, *others = _changes(event)
    what = event.topic.partition(".")[2]
    told: dict[str, Any] = {
        "number": change.order.number,
        "line": change.line.position,
        "change": change.number,
        "name": event.actor_name,
        "n": 1 + len(others),
    }
    paragraphs = [paragraph for one in (change, *others) for paragraph in _said(one, event, named=bool(others))]
    if change.closing and what in ("declined", "withdrawn"):
        paragraphs.append(_("Reason: %(reason)s") % {"reason": change.closing})
    words = {
        "subject": (MANY if others else SUBJECTS)[what]() % told,
        "paragraphs": [*paragraphs, OUTCOMES[what]()],
        "action": _("Look at the order") if others else _("Look at the change request"),
    }
    return words | _way(change, reader, event, alone=not others)


def _way(change: ChangeRequest, reader: Reader, event: Event, *, alone: bool) -> dict[str, Any]:
    """Where the mail leads: whoever has no account gets the link of the order, which was made with the letter."""
    addressee = addressee_of(reader, change.order)
    notes = []
    if addressee is not None and event.actor_kind == ActorKind.LINK:
        told = {"email": addressee.email, "buyer": change.order.buyer_name or buyer_of(change.order)}
        notes = [
            _("This was done by the link sent to %(email)s.") % told,
            _("If neither you nor a colleague did this, tell %(buyer)s at once.") % told,
        ]
    if addressee is not None and not addressee.has_account:
        url, link = order_address(change.order, addressee)
        if link is not None:
            return {"url": f"{url}?change={change.pk}" if alone else url, "notes": [*notes, *link_notes(link)]}
    if alone:
        return {"url": address_of("change", change.order_id, change.pk), "notes": notes}
    return {"url": address_of("order", change.order_id), "notes": notes}


def _said(change: ChangeRequest, event: Event, *, named: bool) -> list[str]:
    """One request: its line, and the offer that the letter tells of."""
    offers = list(change.offers.order_by("number").prefetch_related("deliveries"))
    shown = offers[: event.payload["offers"]] or offers
    item = f"{change.line.item_code} {change.line.item_name}".strip()
    if named:
        item = _("Line %(line)d: %(item)s") % {"line": change.line.position, "item": item}
    return [item, *_offer(change, shown[-1])]


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
