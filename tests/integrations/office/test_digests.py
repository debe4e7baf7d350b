"""The daily mail as it leaves, the letters kept for it, and the sent log."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from integrations.office import delivery as office
from integrations.office import routes, sent
from integrations.office.channels import mailings
from integrations.office.channels.mail import Post
from integrations.office.channels.readers import Mailing, Reader
from integrations.office.models import Delivery
from integrations.office.states import DeliveryState
from integrations.slot import outbox
from integrations.slot.models import Event
from suppliers import subjects
from suppliers.actions.accounts import door, tell
from suppliers.actions.acknowledgements import LineAnswer, acknowledge
from suppliers.actions.comments import comment
from suppliers.actions.digests import remind
from suppliers.actions.wishes import choose_mails, stop_secret
from suppliers.models import Digest, DigestItem, PurchaseOrder, User
from suppliers.states import AnswerKind, Role
from suppliers.subjects import Subject
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = dt.datetime(2026, 3, 2, 8, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time at which mails leave, set by hand."""

    class Clock:
        now = MONDAY

    monkeypatch.setattr("integrations.office.channels.digests.timezone.now", lambda: Clock.now)
    return Clock


def post(at: dt.datetime) -> list[Any]:
    """What leaves by mail at this moment."""
    mail.outbox = []
    office.fan_out(at)
    with Post() as server:
        while office.deliver_one(server, lambda: at):
            pass
    return list(mail.outbox)


def morning(clock: Any, days: int, hour: int = 8) -> list[Any]:
    clock.now = MONDAY + dt.timedelta(days=days, hours=hour - 8)
    remind(clock.now)
    return post(clock.now)


def test_one_mail_with_everything_that_is_due(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    for number in ("P1", "P2"):
        release_order(cast.line(date=MONDAY.date() + dt.timedelta(days=60)), at=MONDAY, number=number)
    (message,) = morning(clock, 2)
    anna = cast.people["anna"]
    assert message.to == ["anna@acme.example"]
    assert message.subject == "2 orders wait for you"
    html = message.alternatives[0].content
    with everything():
        keys = [str(key) for key in PurchaseOrder.objects.values_list("pk", flat=True)]
    for part in (message.body, html):
        assert "P1" in part
        assert "1 line, waiting since Mon 2 Mar 2026" in part
        assert all(f"/orders/{key}/" in part for key in keys)
        assert "/account/mails/" in part
    link = f"http://localhost:8000/mails/stop/{anna.pk}/digest/{stop_secret(anna.pk, 'digest')}/"
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    assert morning(clock, 2, 9) == [], "not twice a day"


def test_it_is_said_in_his_language(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    User.objects.filter(pk=cast.people["anna"].pk).update(language="de")
    release_order(at=MONDAY, number="P1")
    (message,) = morning(clock, 2)
    assert message.subject == "1 Bestellung wartet auf Sie"
    assert "Bestellungen, die auf eine Antwort warten" in message.alternatives[0].content


def test_what_was_answered_since_is_not_told(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    far = MONDAY.date() + dt.timedelta(days=60)
    orders = [release_order(cast.line(date=far), at=MONDAY, number=number) for number in ("P1", "P2")]
    clock.now = MONDAY + dt.timedelta(days=2)
    remind(clock.now)
    (line,) = fresh_lines(orders[0])
    said = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)]
    acknowledge(actor=cast.actor("anna"), order=orders[0], answers=said, channel="page", at=clock.now)
    (message,) = post(clock.now)
    assert "P1" not in message.body
    assert "P2" in message.body


def test_a_mail_of_yesterday_is_not_sent_today(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    release_order(at=MONDAY, number="P1")
    clock.now = MONDAY + dt.timedelta(days=2)
    remind(clock.now)
    clock.now += dt.timedelta(days=1)
    assert post(clock.now) == []
    with everything():
        (letter,) = Delivery.objects.filter(topic="digest.due")
        assert (letter.state, letter.steps.get("withdrawn")) == (DeliveryState.DONE, True)
    (message,) = morning(clock, 3)
    assert "P1" in message.body


def test_mails_about_an_account_cannot_be_stopped(people: dict[str, User], clock: Any) -> None:
    person = people["anna"]
    tell(actor=door(), person=person, what="account/email/password_changed", at=MONDAY)
    (message,) = post(timezone.now())
    assert "List-Unsubscribe" not in message.extra_headers
    assert "/mails/stop/" not in message.body


# --- Letters that are told one by one, or kept ------------------------------------------------------------------------


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> str:
    """A subject with letters of its own, as others will bring: told to Anna and Aron."""
    topic = "order.news"

    def readers(event: Event) -> list[Reader]:
        wanted = ["anna@acme.example", "aron@acme.example"]
        return [Reader.of(user) for user in User.objects.filter(email__in=wanted).order_by("email")]

    def words(event: Event, reader: Reader) -> dict[str, Any]:
        return {"subject": f"News {event.payload['number']}", "paragraphs": [], "url": "http://localhost:8000/there/"}

    subject = Subject("News of orders", "What happened.", supplier=(Role.ORDER_DESK,), topics=(topic,))
    monkeypatch.setitem(subjects.SUBJECTS, "order_news", subject)  # type: ignore[arg-type]
    monkeypatch.setitem(subjects.OF_TOPIC, topic, "order_news")  # type: ignore[arg-type]
    monkeypatch.setitem(mailings.MAILINGS, topic, Mailing(readers, words))  # type: ignore[arg-type]
    monkeypatch.setitem(routes.ROUTES, topic, ("mail",))  # type: ignore[arg-type]
    monkeypatch.setitem(office.SENDERS, ("mail", topic), office.SENDERS["mail", "account.notice"])  # type: ignore[arg-type]
    return topic


def happen(topic: str, order: PurchaseOrder, number: int, at: dt.datetime) -> None:
    with doing(at=at):
        outbox.publish(topic, about=order, supplier_id=order.supplier_id, tier=2, payload={"number": number})


def test_a_letter_is_told_at_once_or_kept_or_not_at_all(
    cast: Cast, release_order: ReleaseOrder, clock: Any, news: str
) -> None:
    order = release_order(cast.line(date=MONDAY.date() + dt.timedelta(days=60)), at=MONDAY, number="P1")
    anna, aron = cast.people["anna"], cast.people["aron"]
    choose_mails(actor=door(), person=anna, subjects={"order_news": "daily"}, at=MONDAY)
    happen(news, order, 1, MONDAY)
    clock.now = MONDAY
    (message,) = post(MONDAY)
    assert (message.to, message.subject) == (["aron@acme.example"], "News 1")
    assert f"/mails/stop/{aron.pk}/order_news/" in message.extra_headers["List-Unsubscribe"]
    happen(news, order, 2, MONDAY + dt.timedelta(hours=1))
    post(MONDAY + dt.timedelta(hours=1))
    assert morning(clock, 0, 10) == [], "it waits for a morning"
    choose_mails(actor=door(), person=aron, subjects={"order_news": "off"}, at=MONDAY)
    happen(news, order, 3, MONDAY + dt.timedelta(days=1, hours=1))
    assert post(MONDAY + dt.timedelta(days=1, hours=1)) == []
    (message,) = morning(clock, 1, 7)
    assert (message.to, message.subject) == (["anna@acme.example"], "2 messages for you")
    assert "News 1" in message.body
    assert "News 2" in message.body
    assert "News 3" not in message.body, "it came after the morning had begun"
    (message,) = morning(clock, 2, 7)
    assert "News 3" in message.body
    assert "News 1" not in message.body
    assert "P1" in message.body, "with what is due, in one mail"
    with everything():
        assert not DigestItem.objects.filter(digest=None).exists()


def test_who_stops_it_loses_what_was_kept(cast: Cast, release_order: ReleaseOrder, clock: Any, news: str) -> None:
    order = release_order(cast.line(date=MONDAY.date() + dt.timedelta(days=60)), at=MONDAY, number="P1")
    anna = cast.people["anna"]
    choose_mails(actor=door(), person=anna, subjects={"order_news": "daily"}, at=MONDAY)
    happen(news, order, 1, MONDAY)
    post(MONDAY)
    choose_mails(actor=door(), person=anna, subjects={"order_news": "off"}, at=MONDAY)
    assert morning(clock, 1) == []
    with everything():
        assert not Digest.objects.exists()


def test_a_letter_that_was_switched_off_before_it_left_does_not(
    cast: Cast, release_order: ReleaseOrder, clock: Any, news: str
) -> None:
    order = release_order(at=MONDAY, number="P1")
    happen(news, order, 1, MONDAY)
    office.fan_out(MONDAY)
    for name in ("anna", "aron"):
        choose_mails(actor=door(), person=cast.people[name], subjects={"order_news": "off"}, at=MONDAY)
    assert post(MONDAY) == []


def test_comments_that_came_together_are_one_item(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    order = release_order(at=MONDAY, number="P1")
    choose_mails(actor=door(), person=cast.people["bea"], subjects={"comment_new": "daily"}, at=MONDAY)
    for minute in range(3):
        at = MONDAY + dt.timedelta(minutes=minute)
        comment(actor=cast.actor("anna"), order=order, text="Which drawing?", at=at)
    assert post(MONDAY) == []
    (message,) = [one for one in morning(clock, 1) if one.to == ["bea@nordwerk.example"]]
    assert message.subject == "1 message for you"
    assert "3 new comments on order P1" in message.body
    assert f"/orders/{order.pk}/#comment-1" in message.body


# --- The sent log -----------------------------------------------------------------------------------------------------


def test_the_log_says_who_got_what_when_and_what_became_of_it(
    cast: Cast, release_order: ReleaseOrder, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = release_order(cast.line(date=MONDAY.date() + dt.timedelta(days=60)), at=MONDAY, number="P1")
    tell(actor=door(), person=cast.people["boris"], what="account/email/password_changed", at=MONDAY)
    post(MONDAY)

    class Refuses:
        def open(self) -> None: ...
        def close(self) -> None: ...
        def send_messages(self, _messages: Any) -> int:
            raise smtplib.SMTPRecipientsRefused({"anna@acme.example": (550, b"no such user")})

    with monkeypatch.context() as broken:
        broken.setattr("integrations.office.channels.mail.get_connection", lambda *_a, **_k: Refuses())
        morning(clock, 2)
    with everything():
        mails = sent.sent_log(cast.actor("ada"), sent.Filters()).rows
        found = [(one.name, one.address, one.subject, one.orders, one.letter.state) for one in mails]
        assert found == [
            ("Anna Abel", "anna@acme.example", "1 order waits for you", "P1", "needs_person"),
            ("Boris Berg", "boris@borealis.example", "The password of your account was changed", "", "done"),
        ]
        assert [one.name for one in sent.sent_log(cast.actor("ada"), sent.Filters(text="boris")).rows] == ["Boris Berg"]
        assert [one.name for one in sent.sent_log(cast.actor("ada"), sent.Filters(state="done")).rows] == ["Boris Berg"]
        assert [one.name for one in sent.about_order(order.pk)] == ["Anna Abel"]
        assert [one.subject for one in sent.mine(cast.people["anna"])] == ["1 order waits for you"]

    def page(name: str, path: str) -> str:
        client = Client()
        client.force_login(cast.people[name])
        return str(client.get(path).content.decode())

    assert "550 no such user" in page("ada", "/ledger/mails/")
    assert "Anna Abel" in page("ines", f"/ledger/orders/{order.pk}/")
    own = page("anna", "/account/mails/sent/")
    assert "1 order waits for you" in own
    assert "550" not in own
    assert "1 order waits for you" not in page("boris", "/account/mails/sent/")
    story = page("bea", f"/orders/{order.pk}/")
    assert "In the daily mail: Orders that wait for an answer" in story
    assert "In the daily mail" not in page("anna", f"/orders/{order.pk}/")
