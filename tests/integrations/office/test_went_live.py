"""Many orders that go live at once are told of in one mail to each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.office import sent
from integrations.slot.models import Event
from portal.shared.acting import acting
from suppliers.actions import activation, links
from suppliers.actions.accounts import door
from suppliers.actions.activation import MOVER, move_all, set_mode, tell_supplier
from suppliers.actions.wishes import choose_mails
from suppliers.models import OrderLink, PurchaseOrder, Supplier
from suppliers.states import Mode
from tests.by_mail import DESK
from tests.cast import SET_UP, Cast, ReleaseOrder, everything
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def nobody_is_live(cast: Cast) -> None:
    switch(cast, Mode.OFF)
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(email=DESK, language="de")


def switch(cast: Cast, mode: Mode = Mode.ON, **scope: Any) -> int:
    set_mode(actor=cast.actor("ada"), mode=mode, cut_over=NOW - dt.timedelta(days=9), at=NOW, **scope)
    return move_all(NOW)


def test_each_gets_one_mail_that_lists_them_all(cast: Cast, release_order: ReleaseOrder) -> None:
    orders = [release_order(number=f"P{number}") for number in range(3)]
    orders.append(release_order(number="P3", plant=cast.drs))
    release_order(number="OLD", ordered_at=NOW - dt.timedelta(days=20))
    release_order(number="B1", supplier=cast.borealis)
    assert switch(cast) == 6
    mails = {message.to[0]: message for message in post_mails()}
    assert set(mails) == {"anna@acme.example", "aron@acme.example", DESK, "boris@borealis.example"}
    assert mails["anna@acme.example"].subject == "4 orders from Nordwerk GmbH wait for your answer"
    assert mails["boris@borealis.example"].subject.startswith("Order B1"), "a single one is told as ever"
    with everything():
        made = {(link.email, link.order_id): link for link in OrderLink.objects.all()}
    for email in ("anna@acme.example", DESK):
        for order in orders:
            link = made[email, order.pk]
            assert f"/by-mail/{link.pk}/{link.secret}/" in mails[email].body
        assert "OLD" not in mails[email].body, "a baseline asks nobody"
    assert "List-Unsubscribe" in mails["anna@acme.example"].extra_headers
    assert "http://localhost:8000/orders/\n" in mails["anna@acme.example"].body
    assert "http://localhost:8000/orders/\n" not in mails[DESK].body, "who has no account finds no list"
    assert Client().get(link_in(mails[DESK]), headers={"accept-language": "en"}).status_code == 200
    assert move_all(NOW) == 0
    assert post_mails() == [], "once"


def test_whoever_dies_in_between_leaves_it_to_the_next_round(
    cast: Cast, release_order: ReleaseOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        release_order(number=f"P{number}")

    def dies(**_given: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(activation, "tell_supplier", dies)
        with pytest.raises(SystemExit):
            switch(cast)
    assert post_mails() == []
    assert move_all(NOW) == 0, "all were moved"
    assert {message.to[0] for message in post_mails()} == {"anna@acme.example", "aron@acme.example", DESK}
    with everything():
        assert Event.objects.filter(topic=links.WENT_LIVE).count() == 1
        assert not PurchaseOrder.objects.filter(unannounced=True).exists()


def test_what_was_switched_off_again_is_not_told(cast: Cast, release_order: ReleaseOrder) -> None:
    first, second, third = (release_order(number=f"P{number}") for number in range(3))
    switch(cast)
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=first.pk).update(mode=Mode.OFF)
    mails = post_mails()
    assert mails
    assert all("P0" not in message.body and "P1" in message.body for message in mails)
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk__in=[second.pk, third.pk]).update(unannounced=True, mode=Mode.OFF)
        acme = Supplier.objects.get(pk=cast.acme.pk)
    tell_supplier(actor=MOVER, supplier=acme, at=NOW)
    assert post_mails() == []


def test_wishes_count_and_links_may_be_off(cast: Cast, release_order: ReleaseOrder) -> None:
    anna = cast.people["anna"]
    choose_mails(actor=door(), person=anna, subjects={"order_new": "off"}, at=NOW)
    links.switch(actor=cast.actor("ada"), supplier=cast.acme, on=False, at=NOW)
    orders = [release_order(number=f"P{number}") for number in range(2)]
    switch(cast)
    mails = {message.to[0]: message for message in post_mails()}
    assert set(mails) == {"aron@acme.example", DESK}
    for order in orders:
        assert f"/orders/{order.pk}/" in mails["aron@acme.example"].body
    with everything():
        assert not OrderLink.objects.exists()


def test_the_sent_log_names_them_all_and_each_order_the_mail(cast: Cast, release_order: ReleaseOrder) -> None:
    orders = [release_order(number=f"P{number}") for number in range(3)]
    switch(cast)
    post_mails()
    with everything():
        found = sent.sent_log(cast.actor("ada"), sent.Filters()).rows
        assert {one.orders for one in found} == {"P0, P1, P2"}
        for order in orders:
            assert len(sent.about_order(order.pk)) == 3


def test_beyond_two_hundred_it_is_a_mail_for_each_two_hundred(
    cast: Cast, release_order: ReleaseOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_TOGETHER", 2)
    for number in range(5):
        release_order(number=f"P{number}")
    switch(cast)
    to_anna = [message for message in post_mails() if message.to == ["anna@acme.example"]]
    assert sorted(message.subject[:8] for message in to_anna) == ["1 order ", "2 orders", "2 orders"]
