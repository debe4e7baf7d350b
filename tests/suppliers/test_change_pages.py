"""The page of a change request: what is wrong is said at the field that it is about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import request_change
from suppliers.actions.negotiating import Wish
from suppliers.models import ChangeRequest, User
from suppliers.states import AnswerKind, Reason
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines, working_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(cast: Cast, release_order: ReleaseOrder) -> ChangeRequest:
    """Anna's, outside tolerance: it waits for the buyer."""
    order, anna, now = release_order(cast.line(100)), cast.actor("anna"), timezone.now()
    answer = LineAnswer(fresh_lines(order)[0].pk, 1, AnswerKind.ACCEPTED)
    acknowledge(actor=anna, order=order, answers=[answer], channel="page", at=now)
    wish = Wish((PromisedDelivery(Decimal(100), working_day(60)),), reason=Reason.CAPACITY)
    return request_change(actor=anna, line=fresh_lines(order)[0], wish=wish, at=now)


def sent(client: Client, change: ChangeRequest, status: int, query: str = "", **fields: Any) -> Any:
    answer = client.post(f"/orders/{change.order_id}/changes/{change.pk}/{query}", fields)
    assert answer.status_code == status
    return html.fromstring(answer.content) if answer.content else None


def wrong(page: Any) -> list[tuple[str, str]]:
    """The fields that are called wrong, with what is said of each."""
    marked = page.xpath("//*[@aria-invalid='true']")
    return [(one.get("id"), page.xpath("string(//*[@id=$it])", it=one.get("aria-describedby"))) for one in marked]


def test_a_no_without_a_reason_is_asked_for_it_where_the_no_is_said(
    client: Client, people: dict[str, User], change: ChangeRequest
) -> None:
    client.force_login(people["bea"])
    page = sent(client, change, 422, do="decline", offer="1")
    why = "Say why you decline: the other side reads it."
    assert wrong(page) == [("line-1-closing", why)]
    assert page.xpath("//*[@data-error-summary]//a/@href") == ["#line-1-closing"]
    assert not page.xpath("//details[contains(@class, 'again')]/@open"), "nobody made an offer"
    assert sent(client, change, 302, do="decline", offer="1", closing="We need it") is None


def test_an_offer_without_a_reason_is_asked_for_it_at_the_offer(
    client: Client, people: dict[str, User], change: ChangeRequest
) -> None:
    client.force_login(people["bea"])
    offer = {"line-1-quantity": "100", "line-1-date": working_day(50).isoformat()}
    page = sent(client, change, 422, do="counter", offer="1", closing="kept", **offer)
    assert [name for name, _why in wrong(page)] == ["line-1-reason"]
    assert page.xpath("//details[contains(@class, 'again')]/@open")
    assert page.xpath("//*[@id='line-1-closing']/@value") == ["kept"]


def test_who_speaks_for_the_other_side_withdraws_his_own_request_for_himself(
    client: Client, people: dict[str, User], cast: Cast, change: ChangeRequest
) -> None:
    client.force_login(people["bea"])
    sent(client, change, 302, do="decline", offer="1", closing="We need it")
    wish = Wish((PromisedDelivery(Decimal(90), working_day(40)),), reason="demand")
    line = fresh_lines(change.order)[0]
    asked = request_change(actor=cast.actor("bea"), line=line, wish=wish, at=timezone.now())
    sent(client, asked, 302, "?behalf=1", do="withdraw", closing="Not needed any more")
    with everything():
        asked.refresh_from_db()
    assert (asked.state, asked.closing) == ("withdrawn", "Not needed any more")
