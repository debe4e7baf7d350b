"""More than quantity and date: files, another item, part number and unit; many lines at once; by keys; with a thumb."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from documents.tasks import inspect
from suppliers.models import Correction, PurchaseOrder
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.browser.test_journey import choose, states
from tests.cast import ReleaseOrder, everything

pytestmark = pytest.mark.committed
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
