"""Mails about orders: a new one to answer, one to answer again, and what was answered by a link or for the supplier.

Whoever mails about an order takes its address from :func:`order_address`: the reader's link where it opens the order,
else the page behind the sign-in. The link itself is made before, in the act (``suppliers.actions.links.links_for``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.office.channels.readers import Mailing, Reader, Words, address_of, moment
from integrations.slot.models import Event
from portal.shared.actor import ActorKind
from suppliers.actions.assessing import Terms
from suppliers.actions.links import refusal_of
from suppliers.models import Acknowledgement, OrderLine, OrderLink, OrderRevision, PurchaseOrder
from suppliers.permissions import Act
from suppliers.standing import Recipient, order_desk
from suppliers.states import DateBasis, LineState, Mode
from suppliers.tolerances import promised_for

MONEY = ("price", "payment_terms")
MOST_LINES = 40
"""Rows of a table in a mail; the page has them all."""


def order_address(order: PurchaseOrder, addressee: Recipient | None) -> tuple[str, OrderLink | None]:
    """Where a mail to one of the order desk leads, and the link that it carries, if it does. Two queries at most."""
    link = OrderLink.objects.filter(order=order, email=addressee.email).first() if addressee else None
    if link is None:
        return address_of("order", order.pk), None
    link.order = order
    if refusal_of(link, addressee, timezone.now()) is not None:
        return address_of("order", order.pk), None
    return address_of("open_link", link.pk, link.secret), link


def order_links(orders: Collection[UUID], email: str) -> dict[UUID, str]:
    """The addresses by which ``email`` opens these orders without signing in, where it may. A query, and one more for
    each of its suppliers.
    """
    desks: dict[int, Recipient | None] = {}
    found = {}
    for link in OrderLink.objects.filter(order__in=orders, email=email).select_related("order__supplier"):
        supplier = link.order.supplier
        if supplier.pk not in desks:
            desks[supplier.pk] = next((one for one in order_desk(supplier) if one.email == email), None)
        if refusal_of(link, desks[supplier.pk], timezone.now()) is None:
            found[link.order_id] = address_of("open_link", link.pk, link.secret)
    return found


def link_notes(link: OrderLink | None) -> list[str]:
    """What a mail says below its button about the link it carries."""
    if link is None:
        return [_("The address asks you to sign in.")]
    told = {"email": link.email, "when": moment(link.expires_at)}
    return [
        _("The link was made for %(email)s, opens this order alone and is good until %(when)s. No account is needed.")
        % told,
        _("You may pass it on: whoever has it can answer, and the answer says that it came by the link sent to you."),
    ]


def _order(event: Event) -> PurchaseOrder:
    return PurchaseOrder.objects.select_related("supplier", "plant").get(pk=event.about_id)


def addressee_of(reader: Reader, order: PurchaseOrder) -> Recipient | None:
    """Who of the order desk reads it; None: somebody else. A query."""
    return next((one for one in order_desk(order.supplier) if one.email == reader.address), None)


def buyer_of(order: PurchaseOrder) -> str:
    """The company that orders."""
    return order.plant.company or order.plant.name


# --- A new order ------------------------------------------------------------------------------------------------------


def _desk(event: Event) -> list[Reader]:
    return [Reader.at(one) for one in order_desk(_order(event).supplier)]


def _released(event: Event, reader: Reader) -> Words | None:
    order = _order(event)
    if order.mode != Mode.ON or not order.waiting_lines:
        return None
    addressee = addressee_of(reader, order)
    url, link = order_address(order, addressee)
    told = {"number": order.number, "buyer": buyer_of(order), "n": order.waiting_lines}
    lines = list(OrderLine.objects.filter(order=order).exclude(state=LineState.CANCELLED).order_by("position"))
    return {
        "subject": ngettext(
            "Order %(number)s from %(buyer)s: %(n)d line to answer",
            "Order %(number)s from %(buyer)s: %(n)d lines to answer",
            order.waiting_lines,
        )
        % told,
        "paragraphs": [_("%(buyer)s sent you order %(number)s. Please answer it line by line.") % told],
        "order": order,
        **_table(order, lines),
        "see_prices": addressee is not None and bool(addressee.roles & Act.SEE_PRICES.value.supplier),
        "action": _("Answer the order"),
        "url": url,
        "notes": link_notes(link),
    }


# --- A line that waits again ------------------------------------------------------------------------------------------


def _waiting_again(event: Event, order: PurchaseOrder) -> list[OrderLine]:
    """The lines that the letter speaks of, as far as they still wait; none while the order is not live."""
    if order.mode != Mode.ON:
        return []
    rows = OrderLine.objects.filter(order=order, position__in=event.payload["lines"], state=LineState.OPEN)
    return list(rows.order_by("position"))


def _revised(event: Event, reader: Reader) -> Words | None:
    order = _order(event)
    lines = _waiting_again(event, order)
    if not lines:
        return None
    told = {"number": order.number, "buyer": buyer_of(order), "n": len(lines)}
    subject = ngettext(
        "Order %(number)s changed: %(n)d line to answer again",
        "Order %(number)s changed: %(n)d lines to answer again",
        len(lines),
    )
    first = _("%(buyer)s changed order %(number)s after your answer. Please answer what changed.") % told
    words = _again(order, reader, lines)
    concerned = {0, *(line.position for line in lines)}
    revision = OrderRevision.objects.get(order=order, number=event.payload["revision"])
    changes = [
        change
        for change in revision.differences
        if change["line"] in concerned and (words["see_prices"] or change["field"] not in MONEY)
    ]
    return words | {"subject": subject % told, "paragraphs": [first], "changes": changes}


def _declined(event: Event, reader: Reader) -> Words | None:
    order = _order(event)
    lines = _waiting_again(event, order)
    if not lines:
        return None
    told = {"number": order.number, "name": event.actor_name, "n": len(lines), "reason": event.payload["reason"]}
    subject = ngettext(
        "Order %(number)s: your answer to %(n)d line was declined",
        "Order %(number)s: your answer to %(n)d lines was declined",
        len(lines),
    )
    paragraphs = [
        _("%(name)s declined your answer to order %(number)s. What the order says stands; please answer again.") % told,
        _("Reason: %(reason)s") % told,
    ]
    return _again(order, reader, lines) | {"subject": subject % told, "paragraphs": paragraphs}


def _again(order: PurchaseOrder, reader: Reader, lines: list[OrderLine]) -> dict[str, Any]:
    addressee = addressee_of(reader, order)
    url, link = order_address(order, addressee)
    return {
        "order": order,
        **_table(order, lines),
        "see_prices": addressee is not None and bool(addressee.roles & Act.SEE_PRICES.value.supplier),
        "action": _("Answer the order"),
        "url": url,
        "notes": link_notes(link),
    }


def _table(order: PurchaseOrder, lines: list[OrderLine]) -> dict[str, Any]:
    terms = Terms.of(order, timezone.now())
    by_hand_over = terms.basis == DateBasis.SHIP
    dated = [(line, promised_for(line.requested_date, terms.basis, terms.transit_days)) for line in lines]
    return {
        "lines": dated[:MOST_LINES],
        "due": min((date for line, date in dated if line.state == LineState.OPEN), default=None),
        "by_hand_over": by_hand_over,
        "more": max(0, len(lines) - MOST_LINES),
    }


# --- Orders that went live at once ------------------------------------------------------------------------------------


def _went_live(event: Event, reader: Reader) -> Words | None:
    rows = PurchaseOrder.objects.filter(announced_in=event.pk, mode=Mode.ON, waiting_lines__gt=0)
    orders = list(rows.select_related("supplier", "plant").order_by(F("next_date").asc(nulls_last=True), "number"))
    if not orders:
        return None
    found = order_links({order.pk for order in orders}, reader.address)
    buyer = " / ".join(sorted({buyer_of(order) for order in orders}))
    told = {"n": len(orders), "buyer": buyer, "portal": settings.PORTAL_NAME}
    words: dict[str, Any] = {
        "subject": ngettext(
            "%(n)d order from %(buyer)s waits for your answer",
            "%(n)d orders from %(buyer)s wait for your answer",
            len(orders),
        )
        % told,
        "paragraphs": [
            _("From now on %(buyer)s asks for answers in %(portal)s. Please answer these orders line by line.") % told
        ],
        "rows": [(order, found.get(order.pk) or address_of("order", order.pk)) for order in orders],
        "notes": _notes(reader, bool(found)),
    }
    if reader.key != str(orders[0].supplier.public_id):  # whoever has no account finds no list
        words |= {"action": _("Look at all orders"), "url": address_of("orders")}
    return words


def _notes(reader: Reader, linked: bool) -> list[str]:
    if not linked:
        return [_("The addresses ask you to sign in.")]
    told = {"email": reader.address, "days": settings.ORDER_LINK_DAYS}
    return [
        _("The links were made for %(email)s, each opens its order alone. They are good for %(days)d days.") % told,
        _("You may pass one on: whoever has it can answer, and the answer says that it came by the link sent to you."),
    ]


# --- What was answered ------------------------------------------------------------------------------------------------


def _acknowledgement(event: Event) -> Acknowledgement:
    rows = Acknowledgement.objects.select_related("order__supplier", "order__plant")
    return rows.get(pk=UUID(event.payload["acknowledgement"]))


def _told(event: Event) -> list[Reader]:
    """The addressee of the link; or the order desk, where the buyer's side answered for the supplier."""
    said = _acknowledgement(event)
    desk = [Reader.at(one) for one in order_desk(said.order.supplier)]
    if said.actor_kind != ActorKind.LINK:
        return desk
    known = [reader for reader in desk if reader.address == said.actor_name]
    return known or [Reader(said.actor_id, said.actor_name, "", said.order.supplier.language)]


def _answered(event: Event, reader: Reader) -> Words:
    said = _acknowledgement(event)
    order = said.order
    by_link = said.actor_kind == ActorKind.LINK
    told = {
        "number": order.number,
        "name": said.actor_name,
        "who": said.said_by,
        "when": moment(said.at),
        "buyer": order.buyer_name or buyer_of(order),
    }
    url, _link = order_address(order, addressee_of(reader, order))
    if by_link:
        subject = _("Order %(number)s: what was answered by your link") % told
        first = _("Order %(number)s was answered on %(when)s by the link sent to %(name)s.") % told
        note = _("If neither you nor a colleague did this, tell %(buyer)s at once.") % told
    else:
        subject = _("Order %(number)s: %(name)s answered for you") % told
        first = _("%(who)s answered order %(number)s on %(when)s. It counts as your promise.") % told
        note = _("If this is not what you said, tell %(buyer)s at once.") % told
    answers = said.lines.select_related("line").prefetch_related("promises").order_by("line__position")
    return {
        "subject": subject,
        "paragraphs": [first],
        "order": order,
        "answers": list(answers[:MOST_LINES]),
        "comment": said.comment,
        "action": _("Look at the order"),
        "url": url,
        "notes": [note],
    }


ORDER_MAILS: Mapping[str, Mailing] = {
    "purchase_order.released": Mailing(_desk, _released, "mail/order"),
    "purchase_order.revised": Mailing(_desk, _revised, "mail/order"),
    "purchase_order.declined": Mailing(_desk, _declined, "mail/order"),
    "purchase_order.live": Mailing(_desk, _went_live, "mail/orders"),
    "purchase_order.answered": Mailing(_told, _answered, "mail/answered"),
}
