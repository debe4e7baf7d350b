"""Where sessions are kept: Django's own table."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Django's, which every request asks first: it is read by a statement that need not be composed each time."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select session_data from django_session where session_key = %s and expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None  # a key that is not ours is never taken over
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
