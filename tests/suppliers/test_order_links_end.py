"""When a link to an order opens it no more, and what guessing brings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared import transitions
from portal.shared.acting import acting
from portal.shared.errors import NotPermitted, WrongState
from suppliers.actions import colleagues, links
from suppliers.models import Acknowledgement, OrderLink, PurchaseOrder, Supplier, User
from suppliers.states import Mode, Role
from tests.by_mail import DESK, form, link_of, mailed_order, nothing_changed, opened, path_of, rows
from tests.cast import (
    PULL,
    SET_UP,
    Cast,
    ReleaseOrder,
    doing,
    revise,
)
from tests.mail import post_mails

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]


@pytest.fixture
def order(mailed_order: PurchaseOrder) -> PurchaseOrder:
    return mailed_order


# --- Ends -------------------------------------------------------------------------------------------------------------


def ended_by_time(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        OrderLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())


def ended_by_the_buyer(cast: Cast, link: OrderLink) -> None:
    links.revoke(actor=cast.actor("bea"), link=link, at=timezone.now())


def ended_by_the_switch(cast: Cast, link: OrderLink) -> None:
    links.switch(actor=cast.actor("ada"), supplier=cast.acme, on=False, at=timezone.now())


def ended_by_a_required_factor(cast: Cast, link: OrderLink) -> None:
    colleagues.require_factor(actor=cast.actor("aron"), supplier=cast.acme, required=True, at=timezone.now())


def ended_with_the_supplier(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(active=False)


def ended_with_the_address(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(email="new@acme-castings.example")


def ended_with_the_order(cast: Cast, link: OrderLink) -> None:
    revise(link.order, cancelled=True)


def ended_with_its_mode(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=link.order_id).update(mode=Mode.OFF)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (ended_by_time, "has expired"),
        (ended_by_the_buyer, "was withdrawn"),
        (ended_by_the_switch, "are not answered from the e-mail"),
        (ended_by_a_required_factor, "are not answered from the e-mail"),
        (ended_with_the_supplier, "are not answered from the e-mail"),
        (ended_with_the_address, "Orders do not go to"),
        (ended_with_the_order, "takes no answers any more"),
        (ended_with_its_mode, "takes no answers any more"),
    ],
)
def test_a_link_and_its_session_end_together(
    cast: Cast, order: PurchaseOrder, end: Callable[[Cast, OrderLink], None], said: str
) -> None:
    link, client, body = link_of(order), opened(order), form(order, 1)
    end(cast, link)
    post_mails()
    for answer in (
        client.get(path_of(link), headers={"accept-language": "en"}),
        client.post(path_of(link)),
        client.get(f"/orders/{order.pk}/"),
    ):
        assert answer.status_code == 409
        assert said in answer.content.decode()
    client.cookies["order_link"] = "stolen before"
    assert client.post(f"/orders/{order.pk}/", body).status_code == 302, "to the sign-in"
    assert rows(Acknowledgement) == []
    assert post_mails() == []


def test_the_session_of_a_dead_link_sends_nothing(cast: Cast, order: PurchaseOrder) -> None:
    client, body = opened(order), form(order, 1)
    ended_by_the_buyer(cast, link_of(order))
    answer = client.post(f"/orders/{order.pk}/", body)
    assert (answer.status_code, answer.cookies["order_link"].value) == (409, "")
    assert rows(Acknowledgement) == []


def test_a_link_ends_with_the_access_of_its_person(cast: Cast, order: PurchaseOrder, people: dict[str, User]) -> None:
    client = opened(order, "anna@acme.example")
    given = {"actor": cast.actor("aron"), "supplier": cast.acme, "person": people["anna"], "at": timezone.now()}
    colleagues.set_roles(**given, roles=[Role.READ_ONLY])
    assert client.get(f"/orders/{order.pk}/").status_code == 409
    colleagues.set_roles(**given, roles=[Role.ORDER_DESK])
    client = opened(order, "anna@acme.example")
    colleagues.deactivate(**given)
    assert client.get(f"/orders/{order.pk}/").status_code == 409
    assert Client().get(path_of(link_of(order, "anna@acme.example"))).status_code == 409
    assert rows(Acknowledgement) == []


def test_sent_again_every_address_has_a_new_link_and_the_old_ones_are_dead(cast: Cast, order: PurchaseOrder) -> None:
    post_mails()
    bea, old, client = cast.actor("bea"), link_of(order), opened(order)
    with pytest.raises(WrongState, match="a moment ago"):
        links.send_again(actor=bea, order=order, at=timezone.now())
    links.revoke(actor=bea, link=old, at=timezone.now())
    later = timezone.now() + dt.timedelta(minutes=2)
    links.send_again(actor=bea, order=order, at=later)
    assert len(post_mails()) == 3
    assert Client().get(path_of(old)).status_code == 404
    assert client.get(f"/orders/{order.pk}/").status_code == 302, "the session of the old link"
    assert Client().get(path_of(link_of(order))).status_code == 200
    with pytest.raises(NotPermitted):
        links.send_again(actor=cast.actor("anna"), order=order, at=later)


def test_a_reminder_carries_the_same_link_for_its_whole_life_again(order: PurchaseOrder) -> None:
    first, later = link_of(order), timezone.now() + dt.timedelta(days=20)
    with doing(PULL, at=later):
        held = transitions.hold(order, "supplier")
        links.links_for([(held, DESK)], later)
    again = link_of(order)
    assert (again.pk, again.secret, again.expires_at) == (first.pk, first.secret, later + links.life())
    much_later = later + links.life()
    with doing(PULL, at=much_later):
        links.links_for([(transitions.hold(order, "supplier"), DESK)], much_later)
    assert link_of(order).secret != first.secret


# --- Guessing ---------------------------------------------------------------------------------------------------------


def test_whatever_is_wrong_with_a_link_is_answered_alike(order: PurchaseOrder, cast: Cast) -> None:
    link, other = link_of(order), link_of(order, "anna@acme.example")
    tampered = [
        f"/by-mail/{link.pk}/{other.secret}/",
        f"/by-mail/{link.pk}/{link.secret[:-1]}/",
        f"/by-mail/{link.pk}/{'0' * 40}/",
        f"/by-mail/{order.pk}/{link.secret}/",
    ]
    pages = [Client().get(path, headers={"accept-language": "en"}) for path in tampered]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'name="csrf.*?>|nonce="[^"]*"', "", page.content.decode()) for page in pages}) == 1
    assert all(Client().post(path).status_code == 404 for path in tampered)
    assert nothing_changed(order)


def test_guesses_run_out(order: PurchaseOrder) -> None:
    link = link_of(order)
    guessed = [Client().get(f"/by-mail/{link.pk}/{number:040x}/").status_code for number in range(35)]
    assert guessed == [404] * 30 + [429] * 5
    assert Client().get(path_of(link)).status_code == 200, "who has the link is not locked out by who guesses"


def test_a_cookie_is_worth_its_signature(order: PurchaseOrder, release_order: ReleaseOrder) -> None:
    client, other = opened(order), release_order()
    genuine = client.cookies["order_link"].value
    forged = Client()
    for value in ("", "x", genuine[:-2], f"{link_of(order).pk}:1", genuine.replace(":1:", ":2:")):
        forged.cookies["order_link"] = value
        assert forged.get(f"/orders/{order.pk}/").status_code == 302
    forged.cookies["order_link"] = genuine
    assert forged.get(f"/orders/{order.pk}/").status_code == 200, "a browser of the same person"
    assert forged.get(f"/orders/{other.pk}/").status_code == 302
