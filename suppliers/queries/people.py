"""Whose people somebody decides about, and who is invited there. Read inside a window; who works there is
:mod:`suppliers.standing`, which is read outside."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Fault, Invalid, NotFound
from suppliers.models import Invitation, Plant, Supplier
from suppliers.permissions import Act
from suppliers.states import Role, StaffRole

STAFF = "staff"
"""What stands for the staff where a supplier's key could."""


@dataclass(frozen=True)
class Place:
    """Whose people are looked at: one supplier's, or the staff."""

    supplier: Supplier | None
    plants: Sequence[Plant]
    """Those the actor decides about."""

    @property
    def key(self) -> str:
        return str(self.supplier.public_id) if self.supplier else STAFF

    @property
    def name(self) -> str:
        return self.supplier.name if self.supplier else _("Staff")

    @property
    def roles(self) -> list[tuple[str, str]]:
        choices = Role.choices if self.supplier else StaffRole.choices
        return [(value, str(title)) for value, title in choices]

    def plant(self, code: str) -> Plant:
        """One of its plants. Raises :class:`Invalid` for a code that is none of them."""
        found = next((plant for plant in self.plants if plant.code == code), None)
        if found is None:
            message = _("No plant has this code.")
            raise Invalid(message, faults=(Fault("unknown", message, "/plant"),))
        return found


def sees_staff(actor: Actor) -> bool:
    """Whether the staff is one of the places: programs decide about suppliers' people alone."""
    return actor.kind is ActorKind.STAFF and Act.SEE_PEOPLE.allows(actor)


def _suppliers(actor: Actor) -> QuerySet[Supplier]:
    rows: QuerySet[Supplier] = Supplier.objects.visible_to(actor).filter(active=True)
    # A supplier delivers to all plants: who decides about one plant does not decide about its people.
    return rows.none() if actor.kind is ActorKind.STAFF and actor.plants is not None else rows


def places(actor: Actor) -> list[Supplier]:
    """The suppliers whose people the actor may look at, by name. One query."""
    return [one for one in _suppliers(actor) if Act.SEE_PEOPLE.allows(actor, one)]


def find_place(actor: Actor, key: str) -> Place:
    """The place with this key; without one the staff for its administrators, else the actor's own supplier.

    Raises :class:`NotFound` for what is not the actor's to look at, and :class:`NotPermitted`. Two queries.
    """
    Act.SEE_PEOPLE.require(actor)
    if sees_staff(actor) and key in ("", STAFF):
        return Place(None, _plants(actor))
    supplier = None
    if key:
        with suppress(ValueError):
            supplier = _suppliers(actor).filter(public_id=UUID(key)).first()
        if supplier is not None and not Act.SEE_PEOPLE.allows(actor, supplier):
            supplier = None
    elif actor.behind_wall:
        supplier = next(iter(places(actor)), None)
    if supplier is None:
        raise NotFound(_("There is no such supplier, or it is not yours to see."))
    return Place(supplier, ())


def _plants(actor: Actor) -> list[Plant]:
    plants = Plant.objects.all()
    return list(plants if actor.plants is None else plants.filter(pk__in=actor.plants))


def invitations(actor: Actor, place: Place) -> list[Invitation]:
    """Those of a place that were neither accepted nor withdrawn, the latest first. One query."""
    rows = Invitation.objects.visible_to(actor).select_related("supplier")
    rows = rows.filter(supplier=place.supplier, accepted_at=None, revoked_at=None)
    return [one for one in rows.order_by("-sent_at", "-pk") if _concerns(actor, one)]


def find_invitation(actor: Actor, key: UUID) -> Invitation:
    """An invitation, if the actor may know of it; else :class:`NotFound`. One query."""
    Act.SEE_PEOPLE.require(actor)
    found = Invitation.objects.visible_to(actor).select_related("supplier").filter(pk=key).first()
    if found is None or not _concerns(actor, found):
        raise NotFound(_("There is no such invitation, or it is not yours to see."))
    return found


def _concerns(actor: Actor, invitation: Invitation) -> bool:
    """Staff of single plants know of invitations to these plants; programs of none to the staff."""
    if actor.kind is not ActorKind.STAFF:
        return invitation.supplier_id is not None
    plants = actor.plants
    return plants is None or bool(invitation.supplier_id) or bool(invitation.plants and {*invitation.plants} <= plants)
