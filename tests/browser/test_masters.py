"""A supplier asks for another lead time, the buyer approves it, Odoo is told: at a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder
from tests.mail import link_in, post_mails
from tests.masters import listed

pytestmark = pytest.mark.committed


def look(page: Page, name: str) -> None:
    keep(page, name)
    fits(page)
    accessible(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_ask_decline_ask_again_approve(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    release_order()
    listed(portal.cast.acme, portal.cast.bracket)
    listed(portal.cast.acme, portal.cast.granulate, code="", min_quantity=500, discount="2.5", unit_name="kg")
    ours = f"/suppliers/{portal.cast.acme.public_id}/"

    anna = portal.visit("anna", size, dark=size == PHONE)
    anna.goto(ours)
    row = anna.get_by_role("row").filter(has_text="BR-100").filter(has_text="12 days")
    row.get_by_text("Ask for a change").click()
    look(anna, "price-list")
    row.get_by_role("link", name="Lead time").click()
    anna.get_by_label("Calendar days from the order to the receipt").fill("soon")
    anna.get_by_label("Why, and from when on (optional; the buyer reads it)").fill("Furnace two is being rebuilt.")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("alert")).to_contain_text("“soon” is not a number.")
    expect(anna.get_by_label("Why, and from when on")).to_have_value("Furnace two is being rebuilt.")
    look(anna, "master-ask-refused")
    anna.get_by_label("Calendar days from the order to the receipt").fill("21")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("Request 1 is sent: a buyer decides.")
    look(anna, "master-asked")

    bea = portal.visit("bea", size)
    bea.goto("/")
    bea.get_by_role("link", name="changes of master data to decide").click()
    look(bea, "master-requests")
    bea.get_by_role("link", name="Lead time").click()
    expect(bea.get_by_text("Furnace two is being rebuilt.")).to_be_visible()
    bea.get_by_role("button", name="Decline").click()
    expect(bea.get_by_role("alert")).to_contain_text("Say why you decline: the supplier reads it.")
    look(bea, "master-decide")
    bea.get_by_label("Reason (needed to decline; the supplier reads it)").fill("Two weeks at most.")
    bea.get_by_role("button", name="Decline").click()
    expect(bea.get_by_role("status")).to_contain_text("Request 1 is declined.")

    anna.reload()
    expect(anna.get_by_text("Two weeks at most.")).to_be_visible()
    look(anna, "master-declined")
    anna.goto(ours)
    row.get_by_text("Ask for a change").click()
    row.get_by_role("link", name="Lead time").click()
    anna.get_by_label("Calendar days from the order to the receipt").fill("14")
    anna.get_by_role("button", name="Send", exact=True).click()
    bea.goto("/suppliers/requests/")
    bea.get_by_role("link", name="Lead time").click()
    bea.get_by_role("button", name="Approve").click()
    expect(bea.get_by_role("status")).to_contain_text("Request 2 is approved and on its way to Odoo.")
    look(bea, "master-approved")

    anna.goto(ours)
    expect(row.get_by_role("link", name="Lead time: 14 days")).to_be_visible()
    expect(row).to_contain_text("On its way to Odoo")
    look(anna, "price-list-asked")


def test_an_address_without_script_and_prices_for_those_who_may(portal: Portal) -> None:
    listed(portal.cast.acme, portal.cast.bracket)
    ours = f"/suppliers/{portal.cast.acme.public_id}/"
    anna = portal.visit("anna", script=False)
    anna.goto(ours)
    expect(anna.get_by_text("4.50")).to_be_visible()
    anna.get_by_text("Ask for a change Acme Castings").click()
    anna.get_by_role("link", name="Address Acme Castings", exact=True).click()
    anna.get_by_label("Street").fill("Hafenstraße 1")
    anna.get_by_label("Town").fill("Hamburg")
    keep(anna, "master-address")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.get_by_text("Hafenstraße 1, Hamburg")).to_be_visible()
    anna.get_by_role("button", name="Withdraw this request").click()
    expect(anna.get_by_role("status")).to_contain_text("Request 1 is withdrawn.")
    sven = portal.visit("sven")
    sven.goto(ours)
    expect(sven.get_by_text("12 days")).to_be_visible()
    expect(sven.get_by_text("4.50")).to_have_count(0)
    expect(sven.get_by_text("Ask for a change", exact=True)).to_have_count(0)
    look(sven, "price-list-without-prices")


@pytest.mark.parametrize(("size", "dark"), [(DESK, True), (PHONE, False)], ids=["desk-dark", "phone-light"])
def test_a_buyer_asks_for_a_supplier_who_phones(portal: Portal, size: tuple[int, int], dark: bool) -> None:
    """From the supplier's page to the request, how it was told and all; the supplier's mail leads to it."""
    cast = portal.cast
    listed(cast.acme, cast.bracket)
    buyer = portal.visit("bea", size, dark=dark)
    buyer.goto(f"/suppliers/{cast.acme.public_id}/")
    buyer.get_by_text("Ask for a change BR-100").first.click()
    look(buyer, "behalf-master-supplier")
    buyer.get_by_role("link", name="Lead time").first.click()
    expect(buyer.locator("main")).to_contain_text("You speak for Acme Castings")
    buyer.get_by_label("Calendar days").fill("21")
    buyer.get_by_role("button", name="Send").click()
    expect(buyer.get_by_role("alert")).to_be_focused()
    look(buyer, "behalf-master-refused")
    buyer.get_by_label("How the supplier told you").select_option("phone")
    buyer.get_by_label("Who told you").fill("Karl Kern, 10:15")
    buyer.get_by_role("button", name="Send").click()
    expect(buyer.locator("main")).to_contain_text("On behalf of Acme Castings: By phone, Karl Kern, 10:15")
    look(buyer, "behalf-master-asked")
    (message,) = [one for one in post_mails() if one.to == ["anna@acme.example"]]
    anna = portal.visit("anna", size, dark=dark)
    anna.goto(link_in(message))
    expect(anna.locator("main")).to_contain_text("Bea Brandt")
    expect(anna.get_by_role("button", name="Withdraw this request")).to_be_visible()
    look(anna, "behalf-master-supplier-reads")
