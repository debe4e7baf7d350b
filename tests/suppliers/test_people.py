"""Whose rights count at the door, and keys that turn."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from integrations.slot import once
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import KeyReused, NotPermitted, Stale
from portal.web.registry import actor_of
from suppliers.actions.people import issue_token
from suppliers.actions.policies import set_policy
from suppliers.models import AnswerLine, ApiToken, Commitment, Membership, OrderLine, TolerancePolicy, User
from suppliers.permissions import Scope
from suppliers.states import Cause, Decision, Role
from suppliers.tolerances import Bounds
from tests.cast import SET_UP, Cast, ReleaseOrder, everything, fresh_lines
from tests.shared.test_two_at_once import at_once
from tests.suppliers.test_api import Api


def close(cast: Cast) -> None:
    with acting(SET_UP, write=True):
        type(cast.acme).objects.filter(pk=cast.acme.pk).update(active=False)


def test_at_a_supplier_who_is_no_longer_active_nobody_holds_anything(cast: Cast, people: dict[str, User]) -> None:
    with acting(SET_UP, write=True):
        Membership.objects.create(user=people["anna"], supplier=cast.borealis, role=Role.READ_ONLY)
    assert actor_of(people["anna"]).suppliers == {cast.acme.pk, cast.borealis.pk}
    close(cast)
    assert actor_of(people["anna"]).suppliers == {cast.borealis.pk}
    assert actor_of(people["asta"]).grants == frozenset()
    assert Api(cast.tokens["writer"].secret).get("orders/").status_code == 401
    assert actor_of(people["bea"]).grants


def test_whoever_holds_nothing_is_told_so_on_every_page(cast: Cast, people: dict[str, User], client: Client) -> None:
    close(cast)
    client.force_login(people["anna"])
    home = client.get("/")
    assert home.status_code == 200
    assert "You have no access at the moment" in home.content.decode()
    assert "not answered" not in client.get("/orders/").content.decode()


@pytest.mark.parametrize("zone", ["", "Europe", "Nowhere/Land", "../zones"])
def test_a_time_zone_nobody_knows_is_utc(cast: Cast, people: dict[str, User], client: Client, zone: str) -> None:
    with acting(SET_UP, write=True):
        User.objects.filter(pk=people["anna"].pk).update(time_zone=zone)
    client.force_login(people["anna"])
    assert client.get("/orders/").status_code == 200


def test_a_key_is_nobodys_without_a_supplier(cast: Cast, people: dict[str, User]) -> None:
    close(cast)
    with pytest.raises(NotPermitted):
        once.receive(actor_of(people["anna"]), key="k", body=b"{}", what="POST /x")


def test_a_key_of_another_supplier_of_mine_is_in_use(cast: Cast, people: dict[str, User]) -> None:
    anna = people["anna"]
    once.receive(actor_of(anna), key="k", body=b"{}", what="POST /x")
    with acting(SET_UP, write=True):
        Membership.objects.filter(user=anna).update(supplier=cast.borealis)
    with pytest.raises(KeyReused):
        once.receive(actor_of(anna), key="k", body=b"{}", what="POST /x")


def issue(cast: Cast, ada: Actor, name: str = "ERP") -> ApiToken:
    return issue_token(
        actor=ada, supplier=cast.acme, name=name, scopes=list(Scope.OF_SUPPLIERS), days=30, at=timezone.now()
    )


def test_a_further_key_belongs_to_the_same_client_and_knows_what_it_sent(
    cast: Cast, ada: Actor, release_order: ReleaseOrder
) -> None:
    order = release_order()
    old, new, other = issue(cast, ada), issue(cast, ada), issue(cast, ada, "MES")
    assert old.user_id == new.user_id != other.user_id
    (line,) = fresh_lines(order)
    body = {"lines": [{"line": str(line.pk), "revision": 1, "answer": "accepted"}]}
    path = f"orders/{order.pk}/acknowledgements/"
    first = Api(old.secret).post(path, body, **{"Idempotency-Key": "k"})
    again = Api(new.secret).post(path, body, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.json()) == (201, first.json())


@pytest.mark.committed
@pytest.mark.separate
def test_two_keys_at_once_are_two_keys_of_one_client(cast: Cast, ada: Actor) -> None:
    together = threading.Barrier(2)

    def work() -> ApiToken:
        together.wait(10)
        return issue(cast, ada)

    first, second = at_once(work, work)
    assert first.user_id == second.user_id
    assert first.secret != second.secret


@pytest.mark.committed
@pytest.mark.separate
def test_of_two_policies_at_the_same_moment_one_is_refused_in_words(cast: Cast, ada: Actor) -> None:
    together = threading.Barrier(4)

    def work(days: int) -> TolerancePolicy:
        together.wait(10)
        return set_policy(actor=ada, bounds=Bounds(days_late=days), plant=cast.ham, at=timezone.now())

    results = at_once(*(lambda days=days: work(days) for days in range(4)))
    kept = [result for result in results if isinstance(result, TolerancePolicy)]
    assert all(isinstance(result, (TolerancePolicy, Stale)) for result in results), results
    with everything():
        rows = list(TolerancePolicy.objects.filter(plant=cast.ham).order_by("version"))
    assert [row.version for row in rows] == list(range(1, len(kept) + 1))
    assert {row.pk for row in rows} == {row.pk for row in kept}


def test_a_line_is_at_the_plant_of_its_order_and_a_step_answers_its_own_line(
    cast: Cast, release_order: ReleaseOrder
) -> None:
    (line,) = fresh_lines(release_order())
    (other,) = fresh_lines(release_order())
    with acting(SET_UP, write=True):
        with pytest.raises(IntegrityError, match="line_place"), transaction.atomic():
            OrderLine.objects.filter(pk=line.pk).update(plant=cast.drs)
        answer = _answer(line)
        step = {"supplier": cast.acme, "number": 1, "at": timezone.now(), "answer": answer, "cause": Cause.SUPPLIER}
        Commitment.objects.create(line=line, decision=Decision.APPROVED, **step)
        with pytest.raises(IntegrityError, match="commitment_of_its_line"), transaction.atomic():
            Commitment.objects.create(line=other, decision=Decision.APPROVED, **step)


def _answer(line: OrderLine) -> AnswerLine:
    said = line.order.answers.create(supplier_id=line.supplier_id, revision=1, at=timezone.now(), channel="api")
    return AnswerLine.objects.create(
        supplier_id=line.supplier_id, acknowledgement=said, line=line, number=1, revision=1, kind="accepted",
        verdict="within",
    )  # fmt: skip
