"""What this storey needs from above, filled in when the apps are ready: who a user is, and how a message is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from portal.shared.act import OnceKey
from portal.shared.actor import Actor


class Keeper(Protocol):
    """Keeps a message under its key before anything is decided about it; see ``integrations.slot.once.receive``."""

    def __call__(self, actor: Actor, *, key: str, body: bytes, what: str) -> OnceKey: ...


_filled: dict[str, Any] = {}


def fill(*, actor_of: Callable[..., Actor] | None = None, keep: Keeper | None = None) -> None:
    """Called once by each app that provides something, from its ``ready()``."""
    _filled.update({name: value for name, value in (("actor_of", actor_of), ("keep", keep)) if value})


def actor_of(user: Any, credential: Any = None) -> Actor:
    """The acting value of a signed-in user, or of a machine client with its token."""
    actor: Actor = _filled["actor_of"](user, credential)
    return actor


def keep(actor: Actor, *, key: str, body: bytes, what: str) -> OnceKey:
    """Keep a message; raises ``KeyReused``."""
    kept: OnceKey = _filled["keep"](actor, key=key, body=body, what=what)
    return kept
