"""One's own account: who I am, how I sign in, where I am signed in; the language; for whom I act."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotFound, Refused, WrongState
from portal.web import asked
from portal.web.windows import PortalRequest, page
from suppliers.actions import accounts
from suppliers.actions.accounts import door
from suppliers.actions.invitations import time_zones
from suppliers.models import AddressProof, User
from suppliers.standing import ACTING_FOR, FACTORS


@require_http_methods(["GET", "HEAD", "POST"])
@page
def show(request: PortalRequest) -> HttpResponse:
    """My account; a POST keeps name, language and time zone."""
    if request.method != "POST":
        return _show(request)
    given = {name: request.POST.get(name, "") for name in ("name", "language", "time_zone")}
    try:
        person = accounts.prefer(actor=door(_me(request).name), person=_me(request), at=timezone.now(), **given)
    except Invalid as refusal:
        return _show(request, refusal, given)
    messages.success(request, _("Kept."))
    return _in_language(request, person.language, redirect("account"))


@require_POST
@page
@reauthentication_required  # type: ignore[untyped-decorator]
def address(request: PortalRequest) -> HttpResponse:
    """Begin to use another address."""
    email = request.POST.get("email", "")
    try:
        proof = accounts.ask_for_address(
            actor=door(_me(request).name), person=_me(request), email=email, at=timezone.now()
        )
    except (Invalid, WrongState) as refusal:
        return _show(request, refusal, {"email": email})
    said = _("A mail is on its way to %(email)s. Your address changes when you open the link in it.")
    messages.success(request, said % {"email": proof.email})
    return redirect("account")


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # page() let him in
    return request.user


def _show(request: PortalRequest, refusal: Refused | None = None, typed: dict[str, str] | None = None) -> HttpResponse:
    me = _me(request)
    now = timezone.now()
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    factors = list(Authenticator.objects.filter(user=me))
    context: dict[str, Any] = {
        "me": me,
        "typed": {"name": me.name, "language": me.language, "time_zone": me.time_zone, "email": "", **(typed or {})},
        "languages": settings.LANGUAGES,
        "time_zones": time_zones(),
        "factors": [factor for factor in factors if factor.type in FACTORS],
        "codes": next((one for one in factors if one.type == Authenticator.Type.RECOVERY_CODES), None),
        "sessions": sorted(UserSession.objects.filter(user=me), key=lambda one: one.created_at, reverse=True),
        "this_session": request.session.session_key,
        "refusal": refusal,
        "faults": faults,
        "fault_list": [(message, f"id_{name}") for name, message in faults.items()],
    }
    with acting(door()):
        context["asked"] = next((one for one in AddressProof.objects.filter(user=me) if one.is_open(now)), None)
    with acting(request.actor):
        return render(request, "suppliers/account.html", context, status=refusal.status if refusal else 200)


@require_POST
@page
def end_session(request: PortalRequest, key: str) -> HttpResponse:
    """Sign out somewhere else."""
    mine = UserSession.objects.filter(user=_me(request))
    session = mine.filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None
    if session is None:
        raise NotFound(_("This session has ended already."))
    sessions_adapter().end_sessions([session])
    messages.success(request, _("Signed out there."))
    return redirect("account")


@require_POST
@page
def end_other_sessions(request: PortalRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    mine = UserSession.objects.filter(user=_me(request)).exclude(session_key=request.session.session_key)
    sessions_adapter().end_sessions(list(mine))
    messages.success(request, _("Signed out everywhere else."))
    return redirect("account")


@require_GET
@page
def elsewhere(request: PortalRequest) -> HttpResponse:
    """Pages of allauth whose work is done on the account page."""
    return redirect("account")


@require_POST
@page
def acting_for(request: PortalRequest) -> HttpResponse:
    """Act for one supplier of mine, or for all of them again; then back to where the form was."""
    wanted = asked.number(request.POST, "supplier")
    standing: Any = request.standing
    if wanted in dict(standing.firms):
        request.session[ACTING_FOR] = wanted
    else:
        request.session.pop(ACTING_FOR, None)
    return asked.back(request, "home")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read on in another language: kept with the person, and on this device for when nobody is signed in."""
    wanted = request.POST.get("language", "")
    response = asked.back(request, "home")
    if wanted not in dict(settings.LANGUAGES) or not check_for_language(wanted):
        return response
    if isinstance(request.user, User):
        accounts.prefer(actor=door(request.user.name), person=request.user, language=wanted, at=timezone.now())
    return _in_language(request, wanted, response)


def _in_language(request: HttpRequest, wanted: str, response: HttpResponse) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=365 * 24 * 3600,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response
