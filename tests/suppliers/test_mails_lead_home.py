"""Whoever has an account finds what a mail is about behind its links, when it comes and two months later."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portal.shared.acting import acting
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import request_change
from suppliers.actions.comments import comment
from suppliers.actions.decisions import decide
from suppliers.actions.digests import remind
from suppliers.actions.master_requests import decline_master_change
from suppliers.actions.negotiating import Wish
from suppliers.models import AnswerLine, OrderLink, PurchaseOrder, User
from suppliers.states import AnswerKind, Decision
from tests.by_mail import tell
from tests.cast import SET_UP, Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines, working_day
from tests.mail import LINK, post_mails
from tests.masters import ask, listed

pytestmark = pytest.mark.django_db


def months_of_mails(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> tuple[PurchaseOrder, list[Any]]:
    """Everything that may happen to an order and to master data, as Anna, Aron and Bea read of it."""
    anna, bea, now = cast.actor("anna"), cast.actor("bea"), timezone.now()
    mails: list[Any] = []
    waits = release_order(at=now - dt.timedelta(days=20), number="P00099")
    order = release_order(cast.line(100), cast.line(40), number="P00100")
    tell(order)
    mails += post_mails()
    first, second = fresh_lines(order)
    late = (PromisedDelivery(first.quantity, working_day(60)),)
    answers = [
        LineAnswer(first.pk, first.revision, AnswerKind.CHANGED, late, reason="capacity"),
        LineAnswer(second.pk, second.revision, AnswerKind.ACCEPTED),
    ]
    acknowledge(actor=anna, order=order, answers=answers, channel="page", at=now)
    with everything():
        answer = AnswerLine.objects.get(line=first)
    decide(
        actor=bea, line=fresh_lines(order)[0], answer=answer.pk, decision=Decision.DECLINED, reason="Too late.", at=now
    )
    wish = Wish((PromisedDelivery(second.quantity, working_day(50)),), reason="demand", comment="We need it later.")
    request_change(actor=bea, line=fresh_lines(order)[1], wish=wish, at=now)
    comment(actor=bea, order=order, text="A new drawing comes tomorrow.", at=now)
    mails += post_mails()
    comment(actor=anna, order=order, text="Thank you.", at=now)
    revise_order(order, price=Decimal("11.20"))
    decline_master_change(actor=bea, request=ask(anna, listed(cast.acme, cast.bracket)), reason="No.", at=now)
    mails += post_mails()
    monday = working_day(14) - dt.timedelta(days=2)
    morning = dt.datetime.combine(monday, dt.time(8), dt.UTC)
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(timezone, "now", lambda: morning)
        remind(morning)
        mails += post_mails()
    assert waits.number
    return order, mails


def pages_in(message: Any) -> set[str]:
    """The paths of the portal's pages that a mail leads to, but its start page and what stops such mails."""
    found = set()
    for link in LINK.findall(str(message.body)):
        parts = urlsplit(link.rstrip(".,"))
        if parts.path not in ("", "/") and link.startswith(settings.PORTAL_URL):
            found.add(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return found


def after_sign_in(user: User, path: str) -> Any:
    """The page somebody sees who follows a link on a device where he has to sign in first."""
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get(path, follow=True)
    if answer.redirect_chain:
        at = urlsplit(answer.redirect_chain[-1][0])
        assert at.path == "/accounts/login/", path
        path = parse_qs(at.query)["next"][0]
    client.force_login(user)
    return client.get(path, follow=True)


@pytest.mark.parametrize("then", ["at once", "two months later", "replaced since"])
def test_every_link_leads_there(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder, then: str, people: dict[str, User]
) -> None:
    _order, mails = months_of_mails(cast, release_order, revise_order)
    if then != "at once":
        with acting(SET_UP, write=True):
            links = OrderLink.objects.all()
            past = timezone.now() - dt.timedelta(days=30)
            for link in links:
                changed = {"expires_at": past} if then == "two months later" else {"version": link.version + 1}
                OrderLink.objects.filter(pk=link.pk).update(**changed)
    topics, seen = set(), 0
    for name in ("anna", "aron", "bea"):
        for message in (one for one in mails if one.to == [people[name].email]):
            for path in pages_in(message):
                answer = after_sign_in(people[name], path)
                assert answer.status_code == 200, (then, name, message.subject, path)
                seen += 1
                topics.add(path.split("/")[1])
    assert topics >= {"orders", "suppliers", "account"} | ({"by-mail"} if then == "at once" else set())
    assert seen > 10


def test_an_old_link_says_why_it_asks_to_sign_in(
    cast: Cast, release_order: ReleaseOrder, people: dict[str, User]
) -> None:
    order = release_order()
    tell(order)
    with acting(SET_UP, write=True):
        OrderLink.objects.update(expires_at=timezone.now() - dt.timedelta(days=30))
    with everything():
        link = OrderLink.objects.get(email=people["anna"].email)
    path = f"/by-mail/{link.pk}/{link.secret}/"
    page = Client().get(path, follow=True)
    assert "This link has expired. Sign in, and the order opens." in page.content.decode()
    client = Client()
    client.force_login(people["boris"])
    assert client.get(path).status_code == 409, "nobody else is led on"
    assert Client().get(f"/by-mail/{link.pk}/{'0' * 40}/").status_code == 404, "nor whoever guesses"
