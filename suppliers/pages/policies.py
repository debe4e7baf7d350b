"""Tolerance policies: what is in force, and a form for the next version."""

from __future__ import annotations

from decimal import Decimal
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
from suppliers.actions.policies import set_policy
from suppliers.models import Plant, Supplier, SupplierGroup
from suppliers.pages.numbers import read_number, write_number
from suppliers.permissions import Act
from suppliers.queries import policies
from suppliers.tolerances import Bounds

WHOLE = ("days_early", "days_late")
NAMES = ("quantity_over", "quantity_under", "days_early", "days_late", "price_up", "price_down")


def _titles() -> dict[str, tuple[str, str]]:
    return {
        "quantity_over": (_("Quantity over"), "%"),
        "quantity_under": (_("Quantity under"), "%"),
        "days_early": (_("Early"), _("working days")),
        "days_late": (_("Late"), _("working days")),
        "price_up": (_("Price up"), "%"),
        "price_down": (_("Price down"), "%"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@page
def tolerances(request: PortalRequest) -> HttpResponse:
    """The policies in force; a POST puts a new version in force."""
    Act.SET_TOLERANCES.require(request.actor)
    if request.method != "POST":
        return _show(request, {name: request.GET[name] for name in NAMES if name in request.GET}, request.GET)
    try:
        with acting(request.actor):
            scope = _scope(request.POST)
        set_policy(actor=request.actor, bounds=_bounds(request.POST), at=timezone.now(), **scope)
    except (Invalid, Stale) as refusal:
        return _show(request, {name: request.POST.get(name, "") for name in NAMES}, request.POST, refusal)
    messages.success(request, _("The policy is in force; verdicts given before keep theirs."))
    return redirect("tolerances")


def _show(
    request: PortalRequest, typed: dict[str, str], chosen: QueryDict, refusal: Refused | None = None
) -> HttpResponse:
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    with acting(request.actor):
        rows = policies(request.actor)
        # Without a choice the form starts from what counts for everybody, not from zero.
        general = next((row for row in rows if not (row.supplier_id or row.group_id or row.plant_id)), None)
        in_force = {name: write_number(Decimal(getattr(general, name, 0))) for name in NAMES}
        context: dict[str, Any] = {
            "policies": [(policy, _query(policy)) for policy in rows],
            "fields": [
                (name, title, unit, typed.get(name, in_force[name]), faults.get(name, ""))
                for name, (title, unit) in _titles().items()
            ],
            "plants": list(Plant.objects.all()),
            "groups": list(SupplierGroup.objects.order_by("name")),
            "suppliers": list(Supplier.objects.visible_to(request.actor)),
            "chosen": {name: chosen.get(name, "") for name in ("supplier", "group", "plant")},
            "plant_fault": faults.get("plant", ""),
            "refusal": refusal,
            "faults": [(message, name) for name, message in faults.items()],
        }
        return render(request, "suppliers/tolerances.html", context, status=refusal.status if refusal else 200)


def _query(policy: Any) -> str:
    """The address that fills the form with this policy, to make its next version."""
    query = QueryDict(mutable=True)
    for name in ("supplier", "group", "plant"):
        query[name] = str(getattr(policy, f"{name}_id") or "")
    for name in NAMES:
        query[name] = write_number(Decimal(getattr(policy, name)))
    return query.urlencode()


def _scope(data: QueryDict) -> dict[str, Any]:
    """The rows a policy is for. Read inside the caller's window."""
    scope: dict[str, Any] = {}
    for name, model in (("supplier", Supplier), ("group", SupplierGroup), ("plant", Plant)):
        key = data.get(name, "")
        if not key:
            continue
        row = model._default_manager.filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None
        if row is None:
            message = _("There is no such choice any more: choose again.")
            raise Invalid(message, faults=(Fault("unknown", message, f"/{name}"),))
        scope[name] = row
    return scope


def _bounds(data: QueryDict) -> Bounds:
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for name in NAMES:
        text = data.get(name, "").strip() or "0"
        try:
            value = read_number(text)
        except ValueError:
            value = None
        if value is None or (name in WHOLE and value % 1):
            message = _("“%(text)s” is not a number.") if value is None else _("Give whole days.")
            faults.append(Fault("number", message % {"text": text} if value is None else message, f"/{name}"))
        else:
            values[name] = int(value) if name in WHOLE else value
    if faults:
        raise Invalid(_("This policy cannot be set."), faults=tuple(faults))
    return Bounds(**values)
