"""Inviting many of the people whom Odoo knows at suppliers, at once: at a go-live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults, NotFound, Refused, WrongState
from suppliers.actions.invitations import faults_of_person, faults_of_roles, offer
from suppliers.models import Invitation, InvitationBatch, Supplier
from suppliers.permissions import Act
from suppliers.queries.contacts import Contact, Firm, judged

MOST = 100
"""Invited at once."""


@dataclass(frozen=True)
class Choice:
    """One contact out of many, and what he is invited to be."""

    supplier: UUID
    email: str
    roles: Sequence[str]


@act(Act.INVITE_CONTACTS)
def invite_contacts(*, actor: Actor, choices: Sequence[Choice], at: dt.datetime) -> InvitationBatch:
    """Invite people by the address that Odoo has for them, across suppliers.

    Each is invited or refused by himself, and the batch that is returned says which; whoever has an open invitation
    gets no second one. Name and language are Odoo's. Raises :class:`Invalid` for nothing chosen and for more than 100,
    and :class:`NotPermitted` for an administrator of single plants: a supplier delivers to all of them.
    """
    Act.INVITE_CONTACTS.require(actor)
    faults = Faults()
    if not choices:
        faults.add("required", _("Choose at least one contact."), "/rows")
    if len(choices) > MOST:
        faults.add("too_many", _("Invite at most %(count)d people at once.") % {"count": MOST}, "/rows")
    faults.refuse(_("Nobody was invited."))
    held = transitions.hold_all(Supplier.objects.filter(public_id__in={one.supplier for one in choices}))
    firms = {firm.supplier.public_id: firm for firm in judged(held, at)}
    results = []
    for choice in choices:
        firm = firms.get(choice.supplier)
        contact = _contact(firm, choice) if firm else None
        code = message = ""
        try:
            _invite(actor, at, choice, firm, contact)
        except Refused as refusal:
            code, message = refusal.code, " ".join([refusal.message, *(fault.message for fault in refusal.faults)])
        results.append(_result(choice, firm, contact, code, message))
    batch = InvitationBatch(at=at, results=results, actor_kind=actor.kind, actor_id=actor.id, actor_name=actor.name)
    batch.save(force_insert=True)
    return batch


def _contact(firm: Firm, choice: Choice) -> Contact | None:
    email = choice.email.strip().lower()
    return next((one for one in firm.contacts if one.email and one.email == email), None)


def _invite(actor: Actor, at: dt.datetime, choice: Choice, firm: Firm | None, contact: Contact | None) -> Invitation:
    """Everything is checked before the first row is written: a refusal leaves nothing of its row behind."""
    if firm is None or contact is None:
        raise NotFound(_("Odoo has no such contact any more."))
    if not firm.supplier.active:
        raise WrongState(_("%(name)s is not active.") % {"name": firm.supplier.name}, code="not_active")
    if not contact.invitable:
        raise WrongState(str(contact.standing.label) + ".", code=contact.standing)
    faults = faults_of_person(contact.name, contact.language)
    faults_of_roles(choice.roles, faults)
    faults.refuse(_("This person cannot be invited."))
    return offer(
        actor,
        at,
        supplier=firm.supplier,
        email=contact.email,
        name=contact.name,
        roles=sorted({*choice.roles}),
        language=contact.language,
    )


def _result(
    choice: Choice, firm: Firm | None, contact: Contact | None, code: str, message: str
) -> Mapping[str, object]:
    return {
        "supplier": str(choice.supplier),
        "supplier_name": firm.supplier.name if firm else "",
        "email": choice.email[:254],
        "name": contact.name if contact else "",
        "roles": list(choice.roles),
        "outcome": "refused" if code else "invited",
        "code": code,
        "message": message,
    }
