"""Who may sign in, and with which roles; keys of machine clients."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults, Invalid
from suppliers.models import ApiToken, Membership, Plant, Posting, Supplier, User
from suppliers.permissions import Act, Scope
from suppliers.states import Role, StaffRole

LONGEST_TOKEN_DAYS = 366


@act(Act.ENROL_PERSON, within="plant")
def enrol(
    *,
    actor: Actor,
    email: str,
    name: str,
    at: dt.datetime,
    password: str = "",
    supplier: Supplier | None = None,
    roles: Sequence[Role] = (),
    staff_roles: Sequence[StaffRole] = (),
    plant: Plant | None = None,
    language: str = "en",
    time_zone: str = "Europe/Berlin",
) -> User:
    """Make a person known, with roles at one supplier or on the staff (at ``plant``, or at every plant).

    Somebody already enrolled keeps his password and gains the roles. Without a password he sets one through "forgotten
    password". Raises :class:`Invalid` for an address, roles or a password that cannot be.
    """
    faults = Faults()
    try:
        validate_email(email)
    except ValidationError:
        faults.add("email", _("This is not an e-mail address."), "/email")
    if bool(roles) == bool(staff_roles) or bool(roles) != bool(supplier):
        faults.add("roles", _("Give roles at one supplier, or staff roles."), "/roles")
    kind = "supplier" if roles else "staff"
    known = User.objects.filter(email=email.lower()).first()
    if known and known.kind != kind:
        faults.add("kind", _("This address belongs to somebody of the other side already."), "/email")
    if password and not known:
        try:
            validate_password(password, User(email=email, name=name))
        except ValidationError as weak:
            faults.add("password", " ".join(weak.messages), "/password")
    faults.refuse(_("This person cannot be enrolled."))
    user = known or User.objects.create_user(
        email, password or None, name=name, kind=kind, language=language, time_zone=time_zone
    )
    for role in roles:
        Membership.objects.get_or_create(user=user, supplier=supplier, role=role)
    for staff_role in staff_roles:
        Posting.objects.get_or_create(user=user, plant=plant, role=staff_role)
    audit.note(user, roles=(None, [*roles, *staff_roles]), supplier=(None, supplier.pk if supplier else None))
    return user


@act(Act.ISSUE_TOKEN, about="supplier")
def issue_token(
    *, actor: Actor, supplier: Supplier, name: str, scopes: Sequence[str], days: int, at: dt.datetime
) -> ApiToken:
    """Make a key of a supplier's machine client. ``token.secret`` is the key itself, here and never again.

    ``name`` tells the supplier's clients apart. A further key of a known one is a rotation: both work until the old
    one is revoked or expires, and what was sent under an idempotency key with the old one is known under the new one.
    Raises :class:`Invalid` for scopes a supplier's client cannot have or a life of more than a year, and
    :class:`NotPermitted` for an administrator of single plants: a supplier delivers to all of them.
    """
    unknown = sorted(set(scopes) - set(Scope.OF_SUPPLIERS))
    if unknown or not scopes:
        message = _("Choose from these scopes: %(scopes)s.") % {"scopes": ", ".join(Scope.OF_SUPPLIERS)}
        raise Invalid(message, faults=(Fault("scopes", message, "/scopes"),))
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        message = _("A token lives from 1 to %(days)d days.") % {"days": LONGEST_TOKEN_DAYS}
        raise Invalid(message, faults=(Fault("days", message, "/days"),))
    secret = "portal_" + secrets.token_urlsafe(32)
    supplier = transitions.hold(supplier)  # two keys at once are two keys of one client
    client = User.objects.filter(kind="machine", name=name, tokens__supplier=supplier).first()
    if client is None:
        client = User.objects.create_user(f"{secrets.token_hex(8)}@machine.invalid", None, name=name, kind="machine")
    token = ApiToken(
        user=client,
        supplier=supplier,
        prefix=secret[:12],
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=list(scopes),
        expires_at=at + dt.timedelta(days=days),
    )
    token.save(force_insert=True)
    token.secret = secret
    audit.note(token, scopes=(None, list(scopes)))
    return token
