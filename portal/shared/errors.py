"""What can go wrong, in words that every door translates in the same way.

A refusal (:class:`Refused` and below) is an answer to the person or program that asked: it has a stable ``code``, a
sentence, and where it applies a place in the input. A delivery failure (:class:`DeliveryFailed` and below) is about the
world outside: it decides whether a letter is tried again or waits for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing wrong at one place of the input.

    ``pointer`` is an RFC 6901 JSON pointer into the input of the act (``/lines/0/promises/1/quantity``); pages turn it
    into the name of a form field.
    """

    code: str
    message: str
    pointer: str = ""


class Refused(Exception):
    """The portal will not do this. ``code`` never changes its meaning; ``status`` is the HTTP answer of every door."""

    code = "refused"
    status = 400

    def __init__(self, message: str, *, code: str = "", faults: tuple[Fault, ...] = (), remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.faults = faults
        self.remedy = remedy


class Invalid(Refused):
    """The input breaks a rule; ``faults`` names every place, not just the first."""

    code = "invalid"
    status = 422


class NotPermitted(Refused):
    """The object is visible to the actor, the act is not his."""

    code = "not_permitted"
    status = 403


class NotFound(Refused):
    """No such object, or none the actor may know of: both are the same answer."""

    code = "not_found"
    status = 404


class WrongState(Refused):
    """The object's state does not allow the act (any more)."""

    code = "wrong_state"
    status = 409


class Stale(Refused):
    """The object changed since the actor looked at it."""

    code = "stale"
    status = 409


class KeyReused(Refused):
    """The same idempotency key came with another body."""

    code = "idempotency_key_reused"
    status = 422


class DeliveryFailed(Exception):
    """A letter did not arrive. ``code`` names the reason on the ledger; ``facts`` are what its sentence speaks of, None
    where only ``message`` is known.
    """

    code = "failed"

    def __init__(self, message: str, *, code: str = "", facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.facts = facts


class Temporary(DeliveryFailed):
    """Try again by itself, later. ``answered`` is false where the call may have taken effect all the same."""

    code = "temporary"

    def __init__(
        self, message: str, *, code: str = "", facts: Mapping[str, Any] | None = None, answered: bool = True
    ) -> None:
        super().__init__(message, code=code, facts=facts)
        self.answered = answered


class Misconfigured(DeliveryFailed):
    """Nothing will arrive until somebody changes a setting or a right on the other side."""

    code = "misconfigured"


class Permanent(DeliveryFailed):
    """This letter will never arrive as it is; a person decides."""

    code = "permanent"


@dataclass
class Faults:
    """Collects faults so that one answer can name them all.

    >>> faults = Faults(); faults.add("required", "Say a date.", "/lines/0/date"); faults.items[0].code
    'required'
    """

    items: list[Fault] = field(default_factory=list)

    def add(self, code: str, message: str, pointer: str = "") -> None:
        self.items.append(Fault(code, message, pointer))

    def refuse(self, message: str) -> None:
        """Raise :class:`Invalid` with everything collected; return when there is nothing."""
        if self.items:
            raise Invalid(message, faults=tuple(self.items))
