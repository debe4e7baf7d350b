"""A letter on its way: what its sender keeps, and how it is settled. Each function is one short transaction.

Whoever sends holds a lease and a token. Every write asks for both again, so that a worker that slept past its lease
changes nothing when it wakes.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from integrations.office.actions import matters, pulling
from integrations.office.actions.matters import Matter
from integrations.office.models import Connection, Delivery
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import Obstacle, Why, kind_of, of_failure
from integrations.office.permissions import Act
from integrations.office.states import DeliveryState, FailureKind
from integrations.slot import ledger
from integrations.slot.models import Exchange
from portal.shared import transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor, system_actor
from portal.shared.errors import DeliveryFailed, Temporary
from suppliers.actions import master_standing, noticing, orders, settling
from suppliers.states import MasterState, SyncMark

POST_OFFICE = system_actor("post-office")
FIRST_DELAY = dt.timedelta(seconds=5)
LONGEST_DELAY = dt.timedelta(minutes=10)
MOST_LOST_WORKERS = 10

Schedule = Mapping[UUID, tuple[Decimal, Decimal, dt.date]]
"""Quantity, price and date, by schedule line."""


class LeaseLost(Exception):
    """Somebody else has the letter now: stop, and settle nothing."""


def lease() -> dt.timedelta:
    """How long a claimed letter stays with its worker. Longer than any single call, and renewed between calls."""
    return dt.timedelta(seconds=3 * settings.ODOO_TIMEOUT_SECONDS + 5)


def rest() -> dt.timedelta:
    """How long a letter rests after a call that nobody answered: Odoo may still be at it, and then commit."""
    return dt.timedelta(seconds=settings.ODOO_REST_SECONDS)


@dataclass
class Sending:
    """One letter in the hands of one worker."""

    delivery: Delivery
    token: str
    clock: Callable[[], dt.datetime]
    lease_until: dt.datetime
    exchanges: list[Exchange] = field(default_factory=list)
    wrote: bool = False
    """Whether Odoo has answered a write of this try with yes."""

    @property
    def steps(self) -> dict[str, Any]:
        steps: dict[str, Any] = self.delivery.steps
        return steps

    def before_call(self) -> None:
        """Renew the lease where it might run out during the call. Raises :class:`LeaseLost`."""
        if self.lease_until - self.clock() < dt.timedelta(seconds=settings.ODOO_TIMEOUT_SECONDS + 2):
            self.keep()

    def about_to_write(self, operation: str, **steps: Any) -> None:
        """Keep, before the call, what it is about to do: should nobody hear the answer, this is all that is known."""
        self.keep(calling={"operation": operation, "at": self.clock().isoformat()}, **steps)

    def keep(self, **steps: Any) -> None:
        """Store steps and renew the lease. Raises :class:`LeaseLost`."""
        now = self.clock()
        self.delivery.steps = {**self.steps, **steps}
        until = now + lease()
        with acting(POST_OFFICE, write=True):
            kept = Delivery.objects.filter(
                pk=self.delivery.pk, leased_by=self.token, state=DeliveryState.SENDING
            ).update(steps=self.steps, lease_until=until)
        if not kept:
            raise LeaseLost
        self.lease_until = until

    def labelled(self) -> list[Exchange]:
        """The exchanges since the last time, filed under this letter."""
        taken = list(self.exchanges)
        self.exchanges.clear()
        for exchange in taken:
            exchange.supplier_id = self.delivery.supplier_id
            exchange.about_type = self.delivery.about_type
            exchange.about_id = self.delivery.about_id
            exchange.delivery_id = self.delivery.pk
            exchange.attempt = self.delivery.attempts
            exchange.correlation_id = self.delivery.correlation_id
        return taken


@dataclass(frozen=True)
class Outcome:
    """What a look at Odoo, after writing or instead of it, says of the lines of a letter."""

    reading: int
    reached: Mapping[UUID, Schedule]
    """Odoo says what the letter says: by line."""
    conflicts: Mapping[UUID, tuple[Why, Sequence[Mapping[str, str]]]]
    """Odoo says something else: what differs, and Odoo's values, by line."""
    mapped: Mapping[int, UUID]
    """Order lines of Odoo that this letter made or found: which schedule line each is."""


@act(Act.DELIVER, about="delivery")
def settle_lines(
    *, actor: Actor, delivery: Delivery, sending: Sending, outcome: Outcome, steps: Mapping[str, Any], at: dt.datetime
) -> Delivery:
    """Put what Odoo says onto the lines. Raises :class:`~.pulling.StaleReading` where a later reading came first."""
    matter = matters.hold_lines(delivery)
    order, lines = matter.subject, {line.pk: line for line in matter.lines}
    connection = connection_of(delivery)
    mapped = Mapped.objects.filter(connection=connection, model=pulling.ORDER, object_id=order.pk).first()
    if mapped is None or mapped.reading > outcome.reading:
        raise pulling.StaleReading
    still = settling.still_agreed(lines.values(), delivery.body)
    held = _hold(delivery, sending)
    pulling.map_lines(connection, outcome.mapped)
    resized = False
    for key, schedule in outcome.reached.items():
        if key in lines:
            resized |= settling.take_written(lines[key], schedule)
        if key in still:
            settling.mark_in_odoo(lines[key])
    for key, (why, actual) in outcome.conflicts.items():
        if key in still:
            settling.mark_conflict(lines[key], why, actual)
    orders.refresh(order)
    if resized:
        noticing.put_right(order)
    # What we wrote is no longer what the pull saw last: it must look again, whatever it finds.
    mapped.digest, mapped.reading = "", outcome.reading
    mapped.save(update_fields=["digest", "reading"])
    # Looked at and settled: nothing of an earlier try is unknown any more.
    known = {name: kept for name, kept in held.steps.items() if name not in ("rest", "wrote")}
    sending.delivery.steps = held.steps = {**known, **steps, "calling": None}
    sending.wrote = False
    held.save(update_fields=["steps"])
    ledger.record(sending.labelled())
    return held


@act(Act.DELIVER, about="delivery")
def settle_observed(
    *, actor: Actor, delivery: Delivery, sending: Sending, found: Mapping[UUID, Why | None], at: dt.datetime
) -> Delivery:
    """On trial: nothing was written. ``found`` says, by line, where Odoo would have stood in the way."""
    matter = matters.hold_lines(delivery)
    order, lines = matter.subject, {line.pk: line for line in matter.lines}
    still = settling.still_agreed(lines.values(), delivery.body)
    held = _hold(delivery, sending)
    for key in found.keys() & still:
        settling.mark_observed(lines[key], found[key])
    orders.refresh(order)
    ledger.record(sending.labelled())
    return held


@act(Act.DELIVER, about="delivery")
def settle_change(*, actor: Actor, delivery: Delivery, sending: Sending, written: bool, at: dt.datetime) -> Delivery:
    """Odoo says what was approved of master data, or, on trial, would have been told: put it onto the request."""
    request = matters.hold_change(delivery).subject
    held = _hold(delivery, sending)
    if request.state == MasterState.APPROVED:
        if written:
            master_standing.take_over(request)
        else:
            master_standing.mark(request, SyncMark.OBSERVED)
    ledger.record(sending.labelled())
    return held


@act(Act.DELIVER, about="delivery")
def settle_notice(
    *, actor: Actor, delivery: Delivery, sending: Sending, version: int, names: Mapping[UUID, str], at: dt.datetime
) -> Delivery:
    """Odoo has the transfers of a notice, by the row of each order, as its ``version`` says."""
    shipment = matters.hold_shipment(delivery).subject
    held = _hold(delivery, sending)
    if shipment.version == version:
        noticing.mark_in_odoo(shipment, names)
    known = {name: kept for name, kept in held.steps.items() if name not in ("rest", "wrote")}
    sending.delivery.steps = held.steps = {**known, "calling": None}
    sending.wrote = False
    held.save(update_fields=["steps"])
    ledger.record(sending.labelled())
    return held


@act(Act.DELIVER, about="delivery")
def settle_done(
    *, actor: Actor, delivery: Delivery, sending: Sending, steps: Mapping[str, Any], at: dt.datetime
) -> Delivery:
    """The letter has arrived."""
    held = _hold(delivery, sending)
    held.steps = {**held.steps, **steps, "calling": None}
    held.settled_at = at
    held.failures = 0
    _forget_failure(held)
    _release(held)
    transitions.move(held, DeliveryState.DONE)
    held.save()
    ledger.record(sending.labelled())
    return held


@act(Act.DELIVER, about="delivery")
def settle_failure(
    *, actor: Actor, delivery: Delivery, sending: Sending, failure: DeliveryFailed, at: dt.datetime
) -> Delivery:
    """The letter did not arrive: it waits and is tried again, or it waits for a person."""
    matter = matters.hold(delivery)
    held = _hold(delivery, sending)
    held.steps = {**held.steps, "calling": None} if held.steps else {}
    _release(held)
    _fail(held, of_failure(failure), kind_of(failure))
    answered = not isinstance(failure, Temporary) or failure.answered
    if sending.wrote:
        held.steps = {**held.steps, "wrote": True}
    if answered and ("lines" not in held.steps or failure.code == "load_refused"):
        held.steps = _what_may_be_there(held.steps)
    if isinstance(failure, Temporary):
        held.failures += 1
        pause = backoff(held.failures)
        if not answered:
            pause = max(pause, rest())
            held.steps = {**held.steps, "rest": (at + rest()).isoformat()}
        held.due_at = at + pause
        transitions.move(held, DeliveryState.WAITING, reason=failure.message)
    else:
        park(held, matter)
    held.save()
    ledger.record(sending.labelled())
    return held


@act(Act.DELIVER, about="delivery")
def take_back(*, actor: Actor, delivery: Delivery, at: dt.datetime) -> Delivery:
    """The worker that had this letter is gone, or sleeps: its lease has run out.

    What it was doing may still happen, so a letter that was being written rests first.
    """
    matter = matters.hold(delivery)
    held = transitions.hold(delivery)
    if held.state != DeliveryState.SENDING or held.lease_until is None or held.lease_until > at:
        return held
    _release(held)
    held.failures += 1
    if held.failures >= MOST_LOST_WORKERS:
        _fail(held, Obstacle("worker_lost"), FailureKind.PERMANENT)
        park(held, matter)
    else:
        held.due_at = at
        if calling := held.steps.get("calling"):
            until = dt.datetime.fromisoformat(calling["at"]) + rest()
            held.due_at = max(at, until)
            held.steps = {**held.steps, "rest": until.isoformat(), "calling": None}
        transitions.move(held, DeliveryState.WAITING, reason="The worker was lost.")
    held.save()
    return held


def record_only(sending: Sending) -> None:
    """Keep what was said by a worker that may settle nothing any more."""
    with acting(POST_OFFICE, write=True):
        ledger.record(sending.labelled())


def park(held: Delivery, matter: Matter) -> None:
    """Leave a letter to a person, and say so on what it carries. The caller saves it."""
    transitions.move(held, DeliveryState.NEEDS_PERSON, reason=held.failure, why=held.why)
    matter.parked(held)


def unpark(held: Delivery, matter: Matter, at: dt.datetime) -> None:
    """Send a parked letter again: it is due at once. The caller holds it, and saves it."""
    transitions.move(held, DeliveryState.WAITING)
    held.due_at, held.failures = at, 0
    if until := held.steps.get("rest"):
        held.due_at = max(at, dt.datetime.fromisoformat(until))
    matter.sent_again()


def hold_with_matter(delivery: Delivery) -> tuple[Delivery, Matter]:
    """What it is about, then the letter: everybody locks in this order."""
    matter = matters.hold(delivery)
    return transitions.hold(delivery), matter


def backoff(failures: int) -> dt.timedelta:
    """The pause after so many temporary failures in a row, spread by a fifth so that letters do not march in step."""
    doubled: dt.timedelta = FIRST_DELAY * 2 ** min(failures - 1, 20)
    return min(doubled, LONGEST_DELAY) * random.uniform(0.8, 1.2)  # noqa: S311 (no secret)


def connection_of(delivery: Delivery) -> Connection:
    """The connection that ``odoo:<name>`` names."""
    return Connection.objects.get(name=delivery.destination.partition(":")[2])


def _hold(delivery: Delivery, sending: Sending) -> Delivery:
    held = transitions.hold(delivery)
    if held.state != DeliveryState.SENDING or held.leased_by != sending.token:
        raise LeaseLost
    return held


def _what_may_be_there(steps: Mapping[str, Any]) -> dict[str, Any]:
    """What to remember of a try that settled nothing: what it sent, if an answer was lost or a write went through.

    Else nothing: what was refused is nowhere, so that a newer letter may take this one's place.
    """
    if not steps.get("rest") and not steps.get("wrote"):
        return {}
    return {name: steps[name] for name in ("sent", "rest", "wrote") if name in steps}


def _release(held: Delivery) -> None:
    held.lease_until = None
    held.leased_by = ""


def _fail(held: Delivery, obstacle: Obstacle, kind: FailureKind) -> None:
    held.failure_kind, held.failure_code, held.failure = kind, obstacle.code, obstacle.message
    held.owner, held.remedy, held.why = obstacle.owner, obstacle.remedy, obstacle.why


def _forget_failure(held: Delivery) -> None:
    held.failure_kind, held.failure_code, held.failure = FailureKind.NONE, "", ""
    held.owner, held.remedy, held.why = "", "", None
