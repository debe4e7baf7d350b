"""Two sides negotiate a change of what was agreed: at a desk, on a phone, and without script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import PurchaseOrder
from suppliers.states import AnswerKind
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder, everything, fresh_lines, working_day

pytestmark = pytest.mark.committed


@pytest.fixture
def order(portal: Portal, release_order: ReleaseOrder) -> PurchaseOrder:
    """One agreed line of 1,200 brackets, wanted a month from now."""
    order = release_order(portal.cast.line(1200), number="P00041")
    (line,) = fresh_lines(order)
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)]
    acknowledge(actor=portal.cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    return order


def agreed(order: PurchaseOrder) -> list[tuple[int, object]]:
    return agreed_of(order, 1)


def agreed_of(order: PurchaseOrder, position: int) -> list[tuple[int, object]]:
    line = fresh_lines(order)[position - 1]
    with everything():
        rows = line.schedule.order_by("position")
        return [(int(row.agreed_quantity or 0), row.agreed_date) for row in rows]


def look(page: Page, name: str) -> None:
    keep(page, name)
    fits(page)
    accessible(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_ask_counter_accept(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    anna = portal.visit("anna", size, dark=size == PHONE)
    anna.goto(f"/orders/{order.pk}/")
    anna.get_by_role("link", name="Ask for a change").click()
    anna.get_by_label("Arrival", exact=True).fill(working_day(60).isoformat())
    anna.get_by_label("Reason", exact=True).select_option("capacity")
    anna.get_by_role("button", name="What would happen?").click()
    expect(anna.locator(".verdict")).to_contain_text("Goes to the buyer")
    look(anna, "change-ask")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("Change request 1 is sent: it waits for the buyer.")
    expect(anna.get_by_role("button", name="Withdraw this request")).to_be_visible()
    look(anna, "change-sent")

    bea = portal.visit("bea", size)
    bea.goto("/changes/")
    look(bea, "changes")
    bea.get_by_role("link", name="P00041 · 1").click()
    bea.get_by_text("Make a counter-offer").click()
    bea.get_by_role("button", name="Split: add a delivery").click()
    for index, (quantity, day) in enumerate((("600", working_day(30)), ("600", working_day(50)))):
        bea.get_by_label("Quantity", exact=True).nth(index).fill(quantity)
        bea.get_by_label("Arrival", exact=True).nth(index).fill(day.isoformat())
    bea.get_by_label("Reason", exact=True).select_option("demand")
    look(bea, "change-counter")
    bea.get_by_role("button", name="Send the counter-offer").click()
    expect(bea.get_by_role("status")).to_contain_text("it waits for the supplier")
    assert agreed(order) == [(1200, working_day(30))]

    anna.goto("/changes/")
    anna.get_by_role("link", name="P00041 · 1").click()
    look(anna, "change-countered")
    anna.get_by_role("button", name="Accept this offer").click()
    expect(anna.get_by_role("status")).to_contain_text("Change request 1 is agreed and on its way to Odoo.")
    look(anna, "change-agreed")
    assert agreed(order) == [(600, working_day(30)), (600, working_day(50))]
    anna.goto(f"/orders/{order.pk}/")
    expect(anna.locator("#history")).to_contain_text("Change agreed")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_several_lines_in_one_form(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    order = release_order(*(portal.cast.line(quantity) for quantity in (1200, 40, 7)), number="P00042")
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=portal.cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    anna = portal.visit("anna", size, dark=size == PHONE)
    anna.goto(f"/orders/{order.pk}/")
    anna.get_by_role("link", name="Ask for changes").click()
    look(anna, "changes-blank")
    expect(anna.get_by_label("Reason", exact=True)).to_have_count(3)
    expect(anna.get_by_label("Reason", exact=True).first).to_be_hidden()
    for position in (1, 3):
        anna.get_by_label(f"Tick line {position}").check()
        card = anna.locator("article").filter(has=anna.locator(f"#line-{position}-reason"))
        card.get_by_label("Arrival", exact=True).fill(working_day(60).isoformat())
        card.get_by_label("Reason", exact=True).select_option("capacity")
    first = anna.locator("#line-1")
    first.get_by_role("button", name="Split: add a delivery").click()
    first.get_by_label("Quantity", exact=True).nth(0).fill("600")
    first.get_by_label("Quantity", exact=True).nth(1).fill("600")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("alert")).to_contain_text("Line 1: Say the date")
    look(anna, "changes-refused")
    first.get_by_label("Arrival", exact=True).nth(1).fill(working_day(70).isoformat())
    anna.get_by_role("button", name="What would happen?").click()
    expect(first.locator(".verdict")).to_contain_text("Goes to the buyer")
    look(anna, "changes-judged")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("Change requests 1, 2 are sent: they wait for the buyer.")
    look(anna, "changes-sent")
    assert agreed_of(order, 2) == [(40, working_day(30))]


def test_without_script_a_refusal_keeps_what_was_typed(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna", script=False)
    anna.goto(f"/orders/{order.pk}/changes/")
    anna.get_by_role("button", name="Split: add a delivery").click()
    expect(anna.get_by_label("Quantity", exact=True)).to_have_count(2)
    anna.get_by_label("Quantity", exact=True).nth(1).fill("many")
    anna.get_by_label("Comment (optional)").fill("Furnace two.")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("alert")).to_contain_text("“many” is not a number.")
    expect(anna.get_by_label("Comment (optional)")).to_have_value("Furnace two.")
    keep(anna, "change-refused")
    assert agreed(order) == [(1200, working_day(30))]


def test_the_buyer_speaks_for_the_supplier(portal: Portal, order: PurchaseOrder) -> None:
    bea = portal.visit("bea")
    bea.goto(f"/orders/{order.pk}/changes/")
    bea.get_by_label("Quantity", exact=True).fill("1000")
    bea.get_by_label("Reason", exact=True).select_option("demand")
    bea.get_by_role("button", name="Send", exact=True).click()
    bea.get_by_role("link", name="Answer for the supplier").click()
    bea.get_by_role("button", name="Accept this offer").click()
    expect(bea.get_by_role("alert")).to_contain_text("Say how the supplier told you")
    look(bea, "change-behalf")
    bea.get_by_label("How the supplier told you").select_option("phone")
    bea.get_by_role("button", name="Accept this offer").click()
    expect(bea.get_by_role("status")).to_contain_text("is agreed")
    assert agreed(order) == [(1000, working_day(30))]
