"""From the mail to the answer without an account, at a desk and on a phone; and what the buyer sees of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from documents.actions import inspecting
from documents.inspection.subject import PASSED, finding
from documents.models import StoredFile
from portal.shared import transitions
from portal.shared.acting import acting
from suppliers.actions import links
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import request_change
from suppliers.actions.negotiating import Wish
from suppliers.models import PurchaseOrder, Supplier
from suppliers.states import AnswerKind
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import PULL, SET_UP, doing, everything, fresh_lines, release, revise, working_day
from tests.mail import link_in, post_mails, whole_link_in

pytestmark = pytest.mark.committed
ADDRESS = "orders@acme-castings.example"


def five_lines(portal: Portal) -> PurchaseOrder:
    """An order of five lines that went to an address nobody signs in with."""
    cast = portal.cast
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(email=ADDRESS)
    order = release(cast, *(cast.line(quantity) for quantity in (100, 40, 7, 250, 12)), incoterm="FCA")
    with doing(PULL):
        links.announce(transitions.hold(order, "supplier"), timezone.now())
    return order


def choose(page: Page, position: int, kind: str) -> None:
    page.locator(f"#line-{position}").get_by_role("radio", name=kind, exact=True).check()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_mail_to_the_buyer(portal: Portal, size: tuple[int, int]) -> None:
    order = five_lines(portal)
    (mail,) = [one for one in post_mails() if one.to == [ADDRESS]]
    page = portal.visit("", size)
    page.goto(link_in(mail))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {order.number}")
    keep(page, "by-mail")
    fits(page)
    accessible(page)
    page.get_by_role("button", name="Open the order").click()
    expect(page).to_have_url(f"{portal.address}/orders/{order.pk}/")
    expect(page.locator("main")).to_contain_text(f"by the link sent to {ADDRESS}")
    keep(page, "by-mail-order")
    fits(page)
    accessible(page)
    for position in (1, 2, 3, 5):
        choose(page, position, "Accept")
    choose(page, 4, "Change date or quantity")
    split = page.locator("#line-4")
    split.get_by_role("button", name="Split: add a delivery").click()
    quantities, dates = split.get_by_label("Quantity", exact=True), split.get_by_label("Hand-over", exact=True)
    quantities.nth(0).fill("150")
    quantities.nth(1).fill("100")
    dates.nth(1).fill(working_day(60).isoformat())
    split.get_by_label("Reason").select_option("capacity")
    expect(page.locator("#send-words")).to_contain_text("4 lines accepted at once")
    keep(page, "by-mail-filled")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Sent: 4 lines are agreed")
    expect(page.locator("#history")).to_contain_text(f"by the link sent to {ADDRESS}")
    assert [line.state for line in fresh_lines(order)] == ["agreed"] * 3 + ["pending_buyer", "agreed"]
    keep(page, "by-mail-answered")
    fits(page)
    accessible(page)
    expect(page.get_by_role("button", name="Send", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Close the order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Order closed")
    page.goto(f"/orders/{order.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    (told,) = post_mails()
    page.goto(link_in(told))
    expect(page.locator("main")).to_contain_text("Every line of this order")
    bea = portal.visit("bea", size)
    bea.goto(f"/orders/{order.pk}/#history")
    expect(bea.locator("#history")).to_contain_text(f"by the link sent to {ADDRESS}")
    keep(bea, "by-mail-buyer")
    fits(bea)
    accessible(bea)
    bea.get_by_role("button", name=f"Withdraw the link of {ADDRESS}").click()
    expect(bea.get_by_role("status")).to_contain_text(f"The link sent to {ADDRESS} opens nothing any more.")
    page.goto(link_in(told))
    expect(page.locator("main")).to_contain_text("This link was withdrawn.")
    keep(page, "by-mail-withdrawn")
    ada = portal.visit("ada", size)  # suppliers belong to all plants
    ada.goto("/order-links/")
    keep(ada, "order-links")
    fits(ada)
    accessible(ada)
    ada.get_by_role("button", name="Switch off for Acme Castings").click()
    expect(ada.get_by_role("status")).to_contain_text("Acme Castings answers signed in only.")
    bea.reload()
    expect(bea.locator("#mailed")).to_contain_text("Acme Castings does not answer from the e-mail")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_file_and_a_change_by_the_link(portal: Portal, size: tuple[int, int]) -> None:
    """He encloses a letter with his answer, and later answers the buyer's change request from its mail."""
    order = five_lines(portal)
    (mail,) = [one for one in post_mails() if one.to == [ADDRESS]]
    page = portal.visit("", size, dark=size == PHONE)
    page.goto(link_in(mail))
    page.get_by_role("button", name="Open the order").click()
    for position in range(1, 6):
        choose(page, position, "Accept")
    letter = {"name": "confirmation.txt", "mimeType": "text/plain", "buffer": b"Dear buyer, we confirm."}
    page.get_by_label("Files about the whole answer").set_input_files([letter])  # type: ignore[list-item]
    line = page.locator(".file-line").filter(has_text="confirmation.txt")
    expect(line).to_contain_text("Waiting for inspection")
    now = timezone.now()
    with everything():
        file = StoredFile.objects.get()
    inspecting.begin(actor=inspecting.INSPECTOR, file=file, at=now)
    with everything():
        file = StoredFile.objects.get()
    inspecting.settle(
        actor=inspecting.INSPECTOR, file=file, findings=[finding("size", PASSED)], media_type="text/plain",
        pages=None, at=now,
    )  # fmt: skip
    expect(line).to_contain_text("Accepted")
    keep(page, "by-mail-file")
    fits(page)
    accessible(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#history")).to_contain_text("confirmation.txt")
    expect(page.get_by_role("link", name="Ask for changes")).to_be_visible()
    post_mails()
    wish = Wish((PromisedDelivery(Decimal(100), working_day(45)),), reason="demand", comment="A fair is moved.")
    first = fresh_lines(order)[0]
    request_change(actor=portal.cast.actor("bea"), line=first, wish=wish, at=timezone.now())
    (asked,) = [one for one in post_mails() if one.to == [ADDRESS]]
    shown = portal.visit("", size, script=False)
    shown.set_content(str(asked.alternatives[0].content))
    keep(shown, "mail-change-by-link")
    fits(shown)
    later = portal.visit("", size)
    later.goto(whole_link_in(asked))
    later.get_by_role("button", name="Open the order").click()
    expect(later.get_by_role("heading", level=1)).to_have_text(f"Change request 1 of {order.number}")
    keep(later, "by-mail-change")
    fits(later)
    accessible(later)
    later.get_by_role("button", name="Accept this offer").click()
    expect(later.get_by_role("status")).to_contain_text("Change request 1 is agreed")
    later.goto(f"/orders/{order.pk}/changes/")
    later.get_by_label("Tick line 2").check()
    keep(later, "by-mail-ask")
    fits(later)
    accessible(later)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_mails_look_right(portal: Portal, dark: bool) -> None:
    order = five_lines(portal)
    (mail,) = [one for one in post_mails() if one.to == [ADDRESS]]
    for size in (DESK, PHONE):
        page = portal.visit("", size, dark=dark, script=False)
        page.set_content(str(mail.alternatives[0].content))
        expect(page.get_by_role("link", name="Answer the order")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text(order.number)
        keep(page, f"mail-order{'-dark' if dark else ''}")
        fits(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_waits_again_is_mailed_and_says_what_changed(portal: Portal, size: tuple[int, int]) -> None:
    """Other delivery terms after the answer: the mail, and the callout on the page behind its link."""
    order = five_lines(portal)
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    anna = portal.cast.actor("anna")
    acknowledge(actor=anna, order=order, answers=answers, channel="page", at=timezone.now())
    post_mails()
    revise(order, incoterm="DAP", quantity=Decimal(80))
    (mail,) = [one for one in post_mails() if one.to == [ADDRESS]]
    dark = size == PHONE
    shown = portal.visit("", size, dark=dark, script=False)
    shown.set_content(str(mail.alternatives[0].content))
    expect(shown.get_by_role("link", name="Answer the order")).to_be_visible()
    expect(shown.locator("body")).to_contain_text("FCA → DAP")
    keep(shown, "mail-revised")
    fits(shown)
    page = portal.visit("", size, dark=dark)
    page.goto(link_in(mail))
    page.get_by_role("button", name="Open the order").click()
    expect(page.locator("main")).to_contain_text("Changed since your answer")
    keep(page, "by-mail-revised")
    fits(page)
    accessible(page)


def test_without_script(portal: Portal) -> None:
    order = five_lines(portal)
    (mail,) = [one for one in post_mails() if one.to == [ADDRESS]]
    page = portal.visit("", PHONE, script=False)
    page.goto(link_in(mail))
    page.get_by_role("button", name="Open the order").click()
    choose(page, 1, "Accept")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#history")).to_contain_text(f"by the link sent to {ADDRESS}")
    assert fresh_lines(order)[0].state == "agreed"
