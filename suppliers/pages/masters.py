"""Changes of master data: a supplier asks, a buyer decides, everybody sees where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, NotFound, Refused, Stale, WrongState
from portal.web import asked
from portal.web.filters import Bar, choice
from portal.web.windows import PortalRequest, page
from suppliers import masterdata
from suppliers.actions.master_requests import (
    LONGEST_WORDS,
    approve_master_change,
    decline_master_change,
    request_master_change,
    withdraw_master_change,
)
from suppliers.models import MasterRequest, Supplier
from suppliers.numbers import read_number, write_number
from suppliers.permissions import Act
from suppliers.queries import masters
from suppliers.queries.suppliers import find_supplier
from suppliers.states import MasterField, MasterState, Source
from suppliers.tolerances import plain

LONGEST_VALUE = 400


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """Every request the person may see; for a buyer first what waits for him."""
    actor = request.actor
    Act.SEE_SUPPLIER.require(actor)
    view, text = filters_of(request)
    views = [("waiting", _("To decide")), ("open", _("Open")), ("over", _("Over")), ("all", _("All"))]
    with acting(actor):
        context = {
            "page": masters.request_list(actor, view=view, text=text, cursor=request.GET.get("cursor", "")),
            "bar": Bar(
                text=text,
                hint=_("Item, contact or supplier"),
                chips=choice("view", _("What needs whom"), views, view, ""),
            ),
            "text": text,
            "staff": not actor.behind_wall,
        }
        return render(request, "suppliers/master_requests.html", context)


def filters_of(request: PortalRequest) -> tuple[str, str]:
    """What the list is narrowed to, a view and a text: for a buyer at first to what waits for him."""
    first = "waiting" if Act.DECIDE_MASTER_CHANGE.allows(request.actor) else "open"
    view = request.GET.get("view", first)
    return view if view in (*masters.REQUEST_VIEWS, "all") else first, asked.sought(request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def ask(request: PortalRequest, key: UUID, field: str) -> HttpResponse:
    """Ask that one field of the supplier's master data says something else."""
    actor = request.actor
    if field not in MasterField.values:
        raise NotFound(_("There is nothing of this name to ask for."))
    with acting(actor):
        supplier = find_supplier(actor, key)
        Act.ASK_MASTER_CHANGE.require(actor, supplier)
        if request.method != "POST":
            return _form(request, supplier, field, _proposed(request.GET, field))
    try:
        made = request_master_change(
            actor=actor,
            supplier=supplier,
            field=MasterField(field),
            values=_read(request.POST, field),
            at=timezone.now(),
            comment=request.POST.get("comment", ""),
            **_told(request),
            **_thing(request),
        )
    except (Invalid, WrongState) as refusal:
        with acting(actor):
            return _form(request, supplier, field, _typed(request.POST, field), refusal)
    messages.success(request, _("Request %(number)d is sent: a buyer decides.") % {"number": made.number})
    return redirect("master_request", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def detail(request: PortalRequest, request_id: UUID) -> HttpResponse:
    """One request; a POST with ``do`` approves, declines or withdraws it."""
    actor, command = request.actor, request.POST.get("do", "")
    Act.SEE_SUPPLIER.require(actor)
    with acting(actor):
        found = masters.find_request(actor, request_id)
        if request.method != "POST":
            return _show(request, found)
    reason, now = request.POST.get("reason", ""), timezone.now()
    try:
        if command == "approve":
            approve_master_change(actor=actor, request=found, reason=reason, at=now)
            said = _("Request %(number)d is approved and on its way to Odoo.")
        elif command == "decline":
            decline_master_change(actor=actor, request=found, reason=reason, at=now)
            said = _("Request %(number)d is declined.")
        elif command == "withdraw":
            withdraw_master_change(actor=actor, request=found, reason=reason, at=now)
            said = _("Request %(number)d is withdrawn.")
        else:
            raise Invalid(_("Say what to do: approve, decline or withdraw."))
    except (Invalid, Stale, WrongState) as refusal:
        with acting(actor):
            return _show(request, masters.find_request(actor, request_id), refusal)
    messages.success(request, said % {"number": found.number})
    return redirect("master_request", request_id)


def _show(request: PortalRequest, found: MasterRequest, refusal: Refused | None = None) -> HttpResponse:
    """Rendered inside the caller's read window."""
    actor = request.actor
    now = masters.current_values(found)
    decides = Act.DECIDE_MASTER_CHANGE.allows(actor, found)
    waiting = found.state == MasterState.SUBMITTED
    context: dict[str, Any] = {
        "change": found,
        "supplier": found.supplier,
        "now": now,
        "moved": found.is_open and now not in (found.before, found.after),
        "see_prices": Act.SEE_PRICES.allows(actor, found),
        "staff": not actor.behind_wall,
        "approves": decides and waiting,
        "declines": decides and (waiting or found.revocable),
        "withdraws": waiting and Act.WITHDRAW_MASTER_CHANGE.allows(actor, found),
        "refusal": refusal,
        "faults": [(fault.message, "reason") for fault in refusal.faults] if refusal else [],
        "reason": request.POST.get("reason", "")[:LONGEST_WORDS],
    }
    return render(request, "suppliers/master_request.html", context, status=refusal.status if refusal else 200)


def _form(
    request: PortalRequest, supplier: Supplier, field: str, typed: Mapping[str, str], refusal: Refused | None = None
) -> HttpResponse:
    """Rendered inside the caller's read window. Shows what stands there where nothing else is typed or proposed."""
    actor, thing = request.actor, _thing(request)
    if field == MasterField.PRICE:
        Act.SEE_PRICES.require(actor, supplier)
    subject = masters.find_subject(actor, supplier, field, **thing)
    wrong = {fault.pointer.rpartition("/")[2]: fault.message for fault in refusal.faults} if refusal else {}
    context: dict[str, Any] = {
        "supplier": supplier,
        "behalf": not actor.behind_wall,
        "form": {"prefix": "told", "faults": wrong, **_told(request)},
        "sources": Source.choices,
        "title": MasterField(field).label,
        "field": field,
        "subject": subject,
        "now": masterdata.words(field, subject.values, subject.unit),
        "inputs": [
            {
                "name": name,
                "title": masterdata.TITLES[name],
                "value": typed.get(name, _shown(name, subject.values[name])),
                "number": name in masterdata.NUMBERS,
                "wrong": wrong.get(name, ""),
            }
            for name in masterdata.names(field)
        ],
        "several": len(masterdata.names(field)) > 1,
        "term": thing["term"] or "",
        "contact": thing["contact"],
        "comment": request.POST.get("comment", "")[:LONGEST_WORDS],
        "open": masters.open_requests(actor, supplier).get((field, str(thing["term"] or thing["contact"]))),
        "refusal": refusal,
        "faults": [(message, _place(name, subject.values)) for name, message in wrong.items()],
        "longest": LONGEST_WORDS,
    }
    return render(request, "suppliers/master_ask.html", context, status=refusal.status if refusal else 200)


def _place(name: str, values: Mapping[str, str]) -> str:
    """The id of the field that a fault is about."""
    return f"value-{name}" if name in values else "told-source" if name == "source" else name


def _told(request: PortalRequest) -> dict[str, Any]:
    """How the supplier told it, where somebody on the buyer's side asks for him."""
    data = request.POST
    return {"source": data.get("source", "")[:20], "source_note": data.get("source_note", "")[:200]}


def _thing(request: PortalRequest) -> dict[str, Any]:
    """Which price list entry or contact it is about."""
    data = request.POST if request.method == "POST" else request.GET
    text, term = data.get("term", ""), None
    if text:
        try:
            term = UUID(text)
        except ValueError:
            raise NotFound(_("There is no such price list entry or contact.")) from None
    return {"term": term, "contact": data.get("contact", "")[:40]}


def _proposed(data: QueryDict, field: str) -> dict[str, str]:
    """What a link fills in: ``?code=…``."""
    return {name: data.get(name, "")[:LONGEST_VALUE] for name in masterdata.names(field) if name in data}


def _typed(data: QueryDict, field: str) -> dict[str, str]:
    return {name: data.get(f"value-{name}", "")[:LONGEST_VALUE] for name in masterdata.names(field)}


def _read(data: QueryDict, field: str) -> dict[str, str]:
    """What was typed, numbers in the person's own language. Raises :class:`Invalid`."""
    values = _typed(data, field)
    for name in masterdata.names(field):
        if name in masterdata.NUMBERS:
            try:
                values[name] = plain(read_number(values[name]))
            except ValueError:
                message = _("“%(text)s” is not a number.") % {"text": values[name]}
                fault = Fault("number", message, f"/values/{name}")
                raise Invalid(_("This cannot be asked for."), faults=(fault,)) from None
    return values


def _shown(name: str, value: str) -> str:
    return write_number(Decimal(value)) if name in masterdata.NUMBERS else value
