"""Who somebody is when a request begins: for whom he may act, what is asked of him; and who works where.

All of it is read outside every unit of work: before a request can say to the database who acts, and about people, whose
table no supplier's role may read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.shared.actor import Actor, ActorKind, Grant
from portal.shared.errors import NotFound
from suppliers.models import ApiToken, Membership, Posting, PurchaseOrder, SheetUpload, Supplier, User
from suppliers.permissions import Act
from suppliers.states import Role, Side, StaffRole

ACTING_FOR = "acting_for"
"""Where the session keeps the one supplier somebody chose to act for."""
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Standing:
    """A person as the portal meets him at a moment."""

    actor: Actor
    at: dt.datetime
    firms: Sequence[tuple[int, str]] = ()
    """The suppliers he may act for, by name."""
    chosen: int | None = None
    """The one he acts for now; nothing: all of them."""
    factor_from: dt.datetime | None = None
    """From when on somebody he works for asks a second factor of him."""
    has_factor: bool = False
    gone: bool = False
    """Whether everybody he worked for has ended his access."""

    @property
    def firm(self) -> str:
        """The name of the one he acts for now; empty: all of them."""
        return dict(self.firms).get(self.chosen, "") if self.chosen is not None else ""

    @property
    def owes_factor(self) -> bool:
        """Whether he must set up a second factor before anything else."""
        return self.factor_from is not None and self.factor_from <= self.at and not self.has_factor

    @property
    def will_owe_factor(self) -> bool:
        """Whether he will have to, from a day to come."""
        return self.factor_from is not None and self.factor_from > self.at and not self.has_factor

    def acting_for(self, supplier: int | None) -> Standing:
        """The same person, who for now acts for one of his suppliers alone. One that is not his changes nothing."""
        if supplier is None or supplier not in dict(self.firms):
            return self
        grants = frozenset(grant for grant in self.actor.grants if grant.supplier_id == supplier)
        return replace(self, actor=replace(self.actor, grants=grants), chosen=supplier)


class _Held(NamedTuple):
    """One role of somebody, and what is asked of whoever holds it."""

    role: str
    supplier_id: int | None
    plant_id: int | None
    firm: str
    active: bool
    factor_from: dt.datetime | None
    has_factor: bool


# Every request begins with one of these; Django needed four times as long to compose it as PostgreSQL to answer.
_HAS_FACTOR = "exists (select from mfa_authenticator a where a.user_id = who.user_id and a.type = any (%s))"
_MEMBERSHIPS = f"""
    select who.role, who.supplier_id, null, s.name, s.active, s.factor_from, {_HAS_FACTOR}
    from suppliers_membership who join suppliers_supplier s on s.id = who.supplier_id
    where who.user_id = %s and who.ended_at is null
"""  # noqa: S608 (nothing in it is anybody's word)
_POSTINGS = f"""
    select who.role, null, who.plant_id, '', true, (select factor_from from suppliers_staff_rules), {_HAS_FACTOR}
    from suppliers_posting who
    where who.user_id = %s
"""  # noqa: S608


def standing_of(user: User, at: dt.datetime) -> Standing:
    """How somebody who is signed in stands. One query.

    What he holds at a supplier who is no longer active counts for nothing.
    """
    staff = user.kind == "staff"
    with connection.cursor() as cursor:
        cursor.execute(_POSTINGS if staff else _MEMBERSHIPS, [[str(factor) for factor in FACTORS], user.pk])
        held = [_Held(*row) for row in cursor.fetchall()]
    live = [one for one in held if one.active]
    firms = {(one.supplier_id, one.firm) for one in live if one.supplier_id is not None}
    return Standing(
        Actor(
            ActorKind.STAFF if staff else ActorKind.SUPPLIER,
            str(user.pk),
            user.name,
            frozenset(Grant(one.role, one.supplier_id, one.plant_id) for one in live),
        ),
        at,
        firms=sorted(firms, key=lambda firm: firm[1]),
        factor_from=min((one.factor_from for one in live if one.factor_from), default=None),
        has_factor=bool(held and held[0].has_factor),
        gone=not held and not staff,
    )


def actor_of(user: User, token: ApiToken | None = None) -> Actor:
    """The acting value of a signed-in user, with everything he holds, or of a machine client with its token."""
    if user.kind == "machine":
        grants = (
            frozenset(Grant(scope, supplier_id=token.supplier_id) for scope in token.scopes) if token else frozenset()
        )
        return Actor(ActorKind.MACHINE, str(user.pk), user.name, grants)
    return standing_of(user, timezone.now()).actor


def sender_of(upload: SheetUpload) -> Actor:
    """Whoever asked for a sheet to be sent, as he stands now: what was taken from him meanwhile he does no more.

    Two queries at most, outside every unit of work.
    """
    user = User.objects.filter(pk=upload.sender_id, is_active=True).first()
    if user is None:
        return Actor(ActorKind(upload.sender_kind), upload.sender_id, "")
    if user.kind != "machine":
        actor = standing_of(user, timezone.now()).actor
        return replace(actor, grants=frozenset(one for one in actor.grants if one.supplier_id == upload.supplier_id))
    tokens = ApiToken.objects.filter(user=user, supplier=upload.supplier_id, revoked_at=None)
    scopes = {scope for token in tokens.filter(expires_at__gt=timezone.now()) for scope in token.scopes}
    grants = frozenset(Grant(scope, supplier_id=upload.supplier_id) for scope in scopes)
    return Actor(ActorKind.MACHINE, str(user.pk), user.name, grants)


# --- The order desk ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipient:
    """One address that the orders of a supplier go to: of somebody who may answer them, or the one Odoo has."""

    key: str
    """Tells the recipients of one supplier apart; no address."""
    email: str
    name: str
    roles: frozenset[str]
    language: str
    time_zone: str = "UTC"
    has_account: bool = True


def order_desk(supplier: Supplier) -> list[Recipient]:
    """Who gets the orders of a supplier by mail, and may answer them from there: nobody, once it is not active.

    One query, outside every unit of work or in one of the buyer's side.
    """
    if not supplier.active:
        return []
    answering = Act.ACKNOWLEDGE_ORDER.value.supplier
    rows = Membership.objects.filter(supplier=supplier, role__in=answering, ended_at=None, user__is_active=True)
    found: dict[str, Recipient] = {}
    for row in rows.select_related("user").order_by("user__name", "user_id"):
        one, roles = row.user, found[row.user.email].roles if row.user.email in found else frozenset()
        found[one.email] = Recipient(str(one.pk), one.email, one.name, roles | {row.role}, one.language, one.time_zone)
    address = supplier.order_address
    if address and address not in found:
        desk = frozenset({Role.ORDER_DESK})
        found[address] = Recipient(str(supplier.public_id), address, "", desk, supplier.language, has_account=False)
    return list(found.values())


def buyers_of(order: PurchaseOrder) -> list[User]:
    """The buyer an order names, where he is known here; else every buyer of its plant. One query."""
    here = Q(plant=None) | Q(plant=order.plant_id)
    rows = Posting.objects.filter(here, role=StaffRole.BUYER, user__is_active=True).select_related("user")
    people = {row.user_id: row.user for row in rows.order_by("user__name", "user_id")}
    named = [user for user in people.values() if user.name == order.buyer_name]
    return named or list(people.values())


def still_there(people: Collection[UUID], order: PurchaseOrder, side: Side) -> list[User]:
    """Of these people, those who work for the supplier of an order, or at its plant, to this day. One query."""
    rows: QuerySet[Membership] | QuerySet[Posting]
    if side == Side.SUPPLIER:
        rows = Membership.objects.filter(supplier=order.supplier_id, supplier__active=True, ended_at=None)
    else:
        rows = Posting.objects.filter(Q(plant=None) | Q(plant=order.plant_id))
    rows = rows.filter(user__in=people, user__is_active=True).select_related("user").order_by("user__name", "user_id")
    return list({row.user_id: row.user for row in rows}.values())


def buyers_for(supplier: Supplier) -> list[User]:
    """Every buyer of a plant that has ordered from a supplier; where none has, every buyer. Two queries at most."""
    buyers = Posting.objects.filter(role=StaffRole.BUYER, user__is_active=True).select_related("user")
    rows = list(buyers.order_by("user__name", "user_id"))
    plants = {None, *PurchaseOrder.objects.filter(supplier=supplier).values_list("plant", flat=True).distinct()}
    people = {row.user_id: row.user for row in rows if row.plant_id in plants}
    return list((people or {row.user_id: row.user for row in rows}).values())


def people_of(supplier: Supplier, roles: Iterable[str]) -> list[User]:
    """Everybody who holds one of these roles at a supplier: nobody, once it is not active. One query."""
    if not supplier.active:
        return []
    rows = Membership.objects.filter(supplier=supplier, role__in=roles, ended_at=None, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("user__name")}.values())


# --- The people page --------------------------------------------------------------------------------------------------


@dataclass
class Person:
    """One line of the people page."""

    user: User
    roles: list[tuple[str, int | None]] = field(default_factory=list)
    """Each with the key of its plant; nothing for every plant, and at suppliers."""
    ended_at: dt.datetime | None = None
    factor: bool = False

    @property
    def active(self) -> bool:
        return self.user.is_active and self.ended_at is None


def _rows(rows: QuerySet[Any]) -> Any:
    factor = Exists(Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS))
    return rows.annotate(factor=factor).select_related("user").order_by("user__name", "user_id", "role")


def colleagues(actor: Actor, supplier: Supplier) -> list[Person]:
    """Everybody who works or worked for a supplier, by name. One query, outside every unit of work."""
    Act.SEE_PEOPLE.require(actor, supplier)
    people: dict[UUID, Person] = {}
    for row in _rows(Membership.objects.visible_to(actor).filter(supplier=supplier)):
        person = people.setdefault(row.user_id, Person(row.user, ended_at=row.ended_at, factor=row.factor))
        person.roles.append((row.role, None))
    return list(people.values())


def staff(actor: Actor) -> list[Person]:
    """The staff at the actor's plants, by name. One query, outside every unit of work."""
    rows = Posting.objects.all()
    if actor.kind is not ActorKind.STAFF or not Act.SEE_PEOPLE.allows(actor):
        return []
    if actor.plants is not None:
        rows = rows.filter(user__in=Posting.objects.filter(plant__in=actor.plants).values("user"))
    people: dict[UUID, Person] = {}
    for row in _rows(rows):
        person = people.setdefault(row.user_id, Person(row.user, factor=row.factor))
        person.roles.append((row.role, row.plant_id))
    return list(people.values())


def find_person(people: Iterable[Person], key: UUID) -> Person:
    """One of them; else :class:`NotFound`."""
    found = next((person for person in people if person.user.pk == key), None)
    if found is None:
        raise NotFound(_("There is no such person, or not for you to see."))
    return found
