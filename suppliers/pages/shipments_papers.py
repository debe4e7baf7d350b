"""Labels, packing list and delivery note of a shipment: asked for, waited for, taken along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Invalid, Refused, WrongState
from portal.web.windows import PortalRequest, page
from suppliers.actions.shipment_prints import print_shipment
from suppliers.models import ShipmentPrint
from suppliers.pages.printing import usual_paper
from suppliers.permissions import Act
from suppliers.queries.shipment_papers import find_shipment_print, left_out, shipment_prints, shipping_paper
from suppliers.queries.shipments import find_shipment
from suppliers.shipping_states import STOCKS_OF, ShipmentPaper, ShipmentState

FIELDS = {"/stock": "stock", "/language": "print-language"}
MOST_TOLD = 20
"""Labels of which the page says what they leave out; it counts the rest."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def ask(request: PortalRequest, shipment_id: UUID) -> HttpResponse:
    """Which paper, format and language, and what labels leave out; a POST has it drawn, and leads there."""
    if request.method != "POST":
        return _show(request, shipment_id)
    with acting(request.actor):
        shipment = find_shipment(request.actor, shipment_id)
    try:
        made = print_shipment(
            actor=request.actor,
            shipment=shipment,
            what=request.POST.get("what", ""),
            stock=request.POST.get("stock", ""),
            language=request.POST.get("language") or get_language() or "en",
            at=timezone.now(),
        )
    except (Invalid, WrongState) as refusal:
        return _show(request, shipment_id, refusal=refusal)
    return redirect("shipment_print", shipment_id, made.pk)


@require_GET
@page
def show(request: PortalRequest, shipment_id: UUID, print_id: UUID) -> HttpResponse:
    """How far a PDF is. With script this part of the page asks again by itself."""
    Act.PRINT_SHIPMENT.require(request.actor)
    if not request.htmx:
        return _show(request, shipment_id, print_id)
    with acting(request.actor):
        shipment = find_shipment(request.actor, shipment_id)
        found = find_shipment_print(request.actor, shipment, print_id)
        return render(request, "suppliers/print_state.html", {"shipment": shipment, **_state(found)})


def _state(found: ShipmentPrint) -> dict[str, Any]:
    """A PDF, and what is said of how far it is."""
    return {
        "print": found,
        "here": reverse("shipment_print", args=[found.shipment_id, found.pk]),
        "opened": reverse("files:download", args=[found.file_id]) if found.file_id else "",
        "paper_name": f"{found.get_what_display()} · {found.get_stock_display()}",
    }


def _show(
    request: PortalRequest, shipment_id: UUID, print_id: UUID | None = None, refusal: Refused | None = None
) -> HttpResponse:
    actor = request.actor
    Act.PRINT_SHIPMENT.require(actor)
    with acting(actor):
        shipment = find_shipment(actor, shipment_id)
        found = find_shipment_print(actor, shipment, print_id) if print_id else None
        what = found.what if found else _what(request)
        stocks = STOCKS_OF[what]
        printable = bool(shipment.version) and shipment.state != ShipmentState.CANCELLED
        untold = left_out(shipping_paper(actor, shipment_id, shipment.version)) if printable and not found else []
        context = {
            "shipment": shipment,
            **(_state(found) if found else {}),
            "printable": printable,
            "what": what,
            "papers": ShipmentPaper.choices,
            "title": ShipmentPaper(what).label,
            "stocks": [(stock.value, stock.label) for stock in stocks],
            "stock": found.stock if found else _usual(what),
            "languages": settings.LANGUAGES,
            "language": found.language if found else get_language(),
            "untold": untold[:MOST_TOLD] if what == ShipmentPaper.LABELS else [],
            "untold_more": max(0, len(untold) - MOST_TOLD),
            "earlier": [one for one in shipment_prints(actor, shipment) if one.pk != print_id],
            "refusal": refusal,
            "faults": [(fault.message, FIELDS.get(fault.pointer, "")) for fault in refusal.faults] if refusal else [],
        }
        name = "suppliers/shipment_papers.html"
        return render(request, name, context, status=refusal.status if refusal else 200)


def _what(request: PortalRequest) -> str:
    said = request.POST.get("what") or request.GET.get("what", "")
    return said if said in STOCKS_OF else ShipmentPaper.LABELS


def _usual(what: str) -> str:
    paper = usual_paper()
    return paper if paper in STOCKS_OF[what] and what != ShipmentPaper.LABELS else STOCKS_OF[what][0]
