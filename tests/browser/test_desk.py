"""The buyer's desk: many decided at once, a policy tried and set, a promise carried over a revision."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.models import OrderLine, PurchaseOrder
from suppliers.states import AnswerKind, LineState
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder, ReviseOrder, doing, fresh_lines, working_day

pytestmark = pytest.mark.committed
both_sizes = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


def late(portal: Portal, order: PurchaseOrder, days: int) -> None:
    """Anna answers the first line with a date outside tolerance."""
    line = fresh_lines(order)[0]
    promise = (PromisedDelivery(line.quantity, working_day(days)),)
    answer = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promise, reason="capacity", price=Decimal(13))
    anna = portal.cast.actor("anna")
    acknowledge(actor=anna, order=order, answers=[answer], channel="page", at=timezone.now())


def needed(order: PurchaseOrder, date: dt.date) -> None:
    with doing():
        OrderLine.objects.filter(order=order).update(
            needed_date=date, needed_kind="production", needed_for="WH/MO/00042"
        )


@both_sizes
def test_many_decisions_at_once(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    orders = [release_order(portal.cast.line(100), number=f"P0007{number}") for number in range(3)]
    for number, order in enumerate(orders):
        late(portal, order, 45 + 7 * number)
    needed(orders[2], working_day(45))
    bea = portal.visit("bea", size)
    bea.goto("/decisions/")
    cards = bea.locator("article.line-card")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("P00072")
    expect(cards.first).to_contain_text("WH/MO/00042")
    expect(cards.first).to_contain_text("comes 14 days too late")
    expect(cards.nth(1)).to_contain_text("no demand linked")
    expect(cards.first).to_contain_text("+50.00 EUR in all")
    accessible(bea)
    fits(bea)
    keep(bea, "desk-decisions")
    bea.get_by_label("Needed date").select_option("yes")
    expect(cards).to_have_count(1)
    bea.goto("/decisions/")
    bea.get_by_role("button", name="Choose all of this page").click()
    cards.nth(2).get_by_label("Choose").uncheck()
    bea.get_by_role("button", name="Decline chosen").click()
    expect(bea.get_by_role("alert")).to_contain_text("Say why you decline: the supplier reads it.")
    expect(cards.first.get_by_label("Choose")).to_be_checked()
    keep(bea, "desk-refused")
    bea.locator("#bulk-reason").fill("Too late for us")
    bea.get_by_role("button", name="Decline chosen").click()
    expect(bea.get_by_role("heading", level=1)).to_have_text("2 answers declined")
    accessible(bea)
    fits(bea)
    keep(bea, "desk-decided")
    states = sorted(fresh_lines(order)[0].state for order in orders)
    assert states == [LineState.OPEN, LineState.OPEN, LineState.PENDING_BUYER]


def test_many_decisions_at_once_without_script(portal: Portal, release_order: ReleaseOrder) -> None:
    orders = [release_order(portal.cast.line(100)) for _number in range(2)]
    for order in orders:
        late(portal, order, 45)
    bea = portal.visit("bea", script=False)
    bea.goto("/decisions/")
    for card in bea.locator("article.line-card").all():
        card.get_by_label("Choose").check()
    late(portal, orders[0], 60)  # answered again while she looked
    bea.get_by_role("button", name="Approve chosen").click()
    expect(bea.get_by_role("heading", level=1)).to_have_text("1 answer approved")
    expect(bea.get_by_role("main")).to_contain_text("The supplier has answered line 1 again.")
    assert [fresh_lines(order)[0].state for order in orders] == [LineState.PENDING_BUYER, LineState.AGREED]


@both_sizes
def test_a_policy_is_tried_and_set_for_a_later_day(
    portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]
) -> None:
    late(portal, release_order(portal.cast.line(100), number="P00080"), 37)
    ada = portal.visit("ada", size)
    ada.goto("/tolerances/")
    ada.get_by_label("Late, working days").fill("9")
    ada.get_by_label("Price up, %").fill("10")
    ada.get_by_role("button", name="Try it on last quarter's answers").click()
    trial = ada.locator("#trial")
    expect(trial).to_contain_text("1 line was answered in the last 13 weeks.")
    expect(trial).to_contain_text("P00080")
    accessible(ada)
    fits(ada)
    keep(ada, "desk-trial")
    ada.get_by_label("In force from (empty: today)").fill((timezone.localdate() + dt.timedelta(days=30)).isoformat())
    ada.get_by_role("button", name="Put in force").click()
    expect(ada.get_by_role("status").first).to_contain_text("The policy comes into force on")
    expect(ada.get_by_role("table")).to_contain_text("To come")
    fits(ada)
    keep(ada, "desk-policies")


@both_sizes
def test_a_promise_that_still_fits_is_filled_in_after_a_revision(
    portal: Portal, release_order: ReleaseOrder, revise_order: ReviseOrder, size: tuple[int, int]
) -> None:
    order = release_order(portal.cast.line(100), number="P00090")
    line = fresh_lines(order)[0]
    promises = (
        PromisedDelivery(Decimal(60), working_day(30)),
        PromisedDelivery(Decimal(40), working_day(30) + dt.timedelta(days=1)),
    )
    kept = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promises, reason="capacity")
    acknowledge(actor=portal.cast.actor("anna"), order=order, answers=[kept], channel="page", at=timezone.now())
    revise_order(order, quantity=Decimal(80))
    anna = portal.visit("anna", size)
    anna.goto(f"/orders/{order.pk}/")
    card = anna.locator("article.line-card")
    expect(card).to_contain_text("You had promised:")
    expect(card).to_contain_text("That still fits, and is filled in as the answer below.")
    expect(card.get_by_label("Quantity", exact=True).nth(1)).to_have_value("20")
    expect(anna.locator("#send-words")).to_contain_text("1 line accepted at once")
    accessible(anna)
    fits(anna)
    keep(anna, "desk-carried")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("Sent: 1 line is agreed.")
    (line,) = fresh_lines(order)
    assert (line.state, line.promised_quantity) == (LineState.AGREED, 80)


@both_sizes
def test_what_to_chase_and_who_moved_a_date(
    portal: Portal, release_order: ReleaseOrder, revise_order: ReviseOrder, size: tuple[int, int]
) -> None:
    old = timezone.now() - dt.timedelta(days=9)
    waiting = release_order(portal.cast.line(100), number="P00095", at=old)
    needed(waiting, working_day(14))
    release_order(portal.cast.line(30), number="P00096", at=old)
    moved = release_order(portal.cast.line(50), number="P00097")
    answer = [LineAnswer(fresh_lines(moved)[0].pk, 1, AnswerKind.ACCEPTED)]
    anna = portal.cast.actor("anna")
    acknowledge(actor=anna, order=moved, answers=answer, channel="page", at=timezone.now())
    revise_order(moved, date=working_day(44))
    bea = portal.visit("bea", size)
    bea.goto("/")
    fits(bea)
    bea.get_by_role("link", name="not answered for 2 working days").click()
    rows = bea.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("P00095")
    expect(rows.first).to_contain_text("days after the need")
    expect(rows.nth(1)).to_contain_text("waits for 9 days")
    accessible(bea)
    fits(bea)
    keep(bea, "desk-expediting")
    bea.get_by_role("link", name="Overdue").click()
    expect(bea.get_by_role("heading", name="Nothing to chase")).to_be_visible()
    bea.get_by_role("link", name="Moved dates").click()
    card = bea.locator("article.line-card")
    expect(card).to_contain_text("Counts as the buyer's")
    accessible(bea)
    fits(bea)
    keep(bea, "desk-moves")
    card.get_by_role("button", name="The supplier's cause").click()
    expect(bea.get_by_role("alert")).to_contain_text("Say why the supplier bears this: he reads it.")
    card.get_by_role("textbox").fill("He rang up: the foundry is down")
    card.get_by_role("button", name="The supplier's cause").click()
    expect(bea.get_by_role("status")).to_contain_text("the supplier's first promise stands again")
    assert fresh_lines(moved)[0].first_date == working_day(30)
    reader = portal.visit("anna", size)
    reader.goto(f"/orders/{moved.pk}/")
    expect(reader.locator("#history")).to_contain_text("He rang up: the foundry is down")
