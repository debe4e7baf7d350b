"""How much one API client may ask for."""

from __future__ import annotations

from django.core.cache import caches
from rest_framework.throttling import UserRateThrottle


class ClientThrottle(UserRateThrottle):
    """So many requests of one client; each process counts for itself."""

    cache = caches["process"]
