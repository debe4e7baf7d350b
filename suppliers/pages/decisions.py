"""What is outside tolerance: the buyer approves or declines. Where Odoo differs: the agreement, or what Odoo says."""

from __future__ import annotations

from collections.abc import Sequence
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
from suppliers.actions.decisions import Choice, decide, decide_many, resolve_conflict
from suppliers.models import Plant
from suppliers.permissions import Act
from suppliers.queries.desk import (
    FINDINGS,
    QueueFilters,
    decision_queue,
    find_batch,
    waiting_suppliers,
    with_reliability,
)
from suppliers.queries.orders import find_line
from suppliers.states import CorrectionState, Decision, LineState

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
def decide_chosen(request: PortalRequest) -> HttpResponse:
    """Approve or decline every answer that was ticked; the next page says row by row what came of it."""
    decision = Decision.APPROVED if request.POST.get("decision") == Decision.APPROVED else Decision.DECLINED
    reason = request.POST.get("reason", "")[:LONGEST]
    chosen = request.POST.getlist("choose")
    choices = [Choice(_uuid(line), _uuid(answer)) for line, _colon, answer in (text.partition(":") for text in chosen)]
    try:
        batch = decide_many(actor=request.actor, choices=choices, decision=decision, reason=reason, at=timezone.now())
    except Invalid as refusal:
        return _queue(request, refusal, reason=reason, chosen=chosen)
    return redirect("decided", batch.pk)


@require_GET
@page
def decided(request: PortalRequest, batch_id: UUID) -> HttpResponse:
    """What came of a decision on many answers."""
    Act.DECIDE_ANSWER.require(request.actor)
    with acting(request.actor):
        batch = find_batch(request.actor, batch_id)
        done = [row for row in batch.results if row["outcome"] == "decided"]
        refused = [row for row in batch.results if row["outcome"] != "decided"]
        approved = batch.decision == Decision.APPROVED
        context = {"batch": batch, "done": done, "refused": refused, "approved": approved}
        return render(request, "suppliers/decided.html", context)


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
    chosen: Sequence[str] = (),
    field: str = "",
) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    filters = _filters(request)
    with acting(actor):
        queue = decision_queue(actor, filters, cursor=request.GET.get("cursor", ""))
        suppliers = waiting_suppliers(actor, today=today)
        with_reliability(queue.rows, suppliers)
        context: dict[str, Any] = {
            "page": queue,
            "filters": filters,
            "findings": [
                (name, title) for name, title in _titles().items() if name != "price" or Act.SEE_PRICES.allows(actor)
            ],
            "narrowed": filters != QueueFilters(),
            "plants": list(Plant.objects.all()),
            "suppliers": suppliers,
            "refusal": refusal,
            "faults": _places(refusal, line_id, field) if refusal else [],
            "refused_line": line_id,
            "reason": reason,
            "chosen": chosen,
            "several": sum(line.state == LineState.PENDING_BUYER for line in queue.rows) > 1,
            "back": request.get_full_path() if request.method == "GET" else "",
            "today": today,
            "now": timezone.now(),
        }
        return render(request, "suppliers/decisions.html", context, status=refusal.status if refusal else 200)


def _places(refusal: Refused, line_id: UUID | None, field: str) -> list[tuple[str, str]]:
    """Each fault with the id of its field."""
    if field:
        return [(fault.message, field) for fault in refusal.faults]
    bulk = {"/reason": "bulk-reason", "/rows": "queue"}
    return [
        (fault.message, f"reason-{line_id}" if line_id else bulk.get(fault.pointer, "queue"))
        for fault in refusal.faults
    ]


def _titles() -> dict[str, str]:
    return {
        "date": _("Date"),
        "quantity": _("Quantity"),
        "price": _("Price"),
        "rejected": _("Rejected"),
        "substituted": _("Substitute"),
        "conflict": _("Conflict"),
    }


def _filters(request: HttpRequest) -> QueueFilters:
    finding = request.GET.get("finding", "")
    return QueueFilters(
        text=request.GET.get("q", "").strip()[:100],
        plant=_number(request, "plant"),
        supplier=_number(request, "supplier"),
        finding=finding if finding in (*FINDINGS, "conflict") else "",
        endangered=request.GET.get("endangered") == "yes",
    )


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
