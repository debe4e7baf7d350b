"""The page where a supplier says what his numbers of handling units are made of."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotFound, Refused
from portal.web import asked
from portal.web.filters import Bar, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers.actions.numbering_units import faults_of, set_numbering
from suppliers.models import Supplier
from suppliers.numbering import Numbering
from suppliers.permissions import Act
from suppliers.queries.shipments import series_of


@require_http_methods(["GET", "HEAD", "POST"])
@page
def numbering(request: PortalRequest) -> HttpResponse:
    """How numbers are made, and what the next one would be; a POST sets it."""
    actor = request.actor
    Act.SET_NUMBERING.require(actor)
    with acting(actor):
        own = [
            one for one in Supplier.objects.visible_to(actor).order_by("name") if Act.SET_NUMBERING.allows(actor, one)
        ]
        supplier = _chosen(request, own)
        if request.method != "POST":
            return _show(request, own, supplier)
    try:
        set_numbering(actor=actor, supplier=supplier, numbering=_typed(request), at=timezone.now())
    except Invalid as refusal:
        with acting(actor):
            return _show(request, own, supplier, _typed(request), refusal)
    messages.success(request, _("Handling units are numbered so from now on."))
    return redirect(f"{reverse('numbering')}?supplier={supplier.pk}")


def _chosen(request: PortalRequest, own: list[Supplier]) -> Supplier:
    data = request.POST if request.method == "POST" else request.GET
    wanted = asked.number(data, "supplier")
    found = next((one for one in own if wanted in (None, one.pk)), None)
    if found is None:
        raise NotFound(_("There is no such supplier."))
    return found


def _typed(request: PortalRequest) -> Numbering:
    said = {name: request.POST.get(name, "").strip()[:20] for name in ("gs1_prefix", "extension", "agency", "company")}
    digit = said["extension"] or "0"
    extension = int(digit) if digit.isascii() and digit.isdigit() else -1
    return Numbering(said["gs1_prefix"], extension, said["agency"].upper(), said["company"].upper())


def _show(
    request: PortalRequest,
    own: list[Supplier],
    supplier: Supplier,
    typed: Numbering | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    """Rendered inside the caller's read window."""
    series = series_of(supplier)
    made_of = typed or series.numbering
    readable = not faults_of(made_of).items
    context = {
        "supplier": supplier,
        "numbering": made_of,
        "kind": made_of.kind.label if readable else "",
        "following": made_of.next(series.next_unit, 1)[0] if readable else "",
        "bar": Bar(choices=choice_of_rows("supplier", _("Supplier"), own, supplier.pk, "")),
        "refusal": refusal,
        "faults": [(fault.message, fault.pointer.strip("/")) for fault in refusal.faults] if refusal else [],
    }
    return render(request, "suppliers/shipment_numbering.html", context, status=refusal.status if refusal else 200)
