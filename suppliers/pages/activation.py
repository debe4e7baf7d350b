"""Going live in waves: what is in force, how far its orders have followed, and a form with its effect beforehand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused, Stale
from portal.shared.ownership import EVERYWHERE
from portal.web.windows import PortalRequest, page
from suppliers.actions.activation import due_mode, in_force, set_mode
from suppliers.models import Activation, Plant, PurchaseOrder, Supplier
from suppliers.permissions import Act
from suppliers.queries.boards import OrdersByMode, orders_by_mode
from suppliers.states import Mode


@dataclass
class Wave:
    """One row in force, with its orders by where they stand."""

    row: Activation
    live: int = 0
    trial: int = 0
    off: int = 0
    to_move: int = 0


@dataclass(frozen=True)
class Effect:
    """What switching would do to the orders that are there."""

    orders: int
    baseline: int
    suppliers: int


@require_http_methods(["GET", "HEAD", "POST"])
@page
def waves(request: PortalRequest) -> HttpResponse:
    """The waves in force; a POST shows the effect of another one, and puts it in force when told to."""
    Act.SET_MODE.require(request.actor)
    if request.method != "POST":
        return _show(request, request.GET)
    try:
        with acting(request.actor):
            scope = _scope(request.POST)
        mode, cut_over = _mode(request.POST), _cut_over(request.POST)
        if request.POST.get("do") != "switch":
            return _show(request, request.POST, effect=(mode, cut_over, scope))
        set_mode(actor=request.actor, mode=mode, cut_over=cut_over, at=timezone.now(), **scope)
    except (Invalid, Stale) as refusal:
        return _show(request, request.POST, refusal)
    messages.success(request, _("Switched. The orders follow within a minute; this page shows how far they are."))
    return redirect("waves")


def _show(
    request: PortalRequest,
    chosen: QueryDict,
    refusal: Refused | None = None,
    effect: tuple[Mode, dt.datetime, dict[str, Any]] | None = None,
) -> HttpResponse:
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    with acting(request.actor):
        rows = list(Activation.objects.select_related("supplier", "plant").order_by("version"))
        groups = orders_by_mode()
        now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        context = {
            "waves": _waves(rows, groups),
            "uncovered": sum(group.number for group in groups if _wave_of(rows, group) is None),
            "plants": list(Plant.objects.all()),
            "suppliers": list(Supplier.objects.visible_to(request.actor)),
            "modes": Mode.choices,
            "chosen": {name: chosen.get(name, "") for name in ("supplier", "plant")},
            "mode": chosen.get("mode", Mode.ON),
            "cut_over": chosen.get("cut_over", now),
            "effect": _effect(rows, groups, *effect) if effect else None,
            "effect_mode": effect[0].label if effect else "",
            "may_invite_contacts": Act.INVITE_CONTACTS.allows(request.actor, EVERYWHERE),
            "refusal": refusal,
            "fault": faults,
            "faults": [(message, name) for name, message in faults.items()],
        }
        return render(request, "suppliers/waves.html", context, status=refusal.status if refusal else 200)


def _wave_of(rows: list[Activation], group: OrdersByMode) -> Activation | None:
    """The newest row of the most specific scope; ``rows`` are oldest first."""
    newest = {(row.supplier_id, row.plant_id): row for row in rows}
    scopes = ((group.supplier_id, group.plant_id), (None, group.plant_id), (None, None))
    return next((newest[scope] for scope in scopes if scope in newest), None)


def _waves(rows: list[Activation], groups: list[OrdersByMode]) -> list[Wave]:
    newest = {(row.supplier_id, row.plant_id): Wave(row) for row in rows}
    for group in groups:
        row = _wave_of(rows, group)
        if row is None:
            continue
        wave = newest[row.supplier_id, row.plant_id]
        wave.live += group.number if group.mode == Mode.ON else 0
        wave.trial += group.number if group.mode == Mode.OBSERVE else 0
        wave.off += group.number if group.mode == Mode.OFF else 0
        wave.to_move += group.number if group.mode != due_mode(Mode(row.mode), group.was_live) else 0
    return sorted(
        newest.values(),
        key=lambda wave: (
            bool(wave.row.supplier) + bool(wave.row.plant),
            wave.row.plant.code if wave.row.plant else "",
            wave.row.supplier.name if wave.row.supplier else "",
        ),
    )


def _effect(
    rows: list[Activation], groups: list[OrdersByMode], mode: Mode, cut_over: dt.datetime, scope: dict[str, Any]
) -> Effect:
    """Count before anything is switched. Two queries beyond what the page reads."""
    supplier, plant = scope.get("supplier"), scope.get("plant")
    wave = Activation(supplier=supplier, plant=plant, version=2**31, mode=mode)
    moving = [
        group
        for group in groups
        if group.mode != due_mode(in_force([*rows, wave], group), group.was_live)
        and in_force([*rows, wave], group) != in_force(rows, group)
    ]
    baseline = 0
    if mode == Mode.ON:
        pairs = {(group.supplier_id, group.plant_id) for group in moving if not group.was_live}
        placed = PurchaseOrder.objects.filter(
            live_at=None, ordered_at__lt=cut_over, supplier__in={one for one, _plant in pairs}
        ).values_list("supplier", "plant")
        baseline = sum(pair in pairs for pair in placed.order_by())
    return Effect(
        orders=sum(group.number for group in moving),
        baseline=baseline,
        suppliers=len({group.supplier_id for group in moving}),
    )


def _scope(data: QueryDict) -> dict[str, Any]:
    """The rows it is for. Read inside the caller's window."""
    scope: dict[str, Any] = {}
    for name, model in (("supplier", Supplier), ("plant", Plant)):
        key = data.get(name, "")
        if not key:
            continue
        row = model._default_manager.filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None
        if row is None:
            message = _("There is no such choice any more: choose again.")
            raise Invalid(message, faults=(Fault("unknown", message, f"/{name}"),))
        scope[name] = row
    return scope


def _mode(data: QueryDict) -> Mode:
    text = data.get("mode", "")
    if text not in Mode.values:
        message = _("Choose off, trial or live.")
        raise Invalid(message, faults=(Fault("unknown", message, "/mode"),))
    return Mode(text)


def _cut_over(data: QueryDict) -> dt.datetime:
    text = data.get("cut_over", "")[:20]
    try:
        typed = dt.datetime.fromisoformat(text) if text else timezone.localtime().replace(tzinfo=None)
    except ValueError:
        message = _("“%(text)s” is not a date with a time.") % {"text": text}
        raise Invalid(message, faults=(Fault("date", message, "/cut_over"),)) from None
    if not 2000 <= typed.year <= 2100:
        message = _("The cut-over lies between the years 2000 and 2100.")
        raise Invalid(message, faults=(Fault("out_of_range", message, "/cut_over"),))
    return typed if typed.tzinfo else typed.replace(tzinfo=timezone.get_current_timezone())
