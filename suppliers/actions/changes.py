"""Change requests: after both sides agreed, one of them wants something else. Offers go back and forth.

Either side asks, for one line or for several at once: other dates, quantities, a split, a price, or that the rest is
not delivered. The other side accepts, declines or makes a counter-offer; whoever asked may withdraw. What the supplier
asks for inside tolerance is agreed at once, as his answer would have been. Nobody accepts his own offer, and each
reaction names the offer it looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults, Invalid, NotPermitted, Refused, Stale, WrongState
from suppliers.actions import orders
from suppliers.actions.agreements import Agreement, agree, hold
from suppliers.actions.assessing import Judged
from suppliers.actions.closing import conclude, tell, tell_together
from suppliers.actions.negotiating import Ask, Speaker, Wish, bind, keep_offer, weigh, wish_of
from suppliers.models import ChangeOffer, ChangeRequest, OfferedDelivery, OrderLine, PurchaseOrder
from suppliers.permissions import Act
from suppliers.states import ChangeState, LineState, Side, SyncMark, Verdict


@act(Act.REQUEST_CHANGE, about="line")
def request_change(
    *,
    actor: Actor,
    line: OrderLine,
    wish: Wish,
    at: dt.datetime,
    revision: int = 0,
    source: str = "",
    source_note: str = "",
) -> ChangeRequest:
    """Ask for a change of an agreed line. A supplier's wish inside tolerance is accepted at once.

    ``revision`` is the line's that was looked at, 0 for whatever it is now. Somebody on the buyer's side may enter what
    the supplier told him: ``source`` says how. Raises :class:`WrongState` where the line is not agreed, has an open
    request or a conflict, :class:`Stale` after a revision, and :class:`Invalid` naming every fault.
    """
    order, line = hold(line, "supplier", "plant")
    speaker = Speaker.of(actor, source, source_note)
    judged = _look_at(order, line, wish, revision, speaker, at)
    (request,) = _open(order, [(wish, judged)], speaker, at)
    return _complete(request)


@act(Act.REQUEST_CHANGE, about="order")
def request_changes(
    *,
    actor: Actor,
    order: PurchaseOrder,
    asks: Sequence[Ask],
    at: dt.datetime,
    source: str = "",
    source_note: str = "",
) -> ChangeRequest:
    """Ask for a change of several agreed lines of one order: all of it is taken, or nothing.

    Each line gets a request with a number of its own, and goes its own way from then on. Returned is the first of them;
    ``queries.changes.asked_with`` finds them all. Raises :class:`Invalid` naming what is wrong with which line, and
    :class:`Stale` where one was revised since.
    """
    order = transitions.hold(order, "supplier", "plant")
    lines = transitions.hold_all(OrderLine.objects.filter(order=order, pk__in=[ask.line for ask in asks]))
    speaker = Speaker.of(actor, source, source_note)
    weighed = _look_at_all(order, {line.pk: line for line in lines}, asks, speaker, at)
    made = _open(order, weighed, speaker, at)
    made[0].asked_with = [_complete(one) for one in made]
    return made[0]


@act(Act.ANSWER_CHANGE, about="request")
def accept_change(
    *, actor: Actor, request: ChangeRequest, offer: int, at: dt.datetime, source: str = "", source_note: str = ""
) -> ChangeRequest:
    """Take the other side's last offer, which ``offer`` names by its number: it is agreed and goes to Odoo.

    It is checked once more: what has been received or has passed meanwhile is refused with :class:`Invalid`.
    """
    request, line, last, speaker = _hold_request(actor, request, offer, source, source_note)
    judged = weigh(request.order, line, wish_of(last), Side(last.side), at)
    _accept(request, last, judged, speaker)
    return _complete(request)


@act(Act.ANSWER_CHANGE, about="request")
def counter_change(
    *,
    actor: Actor,
    request: ChangeRequest,
    offer: int,
    wish: Wish,
    at: dt.datetime,
    source: str = "",
    source_note: str = "",
) -> ChangeRequest:
    """Offer something else instead of the last offer. Of the supplier and inside tolerance, it is agreed at once."""
    request, line, last, speaker = _hold_request(actor, request, offer, source, source_note)
    judged = weigh(request.order, line, wish, speaker.side, at)
    made = keep_offer(request, wish, judged, speaker, last.number + 1)
    request.waits_for, request.moved_at = speaker.side.other, at
    if request.state == ChangeState.SUBMITTED:
        transitions.move(request, ChangeState.COUNTERED)
    request.save(update_fields=["waits_for", "moved_at"])
    if speaker.side is Side.SUPPLIER and judged.verdict == Verdict.WITHIN:
        _accept(request, made, judged, speaker)
    else:
        tell(request, "countered")
    return _complete(request)


@act(Act.ANSWER_CHANGE, about="request")
def decline_change(
    *,
    actor: Actor,
    request: ChangeRequest,
    offer: int,
    reason: str,
    at: dt.datetime,
    source: str = "",
    source_note: str = "",
) -> ChangeRequest:
    """Say no to the other side's last offer: what is agreed stands. A reason is needed, the other side reads it."""
    request, _line, _last, _speaker = _hold_request(actor, request, offer, source, source_note)
    conclude(request, ChangeState.DECLINED, _reason(reason, _("Say why you decline: the other side reads it.")))
    tell(request, "declined")
    return _complete(request)


@act(Act.ANSWER_CHANGE, about="request")
def withdraw_change(
    *, actor: Actor, request: ChangeRequest, at: dt.datetime, reason: str = "", source: str = "", source_note: str = ""
) -> ChangeRequest:
    """Take one's own request back, at any moment before it is over: what is agreed stands."""
    order, line = hold(OrderLine(pk=request.line_id, order_id=request.order_id), "supplier", "plant")
    request = _fresh(request, order, line)
    if Speaker.of(actor, source, source_note).side != request.side:
        raise NotPermitted(
            _("Only the side that asked can withdraw change request %(number)d.") % {"number": request.number},
            remedy=_("Decline it instead."),
        )
    conclude(request, ChangeState.WITHDRAWN, reason.strip())
    tell(request, "withdrawn")
    return _complete(request)


def _complete(request: ChangeRequest) -> ChangeRequest:
    """For a caller that only rehearsed, with its offers: they are gone when he reads it."""
    if audit.current_deed().rehearsal:
        offers = ChangeOffer.objects.order_by("number").prefetch_related(
            models.Prefetch("deliveries", OfferedDelivery.objects.order_by("position"))
        )
        models.prefetch_related_objects([request], models.Prefetch("offers", offers))
    return request


def _look_at_all(
    order: PurchaseOrder, lines: Mapping[UUID, OrderLine], asks: Sequence[Ask], speaker: Speaker, at: dt.datetime
) -> list[tuple[Wish, Judged]]:
    """Each wish with its verdict, or everything that is wrong with any of them."""
    faults, stale, weighed, seen = Faults(), False, [], set[UUID]()
    if not asks:
        faults.add("required", _("Choose at least one line."), "/changes")
    for index, ask in enumerate(asks):
        place, line = f"/changes/{index}", lines.get(ask.line)
        if line is None:
            faults.add("unknown_line", _("This order has no such line."), f"{place}/line")
        elif ask.line in seen:
            faults.add("line_twice", _("This line was chosen twice."), f"{place}/line")
        else:
            seen.add(ask.line)
            try:
                weighed.append((ask.wish, _look_at(order, line, ask.wish, ask.revision, speaker, at)))
            except Refused as refusal:
                stale = stale or isinstance(refusal, Stale)
                for one in refusal.faults or (Fault(refusal.code, refusal.message, "/line"),):
                    faults.add(one.code, one.message, place + one.pointer)
    if stale:
        message = _("The order changed while you were asking.")
        raise Stale(message, faults=tuple(faults.items), remedy=_("Look at what changed; nothing was sent."))
    faults.refuse(_("These changes cannot be asked for: nothing was sent."))
    return weighed


def _look_at(
    order: PurchaseOrder, line: OrderLine, wish: Wish, revision: int, speaker: Speaker, at: dt.datetime
) -> Judged:
    """Whether a line can be asked for, and what the wish comes to. Order and line are held."""
    if revision and revision != line.revision:
        raise Stale(
            _("Line %(position)d changed with revision %(revision)d.")
            % {"position": line.position, "revision": line.revision},
            remedy=_("Look at what changed; nothing was sent."),
        )
    _check_line(line)
    if ChangeRequest.objects.open().filter(line=line).exists():
        raise WrongState(
            _("Line %(position)d has an open change request already.") % {"position": line.position},
            remedy=_("Make a counter-offer there, or wait until it is over."),
        )
    return weigh(order, line, wish, speaker.side, at)


def _open(
    order: PurchaseOrder, weighed: Sequence[tuple[Wish, Judged]], speaker: Speaker, at: dt.datetime
) -> list[ChangeRequest]:
    """Open a request for each: what the supplier may promise by himself is agreed, the rest waits."""
    last = ChangeRequest.objects.filter(order=order).aggregate(last=Max("number"))["last"] or 0
    made, bound = [], []
    for number, (wish, judged) in enumerate(weighed, start=last + 1):
        line = judged.line
        request = ChangeRequest(
            supplier_id=line.supplier_id,
            plant_id=line.plant_id,
            order=order,
            line=line,
            number=number,
            side=speaker.side,
            waits_for=speaker.side.other,
            revision=line.revision,
            opened_at=at,
            moved_at=at,
        )
        request.save(force_insert=True)
        offer = keep_offer(request, wish, judged, speaker, 1)
        if speaker.side is Side.SUPPLIER and judged.verdict == Verdict.WITHIN:
            bound.append((request, bind(request, offer, judged, speaker)))
        made.append(request)
    if bound:
        _agree(order, bound)
    tell_together([one for one in made if one.is_open], "submitted")
    return made


def _accept(request: ChangeRequest, offer: ChangeOffer, judged: Judged, by: Speaker) -> None:
    _agree(request.order, [(request, bind(request, offer, judged, by))])


def _agree(order: PurchaseOrder, bound: Sequence[tuple[ChangeRequest, Agreement]]) -> None:
    agree(order, [agreement for _request, agreement in bound])
    orders.refresh(order)
    tell_together([request for request, _agreement in bound], "accepted")


def _hold_request(
    actor: Actor, request: ChangeRequest, offer: int, source: str, source_note: str
) -> tuple[ChangeRequest, OrderLine, ChangeOffer, Speaker]:
    """Everything a reaction needs, locked and checked: it is open, the last offer is the one looked at, and it is the
    other side's.
    """
    order, line = hold(OrderLine(pk=request.line_id, order_id=request.order_id), "supplier", "plant")
    request = _fresh(request, order, line)
    speaker = Speaker.of(actor, source, source_note)
    last = request.offers.order_by("-number")[0]
    if last.number != offer:
        raise Stale(
            _("There is a newer offer in change request %(number)d.") % {"number": request.number},
            remedy=_("Look at it and answer that one."),
        )
    if request.waits_for != speaker.side:
        raise NotPermitted(
            _("Change request %(number)d waits for the other side.") % {"number": request.number},
            remedy=_("Whoever asked can withdraw it."),
        )
    _check_line(line)
    return request, line, last, speaker


def _fresh(request: ChangeRequest, order: PurchaseOrder, line: OrderLine) -> ChangeRequest:
    request = transitions.hold(request)
    request.order, request.line = order, line
    if not request.is_open:
        raise WrongState(
            _("Change request %(number)d is over: %(state)s.")
            % {"number": request.number, "state": request.get_state_display().lower()},
            remedy=_("Look at the order again: somebody may have been quicker."),
        )
    return request


def _check_line(line: OrderLine) -> None:
    facts = {"position": line.position, "state": line.get_state_display().lower()}
    if line.state != LineState.AGREED:
        raise WrongState(
            _("Line %(position)d is %(state)s: only what is agreed can be changed by request.") % facts,
            remedy=_("Answer the line, or look at the order again."),
        )
    if line.sync == SyncMark.CONFLICT:
        raise WrongState(
            _("Line %(position)d stands differently in Odoo: that has to be settled first.") % facts,
            remedy=_("The buyer decides what holds; ask again after that."),
        )


def _reason(text: str, message: str) -> str:
    if not text.strip():
        raise Invalid(message, faults=(Fault("required", message, "/reason"),))
    return text.strip()
