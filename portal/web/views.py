"""Is the portal alive, and the pages of what went wrong: none of them reads what the wall guards."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.shared.identifiers import correlation_id


@never_cache
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database: a balancer may send people here."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 400, _("That was not understood"), _("The address or the form sent was not complete."))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 403, _("Not allowed"), _("Your roles do not include this. Ask an administrator for access."))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 404, _("Not found"), _("There is no such page, or it is not yours to see."))


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _("The page was open for too long. Go back, load it again, and send once more.")
    return _page(request, 403, _("This form has expired"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    text = _("The fault is on our side and has been recorded. Nothing you sent was half done.")
    return _page(request, 500, _("Something broke"), text)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """Rendered without context processors: after a fault not even the session can be trusted to answer."""
    context = {"status": status, "title": title, "text": text, "correlation_id": correlation_id()}
    return HttpResponse(render_to_string("errors/error.html", context), status=status)
