"""Supplier and buyer write to each other about an order: both read it, nobody changes it, the other side is told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotPermitted
from suppliers.actions.comments import LONGEST, comment, mark_read
from suppliers.models import CommentReading, OrderComment, PurchaseOrder
from suppliers.queries.orders import OrderFilters, order_list
from suppliers.queries.threads import thread
from suppliers.states import Mode
from tests.cast import SET_UP, Cast, ReleaseOrder, everything, fresh_lines
from tests.house.stage import accepted_file
from tests.mail import post_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(release_order: ReleaseOrder) -> PurchaseOrder:
    return release_order()


def write(actor: Actor, order: PurchaseOrder, text: str = "Which drawing?", **more: Any) -> OrderComment:
    return comment(actor=actor, order=order, text=text, at=timezone.now(), **more)


def test_both_sides_read_one_thread_in_the_order_it_was_written(
    cast: Cast, anna: Actor, bea: Actor, order: PurchaseOrder
) -> None:
    (line,) = fresh_lines(order)
    file = accepted_file(bea, cast.acme.pk)
    write(anna, order, line=line.pk)
    write(bea, order, "Revision C.", files=[file.pk])
    for actor in (anna, bea):
        with acting(actor):
            told, _read = thread(actor, order)
        assert [(one.number, one.side, one.actor_name, one.text) for one in told] == [
            (1, "supplier", "Anna Abel", "Which drawing?"),
            (2, "buyer", "Bea Brandt", "Revision C."),
        ]
        assert [one.line_id for one in told] == [line.pk, None]
        assert [[file["name"] for file in one.enclosed] for one in told] == [[], ["letter.txt"]]  # type: ignore[attr-defined]


def test_every_fault_is_named_and_nothing_kept(
    anna: Actor, asta: Actor, boris: Actor, order: PurchaseOrder, release_order: ReleaseOrder
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
    for nobody in (asta, boris):
        with pytest.raises(NotPermitted):
            write(nobody, order)
    with everything():
        assert not OrderComment.objects.exists()
        assert not Event.objects.filter(topic="purchase_order.commented").exists()


def test_what_others_wrote_is_new_until_it_is_read(anna: Actor, aron: Actor, bea: Actor, order: PurchaseOrder) -> None:
    write(anna, order)
    write(bea, order)

    def unread(actor: Actor) -> int:
        with acting(actor):
            (row,) = order_list(actor, OrderFilters(), today=timezone.localdate()).rows
        return int(row.comments_unread)  # type: ignore[attr-defined]

    assert (unread(anna), unread(aron), unread(bea)) == (1, 2, 1)
    mark_read(anna, order, 2)
    assert (unread(anna), unread(aron), unread(bea)) == (0, 2, 1)
    write(bea, order)
    assert unread(anna) == 1


def test_looking_marks_it_read_and_tells_what_is_new(client: Client, cast: Cast, anna: Actor, bea: Actor) -> None:
    from tests.cast import release

    order = release(cast)
    write(bea, order, "Please use drawing C.")
    client.force_login(cast.people["anna"])
    first, second = (client.get(f"/orders/{order.pk}/comments/").content.decode() for _look in range(2))
    assert "Please use drawing C." in first
    assert (first.count("state-wait"), second.count("state-wait")) == (1, 0)
    with everything():
        assert [row.read_up_to for row in CommentReading.objects.all()] == [1]


def readers(*written: OrderComment) -> list[str]:
    mail.outbox.clear()
    post_mails()
    return sorted(one.to[0] for one in mail.outbox)


def test_the_other_sides_people_on_the_order_get_a_mail_and_the_author_none(
    cast: Cast, anna: Actor, aron: Actor, bea: Actor, quentin: Actor, order: PurchaseOrder
) -> None:
    write(anna, order, "Which drawing?\nThe old one?")
    assert readers() == ["bea@nordwerk.example"]  # the order names her
    assert "Which drawing?" in mail.outbox[0].body
    assert "Anna Abel on order" in mail.outbox[0].subject
    assert f"/orders/{order.pk}/comments/" in mail.outbox[0].body
    write(quentin, order, "Revision C.")
    assert readers() == ["anna@acme.example"]  # she wrote before
    write(aron, order, "Thank you.")
    assert readers() == ["bea@nordwerk.example", "quentin@nordwerk.example"]


def test_where_nobody_took_part_the_order_desk_reads_it(bea: Actor, order: PurchaseOrder) -> None:
    write(bea, order)
    assert readers() == ["anna@acme.example"]


def test_an_order_that_is_switched_off_mails_no_supplier(cast: Cast, bea: Actor, order: PurchaseOrder) -> None:
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=order.pk).update(mode=Mode.OFF)
    write(bea, order)
    assert readers() == []


def test_two_comments_are_two_mails(anna: Actor, order: PurchaseOrder) -> None:
    write(anna, order, "One.")
    write(anna, order, "Two.")
    assert len(readers()) == 2


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
