"""Keys made by the client, secrets of links, and the correlation id that follows one click to Odoo and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import structlog
import uuid_utils
from django.conf import settings
from django.db.models import BooleanField, F, Func, Value
from django.utils.crypto import constant_time_compare, salted_hmac
from uuid_utils.compat import uuid7

_correlation: ContextVar[str] = ContextVar("correlation", default="")
_SAFE = re.compile(r"[A-Za-z0-9._:-]{8,64}")


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): unique without asking the database, and in order of time, so indexes stay dense."""
    return uuid7()


def new_ids(count: int) -> list[str]:
    """As many at once, as text without hyphens: what thousands of rows need that no model is made for."""
    return [uuid_utils.uuid7().hex for _ in range(count)]


def among(column: str, keys: Iterable[UUID | str]) -> Func:
    """Rows whose column is one of thousands of keys, ``filter(among("pk", keys))``: ``in`` with a single parameter."""
    listed = Value(f"{{{','.join(map(str, keys))}}}")
    like = {"template": "%(expressions)s::uuid[])", "arg_joiner": " = any ("}
    return Func(F(column), listed, output_field=BooleanField(), **like)


def link_secret(purpose: str, key: object, version: int, *, secret: str = "") -> str:
    """What makes a link valid: derived, so that whoever sends it can make it again and no table has to keep it.

    Another ``version`` of the same key is another secret: counting it up kills every link sent before.
    """
    return salted_hmac(f"link:{purpose}", f"{key}:{version}", secret=secret or None, algorithm="sha256").hexdigest()[
        :40
    ]


def is_link_secret(given: str, purpose: str, key: object, version: int) -> bool:
    """Whether ``given`` is that secret, under today's key of the portal or one that is being retired."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(given, link_secret(purpose, key, version, secret=one)) for one in keys)


def correlation_id() -> str:
    """The id of the click, call or schedule that caused what happens now; a new one where nobody set it."""
    current = _correlation.get()
    if not current:
        current = new_id().hex
        _correlation.set(current)
    return current


@contextmanager
def correlated(given: str = "") -> Iterator[str]:
    """Everything inside carries one correlation id: ``given`` where it is safe to log, else a new one."""
    value = given if _SAFE.fullmatch(given) else new_id().hex
    token = _correlation.set(value)
    with structlog.contextvars.bound_contextvars(correlation_id=value):
        try:
            yield value
        finally:
            _correlation.reset(token)
