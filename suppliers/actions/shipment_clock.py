"""What ends a notice: a person who knows that nothing more comes, or the day alone; and what the day alone begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import structlog
from django.utils.translation import gettext as _

from integrations.slot import outbox
from portal.shared import transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor, system_actor
from portal.shared.errors import Fault, Invalid, WrongState
from suppliers.actions import receipts
from suppliers.models import Shipment, ShipmentDraft, ShipmentOrder
from suppliers.permissions import SHIPMENT_CLOCK, Act
from suppliers.queries.shipments_due import REST, left_by, over_since
from suppliers.shipping_states import ON_THE_ROAD, ShipmentState
from suppliers.states import SyncMark

CLOCK = system_actor(SHIPMENT_CLOCK)
CLOSED = "shipment.closed"
log = structlog.get_logger(__name__)


@act(Act.CLOSE_SHIPMENT, about="shipment")
def close(*, actor: Actor, shipment: Shipment, reason: str, at: dt.datetime) -> Shipment:
    """Nothing more of it comes: it was lost, or came otherwise. What is left goes back to its orders in Odoo.

    Raises :class:`WrongState` where nothing is expected, :class:`Invalid` without a reason.
    """
    held, beside = receipts.hold_beside(shipment)
    if held.state not in ON_THE_ROAD:
        message = _("%(shipment)s is %(state)s: nothing more of it is expected.")
        raise WrongState(message % {"shipment": held.label, "state": held.get_state_display().lower()})
    if not reason.strip():
        message = _("Say why nothing more comes: the supplier reads it.")
        raise Invalid(message, faults=(Fault("required", message, "/reason"),))
    _close(held, at, reason=reason.strip(), short=True)
    receipts.make_room(beside)
    return held


@act(Act.COUNT_SHIPMENT, about="shipment")
def depart(*, actor: Actor, shipment: Shipment, at: dt.datetime) -> Shipment:
    """The day has come on which it was to leave."""
    held = transitions.hold(shipment)
    if held.state == ShipmentState.SUBMITTED and left_by(actor, at, held.pk):
        transitions.move(held, ShipmentState.IN_TRANSIT)
    return held


@act(Act.COUNT_SHIPMENT, about="shipment")
def conclude(*, actor: Actor, shipment: Shipment, at: dt.datetime) -> Shipment:
    """Nothing of it was booked for a week, and nothing more is expected: the comparison counts from now on."""
    held, beside = receipts.hold_beside(shipment)
    if over_since(actor, at - REST, held.pk):
        _close(held, at, short=held.state == ShipmentState.PARTLY_RECEIVED)
        receipts.make_room(beside)
    return held


def _close(held: Shipment, at: dt.datetime, *, short: bool, reason: str = "") -> None:
    transitions.move(held, ShipmentState.CLOSED, reason=reason)
    ShipmentDraft.objects.filter(shipment=held).delete()
    held.closed_at, held.faults = at, []
    if short:
        ShipmentOrder.objects.filter(shipment=held).update(sync=SyncMark.WAITING, sync_note="", sync_why=None)
        held.sync = SyncMark.WAITING
        told = {"version": held.version, "reason": reason}
        outbox.publish(CLOSED, about=held, supplier_id=held.supplier_id, tier=2, payload=told)
    held.save(update_fields=["closed_at", "faults", "sync"])


def tick(at: dt.datetime) -> int:
    """See what the day changes of every shipment, each by itself; return how many were looked at."""
    with acting(CLOCK):
        leaving, over = left_by(CLOCK, at), over_since(CLOCK, at - REST)
    _each(leaving, depart, at)
    _each(over, conclude, at)
    return len(leaving) + len(over)


def _each(shipments: Iterable[Shipment], step: Callable[..., Shipment], at: dt.datetime) -> None:
    for shipment in shipments:
        try:
            step(actor=CLOCK, shipment=shipment, at=at)
        except Exception:
            # One that cannot be counted holds up no other, and is found in the log.
            log.exception("shipment_not_counted", shipment=str(shipment.pk))
