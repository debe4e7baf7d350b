"""The ledger: every exchange with the outside, with what was sent and what came back."""

from __future__ import annotations

from collections.abc import Iterable

from integrations.slot.models import Exchange

SECRET_WORDS = ("password", "secret", "token", "api_key", "authorization")


def record(exchanges: Iterable[Exchange]) -> None:
    """Write exchanges, in the transaction that settles what they were for."""
    Exchange.objects.bulk_create(exchanges)


def redacted(value: object) -> object:
    """The same JSON with everything that names a secret struck out: the ledger is read by people."""
    if isinstance(value, dict):
        return {
            key: "•••" if any(word in str(key).lower() for word in SECRET_WORDS) else redacted(inner)
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redacted(inner) for inner in value]
    return value
