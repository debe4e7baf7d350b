"""Somebody is invited, gets a mail, and comes in; and what a link must not do."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from integrations.office import delivery as office
from integrations.office.channels.mail import Post
from portal.shared.actor import Actor
from suppliers.actions.invitations import invite_colleague
from suppliers.models import Invitation, Membership, User
from suppliers.states import Role
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://\S+")
FILLED = {"name": "Nina Neu", "language": "de", "time_zone": "Europe/Vienna", "password": PASSWORD}


def post_mails() -> list[mail.EmailMultiAlternatives]:
    """What leaves by mail now, oldest first."""
    mail.outbox = []
    office.fan_out(timezone.now())
    while office.deliver_one(Post(), timezone.now):
        pass
    return list(mail.outbox)  # type: ignore[arg-type]


def link_in(message: mail.EmailMultiAlternatives) -> str:
    found = [link for link in LINK.findall(str(message.body)) if urlsplit(link).path not in ("", "/")]
    return urlsplit(found[0]).path


def invite(actor: Actor, cast: Cast, email: str = "nina@acme.example", **changes: object) -> Invitation:
    given = {"name": "Nina", "roles": [Role.ORDER_DESK], "language": "de", "at": timezone.now(), **changes}
    return invite_colleague(actor=actor, supplier=cast.acme, email=email, **given)  # type: ignore[arg-type]


def test_from_the_invitation_to_the_first_page(cast: Cast, aron: Actor, client: Client) -> None:
    invite(aron, cast)
    (message,) = post_mails()
    assert message.to == ["nina@acme.example"]
    assert "Aron Adler" in message.subject
    path = link_in(message)
    assert client.get(path).status_code == 200
    answer = client.post(path, FILLED)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    nina = User.objects.get(email="nina@acme.example")
    assert (nina.name, nina.language, nina.time_zone) == ("Nina Neu", "de", "Europe/Vienna")
    assert list(Membership.objects.filter(user=nina).values_list("role", "supplier")) == [("order_desk", cast.acme.pk)]
    other = Client()
    assert other.post("/accounts/login/", {"login": nina.email, "password": PASSWORD})["Location"] == "/"
