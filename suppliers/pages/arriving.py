"""The pages behind the links in mails: an invitation, and an address to confirm.

Looking changes nothing, so that programs which open links before people do cannot use them up; only a press of the
button counts. Nobody has to be signed in.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, NotFound, NotPermitted, Refused, WrongState
from portal.web.windows import open_page
from suppliers.actions import accounts, invitations
from suppliers.actions.accounts import door
from suppliers.actions.invitations import time_zones
from suppliers.models import Invitation, User
from suppliers.queries.arriving import invitation_behind, invited_to, proof_behind
from suppliers.states import Role, StaffRole

FIELDS = ("name", "language", "time_zone")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def invitation(request: HttpRequest, key: UUID, secret: str) -> HttpResponse:
    """Look at an invitation; a POST accepts it."""
    row = _invitation(request, key, secret)
    if request.method != "POST":
        return _show(request, row)
    person = request.user if isinstance(request.user, User) else None
    known = person is not None and person.email == row.email
    by_password = not known and request.POST.get("by") != "passkey"
    given = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        if by_password and not request.POST.get("password"):
            raise _missing_password()
        user = invitations.accept(
            actor=door(given["name"] or row.name),
            invitation=row,
            secret=secret,
            person=person,
            password=request.POST.get("password", "") if by_password else "",
            at=timezone.now(),
            **({} if known else given),
        )
    except Invalid as refusal:
        return _show(request, row, refusal, given)
    except NotPermitted as refusal:
        return _show(request, row, refusal)
    if known:
        return redirect("home")
    return _come_in(request, user, by_password)


def _come_in(request: HttpRequest, user: User, by_password: bool) -> HttpResponse:
    """Sign in whoever just made his account: the link proved the address, and the password was typed a moment ago."""
    user.backend = settings.AUTHENTICATION_BACKENDS[0]
    record_authentication(request, user, method="invitation", reauthenticated=True)
    where = reverse("home" if by_password else "mfa_add_webauthn")
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=where))
    return response


def _missing_password() -> Invalid:
    message = _("Choose a password, or a passkey instead.")
    return Invalid(_("Your account cannot be made like this."), faults=(Fault("password", message, "/password"),))


@never_cache
@require_POST
@open_page
def correct_address(request: HttpRequest, key: UUID, secret: str) -> HttpResponse:
    """The invitation came to the wrong address of mine: send it to the right one."""
    row = _invitation(request, key, secret)
    email = request.POST.get("email", "")
    try:
        proof = accounts.correct_address(
            actor=door(row.name), invitation=row, secret=secret, email=email, at=timezone.now()
        )
    except (Invalid, WrongState) as refusal:
        return _show(request, row, refusal, {"email": email})
    return render(request, "suppliers/address_asked.html", {"email": proof.email})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def prove_address(request: HttpRequest, key: UUID, secret: str) -> HttpResponse:
    """Look at an address to confirm; a POST confirms it."""
    with acting(door()):
        proof = proof_behind(key)
    if proof is None:
        raise NotFound(
            _("This link confirms no address."), code="link_unknown", remedy=_("Copy the whole link from the mail.")
        )
    accounts.open_proof(proof, secret, timezone.now())
    name = proof.user.name if proof.user else proof.invitation.name if proof.invitation else ""
    _speak(request, proof.user.language if proof.user else proof.invitation.language if proof.invitation else "en")
    if request.method != "POST":
        return render(request, "suppliers/prove_address.html", {"proof": proof, "name": name})
    proved = accounts.prove_address(actor=door(name), proof=proof, secret=secret, at=timezone.now())
    if proved.invitation is not None:
        return redirect("invitation", proved.invitation.pk, proved.invitation.secret)
    return render(request, "suppliers/address_proved.html", {"proof": proved})


def _invitation(request: HttpRequest, key: UUID, secret: str) -> Invitation:
    with acting(door()):
        row = invitation_behind(key)
    if row is None:
        row = Invitation(pk=key, version=0)  # known or not, a wrong link is answered alike
    _speak(request, row.language)
    return invitations.open_invitation(row, secret, timezone.now())


def _speak(request: HttpRequest, language: str) -> None:
    """Nobody said on this device what he reads: then it is what the mail was written in."""
    if not request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


def _show(
    request: HttpRequest, row: Invitation, refusal: Refused | None = None, typed: dict[str, Any] | None = None
) -> HttpResponse:
    person = request.user if isinstance(request.user, User) else None
    with acting(door()):
        known, plants = invited_to(row)
    names = dict(Role.choices) if row.supplier_id else dict(StaffRole.choices)
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    typed = {"name": row.name, "language": row.language, "time_zone": "Europe/Berlin", "email": "", **(typed or {})}
    context = {
        "invitation": row,
        "roles": [names[role] for role in row.roles if role in names],
        "plants": plants,
        "known": known,
        "as_invited": person is not None and person.email == row.email,
        "other": person if person is not None and person.email != row.email else None,
        "here": request.path,
        "typed": typed,
        "time_zones": time_zones(),
        "refusal": refusal,
        "faults": faults,
        "fault_list": [(message, f"id_{name}") for name, message in faults.items()],
        "correct_url": reverse("correct_address", args=[row.pk, row.secret]),
    }
    return render(request, "suppliers/invitation.html", context, status=refusal.status if refusal else 200)
