"""The post office itself: letters are fanned out, claimed one at a time, sent and settled.

The row is the truth. A broker only wakes a worker early; the sweep finds whatever nobody was woken for.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog
from django.db import DatabaseError
from django.db import connection as database

from integrations.office.actions import delivering
from integrations.office.actions.delivering import POST_OFFICE, LeaseLost, Sending
from integrations.office.channels import mail
from integrations.office.channels.mailings import MAILINGS
from integrations.office.models import Connection, Delivery
from integrations.office.obstacles import permanent
from integrations.office.odoo import masters, push, transfers
from integrations.office.routes import (
    AGREED,
    APPROVED,
    MAIL,
    MAIN,
    NOTICES,
    ODOO,
    REVOKED,
    channel_of,
    channels,
    destination,
)
from integrations.office.states import UNSETTLED, DeliveryState
from integrations.slot.models import Event, Exchange, Tray
from portal.shared import audit, transitions
from portal.shared.acting import acting
from portal.shared.errors import DeliveryFailed
from portal.shared.identifiers import correlated

log = structlog.get_logger(__name__)


class Carrier(Protocol):
    """What letters of one channel leave by: a gateway to Odoo, or the post that takes mails."""

    destination: str
    """Any of its channel."""
    exchanges: list[Exchange]
    before_call: Callable[[], None] | None


Send = Callable[[Sending, Any], Mapping[str, Any]]
"""Delivers one letter by its carrier and returns its last step. Raises :class:`DeliveryFailed`."""
SENDERS: Mapping[tuple[str, str], Send] = {
    (ODOO, AGREED): push.send_agreed,
    (ODOO, APPROVED): masters.send_approved,
    (ODOO, REVOKED): masters.send_revoked,
    **{(ODOO, topic): transfers.send_notice for topic in NOTICES},
    **{(MAIL, topic): mail.send for topic in MAILINGS},
}
FAN_OUT = 500
LOOK_AT = 20
PATIENCE = 3
"""So many temporary failures in a row end a round: the destination is down, and the other letters gain nothing."""


def fan_out(now: dt.datetime) -> int:
    """Turn the events in the tray into one delivery per destination; return how many events there were.

    One at a time: a second post office that picked up a later event of an object while the first still holds the
    earlier one would let it overtake.
    """
    with acting(POST_OFFICE, write=True):
        with database.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended('office:tray', 0))")
        events = [tray.event for tray in Tray.objects.select_related("event").order_by("event__position")[:FAN_OUT]]
        Delivery.objects.bulk_create(
            _delivery(event, address, now) for event in events for address in _destinations(event)
        )
        Tray.objects.filter(event__in=events).delete()
    return len(events)


def _destinations(event: Event) -> list[str]:
    """Where one event goes: to the one Odoo; as a mail to each of its readers, so that none waits for another."""
    return [
        destination(channel, name)
        for channel in channels(event)
        for name in (mail.readers(event) if channel == MAIL else (MAIN,))
    ]


def _delivery(event: Event, address: str, now: dt.datetime) -> Delivery:
    return Delivery(
        event=event,
        destination=address,
        topic=event.topic,
        about_type=event.about_type,
        about_id=event.about_id,
        supplier_id=event.supplier_id,
        tier=event.tier,
        position=event.position,
        body=event.payload,
        due_at=now,
        created_at=now,
        correlation_id=event.correlation_id,
    )


def sweep(now: dt.datetime) -> int:
    """Take back the letters whose worker is gone; return how many."""
    with acting(POST_OFFICE):
        lost = list(Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=now))
    for delivery in lost:
        with correlated(delivery.correlation_id):
            delivering.take_back(actor=POST_OFFICE, delivery=delivery, at=now)
    return len(lost)


# Of each object only the oldest unsettled letter may go; one that waits for a person and never sent anything lets a
# newer one take its place. Within a tier the supplier served longest ago is next, then the oldest letter.
_NEXT = """
with heads as (
    select distinct on (d.tier, d.supplier_id) d.id, d.tier, d.supplier_id, d.position
    from office_delivery d
    where d.state = 'waiting' and d.due_at <= %(now)s and not d.destination = any(%(paused)s)
      and split_part(d.destination, ':', 1) = %(channel)s
      and not exists (
        select from office_delivery o
        where o.destination = d.destination and o.about_id = d.about_id and o.position < d.position
          and (o.state in ('waiting', 'sending') or (o.state = 'needs_person' and o.steps <> '{}'))
      )
    order by d.tier, d.supplier_id, d.position
)
select heads.id from heads
left join lateral (
    select max(s.claimed_at) as at from office_delivery s where s.supplier_id = heads.supplier_id
) served on true
order by heads.tier, served.at nulls first, heads.position
limit %(look_at)s
"""


def claim(clock: Callable[[], dt.datetime], channel: str = ODOO) -> Sending | None:
    """Take the next letter of a channel and lease it, in one short transaction; None when nothing is due."""
    now = clock()
    token = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"
    with acting(POST_OFFICE, write=True), audit.doing(audit.Deed("deliver", POST_OFFICE, now)):
        head = _lock_next(now, channel)
        if head is None:
            return None
        with correlated(head.correlation_id):
            delivery = _supersede(head, now) if channel == ODOO else head
            transitions.move(delivery, DeliveryState.SENDING)
            delivery.attempts += 1
            delivery.claimed_at = now
            delivery.lease_until = now + delivering.lease()
            delivery.leased_by = token
            delivery.save()
    return Sending(delivery, token, clock, now + delivering.lease())


def _lock_next(now: dt.datetime, channel: str) -> Delivery | None:
    paused = [destination(ODOO, name) for name in Connection.objects.filter(paused=True).values_list("name", flat=True)]
    with database.cursor() as cursor:
        cursor.execute(_NEXT, {"now": now, "paused": paused, "channel": channel, "look_at": LOOK_AT})
        candidates = [row[0] for row in cursor.fetchall()]
    for candidate in candidates:
        found = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(pk=candidate, state=DeliveryState.WAITING, due_at__lte=now)
            .first()
        )
        if found is not None:
            return found
    return None


def _supersede(head: Delivery, now: dt.datetime) -> Delivery:
    """The letter to send instead of ``head``: the newest of its object, unless something of an older one was sent.

    Letters carry the whole agreed state and all its words, so nothing is lost with the older ones.
    """
    waiting = list(
        Delivery.objects.select_for_update()
        .filter(destination=head.destination, about_id=head.about_id, state__in=UNSETTLED)
        .order_by("position")
    )
    ready = [letter for letter in waiting if letter.state == DeliveryState.WAITING]
    chosen = next((letter for letter in ready if letter.steps), ready[-1])
    for letter in waiting[: waiting.index(chosen)]:
        letter.settled_at = now
        letter.save(update_fields=["settled_at"])
        transitions.move(letter, DeliveryState.SUPERSEDED, reason="A newer letter carries the whole state.")
    return chosen


def deliver_one(carrier: Carrier, clock: Callable[[], dt.datetime]) -> Delivery | None:
    """Claim one letter of the carrier's channel, send it, settle it. None when nothing was due."""
    channel = channel_of(carrier.destination)
    sending = claim(clock, channel)
    if sending is None:
        return None
    delivery = sending.delivery
    carrier.exchanges = sending.exchanges
    carrier.before_call = sending.before_call
    with correlated(delivery.correlation_id):
        try:
            steps = SENDERS[channel, delivery.topic](sending, carrier)
            return delivering.settle_done(
                actor=POST_OFFICE, delivery=delivery, sending=sending, steps=steps, at=clock()
            )
        except LeaseLost:
            log.warning("lease_lost", delivery=str(delivery.pk))
            delivering.record_only(sending)
            return delivery
        except DeliveryFailed as failure:
            return _failed(sending, failure, clock())
        except DatabaseError:
            raise  # our own database: the lease runs out and the letter is taken back
        except Exception:
            log.exception("delivery_fault", delivery=str(delivery.pk))
            return _failed(sending, permanent("fault"), clock())


def _failed(sending: Sending, failure: DeliveryFailed, now: dt.datetime) -> Delivery:
    try:
        return delivering.settle_failure(
            actor=POST_OFFICE, delivery=sending.delivery, sending=sending, failure=failure, at=now
        )
    except LeaseLost:
        delivering.record_only(sending)
        return sending.delivery


def drain(carrier: Carrier, clock: Callable[[], dt.datetime], *, seconds: float) -> bool:
    """Deliver the letters of one channel until nothing is due or the time is up; return whether there is more to do."""
    ends = time.monotonic() + seconds
    failures: list[Delivery] = []
    while time.monotonic() < ends:
        delivery = deliver_one(carrier, clock)
        if delivery is None:
            if not fan_out(clock()):
                return False
            continue
        failures = [*failures, delivery] if delivery.state == DeliveryState.WAITING else []
        if len(failures) >= PATIENCE:
            return False
    return True
