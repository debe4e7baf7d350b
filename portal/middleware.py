"""What surrounds every request: the correlation id, who acts, and refusals as answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.shared.actor import NOBODY
from portal.shared.errors import NotPermitted
from portal.shared.identifiers import correlated
from portal.web.windows import refused
from suppliers.actions.links import Holder
from suppliers.models import User
from suppliers.pages import by_mail
from suppliers.standing import ACTING_FOR, standing_of

Handler = Callable[[HttpRequest], HttpResponse]
ON_THE_WAY_TO_A_FACTOR = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_logout",
    "language",
    "live",
    "ready",
}
"""What somebody may open who has yet to set up the second factor that is required of him."""


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


class SlashMiddleware(CommonMiddleware):
    """Pages without their last slash are redirected; the API is served without it as with it.

    A redirect turns a POST into a GET in most clients: a notice would be lost behind an answer of 200.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        if request.path_info.startswith("/api/") and self.should_redirect_with_slash(request):
            request.path_info += "/"
            request.path += "/"
        return super().process_request(request)


class ActorMiddleware:
    """``request.actor`` for the pages, how the person stands, and his language and time zone.

    Near the order that somebody opened from an e-mail he is the holder of that link, whoever else is signed in.

    Whoever owes a second factor holds nothing until he has one, whatever the address: pages lead him to set one up, and
    the API says so.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.standing, request.held_up = NOBODY, None, None  # type: ignore[attr-defined]
        request.order_link = None  # type: ignore[attr-defined]
        user = request.user = get_user(request)  # itself, not the promise of it: acts want rows
        holder = by_mail.holder_of(request, timezone.now())
        if holder is not None and not (holder.refusal and isinstance(user, User)):
            self._meet_holder(request, holder)
        elif isinstance(user, User):
            self._meet(request, user)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def _meet_holder(self, request: HttpRequest, holder: Holder) -> None:
        request.user = AnonymousUser()
        request.actor, request.order_link = holder.actor, holder.link  # type: ignore[attr-defined]
        request.held_up = holder.refusal  # type: ignore[attr-defined]
        if holder.addressee is not None:
            by_mail.speak(request, holder.addressee)

    def _meet(self, request: HttpRequest, user: User) -> None:
        standing = standing_of(user, timezone.now()).acting_for(request.session.get(ACTING_FOR))
        if standing.gone:
            logout(request)
            return
        with suppress(LookupError, ValueError, OSError):  # a zone that this machine does not know: UTC
            timezone.activate(ZoneInfo(user.time_zone))
        translation.activate(user.language)  # wins over the cookie, which is for people who are not signed in
        request.LANGUAGE_CODE = translation.get_language()
        request.standing = standing  # type: ignore[attr-defined]
        if standing.owes_factor:
            request.actor = replace(standing.actor, grants=frozenset())  # type: ignore[attr-defined]
            request.held_up = NotPermitted(  # type: ignore[attr-defined]
                _("A second factor is required of you."),
                code="second_factor_required",
                remedy=_("Sign in to the pages and set one up."),
            )
        else:
            request.actor = standing.actor  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view: Handler, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead whoever owes a factor to where he sets one up, and tell the holder of a dead link why it is one.

        The API answers for itself.
        """
        if request.held_up is None or request.path.startswith("/api/"):  # type: ignore[attr-defined]
            return None
        if request.order_link is not None:  # type: ignore[attr-defined]
            return by_mail.leave_behind(refused(request, request.held_up), request.order_link)  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        return None if name in ON_THE_WAY_TO_A_FACTOR else redirect("mfa_index")
