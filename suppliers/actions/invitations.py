"""How somebody comes in: he is invited, and accepts with what he sets himself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from integrations.slot import outbox
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults, NotFound, NotPermitted, WrongState
from portal.shared.ownership import EVERYWHERE
from suppliers.models import Invitation, Membership, Plant, Posting, Supplier, User
from suppliers.permissions import Act
from suppliers.states import Admission, Role, StaffRole

LIFE = dt.timedelta(days=7)
PAUSE = dt.timedelta(minutes=1)
"""Between two mails of one invitation."""
MOST_PENDING = 100
"""Open invitations of one supplier: whoever got hold of an administrator's session shall not write to the world."""
SENT = "invitation.sent"
NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def time_zones() -> list[str]:
    """The time zones to choose from: those named after places, and UTC."""
    return [*sorted(name for name in available_timezones() if "/" in name and not name.startswith(NO_PLACES)), "UTC"]


@act(Act.INVITE_COLLEAGUE, about="supplier")
def invite_colleague(
    *, actor: Actor, supplier: Supplier, email: str, name: str, roles: Sequence[str], language: str, at: dt.datetime
) -> Invitation:
    """Offer somebody roles at a supplier. He may have an account already: then he gains the roles by accepting.

    Raises :class:`Invalid` for what cannot be, :class:`WrongState` for an address with an open invitation or a supplier
    who is not active, and :class:`NotPermitted` for an administrator of single plants: a supplier delivers to all.
    """
    faults = _faults_of(email, name, language)
    faults_of_roles(roles, faults)
    faults.refuse(_("This person cannot be invited."))
    supplier = transitions.hold(supplier)
    if not supplier.active:
        raise WrongState(_("%(name)s is not active.") % {"name": supplier.name})
    return offer(actor, at, supplier=supplier, email=email, name=name, roles=sorted(roles), language=language)


@act(Act.INVITE_STAFF)
def invite_staff(
    *,
    actor: Actor,
    email: str,
    name: str,
    roles: Sequence[str],
    language: str,
    at: dt.datetime,
    plants: Sequence[Plant] = (),
) -> Invitation:
    """Offer somebody roles on the staff, at these plants or (without any) at every plant.

    Raises :class:`Invalid`, :class:`WrongState`, and :class:`NotPermitted` for a plant that is not the actor's.
    """
    places: Sequence[object] = plants or [EVERYWHERE]
    for place in places:
        Act.INVITE_STAFF.require(actor, place)
    faults = _faults_of(email, name, language)
    if not roles or set(roles) - set(StaffRole.values):
        faults.add("roles", _("Choose one role or more."), "/roles")
    faults.refuse(_("This person cannot be invited."))
    keys = sorted(plant.pk for plant in plants)
    return offer(actor, at, email=email, name=name, roles=sorted(roles), plants=keys, language=language)


def _faults_of(email: str, name: str, language: str) -> Faults:
    faults = Faults()
    try:
        validate_email(email.strip())
    except ValidationError:
        faults.add("email", _("This is not an e-mail address."), "/email")
    faults.items += faults_of_person(name, language).items
    return faults


def faults_of_person(name: str, language: str, time_zone: str = "UTC") -> Faults:
    """What is wrong with a person's name, language and time zone."""
    faults = Faults()
    if not 1 <= len(name.strip()) <= 200 or not name.isprintable():
        faults.add("name", _("Give a name of at most 200 characters."), "/name")
    if language not in dict(settings.LANGUAGES):
        faults.add("language", _("Choose one of the languages."), "/language")
    if time_zone not in time_zones():
        faults.add("time_zone", _("Choose one of the time zones."), "/time_zone")
    return faults


def faults_of_roles(roles: Sequence[str], faults: Faults) -> None:
    """Put on the list that somebody is to hold no role at a supplier, or one that there is not."""
    if not roles or set(roles) - set(Role.values):
        faults.add("roles", _("Choose one role or more."), "/roles")


def offer(
    actor: Actor,
    at: dt.datetime,
    *,
    email: str,
    name: str,
    roles: list[str],
    language: str,
    supplier: Supplier | None = None,
    plants: Sequence[int] = (),
) -> Invitation:
    """Keep an invitation and send it, inside an act that has checked what is given and holds the supplier.

    Raises :class:`WrongState` for an address with an open invitation, and where too many are open.
    """
    email = email.strip().lower()
    pending = Invitation.objects.pending(at).filter(supplier=supplier)
    if pending.filter(email=email).exists():
        raise WrongState(
            _("%(email)s is invited already.") % {"email": email},
            code="already_invited",
            remedy=_("Send that invitation again, or withdraw it first."),
        )
    if pending.count() >= MOST_PENDING:
        raise WrongState(
            _("Too many invitations are open."), code="too_many", remedy=_("Withdraw those nobody will accept.")
        )
    invitation = Invitation(
        supplier=supplier,
        roles=roles,
        plants=list(plants),
        email=email,
        name=name.strip(),
        language=language,
        invited_by_kind=actor.kind,
        invited_by_id=actor.id,
        invited_by_name=actor.name,
        invited_at=at,
        sent_at=at,
        expires_at=at + LIFE,
    )
    invitation.save(force_insert=True)
    audit.note(invitation, email=(None, email), roles=(None, roles), plants=(None, list(plants)))
    _send(invitation)
    return invitation


def _send(invitation: Invitation) -> None:
    """The letter says which version it is for, never the secret: the post office makes that when it sends."""
    outbox.publish(
        SENT, about=invitation, supplier_id=invitation.supplier_id, tier=1, payload={"version": invitation.version}
    )


@act(Act.HANDLE_INVITATION, about="invitation")
def resend(*, actor: Actor, invitation: Invitation, at: dt.datetime) -> Invitation:
    """Send a new link, which lives as long as a first one; the old link is dead from now on.

    Raises :class:`WrongState` for an invitation that was accepted or withdrawn, or sent a moment ago.
    """
    held = _hold(actor, invitation)
    if held.sent_at + PAUSE > at:
        raise WrongState(_("It was sent a moment ago."), code="too_soon", remedy=_("Wait a minute, then send again."))
    audit.note(held, version=(held.version, held.version + 1))
    held.version += 1
    held.sent_at, held.expires_at = at, at + LIFE
    held.save(update_fields=["version", "sent_at", "expires_at"])
    _send(held)
    return held


@act(Act.HANDLE_INVITATION, about="invitation")
def revoke(*, actor: Actor, invitation: Invitation, at: dt.datetime) -> Invitation:
    """Withdraw an invitation. Raises :class:`WrongState` where it was accepted or withdrawn before."""
    held = _hold(actor, invitation)
    audit.note(held, revoked_at=(None, at))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    return held


def _hold(actor: Actor, invitation: Invitation) -> Invitation:
    """The invitation, held, if it still waits and the actor has to do with it."""
    held = transitions.hold(invitation)
    if held.supplier_id is None:
        # No supplier stands in the row, so the table above compared nothing.
        for plant in held.plants or [None]:
            Act.INVITE_STAFF.require(actor, Plant(pk=plant) if plant else EVERYWHERE)
    else:
        Act.INVITE_COLLEAGUE.require(actor, held)
    if held.accepted_at or held.revoked_at:
        raise WrongState(
            _("This invitation was accepted already.") if held.accepted_at else _("This invitation was withdrawn."),
            code="invitation_settled",
        )
    return held


@act(Act.ACCEPT_INVITATION, about="invitation")
def accept(
    *,
    actor: Actor,
    invitation: Invitation,
    secret: str,
    at: dt.datetime,
    person: User | None = None,
    name: str = "",
    language: str = "",
    time_zone: str = "",
    password: str = "",
) -> User:
    """Take up an invitation, and return who did.

    ``person`` is who is signed in: somebody with an account accepts as himself, and gains the roles. Anybody else gets
    an account with what he gives here; without a password he comes in by a passkey that he adds next. Raises
    :class:`NotFound` for a secret that opens nothing, :class:`WrongState` for an invitation that does not wait,
    :class:`NotPermitted` for somebody else's, and :class:`Invalid`.
    """
    held = open_invitation(transitions.hold(invitation, "supplier"), secret, at)
    known = User.objects.filter(email=held.email).first()
    if (person.pk if person else None) != (known.pk if known else None):
        raise NotPermitted(
            _("This invitation is for %(email)s.") % {"email": held.email},
            code="sign_in_first",
            remedy=_("Sign in with this address, or sign out to make an account for it."),
        )
    user = known or _make(held, name or held.name, language or held.language, time_zone or "UTC", password)
    _admit(user, held)
    held.accepted_at, held.accepted_by = at, user
    held.save(update_fields=["accepted_at", "accepted_by"])
    audit.note(held, accepted_by=(None, str(user.pk)))
    return user


def open_invitation(invitation: Invitation, secret: str, at: dt.datetime) -> Invitation:
    """The invitation if this secret opens it now; else :class:`NotFound` or :class:`WrongState`, saying what to do."""
    if not invitation.is_opened_by(secret):
        raise NotFound(
            _("This link does not open an invitation."),
            code="link_unknown",
            remedy=_("Look for a newer mail: a second invitation replaces the first. Else ask whoever invited you."),
        )
    said = {
        Admission.ACCEPTED: (_("This invitation was accepted already."), _("Sign in with the address it was sent to.")),
        Admission.REVOKED: (_("This invitation was withdrawn."), _("Ask whoever invited you.")),
        Admission.EXPIRED: (
            _("This invitation has expired."),
            _("Ask %(name)s to send it again.") % {"name": invitation.invited_by_name},
        ),
    }
    admission = invitation.admission(at)
    if admission in said:
        message, remedy = said[admission]
        raise WrongState(message, code=f"invitation_{admission}", remedy=remedy)
    if invitation.supplier is not None and not invitation.supplier.active:
        message, remedy = said[Admission.REVOKED]
        raise WrongState(message, code="invitation_revoked", remedy=remedy)
    return invitation


def _make(held: Invitation, name: str, language: str, time_zone: str, password: str) -> User:
    faults = faults_of_person(name, language, time_zone)
    kind = "supplier" if held.supplier_id else "staff"
    person = User(email=held.email, name=name.strip())
    if password:
        try:
            validate_password(password, person)
        except ValidationError as weak:
            faults.add("password", " ".join(weak.messages), "/password")
    faults.refuse(_("Your account cannot be made like this."))
    return User.objects.create_user(
        held.email, password or None, name=name.strip(), kind=kind, language=language, time_zone=time_zone
    )


def _admit(user: User, held: Invitation) -> None:
    faults = Faults()
    if user.kind != ("supplier" if held.supplier_id else "staff"):
        faults.add("kind", _("This address belongs to somebody of the other side already."), "/email")
    faults.refuse(_("This invitation cannot be accepted."))
    if held.supplier_id:
        for role in held.roles:
            Membership.objects.update_or_create(
                user=user, supplier_id=held.supplier_id, role=role, defaults={"ended_at": None}
            )
        # Whoever comes back holds what he was invited to, not what he held when he left.
        Membership.objects.filter(user=user, supplier=held.supplier_id).exclude(ended_at=None).delete()
    for plant in held.plants or [None]:
        for role in () if held.supplier_id else held.roles:
            Posting.objects.get_or_create(user=user, plant_id=plant, role=role)
    audit.note(user, roles=(None, held.roles), supplier=(None, held.supplier_id), plants=(None, held.plants))
