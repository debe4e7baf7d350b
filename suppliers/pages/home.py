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
    actor, today, now = request.actor, timezone.localdate(), timezone.now()
    decides = Act.DECIDE_ANSWER.allows(actor)
    chases, receives = Act.SEE_EXPEDITING.allows(actor), Act.SEE_ARRIVALS.allows(actor)
    with acting(actor):
        plants = list(Plant.objects.all()) if chases or receives else []
        chase = expediting_counts(actor, plants, now=now, today=today) if chases else {}
        waiting = waiting_requests(actor, plants if receives else (), now=now)
        context = {
            "chase": chase,
            "usual": USUAL,
            "board": dashboard(actor, today=today, rows=ROWS),
            "queue": decision_queue(actor, size=ROWS).rows if decides else [],
            "changes": waiting.get("changes") if Act.ANSWER_CHANGE.allows(actor) else None,
            "masters": waiting.get("masters") if Act.DECIDE_MASTER_CHANGE.allows(actor) else None,
            "correct": waiting.get("correct") if Act.ANNOUNCE_SHIPMENT.allows(actor) else None,
            "receives": receives,
            "today_notices": waiting.get("today", 0),
            "week_notices": waiting.get("week", 0),
            "late_notices": waiting.get("late"),
            "missing_notices": waiting.get("missing"),
            "uncorrected": waiting.get("correct") if receives else None,
            "decides": decides,
            "see_prices": Act.SEE_PRICES.allows(actor),
            "answers": actor.behind_wall and Act.ACKNOWLEDGE_ORDER.allows(actor),
            "staff": actor.kind is ActorKind.STAFF,
            "tiles": slots.home(actor),
            "today": today,
        }
        return render(request, "suppliers/home.html", context)
