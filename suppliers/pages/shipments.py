"""Shipments: the list, one of them as it stands, and how a new one begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, Refused, Stale, WrongState
from portal.web import asked, slots
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.templatetags.portal import quantity
from portal.web.windows import PortalRequest, page
from suppliers.actions import shipments as acts
from suppliers.models import Plant, Shipment, ShipmentVersion, Supplier
from suppliers.notices import HEADER
from suppliers.pages.shipments_form import MOST_TYPED, add_lines
from suppliers.permissions import Act
from suppliers.queries.shipments import (
    VIEWS,
    ShipmentDetail,
    ShipmentFilters,
    find_shipment,
    quantities,
    shipment_detail,
    shipment_list,
)
from suppliers.queries.shipments_open import OpenLine, open_lines
from suppliers.shipping_states import ShipmentState

MOST_SHOWN = 500
"""Rows on the page of one shipment; the API tells all of them."""
TONES: dict[str, str] = {
    ShipmentState.INVALID: "wait",
    ShipmentState.RECEIVED: "good",
    ShipmentState.CLOSED: "good",
    ShipmentState.CANCELLED: "bad",
}


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """Every shipment the person may see: first what needs somebody."""
    actor = request.actor
    Act.SEE_SHIPMENTS.require(actor)
    filters = filters_of(request)
    with acting(actor):
        context = {
            "page": shipment_list(actor, filters, cursor=request.GET.get("cursor", ""), needed_first=True),
            "bar": _bar(actor, filters),
            "narrowed": any((filters.text, filters.view, filters.plant, filters.supplier)),
            "ships": Act.ANNOUNCE_SHIPMENT.allows(actor),
            "by_sheet": Act.BRING_SHEET.allows(actor) and Act.ANNOUNCE_SHIPMENT.allows(actor),
            "numbers": Act.SET_NUMBERING.allows(actor),
        }
        return render(request, "suppliers/shipments.html", context)


def filters_of(request: HttpRequest) -> ShipmentFilters:
    """What the list is narrowed to."""
    view = request.GET.get("view", "")
    return ShipmentFilters(
        text=asked.sought(request.GET),
        view=view if view in VIEWS else "",
        plant=asked.number(request.GET, "plant"),
        supplier=asked.number(request.GET, "supplier"),
    )


def _bar(actor: Actor, filters: ShipmentFilters) -> Bar:
    views = [
        *([("mine", _("To do"))] if actor.behind_wall else []),
        ("correct", _("To be corrected")),
        ("coming", _("On the way")),
        ("over", _("Over")),
    ]
    suppliers = Supplier.objects.visible_to(actor) if actor.sees_several else ()
    return Bar(
        text=filters.text,
        hint=_("Number, delivery note, tracking number, order"),
        chips=choice("view", _("What needs whom"), views, filters.view, _("All")),
        choices=[
            *choice_of_rows("plant", _("Plant"), Plant.objects.all(), filters.plant),
            *choice_of_rows("supplier", _("Supplier"), suppliers, filters.supplier),
        ],
    )


# --- A new one --------------------------------------------------------------------------------------------------------


@dataclass
class Place:
    """What one supplier may ship to one plant."""

    supplier: Supplier
    plant: Plant
    lines: list[OpenLine]

    @property
    def soon(self) -> list[OpenLine]:
        return [one for one in self.lines if one.soon]

    @property
    def key(self) -> str:
        return f"{self.supplier.pk}-{self.plant.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PortalRequest) -> HttpResponse:
    """What is promised and open, by plant; a POST begins a shipment with what is ticked, or this week's promises."""
    actor = request.actor
    Act.ANNOUNCE_SHIPMENT.require(actor)
    order = _order(request)
    with acting(actor):
        places = _places(actor, order)
        if request.method != "POST":
            return _offer(request, places, order)
    week = request.POST.get("do") == "week"
    try:
        place, lines = _chosen(request, places, week=week)
    except Invalid as refusal:
        with acting(actor):
            return _offer(request, places, order, refusal)
    body: dict[str, Any] = {"units": [], "lines": []}
    add_lines(body, lines, soon=week)
    if lines:
        today = lines[0].today
        body["departs_on"] = today.isoformat()
        body["arrives_on"] = today.fromordinal(today.toordinal() + lines[0].transit).isoformat()
    made = acts.start(actor=actor, supplier=place.supplier, plant=place.plant, body=body, at=timezone.now())
    return redirect("edit_shipment", made.pk)


def _order(request: PortalRequest) -> UUID | None:
    text = request.POST.get("order", "") or request.GET.get("order", "")
    return asked.key(text) if text else None


def _places(actor: Actor, order: UUID | None) -> list[Place]:
    found: dict[str, Place] = {}
    for one in open_lines(actor, timezone.now(), order=order, size=MOST_TYPED).rows:
        if Act.ANNOUNCE_SHIPMENT.allows(actor, one.line):
            place = Place(one.line.supplier, one.line.plant, [])
            found.setdefault(place.key, place).lines.append(one)
    return sorted(found.values(), key=lambda place: (place.supplier.name, place.plant.name))


def _chosen(request: PortalRequest, places: Sequence[Place], *, week: bool) -> tuple[Place, list[OpenLine]]:
    """Where a shipment goes and what is in it. Raises :class:`Invalid`."""
    key = request.POST.get("place", "")
    named = [place for place in places if place.key == key] if key else list(places)
    if week:
        named = [place for place in named if place.soon]
        if not named:
            raise Invalid(_("Nothing is promised for the next seven days that is not announced already."))
    if len(named) != 1:
        raise Invalid(_("Choose the plant it goes to."))
    ticked = set(request.POST.getlist("take"))
    lines = named[0].soon if week else [one for one in named[0].lines if str(one.line.pk) in ticked]
    return named[0], lines


def _offer(
    request: PortalRequest, places: list[Place], order: UUID | None, refusal: Refused | None = None
) -> HttpResponse:
    context = {
        "places": places,
        "order": order,
        "several": len(places) > 1,
        "by_sheet": Act.BRING_SHEET.allows(request.actor),
        "refusal": refusal,
    }
    return render(request, "suppliers/shipment_new.html", context, status=refusal.status if refusal else 200)


# --- One of them ------------------------------------------------------------------------------------------------------


@require_GET
@page
def shipment(request: PortalRequest, shipment_id: UUID) -> HttpResponse:
    """One shipment as it was sent last, and where it stands."""
    actor = request.actor
    Act.SEE_SHIPMENTS.require(actor)
    with acting(actor):
        return _show(request, shipment_detail(actor, shipment_id, MOST_SHOWN))


@require_POST
@page
def cancel(request: PortalRequest, shipment_id: UUID) -> HttpResponse:
    """Nothing of it comes; a draft is thrown away."""
    actor = request.actor
    with acting(actor):
        found = find_shipment(actor, shipment_id)
        Act.ANNOUNCE_SHIPMENT.require(actor, found)
    try:
        done = acts.cancel(
            actor=actor,
            shipment=found,
            reason=asked.words(request.POST, "reason"),
            at=timezone.now(),
            seen=asked.number(request.POST, "version"),
        )
    except (Invalid, Stale, WrongState) as refusal:
        with acting(actor):
            return _show(request, shipment_detail(actor, shipment_id, MOST_SHOWN), refusal)
    if done.version:
        messages.success(request, _("%(shipment)s is cancelled: the plant is told.") % {"shipment": done.label})
        return redirect("shipment", shipment_id)
    messages.success(request, _("The draft is thrown away."))
    return redirect("shipments")


def _show(request: PortalRequest, detail: ShipmentDetail, refusal: Refused | None = None) -> HttpResponse:
    """Rendered inside the caller's read window."""
    actor, found = request.actor, detail.shipment
    writes = Act.ANNOUNCE_SHIPMENT.allows(actor, found) and found.state in (ShipmentState.DRAFT, *acts.CORRECTABLE)
    children: dict[UUID | None, list[Any]] = {}
    for unit in detail.units:
        children.setdefault(unit.parent_id, []).append(unit)
    inside: dict[UUID | None, list[Any]] = {}
    for line in detail.lines:
        inside.setdefault(line.unit_id, []).append(line)
    context = {
        "shipment": found,
        "detail": detail,
        "story": _story(detail, _amounts(actor, detail)),
        "known": slots.shipment(actor, found.pk),
        "tree": _tree(children, inside),
        "loose": inside.get(None, []),
        "sent_rows": detail.versions[0].lines_count if detail.versions else 0,
        "most": MOST_SHOWN,
        "writes": writes,
        "frozen": acts.is_frozen(found, timezone.now()),
        "refusal": refusal,
        "faults": [(fault.message, "reason") for fault in refusal.faults] if refusal else [],
        "reason": asked.words(request.POST, "reason"),
        "edit": reverse("edit_shipment", args=[found.pk]),
    }
    return render(request, "suppliers/shipment.html", context, status=refusal.status if refusal else 200)


def _tree(
    children: dict[UUID | None, list[Any]], inside: dict[UUID | None, list[Any]], at: UUID | None = None, depth: int = 0
) -> list[dict[str, Any]]:
    """Handling units in turn, each with its depth and what lies in it directly."""
    found = []
    for unit in children.get(at, []):
        found.append({"unit": unit, "depth": depth, "lines": inside.get(unit.pk, [])})
        found += _tree(children, inside, unit.pk, depth + 1)
    return found


@dataclass(frozen=True)
class Moment:
    """One entry of the timeline."""

    at: dt.datetime
    what: str
    who: str
    why: str = ""
    tone: str = ""
    changed: Sequence[tuple[str, str, str]] = ()
    """What of the notice a correction changed: the field, before and after."""


Amounts = Mapping[int, Mapping[tuple[str, int, str], tuple[Decimal, str]]]


def _amounts(actor: Actor, detail: ShipmentDetail) -> Amounts:
    """What each version said, where there is more than one and a person could read it."""
    several = len(detail.versions) > 1
    readable = sum(version.lines_count for version in detail.versions) <= MOST_SHOWN
    return quantities(actor, detail.shipment) if several and readable else {}


def _story(detail: ShipmentDetail, amounts: Amounts) -> list[Moment]:
    """What was sent, and how it fared: the newest first."""
    names = dict(ShipmentState.choices)
    moments = [
        Moment(one.at, str(names.get(one.after, one.after)), one.actor_name, one.reason, TONES.get(one.after, ""))
        for one in detail.changes
    ]
    earlier = {one.number: one for one in detail.versions}
    for one in detail.versions:
        before = earlier.get(one.number - 1)
        what = _("Announced for the first time")
        if before:
            what = _("Corrected: version %(number)d") % {"number": one.number}
        changed = _changed(before, one, amounts) if before else ()
        moments.append(Moment(one.at, what, one.actor_name, one.reason, "info", changed))
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _changed(before: ShipmentVersion, after: ShipmentVersion, amounts: Amounts) -> list[tuple[str, str, str]]:
    """The fields and quantities that a correction changed, each with what it said before and what it says."""
    found = [
        (_title(name), str(before.header.get(name) or "—"), str(after.header.get(name) or "—"))
        for name in HEADER
        if before.header.get(name) != after.header.get(name)
    ]
    earlier, now = amounts.get(before.number, {}), amounts.get(after.number, {})
    for place in sorted(earlier.keys() | now.keys()):
        if earlier.get(place) != now.get(place):
            order, position, lot = place
            title = " · ".join(filter(None, (order, str(position), lot)))
            found.append((title, _amount(earlier.get(place)), _amount(now.get(place))))
    if before.digest != after.digest and earlier == now:
        found.append((_("Packing, lots or rows"), "—", _("changed")))
    return found


def _title(name: str) -> str:
    return capfirst(str(getattr(Shipment._meta.get_field(name), "verbose_name", name)))


def _amount(said: tuple[Decimal, str] | None) -> str:
    return f"{quantity(said[0])} {said[1]}" if said else "—"
