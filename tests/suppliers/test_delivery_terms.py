"""Other delivery terms after the answer: dates never change their meaning in silence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared.acting import acting
from portal.shared.errors import Stale
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery, Terms
from suppliers.actions.changes import request_change
from suppliers.actions.earlier import earlier_promises
from suppliers.actions.negotiating import Wish
from suppliers.models import AnswerLine, ChangeRequest, OrderRevision, PurchaseOrder
from suppliers.queries.orders import order_detail
from suppliers.statements import Content, FileStatement, Text
from suppliers.states import AnswerKind
from tests.cast import SET_UP, Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines, lines_of, working_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast, release_order: ReleaseOrder) -> PurchaseOrder:
    """Handed over by the supplier, some days before it arrives: line 1 is agreed, line 2 is with the buyer."""
    order = release_order(cast.line(100), cast.line(40), cast.line(7), incoterm="FCA")
    first, second, _third = fresh_lines(order)
    late = (PromisedDelivery(second.quantity, working_day(80)),)
    answers = [
        LineAnswer(first.pk, 1, AnswerKind.ACCEPTED),
        LineAnswer(second.pk, 1, AnswerKind.CHANGED, late, reason="capacity"),
    ]
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    return order


def page(cast: Cast, order: PurchaseOrder, who: str = "anna") -> str:
    client = Client()
    client.force_login(cast.people[who])
    return client.get(f"/orders/{order.pk}/").content.decode()


def states(order: PurchaseOrder) -> list[str]:
    return [line.state for line in fresh_lines(order)]


def differences(order: PurchaseOrder) -> list[tuple[int, str, str, str]]:
    with everything():
        revision = OrderRevision.objects.filter(order=order).latest("number")
    return [(one["line"], one["field"], one["before"], one["after"]) for one in revision.differences]


def test_terms_that_shift_the_date_ask_for_a_new_answer_to_every_line(
    cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    assert states(order) == ["agreed", "pending_buyer", "open"]
    with everything():
        said = list(AnswerLine.objects.order_by("pk").values_list("promises__date", "promises__basis"))
    revise_order(order, incoterm="DAP")
    assert differences(order) == [(0, "incoterm", "FCA", "DAP")]
    assert states(order) == ["open"] * 3
    assert {line.revision for line in fresh_lines(order)} == {2}, "also the one nobody had answered"
    assert [(line.promised_date, line.promised_quantity) for line in fresh_lines(order)] == [(None, None)] * 3
    with everything():
        kept = list(AnswerLine.objects.order_by("pk").values_list("promises__date", "promises__basis"))
    assert kept == said, "what was said then stands as it was said"


def test_an_answer_typed_under_the_old_terms_is_not_taken(
    cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    third = fresh_lines(order)[2]
    revise_order(order, incoterm="DAP")
    answer = LineAnswer(third.pk, third.revision, AnswerKind.ACCEPTED)
    with pytest.raises(Stale):
        acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())


def test_what_was_promised_is_carried_over_by_the_day_it_arrives(
    cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    revise_order(order, incoterm="DAP")
    anna = cast.actor("anna")
    with acting(anna):
        detail = order_detail(anna, order.pk)
        earlier = earlier_promises(detail, Terms.of(detail.order, timezone.now()))
    first = earlier[detail.lines[0].line.pk]
    (delivery,) = first.carried
    assert delivery.date == delivery.arrival == working_day(30)
    assert (first.fits, first.differs) == (True, False), "it is what the order says"
    text = page(cast, order)
    assert "Changed since your answer" in text
    assert "Revision 2 changed this line" in text
    assert "You had promised:" in text


def test_it_overtakes_what_was_being_negotiated(cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder) -> None:
    wish = Wish((PromisedDelivery(Decimal(100), working_day(60)),), reason="other")
    request_change(actor=cast.actor("anna"), line=fresh_lines(order)[0], wish=wish, at=timezone.now())
    revise_order(order, incoterm="DAP")
    with everything():
        assert ChangeRequest.objects.get().state == "overtaken"


def test_terms_of_the_same_kind_and_another_place_are_told_and_reopen_nothing(
    cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=order.pk).update(viewed_at=timezone.now())
    revise_order(order, incoterm="EXW")
    assert differences(order) == [(0, "incoterm", "FCA", "EXW")]
    assert states(order) == ["agreed", "pending_buyer", "open"]
    text = page(cast, order)
    assert "Changed since your answer" in text
    assert "Changed since the supplier's answer" in page(cast, order, "bea")
    assert "Revision 2 changed this line" not in text


def test_together_with_another_date_both_are_told_and_nothing_is_doubled(
    order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    with everything():
        lines = lines_of(order)
    revise_order(order, incoterm="DAP", lines=[replace(lines[0], date=working_day(40)), *lines[1:]])
    assert differences(order) == [
        (0, "incoterm", "FCA", "DAP"),
        (1, "date", working_day(30).isoformat(), working_day(40).isoformat()),
    ]
    assert states(order) == ["open"] * 3


def test_nothing_is_told_before_an_answer_and_no_more_after_the_next_one(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    order = release_order(cast.line(100))
    said: dict[str, Any] = {"files": (FileStatement("7", "Drawing.pdf", None, "0" * 40, 10),), "terms": "Old terms"}
    revise_order(order, content=Content(layout=(Text("note", "Old note"),), **said))
    assert "Changed since your answer" not in page(cast, order)

    def answer() -> None:
        (line,) = fresh_lines(order)
        answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)]
        acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())

    answer()
    said = {"files": (FileStatement("7", "Drawing.pdf", None, "1" * 40, 10),), "terms": "New terms"}
    revise_order(order, content=Content(layout=(Text("note", "New note"),), **said))
    text = page(cast, order)
    callout = text[text.index("Changed since your answer") :][:3000]
    for word in ("Old note", "New note", "New terms", "Drawing"):
        assert word in callout, word
    revise_order(order, incoterm="FCA")
    answer()
    assert "Changed since your answer" not in page(cast, order)
