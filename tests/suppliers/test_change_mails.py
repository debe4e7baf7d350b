"""Who learns by mail of a change request, and what the mail says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import accept_change, decline_change, request_change
from suppliers.actions.negotiating import Wish
from suppliers.models import OrderLine, PurchaseOrder
from suppliers.states import AnswerKind
from tests.cast import Cast, ReleaseOrder, ReviseOrder, fresh_lines, working_day
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast, release_order: ReleaseOrder) -> PurchaseOrder:
    """One agreed line; what was mailed so far is gone."""
    order = release_order(cast.line(100), number="P00041")
    answer = LineAnswer(line(order).pk, 1, AnswerKind.ACCEPTED)
    acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())
    post_mails()
    return order


def line(order: PurchaseOrder) -> OrderLine:
    (one,) = fresh_lines(order)
    return one


def ask(cast: Cast, who: str, order: PurchaseOrder, days: int = 60, **more: Any) -> Any:
    wish = Wish((PromisedDelivery(Decimal(100), working_day(days)),), reason="other", comment="Furnace two.", **more)
    return request_change(actor=cast.actor(who), line=line(order), wish=wish, at=timezone.now())


def mails() -> list[tuple[str, list[str]]]:
    return sorted((str(one.subject), sorted(one.to)) for one in post_mails())


def test_the_buyer_reads_what_the_supplier_wants_and_he_what_came_of_it(cast: Cast, order: PurchaseOrder) -> None:
    change = ask(cast, "anna", order, price=Decimal("9.99"))
    (message,) = post_mails()
    assert message.subject == "Order P00041, line 1: Anna Abel asks for a change"
    assert message.to == [cast.people["bea"].email]
    assert link_in(message) == f"/orders/{order.pk}/changes/{change.pk}/"
    assert f"100 {line(order).unit_name}, arriving" in str(message.body)
    assert "Furnace two." in str(message.body)
    assert "9.99" not in str(message.body)
    decline_change(actor=cast.actor("bea"), request=change, offer=1, reason="We need it.", at=timezone.now())
    told = post_mails()
    assert {one.to[0] for one in told} == {cast.people["anna"].email, cast.people["aron"].email}
    assert {str(one.subject) for one in told} == {"Order P00041, line 1: change request 1 is declined"}
    assert all("We need it." in str(one.body) for one in told)


def test_what_is_agreed_at_once_is_no_news_for_a_buyer(cast: Cast, order: PurchaseOrder) -> None:
    halves = tuple(PromisedDelivery(Decimal(50), working_day(30)) for _ in range(2))
    wish = Wish(halves, reason="other")
    change = request_change(actor=cast.actor("anna"), line=line(order), wish=wish, at=timezone.now())
    assert (change.state, mails()) == ("accepted", [])


def test_the_supplier_takes_what_the_buyer_wants(cast: Cast, order: PurchaseOrder) -> None:
    change = ask(cast, "bea", order)
    assert {to[0] for _subject, to in mails()} == {cast.people["anna"].email, cast.people["aron"].email}
    accept_change(actor=cast.actor("anna"), request=change, offer=1, at=timezone.now())
    assert mails() == [("Order P00041, line 1: change request 1 is agreed", [cast.people["bea"].email])]


def test_both_sides_learn_that_odoo_was_quicker(cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder) -> None:
    ask(cast, "anna", order)
    post_mails()
    revise_order(order, date=working_day(45))
    told = [to[0] for subject, to in mails() if "overtaken" in subject]
    assert told == sorted(cast.people[name].email for name in ("anna", "aron", "bea"))
