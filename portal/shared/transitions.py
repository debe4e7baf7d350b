"""The only place that assigns a state.

A model that moves names its allowed steps as data (``STEPS``, from its app's ``states.py``). A step that is not in the
table is a bug or a race, and is refused loudly; a step that is leaves a :class:`StateChange` row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import models

from portal.shared import audit
from portal.shared.errors import NotFound, Stale, WrongState
from portal.shared.identifiers import correlation_id
from portal.shared.models import StateChange

M = TypeVar("M", bound=models.Model)
Steps = Mapping[str, Collection[str]]


class Moving(Protocol):
    """A model with states: a ``state`` field and the table of its steps."""

    STEPS: ClassVar[Steps]
    state: Any
    pk: Any
    _meta: ClassVar[Any]


def hold(subject: M, *related: str) -> M:
    """A fresh row, locked until the act ends: decide on the truth, not on what a page showed a minute ago.

    ``related`` rows are read along, not locked, and others may add rows below this one meanwhile. Raises
    :class:`NotFound` where the row is gone or behind the wall.
    """
    rows: models.QuerySet[M] = type(subject)._default_manager.select_for_update(of=("self",), no_key=True)
    if related:
        rows = rows.select_related(*related)
    try:
        return rows.get(pk=subject.pk)
    except type(subject).DoesNotExist as gone:  # type: ignore[attr-defined]
        raise NotFound(f"There is no such {subject._meta.verbose_name}.") from gone


def hold_all(rows: models.QuerySet[M]) -> list[M]:
    """The rows of a query, fresh and locked in the order of their keys, so that two acts never wait for each other."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def move(
    subject: Moving,
    to: str,
    *,
    reason: str = "",
    why: Mapping[str, Any] | None = None,
    together: Sequence[str] = (),
) -> None:
    """Take one step, or raise :class:`WrongState`."""
    move_all([(subject, to)], reason=reason, why=why, together=together)


def move_all(
    steps: Iterable[tuple[Moving, str]],
    *,
    reason: str = "",
    why: Mapping[str, Any] | None = None,
    together: Sequence[str] = (),
) -> None:
    """Take many steps with a bounded number of statements. All are checked before the first is taken.

    ``why`` is the reason as code and facts, where somebody can say it in every language.

    ``together`` names columns that are written in the same statement, since a constraint ties them to the state.
    Raises :class:`WrongState` for a step that is not in the table, and :class:`Stale` where the row is not in the state
    it was read in: the caller did not hold it.
    """
    taken = list(steps)
    ahead: dict[Any, str] = {}
    for subject, to in taken:
        state = ahead.get(subject.pk, subject.state)
        if to not in subject.STEPS.get(state, ()):
            raise WrongState(
                f"This {subject._meta.verbose_name} is {state.replace('_', ' ')} "
                f"and cannot become {to.replace('_', ' ')}.",
            )
        ahead[subject.pk] = to
    deed = audit.current_deed()
    groups: dict[tuple[type[models.Model], str, str, tuple[Any, ...]], list[Any]] = defaultdict(list)
    changes = []
    for subject, to in taken:
        also = tuple(getattr(subject, name) for name in together)
        groups[type(subject), subject.state, to, also].append(subject.pk)  # type: ignore[index]
        changes.append(
            StateChange(
                at=deed.at,
                object_type=subject._meta.label_lower,
                object_id=subject.pk,
                supplier_id=getattr(subject, "supplier_id", None),
                before=subject.state,
                after=to,
                act=deed.act,
                actor_kind=deed.actor.kind,
                actor_id=deed.actor.id,
                actor_name=deed.actor.name,
                reason=reason,
                why=why,
                correlation_id=correlation_id(),
            )
        )
        audit.note(subject, state=(subject.state, to))  # type: ignore[arg-type]
        subject.state = to
    for (model, before, to, also), keys in groups.items():
        values = {"state": to, **dict(zip(together, also, strict=True))}
        if model._default_manager.filter(pk__in=keys, state=before).update(**values) != len(keys):
            raise Stale(f"A {model._meta.verbose_name} was changed by somebody else just now.")
    StateChange.objects.bulk_create(changes)
