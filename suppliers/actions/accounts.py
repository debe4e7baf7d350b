"""One's own account: who I am, where mail reaches me, and what I am told of it.

All of it is done at the door, in the person's name: he may hold nothing anywhere and still change his language, and no
supplier's role at the wall may write to the table of people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from integrations.slot import outbox
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Fault, Invalid, NotFound, WrongState
from suppliers.actions.invitations import faults_of_person, open_invitation
from suppliers.models import AddressProof, Invitation, User
from suppliers.permissions import DOOR, Act

PROOF_LIFE = dt.timedelta(days=2)
MOST_PROOFS = 5
"""Mails to addresses that nobody has confirmed, in a day and for one person."""
PROVE_ADDRESS = "account.address_asked"
ADDRESS_CHANGED = "account.address_changed"
RESET_PASSWORD = "account.reset_asked"  # noqa: S105 (a topic)
NOTICE = "account.notice"


def door(name: str = "") -> Actor:
    """Who acts at the door, printed with the name of the person he acts for."""
    return Actor(ActorKind.SYSTEM, f"system:{DOOR}", name or "Door")


@act(Act.CHANGE_OWN_ACCOUNT, about="person")
def prefer(
    *, actor: Actor, person: User, at: dt.datetime, name: str = "", language: str = "", time_zone: str = ""
) -> User:
    """Keep what somebody is called, reads in, and lives by; what is not given stays. Raises :class:`Invalid`."""
    held = transitions.hold(person)
    wanted = {
        "name": name.strip() or held.name,
        "language": language or held.language,
        "time_zone": time_zone or held.time_zone,
    }
    faults_of_person(**wanted).refuse(_("This cannot be kept."))
    for field, value in wanted.items():
        if getattr(held, field) != value:
            audit.note(held, **{field: (getattr(held, field), value)})
            setattr(held, field, value)
    held.save(update_fields=list(wanted))
    return held


@act(Act.CHANGE_OWN_ACCOUNT, about="person")
def ask_for_address(*, actor: Actor, person: User, email: str, at: dt.datetime) -> AddressProof:
    """Begin to use another address: it counts once its owner opens the link that goes there. One at a time.

    Whether somebody else uses it already is told there, not here. Raises :class:`Invalid` and :class:`WrongState`.
    """
    held = transitions.hold(person)
    return _ask(AddressProof.objects.filter(user=held), at, email, held.email, user=held)


@act(Act.ACCEPT_INVITATION, about="invitation")
def correct_address(*, actor: Actor, invitation: Invitation, secret: str, email: str, at: dt.datetime) -> AddressProof:
    """Say that an invitation shall be for another address of one's own: it is once that address is proved.

    Raises as :func:`~suppliers.actions.invitations.accept` does.
    """
    held = open_invitation(transitions.hold(invitation, "supplier"), secret, at)
    return _ask(AddressProof.objects.filter(invitation=held), at, email, held.email, invitation=held)


def _ask(earlier: Any, at: dt.datetime, email: str, now: str, **about: Any) -> AddressProof:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        message = _("This is not an e-mail address.")
        raise Invalid(message, faults=(Fault("email", message, "/email"),)) from None
    if email == now:
        message = _("This is the address already.")
        raise Invalid(message, faults=(Fault("email", message, "/email"),))
    if earlier.filter(asked_at__gt=at - dt.timedelta(days=1)).count() >= MOST_PROOFS:
        raise WrongState(_("Too many addresses were tried today."), code="too_many", remedy=_("Try again tomorrow."))
    earlier.filter(proved_at=None, withdrawn_at=None).update(withdrawn_at=at)
    proof = AddressProof(email=email, asked_at=at, expires_at=at + PROOF_LIFE, **about)
    proof.save(force_insert=True)
    audit.note(proof, email=(now, email))
    invitation = about.get("invitation")
    outbox.publish(PROVE_ADDRESS, about=proof, supplier_id=invitation.supplier_id if invitation else None, tier=1)
    return proof


@act(Act.CHANGE_OWN_ACCOUNT, about="proof")
def prove_address(*, actor: Actor, proof: AddressProof, secret: str, at: dt.datetime) -> AddressProof:
    """Whoever opened this link reads this address: from now on it counts, and the old one is told.

    Raises :class:`NotFound` for a link that opens nothing, :class:`WrongState` for one that is used up, and
    :class:`Invalid` where somebody else signs in with the address.
    """
    # Whom it is about comes first, as where an address is asked for: two that wait for each other wait for ever.
    person = transitions.hold(proof.user) if proof.user else None
    invitation = transitions.hold(proof.invitation, "supplier") if proof.invitation else None
    held = open_proof(transitions.hold(proof, "user", "invitation"), secret, at)
    held.proved_at = at
    held.save(update_fields=["proved_at"])
    if invitation is not None:
        audit.note(invitation, email=(invitation.email, held.email))
        invitation.email = held.email
        invitation.version += 1  # the link that went to the wrong address is dead
        invitation.save(update_fields=["email", "version"])
        held.invitation = invitation
        return held
    assert person is not None  # the table says so
    if User.objects.filter(email=held.email).exclude(pk=person.pk).exists():
        message = _("Somebody signs in with this address already.")
        raise Invalid(message, faults=(Fault("email", message, ""),))
    before, person.email = person.email, held.email
    person.save(update_fields=["email"])
    # allauth remembers addresses that its mails proved, and would go on letting the old one in.
    EmailAddress.objects.filter(user=person).delete()
    audit.note(person, email=(before, held.email))
    outbox.publish(ADDRESS_CHANGED, about=person, supplier_id=None, tier=1, payload={"old": before, "new": held.email})
    return held


def open_proof(proof: AddressProof, secret: str, at: dt.datetime) -> AddressProof:
    """The proof if this secret opens it now; else :class:`NotFound` or :class:`WrongState`, saying what to do."""
    if not proof.is_opened_by(secret):
        raise NotFound(
            _("This link confirms no address."), code="link_unknown", remedy=_("Copy the whole link from the mail.")
        )
    if not proof.is_open(at) or (
        proof.invitation is not None and (proof.invitation.accepted_at or proof.invitation.revoked_at)
    ):
        raise WrongState(
            _("This address was confirmed already.") if proof.proved_at else _("This link is no longer valid."),
            code="link_used" if proof.proved_at else "link_expired",
            remedy=_("If the address does not count yet, enter it again and open the newest mail."),
        )
    return proof


@act(Act.TELL_ACCOUNT_EVENT)
def ask_for_reset(*, actor: Actor, email: str, at: dt.datetime) -> User | None:
    """Somebody forgot the password of this address. Nobody learns here whether anybody signs in with it."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).exclude(kind="machine").first()
    if user is not None:
        outbox.publish(RESET_PASSWORD, about=user, supplier_id=None, tier=1)
    return user


@act(Act.TELL_ACCOUNT_EVENT, about="person")
def tell(*, actor: Actor, person: User, what: str, at: dt.datetime, where: Mapping[str, str] | None = None) -> User:
    """Tell somebody what happened to his account: a factor added, a password changed. ``where`` it came from."""
    audit.note(person, event=(None, what))
    outbox.publish(NOTICE, about=person, supplier_id=None, tier=1, payload={"what": what, **(where or {})})
    return person
