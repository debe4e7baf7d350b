"""Who sees what, and who may do what to it: the first wall, row by row."""

from __future__ import annotations

import pytest

from portal.shared.actor import NOBODY, Actor, ActorKind, Grant, system_actor
from portal.shared.ownership import Permission, who
from suppliers.models import PurchaseOrder, Supplier
from suppliers.permissions import Act as Orders
from suppliers.permissions import Scope
from suppliers.states import Role, StaffRole
from tests.cast import Cast, ReleaseOrder, everything


class Act(Permission):
    BOTH = who("Do it", supplier=[Role.ORDER_DESK], staff=[StaffRole.BUYER], scopes=["do"], systems=["pull"])
    BUYERS = who("Decide it", staff=[StaffRole.BUYER], scopes=["do"])
    SUPPLIERS = who("Say it", supplier=[Role.ORDER_DESK], scopes=["do"])


class Thing:
    """Something of a supplier at a plant, as far as permissions care."""

    def __init__(self, supplier: int | None = None, plant: int | None = None) -> None:
        self.supplier_id, self.plant_id = supplier, plant


def actor(kind: ActorKind, *grants: Grant) -> Actor:
    return Actor(kind, "somebody", "Somebody", frozenset(grants))


DESK = actor(ActorKind.SUPPLIER, Grant(Role.ORDER_DESK, supplier_id=1), Grant(Role.READ_ONLY, supplier_id=2))
BUYER = actor(ActorKind.STAFF, Grant(StaffRole.BUYER, plant_id=1), Grant(StaffRole.RECEIVING, plant_id=2))
CHIEF = actor(ActorKind.STAFF, Grant(StaffRole.BUYER))
THEIR_CLIENT = actor(ActorKind.MACHINE, Grant("do", supplier_id=1))
OUR_CLIENT = actor(ActorKind.MACHINE, Grant("do"))
PULL = system_actor("pull")


@pytest.mark.parametrize(
    ("who_asks", "about", "both", "buyers", "suppliers"),
    [
        (DESK, None, True, False, True),
        (DESK, Thing(1, 9), True, False, True),
        (DESK, Thing(2, 9), False, False, False),
        (DESK, Thing(3, 9), False, False, False),
        (BUYER, Thing(3, 1), True, True, False),
        (BUYER, Thing(3, 2), False, False, False),
        (CHIEF, Thing(3, 2), True, True, False),
        (THEIR_CLIENT, Thing(1, 9), True, False, True),
        (THEIR_CLIENT, Thing(2, 9), False, False, False),
        (OUR_CLIENT, Thing(1, 9), True, True, False),
        (PULL, Thing(1, 9), True, False, False),
        (system_actor("stranger"), None, False, False, False),
        (NOBODY, None, False, False, False),
        (actor(ActorKind.MACHINE), None, False, False, False),
        (actor(ActorKind.STAFF, Grant(Role.ORDER_DESK)), None, False, False, False),
    ],
)
def test_a_role_counts_where_it_is_held(
    who_asks: Actor, about: Thing | None, both: bool, buyers: bool, suppliers: bool
) -> None:
    answers = [row.allows(who_asks, about) for row in (Act.BOTH, Act.BUYERS, Act.SUPPLIERS)]
    assert answers == [both, buyers, suppliers]


def test_a_suppliers_own_system_never_decides_for_the_buyer() -> None:
    impostor = actor(ActorKind.MACHINE, Grant(Scope.DECIDE, supplier_id=1))
    assert not Orders.DECIDE_ANSWER.allows(impostor, Thing(1, 1))
    assert Orders.DECIDE_ANSWER.allows(actor(ActorKind.MACHINE, Grant(Scope.DECIDE)), Thing(1, 1))


@pytest.mark.django_db
def test_suppliers_and_plants_are_their_own(cast: Cast) -> None:
    """A permission about the supplier or the plant itself must not be open to everybody with the role elsewhere."""
    acme, ham = actor(ActorKind.SUPPLIER, Grant(Role.ORDER_DESK, supplier_id=cast.acme.pk)), cast.actor("bea")
    assert Act.SUPPLIERS.allows(acme, cast.acme)
    assert not Act.SUPPLIERS.allows(acme, cast.borealis)
    assert Act.BUYERS.allows(ham, cast.ham)
    assert not Act.BUYERS.allows(ham, cast.drs)


@pytest.mark.django_db
def test_each_sees_his_own(cast: Cast, release_order: ReleaseOrder) -> None:
    at_ham, at_drs = release_order(), release_order(plant=cast.drs)
    theirs = release_order(supplier=cast.borealis)
    wanted = {
        "anna": {at_ham, at_drs},
        "asta": {at_ham, at_drs},
        "boris": {theirs},
        "bea": {at_ham, theirs},
        "dora": {at_drs},
        "quentin": {at_ham, at_drs, theirs},
        "ada": {at_ham, at_drs, theirs},
    }
    with everything():
        for name, orders in wanted.items():
            assert set(PurchaseOrder.objects.visible_to(cast.actor(name))) == orders, name
        for stranger in (NOBODY, actor(ActorKind.STAFF), actor(ActorKind.MACHINE), actor(ActorKind.SUPPLIER)):
            assert not PurchaseOrder.objects.visible_to(stranger).exists()
        assert set(PurchaseOrder.objects.visible_to(cast.machine("reader"))) == {at_ham, at_drs}
        assert set(Supplier.objects.visible_to(cast.actor("anna"))) == {cast.acme}
