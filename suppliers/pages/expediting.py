"""What a buyer has to chase, and the dates moved in Odoo whose cause he is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, Refused, WrongState
from portal.web import asked
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers.actions.moves import state_cause
from suppliers.models import Plant, Supplier
from suppliers.permissions import Act
from suppliers.queries.desk import date_moves, find_move
from suppliers.queries.expediting import DAYS, KINDS, USUAL, ExpeditingFilters, expediting_list
from suppliers.states import Cause


@require_GET
@page
def expediting(request: PortalRequest) -> HttpResponse:
    """Lines not answered, overdue, or agreed too late: what does most damage first."""
    actor = request.actor
    Act.SEE_EXPEDITING.require(actor)
    filters, now, today = filters_of(request), timezone.now(), timezone.localdate()
    with acting(actor):
        plants = list(Plant.objects.all())
        context: dict[str, Any] = {
            "page": expediting_list(actor, filters, plants, now=now, today=today, cursor=request.GET.get("cursor", "")),
            "filters": filters,
            "narrowed": bool(filters.text or filters.plant or filters.supplier),
            "bar": _bar(actor, filters, plants),
            "today": today,
        }
        return render(request, "suppliers/expediting.html", context)


@require_GET
@page
def moves(request: PortalRequest) -> HttpResponse:
    """Promised dates that were moved in Odoo: whose cause was it?"""
    Act.STATE_CAUSE.require(request.actor)
    return _moves(request)


@require_POST
@page
def cause(request: PortalRequest, move_id: UUID) -> HttpResponse:
    """Say whose cause it was, once."""
    reason = asked.words(request.POST, "reason")
    try:
        said = Cause(asked.choice(request.POST, "cause", Cause.values))
        with acting(request.actor):
            move = find_move(request.actor, move_id)
        state_cause(actor=request.actor, move=move, cause=said, reason=reason, at=timezone.now())
    except (Invalid, WrongState) as refusal:
        return _moves(request, refusal, move_id, reason)
    facts = {"order": move.line.order.number, "line": move.line.position}
    if said == Cause.SUPPLIER:
        messages.success(request, _("%(order)s line %(line)d: the supplier's first promise stands again.") % facts)
    else:
        messages.success(request, _("%(order)s line %(line)d: the move is the buyer's.") % facts)
    return redirect("moves")


def _moves(
    request: PortalRequest, refusal: Refused | None = None, move_id: UUID | None = None, reason: str = ""
) -> HttpResponse:
    with acting(request.actor):
        context = {
            "page": date_moves(request.actor, cursor=request.GET.get("cursor", "")),
            "refusal": refusal,
            "faults": [(fault.message, f"reason-{move_id}") for fault in refusal.faults] if refusal else [],
            "refused_move": move_id,
            "reason": reason,
        }
        return render(request, "suppliers/moves.html", context, status=refusal.status if refusal else 200)


def _bar(actor: Actor, filters: ExpeditingFilters, plants: Sequence[Plant]) -> Bar:
    kinds = [
        ("unanswered", _("Not answered")),
        ("overdue", _("Overdue")),
        ("too_late", _("Agreed later than needed")),
    ]
    waited = choice("days", _("Working days without an answer"), [(one, one) for one in DAYS], filters.days, "")
    return Bar(
        text=filters.text,
        hint=_("Order, item, supplier, buyer"),
        chips=choice("kind", _("Kind"), kinds, filters.kind, ""),
        choices=[
            *([waited] if filters.kind == "unanswered" else []),
            *choice_of_rows("plant", _("Plant"), plants, filters.plant),
            *choice_of_rows("supplier", _("Supplier"), Supplier.objects.visible_to(actor), filters.supplier),
        ],
    )


def filters_of(request: HttpRequest) -> ExpeditingFilters:
    """What the list is narrowed to."""
    kind, days = request.GET.get("kind", ""), asked.number(request.GET, "days")
    return ExpeditingFilters(
        kind=kind if kind in KINDS else KINDS[0],
        days=days if days in DAYS else USUAL,
        plant=asked.number(request.GET, "plant"),
        supplier=asked.number(request.GET, "supplier"),
        text=asked.sought(request.GET),
    )
