"""The desk of the post office: what people do with letters and connections. All of it is safe to press twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from integrations.office.actions import delivering, pulling
from integrations.office.models import Connection, Delivery, Trouble
from integrations.office.models import Mapping as Mapped
from integrations.office.permissions import Act, may_retry
from integrations.office.states import DeliveryState, MappingAnswer, Standing
from integrations.slot.outbox import RELAY
from portal.shared import audit, jobs, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotPermitted, Refused, WrongState

PULL = "integrations.office.tasks.pull"
COMPARE = "integrations.office.tasks.compare"


@act(Act.RETRY_DELIVERY, about="delivery")
def retry(*, actor: Actor, delivery: Delivery, at: dt.datetime) -> Delivery:
    """Send a letter that waits for a person again. It looks first and writes only what is missing.

    Raises :class:`WrongState` where the letter does not wait (any more): somebody was quicker, or a newer one came.
    """
    held, matter = delivering.hold_with_matter(delivery)
    if not may_retry(actor, held.owner or delivery.owner):
        raise NotPermitted(
            _("This letter waits for %(owner)s, not for a buyer.") % {"owner": held.get_owner_display()},
            remedy=_("Ask whoever looks after the connection to Odoo."),
        )
    if matter.subject is not None:
        Act.RETRY_DELIVERY.require(actor, matter.subject)  # the letter names no plant, its order does
    if held.state != DeliveryState.NEEDS_PERSON:
        raise WrongState(
            _("This letter does not wait for anybody: it is %(state)s.") % {"state": held.get_state_display().lower()},
            remedy=_("Look at it again: somebody may have sent it already, or a newer letter took its place."),
        )
    delivering.unpark(held, matter, at)
    held.save()
    jobs.wake(RELAY)
    return held


def retry_all(*, actor: Actor, deliveries: Sequence[Delivery], at: dt.datetime) -> tuple[int, list[Refused]]:
    """Send many letters again, each in an act of its own: how many are on their way, and why the others are not."""
    refused: list[Refused] = []
    for delivery in deliveries:
        try:
            retry(actor=actor, delivery=delivery, at=at)
        except Refused as refusal:
            refused.append(refusal)
    return len(deliveries) - len(refused), refused


@act(Act.MAP_RECORD, about="mapping")
def map_to(*, actor: Actor, mapping: Mapped, trouble: Trouble, at: dt.datetime) -> Mapped:
    """Say that a new record of Odoo is one we know: the object of ours follows it, and what was held back comes in.

    What still names the former record (older orders do) stays with the object.

    Raises :class:`WrongState` where somebody has said what it is, and :class:`Invalid` for an object that was not
    suggested: what is equal in nothing is not the same.
    """
    pulling.serialise(trouble.connection, trouble.model)
    held = _unanswered(trouble)
    if Mapped.objects.filter(connection=held.connection_id, model=held.model, remote_id=held.remote_id).exists():
        raise WrongState(_("Odoo's record was taken in meanwhile."))
    target = transitions.hold(mapping)
    if not target.current or target.pk not in {suggestion["mapping"] for suggestion in held.suggestions}:
        raise Invalid(_("This is not one of those that look alike."))
    audit.note(target, remote_id=(target.remote_id, held.remote_id))
    target.current = False
    target.save(update_fields=["current"])
    Mapped.objects.create(
        connection_id=held.connection_id,
        model=held.model,
        remote_id=held.remote_id,
        object_type=target.object_type,
        object_id=target.object_id,
        standing=Standing.IN_USE,
        made_at=at,
        compared_at=at,
    )
    _answer(held, MappingAnswer.SAME, actor)
    return target


@act(Act.MAP_RECORD, about="trouble")
def take_as_new(*, actor: Actor, trouble: Trouble, at: dt.datetime) -> Trouble:
    """Say that a record of Odoo is a new one although it looks like one we know; it comes in at once.

    Raises :class:`WrongState` where somebody has said what it is.
    """
    held = _unanswered(trouble)
    audit.note(held, answer=("", MappingAnswer.NEW))
    _answer(held, MappingAnswer.NEW, actor)
    return held


def _unanswered(trouble: Trouble) -> Trouble:
    held = transitions.hold(trouble)
    if held.answer or held.resolved_at or not held.suggestions:
        raise WrongState(
            _("Nobody has to say any more what this record is."),
            remedy=_("Look at the mappings again: somebody was quicker, or Odoo changed."),
        )
    return held


def _answer(held: Trouble, answer: MappingAnswer, actor: Actor) -> None:
    """The reader resolves the trouble when it takes the record in; it is woken now."""
    held.answer, held.answered_by = answer, actor.name
    held.save(update_fields=["answer", "answered_by"])
    jobs.wake(PULL)


@act(Act.COMPARE_MAPPINGS, about="connection")
def compare_now(*, actor: Actor, connection: Connection, at: dt.datetime) -> Connection:
    """Look now how the records behind the mappings stand in Odoo, instead of tonight."""
    jobs.wake(COMPARE)
    return connection


@act(Act.PAUSE_CONNECTION, about="connection")
def pause(*, actor: Actor, connection: Connection, at: dt.datetime) -> Connection:
    """Stop sending to this Odoo and reading from it. Letters wait; nothing is lost."""
    return _set_paused(connection, paused=True)


@act(Act.PAUSE_CONNECTION, about="connection")
def resume(*, actor: Actor, connection: Connection, at: dt.datetime) -> Connection:
    """Send and read again."""
    held = _set_paused(connection, paused=False)
    jobs.wake(RELAY)
    jobs.wake(PULL)
    return held


@act(Act.PULL_NOW, about="connection")
def pull_now(*, actor: Actor, connection: Connection, at: dt.datetime) -> Connection:
    """Read what changed in Odoo now, instead of at the next turn."""
    jobs.wake(PULL)
    return connection


def _set_paused(connection: Connection, *, paused: bool) -> Connection:
    held = transitions.hold(connection)
    if held.paused != paused:
        audit.note(held, paused=(held.paused, paused))
        held.paused = paused
        held.save(update_fields=["paused"])
    return held
