"""A second factor that is required cannot be walked around; what protects an account, and what tells its owner."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from portal.shared.actor import Actor
from suppliers.actions import accounts, colleagues
from suppliers.models import User
from tests.cast import PASSWORD, Cast, everything
from tests.house.test_routes import addresses
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


def code_of(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def signed_in_long_ago(client: Client) -> None:
    """What was shown at the door was shown an hour before."""
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= 3600
    session.save()


def require(cast: Cast, aron: Actor, days: int = 0) -> None:
    colleagues.require_factor(
        actor=aron, supplier=cast.acme, required=True, grace_days=days, at=timezone.now() - dt.timedelta(seconds=1)
    )


def test_without_a_factor_every_page_leads_to_one(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    require(cast, aron)
    client = signed_in(people["anna"])
    for path in ("/", "/orders/", "/people/", "/account/", "/account/?x=/accounts/2fa/", "/accounts/password/change/"):
        for answer in (client.get(path), client.post(path), client.get(path, headers={"HX-Request": "true"})):
            assert (answer.status_code, answer.headers.get("Location")) == (302, "/accounts/2fa/"), path
    guide = client.get("/accounts/2fa/").content.decode()
    assert "Set one up to go on" in guide
    assert signed_in(people["boris"]).get("/orders/").status_code == 200, "his supplier asks nothing"


def test_the_api_by_session_is_no_way_around(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    require(cast, aron)
    client = signed_in(people["anna"])
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Token x"}):
        answer = client.get("/api/v1/orders/", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    assert client.get("/api/v1/orders/", headers={"Authorization": "Bearer x"}).status_code == 401
    token = {"Authorization": f"Bearer {cast.tokens['writer'].secret}"}
    assert client.get("/api/v1/orders/", headers=token).status_code == 200, "a token is its own"


def test_only_what_leads_to_a_factor_is_open(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    """By name, so that a page of tomorrow is closed until somebody opens it on purpose."""
    from portal.middleware import ON_THE_WAY_TO_A_FACTOR

    assert set(addresses()) >= ON_THE_WAY_TO_A_FACTOR
    assert not {name for name in ON_THE_WAY_TO_A_FACTOR if not name.startswith(("mfa_", "account_"))} - {
        "language",
        "live",
        "ready",
    }


def test_in_the_grace_everything_is_open_and_says_until_when(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    require(cast, aron, days=7)
    page = signed_in(people["anna"]).get("/")
    assert page.status_code == 200
    assert "you need a second factor to come in" in page.content.decode()


def test_set_up_sign_in_and_recover(
    cast: Cast, people: dict[str, User], aron: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    require(cast, aron)
    anna = with_password(people["anna"])
    client = Client()
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert client.get("/").status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert client.get("/").status_code == 200
    kept = Authenticator.objects.get(user=anna, type="totp").data
    assert secret not in str(kept), "locked away"
    assert [mail.subject for mail in post_mails()][:1] == ["An authenticator app was added to your account"]
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    again = Client()
    first = again.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert again.get("/").status_code == 302, "half signed in is not signed in"
    assert SESSION_KEY not in again.session
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/"
    third = Client()
    third.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert third.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200, "a code counts once"
    refused = client.post("/accounts/2fa/totp/deactivate/")
    assert refused.status_code in (200, 302)
    assert Authenticator.objects.filter(user=anna, type="totp").exists(), "the last one stays where one is required"


def test_staff_owe_one_too(cast: Cast, people: dict[str, User], ada: Actor) -> None:
    colleagues.require_staff_factor(actor=ada, required=True, at=timezone.now() - dt.timedelta(seconds=1))
    client = signed_in(people["bea"])
    assert client.get("/decisions/")["Location"] == "/accounts/2fa/"
    TOTP.activate(people["bea"], SECRET)
    assert client.get("/decisions/").status_code == 200
    assert signed_in(people["anna"]).get("/").status_code == 200


def test_a_new_password_does_not_replace_the_factor(people: dict[str, User]) -> None:
    anna = with_password(people["anna"])
    TOTP.activate(anna, SECRET)
    Client().post("/accounts/password/reset/", {"email": anna.email})
    (message,) = post_mails()
    client = Client()
    form = client.get(link_in(message), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another-horse-battery", "password2": "another-horse-battery"})
    login = client.post("/accounts/login/", {"login": anna.email, "password": "another-horse-battery"})
    assert login["Location"] == "/accounts/2fa/authenticate/"


def test_others_failures_do_not_lock_a_known_browser_out(people: dict[str, User]) -> None:
    anna = with_password(people["anna"])
    known = Client()
    known.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    known.post("/accounts/logout/")
    for number in range(6):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/accounts/login/", {"login": anna.email, "password": "wrong"})
    stranger = Client(REMOTE_ADDR="10.0.0.9").post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert (stranger.status_code, "Too many" in stranger.content.decode()) == (200, True)
    assert known.post("/accounts/login/", {"login": anna.email, "password": PASSWORD}).status_code == 302
    forged = Client(REMOTE_ADDR="10.0.0.10")
    forged.cookies["known_device"] = f"{anna.pk}:00:forged"
    assert forged.post("/accounts/login/", {"login": anna.email, "password": PASSWORD}).status_code == 200


def test_an_address_changes_when_the_new_one_is_proved_and_the_old_one_is_told(people: dict[str, User]) -> None:
    anna = with_password(people["anna"])
    old = anna.email
    client = Client()
    client.post("/accounts/login/", {"login": old, "password": PASSWORD})
    client.post("/account/address/", {"email": "wrong@new.example"})  # he has just said his password
    signed_in_long_ago(client)
    assert "reauthenticate" in client.post("/account/address/", {"email": "a@new.example"})["Location"]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/account/address/", {"email": "a@new.example"})
    (message,) = post_mails()
    assert message.to == ["a@new.example"], "the address tried before is not written to any more"
    assert Client().get(link_in(message)).status_code == 200
    anna.refresh_from_db()
    assert anna.email == old, "looking proves nothing"
    assert Client().post(link_in(message)).status_code == 200
    anna.refresh_from_db()
    assert anna.email == "a@new.example"
    (told,) = post_mails()
    assert told.to == [old]
    assert Client().post(link_in(message)).status_code == 409
    refused = Client().post("/accounts/login/", {"login": old, "password": PASSWORD})
    assert refused.status_code == 200
    assert not EmailAddress.objects.filter(email=old).exists()


def test_an_address_of_somebody_else_is_told_to_nobody_but_its_owner(people: dict[str, User]) -> None:
    anna, boris = people["anna"], people["boris"]
    client = signed_in(anna)
    assert client.post("/account/address/", {"email": boris.email}).status_code == 302
    (message,) = post_mails()
    assert Client().post(link_in(message)).status_code == 422
    anna.refresh_from_db()
    assert anna.email != boris.email


def test_language_belongs_to_the_person(people: dict[str, User]) -> None:
    client = signed_in(people["anna"])
    client.post("/language/", {"language": "de"})
    people["anna"].refresh_from_db()
    assert people["anna"].language == "de"
    client.cookies["django_language"] = "en"
    assert '<html lang="de">' in client.get("/").content.decode(), "his own choice wins over the device's"
    client.post("/account/", {"name": "Anna A.", "language": "en", "time_zone": "Asia/Tokyo"})
    people["anna"].refresh_from_db()
    assert (people["anna"].name, people["anna"].time_zone) == ("Anna A.", "Asia/Tokyo")
    assert '<html lang="en">' in client.get("/").content.decode()


def test_sessions_are_listed_and_ended(people: dict[str, User]) -> None:
    anna = with_password(people["anna"])
    here, there, third = Client(), Client(), Client()
    for client in (here, there, third):
        client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    sessions = here.get("/account/").context["sessions"]
    assert len(sessions) == 3
    other = next(one for one in sessions if one.session_key == there.session.session_key)
    assert signed_in(people["boris"]).post(f"/account/sessions/{other.pk}/end/").status_code == 404
    assert there.get("/").status_code == 200
    here.post(f"/account/sessions/{other.pk}/end/")
    assert there.get("/").status_code == 302
    here.post("/account/sessions/end/")
    assert (third.get("/").status_code, here.get("/").status_code) == (302, 200)


def test_what_happens_to_an_account_is_told_and_kept(people: dict[str, User]) -> None:
    anna = with_password(people["anna"])
    accounts.prefer(actor=accounts.door(anna.name), person=anna, language="de", at=timezone.now())
    client = Client(HTTP_USER_AGENT="Firefox on a ship")
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    new: dict[str, Any] = {"oldpassword": PASSWORD, "password1": "yet-another-horse", "password2": "yet-another-horse"}
    client.post("/accounts/password/change/", new)
    (told,) = post_mails()
    assert told.subject == "Das Passwort Ihres Kontos wurde geändert"
    assert "Firefox on a ship" in str(told.body)
    from portal.shared.models import AuditEntry

    with everything():
        entry = AuditEntry.objects.get(act="tell_account_event")
    assert (entry.actor_name, entry.object_id) == ("Anna Abel", str(anna.pk))
