"""The mail channel: what leaves, to whom, in which words; and what happens when the mail server does not want it."""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import ssl
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from documents.brand import Brand
from integrations.office import delivery as office
from integrations.office.actions import desk
from integrations.office.channels.mail import SMTP, Post, failure_of, may_leave
from integrations.office.channels.mailings import MAILINGS, NOTICES
from integrations.office.channels.readers import Reader
from integrations.office.models import Delivery
from integrations.office.routes import MAIL, ROUTES
from integrations.office.states import DeliveryState
from integrations.slot.models import Exchange
from portal.shared.actor import Actor
from portal.shared.errors import Misconfigured, Permanent, Temporary
from suppliers.actions.accounts import door, tell
from suppliers.actions.branding import set_branding
from suppliers.models import User
from tests.cast import Cast, everything
from tests.documents.made import a_png
from tests.documents.world import accepted

pytestmark = pytest.mark.django_db
WHAT = "account/email/password_changed"


def notice(user: User, what: str = WHAT) -> None:
    tell(actor=door(user.name), person=user, what=what, at=timezone.now(), where={"ip": "10.1.2.3", "agent": "Firefox"})


def work(clock: dt.datetime | None = None) -> list[Delivery]:
    office.fan_out(timezone.now())
    done = []
    with Post() as post:
        while settled := office.deliver_one(post, lambda: clock or timezone.now()):
            done.append(settled)
    return done


class Server:
    """A mail server that does what it is told."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.took: list[Any] = []

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.took += messages
        return len(messages)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr("integrations.office.channels.mail.get_connection", lambda *_a, **_k: made)
    return made


def test_every_topic_that_goes_by_mail_says_to_whom_and_what() -> None:
    assert {topic for topic, channels in ROUTES.items() if MAIL in channels} == set(MAILINGS)
    assert all(said() for said in NOTICES.values())


def test_a_mail_is_plain_and_pretty_and_knows_what_caused_it(people: dict[str, User]) -> None:
    notice(people["anna"])
    (letter,) = work()
    (message,) = mail.outbox
    assert message.extra_headers["Message-ID"] == f"<{letter.event_id}.{people['anna'].pk}@localhost>"
    assert message.extra_headers["To"] == "Anna Abel <anna@acme.example>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    html = message.alternatives[0].content
    for part in (message.body, html):
        assert "Hello Anna Abel," in part
        assert "From: 10.1.2.3, Firefox" in part
    assert "http://localhost:8000" in html
    assert "<img" not in html


def test_what_a_name_holds_stays_text(people: dict[str, User]) -> None:
    people["anna"].name = '<b>A</b>"\r\nBcc: x@y.example'
    people["anna"].save()
    notice(people["anna"])
    work()
    (message,) = mail.outbox
    assert "<b>A</b>" not in message.alternatives[0].content
    assert message.recipients() == ["anna@acme.example"]
    assert message.message().get_all("Bcc") is None


def test_one_reader_waits_for_nobody_and_is_not_replaced(people: dict[str, User]) -> None:
    """Letters to Odoo carry a whole state and replace one another; mails each say something of their own."""
    notice(people["anna"])
    notice(people["anna"], "mfa/email/totp_activated")
    notice(people["boris"])
    assert [letter.state for letter in work()] == ["done"] * 3
    assert len(mail.outbox) == 3


def test_a_server_that_is_away_is_asked_again_with_the_same_message_id(people: dict[str, User], server: Server) -> None:
    server.answers = [ConnectionRefusedError("no"), smtplib.SMTPServerDisconnected("gone")]
    notice(people["anna"])
    (letter,) = work()
    assert (letter.state, letter.failures) == (DeliveryState.WAITING, 1)
    assert work() == [], "it is not due yet"
    work(timezone.now() + dt.timedelta(minutes=1))
    (letter,) = work(timezone.now() + dt.timedelta(minutes=5))
    assert letter.state == DeliveryState.DONE
    with everything():
        said = list(Exchange.objects.filter(operation="mail.send").order_by("at"))
    assert [one.outcome for one in said] == ["failed", "failed", "done"]
    assert len({one.request["message_id"] for one in said}) == 1


def test_an_address_that_is_refused_waits_for_a_person_and_may_be_sent_again(
    cast: Cast, people: dict[str, User], server: Server
) -> None:
    server.answers = [smtplib.SMTPRecipientsRefused({"anna@acme.example": (550, b"no such user")})]
    notice(people["anna"])
    (letter,) = work()
    assert (letter.state, letter.owner) == (DeliveryState.NEEDS_PERSON, "staff_administrator")
    notice(people["anna"])
    assert [one.state for one in work()] == ["done"], "the next one is not held up"
    client = Client()
    client.force_login(people["ada"])
    page = client.get(f"/ledger/letters/{letter.pk}/").content.decode()
    assert "550 no such user" in page
    assert "the mail program shows it once" in page
    assert client.get("/ledger/").status_code == 200
    buyer = Client()
    buyer.force_login(people["bea"])
    assert buyer.get(f"/ledger/letters/{letter.pk}/").status_code == 404, "mails are not a plant's"
    desk.retry(actor=cast.actor("ines"), delivery=letter, at=timezone.now())
    assert [one.state for one in work()] == ["done"]


@pytest.mark.parametrize(
    ("trouble", "kind", "code"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"later")}), Temporary, "mail_later"),
        (smtplib.SMTPAuthenticationError(535, b"no"), Misconfigured, "mail_login"),
        (smtplib.SMTPSenderRefused(553, b"no", "portal@localhost"), Misconfigured, "mail_sender"),
        (smtplib.SMTPDataError(554, b"spam"), Permanent, "mail_refused"),
        (smtplib.SMTPDataError(421, b"busy"), Temporary, "mail_unreachable"),
        (ssl.SSLCertVerificationError("old"), Misconfigured, "mail_certificate"),
        (TimeoutError("slow"), Temporary, "mail_unreachable"),
    ],
)
def test_what_a_failure_means(trouble: Exception, kind: type[Exception], code: str) -> None:
    failure = failure_of(trouble)
    assert (type(failure), failure.code) == (kind, code)


def test_a_worker_that_dies_loses_nothing(people: dict[str, User]) -> None:
    notice(people["anna"])
    office.fan_out(timezone.now())
    claimed = office.claim(timezone.now, MAIL)
    assert claimed is not None
    later = timezone.now() + dt.timedelta(minutes=10)
    assert office.sweep(later) == 1
    (letter,) = work(later)
    assert (letter.pk, letter.state) == (claimed.delivery.pk, DeliveryState.DONE)


def test_outside_production_mail_goes_to_the_allowed_alone(
    people: dict[str, User], settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_ALLOWED = SMTP, ["@acme.example", "me@nordwerk.example"]
    settings.MAIL_FOLDER = tmp_path
    assert may_leave("Anna@ACME.example")
    assert may_leave("me@nordwerk.example")
    for address in ("you@nordwerk.example", "a@evil-acme.example", "a@acme.example.evil.example", "acme.example"):
        assert not may_leave(address)
    notice(people["boris"])
    (letter,) = work()
    assert letter.state == DeliveryState.DONE
    (kept,) = tmp_path.iterdir()
    assert "To: Boris Berg <boris@borealis.example>" in kept.read_text()
    with everything():
        assert Exchange.objects.get(operation="mail.send").answer == {"by": "folder"}
    settings.PRODUCTION = True
    assert not may_leave("anybody@anywhere.example")  # a rehearsal of the real one
    settings.LIVE = True
    assert may_leave("anybody@anywhere.example")


def test_a_mail_says_which_environment_it_is_from(people: dict[str, User], settings: Any) -> None:
    settings.ENVIRONMENT, settings.EMAIL_SUBJECT_PREFIX = "Staging", "[Staging] "
    notice(people["boris"])
    work()
    (one,) = mail.outbox
    assert one.subject.startswith("[Staging] ")
    assert "[Staging: not the real portal]" in one.body
    settings.LIVE, settings.EMAIL_SUBJECT_PREFIX = True, ""
    notice(people["boris"])
    work()
    assert "Staging" not in mail.outbox[-1].message().as_string()


def test_a_mail_carries_the_buyers_name_colours_and_logo(people: dict[str, User], ada: Actor) -> None:
    logo = accepted(ada, a_png(), "logo.png", "logo")
    set_branding(actor=ada, name="Nordwerk <GmbH>", ink="#112233", accent="#ffcc00", logo=logo, at=timezone.now())
    notice(people["boris"])
    work()
    (one,) = mail.outbox
    said = one.message()
    assert said.get_content_type() == "multipart/related"
    kinds = [part.get_content_type() for part in said.walk()]
    assert kinds == ["multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png"]
    picture = list(said.walk())[-1]
    assert (picture["Content-ID"], picture.get_payload(decode=True)) == ("<logo>", a_png())
    assert picture["Content-Disposition"].startswith("inline")
    pretty = str(one.alternatives[0][0])
    assert 'src="cid:logo"' in pretty
    assert "Nordwerk &lt;GmbH&gt;" in pretty
    assert "background: #ffcc00; color: #000000" in pretty  # the button: black can be read on it
    assert "http://" not in pretty.replace("http://localhost:8000", "")
    assert "Nordwerk <GmbH>" in one.body


TEMPLATES = sorted({f"{mailing.template}.{kind}" for mailing in MAILINGS.values() for kind in ("txt", "html")})
FRAME = {
    "reader": Reader("1", "anna@acme.example", "Anna Abel"),
    "portal_name": "Supplier portal",
    "portal_url": "https://portal.example",
}


def test_every_mail_stands_in_the_one_frame() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    extends = '{%% extends "mail/base%s" %%}'
    framed = {f"mail/{file.name}" for file in folder.iterdir() if extends % file.suffix in file.read_text()}
    assert framed == set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_names_environment_brand_and_the_way_to_stop_it(template: str) -> None:
    brand = Brand("Nordwerk & Co", "#112233", "#ffcc00")
    named = {**FRAME, "brand": brand, "environment": "Staging", "stop_url": "https://portal.example/stop/1/"}
    said = unescape(render_to_string(template, named))
    for words in (
        "Staging",
        "not the real portal",
        "Nordwerk & Co",
        "Supplier portal",
        "https://portal.example/stop/1/",
    ):
        assert words in said
    assert said.index("not the real portal") < said.index("Hello Anna Abel,") < said.index("/stop/1/")
    bare = unescape(render_to_string(template, {**FRAME, "brand": Brand("Supplier portal", "#112233", "#ffcc00")}))
    for words in ("not the real portal", "Stop mails", "Nordwerk"):
        assert words not in bare


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name.endswith(".txt")])
def test_plain_mails_are_plain(template: str) -> None:
    """No mark-up, no escaped signs, no heap of empty lines: the frame is one file for all of them."""
    words = {"paragraphs": ['Two < three & "four"'], "action": "Look", "url": "https://portal.example/x/?a=1&b=2"}
    words |= {
        "notes": ["Ask O'Brien."],
        "answers": [{"line": {"item_name": "Bracket"}}],
        "choose_url": "https://portal.example/c/?a=1&b=2",
    }
    said = render_to_string(template, {**FRAME, **words, "brand": Brand("A & B", "#112233", "#ffcc00")})
    assert re.search(r"&\w+;|<\w+", said) is None
    assert said.strip().endswith("-- \nA & B\nSupplier portal\nhttps://portal.example")
    assert "\n\n\n\n" not in said.strip()
