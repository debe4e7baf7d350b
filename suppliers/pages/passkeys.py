"""Passkeys at every door: what a browser sends is anybody's text until it is proved to be one."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.translation import gettext_lazy as _

_WRONG = (
    ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error, InvalidSignature,
)  # fmt: skip
"""What the parsers of JSON, CBOR and keys raise at what is none. allauth expects two of them."""


@contextmanager
def _refusing_what_is_none() -> Iterator[None]:
    try:
        yield
    except _WRONG as error:
        raise get_adapter().validation_error("incorrect_code") from error


class CredentialField(forms.CharField):
    """What the browser's passkey answered: an object in JSON. Shown again as it was typed."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if not (text := super().to_python(value)):
            return text
        with _refusing_what_is_none():
            said = json.loads(text)
            if not isinstance(said, dict):
                raise TypeError(type(said))
        return said


class _Shown(forms.Form):
    """A passkey that opens."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        with _refusing_what_is_none():
            return super().clean_credential()  # type: ignore[misc]


class LoginPasskeyForm(_Shown, LoginWebAuthnForm):  # type: ignore[misc]
    """At the door, alone."""


class SecondPasskeyForm(_Shown, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """At the door, after a password."""


class AgainPasskeyForm(_Shown, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before what asks who it is once more."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A key that checks who holds it, and so may open the door alone: the only kind there is here."""

    credential = CredentialField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _("To tell it from others: the laptop, the phone, the key on the ring.")
        self.fields["passwordless"] = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)

    def clean_passwordless(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        with _refusing_what_is_none():
            said: dict[str, Any] = super().clean()
        return said
