"""What an order says beside quantities, prices and dates: who sees it, and how it is searched."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared.acting import acting
from suppliers.models import Membership, SupplierItem, User
from suppliers.queries.orders import OrderFilters, order_list
from suppliers.statements import Block, Content, Text
from suppliers.states import Role
from suppliers.templatetags.contents import laid_out
from tests.cast import SET_UP, Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines

CONTENT = Content(payment_terms="30 days net", ship_to="Nordwerk\nQuay 1", terms="Pack dry", billing="invoiced",
                  payment="paid")  # fmt: skip


def test_money_is_for_those_who_see_prices(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder, client: Client, people: dict[str, User]
) -> None:
    line = cast.line(item_revision="C", supplier_item_code="AC-H40", service=True)
    content = replace(CONTENT, layout=(Text("section", "Castings"), line.ref))
    order = release_order(line, content=content)
    for name, seen in (("anna", True), ("asta", True), ("bea", True), ("sven", False), ("quinn", False)):
        client.force_login(people[name])
        page = client.get(f"/orders/{order.pk}/").content.decode()
        assert ("30 days net" in page, "12.50" in page) == (seen, seen), name
        for words in ("Quay 1", "Pack dry", "Castings", "AC-H40", "Rev. C", "Wanted done by"):
            assert words in page, (name, words)
        body = client.get(f"/api/v1/orders/{order.pk}/").json()
        assert (body["payment_terms"], body["billing"], body["payment"]) == (
            ("30 days net", "invoiced", "paid") if seen else ("", "", "")
        )
        assert (body["lines"][0]["supplier_item"], body["lines"][0]["service"]) == ("AC-H40", True)
        assert body["layout"] == [{"section": "Castings"}, {"line": 1}]
    revise_order(order, content=replace(CONTENT, payment_terms="60 days net"), price=Decimal(13), quantity=Decimal(7))
    for name, told in (("anna", {"note", "payment_terms", "price", "quantity"}), ("sven", {"note", "quantity"})):
        client.force_login(people[name])
        page = client.get(f"/orders/{order.pk}/").content.decode()
        assert ("60 days net" in page, "13.00" in page) == (name == "anna", name == "anna"), name
        revisions = client.get(f"/api/v1/orders/{order.pk}/").json()["revisions"]
        assert {one["field"] for one in revisions[0]["differences"]} == told, name


def test_who_sees_prices_at_one_supplier_does_not_see_them_at_another(
    cast: Cast, release_order: ReleaseOrder, client: Client, people: dict[str, User]
) -> None:
    order = release_order(cast.line(item_id=cast.granulate.pk), supplier=cast.borealis)
    with acting(SET_UP, write=True):
        Membership.objects.create(user=people["anna"], supplier=cast.borealis, role=Role.SHIPPING)
    client.force_login(people["anna"])
    assert client.get(f"/api/v1/orders/{order.pk}/").json()["lines"][0]["price"] is None
    assert "12.50" not in client.get(f"/orders/{order.pk}/").content.decode()


@pytest.mark.parametrize("text", ["ac-h4", "p0000", "bracket", "BR-1", "brandt", "acme", "their-7"])
def test_an_order_is_found_by_each_of_its_words(cast: Cast, release_order: ReleaseOrder, text: str) -> None:
    order = release_order(cast.line(supplier_item_code="AC-H40"), supplier_reference="THEIR-7")
    release_order(cast.line(item_id=cast.granulate.pk), number="X1", buyer_name="Dora", supplier=cast.borealis)
    for name in ("anna", "bea"):
        actor = cast.actor(name)
        with acting(actor):
            found = order_list(actor, OrderFilters(text=text), today=timezone.localdate()).rows
        assert [row.number for row in found] == [order.number]


def test_each_supplier_finds_his_own_only(cast: Cast, release_order: ReleaseOrder) -> None:
    for supplier in (cast.acme, cast.borealis):
        release_order(cast.line(supplier_item_code="H40"), supplier=supplier)
    boris = cast.actor("boris")
    with acting(boris):
        (row,) = order_list(boris, OrderFilters(text="H40"), today=timezone.localdate()).rows
        assert row.supplier_id == cast.borealis.pk
        assert SupplierItem.objects.count() == 1


def test_a_line_that_is_laid_out_nowhere_stands_at_the_end(cast: Cast, release_order: ReleaseOrder) -> None:
    first, second = cast.line(), cast.line(7)
    order = release_order(first, second, content=Content(layout=(second.ref, Text("note", "Deburr"))))
    lines = fresh_lines(order)
    with everything():
        order.refresh_from_db()
    blocks = laid_out([(line, []) for line in lines], order.layout)
    assert blocks == [Block(entry=(lines[1], [])), Block(note="Deburr"), Block(entry=(lines[0], []))]


@pytest.mark.parametrize(
    ("description", "shown"),
    [
        ("[BR-100] Bearing bracket", ""),
        ("[AC-1] Their bracket", ""),
        ("[BR-100] Bearing bracket\nGG25, primed", "GG25, primed"),
        ("Bearing bracket, GG25", "Bearing bracket, GG25"),
        ("", ""),
    ],
)
def test_a_description_that_says_more(cast: Cast, release_order: ReleaseOrder, description: str, shown: str) -> None:
    stated = cast.line(description=description, supplier_item_code="AC-1", supplier_item_name="Their bracket")
    (line,) = fresh_lines(release_order(stated))
    assert line.more_words == shown
