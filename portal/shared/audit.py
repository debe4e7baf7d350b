"""The act in progress, and the one row it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.shared.actor import Actor
from portal.shared.identifiers import correlation_id
from portal.shared.models import AuditEntry


@dataclass
class Deed:
    """An act while it runs: who, which, when, and what it changed so far."""

    act: str
    actor: Actor
    at: datetime
    rehearsal: bool = False
    changes: list[dict[str, Any]] = field(default_factory=list)


_deed: ContextVar[Deed | None] = ContextVar("deed", default=None)


def current_deed() -> Deed:
    """The act in progress. Raises ``RuntimeError`` outside one: whoever changes the world does so in an act."""
    deed = _deed.get()
    if deed is None:
        raise RuntimeError("This changes the world and must run inside a function marked @act.")
    return deed


@contextmanager
def doing(deed: Deed) -> Iterator[Deed]:
    """Make ``deed`` the act in progress."""
    token = _deed.set(deed)
    try:
        yield deed
    finally:
        _deed.reset(token)


def reference(subject: models.Model) -> str:
    """How an object is named on the trail: ``suppliers.orderline:<key>``."""
    return f"{subject._meta.label_lower}:{subject.pk}"


def note(subject: models.Model, **changes: tuple[Any, Any]) -> None:
    """Put changed fields of an object on the trail of the act in progress: ``note(order, revision=(1, 2))``."""
    deed = current_deed()
    for name, (before, after) in changes.items():
        deed.changes.append({"object": reference(subject), "field": name, "before": before, "after": after})


def remark(**facts: Any) -> None:
    """Put facts on the trail of the act in progress that are about no object: ``remark(list="decisions")``."""
    deed = current_deed()
    deed.changes.extend({"object": "", "field": name, "before": None, "after": fact} for name, fact in facts.items())


def write_entry(deed: Deed, about: models.Model | None) -> AuditEntry:
    """Write the act's row. ``about`` is the object it is filed under."""
    changes = json.loads(json.dumps(deed.changes, cls=DjangoJSONEncoder))
    supplier = getattr(about, "supplier_id", None)
    entry = AuditEntry(
        at=deed.at,
        act=deed.act,
        actor_kind=deed.actor.kind,
        actor_id=deed.actor.id,
        actor_name=deed.actor.name,
        # A supplier's row must carry one of his own suppliers, or the wall refuses it.
        supplier_id=supplier if supplier is not None else min(deed.actor.suppliers, default=None),
        object_type=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        changes=changes,
        correlation_id=correlation_id(),
    )
    entry.save(force_insert=True)
    return entry
