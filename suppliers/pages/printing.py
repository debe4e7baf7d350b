"""An order as a PDF: asked for, waited for, taken along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.shared.acting import acting
from portal.shared.actor import ActorKind
from portal.shared.errors import Invalid, Refused
from portal.web.windows import PortalRequest, page
from suppliers.actions.prints import print_order
from suppliers.models import OrderPrint
from suppliers.pages.attaching import TooMany
from suppliers.permissions import Act
from suppliers.queries.orders import find_order
from suppliers.queries.prints import find_print
from suppliers.states import Paper

BY_ONE_LINK = "20/h/key"
"""PDFs that may be drawn by one link: each is kept, and whoever was forwarded a mail shall not fill our disk."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def ask(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Which paper and language; a POST has the PDF drawn and leads to where it will be."""
    if request.method != "POST":
        return _show(request, order_id)
    with acting(request.actor):
        order = find_order(request.actor, order_id)
    try:
        _hold_to_limit(request)
        made = print_order(
            actor=request.actor,
            order=order,
            paper=request.POST.get("paper") or usual_paper(),
            language=request.POST.get("language") or get_language() or "en",
            time_zone=timezone.get_current_timezone_name(),
            at=timezone.now(),
        )
    except (Invalid, TooMany) as refusal:
        return _show(request, order_id, refusal=refusal)
    return redirect("order_print", order_id, made.pk)


@require_GET
@page
def show(request: PortalRequest, order_id: UUID, print_id: UUID) -> HttpResponse:
    """How far a PDF is. With script this part of the page asks again by itself."""
    return _show(request, order_id, print_id)


def _hold_to_limit(request: PortalRequest) -> None:
    by_link = request.actor.kind is ActorKind.LINK
    config = {"print": BY_ONE_LINK}
    if by_link and not ratelimit.consume(request, app="suppliers", action="print", config=config, key=request.actor.id):
        raise TooMany(_("Too many PDFs were asked for by this link."), remedy=_("Try again in an hour."))


def usual_paper() -> str:
    """What people print on where the reader's clock is: Letter in the Americas, A4 everywhere else."""
    return Paper.LETTER if timezone.get_current_timezone_name().startswith(("America/", "US/")) else Paper.A4


def _state(found: OrderPrint) -> dict[str, Any]:
    """A PDF, and what is said of how far it is."""
    here = reverse("order_print", args=[found.order_id, found.pk])
    opened = reverse("order_file", args=[found.order_id, found.file_id]) if found.file_id else ""
    return {"print": found, "here": here, "opened": opened, "paper_name": found.get_paper_display()}


def _show(
    request: PortalRequest, order_id: UUID, print_id: UUID | None = None, refusal: Refused | None = None
) -> HttpResponse:
    Act.PRINT_ORDER.require(request.actor)
    with acting(request.actor):
        order = find_order(request.actor, order_id)
        found = find_print(request.actor, order, print_id) if print_id else None
        context = {
            "order": order,
            **(_state(found) if found else {}),
            "papers": Paper.choices,
            "paper": found.paper if found else usual_paper(),
            "languages": settings.LANGUAGES,
            "language": found.language if found else get_language(),
            "prices": Act.SEE_PRICES.allows(request.actor, order),
            "refusal": refusal,
        }
        name = "suppliers/print_state.html" if request.htmx and found else "suppliers/print.html"
        return render(request, name, context, status=refusal.status if refusal else 200)
