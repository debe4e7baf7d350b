"""Inviting the people whom Odoo knows at suppliers, at a go-live: looked at first, then ticked and sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused
from portal.web import asked
from portal.web.filters import Bar, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers.actions.contacts import Choice, invite_contacts
from suppliers.models import Plant
from suppliers.permissions import Act
from suppliers.queries.contacts import ContactFilters, contacts, find_invitation_batch
from suppliers.states import Role


@require_http_methods(["GET", "HEAD", "POST"])
@page
def choose(request: PortalRequest) -> HttpResponse:
    """Whom Odoo knows, and what inviting each would come to; a POST invites those that are ticked."""
    Act.INVITE_CONTACTS.require(request.actor)
    if request.method != "POST":
        return _show(request)
    ticked = request.POST.getlist("tick")
    try:
        choices = [_choice(request, key) for key in ticked]
        batch = invite_contacts(actor=request.actor, choices=choices, at=timezone.now())
    except Invalid as refusal:
        return _show(request, refusal)
    return redirect("invited_contacts", batch.pk)


def _choice(request: PortalRequest, key: str) -> Choice:
    supplier, _colon, email = key.partition(":")
    try:
        return Choice(UUID(supplier), email, request.POST.getlist(f"role:{key}"))
    except ValueError:
        message = _("This form names no supplier: load the page again.")
        raise Invalid(message, faults=(Fault("unknown", message, "/rows"),)) from None


def _show(request: PortalRequest, refusal: Refused | None = None) -> HttpResponse:
    filters = _filters(request)
    again = request.POST if request.method == "POST" else None
    with acting(request.actor):
        found = contacts(request.actor, filters, timezone.now(), cursor=request.GET.get("cursor", ""))
        firms = [
            (firm, [_row(f"{firm.supplier.public_id}:{one.email}", one, again) for one in firm.shown])
            for firm in found.rows
        ]
        context: dict[str, Any] = {
            "page": found,
            "firms": firms,
            "filters": filters,
            "narrowed": filters != ContactFilters(),
            "bar": Bar(
                text=filters.text,
                hint=_("Supplier"),
                choices=choice_of_rows("plant", _("Delivers to"), Plant.objects.all(), filters.plant, _("Any plant")),
            ),
            "roles": Role.choices,
            "any_invitable": any(one.invitable for firm in found.rows for one in firm.shown),
            "refusal": refusal,
            "faults": [(fault.message, "contacts") for fault in refusal.faults] if refusal else [],
        }
        return render(request, "suppliers/contacts.html", context, status=refusal.status if refusal else 200)


def _row(key: str, contact: Any, again: Any) -> dict[str, Any]:
    """A contact with what its fields hold: what is advised, or what was sent a moment ago."""
    return {
        "key": key,
        "contact": contact,
        "ticked": key in again.getlist("tick") if again is not None else contact.advised,
        "role": again.get(f"role:{key}", contact.role) if again is not None else contact.role,
    }


def _filters(request: PortalRequest) -> ContactFilters:
    supplier = None
    try:
        supplier = UUID(request.GET["supplier"]) if request.GET.get("supplier") else None
    except ValueError:
        message = _("There is no such supplier.")
        raise Invalid(message, faults=(Fault("unknown", message, "/supplier"),)) from None
    return ContactFilters(
        plant=asked.number(request.GET, "plant"),
        supplier=supplier,
        text=asked.sought(request.GET),
    )


@require_GET
@page
def invited(request: PortalRequest, batch_id: UUID) -> HttpResponse:
    """What came of inviting many."""
    Act.INVITE_CONTACTS.require(request.actor)
    titles = dict(Role.choices)
    with acting(request.actor):
        batch = find_invitation_batch(request.actor, batch_id)
        context = {
            "batch": batch,
            "done": [row for row in batch.results if row["outcome"] == "invited"],
            "refused": [row for row in batch.results if row["outcome"] != "invited"],
            "rows": [(row, [titles.get(role, role) for role in row["roles"]]) for row in batch.results],
        }
        return render(request, "suppliers/contacts_invited.html", context)
