"""What a person does with his own account, from the first page to the last, at a desk and on a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.shared.acting import acting
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.actions.colleagues import require_factor
from suppliers.models import Membership
from suppliers.states import AnswerKind, Role
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.browser.test_people import code_for, invite, sign_in, with_authenticator
from tests.cast import PASSWORD, SET_UP, ReleaseOrder, fresh_lines
from tests.mail import link_in, post_mails
from tests.openid import Provider, claims

pytestmark = pytest.mark.committed

ANOTHER = "a-longer-way-round-the-lake"
sizes = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
dark_at_a_desk = pytest.mark.parametrize(
    ("size", "dark"), [(DESK, True), (PHONE, False)], ids=["desk-dark", "phone-light"]
)


def come_in(page: Page, email: str = "anna@acme.example", password: str = PASSWORD) -> None:
    """Sign in, and see the first page."""
    sign_in(page, email, password)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")


def knows_a_password(portal: Portal, *who: str) -> None:
    for name in who:
        user = portal.cast.people[name]
        user.set_password(PASSWORD)
        user.save()


def look(page: Page, name: str) -> None:
    """As a person looks at a page: all of it is there, and can be read."""
    keep(page, name)
    fits(page)
    accessible(page)


def heading(page: Page) -> str:
    page.wait_for_load_state("load")
    return page.get_by_role("heading", level=1).inner_text().strip()


def said(page: Page, text: str) -> None:
    """A toast that says so, on a full page or beside the menu."""
    expect(page.locator(".toasts")).to_contain_text(text)


def open_menu(page: Page) -> None:
    assert page.viewport_size is not None
    on_a_phone = page.viewport_size["width"] == PHONE[0]
    page.locator("details.menu summary" if on_a_phone else "details.people summary").click()


@dark_at_a_desk
def test_a_forgotten_password(portal: Portal, size: tuple[int, int], dark: bool) -> None:
    """From the sign-in page by the mail's link, and in; whoever was in with the old one is out."""
    knows_a_password(portal, "anna")
    elsewhere = portal.visit("anna")
    elsewhere.goto("/orders/")
    page = portal.visit("", size, dark=dark)
    page.goto("/orders/")
    page.get_by_role("link", name="Forgot").click()
    look(page, "reset-ask")
    page.get_by_label("Email").fill("Anna@acme.example")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    look(page, "reset-asked")
    (message,) = post_mails()
    assert message.to == ["anna@acme.example"]
    page.goto(link_in(message))
    expect(page.get_by_role("heading", level=1)).to_have_text("New password")
    for field in page.locator("input[type=password]").all():
        field.fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator("input[aria-invalid=true]").first).to_be_focused()
    look(page, "reset-refused")
    for field in page.locator("input[type=password]").all():
        field.fill(ANOTHER)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The new password is set")
    look(page, "reset-done")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    come_in(page, password=ANOTHER)
    elsewhere.goto("/orders/")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    told = post_mails()
    assert [message.subject.partition("] ")[2] or message.subject for message in told] == [
        "The password of your account was set anew"
    ]
    page.goto(link_in(message))
    expect(page.get_by_role("heading", level=1)).to_have_text("This link is no longer valid")


@dark_at_a_desk
def test_another_address(portal: Portal, size: tuple[int, int], dark: bool) -> None:
    """Asked for, proved by the mail there, told to the old one; signing in goes on with the new one."""
    knows_a_password(portal, "anna")
    page = portal.visit("", size, dark=dark)
    come_in(page)
    page.goto("/account/")
    page.get_by_label("New address").fill("anna@new.example")
    page.get_by_role("button", name="Send a link there").click()
    said(page, "A mail is on its way to anna@new.example.")
    expect(page.locator("main")).to_contain_text("anna@new.example waits to be confirmed")
    look(page, "address-asked")
    (message,) = post_mails()
    assert message.to == ["anna@new.example"]
    # The link is opened where the mail is read: nobody is signed in there.
    there = portal.visit("", size, dark=dark)
    there.goto(link_in(message))
    look(there, "address-confirm")
    there.get_by_role("button", name="Confirm").click()
    expect(there.get_by_role("heading", level=1)).to_have_text("The address is confirmed")
    look(there, "address-confirmed")
    (told,) = post_mails()
    assert told.to == ["anna@acme.example"]
    page.reload()
    expect(page.locator("main")).to_contain_text("You sign in with anna@new.example")
    there.get_by_role("link", name="To the portal").click()
    sign_in(there, "anna@acme.example")
    expect(there.get_by_role("alert")).to_be_visible()
    come_in(there, "anna@new.example")


def test_another_address_is_asked_for_after_a_while(portal: Portal) -> None:
    """Whoever signed in long ago says his password again, and what he typed is not lost."""
    knows_a_password(portal, "anna")
    page = portal.visit("anna", PHONE)  # signed in, but nobody knows how long ago
    page.goto("/account/")
    page.get_by_label("New address").fill("anna@new.example")
    page.get_by_role("button", name="Send a link there").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    look(page, "reauthenticate")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    said(page, "A mail is on its way to anna@new.example.")


@dark_at_a_desk
def test_acting_for_another_supplier(
    portal: Portal, release_order: ReleaseOrder, size: tuple[int, int], dark: bool
) -> None:
    """One person, two suppliers: what is seen changes with the choice, and links keep leading to what they name."""
    cast = portal.cast
    with acting(SET_UP, write=True):
        Membership.objects.create(user=cast.people["anna"], supplier=cast.borealis, role=Role.ORDER_DESK)
    at_acme = release_order(number="P00101")
    at_borealis = release_order(number="P00202", supplier=cast.borealis)
    page = portal.visit("anna", size, dark=dark)
    page.goto("/orders/")
    expect(page.get_by_role("link", name="P00101")).to_be_visible()
    expect(page.get_by_role("row", name="P00202")).to_contain_text("Borealis Polymers")
    if size == PHONE:
        page.get_by_text("Menu", exact=True).click()
    look(page, "acting-for")
    page.get_by_role("button", name="Borealis Polymers").click()
    page.goto("/orders/")
    expect(page.get_by_role("link", name="P00202")).to_be_visible()
    expect(page.get_by_role("link", name="P00101")).to_have_count(0)
    look(page, "acting-for-one")
    page.goto(f"/orders/{at_borealis.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("P00202")
    # The link of a mail about the other one's order: she may see it, so it opens.
    page.goto(f"/orders/{at_acme.pk}/")
    expect(page.locator("main")).to_contain_text("You act for Borealis Polymers alone at the moment.")
    look(page, "acting-for-link-to-another")
    page.get_by_role("button", name="Act for all of them, and look again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("P00101")


@sizes
def test_a_required_factor_and_a_recovery_code(portal: Portal, size: tuple[int, int]) -> None:
    """Acme lets nobody in without one: Anna is led to the app, and later, without it, comes in by a recovery code."""
    knows_a_password(portal, "anna")
    require_factor(
        actor=portal.cast.actor("aron"), supplier=portal.cast.acme, required=True, grace_days=0, at=timezone.now()
    )
    page = portal.visit("", size, dark=size == PHONE)
    sign_in(page, "anna@acme.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor and passkeys")
    expect(page.locator("main")).to_contain_text("Set one up to go on")
    look(page, "factor-required")
    page.goto("/orders/")
    expect(page.locator("main")).to_contain_text("Set one up to go on")
    page.get_by_role("link", name="Set up the app").click()
    look(page, "factor-app")
    secret = page.get_by_label("Or type this secret into the app").input_value()
    page.get_by_label("code").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_label("code")).to_be_focused()
    look(page, "factor-app-refused")
    page.get_by_label("code").fill(code_for(page.get_by_label("Or type this secret into the app").input_value()))
    assert secret
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    code = page.get_by_label("Codes").input_value().split()[0]
    look(page, "factor-codes")
    page.get_by_role("link", name="To the portal", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")
    lost = portal.visit("", size, dark=size == PHONE)
    sign_in(lost, "anna@acme.example")
    expect(lost.get_by_role("heading", level=1)).to_have_text("Second factor")
    lost.get_by_label("code").fill(code)
    lost.get_by_role("button", name="Sign in").click()
    expect(lost.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")
    lost.goto("/accounts/2fa/")
    expect(lost.locator("main")).to_contain_text("9 codes left")
    look(lost, "factor-one-code-less")
    again = portal.visit("", size)
    sign_in(again, "anna@acme.example")
    again.get_by_label("code").fill(code)
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_label("code")).to_be_focused()
    look(again, "factor-code-used")


@sizes
def test_a_passkey_as_the_second_factor(portal: Portal, size: tuple[int, int]) -> None:
    knows_a_password(portal, "anna")
    page = portal.visit("", size)
    with_authenticator(page)
    come_in(page)
    page.goto("/account/")
    page.get_by_role("link", name="Manage").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("Laptop")
    open_menu(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, "anna@acme.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")


@dark_at_a_desk
def test_signed_out_elsewhere(portal: Portal, size: tuple[int, int], dark: bool) -> None:
    """She sees where she is signed in, and ends one place; the other one stays."""
    knows_a_password(portal, "anna")
    here, left, another = (portal.visit("", size, dark=dark) for _place in range(3))
    for page in (left, another, here):
        come_in(page)
    here.goto("/account/")
    places = here.get_by_role("region", name="Where you are signed in").get_by_role("listitem")
    expect(places).to_have_count(3)
    look(here, "sessions")
    places.nth(2).get_by_role("button").click()  # the oldest is last
    said(here, "Signed out there.")
    expect(places).to_have_count(2)
    for page in (left, another):
        page.goto("/orders/")
    assert (heading(left), heading(another)) == ("Sign in", "Orders")


@dark_at_a_desk
def test_staff_come_in_by_their_organisation(
    portal: Portal, provider: Provider, size: tuple[int, int], dark: bool
) -> None:
    """By the button, over the other side and back to the page that was wanted; a stranger is told what to do."""
    page = portal.visit("", size, dark=dark)
    page.goto("/decisions/")
    look(page, "oidc-door")
    provider.claims = claims("stranger@nordwerk.example")
    page.get_by_role("link", name="Staff: by Nordwerk").click()
    expect(page.locator("main")).to_contain_text("Nobody on the staff is enrolled with this address.")
    look(page, "oidc-stranger")
    provider.claims = claims("bea@nordwerk.example")
    page.goto("/decisions/")
    page.get_by_role("link", name="Staff: by Nordwerk").click()
    expect(page).to_have_url(f"{portal.address}/decisions/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Decisions")
    page.goto("/account/")
    look(page, "oidc-account")


@dark_at_a_desk
def test_who_leaves_leaves_his_history(
    portal: Portal, release_order: ReleaseOrder, size: tuple[int, int], dark: bool
) -> None:
    """Aron ends Anna's access: what she answered stays under her name. Restored, she has her role again."""
    order = release_order()
    (line,) = fresh_lines(order)
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
    acknowledge(actor=portal.cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())
    page = portal.visit("aron", size, dark=dark)
    page.goto("/people/")
    page.get_by_role("link", name="Anna Abel").click()
    look(page, "leaving")
    page.get_by_role("button", name="End the access").click()
    said(page, "Anna Abel has no access here any more.")
    look(page, "left")
    page.goto("/people/")
    expect(page.get_by_role("row", name="Anna Abel")).to_contain_text("no access")
    page.goto(f"/orders/{order.pk}/")
    expect(page.locator(".timeline-portal")).to_contain_text("Anna Abel")
    buyer = portal.visit("bea", size, dark=dark)
    buyer.goto(f"/orders/{order.pk}/")
    expect(buyer.locator(".timeline-portal")).to_contain_text("Anna Abel")
    page.goto("/people/")
    page.get_by_role("link", name="Anna Abel").click()
    page.get_by_role("button", name="Restore the access").click()
    page.get_by_role("link", name="Anna Abel").click()
    expect(page.get_by_role("checkbox", name="Order desk")).to_be_checked()
    look(page, "restored")


@dark_at_a_desk
def test_an_invitation_is_corrected_by_its_reader(portal: Portal, size: tuple[int, int], dark: bool) -> None:
    """The address, the name and the language were wrong: she says so, and goes on with what is right."""
    path = invite(portal, size)
    nina = portal.visit("", size, dark=dark)
    nina.goto(path)
    nina.get_by_text("This is not my address").click()
    nina.get_by_label("Your address").fill("nina@acme.example")
    nina.get_by_role("button", name="Send me a link there").click()
    expect(nina.get_by_role("alert")).to_be_focused()
    look(nina, "correct-refused")
    nina.get_by_label("Your address").fill("nina.neumann@acme.example")
    nina.get_by_role("button", name="Send me a link there").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    look(nina, "correct-asked")
    (message,) = post_mails()
    assert message.to == ["nina.neumann@acme.example"]
    nina.goto(link_in(message))
    look(nina, "correct-confirm")
    nina.get_by_role("button", name="Confirm").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Invitation")
    expect(nina.locator("main")).to_contain_text("nina.neumann@acme.example")
    nina.get_by_label("Name").fill("Nina Neumann")
    nina.get_by_label("Language").select_option("de")
    nina.get_by_label("Password").fill(PASSWORD)
    look(nina, "correct-invitation")
    nina.get_by_role("button", name="Accept", exact=True).click()
    expect(nina.locator("html")).to_have_attribute("lang", "de")
    look(nina, "correct-first-page")
    other = portal.visit("", size)
    other.goto(path)
    expect(other.get_by_role("heading", level=1)).not_to_have_text("Invitation")
    look(other, "correct-old-link")
    aron = portal.visit("aron", size)
    aron.goto("/people/")
    expect(aron.get_by_role("row", name="Nina Neumann")).to_contain_text("nina.neumann@acme.example")
