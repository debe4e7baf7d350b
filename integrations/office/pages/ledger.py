"""The ledger: every letter, its story, and the path of an order."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from integrations.office import queries
from integrations.office.actions import desk
from integrations.office.permissions import Act, may_retry
from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from portal.web import asked
from portal.web.filters import Bar, choice
from portal.web.windows import PortalRequest, page


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """All letters, newest first."""
    Act.SEE_LEDGER.require(request.actor)
    filters = filters_of(request)
    with acting(request.actor):
        context = {
            "page": queries.ledger(request.actor, filters, request.GET.get("cursor", "")),
            "filters": filters,
            "bar": Bar(
                text=filters.text,
                hint=_("Order or supplier"),
                choices=[choice("state", _("State"), DeliveryState.choices, filters.state)],
            ),
            "may_see_mails": Act.SEE_SENT_LOG.allows(request.actor),
            "waiting_for_people": queries.waiting_for_people(request.actor),
        }
        return render(request, "office/ledger.html", context)


def filters_of(request: PortalRequest) -> queries.LedgerFilters:
    """What the ledger is narrowed to."""
    state = request.GET.get("state", "")
    return queries.LedgerFilters(state=state if state in DeliveryState.values else "", text=asked.sought(request.GET))


@require_GET
@page
def detail(request: PortalRequest, key: UUID) -> HttpResponse:
    """One letter: what was sent, what came back, and what comes next."""
    Act.SEE_LEDGER.require(request.actor)
    with acting(request.actor):
        story = queries.story(request.actor, key)
        context = {
            "story": story,
            "delivery": story.delivery,
            "may_retry": story.delivery.state == DeliveryState.NEEDS_PERSON
            and may_retry(request.actor, story.delivery.owner),
        }
        return render(request, "office/delivery.html", context)


@require_POST
@page
def retry(request: PortalRequest, key: UUID) -> HttpResponse:
    """Send a letter again."""
    Act.SEE_LEDGER.require(request.actor)
    with acting(request.actor):
        letter = queries.delivery(request.actor, key)
    desk.retry(actor=request.actor, delivery=letter, at=timezone.now())
    messages.success(request, _("The letter is on its way again."))
    return redirect("office:delivery", key=key)


@require_GET
@page
def order_path(request: PortalRequest, key: UUID) -> HttpResponse:
    """One order between the portal and Odoo."""
    Act.SEE_LEDGER.require(request.actor)
    with acting(request.actor):
        context = {
            "path": queries.order_path(request.actor, key),
            "may_see_mails": Act.SEE_SENT_LOG.allows(request.actor),
        }
        return render(request, "office/order_path.html", context)
