"""A session is asked for anew by every request: what ends it ends it at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.sessions import SessionStore
from suppliers.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    client = Client()
    client.force_login(people["anna"])
    assert client.get("/").status_code == 200
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def test_a_session_that_is_deleted_is_over(client: Client) -> None:
    Session.objects.filter(pk=key_of(client)).delete()
    assert client.get("/").status_code == 302


def test_a_session_that_is_past_its_time_is_over(client: Client) -> None:
    Session.objects.filter(pk=key_of(client)).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert client.get("/").status_code == 302


def test_a_session_begun_under_another_password_is_over(client: Client, people: dict[str, User]) -> None:
    people["anna"].set_password("another one, quite long")
    people["anna"].save()
    assert client.get("/").status_code == 302


def test_a_session_that_was_tampered_with_says_nothing(client: Client) -> None:
    Session.objects.filter(pk=key_of(client)).update(session_data="e30:x:y")
    assert client.get("/").status_code == 302


def test_a_key_that_is_not_ours_is_never_taken_over() -> None:
    store = SessionStore("made-up-by-a-stranger-0123456789")
    assert store.get("x") is None
    assert store.session_key is None
