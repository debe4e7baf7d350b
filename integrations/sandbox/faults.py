"""Trouble on order: what a test or a person asks Odoo to do wrong, and the record of every call it received.

Faults live in memory only. Restarting the sandbox heals it, as restarting Odoo would.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from integrations.sandbox import words
from integrations.sandbox.methods import READ_ONLY
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import clock

KINDS: Mapping[str, str] = {
    "down": "Odoo is away: a proxy answers 502 with a page of HTML, nothing is carried out",
    "close": "the connection is closed without an answer, nothing is carried out",
    "slow": "the call is carried out at once, its answer comes `seconds` later",
    "late": "the call is carried out only after `seconds`, even if the client has given up by then",
    "lose": "the call is carried out and committed, then the connection is closed without an answer",
    "garbage": "HTTP 200 with something that is not JSON; carried out before if `commit` is set",
    "serialization": "the transaction loses against another one (a `load` says so in its messages)",
    "access": "the call is refused with AccessError",
    "refuse": "the call is refused with UserError and `message`",
}
LOG_LENGTH = 5000
LONGEST_WAIT = 600
_CHECKS: Mapping[str, words.Check] = {
    "kind": words.among(KINDS, "fault"),
    "model": words.among(MODELS, "model", empty=True),
    "method": words.text(100),
    "record": words.whole(),
    "login": words.text(200),
    "writes_only": words.flag,
    "times": words.whole(1, 1_000_000),
    "seconds": words.number(0, LONGEST_WAIT),
    "commit": words.flag,
    "message": words.text(),
}


def checked(said: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a new fault, or a sentence about what is wrong with them."""
    return words.checked(said, _CHECKS, ("kind",))


@dataclass
class Fault:
    """One kind of trouble, for the calls that match, as many times as asked for."""

    kind: str
    model: str = ""
    method: str = ""
    record: int | None = None
    login: str = ""
    writes_only: bool = False
    times: int | None = None
    seconds: float = 0.0
    commit: bool = False
    message: str = "The sandbox was told to refuse this."
    id: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known: {', '.join(KINDS)}")

    @property
    def total(self) -> bool:
        """Whether it hits every request, also those that are no call of a model."""
        return self.kind in ("down", "close", "slow", "garbage") and not (
            self.model or self.method or self.login or self.writes_only or self.record
        )


@dataclass(frozen=True)
class Call:
    """What a request asks for, as far as faults and the log care."""

    model: str
    method: str
    login: str = ""
    arguments: Sequence[Any] = ()
    at: str = field(default_factory=clock)

    @property
    def ids(self) -> list[int]:
        """The record ids that the call names: its first argument, or a loaded ``.id`` column."""
        first = self.arguments[0] if self.arguments else None
        if self.method == "load" and len(self.arguments) > 1 and isinstance(first, list) and ".id" in first:
            column = first.index(".id")
            rows = self.arguments[1] if isinstance(self.arguments[1], list) else []
            cells = [str(row[column] or "") for row in rows if isinstance(row, list) and len(row) > column]
            return [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 20]
        if isinstance(first, int) and not isinstance(first, bool):
            return [first]
        return [item for item in first if isinstance(item, int)] if isinstance(first, list) else []

    @property
    def digest(self) -> str:
        """Equal for equal arguments: a test sees a repeat without keeping what was sent."""
        text = json.dumps(self.arguments, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, **said: Any) -> Fault:
        fault = Fault(**said)
        with self._lock:
            fault.id = next(self._ids)
            self._faults.append(fault)
        return fault

    def clear(self, fault_id: int | None = None, kind: str | None = None) -> None:
        with self._lock:
            self._faults = [
                fault
                for fault in self._faults
                if (fault_id is not None and fault.id != fault_id)
                or (fault_id is None and kind is not None and fault.kind != kind)
            ]

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, call: Call | None) -> Fault | None:
        """The first fault that hits this call (or any request, when there is no call), used up by one."""
        with self._lock:
            for fault in self._faults:
                if not (fault.total if call is None else _hits(fault, call)):
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None


def _hits(fault: Fault, call: Call) -> bool:
    return (
        fault.model in ("", call.model)
        and fault.method in ("", call.method)
        and fault.login in ("", call.login)
        and not (fault.writes_only and call.method in READ_ONLY)
        and (fault.record is None or fault.record in call.ids)
    )


class CallLog:
    """Every call received, newest last, and how often each method was called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self._counts: Counter[str] = Counter()
        self._numbers = itertools.count(1)

    def add(self, call: Call, outcome: str, seconds: float, fault: str | None) -> None:
        entry = {
            "at": call.at,
            "login": call.login,
            "model": call.model,
            "method": call.method,
            "ids": call.ids[:20],
            "digest": call.digest,
            "seconds": round(seconds, 4),
            "outcome": outcome,
            "fault": fault,
        }
        with self._lock:
            self._calls.append({"number": next(self._numbers), **entry})
            self._counts[f"{call.model}.{call.method}"] += 1

    def reset(self) -> None:
        with self._lock:
            self._calls.clear()
            self._counts.clear()

    def listed(self, last: int | None = None) -> list[dict[str, Any]]:
        with self._lock:
            calls = list(self._calls)
        return calls[-last:] if last else calls

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)
