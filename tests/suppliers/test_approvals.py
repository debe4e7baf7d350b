"""The approved vendor list: who may deliver what to which plant, and from when on. It tells, and stops no order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotPermitted
from suppliers.actions.approvals import set_approval
from suppliers.models import Approval, Item, Plant, Supplier
from suppliers.queries import vendors
from suppliers.states import ListStanding
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
APPROVED, PROBATION, BLOCKED = ListStanding.APPROVED, ListStanding.PROBATION, ListStanding.BLOCKED


def say(
    actor: Actor, supplier: Supplier, item: Item, standing: ListStanding, plant: Plant | None = None, **words: Any
) -> Approval:
    words = {"effective": TODAY, "reason": "Audit of May.", "at": timezone.now(), **words}
    return set_approval(actor=actor, supplier=supplier, item=item, standing=standing, plant=plant, **words)


def standing(supplier: Supplier, plant: Plant, item: Item, day: dt.date = TODAY) -> str | None:
    with everything():
        found = vendors.listings(supplier.pk, plant.pk, [item.pk], day)[item.pk]
    return found.standing if found else None


def test_an_item_nobody_is_listed_for_may_come_from_anybody(cast: Cast, quentin: Actor) -> None:
    assert standing(cast.acme, cast.ham, cast.bracket) is None
    say(quentin, cast.borealis, cast.bracket, APPROVED, cast.drs)
    assert standing(cast.acme, cast.ham, cast.bracket) is None  # controlled at the other plant
    assert standing(cast.acme, cast.drs, cast.bracket) == vendors.UNLISTED
    assert standing(cast.borealis, cast.drs, cast.bracket) is None


def test_the_plants_own_statement_goes_first_and_days_count(cast: Cast, quentin: Actor) -> None:
    say(quentin, cast.acme, cast.bracket, BLOCKED)
    say(quentin, cast.acme, cast.bracket, APPROVED, cast.ham)
    assert standing(cast.acme, cast.ham, cast.bracket) is None
    assert standing(cast.acme, cast.drs, cast.bracket) == BLOCKED
    tomorrow = TODAY + dt.timedelta(days=1)
    second = say(quentin, cast.acme, cast.bracket, PROBATION, cast.ham, effective=tomorrow)
    assert second.version == 2
    assert standing(cast.acme, cast.ham, cast.bracket) is None
    assert standing(cast.acme, cast.ham, cast.bracket, tomorrow) == PROBATION


@given(said=st.lists(st.tuples(st.sampled_from(ListStanding), st.integers(-5, 5)), max_size=6))
def test_what_counts_is_the_last_that_is_effective(said: list[tuple[ListStanding, int]]) -> None:
    """The rule, against a plain reading of it."""
    rows = [(one, TODAY + dt.timedelta(days=days)) for one, days in said]
    told = [{"item_id": 1, "supplier_id": 1, "standing": one, "reason": "", "actor_name": "", "effective": day}
            for one, day in reversed(rows)]  # fmt: skip
    alive = [one for one, day in rows if day <= TODAY]
    found = vendors.judged(1, [1], told, TODAY)[1]
    expected = alive[-1] if alive and alive[-1] != APPROVED else None
    assert (found.standing if found else None) == expected


def test_who_may_say_so_and_what_must_be_said(cast: Cast, bea: Actor, dora: Actor, rita: Actor, anna: Actor) -> None:
    for actor, plant in ((dora, cast.ham), (dora, None), (rita, cast.ham), (anna, cast.ham), (bea, None)):
        with pytest.raises(NotPermitted):
            say(actor, cast.acme, cast.bracket, BLOCKED, plant)
    for words, place in (
        ({"reason": "  "}, "/reason"),
        ({"reason": "x" * 2001}, "/reason"),
        ({"effective": dt.date(1999, 12, 31)}, "/effective"),
    ):
        with pytest.raises(Invalid) as refused:
            say(bea, cast.acme, cast.bracket, BLOCKED, cast.ham, **words)
        assert [fault.pointer for fault in refused.value.faults] == [place]
    with everything():
        assert not Approval.objects.exists()
    assert say(bea, cast.acme, cast.bracket, BLOCKED, cast.ham).version == 1


def test_the_buyer_is_told_on_the_order_and_the_supplier_is_not(
    cast: Cast, quentin: Actor, release_order: ReleaseOrder, client: Client
) -> None:
    order = release_order()
    say(quentin, cast.acme, cast.bracket, BLOCKED, cast.ham, reason="Cracks in three lots.")
    address = reverse("order", args=[order.pk])
    client.force_login(cast.people["bea"])
    assert "Cracks in three lots." in client.get(address).content.decode()
    client.force_login(cast.people["anna"])
    shown = client.get(address).content.decode()
    assert "Cracks" not in shown
    assert "blocked for it" not in shown
    assert fresh_lines(order)[0].state == "open"  # nothing is stopped


def test_a_suppliers_page_is_his_own_and_the_buyers(cast: Cast, release_order: ReleaseOrder, client: Client) -> None:
    with acting(cast.actor("ada"), write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(
            vat="DE123456789", contacts=[{"name": "Karl Kern", "function": "Sales", "email": "", "phone": "1"}]
        )
    release_order()
    address = reverse("supplier", args=[cast.acme.public_id])
    for name in ("bea", "anna", "sven"):
        client.force_login(cast.people[name])
        shown = client.get(address).content.decode()
        for word in ("DE123456789", "Karl Kern", "Hamburg works", "BR-100"):
            assert word in shown, name
    client.force_login(cast.people["dora"])  # buys for another plant: the master data, none of the orders
    shown = client.get(address).content.decode()
    assert "Karl Kern" in shown
    assert "BR-100" not in shown
    client.force_login(cast.people["boris"])
    assert client.get(address).status_code == 404


def test_the_list_by_program(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["quentin"])
    address = reverse("orders_api:approvals")
    body = {"supplier": str(cast.acme.public_id), "item": "br-100", "plant": "HAM", "standing": "blocked",
            "effective": TODAY.isoformat(), "reason": "Cracks."}  # fmt: skip
    tried = client.post(f"{address}?dry_run=true", body, content_type="application/json")
    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert client.get(address).json()["results"] == []
    assert client.post(address, body, content_type="application/json").status_code == 201
    again = client.post(address, {**body, "standing": "approved"}, content_type="application/json").json()
    assert again["version"] == 2
    assert [row["version"] for row in client.get(address).json()["results"]] == [2]
    assert [row["version"] for row in client.get(address, {"history": "true"}).json()["results"]] == [2, 1]
    assert client.get(address, {"standing": "blocked"}).json()["results"] == []
    refused = client.post(address, {**body, "plant": "XX", "item": "BR-100"}, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/plant")
