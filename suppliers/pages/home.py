"""What needs me."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.shared.acting import acting
from portal.shared.actor import ActorKind
from portal.web import slots
from portal.web.windows import PortalRequest, page
from suppliers.models import Plant
from suppliers.permissions import Act
from suppliers.queries.boards import dashboard, waiting_requests
from suppliers.queries.desk import decision_queue
from suppliers.queries.expediting import USUAL, expediting_counts

ROWS = 6


@require_GET
@page
def home(request: PortalRequest) -> HttpResponse:
    """The few things that wait for this person, each one click away."""
    actor, today = request.actor, timezone.localdate()
    decides = Act.DECIDE_ANSWER.allows(actor)
    with acting(actor):
        chase = {}
        if Act.SEE_EXPEDITING.allows(actor):
            chase = expediting_counts(actor, list(Plant.objects.all()), now=timezone.now(), today=today)
        waiting = waiting_requests(actor)
        context = {
            "chase": chase,
            "usual": USUAL,
            "board": dashboard(actor, today=today, rows=ROWS),
            "queue": decision_queue(actor, size=ROWS).rows if decides else [],
            "changes": waiting.get("changes") if Act.ANSWER_CHANGE.allows(actor) else None,
            "masters": waiting.get("masters") if Act.DECIDE_MASTER_CHANGE.allows(actor) else None,
            "decides": decides,
            "see_prices": Act.SEE_PRICES.allows(actor),
            "answers": actor.behind_wall and Act.ACKNOWLEDGE_ORDER.allows(actor),
            "staff": actor.kind is ActorKind.STAFF,
            "tiles": slots.home(actor),
            "today": today,
        }
        return render(request, "suppliers/home.html", context)
