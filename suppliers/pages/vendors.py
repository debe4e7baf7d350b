"""Suppliers' master data, and the approved vendor list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.shared.acting import acting
from portal.shared.actor import ActorKind
from portal.shared.errors import Fault, Invalid, Refused, Stale
from portal.web import asked, slots
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers import masterdata
from suppliers.actions.approvals import set_approval
from suppliers.masterdata import Of
from suppliers.models import MasterRequest, Plant, Supplier
from suppliers.permissions import Act
from suppliers.queries import masters, vendors
from suppliers.states import ListStanding, MasterField


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """Every supplier this person may know of."""
    Act.SEE_SUPPLIER.require(request.actor)
    text = asked.sought(request.GET)
    bar = Bar(text=text, hint=_("Name, number, place or VAT number"))
    with acting(request.actor):
        found = vendors.suppliers(request.actor, text=text, cursor=request.GET.get("cursor", ""))
        return render(request, "suppliers/suppliers.html", {"page": found, "bar": bar})


@require_GET
@page
def detail(request: PortalRequest, key: UUID) -> HttpResponse:
    """One supplier as Odoo has him."""
    actor = request.actor
    Act.SEE_SUPPLIER.require(actor)
    with acting(actor):
        found = vendors.master_data(actor, key)
        listed = []
        if Act.SEE_APPROVALS.allows(actor):
            listed = list(vendors.approvals(actor, vendors.ApprovalFilters(supplier=found.supplier.pk)).rows)
        terms = masters.price_terms(actor, found.supplier)
        may_ask = Act.ASK_MASTER_CHANGE.allows(actor, found.supplier)
        asks = Asks(
            found.supplier,
            masters.open_requests(actor, found.supplier),
            masters.corrected_numbers(actor, found.supplier, terms) if may_ask else {},
            may_ask=may_ask,
            see_prices=Act.SEE_PRICES.allows(actor, found.supplier),
        )
        context = {
            "data": found,
            "supplier": found.supplier,
            "terms": [(term, asks.of(Of.TERM, str(term.pk))) for term in terms],
            "contacts": [(one, asks.of(Of.CONTACT, one.get("ref", ""))) for one in found.supplier.contacts],
            "own": asks.of(Of.SUPPLIER),
            "may_ask": may_ask,
            "see_prices": Act.SEE_PRICES.allows(actor, found.supplier),
            "facts": slots.supplier(actor, found.supplier.pk),
            "approvals": listed,
            "sees_list": Act.SEE_APPROVALS.allows(actor),
            "may_list": Act.SET_APPROVAL.allows(actor),
            "staff": actor.kind is ActorKind.STAFF,
            "today": timezone.localdate(),
        }
        return render(request, "suppliers/supplier.html", context)


@dataclass(frozen=True)
class Ask:
    """One field that a supplier may ask to be changed: where, or the request that is open already."""

    title: str
    url: str
    request: MasterRequest | None
    proposal: str = ""
    """What a buyer acknowledged on an answer, and the master data does not say yet."""


@dataclass(frozen=True)
class Asks:
    """What can be asked, thing by thing."""

    supplier: Supplier
    requests: Mapping[masters.Key, MasterRequest]
    corrected: Mapping[UUID, str]
    may_ask: bool
    see_prices: bool

    def of(self, of: Of, key: str = "") -> list[Ask]:
        """The fields of one thing; to somebody who may not ask only those that are asked for."""
        found = []
        for field in masterdata.FIELDS if key or of is Of.SUPPLIER else ():
            asked = self.requests.get((field, key))
            may_ask = self.may_ask and (self.see_prices or field != MasterField.PRICE)
            if masterdata.of(field) is of and (asked or may_ask):
                proposal = self.corrected.get(UUID(key), "") if field == MasterField.PART_NUMBER else ""
                found.append(Ask(str(MasterField(field).label), self._url(of, field, key, proposal), asked, proposal))
        return found

    def _url(self, of: Of, field: str, key: str, proposal: str) -> str:
        words = {of.value: key} if key else {}
        if proposal:
            words["code"] = proposal
        path = reverse("ask_master_change", args=[self.supplier.public_id, field])
        return f"{path}?{urlencode(words)}" if words else path


@require_http_methods(["GET", "HEAD", "POST"])
@page
def approvals(request: PortalRequest) -> HttpResponse:
    """The approved vendor list; a POST puts a new version of an entry in force."""
    Act.SEE_APPROVALS.require(request.actor)
    if request.method != "POST":
        return _list(request)
    Act.SET_APPROVAL.require(request.actor)
    try:
        with acting(request.actor):
            said = _said(request.POST)
        set_approval(actor=request.actor, at=timezone.now(), **said)
    except (Invalid, Stale) as refusal:
        return _list(request, request.POST, refusal)
    facts = {"supplier": said["supplier"].name, "item": str(said["item"]), "standing": said["standing"].label}
    messages.success(request, _("%(supplier)s, %(item)s: %(standing)s.") % facts)
    return redirect(request.get_full_path())


def _list(request: PortalRequest, typed: QueryDict | None = None, refusal: Refused | None = None) -> HttpResponse:
    actor, filters = request.actor, filters_of(request)
    with acting(actor):
        found = vendors.approvals(actor, filters, request.GET.get("cursor", ""))
        suppliers = list(Supplier.objects.visible_to(actor))
        context: dict[str, Any] = {
            "page": found,
            "bar": _bar(filters, suppliers),
            "suppliers": suppliers,
            "standings": ListStanding.choices,
            "may_list": Act.SET_APPROVAL.allows(actor),
            "typed": typed if typed is not None else request.GET,
            "everywhere": actor.plants is None,
            "plants_of": vendors.plants_of(actor),
            "refusal": refusal,
            "faults": [(fault.message, f"new-{fault.pointer.strip('/')}") for fault in refusal.faults]
            if refusal
            else [],
            "today": timezone.localdate(),
        }
        return render(request, "suppliers/approvals.html", context, status=refusal.status if refusal else 200)


def filters_of(request: PortalRequest) -> vendors.ApprovalFilters:
    """What the approved vendor list is narrowed to."""
    standing = request.GET.get("standing", "")
    return vendors.ApprovalFilters(
        plant=asked.number(request.GET, "plant"),
        supplier=asked.number(request.GET, "supplier"),
        standing=standing if standing in ListStanding.values else "",
        text=asked.sought(request.GET),
        history=request.GET.get("show") == "history",
    )


def _bar(filters: vendors.ApprovalFilters, suppliers: Sequence[Supplier]) -> Bar:
    history = "history" if filters.history else ""
    return Bar(
        text=filters.text,
        hint=_("Item or supplier"),
        chips=choice("show", _("Versions"), [("history", _("Every version"))], history, _("In force or coming")),
        choices=[
            *choice_of_rows("supplier", _("Supplier"), suppliers, filters.supplier),
            *choice_of_rows("plant", _("Plant"), Plant.objects.all(), filters.plant),
            choice("standing", _("Standing"), ListStanding.choices, filters.standing),
        ],
    )


def _said(data: QueryDict) -> dict[str, Any]:
    """What the form says, as the rows it names. Read inside the caller's window."""
    faults: list[Fault] = []
    said: dict[str, Any] = {"reason": data.get("reason", "")}
    for name, rows in (("supplier", Supplier.objects.all()), ("plant", Plant.objects.all())):
        key = asked.number(data, name)
        row = rows.filter(pk=key).first() if key else None
        if row is not None:
            said[name] = row
        elif name == "supplier" or data.get(name, ""):
            faults.append(Fault("unknown", _("Choose one of the list."), f"/{name}"))
    try:
        said["item"] = vendors.item_of_number(data.get("item", ""))
    except Invalid as refusal:
        faults += refusal.faults
    standing = data.get("standing", "")
    if standing in ListStanding.values:
        said["standing"] = ListStanding(standing)
    else:
        faults.append(Fault("unknown", _("Choose one of the list."), "/standing"))
    try:
        said["effective"] = dt.date.fromisoformat(data.get("effective", ""))
    except ValueError:
        faults.append(Fault("date", _("Give a day."), "/effective"))
    if faults:
        raise Invalid(_("This cannot be put on the list."), faults=tuple(faults))
    return said
