"""A supplier answers, a buyer decides, both see what came of it: at a desk, on a phone, and without script."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from suppliers.models import OrderLine, PurchaseOrder
from suppliers.tasks import move_orders
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder, ReviseOrder, fresh_lines, working_day

pytestmark = pytest.mark.committed


@pytest.fixture
def order(portal: Portal, release_order: ReleaseOrder) -> PurchaseOrder:
    """Two lines of brackets, wanted a month from now."""
    return release_order(portal.cast.line(1200), portal.cast.line(80), number="P00041")


def states(order: PurchaseOrder) -> list[str]:
    return [line.state for line in fresh_lines(order)]


def choose(page: Page, line: int, answer: str) -> None:
    page.locator(f"#line-{line}").get_by_label(answer, exact=True).check()


def split(page: Page, line: int, *deliveries: tuple[str, dt.date]) -> None:
    """Change a line into these deliveries."""
    editor = page.locator(f"#line-{line}")
    choose(page, line, "Change date or quantity")
    for _more in deliveries[1:]:
        editor.get_by_role("button", name="Split: add a delivery").click()
    for index, (quantity, date) in enumerate(deliveries):
        editor.get_by_label("Quantity", exact=True).nth(index).fill(quantity)
        editor.get_by_label("Arrival", exact=True).nth(index).fill(date.isoformat())


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_answer_and_decide(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    anna = portal.visit("anna", size)
    anna.goto("/")
    expect(anna.get_by_role("heading", level=1)).to_have_text("2 order lines wait for your answer.")
    keep(anna, "home")
    fits(anna)
    anna.get_by_role("link", name="Answer P00041").click()
    choose(anna, 1, "Accept")
    expect(anna.locator("#verdict-1")).to_contain_text("Accepted at once")
    split(anna, 2, ("50", working_day(30)), ("30", working_day(60)))
    expect(anna.locator("#verdict-2")).to_contain_text("Say why: choose a reason.")
    anna.locator("#line-2").get_by_label("Reason").select_option("capacity")
    expect(anna.locator("#verdict-2")).to_contain_text("Goes to the buyer")
    expect(anna.locator("#verdict-2")).to_contain_text("working days later than requested")
    expect(anna.locator("#send-words")).to_contain_text("1 line accepted at once, 1 goes to Bea Brandt")
    keep(anna, "answer")
    fits(anna)
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("Sent: 1 line is agreed, 1 line is with Bea Brandt now.")
    assert states(order) == ["agreed", "pending_buyer"]

    bea = portal.visit("bea", size)
    bea.goto("/")
    expect(bea.get_by_role("heading", level=1)).to_have_text("1 answer needs your decision.")
    bea.get_by_role("link", name="All decisions").click()
    keep(bea, "decisions")
    fits(bea)
    bea.get_by_role("button", name="Approve P00041 line 2").click()
    expect(bea.get_by_role("status")).to_contain_text("P00041 line 2 is agreed and on its way to Odoo.")
    expect(bea.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    assert states(order) == ["agreed", "agreed"]

    anna.goto(f"/orders/{order.pk}/")
    expect(anna.locator("#history")).to_contain_text("Line 2 approved")
    expect(anna.locator("#history")).to_contain_text("Bea Brandt")
    keep(anna, "order")
    fits(anna)


def test_decline_needs_a_reason_and_reaches_the_supplier(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna")
    anna.goto(f"/orders/{order.pk}/")
    choose(anna, 1, "Reject")
    anna.locator("#line-1").get_by_label("Reason").select_option("discontinued")
    anna.get_by_role("button", name="Send", exact=True).click()
    bea = portal.visit("bea")
    bea.goto("/decisions/")
    bea.get_by_role("button", name="Decline P00041 line 1").click()
    expect(bea.get_by_role("alert")).to_contain_text("Say why you decline: the supplier reads it.")
    expect(bea.get_by_role("alert")).to_be_focused()
    bea.get_by_label("Reason").fill("We need all of them.")
    bea.get_by_role("button", name="Decline P00041 line 1").click()
    expect(bea.get_by_role("status")).to_contain_text("is declined")
    anna.goto(f"/orders/{order.pk}/")
    expect(anna.get_by_text("Bea Brandt declined your answer")).to_be_visible()
    expect(anna.get_by_text("We need all of them.").first).to_be_visible()
    assert states(order) == ["open", "open"]


def test_accept_all_asks_first(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna", PHONE)
    anna.goto(f"/orders/{order.pk}/")
    anna.get_by_role("button", name="Accept all as ordered").click()
    dialog = anna.get_by_role("dialog")
    expect(dialog).to_contain_text("2 open lines are agreed at once")
    assert states(order) == ["open", "open"]
    dialog.get_by_role("button", name="Accept all").click()
    expect(anna.get_by_role("status")).to_contain_text("Sent: 2 lines are agreed.")
    assert states(order) == ["agreed", "agreed"]


def test_without_script(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna", PHONE, script=False)
    anna.goto(f"/orders/{order.pk}/")
    editor = anna.locator("#line-2")
    choose(anna, 2, "Change date or quantity")
    editor.get_by_label("Quantity", exact=True).fill("50")
    editor.get_by_role("button", name="Split: add a delivery").click()
    expect(editor.get_by_label("Quantity", exact=True).nth(0)).to_have_value("50")
    expect(editor.get_by_label("Quantity", exact=True).nth(1)).to_have_value("30")
    editor.get_by_label("Arrival", exact=True).nth(1).fill(working_day(60).isoformat())
    editor.get_by_label("Reason").select_option("capacity")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("1 line is with Bea Brandt now")
    anna.get_by_role("button", name="Accept all as ordered").click()
    expect(anna.locator("#send-words")).to_contain_text("1 line accepted at once")
    anna.get_by_role("button", name="Send", exact=True).click()
    assert states(order) == ["agreed", "pending_buyer"]


def test_a_revision_meanwhile_loses_nothing_typed(
    portal: Portal, order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    anna = portal.visit("anna")
    anna.goto(f"/orders/{order.pk}/")
    split(anna, 1, ("1000", working_day(30)), ("200", working_day(70)))
    anna.locator("#line-1").get_by_label("Reason").select_option("material")
    anna.locator("#line-1").get_by_label("Comment").fill("Half the steel is at sea.")
    revise_order(order, quantity=Decimal(1300))
    anna.get_by_role("button", name="Send", exact=True).click()
    summary = anna.get_by_role("alert")
    expect(summary).to_contain_text("The order changed while you were answering.")
    expect(summary).to_be_focused()
    editor = anna.locator("#line-1")
    expect(editor).to_contain_text("This line changed while you were answering.")
    expect(editor.get_by_label("Quantity", exact=True).nth(0)).to_have_value("1000")
    expect(editor.get_by_label("Quantity", exact=True).nth(1)).to_have_value("200")
    expect(editor.get_by_label("Comment")).to_have_value("Half the steel is at sea.")
    expect(anna.locator("main")).to_contain_text("Revision 2 changed this line")
    assert states(order) == ["open", "open"]
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("1 line is with Bea Brandt now")


def test_two_tabs(portal: Portal, order: PurchaseOrder) -> None:
    """The other tab was quicker: this one says so, and shows what it would have sent."""
    first, second = portal.visit("anna"), portal.visit("anna")
    for tab in (first, second):
        tab.goto(f"/orders/{order.pk}/")
    choose(second, 1, "Change date or quantity")
    second.locator("#line-1").get_by_label("Comment").fill("Second thoughts.")
    choose(first, 1, "Accept")
    first.get_by_role("button", name="Send", exact=True).click()
    expect(first.get_by_role("status")).to_contain_text("1 line is agreed")
    second.get_by_role("button", name="Send", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text("takes no answer")
    expect(second.locator("main")).to_contain_text("What you had typed")
    expect(second.locator("main")).to_contain_text("Second thoughts.")


def test_a_conflict_ends_with_one_click(portal: Portal, order: PurchaseOrder) -> None:
    from suppliers.actions import settling
    from suppliers.actions.orders import refresh
    from tests.cast import doing

    anna = portal.visit("anna")
    anna.goto(f"/orders/{order.pk}/")
    choose(anna, 1, "Accept")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("1 line is agreed")
    with doing():
        line = OrderLine.objects.select_related("order").get(order=order, position=1)
        row = line.schedule.get()
        other = {"schedule": str(row.pk), "quantity": "900", "price": "12.5", "date": row.date.isoformat()}
        settling.mark_conflict(line, "Odoo was edited after the agreement.", [{**other, "received": "0"}])
        refresh(line.order)
    bea = portal.visit("bea", PHONE)
    bea.goto("/decisions/")
    expect(bea.get_by_role("row", name="Quantity")).to_contain_text("900")
    keep(bea, "conflict")
    fits(bea)
    bea.get_by_role("button", name="Keep the agreement").click()
    expect(bea.get_by_role("status")).to_contain_text("the agreement stands")
    assert fresh_lines(order)[0].sync == "waiting"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_buyer_answers_for_a_supplier_who_phones(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    bea = portal.visit("bea", size)
    bea.goto(f"/orders/{order.pk}/")
    expect(bea.locator("#answer")).to_have_count(0)
    bea.get_by_role("link", name="Answer for the supplier").click()
    expect(bea.locator("#behalf")).to_contain_text("You speak for Acme Castings")
    choose(bea, 1, "Accept")
    bea.get_by_role("button", name="Send", exact=True).click()
    expect(bea.get_by_role("alert")).to_contain_text("Say how the supplier told you")
    bea.get_by_label("How the supplier told you").select_option("phone")
    bea.get_by_label("Who told you").fill("Mr Abel")
    keep(bea, "behalf")
    accessible(bea)
    fits(bea)
    bea.get_by_role("button", name="Send", exact=True).click()
    expect(bea.get_by_role("status")).to_contain_text("1 line is agreed")
    anna = portal.visit("anna", size)
    anna.goto(f"/orders/{order.pk}/")
    expect(anna.locator("#history")).to_contain_text("Bea Brandt on behalf of the supplier (By phone, Mr Abel)")


def test_no_price_anywhere_for_those_who_ship(portal: Portal, order: PurchaseOrder, revise_order: ReviseOrder) -> None:
    anna = portal.visit("anna")
    anna.goto(f"/orders/{order.pk}/")
    choose(anna, 1, "Change date or quantity")
    anna.locator("#line-1").get_by_label("Reason").select_option("price")
    anna.locator("#line-1").get_by_label("New unit price").fill("77.77")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("1 line is with Bea Brandt")
    for name, sees in (("anna", True), ("sven", False), ("quinn", False)):
        tab = portal.visit(name)
        tab.goto(f"/orders/{order.pk}/")
        words = tab.locator("main").inner_text()
        assert ("77.77" in words, "12.50" in words, "%" in words) == (sees, sees, sees), name
        if not sees:
            assert "The price differs from the order." in words
    revise_order(order, price=Decimal("66.66"))
    for name, sees in (("anna", True), ("sven", False)):
        tab = portal.visit(name)
        tab.goto(f"/orders/{order.pk}/")
        assert ("66.66" in tab.locator("main").inner_text()) == sees, name


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_plant_goes_live_after_a_look_at_the_effect(
    portal: Portal, order: PurchaseOrder, size: tuple[int, int]
) -> None:
    ada = portal.visit("ada", size)
    ada.goto("/go-live/")
    ada.get_by_label("Plant").select_option("Hamburg works")
    ada.get_by_label("Mode").select_option("Off")
    ada.get_by_role("button", name="Show the effect").click()
    expect(ada.locator("#effect")).to_contain_text("1 order changes to “Off”, of 1 supplier.")
    keep(ada, "waves")
    accessible(ada)
    fits(ada)
    ada.get_by_role("button", name="Switch now").click()
    expect(ada.get_by_role("status")).to_contain_text("Switched.")
    expect(ada.locator("main")).to_contain_text("1 is still to follow")
    move_orders()
    ada.reload()
    expect(ada.get_by_role("row", name="Hamburg works")).to_contain_text("0 live, 0 on trial, 1 off")
    anna = portal.visit("anna", size)
    assert anna.goto(f"/orders/{order.pk}/").status == 404  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_was_typed_is_there_again_and_colleagues_know_of_each_other(
    portal: Portal, order: PurchaseOrder, size: tuple[int, int]
) -> None:
    anna = portal.visit("anna", size)
    anna.goto(f"/orders/{order.pk}/")
    split(anna, 2, ("50", working_day(30)), ("30", working_day(60)))
    anna.locator("#line-2").get_by_label("Comment").fill("Furnace two.")
    expect(anna.locator("#verdict-2")).to_contain_text("Say why: choose a reason.")
    anna.goto("/")
    aron = portal.visit("aron", size)
    aron.goto(f"/orders/{order.pk}/")
    expect(aron.locator("main")).to_contain_text("Anna Abel is answering this order too")
    expect(aron.locator("main")).not_to_contain_text("Furnace two.")
    expect(aron.locator("main")).not_to_contain_text("Your draft of")
    anna.goto(f"/orders/{order.pk}/")
    expect(anna.locator("main")).to_contain_text("Your draft of")
    expect(anna.locator("#line-2").get_by_label("Quantity", exact=True).nth(1)).to_have_value("30")
    expect(anna.locator("#line-2").get_by_label("Comment")).to_have_value("Furnace two.")
    keep(anna, "draft")
    accessible(anna)
    fits(anna)
    anna.locator("#line-2").get_by_label("Reason").select_option("capacity")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("1 line is with Bea Brandt")
    expect(anna.locator("main")).not_to_contain_text("Your draft of")
    choose(anna, 1, "Reject")
    expect(anna.locator("#verdict-1")).to_contain_text("Say why: choose a reason.")
    anna.reload()
    anna.get_by_role("button", name="Discard it").click()
    expect(anna.get_by_role("status")).to_contain_text("Your draft is discarded.")
    expect(anna.locator("#line-1").get_by_label("Answer later")).to_be_checked()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_two_who_type_at_once_are_told_of_each_other(
    portal: Portal, order: PurchaseOrder, size: tuple[int, int]
) -> None:
    anna, aron = portal.visit("anna", size), portal.visit("aron", size, dark=True)
    for page in (anna, aron):
        page.goto(f"/orders/{order.pk}/")
        expect(page.locator("#colleagues")).to_be_empty()
    choose(anna, 1, "Accept")
    expect(anna.locator("#verdict-1")).to_contain_text("Accepted at once")
    choose(aron, 2, "Accept")
    expect(aron.locator("#colleagues")).to_contain_text("Anna Abel is answering this order too, last at")
    choose(anna, 2, "Accept")
    expect(anna.locator("#colleagues")).to_contain_text("Aron Adler is answering this order too, last at")
    expect(anna.locator("#colleagues p")).to_have_count(1)
    for page, name in ((anna, "colleagues"), (aron, "colleagues-dark")):
        accessible(page)
        keep(page, name)
        fits(page)
    aron.get_by_role("button", name="Send", exact=True).click()
    expect(aron.get_by_role("status")).to_contain_text("1 line is agreed")
    choose(anna, 1, "Answer later")
    expect(anna.locator("#colleagues")).to_be_empty()
