"""Two revisions side by side."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.test import Client

from suppliers.models import User
from suppliers.pages.revisions import pairs
from tests.cast import Cast, ReleaseOrder, ReviseOrder, doing, everything, lines_of, working_day


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
