"""What is outside tolerance: the buyer approves or declines. Where Odoo differs: the agreement, or what Odoo says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotFound, Refused, Stale, WrongState
from portal.web.windows import PortalRequest, page
from suppliers.actions.corrections import decide_correction
from suppliers.actions.decisions import decide, resolve_conflict
from suppliers.models import Plant, Supplier
from suppliers.permissions import Act
from suppliers.queries import decision_queue, find_line
from suppliers.states import CorrectionState, Decision

LONGEST = 2000


@require_GET
@page
def decisions(request: PortalRequest) -> HttpResponse:
    """The queue, the most urgent first."""
    Act.DECIDE_ANSWER.require(request.actor)
    return _queue(request)


@require_POST
@page
def decide_line(request: PortalRequest, line_id: UUID) -> HttpResponse:
    """Approve or decline the answer that was on the page."""
    decision = Decision.APPROVED if request.POST.get("decision") == Decision.APPROVED else Decision.DECLINED
    reason = request.POST.get("reason", "")[:LONGEST]
    try:
        with acting(request.actor):
            line = find_line(request.actor, line_id)
        decide(
            actor=request.actor,
            line=line,
            answer=_uuid(request.POST.get("answer", "")),
            decision=decision,
            reason=reason,
            at=timezone.now(),
        )
    except (Invalid, Stale, WrongState) as refusal:
        return _queue(request, refusal, line_id, reason)
    facts = {"order": line.order.number, "line": line.position}
    if decision == Decision.APPROVED:
        messages.success(request, _("%(order)s line %(line)d is agreed and on its way to Odoo.") % facts)
    else:
        messages.success(request, _("%(order)s line %(line)d is declined: the supplier answers again.") % facts)
    return _back(request)


@require_POST
@page
def decide_on_correction(request: PortalRequest, line_id: UUID, correction_id: UUID) -> HttpResponse:
    """Acknowledge or refuse what the supplier corrects."""
    acknowledged = request.POST.get("decision") == CorrectionState.ACKNOWLEDGED
    try:
        with acting(request.actor):
            line = find_line(request.actor, line_id)
        decide_correction(
            actor=request.actor,
            line=line,
            correction=correction_id,
            acknowledged=acknowledged,
            reason=request.POST.get("reason", "")[:LONGEST],
            at=timezone.now(),
        )
    except (Invalid, WrongState) as refusal:
        return _queue(request, refusal, field=f"refusal-{correction_id}")
    facts = {"order": line.order.number, "line": line.position}
    words = _("acknowledged") if acknowledged else _("refused: the supplier is told why")
    messages.success(request, _("%(order)s line %(line)d: the correction is %(what)s.") % {**facts, "what": words})
    return _back(request)


@require_POST
@page
def resolve_line(request: PortalRequest, line_id: UUID) -> HttpResponse:
    """End a conflict: what was agreed stands, or what Odoo says becomes a revision."""
    keep = request.POST.get("keep") == "yes"
    try:
        with acting(request.actor):
            line = find_line(request.actor, line_id)
        resolve_conflict(
            actor=request.actor,
            line=line,
            keep=keep,
            reason=request.POST.get("reason", "")[:LONGEST],
            at=timezone.now(),
        )
    except (Invalid, Stale, WrongState) as refusal:
        return _queue(request, refusal, line_id)
    facts = {"order": line.order.number, "line": line.position}
    if keep:
        messages.success(request, _("%(order)s line %(line)d: the agreement stands and is written again.") % facts)
    else:
        messages.success(request, _("%(order)s line %(line)d is open again with Odoo's values.") % facts)
    return _back(request)


def _queue(
    request: PortalRequest,
    refusal: Refused | None = None,
    line_id: UUID | None = None,
    reason: str = "",
    field: str = "",
) -> HttpResponse:
    actor = request.actor
    plant, supplier = _number(request, "plant"), _number(request, "supplier")
    text = request.GET.get("q", "").strip()[:100]
    with acting(actor):
        queue = decision_queue(actor, text=text, plant=plant, supplier=supplier, cursor=request.GET.get("cursor", ""))
        context: dict[str, Any] = {
            "page": queue,
            "text": text,
            "plant": plant,
            "supplier": supplier,
            "narrowed": bool(text or plant or supplier),
            "plants": list(Plant.objects.all()),
            "suppliers": list(Supplier.objects.visible_to(actor)),
            "see_prices": Act.SEE_PRICES.allows(actor),
            "refusal": refusal,
            "faults": [(fault.message, field or f"reason-{line_id}") for fault in refusal.faults] if refusal else [],
            "refused_line": line_id,
            "reason": reason,
            "back": request.get_full_path() if request.method == "GET" else "",
            "today": timezone.localdate(),
            "now": timezone.now(),
        }
        return render(request, "suppliers/decisions.html", context, status=refusal.status if refusal else 200)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the decision was made on."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(back)
    return redirect("decisions")


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("This form names no answer: load the page again.")) from None
