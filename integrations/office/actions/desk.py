"""The desk of the post office: what people do with letters and connections. All of it is safe to press twice."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from integrations.office.actions import delivering
from integrations.office.models import Connection, Delivery
from integrations.office.permissions import Act
from integrations.office.states import DeliveryState
from integrations.slot.outbox import RELAY
from portal.shared import audit, jobs, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import WrongState

PULL = "integrations.office.tasks.pull"


@act(Act.RETRY_DELIVERY, about="delivery")
def retry(*, actor: Actor, delivery: Delivery, at: dt.datetime) -> Delivery:
    """Send a letter that waits for a person again. It looks first and writes only what is missing.

    Raises :class:`WrongState` where the letter does not wait (any more): somebody was quicker, or a newer one came.
    """
    held, order, lines = delivering.hold_with_order(delivery)
    if held.state != DeliveryState.NEEDS_PERSON:
        raise WrongState(
            _("This letter does not wait for anybody: it is %(state)s.") % {"state": held.get_state_display().lower()},
            remedy=_("Look at it again: somebody may have sent it already, or a newer letter took its place."),
        )
    delivering.unpark(held, order, lines, at)
    held.save()
    jobs.wake(RELAY)
    return held


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
