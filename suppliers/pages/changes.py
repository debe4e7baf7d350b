"""Change requests: the list of what waits for whom, and one negotiation until it is over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotPermitted, Refused, Stale, WrongState
from portal.web import asked
from portal.web.filters import Bar, choice
from portal.web.windows import PortalRequest, page
from suppliers.actions.changes import accept_change, counter_change, decline_change, withdraw_change
from suppliers.actions.negotiating import standing
from suppliers.models import ChangeRequest
from suppliers.pages.changing import ChangeForm, for_supplier, untold
from suppliers.permissions import Act
from suppliers.queries.changes import CHANGE_VIEWS, change_list, find_change
from suppliers.states import ChangeState, Side, Source
from suppliers.tolerances import basis_of

REFUSALS = (Invalid, NotPermitted, Stale, WrongState)
REASON_FIELDS = {"decline": "closing", "withdraw": "withdrawal"}
"""Where somebody says why, by what he does; an offer has its own."""


@require_GET
@page
def changes(request: PortalRequest) -> HttpResponse:
    """Every change request the person may see; first what waits for his side."""
    actor = request.actor
    Act.SEE_ORDERS.require(actor)
    view, text = filters_of(request)
    views = [("mine", _("Waiting for you")), ("open", _("Open")), ("over", _("Over")), ("all", _("All"))]
    with acting(actor):
        context = {
            "page": change_list(actor, view=view, text=text, cursor=request.GET.get("cursor", "")),
            "bar": Bar(
                text=text,
                hint=_("Order, item, supplier, buyer"),
                chips=choice("view", _("What needs whom"), views, view, ""),
            ),
            "view": view,
            "text": text,
            "side": _side(actor),
            "staff": not actor.behind_wall,
        }
        return render(request, "suppliers/change_requests.html", context)


def filters_of(request: HttpRequest) -> tuple[str, str]:
    """What the list is narrowed to: a view and a text."""
    view = request.GET.get("view", "mine")
    return view if view in (*CHANGE_VIEWS, "all") else "mine", asked.sought(request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change(request: PortalRequest, order_id: UUID, change_id: UUID) -> HttpResponse:
    """One change request: what is agreed, every offer, and what this person may do now."""
    actor = request.actor
    Act.SEE_ORDERS.require(actor)
    if request.method == "POST":
        return _react(request, order_id, change_id)
    with acting(actor):
        return _show(request, find_change(actor, change_id, order_id))


def _react(request: PortalRequest, order_id: UUID, change_id: UUID) -> HttpResponse:
    actor, now, command = request.actor, timezone.now(), request.POST.get("do", "")
    with acting(actor):
        found = find_change(actor, change_id, order_id)
        form = _counter_form(actor, found, behalf=for_supplier(request))
        form.take(request.POST)
        form.edit_rows(command)
        if command not in ("accept", "decline", "withdraw", "counter"):
            form.judge(now)
            return _show(request, found, form)
    form.reason_field = REASON_FIELDS.get(command, "reason")
    told = {"source": form.source, "source_note": form.source_note}
    offer, reason = asked.number(request.POST, "offer") or 0, asked.words(request.POST, "closing")
    try:
        if command != "withdraw" and (missing := untold(form)):  # his own request anybody withdraws for himself
            raise Invalid(missing[0].message, faults=tuple(missing))
        if command == "accept":
            done = accept_change(actor=actor, request=found, offer=offer, at=now, **told)
        elif command == "decline":
            done = decline_change(actor=actor, request=found, offer=offer, reason=reason, at=now, **told)
        elif command == "withdraw":
            done = withdraw_change(actor=actor, request=found, reason=reason, at=now, **told)
        else:
            done = counter_change(actor=actor, request=found, offer=offer, wish=form.wish(), at=now, **told)
    except REFUSALS as refusal:
        with acting(actor):
            form.refuse(refusal)
            return _show(request, find_change(actor, change_id, order_id), form, refusal=refusal)
    _say(request, done)
    return redirect("change", order_id, change_id)


def _say(request: PortalRequest, done: ChangeRequest) -> None:
    said = {
        ChangeState.ACCEPTED: _("Change request %(number)d is agreed and on its way to Odoo."),
        ChangeState.DECLINED: _("Change request %(number)d is declined: what was agreed stands."),
        ChangeState.WITHDRAWN: _("Change request %(number)d is withdrawn: what was agreed stands."),
    }
    waiting = (
        _("Change request %(number)d is sent: it waits for the buyer.")
        if done.waits_for == Side.BUYER
        else _("Change request %(number)d is sent: it waits for the supplier.")
    )
    messages.success(request, said.get(ChangeState(done.state), waiting) % {"number": done.number})


def _show(
    request: PortalRequest, found: ChangeRequest, form: ChangeForm | None = None, refusal: Refused | None = None
) -> HttpResponse:
    """Rendered inside the caller's read window."""
    actor = request.actor
    may = found.is_open and Act.ANSWER_CHANGE.allows(actor, found)
    form = form or _counter_form(actor, found, behalf=for_supplier(request))
    context: dict[str, Any] = {
        "change": found,
        "line": found.line,
        "order": found.order,
        "offers": list(found.offers.all()),
        "agreed": standing(found.line),
        "form": form,
        "entry": form,
        "basis": basis_of(found.order.incoterm),
        "see_prices": Act.SEE_PRICES.allows(actor, found),
        "staff": not actor.behind_wall,
        "answers": may and found.waits_for == form.side,
        "withdraws": may and found.side == _side(actor),
        "may_answer_for": may and found.waits_for == Side.SUPPLIER != form.side,
        "refusal": refusal,
        "sources": Source.choices,
        "said": {"withdrawal" if form.reason_field == "withdrawal" else "closing": request.POST.get("closing", "")},
    }
    return render(request, "suppliers/change.html", context, status=refusal.status if refusal else 200)


def _counter_form(actor: Actor, found: ChangeRequest, *, behalf: bool) -> ChangeForm:
    side = Side.SUPPLIER if behalf else _side(actor)
    form = ChangeForm.of_offer(found.order, found.line, side, list(found.offers.all())[-1])
    form.behalf = behalf
    return form


def _side(actor: Actor) -> Side:
    return Side.SUPPLIER if actor.behind_wall else Side.BUYER
