"""Which mails somebody wants: on his page, by the API, and by the link in a mail."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared.errors import Invalid, NotFound
from portal.shared.models import AuditEntry
from suppliers.actions.accounts import door
from suppliers.actions.wishes import choose_mails, stop_mails, stop_secret, wishes_of
from suppliers.models import User
from suppliers.subjects import DIGEST, SUBJECTS
from tests.cast import Cast, everything

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
PAGE = "/account/mails/"


def wishes(person: User) -> dict[str, str]:
    with everything():
        return wishes_of(person)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_everybody_begins_with_everything(people: dict[str, User]) -> None:
    assert wishes(people["anna"]) == {key: subject.default for key, subject in SUBJECTS.items()}


def test_what_is_chosen_is_kept_and_on_the_trail(people: dict[str, User]) -> None:
    anna = people["anna"]
    given = {"subjects": {"delivery_due": "off"}, "hour": 9, "days": [5, 1, 1]}
    held = choose_mails(actor=door(anna.name), person=anna, at=NOW, **given)  # type: ignore[arg-type]
    assert (held.digest_hour, held.digest_days) == (9, [1, 5])
    assert wishes(anna)["delivery_due"] == "off"
    held = choose_mails(actor=door(anna.name), person=anna, at=NOW, subjects={"delivery_due": "daily"})
    assert (held.digest_hour, wishes(anna)["delivery_due"]) == (9, "daily"), "what is not given stays"
    with everything():
        entries = AuditEntry.objects.filter(act="change_own_account").order_by("id")
        changed = [{change["field"] for change in entry.changes} for entry in entries]
    assert changed == [{"digest_hour", "digest_days", "mails:delivery_due"}, {"mails:delivery_due"}]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"subjects": {"account": "off"}}, "/subjects/account"),
        ({"subjects": {"answer_due": "at_once"}}, "/subjects/answer_due"),
        ({"hour": 3}, "/hour"),
        ({"hour": 13}, "/hour"),
        ({"days": []}, "/days"),
        ({"days": [0]}, "/days"),
    ],
)
def test_what_cannot_be_chosen_is_named_and_changes_nothing(
    people: dict[str, User], given: dict[str, object], pointer: str
) -> None:
    anna = people["anna"]
    before = wishes(anna)
    with pytest.raises(Invalid) as refusal:
        choose_mails(actor=door(anna.name), person=anna, at=NOW, **given)  # type: ignore[arg-type]
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]
    anna.refresh_from_db()
    assert (wishes(anna), anna.digest_hour, anna.digest_days) == (before, 7, [])


def test_the_page_offers_what_concerns_him(people: dict[str, User]) -> None:
    said = signed_in(people["anna"]).get(PAGE).content.decode()
    assert "subject-answer_due" in said
    assert "subject-decision_due" not in said
    assert "subject-answer_due" in signed_in(people["aron"]).get(PAGE).content.decode(), "he stands in"
    assert "subject-decision_due" in signed_in(people["bea"]).get(PAGE).content.decode()
    assert "<select" in signed_in(people["rita"]).get(PAGE).content.decode()


def test_the_page_keeps_and_refuses(people: dict[str, User]) -> None:
    client = signed_in(people["anna"])
    good = {"subject-answer_due": "off", "hour": "9", "days": ["1", "6"]}
    assert client.post(PAGE, good).status_code == 302
    assert wishes(people["anna"])["answer_due"] == "off"
    answer = client.post(PAGE, {**good, "days": []})
    assert answer.status_code == 422
    assert "Choose one day or more" in answer.content.decode()


def test_the_api_does_what_the_page_does(people: dict[str, User]) -> None:
    client = signed_in(people["anna"])
    body = {"subjects": {"answer_due": "off"}, "days": [1, 2]}
    rehearsed = client.patch("/api/v1/me/mails/?dry_run=true", body, content_type="application/json").json()
    assert rehearsed["dry_run"] is True
    assert {one["subject"]: one["frequency"] for one in rehearsed["subjects"]}["answer_due"] == "off"
    assert wishes(people["anna"])["answer_due"] == "daily"
    assert client.patch("/api/v1/me/mails/", body, content_type="application/json").status_code == 200
    read = client.get("/api/v1/me/mails/").json()
    assert (read["hour"], read["days"], read["time_zone"]) == (7, [1, 2], "Europe/Berlin")
    assert {one["subject"]: one["frequency"] for one in read["subjects"]} == {
        "order_new": "at_once",
        "comment_new": "at_once",
        "answer_again": "at_once",
        "shipment_correct": "at_once",
        "answer_due": "off",
        "delivery_due": "daily",
        "delivery_late": "daily",
        "master_data": "at_once",
    }
    refused = client.patch("/api/v1/me/mails/", {"hour": 99}, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/hour")


# --- The link in a mail (RFC 8058) ------------------------------------------------------------------------------------


def link(person: User, subject: str) -> str:
    return f"/mails/stop/{person.pk}/{subject}/{stop_secret(person.pk, subject)}/"


def test_looking_at_the_link_changes_nothing(people: dict[str, User]) -> None:
    page = Client().get(link(people["anna"], "answer_due"))
    assert page.status_code == 200
    assert "Orders that wait for an answer" in page.content.decode()
    assert wishes(people["anna"])["answer_due"] == "daily"


def test_a_mail_program_stops_it_with_one_post(people: dict[str, User]) -> None:
    program = Client(enforce_csrf_checks=True)  # no cookie, no token, no session
    for _ in range(2):
        answer = program.post(link(people["anna"], "answer_due"), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert wishes(people["anna"])["answer_due"] == "off"
    assert wishes(people["anna"])["delivery_due"] == "daily"


def test_stopping_the_daily_mail_stops_all_that_comes_with_it(people: dict[str, User]) -> None:
    Client().post(link(people["anna"], DIGEST))
    told = {key: wishes(people["anna"])[key] for key, subject in SUBJECTS.items() if subject.supplier}
    assert set(told.values()) <= {"off", "at_once"}
    assert "These mails are stopped" in Client().get(link(people["anna"], DIGEST)).content.decode()


def test_a_link_is_for_one_person_and_one_subject(cast: Cast, people: dict[str, User]) -> None:
    anna, boris = people["anna"], people["boris"]
    for person, subject, secret in (
        (boris, "answer_due", stop_secret(anna.pk, "answer_due")),
        (anna, "delivery_due", stop_secret(anna.pk, "answer_due")),
        (anna, "account", stop_secret(anna.pk, "account")),
    ):
        assert Client().post(f"/mails/stop/{person.pk}/{subject}/{secret}/").status_code == 404
        with pytest.raises(NotFound):
            stop_mails(actor=door(), person=person, subject=subject, secret=secret, at=timezone.now())
    assert all(wish != "off" for person in (anna, boris) for wish in wishes(person).values())
