"""How the world is changed: one named function per act, the same one behind every door.

``@act`` gives a function its durable transaction, the role at the wall, the permission check, the audit row, the once
key and the rehearsal. The permission sits inside and no flag skips it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from django.db import models, transaction
from django.utils import timezone

from portal.shared import audit
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.ownership import EVERYWHERE, Permission

P = ParamSpec("P")
R = TypeVar("R", bound=models.Model | None)


class OnceKey(Protocol):
    """The kept key of one message; the letter slot makes them. See ``integrations.slot.once``."""

    def lock(self) -> models.Model | None:
        """Lock the kept row inside the act's transaction; return the earlier result where it is already done."""

    def settle(self, result: models.Model | None) -> None:
        """Mark the row done, with the result's key, in the same transaction."""


class Act(Generic[P, R]):
    """A function that changes the world. Call it with keywords; ``actor`` is always one of them."""

    def __init__(self, function: Callable[P, R], permission: Permission, about: str | None, within: str | None) -> None:
        self.function = function
        self.permission = permission
        self.about = about
        self.within = within
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._run(None, False, *args, **kwargs)

    def once(self, key: OnceKey) -> Callable[P, R]:
        """The same act, at most once for this key: a replay returns the first result and changes nothing."""

        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            return self._run(key, False, *args, **kwargs)

        return run

    def rehearse(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The same act, rolled back at its end: the same refusals and the same result, no change and no letter."""
        return self._run(None, True, *args, **kwargs)

    def _run(self, key: OnceKey | None, rehearsal: bool, *args: Any, **kwargs: Any) -> R:
        actor: Actor = kwargs["actor"]
        deed = audit.Deed(self.permission.name.lower(), actor, kwargs.get("at") or timezone.now(), rehearsal)
        with acting(actor, write=True), audit.doing(deed):
            subject = kwargs[self.about] if self.about else None
            if isinstance(subject, models.Model) and subject._state.adding:  # noqa: SLF001 (documented by Django)
                # Whose it is would be whatever the caller wrote into it.
                raise TypeError(f"{self.function.__name__} is about a row that was never read from the database.")
            place = (kwargs.get(self.within) or EVERYWHERE) if self.within else subject
            self.permission.require(actor, place)
            done = key.lock() if key else None
            if done is not None:
                return done  # type: ignore[return-value]
            result = self.function(*args, **kwargs)
            audit.write_entry(deed, subject if isinstance(subject, models.Model) else result)
            if key:
                key.settle(result)
            if rehearsal:
                transaction.set_rollback(True)
        return result


def act(
    permission: Permission, *, about: str | None = None, within: str | None = None
) -> Callable[[Callable[P, R]], Act[P, R]]:
    """Mark an act. ``about`` names the keyword that holds the object: permission is asked and audit filed there.

    Without ``about`` the act makes a new object, which it returns. ``within`` then names the keyword that holds the
    plant or supplier it will belong to; nothing there means everywhere, and asks for the role at every plant.
    """

    def mark(function: Callable[P, R]) -> Act[P, R]:
        return Act(function, permission, about, within)

    return mark
