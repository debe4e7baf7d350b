"""The approved vendor list at a desk and on a phone: block an item, be told on the order, see the supplier's page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder

pytestmark = pytest.mark.committed


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)], ids=["desk", "phone"])
def test_block_an_item_and_be_told(
    portal: Portal, release_order: ReleaseOrder, size: tuple[int, int], dark: bool
) -> None:
    order = release_order()
    page = portal.visit("quentin", size, dark=dark)
    page.goto("/approved-vendors/")
    form = page.locator("#new")
    form.get_by_label("Supplier").select_option(label="Acme Castings")
    form.get_by_label("Item number").fill("BR-1")
    form.get_by_label("Standing").select_option(label="Blocked")
    form.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("alert")).to_contain_text("No item has this number.")
    expect(form.get_by_label("Supplier")).to_have_value(str(portal.cast.acme.pk))
    form.get_by_label("Item number").fill("BR-100")
    form.get_by_label("Why").fill("Cracks in three lots of May.")
    accessible(page)
    form.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("row").filter(has_text="BR-100")).to_contain_text("Blocked")
    fits(page)
    accessible(page)
    keep(page, "approvals")
    page.get_by_role("row").filter(has_text="BR-100").get_by_role("link", name="Acme Castings", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Acme Castings")
    fits(page)
    accessible(page)
    keep(page, "supplier")
    page = portal.visit("bea", size, dark=dark)
    page.goto(f"/orders/{order.pk}/")
    expect(page.get_by_text("the supplier is blocked for it.")).to_be_visible()
    accessible(page)
    keep(page, "order-not-listed")
    page = portal.visit("anna", size, dark=dark)
    page.goto("/suppliers/")
    accessible(page)
    keep(page, "our-data-list")
    page.get_by_role("link", name="Acme Castings").click()
    accessible(page)
    keep(page, "our-data")
    expect(page.get_by_text("Blocked")).to_have_count(0)
