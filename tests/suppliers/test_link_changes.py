"""The holder of an order's link asks for changes of its lines and answers what the buyer asks for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared.acting import acting
from portal.shared.errors import NotFound, NotPermitted
from suppliers.actions import links
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import accept_change, request_change, request_changes
from suppliers.actions.negotiating import Wish
from suppliers.models import ChangeOffer, ChangeRequest, PurchaseOrder
from suppliers.queries.changes import change_list, find_change, lines_to_change
from suppliers.states import AnswerKind
from tests.by_mail import DESK, form, link_of, mailed_order, opened, path_of, rows
from tests.cast import Cast, ReleaseOrder, fresh_lines, working_day
from tests.mail import link_in, post_mails, whole_link_in
from tests.suppliers.test_several_changes import later, typed

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]


@pytest.fixture
def order(mailed_order: PurchaseOrder) -> PurchaseOrder:
    """All three lines answered by the link; what was mailed so far is gone."""
    opened(mailed_order).post(f"/orders/{mailed_order.pk}/", form(mailed_order, 1, 2, 3))
    post_mails()
    return mailed_order


def by_buyer(cast: Cast, order: PurchaseOrder, days: int = 60) -> ChangeRequest:
    line = fresh_lines(order)[0]
    wish = Wish((PromisedDelivery(Decimal(100), working_day(days)),), reason="demand")
    return request_change(actor=cast.actor("bea"), line=line, wish=wish, at=timezone.now())


def test_the_mail_carries_the_link_and_leads_to_the_request(order: PurchaseOrder, cast: Cast) -> None:
    change = by_buyer(cast, order)
    sent = {mail.to[0]: mail for mail in post_mails()}
    assert set(sent) == {DESK, "anna@acme.example", "aron@acme.example"}
    assert link_in(sent["anna@acme.example"]) == f"/orders/{order.pk}/changes/{change.pk}/"
    path = whole_link_in(sent[DESK])
    assert path == f"{path_of(link_of(order))}?change={change.pk}"
    assert DESK in str(sent[DESK].body)
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    assert client.get(path).status_code == 200
    there = client.post(path)
    assert there["Location"] == f"/orders/{order.pk}/changes/{change.pk}/"
    page = client.get(there["Location"]).content.decode()
    assert "Accept this offer" in page
    assert 'href="/changes/"' not in page
    client.post(there["Location"], {"do": "accept", "offer": 1})
    (done,) = rows(ChangeRequest)
    assert done.state == "accepted"
    told = {mail.to[0]: mail for mail in post_mails()}
    assert set(told) == {DESK, cast.people["bea"].email}
    again = client.post(there["Location"], {"do": "accept", "offer": 1})
    assert again.status_code == 409, "what is over is over"


def test_a_wrong_request_in_the_link_leads_to_the_order(order: PurchaseOrder) -> None:
    for query in ("?change=", "?change=x"):
        client = Client()
        assert client.post(path_of(link_of(order)) + query)["Location"] == f"/orders/{order.pk}/"
    assert Client().post(path_of(link_of(order)) + "?change=%00").status_code == 422


def test_the_holder_asks_for_several_lines_and_his_addressee_reads_it(order: PurchaseOrder, cast: Cast) -> None:
    client = opened(order)
    assert "Ask for changes" in client.get(f"/orders/{order.pk}/").content.decode()
    lines = fresh_lines(order)
    page = client.post(f"/orders/{order.pk}/changes/", typed(*lines[:2], do="check")).content.decode()
    assert "Goes to the buyer" in page
    client.post(f"/orders/{order.pk}/changes/", typed(*lines[:2]))
    offers = rows(ChangeOffer)
    assert [(offer.actor_kind, offer.actor_name, offer.side) for offer in offers] == [("link", DESK, "supplier")] * 2
    told = {mail.to[0]: mail for mail in post_mails()}
    assert set(told) == {DESK, cast.people["bea"].email}
    assert f"?change={rows(ChangeRequest)[0].pk}" not in str(told[DESK].body), "of several: to the order"
    assert told[cast.people["bea"].email].subject == f"Order {order.number}: {DESK} asks for a change of 2 lines"
    first = rows(ChangeRequest)[0]
    client.post(f"/orders/{order.pk}/changes/{first.pk}/", {"do": "withdraw"})
    assert {one.state for one in rows(ChangeRequest)} == {"withdrawn", "submitted"}
    repeated = client.post(f"/orders/{order.pk}/changes/", typed(lines[1]))
    assert repeated.status_code == 422, "one open request a line"


def test_no_other_orders_change_is_reached(order: PurchaseOrder, cast: Cast, release_order: ReleaseOrder) -> None:
    other = release_order(cast.line(100))
    opened_by_link, now = opened(order), timezone.now()
    (line,) = fresh_lines(other)
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
    acknowledge(actor=cast.actor("anna"), order=other, answers=[answer], channel="page", at=now)
    theirs = by_buyer(cast, other)
    for place in (order, other):
        path = f"/orders/{place.pk}/changes/{theirs.pk}/"
        assert opened_by_link.get(path).status_code in (302, 404)
        assert opened_by_link.post(path, {"do": "accept", "offer": 1}).status_code in (302, 404)
    assert opened_by_link.get("/changes/")["Location"].startswith("/accounts/login/")
    holder = links.find(link_of(order).pk, now)
    assert holder is not None
    with acting(holder.actor):
        assert change_list(holder.actor).rows == []
        with pytest.raises(NotFound):
            find_change(holder.actor, theirs.pk)
        with pytest.raises(NotFound):
            lines_to_change(holder.actor, other.pk)
    given: dict[str, Any] = {"actor": holder.actor, "at": now}
    with pytest.raises(NotPermitted):
        accept_change(request=theirs, offer=1, **given)
    with pytest.raises(NotPermitted):
        request_change(line=line, wish=later(line).wish, **given)
    with pytest.raises(NotPermitted):
        request_changes(order=other, asks=[later(line)], **given)
    assert [one.state for one in rows(ChangeRequest)] == ["submitted"]


@pytest.mark.parametrize("fate", ["revoked", "off"])
def test_a_dead_link_asks_for_nothing(order: PurchaseOrder, cast: Cast, fate: str) -> None:
    change = by_buyer(cast, order)
    client, now = opened(order), timezone.now()
    if fate == "revoked":
        links.revoke(actor=cast.actor("bea"), link=link_of(order), at=now)
    else:
        links.switch(actor=cast.actor("ada"), supplier=cast.acme, on=False, at=now)
    body = typed(fresh_lines(order)[1])
    for path, said in (("", body), (f"{change.pk}/", {"do": "accept", "offer": 1})):
        assert client.post(f"/orders/{order.pk}/changes/{path}", said).status_code in (302, 409)
    assert [one.state for one in rows(ChangeRequest)] == ["submitted"]
    post_mails()
    by = request_change(
        actor=cast.actor("bea"), line=fresh_lines(order)[1], wish=later(fresh_lines(order)[1]).wish, at=now
    )
    sent = {mail.to[0]: mail for mail in post_mails()}
    assert link_in(sent[DESK]) == f"/orders/{order.pk}/changes/{by.pk}/", "to the sign-in"
