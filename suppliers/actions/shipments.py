"""The life of a shipment notice at its supplier's hands: typed, sent, corrected, cancelled."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from integrations.slot import outbox
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults, Invalid, Stale, WrongState
from suppliers import notice_bodies
from suppliers.actions import receipts
from suppliers.actions.announcing import Judged, judge
from suppliers.actions.keeping_notices import Drawn, content_digest, keep_version, twin_of
from suppliers.models import Plant, Shipment, ShipmentDraft, ShipmentOrder, ShipmentVersion, Supplier
from suppliers.notices import HEADER, Notice
from suppliers.permissions import Act
from suppliers.shipping_states import ShipmentState
from suppliers.states import SyncMark

ANNOUNCED = "shipment.announced"
CANCELLED = "shipment.cancelled"
CORRECTABLE = (ShipmentState.SUBMITTED, ShipmentState.INVALID, ShipmentState.IN_TRANSIT)
LARGEST = 2_000_000
"""Characters of a draft; whoever types more than that is no person."""

Body = Mapping[str, Any]
"""A notice as every door makes it; see ``notice_bodies``."""


@dataclass(frozen=True)
class Told:
    """What a sending says beside the notice itself."""

    hints: Sequence[Fault]
    plates: Sequence[str]
    """The numbers of its handling units, in the order of the body."""


def told_of(shipment: Shipment) -> Told | None:
    """What was said when ``shipment`` was sent, on the row that the act returned; None on a replay's."""
    told: Told | None = getattr(shipment, "told", None)
    return told


def hints_of(actor: Actor, shipment: Shipment, body: Body, at: dt.datetime) -> Sequence[Fault]:
    """What was worth knowing of a body that was sent, asked again."""
    notice = notice_bodies.read(body, faults := Faults())
    judged = judge(actor, shipment.supplier, notice, faults, at, shipment=shipment)
    return judged.hints if judged else ()


@act(Act.ANNOUNCE_SHIPMENT, within="supplier")
def announce(*, actor: Actor, supplier: Supplier, body: Body, channel: str, at: dt.datetime) -> Shipment:
    """Send a notice that nobody has typed into a draft before. Raises :class:`Invalid` naming every fault."""
    return record(actor, supplier, None, body, channel, at)


@act(Act.ANNOUNCE_SHIPMENT, about="shipment")
def send(
    *, actor: Actor, shipment: Shipment, body: Body, channel: str, at: dt.datetime, seen: int | None = None
) -> Shipment:
    """Send a draft, or the correction of what was sent: a new version. ``seen`` is the version that was looked at.

    What is in it may change until the day it is expected, its transport until goods arrive. Saying the same again
    changes nothing. Raises :class:`Invalid` naming every fault, :class:`Stale`, :class:`WrongState`.
    """
    supplier = Supplier.objects.get(pk=shipment.supplier_id)
    return record(actor, supplier, shipment, body, channel, at, seen)


@act(Act.ANNOUNCE_SHIPMENT, about="shipment")
def cancel(*, actor: Actor, shipment: Shipment, reason: str, at: dt.datetime, seen: int | None = None) -> Shipment:
    """Nothing of it comes. Possible until goods of it are received; a draft is thrown away.

    Raises :class:`WrongState`, :class:`Stale`, :class:`Invalid` without a reason for what was sent.
    """
    held, beside = receipts.hold_beside(shipment)
    _require_open(held, seen)
    sent = held.state != ShipmentState.DRAFT
    if sent and not reason.strip():
        message = _("Say why it is cancelled: the plant reads it.")
        raise Invalid(message, faults=(Fault("required", message, "/reason"),))
    ShipmentDraft.objects.filter(shipment=held).delete()
    transitions.move(held, ShipmentState.CANCELLED, reason=reason.strip())
    if sent:
        ShipmentOrder.objects.filter(shipment=held).update(sync=SyncMark.WAITING, sync_note="", sync_why=None)
        held.faults, held.sync = [], SyncMark.WAITING
        held.save(update_fields=["faults", "sync"])
        told = {"version": held.version, "reason": reason.strip()}
        outbox.publish(CANCELLED, about=held, supplier_id=held.supplier_id, tier=1, payload=told)
        receipts.make_room(beside)
    return held


@act(Act.ANNOUNCE_SHIPMENT, within="supplier")
def start(*, actor: Actor, supplier: Supplier, plant: Plant, body: Body, at: dt.datetime) -> Shipment:
    """Begin a notice that is typed on a page."""
    shipment = Shipment(supplier=supplier, plant=plant, created_at=at)
    shipment.number = Drawn(supplier.pk, shipment.pk, Notice(), at, new=True).number
    shipment.save(force_insert=True)
    _write_draft(actor, shipment, body, at)
    return shipment


def keep(actor: Actor, shipment: Shipment, body: Body, at: dt.datetime, *, seen: int) -> int:
    """Keep what is typed; return the draft's revision. ``seen`` is the one that was typed on, 0 where there was none.

    Book-keeping for whoever types, and not audited. Raises :class:`Stale` where a colleague typed meanwhile,
    :class:`NotPermitted`, :class:`WrongState`.
    """
    Act.ANNOUNCE_SHIPMENT.require(actor, shipment)
    if len(json.dumps(body)) > LARGEST:
        message = _("This is too much to be typed: send it as a file or through the API.")
        raise Invalid(message, faults=(Fault("too_long", message, ""),))
    with acting(actor, write=True):
        held = transitions.hold(shipment)
        _require_open(held, None)
        draft = ShipmentDraft.objects.filter(shipment=held).first()
        if seen != (draft.revision if draft else 0):
            raise _overtaken(held)
        return _write_draft(actor, held, body, at, draft).revision


def drop(actor: Actor, shipment: Shipment) -> None:
    """Forget what is typed of a correction: what was sent stands. Book-keeping."""
    Act.ANNOUNCE_SHIPMENT.require(actor, shipment)
    with acting(actor, write=True):
        ShipmentDraft.objects.filter(shipment=shipment, shipment__version__gt=0).delete()


def _write_draft(
    actor: Actor, shipment: Shipment, body: Body, at: dt.datetime, draft: ShipmentDraft | None = None
) -> ShipmentDraft:
    new = draft is None
    draft = draft or ShipmentDraft(shipment=shipment, supplier_id=shipment.supplier_id, revision=0)
    draft.revision += 1
    draft.body, draft.saved_at, draft.actor_id, draft.actor_name = dict(body), at, actor.id, actor.name
    draft.save(force_insert=new)
    return draft


def _require_open(held: Shipment, seen: int | None) -> None:
    if seen is not None and seen != held.version:
        raise _overtaken(held)
    if held.state not in (ShipmentState.DRAFT, *CORRECTABLE):
        message = _("%(shipment)s is %(state)s and takes no changes any more.")
        raise WrongState(message % {"shipment": held.label, "state": held.get_state_display().lower()})


def _overtaken(held: Shipment) -> Stale:
    return Stale(
        _("%(shipment)s was changed meanwhile.") % {"shipment": held.label},
        remedy=_("Look at what it says now, and change it again."),
    )


def record(
    actor: Actor,
    supplier: Supplier,
    known: Shipment | None,
    body: Body,
    channel: str,
    at: dt.datetime,
    seen: int | None = None,
) -> Shipment:
    """:func:`announce`, or :func:`send` what is ``known``, inside the transaction of an act.

    Everybody locks in this order: orders (here none), lines, the shipment, the supplier's numbers.
    """
    faults = Faults()
    notice = notice_bodies.read(body, faults)
    judged = judge(actor, supplier, notice, faults, at, shipment=known, holding=True)
    shipment, beside = receipts.hold_beside(known) if known is not None else (None, [])
    if shipment is not None:
        _require_open(shipment, seen)
    before = _last(shipment) if shipment is not None else None
    if judged and shipment is not None and before:
        same = content_digest(notice, judged, [unit.plate for unit in notice.units]) == before.digest
        same_head = all(getattr(shipment, name) == getattr(notice, name) for name in HEADER)
        if same and same_head and shipment.state != ShipmentState.INVALID:
            return _tell(shipment, judged, [unit.plate for unit in notice.units])
        if not same and is_frozen(shipment, at):
            message = _(
                "The day of its arrival has come: carrier, dates and note may still change, what is in it may not."
            )
            faults.add("frozen", message, "/lines")
    refuse(faults)
    assert judged is not None
    left = notice.departs_on is not None and notice.departs_on <= judged.today
    state = ShipmentState.IN_TRANSIT if left else ShipmentState.SUBMITTED
    new = shipment is None
    shipment = shipment or Shipment(supplier=supplier, plant_id=judged.plant_id, created_at=at, state=state)
    drawn = Drawn(supplier.pk, shipment.pk, notice, at, new=new)
    if drawn.twin is not None:
        raise _twin(f" (S{drawn.twin})")
    if new:
        shipment.number = drawn.number
    else:
        ShipmentDraft.objects.filter(shipment=shipment).delete()
        ShipmentOrder.objects.filter(shipment=shipment).update(sync=SyncMark.WAITING, sync_note="", sync_why=None)
    _take(shipment, notice, judged, at)
    _keep_head(shipment, state, new=new)
    codes = keep_version(shipment, notice, judged, drawn, channel=channel)
    audit.note(shipment, version=(shipment.version - 1, shipment.version))
    told = {"version": shipment.version}
    outbox.publish(ANNOUNCED, about=shipment, supplier_id=shipment.supplier_id, tier=1, payload=told)
    receipts.make_room(beside)
    return _tell(shipment, judged, codes)


def _tell(shipment: Shipment, judged: Judged, plates: Sequence[str]) -> Shipment:
    shipment.told = Told(judged.hints, plates)  # type: ignore[attr-defined]
    return shipment


def refuse(faults: Faults) -> None:
    """Raise what is wrong with a notice, in the order of its rows."""
    faults.refuse(_("This shipment cannot be announced as it is."))


def is_frozen(shipment: Shipment, at: dt.datetime) -> bool:
    """Whether what is in it stays: the day has come that it is expected, and nothing in it has to be corrected."""
    over = shipment.editable_until is not None and at >= shipment.editable_until
    return over and shipment.state != ShipmentState.INVALID


def _last(shipment: Shipment) -> ShipmentVersion | None:
    return ShipmentVersion.objects.get(shipment=shipment, number=shipment.version) if shipment.version else None


def _take(shipment: Shipment, notice: Notice, judged: Judged, at: dt.datetime) -> None:
    for name in HEADER:
        setattr(shipment, name, getattr(notice, name))
    shipment.version += 1
    shipment.submitted_at = shipment.submitted_at or at
    begins = dt.datetime.combine(notice.arrives_on, dt.time.min, judged.zone) if notice.arrives_on else None
    shipment.editable_until = begins if begins and begins > at else None
    shipment.faults, shipment.sync = [], SyncMark.WAITING


def _keep_head(shipment: Shipment, state: ShipmentState, *, new: bool) -> None:
    try:
        if new:
            shipment.save(force_insert=True)
        elif shipment.state == state:
            shipment.save(update_fields=[*_SENT, "faults"])
        else:
            # A constraint ties what was sent to the state: they change together.
            transitions.move(shipment, state, together=_SENT)
            shipment.save(update_fields=["faults"])
    except IntegrityError as race:
        if "shipment_delivery_note" in str(race):
            raise _twin("") from None
        raise


_SENT = (*HEADER, "version", "submitted_at", "editable_until", "sync")


def _twin(where: str) -> Invalid:
    fault = twin_of(where)
    return Invalid(fault.message, faults=(fault,))
