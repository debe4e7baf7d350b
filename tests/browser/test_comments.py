"""Supplier and buyer write to each other on the order: with a file, by keys, without script, by the link in a mail."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from documents.tasks import inspect
from portal.shared.acting import acting
from suppliers.actions.comments import comment
from suppliers.models import OrderComment, PurchaseOrder, Supplier
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import SET_UP, ReleaseOrder, everything, fresh_lines
from tests.house.stage import accepted_file
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.committed
BOTH = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
ADDRESS = "orders@acme-castings.example"
DRAWING = {"name": "drawing.txt", "mimeType": "text/plain", "buffer": b"Drawing 4711 C"}


@pytest.fixture
def order(portal: Portal, release_order: ReleaseOrder) -> PurchaseOrder:
    """Two lines of brackets, wanted a month from now."""
    return release_order(portal.cast.line(1200), portal.cast.line(80), number="P00042")


@BOTH
def test_supplier_and_buyer_write_to_each_other(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    anna = portal.visit("anna", size)
    anna.goto(f"/orders/{order.pk}/")
    anna.get_by_role("link", name="Comments").click()
    section = anna.get_by_role("region", name="Comments")
    expect(section).to_contain_text("Nothing has been written yet")
    section.get_by_label("About").select_option(label="Line 2 · BR-100")
    section.get_by_label("Your comment").fill("Is drawing C the one you mean?\nWe have B.")
    section.get_by_label("Photos, drawings or letters").set_input_files([DRAWING])
    expect(section.get_by_text("Waiting for inspection")).to_be_visible()
    inspect()
    expect(section.get_by_text("Accepted", exact=True)).to_be_visible()
    keep(anna, "comments-writing")
    fits(anna)
    accessible(anna)
    section.get_by_role("button", name="Write", exact=True).click()
    expect(anna.get_by_role("status")).to_contain_text("Your comment is written, and the other side is told by mail.")
    expect(anna.locator("#comment-1")).to_contain_text("Line 2")

    bea = portal.visit("bea", size)
    bea.goto("/orders/?needs=unread")
    expect(bea.get_by_role("row", name=re.compile("P00042"))).to_contain_text("1 new comment")
    keep(bea, "comments-list")
    fits(bea)
    accessible(bea)
    bea.goto(f"/orders/{order.pk}/")
    bea.get_by_role("link", name="Comments 1 new").click()
    first = bea.locator("#comment-1")
    expect(first).to_contain_text("New")
    expect(first.get_by_role("link", name="drawing.txt")).to_be_visible()
    bea.get_by_label("Your comment").fill("Yes, C.")
    bea.get_by_role("button", name="Write", exact=True).click()
    expect(bea.locator("#comment-2")).to_contain_text("Yes, C.")
    expect(bea.get_by_role("link", name="Comments 2")).to_be_visible()
    keep(bea, "comments")
    fits(bea)
    accessible(bea)
    bea.goto("/orders/?needs=unread")
    expect(bea.get_by_text("P00042")).to_have_count(0)


def test_by_keys_and_a_file_is_taken_out_again(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna")
    anna.goto(f"/orders/{order.pk}/")
    section = anna.get_by_role("region", name="Comments")
    section.get_by_label("Photos, drawings or letters").set_input_files([DRAWING])
    section.get_by_role("button", name="Take out drawing.txt").press("Enter")
    expect(section.get_by_text("drawing.txt")).to_have_count(0)
    section.get_by_label("About").focus()
    anna.keyboard.press("Tab")
    anna.keyboard.type("Which drawing?")
    for _each in range(2):
        anna.keyboard.press("Tab")
    expect(section.get_by_role("button", name="Write", exact=True)).to_be_focused()
    anna.keyboard.press("Enter")
    expect(anna.locator("#comment-1")).to_contain_text("Which drawing?")


def test_without_script(portal: Portal, order: PurchaseOrder) -> None:
    anna = portal.visit("anna", script=False)
    anna.goto(f"/orders/{order.pk}/")
    section = anna.get_by_role("region", name="Comments")
    section.get_by_role("button", name="Write", exact=True).click()
    expect(anna.get_by_role("alert")).to_contain_text("Write something.")
    anna.get_by_label("Your comment").fill("Which drawing?")
    anna.get_by_label("Photos, drawings or letters").set_input_files([DRAWING])
    anna.get_by_role("button", name="Upload").click()
    expect(anna.get_by_label("Your comment")).to_have_value("Which drawing?")
    inspect()
    keep(anna, "comments-no-script")
    anna.get_by_role("button", name="Write", exact=True).click()
    expect(anna.locator("#comment-1").get_by_role("link", name="drawing.txt")).to_be_visible()


@BOTH
def test_by_the_link_in_the_mail(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=portal.cast.acme.pk).update(email=ADDRESS)
    comment(actor=portal.cast.actor("bea"), order=order, text="Please use drawing C.", at=timezone.now())
    (mail,) = [one for one in post_mails() if one.to == [ADDRESS]]
    page = portal.visit("", size)
    page.goto(link_in(mail))
    page.get_by_role("button", name="Open the order").click()
    page.get_by_role("link", name="Comments 1 new").click()
    expect(page.locator("#comment-1")).to_contain_text("Please use drawing C.")
    page.get_by_label("Your comment").fill("We will.")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.locator("#comment-2")).to_contain_text(f"{ADDRESS} Supplier (by the link sent to this address)")
    keep(page, "comments-by-link")
    fits(page)
    accessible(page)
    with everything():
        assert OrderComment.objects.get(number=2).actor_kind == "link"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_mail_and_the_page_of_all_comments(portal: Portal, order: PurchaseOrder, dark: bool) -> None:
    (line, *_rest) = fresh_lines(order)
    file = accepted_file(portal.cast.actor("anna"), portal.cast.acme.pk)
    now = timezone.now()
    questions = ("Which drawing do you mean?\nWe have <B> here, of May.", "And may we deliver in two steps?")
    for text, about, files in zip(questions, (line.pk, None), ((file.pk,), ()), strict=True):
        comment(actor=portal.cast.actor("anna"), order=order, text=text, line=about, files=files, at=now)
    (mail,) = post_mails()
    bea = portal.visit("bea", PHONE, dark=dark)
    bea.set_content(str(mail.alternatives[0].content))
    expect(bea.get_by_text("We have <B> here, of May.")).to_be_visible()
    keep(bea, f"comments-mail-{'dark' if dark else 'light'}")
    fits(bea)
    accessible(bea)
    bea.goto(f"/orders/{order.pk}/comments/")
    expect(bea.locator("#comment-1")).to_contain_text("New")
    keep(bea, f"comments-all-{'dark' if dark else 'light'}")
    fits(bea)
    accessible(bea)
