"""Answering from the e-mail: the page behind the link, and the session that one press of its button opens.

Looking changes nothing: scanners and previews may open the link as often as they like. The button's press counts as the
first look at the order and sets a signed cookie that browsers send to that order's addresses alone. It names link and
version, is no account's session, and every request asks again whether the link still opens its order.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.shared.acting import acting
from portal.web.windows import PortalRequest, open_page, page
from suppliers.actions.links import Holder, find, unknown_link
from suppliers.actions.orders import open_order
from suppliers.models import OrderLink, User
from suppliers.queries.orders import find_order
from suppliers.standing import Recipient

COOKIE = "order_link"
SALT = "suppliers.order_link"
SESSION = dt.timedelta(hours=12)
GUESSES = "30/m/ip"
"""Links that open nothing, from one network address, before it is told to wait."""
_NEAR_AN_ORDER = re.compile(r"/orders/([0-9a-f-]{36})/")


def quietly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Nobody is told the address of the page, which holds the secret.

    ``no-referrer`` would do that too, but then browsers do not say where our own form comes from, which its protection
    asks; so the name of the portal may be told, and nothing behind it.
    """

    @wraps(view)
    def told(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return told


@quietly
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def open_link(request: HttpRequest, key: UUID, secret: str) -> HttpResponse:
    """What the link is for; a POST opens the order. Who has an account finds the order by an old link, too."""
    holder = find(key, timezone.now())
    if holder is not None and (account := _by_account(request, holder, secret)):
        return account
    if holder is None or not holder.link.is_opened_by(secret):
        if not ratelimit.consume(request, app="suppliers", action="link", config={"link": GUESSES}, limit_get=True):
            busy: HttpResponse = ratelimit.respond_429(request)
            return busy
        raise unknown_link()
    if holder.addressee is not None and not request.user.is_authenticated:
        speak(request, holder.addressee)
    if holder.refusal is not None:
        raise holder.refusal
    link = holder.link
    person = request.user if isinstance(request.user, User) else None
    if request.method != "POST":
        context = {
            "link": link,
            "order": link.order,
            "other": person if person and person.email != link.email else None,
        }
        return render(request, "suppliers/by_mail.html", context)
    there = redirect(_goal(request, link))
    if person is not None and person.email == link.email:
        return there  # he is signed in: the link opens nothing that is not his already
    open_order(actor=holder.actor, order=link.order, at=timezone.now())
    there.set_cookie(
        COOKIE,
        signing.TimestampSigner(salt=SALT).sign(f"{link.pk}:{link.version}"),
        max_age=SESSION,
        path=_place(link),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return there


def _by_account(request: HttpRequest, holder: Holder, secret: str) -> HttpResponse | None:
    """Where the link opens nothing any more: on to the order for its addressee, who signs in on the way."""
    link, addressee = holder.link, holder.addressee
    good = holder.refusal is None and link.is_opened_by(secret)
    if good or addressee is None or not addressee.has_account or not link.was_opened_by(secret):
        return None
    if isinstance(request.user, User):
        return redirect(_goal(request, link)) if request.user.email == link.email else None
    speak(request, addressee)
    said = holder.refusal.message if holder.refusal else _("A newer mail replaced this link.")
    messages.info(request, _("%(why)s Sign in, and the order opens.") % {"why": said})
    return redirect(_goal(request, link))


@require_POST
@page
def leave(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Close the order again on this device. The link itself stays good."""
    link: OrderLink | None = request.order_link
    if link is None:
        with acting(request.actor):
            return redirect("order", find_order(request.actor, order_id).pk)
    return leave_behind(render(request, "suppliers/by_mail_left.html", {"order": link.order}), link)


def holder_of(request: HttpRequest, at: dt.datetime) -> Holder | None:
    """Who came with the cookie of a link to the order that this address is about; None: nobody did."""
    near = _NEAR_AN_ORDER.match(request.path_info)
    if near is None or COOKIE not in request.COOKIES:
        return None
    try:
        said = signing.TimestampSigner(salt=SALT).unsign(request.COOKIES[COOKIE], max_age=SESSION)
    except signing.BadSignature:
        return None
    key, _colon, version = said.partition(":")
    holder = find(UUID(key), at)
    if holder is None or str(holder.link.version) != version or str(holder.link.order_id) != near[1]:
        return None
    return holder


def leave_behind(response: HttpResponse, link: OrderLink) -> HttpResponse:
    """The answer takes the cookie away."""
    response.delete_cookie(COOKIE, path=_place(link), samesite="Strict")
    return response


def speak(request: HttpRequest, addressee: Recipient) -> None:
    """In the addressee's language and time zone, unless somebody chose a language on this device."""
    with suppress(LookupError, ValueError, OSError):
        timezone.activate(ZoneInfo(addressee.time_zone))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(addressee.language)
        request.LANGUAGE_CODE = translation.get_language()


def _goal(request: HttpRequest, link: OrderLink) -> str:
    """What the mail was about: one of the order's change requests, or the order."""
    with suppress(ValueError):
        return reverse("change", args=[link.order_id, UUID(request.GET.get("change", ""))])
    return _place(link)


def _place(link: OrderLink) -> str:
    return reverse("order", args=[link.order_id])
