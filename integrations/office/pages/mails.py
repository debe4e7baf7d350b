"""The sent log: all mails for those who keep the post office, one's own for everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from integrations.office import sent
from integrations.office.permissions import Act
from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from portal.web import asked
from portal.web.filters import Bar, choice
from portal.web.windows import PortalRequest, page
from suppliers.actions.accounts import door
from suppliers.models import User


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """All mails, newest first."""
    Act.SEE_SENT_LOG.require(request.actor)
    filters = filters_of(request)
    states = [(state, title) for state, title in DeliveryState.choices if state != DeliveryState.SUPERSEDED]
    with acting(request.actor):
        context = {
            "page": sent.sent_log(request.actor, filters, request.GET.get("cursor", "")),
            "filters": filters,
            "bar": Bar(
                text=filters.text,
                hint=_("Name or address"),
                choices=[choice("state", _("State"), states, filters.state)],
            ),
        }
        return render(request, "office/mails.html", context)


def filters_of(request: PortalRequest) -> sent.Filters:
    """What the sent log is narrowed to."""
    state = request.GET.get("state", "")
    return sent.Filters(state=state if state in DeliveryState.values else "", text=asked.sought(request.GET))


@require_GET
@page
def mine(request: PortalRequest) -> HttpResponse:
    """What was sent to me."""
    assert isinstance(request.user, User)  # page() let him in
    with acting(door()):
        mails = sent.mine(request.user)
    with acting(request.actor):
        return render(request, "office/my_mails.html", {"mails": mails})
