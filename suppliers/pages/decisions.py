"""What is outside tolerance: the buyer approves or declines. Where Odoo differs: the agreement, or what Odoo says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, Refused, Stale, WrongState
from portal.web import asked
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers.actions.corrections import decide_correction
from suppliers.actions.decisions import Choice, decide, decide_many, resolve_conflict
from suppliers.models import Plant, Supplier
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

TAKEN_OR_NOT = (CorrectionState.ACKNOWLEDGED, CorrectionState.REFUSED)


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
    reason = asked.words(request.POST, "reason")
    try:
        decision = Decision(asked.choice(request.POST, "decision", Decision.values))
        with acting(request.actor):
            line = find_line(request.actor, line_id)
        decide(
            actor=request.actor,
            line=line,
            answer=asked.key(request.POST.get("answer", "")),
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
    return asked.back(request, "decisions")


@require_POST
@page
def decide_chosen(request: PortalRequest) -> HttpResponse:
    """Approve or decline every answer that was ticked; the next page says row by row what came of it."""
    reason = asked.words(request.POST, "reason")
    chosen = request.POST.getlist("choose")
    pairs = (text.partition(":") for text in chosen)
    choices = [Choice(asked.key(line), asked.key(answer)) for line, _colon, answer in pairs]
    try:
        decision = Decision(asked.choice(request.POST, "decision", Decision.values))
        batch = decide_many(actor=request.actor, choices=choices, decision=decision, reason=reason, at=timezone.now())
    except Invalid as refusal:
        return _queue(request, refusal, reason=reason, chosen=chosen)
    return redirect(f"{reverse('decided', args=[batch.pk])}?{_came_from(request).urlencode()}")


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
    try:
        acknowledged = asked.choice(request.POST, "decision", TAKEN_OR_NOT) == CorrectionState.ACKNOWLEDGED
        with acting(request.actor):
            line = find_line(request.actor, line_id)
        decide_correction(
            actor=request.actor,
            line=line,
            correction=correction_id,
            acknowledged=acknowledged,
            reason=asked.words(request.POST, "reason"),
            at=timezone.now(),
        )
    except (Invalid, WrongState) as refusal:
        return _queue(request, refusal, field=f"refusal-{correction_id}")
    facts = {"order": line.order.number, "line": line.position}
    words = _("acknowledged") if acknowledged else _("refused: the supplier is told why")
    messages.success(request, _("%(order)s line %(line)d: the correction is %(what)s.") % {**facts, "what": words})
    return asked.back(request, "decisions")


@require_POST
@page
def resolve_line(request: PortalRequest, line_id: UUID) -> HttpResponse:
    """End a conflict: what was agreed stands, or what Odoo says becomes a revision."""
    try:
        keep = asked.choice(request.POST, "keep", ("yes", "no")) == "yes"
        with acting(request.actor):
            line = find_line(request.actor, line_id)
        resolve_conflict(
            actor=request.actor,
            line=line,
            keep=keep,
            reason=asked.words(request.POST, "reason"),
            at=timezone.now(),
        )
    except (Invalid, Stale, WrongState) as refusal:
        return _queue(request, refusal, line_id)
    facts = {"order": line.order.number, "line": line.position}
    if keep:
        messages.success(request, _("%(order)s line %(line)d: the agreement stands and is written again.") % facts)
    else:
        messages.success(request, _("%(order)s line %(line)d is open again with Odoo's values.") % facts)
    return asked.back(request, "decisions")


def _queue(
    request: PortalRequest,
    refusal: Refused | None = None,
    line_id: UUID | None = None,
    reason: str = "",
    chosen: Sequence[str] = (),
    field: str = "",
) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    if request.method == "POST":
        request.GET = _came_from(request)  # type: ignore[assignment]  # the list as it was when somebody decided
    filters = filters_of(request)
    with acting(actor):
        queue = decision_queue(actor, filters, cursor=request.GET.get("cursor", ""))
        suppliers = waiting_suppliers(actor, today=today)
        with_reliability(queue.rows, suppliers)
        context: dict[str, Any] = {
            "page": queue,
            "bar": _bar(actor, filters, suppliers),
            "list_at": reverse("decisions"),
            "narrowed": filters != QueueFilters(),
            "refusal": refusal,
            "faults": _places(refusal, line_id, field) if refusal else [],
            "refused_line": line_id,
            "reason": reason,
            "chosen": chosen,
            "several": sum(line.state == LineState.PENDING_BUYER for line in queue.rows) > 1,
            "back": request.get_full_path() if request.method == "GET" else request.POST.get("back", ""),
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


def _bar(actor: Actor, filters: QueueFilters, suppliers: Sequence[Supplier]) -> Bar:
    findings = {
        "date": _("Date"),
        "quantity": _("Quantity"),
        "price": _("Price"),
        "rejected": _("Rejected"),
        "substituted": _("Substitute"),
        "conflict": _("Conflict"),
    }
    if not Act.SEE_PRICES.allows(actor):
        del findings["price"]
    endangered = "yes" if filters.endangered else ""
    return Bar(
        text=filters.text,
        hint=_("Order, item, supplier, buyer"),
        choices=[
            *choice_of_rows("plant", _("Plant"), Plant.objects.all(), filters.plant),
            *choice_of_rows("supplier", _("Supplier"), suppliers, filters.supplier),
            choice("finding", _("Why"), findings.items(), filters.finding),
            choice("endangered", _("Needed date"), [("yes", _("In danger"))], endangered),
        ],
    )


def _came_from(request: HttpRequest) -> QueryDict:
    """What the list was narrowed to on the page that a form was sent from."""
    return QueryDict(request.POST.get("back", "").partition("?")[2])


def filters_of(request: HttpRequest) -> QueueFilters:
    """What the queue is narrowed to."""
    finding = request.GET.get("finding", "")
    return QueueFilters(
        text=asked.sought(request.GET),
        plant=asked.number(request.GET, "plant"),
        supplier=asked.number(request.GET, "supplier"),
        finding=finding if finding in (*FINDINGS, "conflict") else "",
        endangered=request.GET.get("endangered") == "yes",
    )
