"""Two revisions of an order side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.shared.acting import acting
from portal.web.windows import PortalRequest, page
from suppliers.permissions import Act
from suppliers.queries.revisions import compare_revisions


@require_GET
@page
def compare(request: PortalRequest, order_id: UUID, number: int) -> HttpResponse:
    """A revision beside the one before it; the first one stands alone."""
    Act.SEE_ORDERS.require(request.actor)
    with acting(request.actor):
        both = compare_revisions(request.actor, order_id, number)
        return render(request, "suppliers/revision.html", {"both": both, "order": both.order})
