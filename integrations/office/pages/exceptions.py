"""The exception desk: what waits for a person, for whom, since when, and the button that settles it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from integrations.office import exceptions
from integrations.office.actions import desk
from integrations.office.permissions import Act
from portal.shared.acting import acting
from portal.web.windows import PortalRequest, page
from suppliers.states import StaffRole


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """The desk: by default what waits for the person who looks."""
    Act.SEE_EXCEPTIONS.require(request.actor)
    filters = _filters(request.GET)
    with acting(request.actor):
        found = exceptions.desk(request.actor, filters, at=timezone.now(), cursor=request.GET.get("cursor", ""))
        context = {
            "desk": found,
            "page": found.page,
            "filters": filters,
            "owners": [(value, label, found.owners.get(value, 0)) for value, label in StaffRole.choices],
            "open": sum(found.owners.values()),
            "any_retriable": any(case.retriable for case in found.cases),
            "may_pull": Act.PULL_NOW.allows(request.actor),
            "today": timezone.localdate(),
        }
        return render(request, "office/exceptions.html", context)


@require_POST
@page
def retry(request: PortalRequest) -> HttpResponse:
    """Send the chosen letters again."""
    Act.RETRY_DELIVERY.require(request.actor)
    keys = [key for text in request.POST.getlist("letter")[: exceptions.MOST_AT_ONCE] if (key := _uuid(text))]
    with acting(request.actor):
        letters = exceptions.parked(request.actor, keys)
    done, refused = desk.retry_all(actor=request.actor, deliveries=letters, at=timezone.now())
    if done:
        words = ngettext("%(count)d letter is on its way again.", "%(count)d letters are on their way again.", done)
        messages.success(request, words % {"count": done})
    for refusal in refused[:3]:
        messages.error(request, refusal.message)
    return redirect("office:exceptions")


def _filters(data: QueryDict) -> exceptions.DeskFilters:
    owner, kind, plant = data.get("owner", "mine"), data.get("kind", ""), data.get("plant", "")
    return exceptions.DeskFilters(
        owner=owner if owner in ("mine", *StaffRole.values) else "",
        kind=kind if kind in ("business", "technical") else "",
        plant=int(plant) if plant.isdecimal() and len(plant) < 18 else None,
        text=data.get("q", "").strip()[:100],
        resolved=data.get("show") == "resolved",
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
