"""The supplier answers an order, line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import transitions
from portal.shared.act import act
from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Faults
from suppliers.actions import agreements, attaching, corrections, drafts, links, orders
from suppliers.actions.assessing import LineAnswer, PromisedDelivery, Terms, assess, preview
from suppliers.actions.keeping import keep_answers
from suppliers.models import Acknowledgement, AnswerLine, OrderLine, PurchaseOrder, Substitute
from suppliers.permissions import Act
from suppliers.states import LineState, Source, Verdict


@act(Act.ACKNOWLEDGE_ORDER, about="order")
def acknowledge(
    *,
    actor: Actor,
    order: PurchaseOrder,
    answers: Sequence[LineAnswer],
    channel: str,
    at: dt.datetime,
    comment: str = "",
    files: Sequence[UUID] = (),
    source: str = "",
    source_note: str = "",
    seen: int | None = None,
) -> Acknowledgement:
    """Answer an order line by line. Lines inside tolerance are agreed at once, the others go to the buyer.

    Somebody on the buyer's side may enter what a supplier told him: it is the supplier's promise, and ``source`` says
    how he told it. ``files`` explain the whole answer. What comes by a link says how many answers its page had
    ``seen``, and is taken once. Raises :class:`Invalid` naming every fault by JSON pointer, and :class:`Stale` where a
    line was revised since.
    """
    return record(
        actor,
        transitions.hold(order, "supplier", "plant"),
        answers,
        channel,
        at,
        comment,
        files,
        source,
        source_note,
        seen,
    )


def record(
    actor: Actor,
    order: PurchaseOrder,
    answers: Sequence[LineAnswer],
    channel: str,
    at: dt.datetime,
    comment: str = "",
    files: Sequence[UUID] = (),
    source: str = "",
    source_note: str = "",
    seen: int | None = None,
) -> Acknowledgement:
    """The same inside the transaction of an act that holds the order, with its supplier and plant."""
    wanted = [answer.line for answer in answers]
    lines = {line.pk: line for line in transitions.hold_all(OrderLine.objects.filter(order=order, pk__in=wanted))}
    _check_source(actor, source)
    if actor.kind is ActorKind.LINK:
        links.require_unused(order, lines, wanted, seen)
    judged = assess(order, lines, answers, at, files, actor=actor)
    acknowledgement = Acknowledgement(
        supplier_id=order.supplier_id,
        order=order,
        revision=order.revision,
        at=at,
        channel=channel,
        comment=comment,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        source=source,
        source_note=source_note.strip(),
    )
    acknowledgement.save(force_insert=True)
    kept = keep_answers(acknowledgement, judged)
    answered = [(answer, one.answer) for (answer, _promises), one in zip(kept, judged, strict=True)]
    _keep_substitutes(answered)
    corrections.propose(answered)
    attaching.enclose(acknowledgement, [(None, files), *((answer, said.files) for answer, said in answered)])
    agreed = [
        agreements.Agreement(answer.line, answer, promises, answer.line.price)
        for answer, promises in kept
        if answer.verdict == Verdict.WITHIN
    ]
    transitions.move_all(
        (answer.line, LineState.PENDING_BUYER)
        for answer, _promises in kept
        if answer.verdict == Verdict.OUTSIDE and answer.line.state != LineState.PENDING_BUYER
    )
    if agreed:
        agreements.agree(order, agreed)
    orders.refresh(order)
    drafts.forget(actor, order)
    links.tell_answered(acknowledgement, actor)
    # Read here: a rehearsal's rows are gone when its caller reads them.
    rows = AnswerLine.objects.with_particulars().prefetch_related("promises")
    told = rows.in_bulk([answer.pk for answer, _promises in kept])
    acknowledgement.rehearsed = [told[answer.pk] for answer, _promises in kept]
    return acknowledgement


def _check_source(actor: Actor, source: str) -> None:
    faults = Faults()
    if actor.behind_wall:
        if source:
            faults.add("source_not_taken", _("Only the buyer's side says how it was told."), "/source")
    elif source not in Source.values:
        faults.add("required", _("Say how the supplier told you: it is his promise."), "/source")
    faults.refuse(_("This answer is entered on behalf of the supplier."))


def _keep_substitutes(answered: Sequence[tuple[AnswerLine, LineAnswer]]) -> None:
    Substitute.objects.bulk_create(
        Substitute(supplier_id=answer.supplier_id, answer=answer, **{k: v.strip() for k, v in asdict(offered).items()})
        for answer, said in answered
        if (offered := said.substitute) is not None
    )


__all__ = ["LineAnswer", "PromisedDelivery", "Terms", "acknowledge", "preview"]
