"""Mappings: which record of Odoo is which of the portal's, and a person's word where that is not certain."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from integrations.office import mappings, queries
from integrations.office.actions import desk
from integrations.office.permissions import Act
from integrations.office.routes import MAIN
from integrations.office.states import Standing
from portal.shared.acting import acting
from portal.web import asked
from portal.web.filters import Bar, choice
from portal.web.windows import PortalRequest, page


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """One kind of master data: what is not mapped first, then what is."""
    Act.SEE_MAPPINGS.require(request.actor)
    model = request.GET.get("kind", "")
    model = model if model in mappings.MASTER else next(iter(mappings.MASTER))
    standing = request.GET.get("standing", "")
    standing = standing if standing in Standing.values else ""
    text = asked.sought(request.GET)
    kinds = [(name, title) for name, (_model, title) in mappings.MASTER.items()]
    with acting(request.actor):
        found = mappings.listing(model, text=text, standing=standing, cursor=request.GET.get("cursor", ""))
        context = {
            "found": found,
            "page": found.rows,
            "kinds": choice("kind", _("Kind"), kinds, model, ""),
            "bar": Bar(
                text=text,
                choices=[choice("standing", _("In Odoo"), mappings.STANDINGS, standing)],
                keep={"kind": model},
            ),
            "may_map": Act.MAP_RECORD.allows(request.actor),
            "may_compare": Act.COMPARE_MAPPINGS.allows(request.actor),
        }
        return render(request, "office/mappings.html", context)


@require_GET
@page
def detail(request: PortalRequest, key: int) -> HttpResponse:
    """One mapping and its history."""
    Act.SEE_MAPPINGS.require(request.actor)
    with acting(request.actor):
        return render(request, "office/mapping.html", {"story": mappings.story(key)})


@require_POST
@page
def answer(request: PortalRequest, key: UUID) -> HttpResponse:
    """Say what a record of Odoo is: one of those that look alike, or a new one."""
    Act.MAP_RECORD.require(request.actor)
    chosen = request.POST.get("mapping", "")
    with acting(request.actor):
        trouble = mappings.trouble(key)
        target = None
        if chosen != "new":
            number = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0
            target = mappings.mapping(number, trouble.model)
    now = timezone.now()
    if target is None:
        desk.take_as_new(actor=request.actor, trouble=trouble, at=now)
        messages.success(request, _("%(record)s is taken in as a new one.") % {"record": trouble.label})
    else:
        desk.map_to(actor=request.actor, mapping=target, trouble=trouble, at=now)
        messages.success(
            request,
            _("%(record)s is the one we know. What was held back is being read.") % {"record": trouble.label},
        )
    return redirect(f"{reverse('office:mappings')}?kind={trouble.model}")


@require_POST
@page
def compare(request: PortalRequest) -> HttpResponse:
    """Compare with Odoo now."""
    Act.COMPARE_MAPPINGS.require(request.actor)
    with acting(request.actor):
        connection = queries.standing(MAIN).connection
    desk.compare_now(actor=request.actor, connection=connection, at=timezone.now())
    messages.success(request, _("The mappings are being compared with Odoo."))
    return redirect("office:mappings")
