"""How a change request ends. Plain functions: each runs inside the act that calls it, which holds order and line."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from integrations.slot import outbox
from portal.shared import audit, transitions
from suppliers.models import ChangeRequest
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


def tell(request: ChangeRequest, what: str) -> None:
    """Drop the letter from which the other side learns of it."""
    outbox.publish(
        f"change_request.{what}",
        about=request,
        supplier_id=request.supplier_id,
        tier=2,
        payload={"number": request.number, "offers": request.offers.count(), "state": request.state},
    )
