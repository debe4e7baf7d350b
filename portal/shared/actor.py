"""Who acts: a person of a supplier, of the staff, a machine client, whoever holds a link, a part of the system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    SUPPLIER = "supplier"
    STAFF = "staff"
    MACHINE = "machine"
    LINK = "link"
    """Whoever holds a link that was sent to an address: known by that address alone, and only near one object."""
    SYSTEM = "system"


@dataclass(frozen=True)
class Grant:
    """A role (or API scope) an actor holds: for one supplier, or at one plant, or (staff, ``None``) at every plant.

    A link's counts for one ``matter`` of its supplier alone: an order, and what hangs from it.
    """

    role: str
    supplier_id: int | None = None
    plant_id: int | None = None
    matter: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """A value, never a key: what an act records of the person stays readable when the account is long gone.

    ``id`` is the user's UUID, or for the system's own actors a name such as ``system:pull``. ``name`` is printed.
    """

    kind: ActorKind
    id: str
    name: str
    grants: frozenset[Grant] = frozenset()

    @property
    def suppliers(self) -> frozenset[int]:
        """The suppliers whose rows the actor may see; empty for staff, who are not behind that wall."""
        return frozenset(grant.supplier_id for grant in self.grants if grant.supplier_id is not None)

    @property
    def behind_wall(self) -> bool:
        """Whether only certain suppliers' rows exist for this actor."""
        if self.kind is ActorKind.MACHINE:
            return bool(self.suppliers) or not self.grants
        return self.kind in (ActorKind.SUPPLIER, ActorKind.LINK)

    @property
    def sees_several(self) -> bool:
        """Whether rows of more than one supplier stand in his lists, so that each has to name its own."""
        return not self.behind_wall or len(self.suppliers) > 1

    @property
    def matter(self) -> UUID | None:
        """The one object that the holder of a link reaches."""
        return next((grant.matter for grant in self.grants if grant.matter), None)

    @property
    def plants(self) -> frozenset[int] | None:
        """The plants a member of staff sees; ``None`` is every plant."""
        if any(grant.plant_id is None and grant.supplier_id is None for grant in self.grants):
            return None
        return frozenset(grant.plant_id for grant in self.grants if grant.plant_id is not None)

    def holds(self, roles: Iterable[str]) -> bool:
        """Whether the actor holds one of the roles anywhere (menus ask this; acts ask about an object)."""
        wanted = set(roles)
        return any(grant.role in wanted for grant in self.grants)


def system_actor(name: str) -> Actor:
    """A named part of the portal, with the narrow rights its name is given in the permission tables."""
    return Actor(ActorKind.SYSTEM, f"system:{name}", name.replace("-", " ").capitalize())


NOBODY = Actor(ActorKind.SUPPLIER, "", "")
"""Somebody not signed in: behind the wall, with no supplier, so that every question answers nothing."""
