"""How a change request ends. Plain functions: each runs inside the act that calls it, which holds order and line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from integrations.slot import outbox
from portal.shared import audit, transitions
from suppliers.actions.links import links_for
from suppliers.models import ChangeRequest
from suppliers.standing import order_desk
from suppliers.states import ChangeState


def conclude(request: ChangeRequest, state: ChangeState, closing: str = "") -> None:
    """It is over, this way or that."""
    request.waits_for, request.closing, request.moved_at = "", closing, audit.current_deed().at
    transitions.move(request, state, reason=closing, together=["waits_for", "closing", "moved_at", "answer_id"])


def overtake(lines: Collection[UUID]) -> None:
    """A revision, a receipt or a cancellation came first: the lines' open requests are about nothing any more.

    Every revision of a line comes by here, so that nobody negotiates about what is not ordered any more.
    """
    open_requests = transitions.hold_all(ChangeRequest.objects.open().filter(line__in=lines))
    for request in open_requests:
        conclude(request, ChangeState.OVERTAKEN)
        tell(request, "overtaken")


def tell_together(requests: Sequence[ChangeRequest], what: str) -> None:
    """The same of what one act opened or settled: each has a letter of its own, and one mail tells of them all."""
    for request in requests:
        tell(request, what, [one.number for one in requests])


def tell(request: ChangeRequest, what: str, together: Sequence[int] = ()) -> None:
    """Drop the letter from which the other side learns of it; a supplier's address without an account needs a link."""
    deed = audit.current_deed()
    if not deed.actor.behind_wall:
        desk = order_desk(request.order.supplier)
        links_for(((request.order, one.email) for one in desk if not one.has_account), deed.at)
    outbox.publish(
        f"change_request.{what}",
        about=request,
        supplier_id=request.supplier_id,
        tier=2,
        payload={
            "number": request.number,
            "offers": request.offers.count(),
            "state": request.state,
            "together": list(together),
        },
    )
