"""Reads that span models."""

from __future__ import annotations

from portal.shared.actor import Actor, ActorKind, Grant
from suppliers.models import ApiToken, Membership, Posting, User


def actor_of(user: User, token: ApiToken | None = None) -> Actor:
    """The acting value of a signed-in user, with everything he holds. Runs outside the wall: one query."""
    if user.kind == "machine":
        grants = frozenset(Grant(scope, supplier_id=token.supplier_id) for scope in token.scopes) if token else frozenset()
        return Actor(ActorKind.MACHINE, str(user.pk), user.name, grants)
    if user.kind == "staff":
        postings = Posting.objects.filter(user=user).values_list("role", "plant_id")
        return Actor(
            ActorKind.STAFF, str(user.pk), user.name, frozenset(Grant(role, plant_id=plant) for role, plant in postings)
        )
    memberships = Membership.objects.filter(user=user).values_list("role", "supplier_id")
    return Actor(
        ActorKind.SUPPLIER,
        str(user.pk),
        user.name,
        frozenset(Grant(role, supplier_id=supplier) for role, supplier in memberships),
    )
