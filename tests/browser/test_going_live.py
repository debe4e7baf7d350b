"""A supplier goes live: his people are invited from Odoo's contacts, and he reads of his orders in one mail."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.shared.acting import acting
from suppliers.actions.activation import move_all, set_mode
from suppliers.actions.digests import remind
from suppliers.models import Supplier
from suppliers.queries import addresses
from suppliers.states import Mode
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import SET_UP, ReleaseOrder
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.committed
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


def contact(name: str, email: str, function: str = "", language: str = "") -> dict[str, str]:
    return {"name": name, "function": function, "email": email, "phone": "", "language": language}


@pytest.fixture
def known(portal: Portal) -> Portal:
    """What Odoo has of both suppliers, as it is in life."""
    acme = [
        contact("Karl Kern", "karl.kern@acme.example", "Head of sales", "de"),
        contact("Quirin Quade", "Quirin Quade <q.quade@acme.example>", "Quality manager"),
        contact("Anna Abel", "anna@acme.example", "Order desk"),
        contact("Agentur Blau", "office@blau.example", "Agency"),
        contact("Warehouse, gate 3", ""),
        contact("Olga Orth", "olga at acme"),
        contact("Bea Brandt", "bea@nordwerk.example"),
    ]
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=portal.cast.acme.pk).update(contacts=acme, email="orders@acme.example")
        Supplier.objects.filter(pk=portal.cast.borealis.pk).update(
            contacts=[contact("Lena Lund", "lena@borealis.example"), contact("Agentur Blau", "office@blau.example")]
        )
    return portal


def seen(page: Page, name: str) -> None:
    keep(page, name)
    fits(page)
    accessible(page)


@SIZES
def test_from_the_wave_to_the_first_sign_in(known: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    release_order(number="P1")
    release_order(number="P2", supplier=known.cast.borealis)
    set_mode(actor=SET_UP, mode=Mode.OBSERVE, cut_over=timezone.now(), plant=known.cast.ham, at=timezone.now())
    ada = known.visit("ada", size)
    ada.goto("/go-live/")
    ada.get_by_role("row", name="Hamburg works").get_by_role("link", name="Invite their people").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Invite from Odoo's contacts")
    seen(ada, "contacts")
    expect(ada.get_by_role("row", name="Agentur Blau").first).to_contain_text("Also a contact of Borealis Polymers")
    expect(ada.get_by_label("Invite karl.kern@acme.example")).to_be_checked()
    expect(ada.get_by_label("Invite office@blau.example").first).not_to_be_checked()
    expect(ada.get_by_label("Invite anna@acme.example")).to_have_count(0)
    expect(ada.get_by_label("Role of q.quade@acme.example")).to_have_value("quality")
    expect(ada.locator("main")).to_contain_text("Nobody there can invite colleagues yet")
    ada.get_by_label("Role of lena@borealis.example").select_option("Administrator")
    ada.get_by_label("Invite q.quade@acme.example").uncheck()
    ada.get_by_role("button", name="Invite those ticked").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("2 people invited")
    expect(ada.get_by_role("row", name="Lena Lund")).to_contain_text("Administrator")
    seen(ada, "contacts-invited")
    ada.get_by_role("link", name="Back to the contacts").click()
    expect(ada.get_by_role("row", name="Karl Kern")).to_contain_text("Invited already")
    ada.get_by_label("Invite q.quade@acme.example").uncheck()
    ada.get_by_role("button", name="Invite those ticked").click()
    expect(ada.get_by_role("alert")).to_be_focused()
    expect(ada.get_by_role("alert")).to_contain_text("Choose at least one contact.")
    seen(ada, "contacts-refused")
    dark = known.visit("ada", size, dark=True)
    dark.goto("/people/contacts/")
    seen(dark, "contacts-dark")
    mails = {message.to[0]: message for message in post_mails()}
    assert set(mails) == {"karl.kern@acme.example", "lena@borealis.example"}
    lena = known.visit("", size)
    lena.goto(link_in(mails["lena@borealis.example"]))
    expect(lena.locator("main")).to_contain_text("Ada Arndt invites you to work for Borealis Polymers.")


@SIZES
def test_without_script(known: Portal, size: tuple[int, int]) -> None:
    ada = known.visit("ada", size, script=False)
    ada.goto("/people/")
    ada.get_by_role("link", name="From Odoo's contacts").click()
    expect(ada.get_by_role("button", name="Tick all of this page")).to_have_count(0)
    ada.get_by_label("Search").fill("borealis")
    ada.get_by_role("button", name="Show").click()
    expect(ada.get_by_role("row", name="Karl Kern")).to_have_count(0)
    ada.get_by_role("button", name="Invite those ticked").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("1 person invited")


def shown(portal: Portal, mail: Any, name: str, size: tuple[int, int]) -> None:
    for dark in (False, True):
        reader = portal.visit("", size, dark=dark)
        reader.set_content(mail.alternatives[0].content)
        seen(reader, f"mail-{name}{'-dark' if dark else ''}")


@SIZES
def test_the_mails_of_a_supplier_without_an_account(
    known: Portal, release_order: ReleaseOrder, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    before = now - dt.timedelta(days=9)
    set_mode(actor=SET_UP, mode=Mode.OFF, cut_over=before, at=before)
    for number in range(1, 6):
        release_order(*(known.cast.line(10 * number) for _ in range(number)), number=f"P0000{number}", at=before)
    set_mode(actor=SET_UP, mode=Mode.ON, cut_over=now - dt.timedelta(days=30), at=before)
    move_all(before)
    mails = {message.to[0]: message for message in post_mails()}
    shown(known, mails["anna@acme.example"], "live-anna", size)
    shown(known, mails["orders@acme.example"], "live-desk", size)
    monkeypatch.setattr(addresses, "morning", lambda at, *_clock: (at.date(), at))  # whatever the time is here
    remind(now)
    (reminder,) = [message for message in post_mails() if message.to == ["orders@acme.example"]]
    shown(known, reminder, "reminder-desk", size)
    desk = known.visit("", size)
    desk.goto(link_in(reminder))
    desk.get_by_role("button", name="Open the order").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("P0000")
    seen(desk, "reminder-order")
