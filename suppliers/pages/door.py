"""How allauth behaves here: by invitation only, its mails leave through the outbox, its secrets are locked away."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any, NoReturn

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suppliers.actions import accounts
from suppliers.models import User
from suppliers.standing import FACTORS, standing_of

KNOWN_DEVICE = "known_device"
YEAR = 365 * 24 * 3600
LOCKED = "locked:"
SHOWN_AT_THE_DOOR = ("password", "mfa")
"""What allauth calls a password that was typed, and a passkey or code that was shown."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation, never by whoever finds the page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: every mail leaves through the outbox, from an act of ours."""

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        where = {"ip": self.get_client_ip(self.request), "agent": self.get_http_user_agent(self.request)[:200]}
        accounts.tell(actor=accounts.door(user.name), person=user, what=template_prefix, where=where, at=timezone.now())
        if template_prefix == "account/email/password_reset":
            # Whoever got here reads the mail of this account: the failures of others stop counting against him.
            self._delete_login_attempts_cached_email(self.request, email=user.email)

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """Somebody whose access has ended everywhere is told so; where he knows the password, and nowhere else."""
        if user.kind == "machine" or standing_of(user, timezone.now()).gone:
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **how)  # type: ignore[no-any-return]

    def is_reauthentication_required(self, *, app: str, **how: Any) -> bool:
        """Not of whoever signed in a moment ago: he would type the same password twice.

        A link from his mail, and his organisation's word, do not count: neither shows who sits there now.
        """
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, self.request.user)
        if any(record["method"] in SHOWN_AT_THE_DOOR and record["at"] > since for record in records):
            return False
        return super().is_reauthentication_required(app=app, **how)  # type: ignore[no-any-return]

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """Remember the browser: what others get wrong from elsewhere does not lock it out."""
        response: HttpResponse = super().post_login(request, user, **how)
        response.set_signed_cookie(
            KNOWN_DEVICE,
            f"{user.pk}:{secrets.token_hex(8)}",
            salt=KNOWN_DEVICE,
            max_age=YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted for an address among strangers, and for each browser that signed in with it before."""
        email = str(credentials.get("email", "")).lower()
        device = request.get_signed_cookie(KNOWN_DEVICE, default="", salt=KNOWN_DEVICE, max_age=YEAR)
        if device and User.objects.filter(pk=device.partition(":")[0], email=email).exists():
            return f"{email}:{device}"
        return f"{email}:strangers"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Staff come in by their organisation's own sign-in. It finds people who are enrolled, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Link to the member of staff whose address the other side vouches for; turn everybody else away."""
        if sociallogin.state.get("process") == "connect":
            self._turn_away(request, _("Sign out, and sign in again by your organisation."))
        if sociallogin.is_existing:
            person = sociallogin.user
        else:
            vouched = [one.email.lower() for one in sociallogin.email_addresses if one.verified]
            person = User.objects.filter(email__in=vouched, kind="staff").first()
        if person is None or person.kind != "staff" or not person.is_active:
            self._turn_away(request, _("Nobody on the staff is enrolled with this address. Ask an administrator."))
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)

    def _turn_away(self, request: HttpRequest, reason: Any) -> NoReturn:
        page = render(request, "socialaccount/authentication_error.html", {"reason": reason}, status=403)
        raise ImmediateHttpResponse(page)


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc]
    """Takes the same way whether anybody signs in with the address or not."""

    def save(self, request: HttpRequest, **_how: Any) -> str:
        email: str = self.cleaned_data["email"]
        accounts.ask_for_reset(actor=accounts.door(), email=email, at=timezone.now())
        return email


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps are kept encrypted; the last factor stays where one is required."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = authenticator.user
        others = Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return standing_of(user, timezone.now()).factor_from is None or others.exists()

    def _get_site_name(self) -> str:
        return str(settings.PORTAL_NAME)

    def encrypt(self, text: str) -> str:
        return LOCKED + _safe().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        if not encrypted_text.startswith(LOCKED):
            return encrypted_text  # kept before they were locked away
        try:
            return _safe().decrypt(encrypted_text.removeprefix(LOCKED).encode()).decode()
        except InvalidToken:
            return ""  # made under a key that is gone: no code fits it any more


def _safe() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"factors:{key}".encode()).digest())) for key in keys]
    )
