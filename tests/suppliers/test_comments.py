"""Supplier and buyer write to each other about an order: both read it, nobody changes it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from documents.models import StoredFile
from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted
from suppliers.actions import links
from suppliers.actions.comments import LONGEST, comment, mark_read
from suppliers.models import CommentAttachment, CommentReading, OrderComment, PurchaseOrder
from suppliers.queries.orders import OrderFilters, find_thread, order_detail, order_list
from suppliers.queries.threads import LATEST
from tests.by_mail import DESK, link_of, mailed_order, opened
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines, release
from tests.house.stage import accepted_file

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]


@pytest.fixture
def order(release_order: ReleaseOrder) -> PurchaseOrder:
    return release_order()


def write(actor: Actor, order: PurchaseOrder, text: str = "Which drawing?", **more: Any) -> OrderComment:
    return comment(actor=actor, order=order, text=text, at=timezone.now(), **more)


def written() -> list[OrderComment]:
    with everything():
        return list(OrderComment.objects.order_by("number"))


def test_both_sides_read_one_thread_in_the_order_it_was_written(
    cast: Cast, anna: Actor, bea: Actor, order: PurchaseOrder
) -> None:
    (line,) = fresh_lines(order)
    file = accepted_file(bea, cast.acme.pk)
    write(anna, order, " Which drawing?\r\nThe old one? ", line=line.pk)
    write(bea, order, "Revision C.", files=[file.pk])
    for actor in (anna, bea, cast.actor("asta"), cast.actor("sven"), cast.actor("ines")):
        with acting(actor):
            _order, told = find_thread(actor, order.pk)
        assert [(one.number, one.side, one.actor_name, one.text) for one in told.comments] == [
            (1, "supplier", "Anna Abel", "Which drawing?\nThe old one?"),
            (2, "buyer", "Bea Brandt", "Revision C."),
        ]
        assert [(one.line, one.position) for one in told.comments] == [(line.pk, line.position), (None, None)]
        assert [[file["name"] for file in one.files] for one in told.comments] == [[], ["letter.txt"]]
        assert (told.written, told.whole) == (2, True)
    for stranger in (cast.actor("boris"), cast.actor("dora")):
        with acting(stranger), pytest.raises(NotFound):
            find_thread(stranger, order.pk)


def test_every_fault_is_named_and_nothing_kept(
    cast: Cast, anna: Actor, order: PurchaseOrder, release_order: ReleaseOrder
) -> None:
    other = fresh_lines(release_order())[0].pk
    with pytest.raises(Invalid) as refusal:
        write(anna, order, " ", line=other, files=[uuid4()])
    assert {(one.code, one.pointer) for one in refusal.value.faults} == {
        ("required", "/text"),
        ("unknown_line", "/line"),
        ("unknown_file", "/files/0"),
    }
    with pytest.raises(Invalid):
        write(anna, order, "x" * (LONGEST + 1))
    for nobody in ("asta", "boris", "ines", "ada", "dora"):
        with pytest.raises(NotPermitted):
            write(cast.actor(nobody), order)
    assert not written()
    with everything():
        assert not CommentAttachment.objects.exists()
        assert not Event.objects.filter(topic="purchase_order.commented").exists()


@pytest.mark.parametrize("who", ["anna", "aron", "sven", "quinn", "bea", "quentin", "rita"])
def test_whoever_works_on_orders_may_write(cast: Cast, order: PurchaseOrder, who: str) -> None:
    assert write(cast.actor(who), order).number == 1


def test_what_others_wrote_is_new_until_it_is_read(anna: Actor, aron: Actor, bea: Actor, order: PurchaseOrder) -> None:
    write(anna, order)
    write(bea, order)

    def unread(actor: Actor) -> int:
        with acting(actor):
            (row,) = order_list(actor, OrderFilters(), today=timezone.localdate()).rows
            found = order_list(actor, OrderFilters(needs="unread"), today=timezone.localdate()).rows
            _order, told = find_thread(actor, order.pk)
        number = int(row.comments_unread)  # type: ignore[attr-defined]
        assert (bool(found), told.unread, sum(one.fresh for one in told.comments)) == (bool(number), number, number)
        return number

    assert (unread(anna), unread(aron), unread(bea)) == (1, 2, 1)
    mark_read(anna, order, 2)
    mark_read(anna, order, 1)  # a slower page never takes it back
    assert (unread(anna), unread(aron), unread(bea)) == (0, 2, 1)
    write(bea, order)
    assert unread(anna) == 1


@pytest.mark.parametrize("place", ["", "comments/"])
def test_looking_marks_it_read_and_tells_what_is_new(
    client: Client, cast: Cast, anna: Actor, bea: Actor, order: PurchaseOrder, place: str
) -> None:
    write(bea, order, "Please use drawing C.")
    client.force_login(cast.people["anna"])
    assert "1 new comment" in client.get("/orders/").content.decode()
    client.head(f"/orders/{order.pk}/{place}")
    first, second = (client.get(f"/orders/{order.pk}/{place}").content.decode() for _look in range(2))
    new = '<span class="state state-info">New</span>'
    assert "Please use drawing C." in first
    assert (new in first, new in second) == (True, False)
    assert "1 new comment" not in client.get("/orders/").content.decode()
    with everything():
        assert [(row.actor_id, row.read_up_to) for row in CommentReading.objects.all()] == [(anna.id, 1)]


def test_the_orders_page_shows_the_latest_and_marks_none_read_that_it_does_not_show(
    client: Client, cast: Cast, anna: Actor, bea: Actor, order: PurchaseOrder
) -> None:
    for _each in range(LATEST + 1):
        write(bea, order)
    with acting(anna):
        told = order_detail(anna, order.pk).thread
    assert (len(told.comments), told.written, told.unread, told.whole) == (LATEST, LATEST + 1, LATEST + 1, False)
    client.force_login(cast.people["anna"])
    assert f"All {LATEST + 1} comments" in client.get(f"/orders/{order.pk}/").content.decode()
    with everything():
        assert not CommentReading.objects.exists()
    client.get(f"/orders/{order.pk}/comments/")
    with everything():
        assert CommentReading.objects.get().read_up_to == LATEST + 1


# --- By the page ------------------------------------------------------------------------------------------------------


def test_the_page_writes_and_leads_back_to_the_order(client: Client, cast: Cast, order: PurchaseOrder) -> None:
    (line,) = fresh_lines(order)
    client.force_login(cast.people["anna"])
    there = client.post(
        f"/orders/{order.pk}/comments/", {"text": "Which drawing?", "line": str(line.pk), "do": "write"}
    )
    assert there["Location"] == f"/orders/{order.pk}/#comment-1"
    (one,) = written()
    assert (one.text, one.line_id, one.actor_name) == ("Which drawing?", line.pk, "Anna Abel")


def test_a_refusal_keeps_what_was_typed_and_leads_to_the_field(
    client: Client, cast: Cast, order: PurchaseOrder
) -> None:
    client.force_login(cast.people["anna"])
    body = {"text": "<b>Which</b> drawing?", "line": "nonsense", "comment-files": "nonsense", "do": "write"}
    answer = client.post(f"/orders/{order.pk}/comments/", body)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;b&gt;Which&lt;/b&gt; drawing?</textarea>" in page
    assert '<a href="#comment-line">This order has no such line.</a>' in page
    assert '<a href="#comment-files">There is no such file.</a>' in page
    assert not written()


# --- By the API -------------------------------------------------------------------------------------------------------


def test_by_the_api(cast: Cast, client: Client, order: PurchaseOrder) -> None:
    headers = {"Authorization": f"Bearer {cast.tokens['writer'].secret}"}
    path = f"/api/v1/orders/{order.pk}/comments/"
    body = {"text": "Which drawing?"}
    tried = client.post(f"{path}?dry_run=true", body, content_type="application/json", headers=headers)
    assert (tried.status_code, client.get(path, headers=headers).json()) == (200, {"results": []})
    first = client.post(path, body, content_type="application/json", headers=headers | {"Idempotency-Key": "c1"})
    again = client.post(path, body, content_type="application/json", headers=headers | {"Idempotency-Key": "c1"})
    assert first.status_code == 201
    assert first.json() == again.json()
    (row,) = client.get(path, headers=headers).json()["results"]
    assert (row["number"], row["side"], row["text"], row["files"]) == (1, "supplier", "Which drawing?", [])
    assert row["by_link"] is False
    with everything():
        assert not CommentReading.objects.exists(), "a program that fetches has not read"


def test_the_api_lists_orders_with_new_comments(cast: Cast, client: Client, bea: Actor, order: PurchaseOrder) -> None:
    release(cast)
    write(bea, order)
    headers = {"Authorization": f"Bearer {cast.tokens['writer'].secret}"}
    found = client.get("/api/v1/orders/?needs=unread", headers=headers).json()["results"]
    assert [row["id"] for row in found] == [str(order.pk)]


# --- By the link in a mail --------------------------------------------------------------------------------------------


def test_the_holder_of_a_link_reads_and_writes_under_its_address(
    mailed_order: PurchaseOrder, cast: Cast, bea: Actor
) -> None:
    file = accepted_file(bea, cast.acme.pk)
    write(bea, mailed_order, "Please use drawing C.", files=[file.pk])
    browser = opened(mailed_order)
    page = browser.get(f"/orders/{mailed_order.pk}/").content.decode()
    assert "Please use drawing C." in page
    assert f'href="/orders/{mailed_order.pk}/files/{file.pk}/"' in page
    assert browser.get(f"/orders/{mailed_order.pk}/files/{file.pk}/").status_code == 302
    there = browser.post(f"/orders/{mailed_order.pk}/comments/", {"text": "We will.", "do": "write"})
    assert there["Location"] == f"/orders/{mailed_order.pk}/#comment-2"
    one = written()[1]
    assert (one.side, one.actor_kind, one.actor_name) == ("supplier", "link", DESK)
    assert one.actor_id == str(link_of(mailed_order).pk)
    page = browser.get(f"/orders/{mailed_order.pk}/comments/").content.decode()
    assert DESK in page
    assert "by the link sent to this address" in page
    assert 'href="/orders/"' not in page


def test_a_link_comments_on_its_order_alone_and_encloses_no_file_of_others(
    mailed_order: PurchaseOrder, cast: Cast, anna: Actor
) -> None:
    other = release(cast)
    browser = opened(mailed_order)
    assert browser.post(f"/orders/{other.pk}/comments/", {"text": "Hello", "do": "write"}).status_code == 302
    assert browser.get(f"/orders/{other.pk}/comments/")["Location"].startswith("/accounts/login/")
    file: StoredFile = accepted_file(anna, cast.acme.pk)
    body = {"text": "Hello", "comment-files": str(file.pk), "do": "write"}
    answer = browser.post(f"/orders/{mailed_order.pk}/comments/", body)
    assert (answer.status_code, "There is no such file." in answer.content.decode()) == (422, True)
    assert not written()


def test_a_withdrawn_link_writes_nothing(mailed_order: PurchaseOrder, bea: Actor) -> None:
    browser = opened(mailed_order)
    links.revoke(actor=bea, link=link_of(mailed_order), at=timezone.now())
    answer = browser.post(f"/orders/{mailed_order.pk}/comments/", {"text": "Hello", "do": "write"})
    assert answer.status_code != 200
    assert not written()
