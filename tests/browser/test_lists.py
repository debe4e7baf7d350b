"""Lists: walked by keyboard alone, narrowed by the address, taken along as files that hold what is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.browser.test_desk import late
from tests.cast import ReleaseOrder
from tests.suppliers.test_export import read_csv, read_xlsx

pytestmark = pytest.mark.committed
both_sizes = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


def taken(page: Page, title: str) -> bytes:
    """The file behind a link of the page, as the browser saves it."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=title, exact=True).click()
    return Path(coming.value.path()).read_bytes()


@both_sizes
def test_a_filtered_list_is_taken_along(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    for number in range(3):
        release_order(portal.cast.line(100), number=f"P0030{number}", buyer_name="Karl Kauf")
    release_order(portal.cast.line(100), number="P00400")
    bea = portal.visit("bea", size)
    bea.goto("/orders/")
    expect(bea.locator("tbody tr")).to_have_count(4)
    bea.get_by_label("Search").fill("karl kauf")
    bea.get_by_label("Search").press("Enter")
    bea.get_by_label("Order by").select_option("number")
    numbers = bea.locator("tbody td.title")
    expect(numbers).to_have_text(["P00300", "P00301", "P00302"])
    accessible(bea)
    fits(bea)
    keep(bea, "lists-orders")
    seen = numbers.all_inner_texts()
    assert [row[0] for row in read_csv(taken(bea, "CSV"))[1:]] == seen
    sheet = read_xlsx(taken(bea, "Excel"))
    assert [row[0] for row in sheet[1:]] == seen
    again = portal.visit("bea", size)
    again.goto(bea.url)
    expect(again.locator("tbody td.title")).to_have_text(seen)
    for address in ("/suppliers/", "/approved-vendors/", "/changes/?view=all", "/expediting/", "/decisions/"):
        bea.goto(address)
        accessible(bea)
        fits(bea)


def test_orders_are_walked_by_keyboard_alone(portal: Portal, release_order: ReleaseOrder) -> None:
    for number in range(32):
        release_order(number=f"P01{number:03}")
    anna = portal.visit("anna")
    anna.goto("/orders/?sort=number")
    keys = anna.keyboard
    focused = anna.locator("tbody a:focus")
    keys.press("j")
    expect(focused).to_have_text("P01000")
    keys.press("ArrowDown")
    keys.press("j")
    expect(focused).to_have_text("P01002")
    keys.press("k")
    keys.press("ArrowUp")
    keys.press("ArrowUp")  # the first row is the end
    expect(focused).to_have_text("P01000")
    keep(anna, "lists-keyboard")
    accessible(anna)
    keys.press("n")
    expect(anna.locator("tbody tr")).to_have_count(2)
    keys.press("j")
    keys.press("j")
    keys.press("j")  # and the last one
    expect(focused).to_have_text("P01031")
    keys.press("p")
    expect(anna.locator("tbody tr")).to_have_count(30)
    keys.press("/")
    expect(anna.get_by_label("Search")).to_be_focused()
    keys.type("P0100j/n?")  # letters in a field are letters
    expect(anna.get_by_label("Search")).to_have_value("P0100j/n?")
    for _letter in "j/n?":
        keys.press("Backspace")
    keys.press("Enter")
    expect(anna.locator("tbody tr")).to_have_count(10)
    keys.press("j")
    keys.press("j")
    keys.press("Enter")
    expect(anna.get_by_role("heading", level=1)).to_contain_text("P01001")


def test_letters_can_be_switched_off(portal: Portal, release_order: ReleaseOrder) -> None:
    for _number in range(2):
        release_order()
    anna = portal.visit("anna")
    anna.goto("/orders/")
    expect(anna.get_by_label("Search")).to_have_attribute("aria-keyshortcuts", "/")
    anna.keyboard.press("?")
    expect(anna.get_by_text("By keyboard")).to_be_focused()
    keep(anna, "lists-keys")
    accessible(anna)
    anna.keyboard.press("Tab")
    anna.keyboard.press("Space")
    for _time in range(2):  # now, and when the page comes again
        anna.keyboard.press("j")
        anna.keyboard.press("/")
        expect(anna.locator("tbody a:focus")).to_have_count(0)
        expect(anna.get_by_label("Search")).not_to_be_focused()
        expect(anna.get_by_label("Search")).not_to_have_attribute("aria-keyshortcuts", "/")
        anna.reload()
    anna.locator("tbody a").first.focus()
    anna.keyboard.press("ArrowDown")
    expect(anna.locator("tbody a").nth(1)).to_be_focused()


def test_decisions_are_walked_by_keyboard_alone(portal: Portal, release_order: ReleaseOrder) -> None:
    for number in range(3):
        late(portal, release_order(portal.cast.line(100), number=f"P0020{number}"), 45 + number)
    bea = portal.visit("bea")
    bea.goto("/decisions/?q=P0020")
    keys = bea.keyboard
    focused = bea.locator("article a:focus")
    keys.press("j")
    expect(focused).to_have_text("P00200")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(focused).to_have_text("P00202")
    keep(bea, "lists-decisions")
    keys.press("Tab")
    expect(bea.get_by_label("Choose P00202 · 1")).to_be_focused()
    keys.press("Space")
    keys.press("k")
    expect(focused).to_have_text("P00201")
    for _stop in ("Choose", "Reason", "Approve"):
        keys.press("Tab")
    expect(bea.get_by_role("button", name="Approve P00201 line 1")).to_be_focused()
    keys.press("Enter")
    expect(bea).to_have_url(f"{portal.address}/decisions/?q=P0020")
    expect(bea.locator("article.line-card")).to_have_count(2)
