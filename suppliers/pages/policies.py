"""Tolerance policies: what is in force, and a form for the next version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused, Stale
from portal.web.windows import PortalRequest, page
from suppliers.actions.policies import check, first_day, set_policy
from suppliers.models import Plant, Supplier, SupplierGroup
from suppliers.numbers import read_number, write_number
from suppliers.permissions import Act
from suppliers.queries.policies import Scope, Trial, policies, try_policy
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
    """The policies; a POST tries a new version on last quarter's answers, or puts it in force."""
    Act.SET_TOLERANCES.require(request.actor)
    if request.method != "POST":
        return _show(request, {name: request.GET[name] for name in NAMES if name in request.GET}, request.GET)
    typed = {name: request.POST.get(name, "") for name in NAMES}
    now = timezone.now()
    try:
        with acting(request.actor):
            scope = _scope(request.POST)
        bounds, begins = _bounds(request.POST)
        if request.POST.get("do") == "try":
            check(bounds, supplier=scope.supplier, group=scope.group, plant=scope.plant).refuse(_cannot())
            day = begins or first_day(scope.plant, now)
            trying = partial(try_policy, request.actor, scope, bounds, at=now, begins=day)
            return _show(request, typed, request.POST, trying=trying)
        set_policy(
            actor=request.actor,
            bounds=bounds,
            at=now,
            supplier=scope.supplier,
            group=scope.group,
            plant=scope.plant,
            valid_from=begins,
        )
    except (Invalid, Stale) as refusal:
        return _show(request, typed, request.POST, refusal)
    if begins and begins > first_day(scope.plant, now):
        messages.success(
            request, _("The policy comes into force on %(day)s.") % {"day": date_format(begins, "SHORT_DATE_FORMAT")}
        )
    else:
        messages.success(request, _("The policy is in force; verdicts given before keep theirs."))
    return redirect("tolerances")


def _cannot() -> str:
    return _("This policy cannot be set.")


def _show(
    request: PortalRequest,
    typed: dict[str, str],
    chosen: QueryDict,
    refusal: Refused | None = None,
    trying: Callable[[], Trial] | None = None,
) -> HttpResponse:
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    today = timezone.localdate()
    with acting(request.actor):
        scopes = policies(request.actor, today=today)
        # Without a choice the form starts from what counts for everybody, not from zero.
        general = next((one.current for one in scopes if one.shown.scope == (None, None, None)), None)
        in_force = {name: write_number(Decimal(getattr(general, name, 0))) for name in NAMES}
        context: dict[str, Any] = {
            "scopes": [(one, _query(one.shown)) for one in scopes],
            "fields": [
                (name, title, unit, typed.get(name, in_force[name]), faults.get(name, ""))
                for name, (title, unit) in _titles().items()
            ],
            "plants": list(Plant.objects.all()),
            "groups": list(SupplierGroup.objects.order_by("name")),
            "suppliers": list(Supplier.objects.visible_to(request.actor)),
            "chosen": {name: chosen.get(name, "") for name in ("supplier", "group", "plant", "valid_from")},
            "plant_fault": faults.get("plant", ""),
            "from_fault": faults.get("valid_from", ""),
            "refusal": refusal,
            "faults": [(message, name) for name, message in faults.items()],
            "trial": trying() if trying else None,
            "today": today,
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


def _scope(data: QueryDict) -> Scope:
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
    return Scope(**scope)


def _bounds(data: QueryDict) -> tuple[Bounds, dt.date | None]:
    """What was typed, and from when on, if that was said."""
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
    begins = None
    try:
        begins = dt.date.fromisoformat(text) if (text := data.get("valid_from", "").strip()) else None
    except ValueError:
        faults.append(Fault("date", _("“%(text)s” is not a date.") % {"text": text}, "/valid_from"))
    if faults:
        raise Invalid(_cannot(), faults=tuple(faults))
    return Bounds(**values), begins
