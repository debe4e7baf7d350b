"""The exception desk: what waits for a person, for whom, since when, and the button that settles it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from integrations.office import exceptions
from integrations.office.actions import desk
from integrations.office.permissions import Act
from portal.shared.acting import acting
from portal.web import asked
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers.states import StaffRole


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """The desk: by default what waits for the person who looks."""
    Act.SEE_EXCEPTIONS.require(request.actor)
    filters = filters_of(request)
    with acting(request.actor):
        found = exceptions.desk(request.actor, filters, at=timezone.now(), cursor=request.GET.get("cursor", ""))
        context = {
            "desk": found,
            "page": found.page,
            "filters": filters,
            "bar": _bar(found, filters),
            "back": request.get_full_path(),
            "open": sum(found.owners.values()),
            "any_retriable": any(case.retriable for case in found.cases),
            "may_pull": Act.PULL_NOW.allows(request.actor),
            "today": timezone.localdate(),
        }
        return render(request, "office/exceptions.html", context)


@require_POST
@page
def retry(request: PortalRequest) -> HttpResponse:
    """Send the chosen letters again."""
    Act.RETRY_DELIVERY.require(request.actor)
    keys = [key for text in request.POST.getlist("letter")[: exceptions.MOST_AT_ONCE] if (key := _uuid(text))]
    with acting(request.actor):
        letters = exceptions.parked(request.actor, keys)
    done, refused = desk.retry_all(actor=request.actor, deliveries=letters, at=timezone.now())
    if done:
        words = ngettext("%(count)d letter is on its way again.", "%(count)d letters are on their way again.", done)
        messages.success(request, words % {"count": done})
    for refusal in refused[:3]:
        messages.error(request, refusal.message)
    return asked.back(request, "office:exceptions")


def _bar(found: exceptions.Desk, filters: exceptions.DeskFilters) -> Bar:
    business, technical = _("Business rejections"), _("Technical failures")
    kinds = [("business", f"{business} ({found.business})"), ("technical", f"{technical} ({found.technical})")]
    owners = [(value, f"{label} ({found.owners.get(value, 0)})") for value, label in StaffRole.choices]
    owners = [("all", _("Anybody")), ("mine", _("Me")), *owners]
    return Bar(
        text=filters.text,
        hint=_("Order, supplier, record or what is wrong"),
        chips=choice("kind", _("Kind"), kinds, filters.kind, _("Both kinds")),
        choices=[
            choice("owner", _("Who must act"), owners, filters.owner or "all", ""),
            *choice_of_rows("plant", _("Plant"), found.plants, filters.plant),
        ],
        keep={"show": "resolved" if filters.resolved else ""},
    )


def filters_of(request: PortalRequest) -> exceptions.DeskFilters:
    """What the desk is narrowed to."""
    data = request.GET
    owner, kind = data.get("owner", "mine"), data.get("kind", "")
    return exceptions.DeskFilters(
        owner=owner if owner in ("mine", *StaffRole.values) else "",
        kind=kind if kind in ("business", "technical") else "",
        plant=asked.number(data, "plant"),
        text=asked.sought(data),
        resolved=data.get("show") == "resolved",
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
