"""Orders answered from the e-mail, without an account: who is sent a link, what it opens, and when it opens no more.

A link is good as long as a mail about its order would go to its address today. So it ends by itself with the role or
the access of the person, with the address, with the supplier, with the buyer's switch and with the order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.slot import outbox
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant, system_actor
from portal.shared.errors import Faults, Invalid, NotFound, Refused, Stale, WrongState
from suppliers.models import Acknowledgement, OrderLine, OrderLink, PurchaseOrder, Supplier
from suppliers.permissions import DOOR, Act
from suppliers.standing import Recipient, order_desk
from suppliers.states import LineState, Mode, OrderState

RELEASED = "purchase_order.released"
REVISED = "purchase_order.revised"
DECLINED = "purchase_order.declined"
WENT_LIVE = "purchase_order.live"
"""About the first of the orders that name this letter in ``announced_in``."""
ANSWERED = "purchase_order.answered"
PAUSE = dt.timedelta(minutes=1)
"""Between two mails of one order that somebody sends again by hand."""
MOST_TOGETHER = 200
"""Orders told of in one mail."""
OVER = (OrderState.CLOSED, OrderState.CANCELLED)


def life() -> dt.timedelta:
    """How long a link is good after the last mail that carried it."""
    return dt.timedelta(days=settings.ORDER_LINK_DAYS)


def links_for(wanted: Iterable[tuple[PurchaseOrder, str]], at: dt.datetime) -> None:
    """Links for mails about orders to the addresses that get them: made, or those they have, good for long again.

    None where the mail shall lead to the sign-in: links are switched off, the buyer withdrew this one, or the order is
    over. One that had expired gets a new secret. A few statements, however many. Call it inside an act of the buyer's
    side that holds the orders and publishes the mail; the mail takes the addresses from the post office's
    ``order_mails``.
    """
    places = {
        (order.pk, email): order
        for order, email in wanted
        if order.supplier.takes_links(at) and order.state not in OVER and order.mode == Mode.ON
    }
    there = OrderLink.objects.filter(
        order__in={order for order, _email in places}, email__in={email for _order, email in places}
    )
    known = {(link.order_id, link.email): link for link in there}
    until = at + life()
    OrderLink.objects.bulk_create(
        OrderLink(
            supplier_id=order.supplier_id,
            plant_id=order.plant_id,
            order=order,
            email=email,
            sent_at=at,
            expires_at=until,
        )
        for (key, email), order in places.items()
        if (key, email) not in known
    )
    again = [link for place, link in known.items() if place in places and not link.revoked_at]
    for link in again:
        link.version += link.expires_at <= at
        link.sent_at, link.expires_at = at, until
    OrderLink.objects.bulk_update(again, ["version", "sent_at", "expires_at"], batch_size=500)


def announce(order: PurchaseOrder, at: dt.datetime) -> None:
    """Tell the supplier's order desk of an order it has to answer: a link for each address, and one letter.

    Silent where nobody would read it, and while the order is not live or is a baseline.
    """
    if _is_told(order):
        _send(order, order_desk(order.supplier), at, RELEASED)


def ask_again(order: PurchaseOrder, topic: str, positions: Sequence[int], **more: Any) -> None:
    """Tell the supplier's order desk that lines of an order it has answered wait for an answer again: a revision
    changed them (``REVISED``), or the buyer declined what was answered (``DECLINED``).

    Silent while the order is not live. Call it inside an act of the buyer's side that holds the order.
    """
    if order.mode == Mode.ON:
        told = {"lines": list(positions), **more}
        _send(order, order_desk(order.supplier), audit.current_deed().at, topic, told)


def announce_together(orders: Sequence[PurchaseOrder], at: dt.datetime) -> None:
    """Tell a supplier's order desk of all that went live at once: one mail to each names them all, however many.

    Beyond 200 orders it is a mail for each 200. Orders of one supplier, held by the caller.
    """
    told = [order for order in orders if _is_told(order)]
    if len(told) == 1:
        announce(told[0], at)
    elif told and (desk := order_desk(told[0].supplier)):
        links_for(((order, one.email) for order in told for one in desk), at)
        for first in range(0, len(told), MOST_TOGETHER):
            some = told[first : first + MOST_TOGETHER]
            letter = outbox.publish(WENT_LIVE, about=some[0], supplier_id=some[0].supplier_id, tier=2)
            for order in some:
                order.announced_in = letter


def _is_told(order: PurchaseOrder) -> bool:
    return order.mode == Mode.ON and not order.imported and bool(order.waiting_lines)


def _send(
    order: PurchaseOrder, desk: Sequence[Recipient], at: dt.datetime, topic: str, told: Mapping[str, Any] | None = None
) -> None:
    links_for(((order, one.email) for one in desk), at)
    if desk:
        outbox.publish(topic, about=order, supplier_id=order.supplier_id, tier=2, payload=dict(told or {}))


def require_unused(
    order: PurchaseOrder, lines: Mapping[UUID, OrderLine], wanted: Sequence[UUID], seen: int | None
) -> None:
    """What came by a link is taken once: from a page on which nothing was answered since, for lines that wait.

    ``seen`` is how many answers the order had when the page was made. Raises :class:`Stale` for a form that was sent
    before, and :class:`Invalid` naming each line that has its answer. Order and lines are held by the caller.
    """
    remedy = _("A line can be answered from the e-mail again once the buyer reopens it.")
    if seen != Acknowledgement.objects.filter(order=order).count():
        raise Stale(_("This order was answered since you opened the page."), code="link_used", remedy=remedy)
    faults = Faults()
    for index, key in enumerate(wanted):
        if key in lines and lines[key].state != LineState.OPEN:
            faults.add("answered_already", _("This line has been answered already."), f"/lines/{index}/line")
    if faults.items:
        raise Invalid(_("What was sent by this link stays as it is."), faults=tuple(faults.items), remedy=remedy)


def tell_answered(acknowledgement: Acknowledgement, actor: Actor) -> None:
    """A link's addressee reads what was answered by it, and the supplier what the buyer's side answered for it."""
    if actor.kind is ActorKind.LINK or not actor.behind_wall:
        outbox.publish(
            ANSWERED,
            about=acknowledgement.order,
            supplier_id=acknowledgement.supplier_id,
            tier=2,
            payload={"acknowledgement": str(acknowledgement.pk)},
        )


# --- At the door ------------------------------------------------------------------------------------------------------


def refusal_of(link: OrderLink, addressee: Recipient | None, at: dt.datetime) -> Refused | None:
    """Why this link opens its order no more, in words for whoever holds it; None: it does."""
    order, ask = link.order, _("Ask the buyer to send the order again, or sign in.")
    if link.revoked_at:
        return WrongState(_("This link was withdrawn."), code="link_revoked", remedy=ask)
    if at >= link.expires_at:
        return WrongState(_("This link has expired."), code="link_expired", remedy=ask)
    if order.state in OVER or order.mode == Mode.OFF:
        message = _("Order %(number)s takes no answers any more.") % {"number": order.number}
        return WrongState(message, code="link_order_over", remedy=_("Sign in to look at it."))
    if not order.supplier.takes_links(at):
        message = _("Orders of %(supplier)s are not answered from the e-mail.") % {"supplier": order.supplier.name}
        return WrongState(message, code="links_off", remedy=_("Sign in to answer."))
    if addressee is None:
        message = _("Orders do not go to %(email)s any more.") % {"email": link.email}
        return WrongState(message, code="link_addressee_gone", remedy=ask)
    return None


@dataclass(frozen=True)
class Holder:
    """Whoever came with a link."""

    link: OrderLink
    addressee: Recipient | None
    refusal: Refused | None
    """Why it opens nothing now."""

    @property
    def actor(self) -> Actor:
        """He acts under the address of the link, in the addressee's roles, on its one order."""
        roles = self.addressee.roles if self.addressee and not self.refusal else ()
        order = self.link.order_id
        grants = frozenset(Grant(role, supplier_id=self.link.supplier_id, matter=order) for role in roles)
        return Actor(ActorKind.LINK, str(self.link.pk), self.link.email, grants)


def find(key: UUID, at: dt.datetime) -> Holder | None:
    """The link with this key, and how whoever holds it stands. Reads in a window of its own."""
    with acting(system_actor(DOOR)):
        link = OrderLink.objects.select_related("order__supplier", "order__plant").filter(pk=key).first()
        if link is None:
            return None
        desk = order_desk(link.order.supplier)
        addressee = next((one for one in desk if one.email == link.email), None)
        return Holder(link, addressee, refusal_of(link, addressee, at))


def unknown_link() -> NotFound:
    """What every wrong link is answered, whatever is wrong with it."""
    return NotFound(
        _("This link opens nothing."), code="link_unknown", remedy=_("Copy the whole link from the newest mail.")
    )


# --- The buyer's side -------------------------------------------------------------------------------------------------


@act(Act.REVOKE_ORDER_LINK, about="link")
def revoke(*, actor: Actor, link: OrderLink, at: dt.datetime) -> OrderLink:
    """Withdraw the link an address has to an order: it and its session open nothing from now on.

    Raises :class:`WrongState` where it was withdrawn before.
    """
    held = transitions.hold(link)
    if held.revoked_at:
        raise WrongState(_("This link was withdrawn already."), code="as_it_was")
    audit.note(held, revoked_at=(None, at))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    return held


@act(Act.SEND_ORDER, about="order")
def send_again(*, actor: Actor, order: PurchaseOrder, at: dt.datetime) -> PurchaseOrder:
    """Send an order to the supplier's order desk by mail again. Every address gets a new link, also where the last one
    was withdrawn; the links sent before are dead.

    Raises :class:`WrongState` where nothing waits for an answer, nobody would get it, or it was sent a moment ago.
    """
    held = transitions.hold(order, "supplier")
    if held.mode != Mode.ON or not held.waiting_lines:
        raise WrongState(_("No line of this order waits for an answer."), code="nothing_waits")
    desk = order_desk(held.supplier)
    if not desk:
        raise WrongState(
            _("Nobody at %(supplier)s gets orders by mail.") % {"supplier": held.supplier.name},
            code="nobody_there",
            remedy=_("Invite somebody, or enter the vendor's e-mail address in Odoo."),
        )
    links = transitions.hold_all(OrderLink.objects.filter(order=held))
    if any(link.sent_at + PAUSE > at and not link.revoked_at for link in links):
        raise WrongState(_("It was sent a moment ago."), code="too_soon", remedy=_("Wait a minute, then send again."))
    for link in links:
        audit.note(link, version=(link.version, link.version + 1))
        link.version, link.revoked_at = link.version + 1, None
    OrderLink.objects.bulk_update(links, ["version", "revoked_at"])
    _send(held, desk, at, RELEASED)
    return held


@act(Act.SET_ORDER_LINKS, about="supplier")
def switch(*, actor: Actor, supplier: Supplier, on: bool, at: dt.datetime) -> Supplier:
    """Let orders of a supplier be answered from the e-mail, or not: links sent before open nothing while it is off.

    Raises :class:`WrongState` where it is so already.
    """
    held = transitions.hold(supplier)
    if held.order_links == on:
        raise WrongState(_("This is switched on.") if on else _("This is switched off."), code="as_it_was")
    audit.note(held, order_links=(held.order_links, on))
    held.order_links = on
    held.save(update_fields=["order_links"])
    return held
