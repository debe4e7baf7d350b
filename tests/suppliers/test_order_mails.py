"""Who gets mails about orders, and how the buyer handles the links in them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from integrations.office import delivery as office
from integrations.office.models import Delivery
from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.errors import NotPermitted
from portal.shared.models import AuditEntry
from suppliers.actions import links
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.models import OrderLink, PurchaseOrder, Supplier, User
from suppliers.states import AnswerKind, Mode, Reason, Source
from tests.by_mail import DESK, link_of, mailed_order, rows, tell
from tests.cast import (
    SET_UP,
    Cast,
    ReleaseOrder,
    everything,
    fresh_lines,
    working_day,
)
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]


@pytest.fixture
def order(mailed_order: PurchaseOrder) -> PurchaseOrder:
    return mailed_order


# --- Who gets it ------------------------------------------------------------------------------------------------------


def test_a_baseline_a_trial_and_an_order_without_readers_mail_nobody(cast: Cast, release_order: ReleaseOrder) -> None:
    for changes in ({"mode": Mode.OBSERVE}, {"mode": Mode.OFF}, {"imported": True}):
        order = release_order()
        with acting(SET_UP, write=True):
            PurchaseOrder.objects.filter(pk=order.pk).update(**changes)
        tell(order)
    with acting(SET_UP, write=True):
        User.objects.filter(email="boris@borealis.example").update(is_active=False)
    tell(release_order(supplier=cast.borealis))
    assert rows(OrderLink) == []
    with everything():
        assert not Event.objects.filter(topic=links.RELEASED).exists()


def test_where_the_carrier_is_the_buyers_the_mail_names_the_day_of_hand_over(
    cast: Cast, release_order: ReleaseOrder
) -> None:
    order = release_order(incoterm="FCA", incoterm_place="Leipzig")
    (line,) = fresh_lines(order)
    tell(order)
    sent = {mail.to[0]: str(mail.body) for mail in post_mails()}
    ready = date_format(line.requested_date - dt.timedelta(days=3), "D j M Y", use_l10n=False)
    assert f"Delivery terms: FCA Leipzig\nFirst line to hand over by: {ready}\n" in sent["anna@acme.example"]
    assert f"Hand over by: {ready}\n" in sent["anna@acme.example"]


def test_switched_off_the_mail_leads_to_the_sign_in(cast: Cast, release_order: ReleaseOrder) -> None:
    links.switch(actor=cast.actor("ada"), supplier=cast.acme, on=False, at=timezone.now())
    order = release_order()
    tell(order)
    mails = post_mails()
    assert {link_in(mail) for mail in mails} == {f"/orders/{order.pk}/"}
    assert rows(OrderLink) == []


def test_what_was_answered_before_the_mail_left_is_not_sent(cast: Cast, order: PurchaseOrder) -> None:
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    assert post_mails() == []


def test_the_supplier_is_told_what_was_answered_for_him(cast: Cast, order: PurchaseOrder) -> None:
    post_mails()
    line = fresh_lines(order)[0]
    split = (PromisedDelivery(Decimal(60), working_day(30)), PromisedDelivery(Decimal(40), working_day(32)))
    acknowledge(
        actor=cast.actor("bea"),
        order=order,
        answers=[LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, split, reason=Reason.CAPACITY)],
        channel="page",
        source=Source.PHONE,
        source_note="Anna, 10:15",
        at=timezone.now(),
    )
    sent = {mail.to[0]: mail for mail in post_mails()}
    assert set(sent) == {DESK, "anna@acme.example", "aron@acme.example"}
    body = str(sent["anna@acme.example"].body)
    assert sent["anna@acme.example"].subject == f"Order {order.number}: Bea Brandt answered for you"
    assert "By phone, Anna, 10:15" in body
    assert "60 Units" in body
    assert "<" not in body, "plain text"


def test_who_answers_signed_in_gets_no_mail_of_it(cast: Cast, order: PurchaseOrder) -> None:
    post_mails()
    line = fresh_lines(order)[0]
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
    acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())
    assert post_mails() == []


# --- The buyer's side -------------------------------------------------------------------------------------------------


def test_the_buyer_withdraws_and_sends_again_on_the_page(
    order: PurchaseOrder, people: dict[str, User], cast: Cast
) -> None:
    bea = Client()
    bea.force_login(people["bea"])
    assert DESK in bea.get(f"/orders/{order.pk}/").content.decode()
    link = link_of(order)
    assert bea.post(f"/orders/{order.pk}/links/{link.pk}/revoke/").status_code == 302
    assert link_of(order).revoked_at is not None
    assert bea.post(f"/orders/{order.pk}/links/{link.pk}/revoke/").status_code == 409
    dora = Client()
    dora.force_login(people["dora"])
    assert dora.post(f"/orders/{order.pk}/links/{link.pk}/revoke/").status_code == 404
    with pytest.raises(NotPermitted):
        links.revoke(actor=cast.actor("dora"), link=link, at=timezone.now())


def test_the_switch_is_governed(cast: Cast, people: dict[str, User]) -> None:
    for name in ("anna", "aron", "quentin", "ines", "bea"):  # Bea buys at one plant, and mails go out for all
        with pytest.raises(NotPermitted):
            links.switch(actor=cast.actor(name), supplier=cast.acme, on=False, at=timezone.now())
    ada = Client()
    ada.force_login(people["ada"])
    body = {"supplier": str(cast.acme.public_id), "on": "no"}
    assert ada.post("/order-links/", body).status_code == 302
    assert ada.post("/order-links/", body).status_code == 409
    with everything():
        assert not Supplier.objects.get(pk=cast.acme.pk).order_links
        assert AuditEntry.objects.get(act="set_order_links").actor_name == "Ada Arndt"


def test_the_api_offers_the_same(cast: Cast, order: PurchaseOrder, people: dict[str, User]) -> None:
    bea = Client()
    bea.force_login(people["bea"])
    listed = bea.get(f"/api/v1/orders/{order.pk}/links/").json()["results"]
    assert [row["email"] for row in listed] == ["anna@acme.example", "aron@acme.example", DESK]
    path = f"/api/v1/orders/{order.pk}/links/{listed[2]['id']}/revoke/"
    assert bea.post(f"{path}?dry_run=true").status_code == 200
    assert link_of(order).revoked_at is None
    assert bea.post(path).json()["revoked_at"] is not None
    assert bea.post(path).json()["code"] == "as_it_was"
    place = f"/api/v1/suppliers/{cast.acme.public_id}/order-links/"
    assert bea.post(place, {"on": False}, content_type="application/json").status_code == 403  # of one plant only
    ada = Client()
    ada.force_login(people["ada"])
    answer = ada.post(place, {"on": False}, content_type="application/json")
    assert answer.json() == {"supplier": str(cast.acme.public_id), "on": False, "dry_run": False}
    assert bea.post(f"/api/v1/orders/{order.pk}/send/").json()["code"] == "too_soon"


def test_mails_about_orders_are_settled_like_any(order: PurchaseOrder) -> None:
    office.fan_out(timezone.now())
    with everything():
        addresses = list(Delivery.objects.values_list("destination", flat=True))
    assert len(addresses) == 3
    assert DESK not in str(addresses)
