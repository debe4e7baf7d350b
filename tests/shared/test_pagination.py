"""Cursors lead to the next page and cannot be made up."""

from __future__ import annotations

import base64
import json
from random import Random

import pytest
from django.test import Client

from portal.web.pagination import Keyset
from suppliers.models import User
from tests.cast import ReleaseOrder

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/orders/", "/api/v1/orders/"])
def test_a_made_up_cursor_is_refused(client: Client, people: dict[str, User], address: str) -> None:
    client.force_login(people["anna"])
    for values in (["f", "-released", "abc", "x"], ["f", "-released", 5, 5], ["f", "abc", "x"], "f"):
        cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
        for made_up in (cursor, f"{cursor}:{'A' * 43}"):
            assert client.get(address, {"cursor": made_up}).status_code == 422, values


def test_a_cursor_belongs_to_its_order_of_rows(
    client: Client, people: dict[str, User], release_order: ReleaseOrder
) -> None:
    for _ in range(3):
        release_order()
    client.force_login(people["anna"])
    seen, cursor = [], ""
    for _ in range(3):
        body = client.get("/api/v1/orders/", {"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["number"] for row in body["results"]]
        last, cursor = cursor, body["next"]
    assert (len(set(seen)), cursor) == (3, "")
    assert client.get("/api/v1/orders/", {"sort": "due", "cursor": last}).status_code == 422


@pytest.mark.parametrize(
    "fields",
    [
        ("digest_hour", "language", "id"),
        ("-digest_hour", "-language", "-id"),
        ("digest_hour", "-language", "-id"),
        ("-digest_hour", "language", "-id"),
    ],
    ids=" ".join,
)
def test_pages_lie_side_by_side_there_and_back(fields: tuple[str, ...]) -> None:
    """However the keys run and however many rows have the same: every row once, in order, in either direction."""
    dice = Random(7)
    User.objects.bulk_create(
        User(email=f"{number}@pages.example", kind="pages", digest_hour=dice.randrange(3), language=dice.choice("abc"))
        for number in range(45)
    )
    people, keyset = User.objects.filter(kind="pages"), Keyset(fields)
    wanted = [row.pk for row in people.order_by(*fields)]
    there, back = [page := keyset.page(people, size=7)], []
    while page.next:
        there.append(page := keyset.page(people, page.next, size=7))
    while page.previous:
        back.append(page := keyset.page(people, page.previous, size=7))
    assert [row.pk for page in there for row in page.rows] == wanted
    assert [row.pk for page in reversed(back) for row in page.rows] == wanted[:42]
