"""Two revisions side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from suppliers.actions.orders import open_order
from suppliers.models import OrderRevision, PurchaseOrder, User
from suppliers.queries.revisions import Change, compare_revisions, pairs
from suppliers.statements import Content, FileStatement, Text
from tests.cast import Cast, ReleaseOrder, ReviseOrder, doing, everything, fresh_lines, lines_of, working_day


def test_every_line_of_both_stands_in_one_row(
    cast: Cast, client: Client, people: dict[str, User], release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    order = release_order(cast.line(100), cast.line(40), cast.line(7))
    with doing():
        first, second, _third = lines_of(order)
    changed = replace(first, quantity=Decimal(80), date=working_day(60), price=Decimal("66.66"))
    revise_order(order, lines=[changed, second, cast.line(5)])
    with everything():
        new, old = order.revisions.order_by("-number")
    found = pairs(old, new, prices=True)
    assert [(pair.line, pair.changed, len(pair.before), len(pair.after)) for pair in found] == [
        (1, True, 1, 1),
        (2, False, 1, 1),
        (3, True, 1, 0),
        (4, True, 0, 1),
    ]
    assert (found[0].before[0].quantity, found[0].after[0].quantity) == ("100", "80")
    for name, sees in (("anna", True), ("sven", False), ("bea", True)):
        client.force_login(people[name])
        page = client.get(f"/orders/{order.pk}/revisions/2/")
        assert page.status_code == 200
        assert ("66.66" in page.content.decode()) == sees, name
    client.force_login(people["boris"])
    assert client.get(f"/orders/{order.pk}/revisions/2/").status_code == 404
    client.force_login(people["anna"])
    assert client.get(f"/orders/{order.pk}/revisions/1/").status_code == 200
    for number in (0, 3):
        assert client.get(f"/orders/{order.pk}/revisions/{number}/").status_code == 404


FIRST = Content(
    payment_terms="30 days net",
    ship_to="Quay 1\nHamburg",
    terms="Pack dry.",
    layout=(Text("section", "Castings"), Text("note", "Deburr")),
    files=(FileStatement("7", "Plan.pdf", None, "aa", 10), FileStatement("8", "Old.pdf", None, "cc", 10)),
)
SECOND = Content(
    payment_terms="14 days 2 %",
    ship_to="Quay 2\nHamburg",
    terms="Pack dry and warm.",
    layout=(Text("section", "Castings"), Text("note", "Deburr and wash")),
    files=(FileStatement("7", "Plan.pdf", None, "bb", 10), FileStatement("9", "Fresh.pdf", None, "dd", 10)),
)


def seen(cast: Cast, order: PurchaseOrder) -> None:
    open_order(actor=cast.actor("anna"), order=order, at=timezone.now())


def test_what_an_order_says_beside_its_lines_is_laid_side_by_side(
    cast: Cast, client: Client, people: dict[str, User], release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    order = release_order(
        cast.line(100, item_revision="B", description="[BR-100] Bearing bracket\nGrey"), content=FIRST, incoterm="DAP"
    )
    seen(cast, order)
    with doing():
        (line,) = lines_of(order)
    line = replace(line, item_revision="C", description="[BR-100] Bearing bracket\nGrey, oiled")
    revise_order(order, lines=[line], content=SECOND, incoterm="DDP")
    with everything():
        both = compare_revisions(cast.actor("anna"), order.pk, 2)
        assert compare_revisions(cast.actor("sven"), order.pk, 2).whole == [
            one for one in both.whole if one.field != "payment_terms"
        ]
    whole = {(one.field, one.before, one.after) for one in both.whole}
    assert whole == {
        ("incoterm", "DAP", "DDP"),
        ("payment_terms", "30 days net", "14 days 2 %"),
        ("ship_to", "Quay 1\nHamburg", "Quay 2\nHamburg"),
        ("terms", "Pack dry.", "Pack dry and warm."),
        ("note", "Deburr", "Deburr and wash"),
        ("drawing", "Plan.pdf v1", "Plan.pdf v2"),
        ("drawing", "", "Fresh.pdf v1"),
        ("drawing", "Old.pdf v1", ""),
    }
    (pair,) = both.pairs
    assert pair.changed
    assert (pair.before, len(pair.changes)) == (pair.after, 2)
    assert Change("item_revision", "B", "C") in pair.changes
    assert Change("description", "Grey", "Grey, oiled") in pair.changes
    for name, sees in (("anna", True), ("sven", False), ("bea", True)):
        client.force_login(people[name])
        page = client.get(f"/orders/{order.pk}/revisions/2/").content.decode()
        words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
        assert ("14 days 2 %" in words) == sees, name
        assert "Description Grey, oiled" in words
        assert "Quay 2 Hamburg" in words
    assert fresh_lines(order)[0].description.endswith("oiled")


def test_a_description_that_only_names_the_item_again_is_no_revision(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    order = release_order(cast.line(description="[BR-100] Bearing bracket"))
    seen(cast, order)
    revise_order(
        order, description="[AC-9] Their bracket", supplier_item_code="AC-9", supplier_item_name="Their bracket"
    )
    (line,) = fresh_lines(order)
    assert (line.description, line.more_words) == ("[AC-9] Their bracket", "")
    with everything():
        assert OrderRevision.objects.filter(order=order).count() == 1


def test_prices_stand_in_the_currency_of_their_revision(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    order = release_order()
    with doing():
        PurchaseOrder.objects.filter(pk=order.pk).update(currency="USD")
    for currency in ("EUR", "GBP"):
        revise_order(order, currency=currency)
    with everything():
        found = [compare_revisions(cast.actor("anna"), order.pk, number) for number in (1, 2, 3)]
    assert [(both.currency_before, both.currency) for both in found] == [("USD", "USD"), ("USD", "EUR"), ("EUR", "GBP")]
