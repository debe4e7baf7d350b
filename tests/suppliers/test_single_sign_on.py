"""Staff come in by their organisation's own sign-in: only who is enrolled, only with an address that it vouches for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from portal.shared.actor import Actor
from suppliers.actions import colleagues
from suppliers.models import User
from tests.mail import post_mails

pytestmark = pytest.mark.django_db


class Provider:
    """An OpenID provider that vouches for whoever ``claims`` names."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._answer()

            def _answer(self) -> None:
                body = json.dumps(provider.answer(urlsplit(self.path).path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said: Any) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path == "/token":
            told = {"iss": self.issuer, "aud": "portal", "iat": time.time(), "exp": time.time() + 60, **self.claims}
            return {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(told, "k" * 32)}
        return self.claims


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    running = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "staff",
                    "name": "Nordwerk",
                    "client_id": "portal",
                    "secret": "s",
                    "settings": {"server_url": running.issuer, "verified_email": []},
                }
            ],
        }
    }
    yield running
    running.server.shutdown()
    running.server.server_close()


def come_in(client: Client, query: str = "") -> Any:
    """To the other side and back."""
    there = client.get(f"/accounts/oidc/staff/login/{query}")
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert "code_challenge" in asked
    return client.get("/accounts/oidc/staff/login/callback/", {"code": "c", "state": asked["state"][0]})


def claims(email: str, **more: Any) -> dict[str, Any]:
    return {"sub": "42", "email": email, "email_verified": True, "name": "Somebody", **more}


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
