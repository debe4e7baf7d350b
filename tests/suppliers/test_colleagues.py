"""Who works for a supplier and on the staff: roles, leaving, coming back, and what nobody may do to others."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared.acting import acting
from portal.shared.actor import Actor, Grant
from portal.shared.errors import Invalid, NotPermitted, WrongState
from portal.shared.models import AuditEntry
from portal.web.registry import actor_of
from suppliers.actions import colleagues
from suppliers.models import Membership, Posting, StaffRules, Supplier, User
from suppliers.standing import standing_of
from suppliers.states import Role, StaffRole
from tests.cast import SET_UP, Cast, everything
from tests.suppliers.test_api import Api

pytestmark = pytest.mark.django_db


def held(person: User, supplier: Supplier) -> set[str]:
    return {grant.role for grant in actor_of(person).grants if grant.supplier_id == supplier.pk}


def change(act: Any, actor: Actor, supplier: Supplier, person: User, **rest: Any) -> None:
    act(actor=actor, supplier=supplier, person=person, at=timezone.now(), **rest)


def test_an_administrator_sets_roles_and_the_trail_says_so(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    change(colleagues.set_roles, aron, cast.acme, people["anna"], roles=[Role.SHIPPING, Role.QUALITY])
    assert held(people["anna"], cast.acme) == {Role.SHIPPING, Role.QUALITY}
    with everything():
        entry = AuditEntry.objects.get(act="set_colleagues_roles")
    assert (entry.actor_name, entry.supplier_id) == ("Aron Adler", cast.acme.pk)
    assert entry.changes[0]["before"] == ["order_desk"]


def test_nobody_else_does(cast: Cast, people: dict[str, User], anna: Actor, boris: Actor, bea: Actor) -> None:
    chief = Actor(boris.kind, boris.id, boris.name, frozenset({Grant(Role.ADMINISTRATOR, cast.borealis.pk)}))
    for actor in (anna, bea, boris, chief):
        for act, rest in ((colleagues.set_roles, {"roles": [Role.ADMINISTRATOR]}), (colleagues.deactivate, {})):
            with pytest.raises(NotPermitted):
                change(act, actor, cast.acme, people["anna"], **rest)
    with pytest.raises(WrongState):  # at his own supplier she does not work
        change(colleagues.set_roles, chief, cast.borealis, people["anna"], roles=[Role.ADMINISTRATOR])
    assert held(people["anna"], cast.acme) == {Role.ORDER_DESK}


def test_a_supplier_has_no_staff_roles_to_give(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    for roles in ([StaffRole.STAFF_ADMINISTRATOR], [], ["king"]):
        with pytest.raises(Invalid):
            change(colleagues.set_roles, aron, cast.acme, people["anna"], roles=roles)


def test_the_last_administrator_stays(cast: Cast, people: dict[str, User], aron: Actor, ada: Actor) -> None:
    for act, rest in ((colleagues.set_roles, {"roles": [Role.READ_ONLY]}), (colleagues.deactivate, {})):
        with pytest.raises(WrongState, match="last administrator"):
            change(act, aron, cast.acme, people["aron"], **rest)
    change(colleagues.set_roles, aron, cast.acme, people["anna"], roles=[Role.ADMINISTRATOR])
    change(colleagues.deactivate, aron, cast.acme, people["aron"])
    assert held(people["aron"], cast.acme) == set()
    change(colleagues.deactivate, ada, cast.acme, people["anna"])  # staff may: they can invite another


def test_whoever_leaves_is_out_at_once_and_comes_back_with_his_roles(
    cast: Cast, people: dict[str, User], aron: Actor
) -> None:
    anna = people["anna"]
    anna.set_password("correct-horse-battery")
    anna.save()
    client = Client()
    client.force_login(anna)
    assert client.get("/orders/").status_code == 200
    change(colleagues.deactivate, aron, cast.acme, anna)
    assert client.get("/orders/").status_code == 302
    assert client.get("/api/v1/orders/").status_code in (401, 403)
    assert Api(cast.tokens["writer"].secret).get("orders/").status_code == 200, "tokens are kept apart"
    login = Client().post("/accounts/login/", {"login": anna.email, "password": "correct-horse-battery"})
    assert login["Location"] == "/accounts/inactive/"
    assert Membership.objects.filter(user=anna).exclude(ended_at=None).count() == 1, "history stays"
    change(colleagues.reactivate, aron, cast.acme, anna)
    assert held(anna, cast.acme) == {Role.ORDER_DESK}
    assert client.get("/orders/").status_code == 302, "the old session stays dead"


def test_who_works_for_two_leaves_one(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    with acting(SET_UP, write=True):
        Membership.objects.create(user=people["anna"], supplier=cast.borealis, role=Role.QUALITY)
    change(colleagues.deactivate, aron, cast.acme, people["anna"])
    assert actor_of(people["anna"]).suppliers == {cast.borealis.pk}


def test_staff_roles_by_plant(cast: Cast, people: dict[str, User], dora: Actor, ada: Actor) -> None:
    local = Actor(dora.kind, dora.id, dora.name, frozenset({Grant(StaffRole.STAFF_ADMINISTRATOR, None, cast.drs.pk)}))

    def set_for(actor: Actor, plant: Any, *roles: str) -> None:
        colleagues.set_staff_roles(actor=actor, person=people["bea"], plant=plant, roles=roles, at=timezone.now())

    for plant in (None, cast.ham):
        with pytest.raises(NotPermitted):
            set_for(local, plant, StaffRole.STAFF_ADMINISTRATOR)
    set_for(local, cast.drs, StaffRole.RECEIVING)
    set_for(ada, cast.ham)
    assert set(Posting.objects.filter(user=people["bea"]).values_list("role", "plant")) == {("receiving", cast.drs.pk)}
    with pytest.raises(NotPermitted):  # Quentin works at every plant
        colleagues.close_account(actor=local, person=people["quentin"], at=timezone.now())
    with pytest.raises(WrongState):
        colleagues.set_staff_roles(actor=ada, person=people["ada"], roles=[], at=timezone.now())
    with pytest.raises(WrongState):
        colleagues.close_account(actor=ada, person=people["ada"], at=timezone.now())


def test_a_closed_account_is_out_at_once(people: dict[str, User], ada: Actor) -> None:
    client = Client()
    client.force_login(people["bea"])
    colleagues.close_account(actor=ada, person=people["bea"], at=timezone.now())
    assert client.get("/").status_code == 302
    colleagues.reopen_account(actor=ada, person=people["bea"], at=timezone.now())
    assert client.get("/").status_code == 302, "the old session stays dead"


def test_one_person_acts_for_one_of_two_suppliers(cast: Cast, people: dict[str, User]) -> None:
    anna = people["anna"]
    with acting(SET_UP, write=True):
        Membership.objects.create(user=anna, supplier=cast.borealis, role=Role.ORDER_DESK)
    client = Client()
    client.force_login(anna)
    page = client.get("/").content.decode()
    assert page.count("Acting for") == 4  # the label and the group, wide and narrow
    client.post("/acting-for/", {"supplier": cast.borealis.pk})
    assert client.get("/").context["actor"].suppliers == {cast.borealis.pk}
    client.post("/acting-for/", {"supplier": 999_999})
    assert client.get("/").context["actor"].suppliers == {cast.acme.pk, cast.borealis.pk}
    standing = standing_of(anna, timezone.now())
    assert standing.acting_for(999_999).actor == standing.actor
    client.post("/acting-for/", {"supplier": cast.acme.pk})
    with acting(SET_UP, write=True):
        Membership.objects.filter(user=anna, supplier=cast.acme).delete()
    assert client.get("/").context["actor"].suppliers == {cast.borealis.pk}, "a choice gives nothing"


def test_administrators_see_their_people_and_nobody_elses(cast: Cast, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["aron"])
    page = client.get("/people/").content.decode()
    assert "Anna Abel" in page
    assert "Boris Berg" not in page
    for at in (cast.borealis.public_id, "staff", "x"):
        assert client.get(f"/people/?at={at}").status_code == 404
        assert client.get(f"/people/{at}/{people['boris'].pk}/").status_code == 404
    assert client.get(f"/people/{cast.acme.public_id}/{people['boris'].pk}/").status_code == 404


def test_staff_rules_are_one_row(cast: Cast, ada: Actor, bea: Actor) -> None:
    local = Actor(ada.kind, ada.id, ada.name, frozenset({Grant(StaffRole.STAFF_ADMINISTRATOR, None, cast.ham.pk)}))
    for actor in (bea, local):
        with pytest.raises(NotPermitted):
            colleagues.require_staff_factor(actor=actor, required=True, at=timezone.now())
    with pytest.raises(Invalid):
        colleagues.require_staff_factor(actor=ada, required=True, grace_days=31, at=timezone.now())
    assert StaffRules.objects.get().factor_from is None
