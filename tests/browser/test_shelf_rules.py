"""How long lots must keep: a quality engineer sets, changes and ends a rule, at a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep

pytestmark = pytest.mark.committed


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)], ids=["desk", "phone"])
def test_set_change_and_end_a_rule(portal: Portal, size: tuple[int, int], dark: bool) -> None:
    page = portal.visit("quentin", size, dark=dark)
    page.goto("/shelf-rules/")
    expect(page.get_by_text("No rule yet")).to_be_visible()
    fits(page)
    accessible(page)
    keep(page, "shelf-rules-empty")
    form = page.locator("#new")
    form.get_by_label("Item number").fill("BR-100")
    form.get_by_label("Days left on arrival").fill("soon")
    form.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("alert")).to_contain_text("Give whole days.")
    accessible(page)
    keep(page, "shelf-rules-refused")
    form.get_by_label("Days left on arrival").fill("30")
    form.get_by_role("button", name="Put in force").click()
    row = page.get_by_role("row").filter(has_text="BR-100")
    expect(row).to_contain_text("30 days")
    row.get_by_role("link", name="Change or end").click()
    expect(form.get_by_label("Item number")).to_have_value("BR-100")
    form.get_by_label("Days left on arrival").fill("45")
    form.get_by_role("button", name="Put in force").click()
    expect(row).to_contain_text("45 days")
    row.get_by_text("1 earlier version").click()
    expect(row.get_by_role("listitem")).to_contain_text("30 days")
    fits(page)
    accessible(page)
    keep(page, "shelf-rules")
    page.get_by_label("Search").fill("granulate")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No rule is found")).to_be_visible()
    page.goto("/shelf-rules/")
    row.get_by_role("link", name="Change or end").click()
    form.get_by_role("button", name="End the rule").click()
    expect(page.get_by_text("No rule yet")).to_be_visible()
    page.get_by_role("link", name="Ended ones too").click()
    expect(row).to_contain_text("ended")
    fits(page)
    accessible(page)
