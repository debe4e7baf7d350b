"""A small OpenID provider on this machine: it vouches for whoever a test says is there, and sends him back."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest


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
                asked = urlsplit(self.path)
                if asked.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.way_back(asked.query))
                    self.end_headers()
                    return
                body = json.dumps(provider.answer(asked.path)).encode()
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

    def way_back(self, query: str) -> str:
        """Who is there has signed in on the other side already: back to where the portal asked to be told."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        assert asked["client_id"] == "portal"
        assert asked["code_challenge"]
        return f"{asked['redirect_uri']}?{urlencode({'code': 'c', 'state': asked['state']})}"

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
    """The portal lets staff come in by it, as by an organisation called Nordwerk."""
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


def claims(email: str, **more: Any) -> dict[str, Any]:
    return {"sub": "42", "email": email, "email_verified": True, "name": "Somebody", **more}
