"""Who works for a supplier or on the staff: roles, leaving and coming back, and what is asked of all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from integrations.slot import outbox
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Fault, Invalid, WrongState
from portal.shared.ownership import EVERYWHERE
from suppliers.models import Membership, Plant, Posting, StaffRules, Supplier, User
from suppliers.permissions import Act
from suppliers.states import Role, StaffRole

LONGEST_GRACE = 30
STANDING = "account.standing"


@act(Act.SET_COLLEAGUES_ROLES, about="supplier")
def set_roles(*, actor: Actor, supplier: Supplier, person: User, roles: Sequence[str], at: dt.datetime) -> Supplier:
    """Give somebody these roles at a supplier, and no others.

    Raises :class:`WrongState` for somebody who does not work there, or where a supplier's administrator would leave it
    without one, and :class:`Invalid` for no role at all.
    """
    held = _hold(supplier)
    _require_roles(roles, Role.values)
    rows = Membership.objects.filter(supplier=held, user=person, ended_at=None)
    before = sorted(rows.values_list("role", flat=True))
    if not before:
        raise WrongState(_("This person does not work for %(name)s.") % {"name": held.name}, code="not_there")
    if Role.ADMINISTRATOR not in roles:
        _keep_an_administrator(actor, held, person)
    rows.exclude(role__in=roles).delete()
    Membership.objects.bulk_create(
        Membership(user=person, supplier=held, role=role) for role in sorted({*roles} - {*before})
    )
    audit.note(person, roles=(before, sorted(roles)))
    if before != sorted(roles):
        _tell(actor, person, "roles", supplier=held, roles=sorted(roles))
    return held


@act(Act.DEACTIVATE_COLLEAGUE, about="supplier")
def deactivate(*, actor: Actor, supplier: Supplier, person: User, at: dt.datetime) -> Supplier:
    """End somebody's access to a supplier. His sessions end with it; what he did stays, and so do the API tokens.

    Raises :class:`WrongState` for somebody who does not work there or is its last administrator.
    """
    held = _hold(supplier)
    rows = Membership.objects.filter(supplier=held, user=person, ended_at=None)
    before = sorted(rows.values_list("role", flat=True))
    if not before:
        raise WrongState(_("This person does not work for %(name)s.") % {"name": held.name}, code="not_there")
    _keep_an_administrator(actor, held, person)
    rows.update(ended_at=at)
    _end_sessions(person)
    audit.note(person, roles=(before, []))
    _tell(actor, person, "ended", supplier=held)
    return held


@act(Act.DEACTIVATE_COLLEAGUE, about="supplier")
def reactivate(*, actor: Actor, supplier: Supplier, person: User, at: dt.datetime) -> Supplier:
    """Give somebody back the roles he had when his access ended. Raises :class:`WrongState` where it has not ended."""
    held = _hold(supplier)
    rows = Membership.objects.filter(supplier=held, user=person).exclude(ended_at=None)
    roles = sorted(rows.values_list("role", flat=True))
    if not roles:
        raise WrongState(_("The access of this person has not ended."), code="not_ended")
    rows.update(ended_at=None)
    audit.note(person, roles=([], roles))
    _tell(actor, person, "restored", supplier=held, roles=roles)
    return held


@act(Act.REQUIRE_FACTOR, about="supplier")
def require_factor(
    *, actor: Actor, supplier: Supplier, required: bool, at: dt.datetime, grace_days: int = 0
) -> Supplier:
    """Ask a second factor of everybody who acts for this supplier, after so many days; or ask it no more."""
    held = _hold(supplier)
    since = _since(held.factor_from, required, at, grace_days)
    audit.note(held, factor_from=(held.factor_from, since))
    held.factor_from = since
    held.save(update_fields=["factor_from"])
    return held


def _hold(supplier: Supplier) -> Supplier:
    """The supplier, held: who decides about its people does so one after the other."""
    return transitions.hold(supplier)


def _keep_an_administrator(actor: Actor, supplier: Supplier, person: User) -> None:
    """A supplier's own people leave one administrator; staff may take the last one, they can invite another."""
    if actor.kind is ActorKind.STAFF:
        return
    others = Membership.objects.filter(
        supplier=supplier, role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True
    ).exclude(user=person)
    if not others.exists():
        raise WrongState(
            _("This is the last administrator of %(name)s.") % {"name": supplier.name},
            code="last_administrator",
            remedy=_("Make somebody else an administrator first."),
        )


@act(Act.SET_STAFF_ROLES, within="plant")
def set_staff_roles(
    *, actor: Actor, person: User, roles: Sequence[str], at: dt.datetime, plant: Plant | None = None
) -> User:
    """Give a member of staff these roles at a plant, or (without one) at every plant; none takes them away there.

    Raises :class:`WrongState` where the portal would be left without an administrator of every plant.
    """
    held = _hold_staff(person)
    if roles:
        _require_roles(roles, StaffRole.values)
    rows = Posting.objects.filter(user=held, plant=plant)
    before = sorted(rows.values_list("role", flat=True))
    rows.exclude(role__in=roles).delete()
    Posting.objects.bulk_create(Posting(user=held, plant=plant, role=role) for role in sorted({*roles} - {*before}))
    _keep_a_staff_administrator()
    audit.note(held, roles=(before, sorted(roles)), plant=(plant.pk if plant else None, plant.pk if plant else None))
    if before != sorted(roles):
        _tell(actor, held, "roles", plant=plant, roles=sorted(roles))
    return held


@act(Act.DEACTIVATE_STAFF)
def close_account(*, actor: Actor, person: User, at: dt.datetime) -> User:
    """Close the account of a member of staff. His sessions end at once; what he did stays.

    Raises :class:`NotPermitted` unless the actor is administrator wherever the person holds a role.
    """
    return _set_active(actor, person, active=False)


@act(Act.DEACTIVATE_STAFF)
def reopen_account(*, actor: Actor, person: User, at: dt.datetime) -> User:
    """Open a closed account again, with the roles it had."""
    return _set_active(actor, person, active=True)


def _set_active(actor: Actor, person: User, *, active: bool) -> User:
    held = _hold_staff(person)
    for place in Posting.objects.filter(user=held).select_related("plant") or [None]:
        Act.DEACTIVATE_STAFF.require(actor, (place.plant if place else None) or EVERYWHERE)
    if held.is_active == active:
        raise WrongState(_("This account is open.") if active else _("This account is closed."), code="as_it_was")
    audit.note(held, is_active=(held.is_active, active))
    held.is_active = active
    held.save(update_fields=["is_active"])
    _end_sessions(held)
    _keep_a_staff_administrator()
    _tell(actor, held, "restored" if active else "ended")
    return held


@act(Act.REQUIRE_STAFF_FACTOR)
def require_staff_factor(*, actor: Actor, required: bool, at: dt.datetime, grace_days: int = 0) -> StaffRules:
    """Ask a second factor of all staff, after so many days; or ask it no more."""
    held = transitions.hold(StaffRules(pk=1))
    since = _since(held.factor_from, required, at, grace_days)
    audit.note(held, factor_from=(held.factor_from, since))
    held.factor_from = since
    held.save(update_fields=["factor_from"])
    return held


def _hold_staff(person: User) -> User:
    # The rules' one row stands for all staff: who decides about them does so one after the other.
    transitions.hold(StaffRules(pk=1))
    held = transitions.hold(person)
    if held.kind != "staff":
        raise WrongState(_("This person is not on the staff."), code="not_there")
    return held


def _keep_a_staff_administrator() -> None:
    left = Posting.objects.filter(role=StaffRole.STAFF_ADMINISTRATOR, plant=None, user__is_active=True)
    if not left.exists():
        raise WrongState(
            _("This is the last administrator of every plant."),
            code="last_administrator",
            remedy=_("Make somebody else an administrator first."),
        )


def _tell(
    actor: Actor,
    person: User,
    what: str,
    *,
    supplier: Supplier | None = None,
    plant: Plant | None = None,
    roles: Sequence[str] = (),
) -> None:
    """Let somebody know by mail that what he may do has changed: ``roles``, ``ended`` or ``restored``, and by whom."""
    where = {"supplier": supplier.name if supplier else "", "plant": plant.name if plant else ""}
    payload = {"what": what, "by": actor.name, "roles": list(roles), **where}
    key = supplier.pk if supplier else None
    outbox.publish(STANDING, about=person, supplier_id=key, tier=1, payload=payload)


def _end_sessions(person: User) -> None:
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)


def _require_roles(roles: Sequence[str], known: Sequence[str]) -> None:
    if not roles or {*roles} - {*known}:
        message = _("Choose one role or more.")
        raise Invalid(message, faults=(Fault("roles", message, "/roles"),))


def _since(before: dt.datetime | None, required: bool, at: dt.datetime, grace_days: int) -> dt.datetime | None:
    if not 0 <= grace_days <= LONGEST_GRACE:
        message = _("Give at most %(days)d days.") % {"days": LONGEST_GRACE}
        raise Invalid(message, faults=(Fault("grace", message, "/grace"),))
    return at + dt.timedelta(days=grace_days) if required else None
