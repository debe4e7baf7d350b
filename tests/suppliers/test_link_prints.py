"""The PDF of an order for whoever holds its link: his order's, with the prices his page shows, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from documents import tasks as file_tasks
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.models import AuditEntry
from suppliers import tasks
from suppliers.actions import links
from suppliers.actions.prints import print_order
from suppliers.models import OrderLink, OrderPrint, PurchaseOrder
from tests.by_mail import link_of, mailed_order, opened, tell
from tests.cast import SET_UP, Cast, ReleaseOrder, everything
from tests.documents.read import text_of

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]


@pytest.fixture
def order(mailed_order: PurchaseOrder) -> PurchaseOrder:
    return mailed_order


def asked(client: Client, order: PurchaseOrder) -> Any:
    return client.post(f"/orders/{order.pk}/pdf/", {"paper": "a4", "language": "en"})


def draw() -> None:
    tasks.print_orders()
    file_tasks.inspect()


def print_of(order: PurchaseOrder, number: int = 0) -> OrderPrint:
    with everything():
        return OrderPrint.objects.select_related("file").filter(order=order).order_by("asked_at")[number]


def file_address(one: OrderPrint) -> str:
    assert one.file is not None
    return f"/orders/{one.order_id}/files/{one.file.pk}/"


def test_from_the_order_to_the_bytes(order: PurchaseOrder) -> None:
    client = opened(order)
    assert f"/orders/{order.pk}/pdf/" in client.get(f"/orders/{order.pk}/").content.decode()
    form = client.get(f"/orders/{order.pk}/pdf/").content.decode()
    assert 'href="/orders/"' not in form, "there is no list for him"
    there = asked(client, order)["Location"]
    assert "is being drawn" in client.get(there).content.decode()
    draw()
    one = print_of(order)
    assert file_address(one) in client.get(there).content.decode()
    bytes_at = client.get(file_address(one))
    paper = text_of(b"".join(client.get(bytes_at["Location"]).streaming_content))  # type: ignore[attr-defined]
    assert "12.50" in paper, "he sees prices, as on the page"
    with everything():
        kinds = {row.act: row.actor_kind for row in AuditEntry.objects.filter(act__in=("print_order", "download_file"))}
    assert kinds == {"print_order": "link", "download_file": "link"}


def test_no_other_orders_pdf_is_asked_for_or_had(
    order: PurchaseOrder, cast: Cast, release_order: ReleaseOrder, anna: Actor
) -> None:
    """Neither under its own address, nor under that of the order he may open."""
    client, other = opened(order), release_order()
    tell(other)
    now = timezone.now()
    for one in (other, order):
        print_order(actor=anna, order=one, paper="letter", language="de", time_zone="UTC", at=now)
        draw()
    theirs = print_of(other)
    assert theirs.file is not None
    assert asked(client, other)["Location"].startswith("/accounts/login/")
    assert client.get(f"/orders/{order.pk}/pdf/{theirs.pk}/").status_code == 404
    assert client.get(f"/orders/{order.pk}/files/{theirs.file.pk}/").status_code == 404
    for path in (f"/orders/{other.pk}/pdf/{theirs.pk}/", file_address(theirs), f"/files/{theirs.file.pk}/"):
        assert client.get(path)["Location"].startswith("/accounts/login/"), path
    assert client.get(file_address(print_of(order))).status_code == 302, "the same order's, as Anna sees it"


@pytest.mark.parametrize("fate", ["revoked", "expired", "renewed", "switched off"])
def test_a_link_that_opens_nothing_prints_nothing(order: PurchaseOrder, cast: Cast, fate: str) -> None:
    client, now = opened(order), timezone.now()
    asked(client, order)
    draw()
    had = print_of(order)
    if fate == "revoked":
        links.revoke(actor=cast.actor("bea"), link=link_of(order), at=now)
    elif fate == "switched off":
        links.switch(actor=cast.actor("ada"), supplier=cast.acme, on=False, at=now)
    else:
        key = link_of(order).pk
        with acting(SET_UP, write=True):
            values: dict[str, Any] = {"expires_at": now} if fate == "expired" else {"version": 9}
            OrderLink.objects.filter(pk=key).update(**values)
    refused = 302 if fate == "renewed" else 409
    assert asked(client, order).status_code == refused
    for path in (f"/orders/{order.pk}/pdf/{had.pk}/", file_address(had)):
        assert client.get(path).status_code == 302, "the cookie is gone: to the sign-in"
    with everything():
        assert OrderPrint.objects.count() == 1


def test_prices_stay_hidden_from_whoever_sees_none(order: PurchaseOrder, cast: Cast, anna: Actor) -> None:
    """The address that hands out an order's files gives nobody a paper that says more than his page."""
    print_order(actor=anna, order=order, paper="a4", language="en", time_zone="UTC", at=timezone.now())
    draw()
    priced = file_address(print_of(order))
    client = Client()
    client.force_login(cast.people["sven"])
    assert [client.get(path).status_code for path in (priced, f"{priced}state/")] == [404, 404]
    client.force_login(cast.people["anna"])
    assert client.get(priced).status_code == 302


def test_by_one_link_a_few_an_hour(order: PurchaseOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suppliers.pages.printing.BY_ONE_LINK", "1/h/key")
    client = opened(order)
    assert asked(client, order).status_code == 302
    draw()
    full = asked(client, order)
    assert (full.status_code, "Too many PDFs" in full.content.decode()) == (429, True)
    with everything():
        assert OrderPrint.objects.count() == 1
