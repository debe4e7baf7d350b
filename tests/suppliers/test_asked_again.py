"""A supplier is told when what he answered waits again: revised by Odoo, or declined by the buyer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.actor import system_actor
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.decisions import Choice, decide, decide_many
from suppliers.actions.wishes import choose_mails
from suppliers.models import AnswerLine, PurchaseOrder
from suppliers.permissions import DOOR
from suppliers.states import AnswerKind, Decision, Mode
from tests.by_mail import DESK, form, link_of, mailed_order, opened, path_of
from tests.cast import SET_UP, Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines, lines_of, working_day
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]
EVERYBODY = {DESK, "anna@acme.example", "aron@acme.example"}


@pytest.fixture
def order(mailed_order: PurchaseOrder) -> PurchaseOrder:
    """All three lines are answered and agreed; what was mailed so far is gone."""
    opened(mailed_order).post(f"/orders/{mailed_order.pk}/", form(mailed_order, 1, 2, 3))
    post_mails()
    return mailed_order


def sent() -> dict[str, Any]:
    return {mail.to[0]: mail for mail in post_mails()}


def late(cast: Cast, order: PurchaseOrder, *positions: int) -> list[AnswerLine]:
    """Answers outside tolerance to these lines, which wait for the buyer."""
    answers = []
    for line in fresh_lines(order):
        if line.position in positions:
            promise = PromisedDelivery(line.quantity, working_day(80))
            answers.append(LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, (promise,), reason="capacity"))
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    with everything():
        waiting = AnswerLine.objects.filter(line__in=[answer.line for answer in answers])
        return list(waiting.order_by("line__position", "-number").distinct("line__position"))


# --- Revised ----------------------------------------------------------------------------------------------------------


def test_a_revision_after_the_answer_is_mailed_with_its_changes(
    order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    with everything():
        lines = lines_of(order)
    revise_order(order, lines=[replace(lines[0], quantity=Decimal(80), price=Decimal("11.00")), *lines[1:]])
    mails = sent()
    assert set(mails) == EVERYBODY
    anna = mails["anna@acme.example"]
    assert anna.subject == f"Order {order.number} changed: 1 line to answer again"
    body = str(anna.body)
    assert "Line 1 · Quantity: 100 → 80" in body
    assert "Line 1 · Price:" in body
    assert "<" not in body, "plain text"
    assert link_in(mails[DESK]) == path_of(link_of(order))


def test_what_comes_back_from_being_cancelled_is_mailed_once(
    order: PurchaseOrder, cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    unanswered = release_order(cast.line(7))
    for one, subject in ((order, "changed: 3 lines to answer again"), (unanswered, "from Nordwerk GmbH: 1 line to")):
        revise_order(one, cancelled=True)
        assert post_mails() == []
        revise_order(one)
        mails = [mail for mail in post_mails() if mail.to == ["anna@acme.example"]]
        assert [subject in str(mail.subject) for mail in mails] == [True]


def test_what_was_never_answered_or_is_on_trial_is_not_mailed_again(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    fresh = release_order(cast.line(100))
    revise_order(fresh, quantity=Decimal(90))
    for mode in (Mode.OBSERVE, Mode.OFF):
        order = release_order(cast.line(100))
        (line,) = fresh_lines(order)
        answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
        acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())
        with acting(SET_UP, write=True):
            PurchaseOrder.objects.filter(pk=order.pk).update(mode=mode)
        revise_order(order, quantity=Decimal(90))
    with everything():
        assert not Event.objects.filter(topic="purchase_order.revised").exists()


def test_an_echo_and_a_dearer_price_ask_for_nothing(order: PurchaseOrder, revise_order: ReviseOrder) -> None:
    revise_order(order)
    assert sent() == {}


def test_what_was_answered_before_the_mail_left_is_not_sent(
    cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    revise_order(order, quantity=Decimal(8))
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    assert sent() == {}


# --- Declined ---------------------------------------------------------------------------------------------------------


def test_a_declined_answer_is_mailed_with_the_reason(
    order: PurchaseOrder, cast: Cast, revise_order: ReviseOrder
) -> None:
    revise_order(order, quantity=Decimal(8))
    (answer, *_) = late(cast, order, 2)
    post_mails()
    with everything():
        line = answer.line
    decide(
        actor=cast.actor("bea"),
        line=line,
        answer=answer.pk,
        decision=Decision.DECLINED,
        reason="The fair is in May.",
        at=timezone.now(),
    )
    mails = sent()
    assert set(mails) == EVERYBODY
    body = str(mails["anna@acme.example"].body)
    assert mails["anna@acme.example"].subject == f"Order {order.number}: your answer to 1 line was declined"
    assert "The fair is in May." in body
    assert "Bea Brandt" in body
    assert "BR-100" in body
    path = link_in(mails[DESK])
    assert path == path_of(link_of(order))
    client = Client()
    there = client.post(path)["Location"]
    assert 'name="line-2-kind"' in client.get(there).content.decode()


def test_many_declined_at_once_are_one_mail_an_order(
    order: PurchaseOrder, cast: Cast, revise_order: ReviseOrder
) -> None:
    revise_order(order, quantity=Decimal(8))
    answers = late(cast, order, 1, 3)
    post_mails()
    choices = [Choice(answer.line_id, answer.pk) for answer in answers]
    decide_many(
        actor=cast.actor("bea"), choices=choices, decision=Decision.DECLINED, reason="Too late.", at=timezone.now()
    )
    mails = sent()
    assert set(mails) == EVERYBODY
    assert mails["anna@acme.example"].subject == f"Order {order.number}: your answer to 2 lines was declined"


def test_an_approval_is_not_mailed(order: PurchaseOrder, cast: Cast, revise_order: ReviseOrder) -> None:
    revise_order(order, quantity=Decimal(8))
    (answer, *_) = late(cast, order, 1)
    post_mails()
    with everything():
        line = answer.line
    decide(actor=cast.actor("bea"), line=line, answer=answer.pk, decision=Decision.APPROVED, at=timezone.now())
    assert sent() == {}


def test_who_wants_no_such_mails_gets_none(order: PurchaseOrder, cast: Cast, revise_order: ReviseOrder) -> None:
    now = timezone.now()
    for name, wish in (("anna", "off"), ("aron", "daily")):
        choose_mails(actor=system_actor(DOOR), person=cast.people[name], subjects={"answer_again": wish}, at=now)
    revise_order(order, quantity=Decimal(8))
    assert set(sent()) == {DESK}
