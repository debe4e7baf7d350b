"""What surrounds every request: the correlation id, who acts, and refusals as answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from portal.shared.actor import NOBODY, Actor
from portal.shared.identifiers import correlated
from portal.web.registry import actor_of
from suppliers.models import User

Handler = Callable[[HttpRequest], HttpResponse]


class CorrelationMiddleware:
    """One id from the click to Odoo and back: taken from ``X-Correlation-ID``, answered, logged, kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with correlated(request.headers.get("X-Correlation-ID", "")) as value:
            response = self.get_response(request)
            response["X-Correlation-ID"] = value
        return response


class FilesHostMiddleware:
    """Where files have a host of their own, it serves their bytes and nothing else, and nobody else serves them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.FILES_URL:
            there = request.get_host() == urlsplit(settings.FILES_URL).netloc
            match = None
            with suppress(Resolver404):
                match = resolve(request.path_info)
            if there != (match is not None and match.view_name == "files:serve"):
                return HttpResponseNotFound()
        return self.get_response(request)


class ActorMiddleware:
    """``request.actor`` for the pages, and the person's language and time zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        user = request.user
        if isinstance(user, User):
            with suppress(LookupError, ValueError, OSError):  # a zone that this machine does not know: UTC
                timezone.activate(ZoneInfo(user.time_zone))
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:  # what he chose on this device comes first
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user) if isinstance(request.user, User) else NOBODY
