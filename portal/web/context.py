"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """The portal's name, who acts, how he stands, and the link he came by where he has one."""
    return {
        "portal_name": settings.PORTAL_NAME,
        "embedded": not settings.PRODUCTION,
        "actor": getattr(request, "actor", None),
        "standing": getattr(request, "standing", None),
        "order_link": getattr(request, "order_link", None),
    }
