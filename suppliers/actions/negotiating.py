"""What the acts on change requests share. Plain functions: each runs inside the act that calls it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import audit
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults, Invalid
from suppliers.actions.agreements import Agreement
from suppliers.actions.assessing import Judged, LineAnswer, PromisedDelivery, assess
from suppliers.actions.closing import conclude
from suppliers.actions.keeping import keep_answers
from suppliers.models import (
    Acknowledgement,
    ChangeOffer,
    ChangeRequest,
    OfferedDelivery,
    OrderLine,
    PurchaseOrder,
    ScheduleLine,
)
from suppliers.states import (
    BUYER_REASONS,
    SUPPLIER_REASONS,
    AnswerKind,
    Cause,
    ChangeState,
    LineState,
    Side,
    Source,
)
from suppliers.tolerances import Finding, basis_of, plain

CHANNEL = "change"
"""The channel of an acknowledgement that an accepted offer made."""


@dataclass(frozen=True)
class Wish:
    """What a line should become, as it comes in at any door: deliveries in the order's basis, or none at all.

    ``price`` None leaves the agreed price. ``cancels``: nothing more than has been received.
    """

    deliveries: tuple[PromisedDelivery, ...] = ()
    price: Decimal | None = None
    cancels: bool = False
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Ask:
    """A wish about one line of an order. ``revision`` is the line's that was looked at, 0 for whatever it is now."""

    line: UUID
    wish: Wish
    revision: int = 0


@dataclass(frozen=True)
class Speaker:
    """Who says something, for which side, and how he was told where he says it for the supplier."""

    actor: Actor
    side: Side
    source: str = ""
    source_note: str = ""

    @classmethod
    def of(cls, actor: Actor, source: str = "", source_note: str = "") -> Speaker:
        """A supplier's people speak for him, the buyer's people for the buyer, unless they say how he told them."""
        if source and (actor.behind_wall or source not in Source.values):
            message = (
                _("Only the buyer's side says how it was told.")
                if actor.behind_wall
                else _("This is not one of the ways to be told.")
            )
            raise Invalid(message, faults=(Fault("source_not_taken", message, "/source"),))
        side = Side.SUPPLIER if actor.behind_wall or source else Side.BUYER
        return cls(actor, side, source, source_note.strip() if source else "")


def standing(line: OrderLine) -> list[ScheduleLine]:
    """The deliveries that are agreed now, in order."""
    rows = ScheduleLine.objects.filter(line=line, agreed_quantity__gt=0)
    return list(rows.order_by("position"))


def weigh(order: PurchaseOrder, line: OrderLine, wish: Wish, side: Side, at: dt.datetime) -> Judged:
    """Check what a side wishes and judge it by the policy in force. Raises :class:`Invalid` naming every fault."""
    _check_words(wish, side)
    answer = LineAnswer(
        line=line.pk,
        revision=line.revision,
        kind=AnswerKind.REJECTED if wish.cancels else AnswerKind.CHANGED,
        promises=wish.deliveries,
        reason=wish.reason,
        comment=wish.comment,
        price=wish.price,
    )
    try:
        (judged,) = assess(order, {line.pk: line}, [answer], at, among=(LineState.AGREED,))
    except Invalid as refusal:
        raise Invalid(_("This change cannot be asked for."), faults=_of_the_wish(refusal.faults)) from None
    rows = standing(line)
    same_dates = [(one.quantity, one.arrival) for one in judged.deliveries] == [
        (row.agreed_quantity, row.agreed_date) for row in rows
    ]
    if not wish.cancels and same_dates and wish.price in (None, line.price):
        message = _("This is what is agreed already.")
        raise Invalid(message, faults=(Fault("nothing_changes", message, "/deliveries"),))
    if wish.cancels or wish.price in (None, line.price):
        return judged
    # A price never reaches Odoo without a person, however small the step.
    asked = Finding(
        "price_asked", _("A new price is always decided by a person."), plain(line.price), plain(wish.price)
    )
    return replace(judged, findings=(*judged.findings, asked))


def _check_words(wish: Wish, side: Side) -> None:
    faults = Faults()
    reasons = dict(SUPPLIER_REASONS if side is Side.SUPPLIER else BUYER_REASONS)
    if not wish.reason:
        faults.add("required", _("Say why: choose a reason."), "/reason")
    elif wish.reason not in reasons:
        faults.add("unknown_reason", _("This is not one of the reasons."), "/reason")
    if wish.cancels and (wish.deliveries or wish.price is not None):
        faults.add("cancelled", _("What is cancelled has neither deliveries nor a price."), "/cancels")
    faults.refuse(_("This change cannot be asked for."))


def _of_the_wish(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults of an answer's first line, by the names a wish has."""
    return tuple(
        Fault(fault.code, fault.message, fault.pointer.removeprefix("/lines/0").replace("/promises", "/deliveries"))
        for fault in faults
    )


def keep_offer(request: ChangeRequest, wish: Wish, judged: Judged, speaker: Speaker, number: int) -> ChangeOffer:
    """Write down what was offered, as it was said."""
    deed = audit.current_deed()
    offer = ChangeOffer(
        supplier_id=request.supplier_id,
        request=request,
        number=number,
        side=speaker.side,
        at=deed.at,
        cancels=wish.cancels,
        price=None if wish.price == judged.line.price else wish.price,
        reason=wish.reason,
        comment=wish.comment.strip(),
        verdict=judged.verdict,
        findings=[finding.as_json() for finding in judged.findings],
        policy=judged.policy,
        actor_kind=speaker.actor.kind,
        actor_id=speaker.actor.id,
        actor_name=speaker.actor.name,
        source=speaker.source,
        source_note=speaker.source_note,
    )
    offer.save(force_insert=True)
    basis = basis_of(request.order.incoterm)
    deliveries = []
    for position, delivery in enumerate(judged.deliveries, start=1):
        assert delivery.date is not None  # only a backorder may leave it open
        assert delivery.arrival is not None
        deliveries.append(
            OfferedDelivery(
                supplier_id=request.supplier_id,
                offer=offer,
                position=position,
                quantity=delivery.quantity,
                date=delivery.date,
                basis=basis,
                arrival_date=delivery.arrival,
            )
        )
    OfferedDelivery.objects.bulk_create(deliveries)
    offer._prefetched_objects_cache = {"deliveries": deliveries}  # type: ignore[attr-defined]  # noqa: SLF001
    return offer


def wish_of(offer: ChangeOffer) -> Wish:
    """What an offer says, to be weighed again before it binds."""
    return Wish(
        tuple(PromisedDelivery(one.quantity, one.date) for one in offer.deliveries.order_by("position")),
        offer.price,
        offer.cancels,
        offer.reason,
        offer.comment,
    )


def bind(request: ChangeRequest, offer: ChangeOffer, judged: Judged, by: Speaker) -> Agreement:
    """Both sides want it: it becomes the supplier's answer. Returned is what the caller agrees and sends to Odoo.

    What binds is always the supplier's word: his offer, or his acceptance of the buyer's. Order and line are held.
    """
    deed = audit.current_deed()
    order, line = request.order, judged.line
    word = offer if offer.side == Side.SUPPLIER else None
    acknowledgement = Acknowledgement(
        supplier_id=request.supplier_id,
        order=order,
        revision=order.revision,
        at=deed.at,
        channel=CHANNEL,
        comment=offer.comment if word else "",
        actor_kind=word.actor_kind if word else by.actor.kind,
        actor_id=word.actor_id if word else by.actor.id,
        actor_name=word.actor_name if word else by.actor.name,
        source=word.source if word else by.source,
        source_note=word.source_note if word else by.source_note,
    )
    acknowledgement.save(force_insert=True)
    ((answer, promises),) = keep_answers(acknowledgement, [judged])
    request.answer = answer
    conclude(request, ChangeState.ACCEPTED)
    cause = Cause.BUYER if request.side == Side.BUYER else Cause.SUPPLIER
    price = line.price if offer.price is None else offer.price
    return Agreement(line, answer, promises, price, cause=cause, cancels=offer.cancels)
