"""The ledger as people see it: what happened, who must act, and a button that may be pressed twice."""

from __future__ import annotations

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.office.actions import pulling
from integrations.office.actions.desk import PULL
from integrations.office.models import Delivery
from integrations.office.obstacles import Obstacle
from integrations.office.queries import LedgerFilters, explain, ledger
from integrations.office.states import DeliveryState, FailureKind
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant
from portal.shared.errors import Permanent
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.decisions import decide
from suppliers.actions.invitations import invite_colleague
from suppliers.models import AnswerLine, User
from suppliers.states import AnswerKind, Decision, StaffRole
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines, working_day
from tests.integrations.office.dummy import Dummy, drain, dummy, only, publish, states
from tests.mail import post_mails

pytestmark = pytest.mark.committed
__all__ = ["dummy"]


@pytest.fixture
def as_person(client: Client, people: dict[str, User]) -> Any:
    """``as_person("ines").get(...)``"""

    def sign_in(name: str) -> Client:
        client.force_login(people[name])
        return client

    return sign_in


def text(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def park(dummy: Dummy, order: Any) -> Delivery:
    publish(order, 1)
    dummy.fail = lambda _letter: Permanent("It is locked <b>in Odoo</b>.", code="order_locked")
    drain()
    dummy.fail = lambda _letter: None
    return only()


def test_a_parked_letter_says_who_must_act_and_goes_when_pressed(
    dummy: Dummy, release_order: ReleaseOrder, as_person: Any
) -> None:
    letter = park(dummy, release_order())
    page = reverse("office:delivery", args=[letter.pk])
    keeper = as_person("ines")
    shown = text(keeper.get(page))
    assert "It cannot go on by itself: It is locked <b>in Odoo</b>." in shown
    assert "<b>in Odoo</b>" not in keeper.get(page).content.decode()
    assert "Unlock the order in Odoo" in shown
    assert "Retry is safe" in shown
    assert keeper.post(reverse("office:retry", args=[letter.pk])).status_code == 302
    assert states() == [DeliveryState.WAITING]
    again = keeper.post(reverse("office:retry", args=[letter.pk]))
    assert again.status_code == 409
    assert "does not wait for anybody" in text(again)
    drain()
    assert states() == [DeliveryState.DONE]
    assert "It arrived." in text(keeper.get(page))
    assert dummy.numbers == [1, 1]


def test_a_buyer_reads_the_letters_of_his_plants_and_presses_what_waits_for_him(
    dummy: Dummy, cast: Cast, release_order: ReleaseOrder, as_person: Any
) -> None:
    mine = park(dummy, release_order(plant=cast.ham))
    page = reverse("office:delivery", args=[mine.pk])
    bea = as_person("bea")
    assert bea.get(page).status_code == 200
    assert reverse("office:retry", args=[mine.pk]) in text(bea.get(page))
    dora = as_person("dora")  # of another plant
    assert dora.get(page).status_code == 404
    assert dora.get(reverse("office:order_path", args=[mine.about_id])).status_code == 404
    assert page not in text(dora.get(reverse("office:ledger")))
    assert dora.post(reverse("office:retry", args=[mine.pk])).status_code == 404
    assert states() == [DeliveryState.NEEDS_PERSON]
    bea = as_person("bea")
    assert bea.post(reverse("office:retry", args=[mine.pk])).status_code == 302
    assert states() == [DeliveryState.WAITING]


def test_a_letter_to_a_person_is_for_those_who_keep_the_sent_log(cast: Cast, people: dict[str, User]) -> None:
    invite_colleague(
        actor=cast.actor("aron"), supplier=cast.acme, email="nina@acme.example", name="Nina Neu", roles=["quality"],
        language="en", at=timezone.now(),
    )  # fmt: skip
    post_mails()
    everywhere = Actor(ActorKind.STAFF, "b", "B", frozenset({Grant(StaffRole.BUYER)}))
    for actor, seen in ((everywhere, 0), (cast.actor("ines"), 1)):
        with acting(actor):
            assert len(ledger(actor, LedgerFilters()).rows) == seen


@pytest.mark.parametrize("name", ["anna", "quentin", "rita"])
def test_others_do_not_read_the_ledger(dummy: Dummy, release_order: ReleaseOrder, as_person: Any, name: str) -> None:
    letter = park(dummy, release_order())
    person = as_person(name)
    for address in ("ledger", "connection"):
        assert person.get(reverse(f"office:{address}")).status_code == 403
    assert person.get(reverse("office:delivery", args=[letter.pk])).status_code == 403


def test_the_ledger_is_searched_and_filtered(
    dummy: Dummy, cast: Cast, release_order: ReleaseOrder, as_person: Any
) -> None:
    park(dummy, release_order(supplier=cast.acme, number="P11111"))
    publish(release_order(supplier=cast.borealis, number="P22222"), 2)
    drain()
    ines = as_person("ines")
    ledger = reverse("office:ledger")

    def numbers(**filters: str) -> set[str]:
        shown = text(ines.get(ledger, filters))
        return {number for number in ("P11111", "P22222") if f">{number}</a>" in shown}

    assert numbers() == {"P11111", "P22222"}
    assert numbers(state="needs_person") == {"P11111"}
    assert numbers(q="borealis") == {"P22222"}
    assert numbers(q="p1111") == {"P11111"}
    assert numbers(q="p1111", state="done") == set()
    assert numbers(state="no such state") == {"P11111", "P22222"}
    assert ines.get(ledger, {"cursor": "nonsense"}).status_code == 422
    assert ines.get(ledger, {"q": "\0"}).status_code in (200, 400, 422)


def test_an_orders_path_shows_events_letters_and_calls(
    dummy: Dummy, release_order: ReleaseOrder, as_person: Any
) -> None:
    order = release_order()
    publish(order, 1)
    publish(order, 2)
    drain()
    shown = text(as_person("ines").get(reverse("office:order_path", args=[order.pk])))
    assert order.number in shown
    for letter in _letters():
        assert reverse("office:delivery", args=[letter.pk]) in shown


def _letters() -> list[Delivery]:
    with everything():
        return list(Delivery.objects.all())


def test_the_connection_page_names_troubles_and_wakes_the_reader(
    dummy: Dummy, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = pulling.the_connection(pulling.PULL, timezone.now())
    obstacle = Obstacle("date_missing", {"line": 1, "order": "P9"})
    pulling.note_trouble(
        actor=pulling.PULL, connection=connection, model="purchase.order", remote_id=9, label="P9",
        obstacle=obstacle, at=timezone.now(),
    )  # fmt: skip
    ines = as_person("ines")
    page = reverse("office:connection")
    shown = text(ines.get(page))
    assert "Line 1 of P9 has no expected arrival." in shown
    assert "Buyer" in shown
    assert "Set the line's expected arrival in Odoo." in shown
    woken: list[str] = []
    monkeypatch.setattr("integrations.office.actions.desk.jobs.wake", woken.append)
    assert ines.post(reverse("office:pull_now")).status_code == 302
    assert woken == [PULL]
    ines.post(reverse("office:pause"))
    ines.post(reverse("office:pause"))
    with everything():
        connection.refresh_from_db()
    assert connection.paused
    assert "Paused" in text(ines.get(page))
    ines.post(reverse("office:resume"))
    with everything():
        connection.refresh_from_db()
    assert not connection.paused


AT = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        ({"state": "waiting"}, ["A worker takes it up within seconds."]),
        (
            {"state": "waiting", "failure": "Busy.", "failure_kind": FailureKind.TEMPORARY, "attempts": 2},
            ["It was tried 2 times.", "The last try: Busy.", "by itself"],
        ),
        (
            {"state": "waiting", "failure": "No answer.", "attempts": 1, "steps": {"rest": AT.isoformat()}},
            ["It was tried once.", "may still be at work", "writes only what is missing"],
        ),
        ({"state": "sending", "lease_until": AT}, ["A worker is sending it.", "taken back"]),
        ({"state": "superseded"}, ["a newer letter took its place"]),
        (
            {"state": "done", "steps": {"lines": {"reached": ["a", "b"], "conflict": {"c": "x"}, "overtaken": ["d"]},
                                        "moved": 1, "note": 7}},
            ["2 lines are in Odoo.", "1 line was left as Odoo has it", "1 line changed meanwhile",
             "1 planned receipt was moved.", "A note stands on the order."],
        ),
        (
            {"state": "needs_person", "failure": "Locked.", "owner": StaffRole.BUYER, "remedy": "Unlock it."},
            ["It cannot go on by itself: Locked.", "Buyer: Unlock it.", "Retry is safe"],
        ),
    ],
)  # fmt: skip
def test_in_plain_words(letter: dict[str, Any], words: list[str]) -> None:
    told = " ".join(explain(Delivery(**{"due_at": AT, "steps": {}, **letter})))
    for word in words:
        assert word in told


def test_a_letter_behind_another_says_so() -> None:
    waiting = Delivery(state="waiting", due_at=AT, steps={})
    assert "It waits for an older letter about the same." in explain(waiting, older=Delivery())
    parked = Delivery(state="needs_person", failure="x", owner="buyer", remedy="y", steps={"lines": {}})
    assert "A newer letter about the same waits behind it." in explain(parked, newer=waiting)


def test_a_mail_that_names_lines_by_position_has_a_page_too(
    release_order: ReleaseOrder, cast: Cast, as_person: Any
) -> None:
    """What is said of the lines of a letter to Odoo is not looked for in it."""
    order = release_order()
    (line,) = fresh_lines(order)
    late = LineAnswer(
        line.pk, 1, AnswerKind.CHANGED, (PromisedDelivery(line.quantity, working_day(60)),), reason="capacity"
    )
    acknowledge(actor=cast.actor("anna"), order=order, answers=[late], channel="page", at=timezone.now())
    with everything():
        answer = AnswerLine.objects.get(line=line)
    decide(
        actor=cast.actor("bea"), line=fresh_lines(order)[0], answer=answer.pk, decision=Decision.DECLINED,
        reason="Too late.", at=timezone.now(),
    )  # fmt: skip
    post_mails()
    with everything():
        letter = Delivery.objects.filter(event__topic="purchase_order.declined").latest("id")
    assert as_person("ines").get(reverse("office:delivery", args=[letter.pk])).status_code == 200
    assert as_person("ines").get(f"/api/v1/letters/{letter.pk}/").status_code == 200
