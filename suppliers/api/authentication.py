"""Machine clients: ``Authorization: Bearer <token>``; only the token's hash is kept."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from suppliers.models import ApiToken, User


def digest(secret: str) -> str:
    """What is stored of a token. Tokens are 256 random bits, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """Bearer tokens that expire and can be revoked."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Send one token: Authorization: Bearer <token>.")
        token = (
            ApiToken.objects.select_related("user")
            .filter(
                Q(supplier=None) | Q(supplier__active=True),
                digest=digest(words[1].decode("latin-1")),
                revoked_at=None,
                user__is_active=True,
            )
            .first()
        )
        if token is None:
            raise AuthenticationFailed("This token is unknown or revoked.")
        if token.expires_at <= timezone.now():
            raise AuthenticationFailed("This token has expired.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
