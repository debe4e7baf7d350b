"""What is no passkey is refused at every door that takes one."""

from __future__ import annotations

import pytest
from django.test import Client

from suppliers.models import User
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
KEY = '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": %s}'
CREDENTIALS = (
    "", "null", "{}", "[]", "0", '"x"', "[1]", "{", "[" * 100_000, '{"id": 5}', KEY % "{}", KEY % "null",
    KEY % '{"userHandle": "\\u00e9"}', KEY % '{"clientDataJSON": "AA", "attestationObject": "AA"}',
    KEY % '{"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AAAA"}',
    KEY % '{"clientDataJSON": "e30", "attestationObject": "oA"}',
)  # fmt: skip


@pytest.mark.parametrize("credential", CREDENTIALS, ids=range(len(CREDENTIALS)))
def test_what_is_no_passkey_is_refused(people: dict[str, User], credential: str) -> None:
    anna, client = people["anna"], Client()
    anna.set_password(PASSWORD)
    anna.save()
    client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert client.get("/").status_code == 302
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/webauthn/add/")
    added = client.post("/accounts/2fa/webauthn/add/", {"name": "Laptop", "credential": credential})
    assert (added.status_code, bool(added.context["form"].errors)) == (200, True)
    client.get("/accounts/2fa/webauthn/reauthenticate/")
    again = client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": credential})
    assert again.status_code in (200, 302)
