"""Typing a shipment notice: a draft, or the correction of what was sent. Kept and checked as one types."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, Stale, WrongState
from portal.web import asked
from portal.web.windows import PortalRequest, page
from suppliers.actions import shipments as acts
from suppliers.models import Shipment, ShipmentDraft, Unit
from suppliers.notices import body_of as sent_body
from suppliers.pages.shipments_form import MOST_TYPED, Form, add_lines, body_of, press
from suppliers.permissions import Act
from suppliers.queries.shipments import content, draft_of, find_shipment, sent_notice
from suppliers.queries.shipments_open import OpenLine, open_lines
from suppliers.shipping_states import ShipmentState, UnitKind

REFUSALS = (Invalid, Stale, WrongState)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PortalRequest, shipment_id: UUID) -> HttpResponse:
    """The form. A POST sends it, keeps it, or is one of the buttons that change it."""
    actor = request.actor
    with acting(actor):
        found, draft, kept = _read(actor, shipment_id)
        if max(len(kept.get("lines", ())), len(kept.get("units", ()))) > MOST_TYPED:
            raise WrongState(_("This shipment has more rows than a page takes: correct it as it was sent."))
        if request.method != "POST":
            if found.state not in (ShipmentState.DRAFT, *acts.CORRECTABLE):
                return redirect("shipment", shipment_id)
            return _show(request, found, draft, _form(actor, found, kept))
    body, command, now = body_of(request.POST), request.POST.get("do", ""), timezone.now()
    if command == "forget":
        acts.drop(actor, found)
        messages.success(request, _("What was typed is forgotten: what was sent stands."))
        return redirect("shipment", shipment_id)
    with acting(actor):
        form = _form(actor, found, body)
        missed = _press(request, found, form, command)
    try:
        if missed:
            raise Invalid(missed)
        _keep(request, found, form.body, kept)
        if command in ("", "save", "check", "send"):
            told = _say(request, found, form.body, really=command == "send")
            if command == "send":
                messages.success(request, _("%(shipment)s is announced.") % {"shipment": found.label})
                return redirect("shipment", shipment_id)
            form.hint(told.hints if told else ())
    except REFUSALS as refusal:
        form.refuse(refusal)
    with acting(actor):
        status = form.refusal.status if form.refusal and command == "send" else 200
        kept_at = None if missed or isinstance(form.refusal, Stale) else now
        return _show(request, find_shipment(actor, shipment_id), draft_of(actor, found), form, kept_at, status)


@require_POST
@page
def check(request: PortalRequest, shipment_id: UUID) -> HttpResponse:
    """Keep what is typed, and say what would be refused: those areas of the page, nothing else."""
    actor = request.actor
    with acting(actor):
        found, _draft, kept = _read(actor, shipment_id)
        form = _form(actor, found, body_of(request.POST))
    try:
        _keep(request, found, form.body, kept)
        told = _say(request, found, form.body, really=False)
        form.hint(told.hints if told else ())
    except REFUSALS as refusal:
        form.refuse(refusal)
    with acting(actor):
        context = {
            "form": form,
            "rows": [(row, form.of_row(row)) for row in (*form.units, *form.lines)],
            "revision": _revision(request, form, draft_of(actor, found)),
            "checked": True,
            "now": None if isinstance(form.refusal, Stale) else timezone.now(),
        }
        return render(request, "suppliers/shipment_checks.html", context)


def _revision(request: PortalRequest, form: Form, draft: ShipmentDraft | None) -> int:
    """Which revision the page stands on: where a colleague typed meanwhile, still the one it was made from."""
    if isinstance(form.refusal, Stale) or draft is None:
        return asked.number(request.POST, "revision") or 0
    return draft.revision


def _read(actor: Actor, shipment_id: UUID) -> tuple[Shipment, ShipmentDraft | None, dict[str, Any]]:
    """The notice, what is typed of it, and the body that stands now."""
    found = find_shipment(actor, shipment_id)
    Act.ANNOUNCE_SHIPMENT.require(actor, found)
    draft = draft_of(actor, found)
    if draft is not None:
        return found, draft, dict(draft.body)
    return found, None, sent_body(sent_notice(found, *content(actor, found)))


def _form(actor: Actor, found: Shipment, body: dict[str, Any]) -> Form:
    """The form of a body, with what is known of its order lines. Six queries."""
    keys = set()
    for row in body.get("lines", []):
        try:
            keys.add(UUID(str(row.get("line", ""))))
        except ValueError:
            continue
    known = open_lines(
        actor, timezone.now(), supplier=found.supplier_id, keys=keys, but=[found.pk], size=max(1, len(keys))
    ).rows
    by_key = {str(one.line.pk): one for one in known}
    units: dict[str, list[str]] = defaultdict(list)
    for name, category in Unit.objects.exclude(size=None).order_by("name").values_list("name", "category"):
        units[category].append(name)
    return Form(body, by_key, {category: tuple(names) for category, names in units.items()})


def _press(request: PortalRequest, found: Shipment, form: Form, command: str) -> str:
    """One of the buttons that change the form. Why it could not, or nothing."""
    if command != "add":
        data = request.POST
        return press(form.body, command, form.known, data.get("new_unit", ""), data.get("cartons", "").strip())
    ticked = set(request.POST.getlist("add"))
    more = [one for one in _more(request.actor, found, form) if str(one.line.pk) in ticked]
    more = more[: max(0, MOST_TYPED - len(form.body["lines"]))]
    add_lines(form.body, more)
    form.known = {**form.known, **{str(one.line.pk): one for one in more}}
    return ""


def _more(actor: Actor, found: Shipment, form: Form) -> list[OpenLine]:
    """What else may be shipped to the same plant."""
    rows = open_lines(
        actor, timezone.now(), plant=found.plant_id, supplier=found.supplier_id, but=[found.pk], size=MOST_TYPED
    ).rows
    return [one for one in rows if str(one.line.pk) not in form.known]


def _keep(request: PortalRequest, found: Shipment, body: dict[str, Any], kept: dict[str, Any]) -> None:
    """Keep what is typed, where it is not what stands. Raises :class:`Stale` where a colleague typed meanwhile.

    What one typed oneself a moment ago is on its way while the next is typed: that is nobody else's. What was typed of
    an older version is not kept: sending it is refused.
    """
    actor = request.actor
    if body == kept or asked.number(request.POST, "version") != found.version:
        return
    for left in (2, 1, 0):
        with acting(actor):
            draft = draft_of(actor, found)
        own = draft is not None and draft.actor_id == actor.id
        seen = draft.revision if draft and own else asked.number(request.POST, "revision") or 0
        try:
            acts.keep(actor, found, body, timezone.now(), seen=seen)
            return
        except Stale:
            if not (own and left):
                raise


def _say(request: PortalRequest, found: Shipment, body: dict[str, Any], *, really: bool) -> acts.Told | None:
    """Send it, or ask what sending it would come to. Raises what refuses it."""
    act = acts.send if really else acts.send.rehearse
    seen = asked.number(request.POST, "version")
    sent = act(actor=request.actor, shipment=found, body=body, channel="page", at=timezone.now(), seen=seen)
    return acts.told_of(sent)


def _show(
    request: PortalRequest,
    found: Shipment,
    draft: ShipmentDraft | None,
    form: Form,
    now: Any = None,
    status: int = 200,
) -> HttpResponse:
    """Rendered inside the caller's read window."""
    context = {
        "shipment": found,
        "draft": draft,
        "form": form,
        "rows": [(row, form.of_row(row)) for row in form.lines],
        "units": form.units,
        "more": _more(request.actor, found, form),
        "kinds": UnitKind.choices,
        "revision": _revision(request, form, draft) if request.method == "POST" else draft.revision if draft else 0,
        "frozen": acts.is_frozen(found, timezone.now()),
        "checked": request.method == "POST",
        "now": now,
    }
    return render(request, "suppliers/shipment_edit.html", context, status=status)
