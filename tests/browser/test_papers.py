"""A look is set with a preview; an order is taken along as a PDF that bears it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from documents import tasks as file_tasks
from suppliers import tasks
from suppliers.models import Branding
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder, everything
from tests.documents.made import a_png
from tests.documents.world import accepted

pytestmark = pytest.mark.committed


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_look_to_the_paper(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    order = release_order(portal.cast.line(100), portal.cast.line(40))
    accepted(portal.cast.actor("ada"), a_png(), "logo.png", "logo")
    page = portal.visit("ada", size)
    page.goto("/branding/")
    page.get_by_role("textbox", name="Name").fill("Nordwerk GmbH")
    expect(page.locator("#preview")).to_contain_text("Nordwerk GmbH")
    page.get_by_label("Accent").fill("#ffcc00")
    expect(page.locator("#preview")).to_contain_text("hardly be seen")
    page.get_by_label("Colour of text").fill("#dddddd")
    expect(page.locator("#preview")).to_contain_text("cannot be read")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be set")
    fits(page)
    accessible(page)
    page.get_by_label("Colour of text").fill("#22272b")
    page.get_by_label(re.compile("logo.png")).check()
    expect(page.locator("#preview image")).to_have_count(2)
    keep(page, f"branding-preview-{size[0]}")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_text("look like this from now on")).to_be_visible()
    with everything():
        set_now = Branding.objects.get()
    assert (set_now.name, set_now.accent, set_now.ink) == ("Nordwerk GmbH", "#ffcc00", "#22272b")

    page = portal.visit("anna", size)
    page.goto(f"/orders/{order.pk}/")
    page.get_by_role("link", name="PDF").click()
    page.get_by_label("Paper").select_option("letter")
    page.get_by_role("button", name="Make the PDF").click()
    expect(page.get_by_text("is being drawn")).to_be_visible()
    fits(page)
    accessible(page)
    keep(page, f"print-waiting-{size[0]}")
    tasks.print_orders()
    file_tasks.inspect()
    opened = page.get_by_role("link", name=f"Open {order.number}-r1.pdf")
    expect(opened).to_be_visible()  # the page asked again by itself
    expect(page.locator("progress")).to_have_count(0)
    fits(page)
    accessible(page)
    keep(page, f"print-ready-{size[0]}")
    answer = page.request.get(opened.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def test_a_logo_can_be_chosen_as_soon_as_it_was_inspected(portal: Portal) -> None:
    page = portal.visit("ada", PHONE)
    page.goto("/branding/")
    page.get_by_role("textbox", name="Name").fill("Nordwerk AG")  # typed before, and not lost
    page.get_by_label("Choose a picture").set_input_files(
        {"name": "wheel.png", "mimeType": "image/png", "buffer": a_png()}
    )
    expect(page.locator("[data-upload-lines]")).to_contain_text("wheel.png")
    file_tasks.inspect()
    page.get_by_role("radio", name=re.compile("wheel.png")).check()
    expect(page.locator("#preview image")).to_have_count(2)
    keep(page, "branding-logo-live")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_text("look like this from now on")).to_be_visible()
    with everything():
        now = Branding.objects.select_related("logo").get()
    assert now.logo is not None
    assert (now.name, now.logo.name) == ("Nordwerk AG", "wheel.png")
