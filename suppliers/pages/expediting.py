"""What a buyer has to chase, and the dates moved in Odoo whose cause he is asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.shared.acting import acting
from portal.shared.errors import Invalid, Refused, WrongState
from portal.web import asked, sheets
from portal.web.windows import PortalRequest, page
from suppliers.actions.moves import state_cause
from suppliers.actions.orders import take_along
from suppliers.models import Plant, Supplier
from suppliers.permissions import Act
from suppliers.queries.desk import date_moves, find_move
from suppliers.queries.expediting import DAYS, KINDS, USUAL, ExpeditingFilters, expediting_list
from suppliers.states import Cause

MOST_EXPORTED = 10_000


@require_GET
@page
def expediting(request: PortalRequest) -> HttpResponse:
    """Lines not answered, overdue, or agreed too late: what does most damage first."""
    actor = request.actor
    Act.SEE_EXPEDITING.require(actor)
    filters, now, today = _filters(request), timezone.now(), timezone.localdate()
    with acting(actor):
        plants = list(Plant.objects.all())
        context: dict[str, Any] = {
            "page": expediting_list(actor, filters, plants, now=now, today=today, cursor=request.GET.get("cursor", "")),
            "filters": filters,
            "narrowed": bool(filters.text or filters.plant or filters.supplier),
            "kinds": _titles(),
            "days": DAYS,
            "plants": plants,
            "suppliers": list(Supplier.objects.visible_to(actor)),
            "today": today,
        }
        return render(request, "suppliers/expediting.html", context)


@require_GET
@page
def export(request: PortalRequest, kind: str) -> HttpResponse:
    """The list as it is filtered, every page of it, as a spreadsheet."""
    actor = request.actor
    Act.SEE_EXPEDITING.require(actor)
    take_along(actor=actor, at=timezone.now())
    filters, today = _filters(request), timezone.localdate()
    header = [
        _("Order"),
        _("Line"),
        _("Supplier"),
        _("Plant"),
        _("Item"),
        _("Supplier's number"),
        _("Quantity"),
        _("Unit"),
        _("Wanted on arrival"),
    ]
    header += [_("Agreed"), _("Needed"), _("Needed for"), _("Waiting since"), _("Days")]
    with acting(actor):
        plants = list(Plant.objects.all())
        found = expediting_list(actor, filters, plants, now=timezone.now(), today=today, size=MOST_EXPORTED)
        if found.next:
            message = _("A file holds at most %(count)s lines: narrow the list with a filter.")
            raise Invalid(message % {"count": f"{MOST_EXPORTED:,}"})
        rows: list[list[sheets.Value]] = []
        for line in found.rows:
            row: list[sheets.Value] = [line.order.number, line.position, line.supplier.name, line.plant.name]
            row += [line.item_code or line.item_name, line.supplier_item_code]
            row += [line.quantity, line.unit_name, line.requested_date]
            row += [line.promised_date, line.needed_date, line.needed_for]
            rows.append([*row, line.since, line.damage])  # type: ignore[attr-defined]
    return sheets.response(kind, f"{filters.kind}-{today:%Y-%m-%d}", header, rows)


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


def _titles() -> list[tuple[str, str]]:
    return [
        ("unanswered", _("Not answered")),
        ("overdue", _("Overdue")),
        ("too_late", _("Agreed later than needed")),
    ]


def _filters(request: HttpRequest) -> ExpeditingFilters:
    kind, days = request.GET.get("kind", ""), asked.number(request.GET, "days")
    return ExpeditingFilters(
        kind=kind if kind in KINDS else KINDS[0],
        days=days if days in DAYS else USUAL,
        plant=asked.number(request.GET, "plant"),
        supplier=asked.number(request.GET, "supplier"),
        text=asked.sought(request.GET),
    )
