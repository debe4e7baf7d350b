"""Is the portal alive, and the pages of what went wrong: none of them reads what the wall guards."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.shared.identifiers import correlation_id
from portal.web import problems


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
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, 413, "too_large", _("Too large"), _("What was sent is too large for this page."))
    text = _("The address or the form sent was not complete.")
    return _answer(request, 400, "malformed", _("That was not understood"), text)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    text = _("Your roles do not include this. Ask an administrator for access.")
    return _answer(request, 403, "not_permitted", _("Not allowed"), text)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    text = _("There is no such page, or it is not yours to see.")
    return _answer(request, 404, "not_found", _("Not found"), text)


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Whoever sends a form whose session is over signs in again and comes back to the page he was on."""
    text = _("You were signed out, or the page was open for too long. Sign in, and you are back where you were.")
    came_from = urlsplit(request.headers.get("Referer", ""))
    page = came_from.path if came_from.netloc == request.get_host() else "/"
    back = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"
    title = _("This form has expired")
    return _answer(request, 403, "form_expired", title, text, way_out=(back, _("Sign in")))


def server_error(request: HttpRequest) -> HttpResponse:
    text = _("The fault is on our side and has been recorded. Nothing you sent was half done.")
    return _answer(request, 500, "server_error", _("Something broke"), text)


def _answer(
    request: HttpRequest, status: int, code: str, title: str, text: str, *, way_out: tuple[str, str] | None = None
) -> HttpResponse:
    """A page, or under the API's address a problem document.

    Rendered without context processors: after a fault not even the session can be trusted to answer.
    """
    if request.path.startswith(problems.PREFIX):
        return JsonResponse(problems.document(status, code, text), status=status, content_type=problems.MEDIA_TYPE)
    address, words = way_out or ("/", _("To the start page"))
    context = {"status": status, "title": title, "text": text, "correlation_id": correlation_id()}
    page = render_to_string("errors/error.html", {**context, "address": address, "words": words})
    return HttpResponse(page, status=status)
