"""How a page meets the wall: who may come in, and refusals as answers instead of failures."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.shared.actor import ActorKind
from portal.shared.errors import Fault, Invalid, NotFound, NotPermitted, Refused

if TYPE_CHECKING:
    from portal.shared.actor import Actor

P = ParamSpec("P")


class PortalRequest(HttpRequest):
    """A request as our middleware leaves it; pages are typed with it."""

    actor: Actor
    standing: object
    order_link: Any
    htmx: object


View = Callable[Concatenate[PortalRequest, P], HttpResponse]


def page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for people who are signed in, or who hold a link to what it shows.

    A refusal that the view does not handle itself becomes an error page. Reads go into ``with acting(request.actor):``
    with the response rendered inside it; acts are called outside.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            _refuse_nul(request)
            response = view(cast(PortalRequest, request), *args, **kwargs)
        except Refused as refusal:
            return refused(request, refusal)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @wraps(view)
    def answered(request: PortalRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.actor.kind is ActorKind.LINK:  # nobody who could sign in; what he may is asked like everybody's
            return guarded(request, *args, **kwargs)
        return login_required(guarded)(request, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], answered)


def open_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for whoever holds its address. Refusals become error pages, as in :func:`page`."""

    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            _refuse_nul(request)
            response = view(request, *args, **kwargs)
        except Refused as refusal:
            return refused(request, refusal)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], answered)


def _refuse_nul(request: HttpRequest) -> None:
    """PostgreSQL keeps no NUL character in text, and no keyboard has one."""
    for data in (request.GET, request.POST):
        for name, values in data.lists():
            if any("\0" in text for text in (name, *values) if isinstance(text, str)):
                message = _("“%(field)s” holds a character that cannot be kept.") % {"field": name.replace("\0", "")}
                raise Invalid(message, faults=(Fault("nul", message, f"/{name}"),))


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The error page of a refusal: what happened, and what to do."""
    titles = {NotFound: _("Not found"), NotPermitted: _("Not allowed")}
    context = {"title": titles.get(type(refusal), _("That did not work")), "refusal": refusal}
    return render(request, "errors/refused.html", context, status=refusal.status)
