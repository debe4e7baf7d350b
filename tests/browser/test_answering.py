"""More than quantity and date: files, another item, part number and unit; many lines at once; by keys; with a thumb."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from documents.tasks import inspect
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.models import Correction, PurchaseOrder
from suppliers.states import AnswerKind
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.browser.test_journey import choose, states
from tests.cast import ReleaseOrder, everything, fresh_lines, working_day

pytestmark = pytest.mark.committed
TWO_DAYS = dt.timedelta(days=2)
BOTH = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def order(portal: Portal, release_order: ReleaseOrder) -> PurchaseOrder:
    """Three lines of brackets, wanted a month from now."""
    return release_order(portal.cast.line(1200), portal.cast.line(80), portal.cast.line(48), number="P00042")


def letter(name: str = "confirmation.txt", text: bytes = b"Dear buyer, as you asked.") -> dict[str, object]:
    return {"name": name, "mimeType": "text/plain", "buffer": text}


@BOTH
def test_a_substitute_a_unit_and_files_reach_the_buyer(
    portal: Portal, order: PurchaseOrder, size: tuple[int, int]
) -> None:
    anna = portal.visit("anna", size)
    anna.goto(f"/orders/{order.pk}/")
    choose(anna, 1, "Offer a substitute")
    line = anna.locator("#line-1")
    expect(anna.locator("#verdict-1")).to_contain_text("Name the item you offer instead")
    line.get_by_label("Your part number").fill("AC-2041")
    line.get_by_label("Manufacturer's part number").fill("BR 100/2")
    line.get_by_label("Description").fill("Bearing bracket, ribbed")
    line.get_by_label("Reason").select_option("discontinued")
    expect(anna.locator("#verdict-1")).to_contain_text("A substitute is always decided by the buyer.")
    line.get_by_text("Attach files, correct part number or unit").click()
    line.get_by_label("Photos, drawings or letters").set_input_files([letter("drawing.txt", b"Drawing 4711")])
    expect(anna.locator("#verdict-1")).to_contain_text("is still being inspected")
    inspect()
    expect(line.get_by_text("Accepted", exact=True)).to_be_visible()
    expect(anna.locator("#verdict-1")).to_contain_text("Goes to the buyer")
    choose(anna, 2, "Accept")
    expect(anna.locator("#verdict-2")).to_contain_text("Accepted at once")
    second = anna.locator("#line-2")
    second.get_by_text("Attach files, correct part number or unit").click()
    second.get_by_label("My part number is").fill("AC-77")
    second.get_by_label("I sell it by the").fill("box")
    second.get_by_label("One holds so many Units").fill("12")
    expect(anna.locator("#verdict-2")).to_contain_text("Another unit is always decided by the buyer.")
    anna.get_by_label("Files about the whole answer").set_input_files([letter()])
    expect(anna.locator(".send-files").get_by_text("Waiting for inspection")).to_be_visible()
    inspect()
    expect(anna.locator(".send-files").get_by_text("Accepted", exact=True)).to_be_visible()
    accessible(anna)
    keep(anna, "particulars")
    fits(anna)
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("2 lines are with Bea Brandt now")
    keep(anna, "particulars-sent")

    bea = portal.visit("bea", size)
    bea.goto("/decisions/")
    card = bea.get_by_role("article").first
    expect(card).to_contain_text("AC-2041")
    expect(card.get_by_role("link", name="drawing.txt")).to_be_visible()
    expect(card.get_by_role("link", name="confirmation.txt")).to_be_visible()
    other = bea.get_by_role("article").nth(1)
    expect(other).to_contain_text("The supplier sells it by the “box”: one holds 12 Units")
    accessible(bea)
    keep(bea, "particulars-decide")
    fits(bea)
    number = other.locator(".correction").filter(has_text="AC-77")
    number.get_by_role("button", name="Refuse").click()
    expect(bea.get_by_role("alert")).to_contain_text("Say why you refuse it")
    number = bea.locator(".correction").filter(has_text="AC-77")
    number.get_by_label("Reason").fill("That is another bracket.")
    number.get_by_role("button", name="Refuse").click()
    expect(bea.get_by_role("status")).to_contain_text("P00042 line 2: the correction is refused")
    bea.get_by_role("button", name="Approve P00042 line 2").click()
    expect(bea.get_by_role("status")).to_contain_text("P00042 line 2 is agreed")
    with everything():
        decided = set(Correction.objects.values_list("theirs", "state"))
    assert decided == {("AC-77", "refused"), ("box", "acknowledged")}
    anna.goto(f"/orders/{order.pk}/")
    expect(anna.locator("#history")).to_contain_text("That is another bracket.")


@BOTH
def test_ticked_lines_are_accepted_together(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    anna = portal.visit("anna", size)
    anna.goto(f"/orders/{order.pk}/")
    expect(anna.get_by_role("button", name="Accept ticked")).to_be_hidden()
    for line in (1, 3):
        anna.get_by_label(f"Tick line {line}").check()
    keep(anna, "ticked")
    anna.get_by_role("button", name="Accept ticked").click()
    expect(anna.locator("#send-words")).to_contain_text("2 lines accepted at once")
    expect(anna.get_by_role("button", name="Send", exact=True)).to_be_focused()
    assert states(order) == ["open", "open", "open"]
    anna.keyboard.press("Enter")
    expect(anna.get_by_role("status")).to_contain_text("Sent: 2 lines are agreed.")
    assert states(order) == ["agreed", "open", "agreed"]


def test_all_of_it_without_script(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna", PHONE, script=False)
    anna.goto(f"/orders/{order.pk}/")
    anna.get_by_label("Tick line 1").check()
    anna.get_by_role("button", name="Accept ticked").click()
    expect(anna.locator("#send-words")).to_contain_text("1 line accepted at once")
    anna.get_by_label("Files about the whole answer").set_input_files([letter(), letter("stamp.txt", b"A stamp.")])
    anna.locator(".send-files").get_by_role("button", name="Upload").click()
    expect(anna.locator(".send-files .file-line")).to_have_count(2)
    anna.get_by_role("button", name="Take out stamp.txt").click()
    expect(anna.locator(".send-files .file-line")).to_have_count(1)
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("alert")).to_contain_text("“confirmation.txt” is still being inspected")
    inspect()
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("1 line is agreed")
    expect(anna.locator("#history").get_by_role("link", name=re.compile("confirmation"))).to_be_visible()


@BOTH
def test_same_as_last_time_fills_in_and_sends_nothing(
    portal: Portal, order: PurchaseOrder, release_order: ReleaseOrder, size: tuple[int, int]
) -> None:
    before = release_order(portal.cast.line(100), number="P00030")
    (line,) = fresh_lines(before)
    halves = (PromisedDelivery(Decimal(50), working_day(30)), PromisedDelivery(Decimal(50), working_day(30) + TWO_DAYS))
    said = LineAnswer(line.pk, 1, AnswerKind.CHANGED, halves, reason="capacity")
    acknowledge(actor=portal.cast.actor("anna"), order=before, answers=[said], channel="page", at=timezone.now())
    anna = portal.visit("anna", size)
    anna.goto(f"/orders/{order.pk}/")
    anna.get_by_label("Tick line 2").check()
    anna.get_by_role("button", name="Same as last time").click()
    expect(anna.get_by_role("status")).to_contain_text("1 line is filled in as last time. Nothing is sent yet.")
    line_2 = anna.locator("#line-2")
    expect(line_2).to_contain_text("Filled in as on P00030 line 1")
    expect(line_2.get_by_label("Quantity", exact=True).nth(1)).to_have_value("40")
    expect(anna.locator("#verdict-2")).to_contain_text("Accepted at once")
    accessible(anna)
    keep(anna, "last-time")
    fits(anna)
    assert states(order) == ["open", "open", "open"]


FIVE = (1200, 80, 48, 500, 60)
REACH = """element => {
  const label = element.matches('input') && element.closest('label')
  const box = (label || element).getBoundingClientRect()
  return [box.width, box.height]
}"""
"""How wide and high is what a finger hits: of a tick the label around it, too (WCAG 2.5.8)."""


def test_five_lines_with_a_split_by_keys_alone(portal: Portal, release_order: ReleaseOrder) -> None:
    order = release_order(*(portal.cast.line(quantity) for quantity in FIVE), number="P00051")
    anna = portal.visit("anna")
    anna.goto(f"/orders/{order.pk}/")
    keys = anna.keyboard

    def where() -> str:
        focused = anna.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e.matches('.kinds input')"
            " ? e.nextElementSibling : e); return [e.name || e.value || e.href || e.id, s.outlineStyle,"
            " s.outlineWidth] }"
        )
        assert focused[1:] != ["none", "0px"], f"no focus to be seen on {focused[0]}"
        return str(focused[0])

    # From the address bar to the first line's answers, past the menu.
    keys.press("Tab")
    keys.press("Enter")
    for _stop in range(30):
        keys.press("Tab")
        if where() == "line-1-kind":
            break
    for line, quantity in enumerate(FIVE, start=1):
        assert where() == f"line-{line}-kind"
        if quantity == 500:
            keys.press("2")
            keys.press("Tab")
            assert where() == f"line-{line}-quantity"
            keys.press("ControlOrMeta+a")
            keys.type("300")
            keys.press("Alt+Enter")
            assert where() == f"line-{line}-date"
            keys.type(working_day(60).strftime("%m%d%Y"))
            rows = anna.locator(f"#line-{line} [data-row]")
            expect(rows.nth(1).get_by_label("Quantity", exact=True)).to_have_value("200")
            for _stop in range(10):
                keys.press("Tab")
                if where() == f"line-{line}-reason":
                    break
            keys.type("Cap")
        else:
            keys.press("1")
        if line < len(FIVE):
            if quantity == 500:
                keys.press("Tab")  # in a list the arrows are the list's own
            keys.press("Alt+ArrowDown")
    expect(anna.locator("#send-words")).to_contain_text("4 lines accepted at once, 1 goes to Bea Brandt")
    keys.press("ControlOrMeta+Enter")
    expect(anna.get_by_role("button", name="Send", exact=True)).to_be_focused()
    assert states(order) == ["open"] * 5
    keys.press("Enter")
    expect(anna.get_by_role("status")).to_contain_text("Sent: 4 lines are agreed, 1 line is with Bea Brandt now.")


def test_keys_are_not_in_the_way_of_typing(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna")
    anna.goto(f"/orders/{order.pk}/")
    choose(anna, 1, "Change date or quantity")
    anna.locator("#line-1").get_by_label("Comment").press_sequentially("1 of 5, 2 later")
    expect(anna.locator("#line-1").get_by_label("Comment")).to_have_value("1 of 5, 2 later")
    expect(anna.locator("#line-1 input[value=changed]")).to_be_checked()
    anna.get_by_text("By keyboard").click()
    expect(anna.locator(".keys")).to_contain_text("go to the send button")
    accessible(anna)
    keep(anna, "keys")


def test_five_lines_with_a_split_on_a_phone(portal: Portal, release_order: ReleaseOrder) -> None:
    """Ten taps and one typed number, from the home page to the confirmation; a date and a reason are chosen as well.

    Those two are chosen in the phone's own calendar and list, which this browser does not have: they are not counted.
    """
    order = release_order(*(portal.cast.line(quantity) for quantity in FIVE), number="P00052")
    anna = portal.visit("anna", PHONE)
    anna.goto("/")
    taps = 0

    def tap(target: Locator) -> None:
        nonlocal taps
        taps += 1
        width, height = target.evaluate(REACH)
        assert min(width, height) >= 24, f"{target}: {width} x {height}"
        target.click()

    tap(anna.get_by_role("link", name="Answer P00052"))
    for line in (1, 2, 3, 5):
        tap(anna.get_by_label(f"Tick line {line}"))
    tap(anna.get_by_role("button", name="Accept ticked"))
    editor = anna.locator("#line-4")
    tap(editor.locator("label", has_text="Change date or quantity"))
    tap(editor.get_by_label("Quantity", exact=True))
    editor.get_by_label("Quantity", exact=True).fill("300")
    tap(editor.get_by_role("button", name="Split: add a delivery"))
    expect(editor.get_by_label("Quantity", exact=True).nth(1)).to_have_value("200")
    editor.get_by_label("Arrival", exact=True).nth(1).fill(working_day(60).isoformat())
    editor.get_by_label("Reason").select_option("capacity")
    expect(anna.locator("#send-words")).to_contain_text("4 lines accepted at once, 1 goes to Bea Brandt")
    tap(anna.get_by_role("button", name="Send", exact=True))
    expect(anna.get_by_role("status")).to_contain_text("Sent: 4 lines are agreed, 1 line is with Bea Brandt now.")
    assert taps == 10
    assert states(order) == ["agreed", "agreed", "agreed", "pending_buyer", "agreed"]
