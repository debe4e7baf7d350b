"""Changes of master data that a supplier asks for. Odoo owns what they are about: a buyer decides, a letter writes.

Each request is about one field of one thing: of a price list entry, of a contact, or of the supplier himself. It keeps
what stood there when it was asked, so that nobody's change in Odoo is overwritten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, NotFound, Stale, WrongState
from suppliers import masterdata
from suppliers.actions.master_standing import tell
from suppliers.masterdata import Of
from suppliers.models import MasterRequest, PriceTerm, Supplier
from suppliers.permissions import Act
from suppliers.queries.masters import Subject, current_values, subject_of
from suppliers.states import MasterField, MasterState, Source, SyncMark

LONGEST_WORDS = 2000


@act(Act.ASK_MASTER_CHANGE, about="supplier")
def request_master_change(
    *,
    actor: Actor,
    supplier: Supplier,
    field: MasterField,
    values: Mapping[str, str],
    at: dt.datetime,
    term: UUID | None = None,
    contact: str = "",
    comment: str = "",
    source: str = "",
    source_note: str = "",
) -> MasterRequest:
    """Ask that a field says something else. ``values`` are those of :data:`suppliers.masterdata.FIELDS`, as text.

    Somebody on the buyer's side may ask what a supplier told him: ``source`` says how, and the supplier is told. Raises
    :class:`NotFound` for a thing the supplier does not have, :class:`WrongState` where the same is asked for already,
    and :class:`Invalid` naming every value that is wrong, or where nothing would change.
    """
    supplier = transitions.hold(supplier)
    if field == MasterField.PRICE:
        Act.SEE_PRICES.require(actor, supplier)
    _check_source(actor, source)
    wanted = masterdata.wanted(field, values)
    if len(comment) > LONGEST_WORDS:
        _refuse("too_long", _("At most %(count)d characters.") % {"count": LONGEST_WORDS}, "/comment")
    subject = _subject(supplier, field, term, contact)
    if wanted == subject.values:
        _refuse("unchanged", _("It says that already."), f"/values/{masterdata.names(field)[0]}")
    mine = MasterRequest.objects.filter(supplier=supplier)
    if mine.open().filter(field=field, term=term, contact=contact).exists():
        raise WrongState(
            _("A change of this is asked for already."),
            remedy=_("Withdraw that request first, or wait until it is over."),
        )
    request = MasterRequest(
        supplier=supplier,
        number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
        field=field,
        term_id=term,
        contact=contact,
        subject=subject.title,
        unit=subject.unit,
        before=subject.values,
        after=wanted,
        comment=comment.strip(),
        asked_by=actor.name,
        source=source,
        source_note=source_note.strip() if source else "",
        opened_at=at,
        moved_at=at,
    )
    request.save(force_insert=True)
    audit.note(request, **{name: (subject.values[name], value) for name, value in wanted.items()})
    tell(request, "submitted")
    if source:
        tell(request, "entered")
    return request


@act(Act.WITHDRAW_MASTER_CHANGE, about="request")
def withdraw_master_change(*, actor: Actor, request: MasterRequest, at: dt.datetime, reason: str = "") -> MasterRequest:
    """Take one's request back while nobody has decided it. Raises :class:`WrongState` afterwards."""
    request = _hold_waiting(request)
    _conclude(request, MasterState.WITHDRAWN, reason)
    tell(request, "withdrawn")
    return request


@act(Act.DECIDE_MASTER_CHANGE, about="request")
def approve_master_change(*, actor: Actor, request: MasterRequest, at: dt.datetime, reason: str = "") -> MasterRequest:
    """It shall be so: the post office writes it to Odoo.

    Raises :class:`WrongState` where it is decided or withdrawn, and :class:`Stale` where Odoo has said something else
    since it was asked: that would be overwritten.
    """
    request = _hold_waiting(request)
    now = current_values(request)
    if now not in (request.before, request.after):
        raise Stale(
            _("Odoo says something else since this was asked for."),
            remedy=_("Decline it and say so: the supplier can ask again from what holds now."),
        )
    request.sync = SyncMark.WAITING
    _conclude(request, MasterState.APPROVED, reason, together=["sync"])
    tell(request, "approved")
    return request


@act(Act.DECIDE_MASTER_CHANGE, about="request")
def decline_master_change(*, actor: Actor, request: MasterRequest, reason: str, at: dt.datetime) -> MasterRequest:
    """It stays as it is; the supplier reads why. An approval that Odoo stands in the way of is taken back like that.

    Raises :class:`WrongState` where it is over, or on its way, and :class:`Invalid` without a reason.
    """
    request = transitions.hold(request, "supplier")
    if not reason.strip():
        _refuse("required", _("Say why you decline: the supplier reads it."), "/reason")
    revoked = request.revocable
    if not revoked and request.state != MasterState.SUBMITTED:
        raise _over(request)
    request.sync = SyncMark.NONE
    _conclude(request, MasterState.DECLINED, reason, together=["sync"])
    tell(request, "revoked" if revoked else "declined")
    return request


def _check_source(actor: Actor, source: str) -> None:
    if actor.behind_wall and source:
        _refuse("source_not_taken", _("Only the buyer's side says how it was told."), "/source")
    if not actor.behind_wall and source not in Source.values:
        _refuse("required", _("Say how the supplier told you: it is his wish."), "/source")


def _subject(supplier: Supplier, field: MasterField, term: UUID | None, contact: str) -> Subject:
    """What is asked about, as it stands. The caller holds the supplier."""
    of = masterdata.of(field)
    if (of is Of.TERM) != (term is not None) or (of is Of.CONTACT) != bool(contact):
        message = _("Say which price list entry or which contact this is about, and only that.")
        _refuse("subject", message, "/term" if of is Of.TERM else "/contact")
    entry = PriceTerm.objects.filter(supplier=supplier, pk=term, gone=False).first() if term else None
    found = subject_of(supplier, field, entry, contact)
    if found is None:
        raise NotFound(_("There is no such price list entry or contact."))
    return found


def _hold_waiting(request: MasterRequest) -> MasterRequest:
    request = transitions.hold(request, "supplier")
    if request.state != MasterState.SUBMITTED:
        raise _over(request)
    return request


def _over(request: MasterRequest) -> WrongState:
    return WrongState(
        _("Request %(number)d does not wait for a decision: it is %(state)s.")
        % {"number": request.number, "state": request.get_state_display().lower()},
        remedy=_("Look at it again: somebody may have been quicker."),
    )


def _conclude(request: MasterRequest, state: MasterState, reason: str, together: list[str] | None = None) -> None:
    deed = audit.current_deed()
    if len(reason) > LONGEST_WORDS:
        _refuse("too_long", _("At most %(count)d characters.") % {"count": LONGEST_WORDS}, "/reason")
    request.closing, request.moved_at, request.decided_by = reason.strip(), deed.at, deed.actor.name
    fields = ["closing", "moved_at", "decided_by", *(together or ())]
    transitions.move(request, state, reason=request.closing, together=fields)


def _refuse(code: str, message: str, pointer: str) -> None:
    raise Invalid(message, faults=(Fault(code, message, pointer),))
