"""The receiving dock: what arrives, what is late or was never announced, and a field that finds what is scanned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Invalid, Refused, WrongState
from portal.web import asked
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.pagination import Page
from portal.web.windows import PortalRequest, page
from suppliers.actions.shipment_clock import close
from suppliers.models import Plant
from suppliers.permissions import Act
from suppliers.queries.comparison import comparison_of
from suppliers.queries.receiving import (
    MISSING,
    VIEWS,
    Hit,
    arrival_counts,
    arrivals,
    find_scanned,
    missing_notices,
    orders_scanned,
    plants_of,
)
from suppliers.queries.shipments import find_shipment
from suppliers.scanning import understand


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """What arrives at the person's plants; with ``code``, the shipment that bears what was scanned."""
    actor, now = request.actor, timezone.now()
    Act.SEE_ARRIVALS.require(actor)
    raw = request.GET.get("code")
    scan = understand(raw) if raw is not None else None
    with acting(actor):
        hits = find_scanned(actor, scan) if scan else []
        if len(hits) == 1:
            return redirect(address_of(hits[0]))
        plants = plants_of(actor)
        chosen = asked.number(request.GET, "plant")
        here = [plant for plant in plants if chosen in (None, plant.pk)] or plants
        view = request.GET.get("view", "")
        view = view if view in (*VIEWS, MISSING) else "today"
        cursor = request.GET.get("cursor", "")
        rows: Page[Any]
        if view == MISSING:
            rows = missing_notices(actor, here, now=now, cursor=cursor)
        else:
            rows = arrivals(actor, view, here, now=now, cursor=cursor)
        context: dict[str, Any] = {
            "view": view,
            "page": rows,
            "bar": _bar(view, plants, chosen, arrival_counts(actor, here, now=now)),
            "scan": scan,
            "hits": [(hit, address_of(hit)) for hit in hits],
            "orders": orders_scanned(actor, scan) if scan and not hits else [],
        }
        return render(request, "suppliers/receiving.html", context)


def address_of(hit: Hit) -> str:
    """The page of a shipment, with the unit that was scanned marked."""
    address = reverse("shipment", args=[hit.shipment.pk])
    return f"{address}?unit={hit.unit.pk}#scanned" if hit.unit else address


def _bar(view: str, plants: Sequence[Plant], chosen: int | None, counts: Mapping[str, int]) -> Bar:
    titles = {
        "today": _("Today"),
        "week": _("Next seven days"),
        "later": _("Later"),
        "late": _("Late"),
        "rest": _("Partly received"),
        "correct": _("To be corrected"),
    }
    views = [(name, f"{title} ({counts[name]})") for name, title in titles.items()]
    return Bar(
        chips=choice("view", _("What arrives"), [*views, (MISSING, _("No notice"))], view, ""),
        choices=choice_of_rows("plant", _("Plant"), plants, chosen),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def close_shipment(request: PortalRequest, shipment_id: UUID) -> HttpResponse:
    """Say that nothing more of a shipment comes, in sight of what is missing."""
    actor = request.actor
    with acting(actor):
        found = find_shipment(actor, shipment_id)
        Act.CLOSE_SHIPMENT.require(actor, found)
    refusal: Refused | None = None
    reason = asked.words(request.POST, "reason")
    if request.method == "POST":
        try:
            close(actor=actor, shipment=found, reason=reason, at=timezone.now())
        except (Invalid, WrongState) as refused:
            refusal = refused
        else:
            messages.success(
                request, _("%(shipment)s is closed: nothing more of it is expected.") % {"shipment": found.label}
            )
            return redirect("shipment", shipment_id)
    with acting(actor):
        context = {
            "shipment": found,
            "compared": comparison_of(actor, found),
            "refusal": refusal,
            "faults": [(fault.message, "reason") for fault in refusal.faults] if refusal else [],
            "reason": reason,
        }
        return render(request, "suppliers/shipment_close.html", context, status=refusal.status if refusal else 200)
