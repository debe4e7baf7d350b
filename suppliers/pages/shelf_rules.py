"""The page of how long lots must keep on arrival."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused, Stale, WrongState
from portal.shared.ownership import EVERYWHERE
from portal.web import asked
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers.actions.shelf_rules import set_shelf_rule
from suppliers.models import Plant, ShelfRule
from suppliers.permissions import Act
from suppliers.queries.shelf_rules import ShelfFilters, earlier, shelf_rules
from suppliers.queries.vendors import item_of_number, plants_of

PROPOSED = {"item": "item", "plant": "at", "days": "days"}
"""Fields of the form, and where in the address stands what they begin with: ``plant`` there narrows the list."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def index(request: PortalRequest) -> HttpResponse:
    """The rules that hold; a POST puts a new version of one in force, or ends it."""
    Act.SET_SHELF_RULE.require(request.actor)
    if request.method != "POST":
        return _show(request, {name: request.GET.get(at, "") for name, at in PROPOSED.items()})
    try:
        with acting(request.actor):
            said = _said(request.POST)
        rule = set_shelf_rule(actor=request.actor, at=timezone.now(), **said)
    except (Invalid, Stale, WrongState) as refusal:
        return _show(request, {name: request.POST.get(name, "") for name in PROPOSED}, refusal)
    messages.success(request, _told(rule))
    return redirect(request.get_full_path())


def _show(request: PortalRequest, typed: Mapping[str, str], refusal: Refused | None = None) -> HttpResponse:
    actor, filters = request.actor, filters_of(request)
    faults = refusal.faults if refusal else ()
    with acting(actor):
        found = shelf_rules(actor, filters, request.GET.get("cursor", ""))
        plants = plants_of(actor)
        rules = [
            (rule, before, Act.SET_SHELF_RULE.allows(actor, rule.plant or EVERYWHERE))
            for rule, before in earlier(found.rows)
        ]
        context: dict[str, Any] = {
            "page": found,
            "rules": rules,
            "bar": _bar(filters, plants),
            "searched": bool(filters.text or filters.plant),
            "plants": plants,
            "everywhere": actor.plants is None,
            "typed": typed,
            "refusal": refusal,
            "faults": [(fault.message, f"new-{fault.pointer.strip('/')}") for fault in faults],
        }
        return render(request, "suppliers/shelf_rules.html", context, status=refusal.status if refusal else 200)


def filters_of(request: PortalRequest) -> ShelfFilters:
    """What the list is narrowed to."""
    return ShelfFilters(
        asked.number(request.GET, "plant"), asked.sought(request.GET), ended=request.GET.get("show") == "ended"
    )


def _bar(filters: ShelfFilters, plants: list[Plant]) -> Bar:
    ended = "ended" if filters.ended else ""
    return Bar(
        text=filters.text,
        hint=_("Item"),
        chips=choice("show", _("Rules"), [("ended", _("Ended ones too"))], ended, _("In force")),
        choices=choice_of_rows("plant", _("Plant"), plants, filters.plant),
    )


def _said(data: QueryDict) -> dict[str, Any]:
    """What the form says, as the rows it names. Read inside the caller's window."""
    faults: list[Fault] = []
    said: dict[str, Any] = {"plant": None, "days": None}
    try:
        said["item"] = item_of_number(data.get("item", "").replace("\0", ""))
    except Invalid as refusal:
        faults += refusal.faults
    if data.get("plant", ""):
        key = asked.number(data, "plant")
        said["plant"] = Plant.objects.filter(pk=key).first() if key else None
        if said["plant"] is None:
            faults.append(Fault("unknown", _("Choose one of the list."), "/plant"))
    if data.get("do") != "end":
        said["days"] = asked.number(data, "days")
        if said["days"] is None:
            faults.append(Fault("number", _("Give whole days."), "/days"))
    if faults:
        raise Invalid(_("This rule cannot be set."), faults=tuple(faults))
    return said


def _told(rule: ShelfRule) -> str:
    facts = {"item": str(rule.item), "plant": rule.plant.name if rule.plant else _("every plant"), "days": rule.days}
    if rule.days is None:
        return _("%(item)s, %(plant)s: the rule has ended.") % facts
    if rule.days == 0:
        return _("%(item)s, %(plant)s: any lot that has not expired will do.") % facts
    words = ngettext(
        "%(item)s, %(plant)s: lots must keep %(days)d day on arrival.",
        "%(item)s, %(plant)s: lots must keep %(days)d days on arrival.",
        rule.days,
    )
    return words % facts
