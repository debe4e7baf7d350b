"""Staff come in by their organisation's own sign-in: only who is enrolled, only with an address that it vouches for."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from portal.shared.actor import Actor
from suppliers.actions import colleagues
from suppliers.models import User
from tests.mail import post_mails
from tests.openid import Provider, claims

pytestmark = pytest.mark.django_db


def come_in(client: Client, query: str = "") -> Any:
    """To the other side and back."""
    there = client.get(f"/accounts/oidc/staff/login/{query}")
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert "code_challenge" in asked
    return client.get("/accounts/oidc/staff/login/callback/", {"code": "c", "state": asked["state"][0]})


def test_without_configuration_there_is_no_such_door() -> None:
    assert Client().get("/accounts/oidc/staff/login/").status_code == 404
    assert "Staff: by" not in Client().get("/accounts/login/").content.decode()


def test_a_member_of_staff_comes_in_and_is_told(provider: Provider, people: dict[str, User]) -> None:
    assert "Staff: by Nordwerk" in Client().get("/accounts/login/").content.decode()
    provider.claims = claims("Bea@Nordwerk.example")
    client = Client()
    assert come_in(client)["Location"] == "/"
    assert client.get("/decisions/").status_code == 200
    assert SocialAccount.objects.get().user_id == people["bea"].pk
    assert [message.to for message in post_mails()] == [[people["bea"].email]]
    provider.claims = claims("another@nordwerk.example")  # the link is to who it is, not to the address
    again = Client()
    assert come_in(again)["Location"] == "/"
    assert again.get("/").context["actor"].name == "Bea Brandt"


@pytest.mark.parametrize(
    "who",
    [
        claims("nobody@nordwerk.example"),
        claims("anna@acme.example"),
        claims("bea@nordwerk.example", email_verified=False),
        {"sub": "42", "name": "No Address"},
    ],
    ids=["unknown", "of a supplier", "not vouched for", "no address"],
)
def test_nobody_else_does(provider: Provider, people: dict[str, User], who: dict[str, Any]) -> None:
    before = User.objects.count()
    provider.claims = who
    client = Client()
    answer = come_in(client)
    assert (answer.status_code, "enrolled with this address" in answer.content.decode()) == (403, True)
    assert client.get("/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_it_is_not_linked_to_whoever_is_signed_in(provider: Provider, people: dict[str, User]) -> None:
    provider.claims = claims("bea@nordwerk.example")
    client = Client()
    client.force_login(people["anna"])
    assert come_in(client, "?process=connect").status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(provider: Provider, people: dict[str, User], ada: Actor) -> None:
    provider.claims = claims("bea@nordwerk.example")
    assert come_in(Client())["Location"] == "/"
    colleagues.close_account(actor=ada, person=people["bea"], at=timezone.now())
    client = Client()
    assert come_in(client).status_code == 403
    assert client.get("/").status_code == 302


def test_a_wrong_state_is_refused(provider: Provider, people: dict[str, User]) -> None:
    provider.claims = claims("bea@nordwerk.example")
    client = Client()
    client.get("/accounts/oidc/staff/login/")
    answer = client.get("/accounts/oidc/staff/login/callback/", {"code": "c", "state": "forged"})
    assert answer.status_code in (401, 403, 200)
    assert client.get("/").status_code == 302
