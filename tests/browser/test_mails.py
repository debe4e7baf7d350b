"""Mails: what somebody is told, chosen on a page; what was sent, on the log; what it looks like in a mail program."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from suppliers.actions.accounts import door
from suppliers.actions.acknowledgements import LineAnswer, PromisedDelivery, acknowledge
from suppliers.actions.digests import remind
from suppliers.actions.wishes import choose_mails
from suppliers.models import User
from suppliers.states import AnswerKind, Reason
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder, fresh_lines
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.committed


def first_morning(portal: Portal, release_order: ReleaseOrder) -> list[Any]:
    """Some orders nobody answers for a week, and one that nobody decides; then it is morning for everybody."""
    now = timezone.now()
    before = now - dt.timedelta(days=8)
    for number, quantity in enumerate((40, 80, 120), start=1):
        release_order(portal.cast.line(quantity), at=before, number=f"P0000{number}")
    order = release_order(portal.cast.line(100), at=before, number="P00004")
    (line,) = fresh_lines(order)
    late = PromisedDelivery(line.quantity, line.requested_date + dt.timedelta(days=30))
    said = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, (late,), reason=Reason.CAPACITY)
    acknowledge(actor=portal.cast.actor("anna"), order=order, answers=[said], channel="page", at=before)
    # Somewhere it is morning now: everybody lives there.
    offset = (8 - now.hour) % 24
    zone = f"Etc/GMT{-offset:+d}" if offset <= 12 else f"Etc/GMT{24 - offset:+d}"
    for person in portal.cast.people.values():
        if person.kind != "machine":
            User.objects.filter(pk=person.pk).update(time_zone=zone)
            choose_mails(actor=door(), person=person, days=[1, 2, 3, 4, 5, 6, 7], at=now)
    assert remind(now) == 4
    return post_mails()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_morning_to_a_quiet_box(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    mails = {message.to[0].partition("@")[0]: message for message in first_morning(portal, release_order)}
    assert set(mails) == {"anna", "aron", "bea", "ada"}
    for name, message in mails.items():
        for dark in (False, True):
            reader = portal.visit("", size, dark=dark)
            reader.set_content(message.alternatives[0].content)
            fits(reader)
            accessible(reader)
            keep(reader, f"mail-{name}{'-dark' if dark else ''}")
    anna = portal.visit("anna", size)
    anna.goto(link_in(mails["anna"]))
    expect(anna.get_by_role("heading", level=1)).to_have_text("P00001")
    anna.goto("/account/")
    anna.get_by_role("link", name="Your mails").click()
    keep(anna, "mails")
    fits(anna)
    accessible(anna)
    anna.get_by_label("Orders that wait for an answer").select_option("Never")
    anna.get_by_label("From").select_option("09:00")
    anna.get_by_label("Sunday").uncheck()
    anna.get_by_role("button", name="Keep").click()
    expect(anna.get_by_role("status")).to_contain_text("Kept.")
    expect(anna.get_by_label("Orders that wait for an answer")).to_have_value("off")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"):
        anna.get_by_label(day).uncheck()
    anna.get_by_role("button", name="Keep").click()
    expect(anna.get_by_role("alert")).to_be_focused()
    keep(anna, "mails-refused")
    anna.goto("/account/mails/sent/")
    expect(anna.get_by_role("row", name="3 orders wait for you")).to_contain_text("P00001, P00002, P00003")
    keep(anna, "mails-own")
    fits(anna)
    accessible(anna)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_who_got_what(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    first_morning(portal, release_order)
    ada = portal.visit("ada", size)
    ada.goto("/ledger/")
    ada.get_by_role("link", name="Sent mails").click()
    expect(ada.get_by_role("row", name="Anna Abel")).to_contain_text("Delivered")
    keep(ada, "sent")
    fits(ada)
    accessible(ada)
    ada.get_by_label("Search").fill("nobody like that")
    ada.get_by_label("Search").press("Enter")
    expect(ada.get_by_role("heading", name="No mail fits")).to_be_visible()
    ada.goto("/ledger/mails/")
    ada.get_by_role("link", name="3 orders wait for you", exact=True).click()
    expect(ada.get_by_role("heading", level=1)).to_contain_text("Letter about")
    keep(ada, "sent-letter")
    bea = portal.visit("bea", size)
    bea.goto("/orders/?q=P00001")
    bea.get_by_role("link", name="P00001").click()
    expect(bea.locator("#history")).to_contain_text("In the daily mail: Orders that wait for an answer")
    keep(bea, "sent-story")
    bea.get_by_role("link", name="Its way to Odoo").click()
    expect(bea.get_by_role("row", name="Anna Abel")).to_be_visible()
    keep(bea, "sent-path")
    fits(bea)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_stopped_from_the_mail(portal: Portal, release_order: ReleaseOrder, size: tuple[int, int]) -> None:
    (message,) = [one for one in first_morning(portal, release_order) if one.to == ["anna@acme.example"]]
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    reader = portal.visit("", size)
    reader.goto(link.replace("http://localhost:8000", ""))
    expect(reader.get_by_role("heading", level=1)).to_have_text("Stop mails")
    keep(reader, "stop")
    fits(reader)
    accessible(reader)
    reader.get_by_role("button", name="Stop these mails").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("These mails are stopped")
    keep(reader, "stopped")
