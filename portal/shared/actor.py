"""Who acts: a person of a supplier, a member of staff, a machine client, or a named part of the system itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    SUPPLIER = "supplier"
    STAFF = "staff"
    MACHINE = "machine"
    SYSTEM = "system"


@dataclass(frozen=True)
class Grant:
    """A role (or API scope) an actor holds: for one supplier, or at one plant, or (staff, ``None``) at every plant."""

    role: str
    supplier_id: int | None = None
    plant_id: int | None = None


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
        return self.kind is ActorKind.SUPPLIER

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
