"""Invited, accepted, a factor set up, signed in again: at a desk and on a phone; and by passkey alone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import Page, expect

from suppliers.actions.colleagues import require_factor
from suppliers.models import User
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import PASSWORD
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.committed


def invite(portal: Portal, size: tuple[int, int]) -> str:
    """Aron invites Nina on the page; the path in the mail that she gets."""
    aron = portal.visit("aron", size)
    aron.goto("/people/")
    keep(aron, "people")
    fits(aron)
    aron.get_by_role("link", name="Invite").click()
    aron.get_by_label("E-mail address").fill("nina@acme.example")
    aron.get_by_label("Name").fill("Nina Neu")
    aron.get_by_label("Order desk").check()
    keep(aron, "invite")
    fits(aron)
    aron.get_by_role("button", name="Send the invitation").click()
    expect(aron.get_by_role("status")).to_contain_text("An invitation is on its way to nina@acme.example.")
    expect(aron.get_by_role("row", name="nina@acme.example")).to_contain_text("Order desk")
    keep(aron, "people-invited")
    (message,) = post_mails()
    return link_in(message)


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_invitation_to_the_second_sign_in(portal: Portal, size: tuple[int, int]) -> None:
    require_factor(
        actor=portal.cast.actor("aron"), supplier=portal.cast.acme, required=True, grace_days=30, at=timezone.now()
    )
    path = invite(portal, size)
    nina = portal.visit("", size)
    nina.goto(path)
    expect(nina.get_by_role("heading", level=1)).to_have_text("Invitation")
    expect(nina.locator("main")).to_contain_text("Aron Adler invites you to work for Acme Castings.")
    keep(nina, "invitation")
    fits(nina)
    accessible(nina)
    nina.get_by_label("Password").fill("short")
    nina.get_by_role("button", name="Accept", exact=True).click()
    expect(nina.get_by_role("alert")).to_be_focused()
    nina.get_by_label("Password").fill(PASSWORD)
    nina.get_by_label("Time zone").select_option("Europe/Vienna")
    nina.get_by_role("button", name="Accept", exact=True).click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")
    expect(nina.locator("main")).to_contain_text("you need a second factor to come in")
    keep(nina, "first-page")
    fits(nina)
    nina.get_by_role("link", name="Set it up now").click()
    keep(nina, "factors")
    nina.get_by_role("link", name="Set up the app").click()
    secret = nina.get_by_label("Or type this secret into the app").input_value()
    keep(nina, "app")
    nina.get_by_label("code").fill(code_for(secret))
    nina.get_by_role("button", name="Switch it on").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    keep(nina, "codes")
    fits(nina)
    accessible(nina)
    again = portal.visit("", size)
    sign_in(again)
    expect(again.get_by_role("heading", level=1)).to_have_text("Second factor")
    keep(again, "authenticate")
    fits(again)
    accessible(again)
    again.get_by_label("code").fill(code_for(secret))
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")
    again.goto("/account/")
    expect(again.get_by_role("button", name="Sign out everywhere else")).to_be_visible()
    keep(again, "account")
    fits(again)
    again.get_by_role("button", name="Sign out everywhere else").click()
    expect(again.get_by_role("status")).to_contain_text("Signed out everywhere else.")
    nina.goto("/orders/")
    expect(nina.get_by_role("heading", level=1)).to_have_text("Sign in")


def sign_in(page: Page, email: str = "nina@acme.example", password: str = PASSWORD) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def with_authenticator(page: Page) -> Any:
    """A device with a fingerprint reader, as the browser sees it."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_by_passkey_alone(portal: Portal, size: tuple[int, int]) -> None:
    path = invite(portal, size)
    nina = portal.visit("", size)
    with_authenticator(nina)
    nina.goto(path)
    nina.get_by_role("button", name="Accept, and add a passkey instead").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Add a passkey")
    keep(nina, "passkey")
    fits(nina)
    nina.get_by_label("Name of the passkey").fill("Phone")
    nina.get_by_role("button", name="Add the passkey").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    user = User.objects.get(email="nina@acme.example")
    assert not user.has_usable_password()
    nina.goto("/accounts/2fa/webauthn/")
    expect(nina.locator("main")).to_contain_text("Phone")
    keep(nina, "passkeys")
    nina.goto("/accounts/logout/")
    nina.get_by_role("button", name="Sign out").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Sign in")
    nina.get_by_role("button", name="Use a passkey").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")


def test_leaving(portal: Portal) -> None:
    anna = portal.visit("anna")
    anna.goto("/orders/")
    aron = portal.visit("aron", PHONE)
    aron.goto("/people/")
    aron.get_by_role("link", name="Anna Abel").click()
    keep(aron, "person")
    fits(aron)
    aron.get_by_role("button", name="End the access").click()
    expect(aron.get_by_role("status")).to_contain_text("Anna Abel has no access here any more.")
    anna.goto("/orders/")
    expect(anna.get_by_role("heading", level=1)).to_have_text("Sign in")
    aron.get_by_role("link", name="Aron Adler").click()
    aron.get_by_role("button", name="End my own access").click()
    expect(aron.get_by_role("alert")).to_contain_text("This is the last administrator of Acme Castings.")
