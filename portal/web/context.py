"""What every template may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True)
class Environment:
    """An installation that is not the real one: its name, and where its mail and its writing go."""

    name: str
    addresses: int
    """How many addresses and domains mail really goes to."""
    writes_to: str
    """The host of the Odoo it writes to; empty: the sandbox on this machine."""


def environment() -> Environment | None:
    """What the banner says; None for the real portal."""
    if settings.LIVE:
        return None
    reached = len(settings.MAIL_ALLOWED) if settings.EMAIL_BACKEND == SMTP else 0
    host = "" if settings.ODOO_DB == "sandbox" else urlsplit(settings.ODOO_URL).hostname or ""
    return Environment(settings.ENVIRONMENT, reached, host)


def portal(request: HttpRequest) -> dict[str, Any]:
    """The portal's name, who acts, how he stands, and the link he came by where he has one."""
    return {
        "portal_name": settings.PORTAL_NAME,
        "environment": environment(),
        "actor": getattr(request, "actor", None),
        "standing": getattr(request, "standing", None),
        "order_link": getattr(request, "order_link", None),
    }
