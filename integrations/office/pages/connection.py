"""The connection to Odoo: how far it was read, what could not be taken in, and who must act."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from integrations.office import queries
from integrations.office.actions import desk
from integrations.office.models import Connection
from integrations.office.permissions import Act
from integrations.office.routes import MAIN
from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from portal.web.windows import PortalRequest, page


@require_GET
@page
def show(request: PortalRequest) -> HttpResponse:
    """How the connection stands."""
    Act.SEE_LEDGER.require(request.actor)
    with acting(request.actor):
        standing = queries.standing(MAIN)
        context = {
            "standing": standing,
            "letters": [(DeliveryState(state).label, count) for state, count in sorted(standing.letters.items())],
            "may_pause": Act.PAUSE_CONNECTION.allows(request.actor),
            "may_pull": Act.PULL_NOW.allows(request.actor),
        }
        return render(request, "office/connection.html", context)


@require_POST
@page
def pause(request: PortalRequest) -> HttpResponse:
    """Stop sending and reading."""
    return _do(request, desk.pause, _("The connection is paused. Letters wait until you resume it."))


@require_POST
@page
def resume(request: PortalRequest) -> HttpResponse:
    """Send and read again."""
    return _do(request, desk.resume, _("The connection works again."))


@require_POST
@page
def pull_now(request: PortalRequest) -> HttpResponse:
    """Wake the reader."""
    return _do(request, desk.pull_now, _("Odoo is being read. New orders appear in a few seconds."))


def _do(request: PortalRequest, act: Callable[..., Connection], done: str) -> HttpResponse:
    Act.SEE_LEDGER.require(request.actor)
    with acting(request.actor):
        connection = queries.standing(MAIN).connection
    act(actor=request.actor, connection=connection, at=timezone.now())
    messages.success(request, done)
    return redirect("office:connection")
