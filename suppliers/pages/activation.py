"""Going live in waves: what is in force, how far its orders have followed, and a form with its effect beforehand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused, Stale
from portal.web.windows import PortalRequest, page
from suppliers.actions.activation import check, set_mode
from suppliers.models import Plant, Supplier
from suppliers.permissions import Act
from suppliers.queries.waves import effect, standing
from suppliers.states import Mode


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
        check(cut_over, **scope).refuse(_("This cannot be switched."))
        if request.POST.get("do") != "switch":
            return _show(request, request.POST, trying=(mode, cut_over, scope))
        set_mode(actor=request.actor, mode=mode, cut_over=cut_over, at=timezone.now(), **scope)
    except (Invalid, Stale) as refusal:
        return _show(request, request.POST, refusal)
    messages.success(request, _("Switched. The orders follow within a minute; this page shows how far they are."))
    return redirect("waves")


def _show(
    request: PortalRequest,
    chosen: QueryDict,
    refusal: Refused | None = None,
    trying: tuple[Mode, dt.datetime, dict[str, Any]] | None = None,
) -> HttpResponse:
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    with acting(request.actor):
        found = standing()
        now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        context = {
            "waves": found.waves,
            "uncovered": found.uncovered,
            "plants": list(Plant.objects.all()),
            "suppliers": list(Supplier.objects.visible_to(request.actor)),
            "modes": Mode.choices,
            "chosen": {name: chosen.get(name, "") for name in ("supplier", "plant")},
            "mode": chosen.get("mode", Mode.ON),
            "cut_over": chosen.get("cut_over", now),
            "effect": effect(*trying[:2], **trying[2]) if trying else None,
            "effect_mode": trying[0].label if trying else "",
            "may_invite_contacts": Act.INVITE_CONTACTS.allows(request.actor),
            "refusal": refusal,
            "fault": faults,
            "faults": [(message, name) for name, message in faults.items()],
        }
        return render(request, "suppliers/waves.html", context, status=refusal.status if refusal else 200)


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
    return typed if typed.tzinfo else typed.replace(tzinfo=timezone.get_current_timezone())
