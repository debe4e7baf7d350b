"""The desk by API: what the pages settle, programs settle too; rows are named as answers name them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.office.actions.pulling import the_connection
from portal.shared.acting import acting
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import Activation, OrderLine, ScheduleLine
from suppliers.states import AnswerKind, LineState, Mode, SyncMark
from tests.cast import PULL, Cast, ReleaseOrder, everything, fresh_lines, working_day

pytestmark = pytest.mark.django_db


def client(cast: Cast, name: str) -> Client:
    if name in cast.tokens:
        return Client(headers={"Authorization": f"Bearer {cast.tokens[name].secret}"})
    signed_in = Client()
    signed_in.force_login(cast.people[name])
    return signed_in


def post(asking: Client, path: str, body: Any = None) -> Any:
    return asking.post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")


@pytest.fixture
def conflict(cast: Cast, release_order: ReleaseOrder) -> OrderLine:
    """Agreed at 100; since then Odoo says 80, a fortnight later."""
    order = release_order()
    (line,) = fresh_lines(order)
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)]
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    with acting(PULL, write=True):
        (row,) = ScheduleLine.objects.filter(line=line)
        said = {"quantity": "80", "date": working_day(44).isoformat(), "price": "12.5", "received": "0"}
        entry = {"schedule": str(row.pk), **said}
        OrderLine.objects.filter(pk=line.pk).update(sync=SyncMark.CONFLICT, conflict=[entry])
    return fresh_lines(order)[0]


def test_a_program_sees_both_sides_of_a_conflict_and_settles_it(cast: Cast, conflict: OrderLine) -> None:
    decider = client(cast, "decider")
    (row,) = decider.get("/api/v1/decisions/?finding=conflict").json()["results"]
    (delivery,) = row["deliveries"]
    assert (delivery["agreed"]["quantity"], delivery["odoo"]["quantity"]) == ("100", "80")
    assert delivery["odoo"]["date"] == working_day(44).isoformat()

    address = f"order-lines/{conflict.pk}/conflict/"
    rehearsed = post(decider, f"{address}?dry_run=true", {"keep": False}).json()
    assert (rehearsed["state"], rehearsed["dry_run"]) == (LineState.OPEN, True)
    (line,) = fresh_lines(conflict.order)
    assert (line.state, line.sync) == (LineState.AGREED, SyncMark.CONFLICT)

    settled = post(decider, address, {"keep": False}).json()
    (line,) = fresh_lines(conflict.order)
    assert (settled["state"], settled["revision"]) == (line.state, line.revision) == (LineState.OPEN, 2)
    again = post(decider, address, {"keep": False})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_keeping_the_agreement_writes_it_again(cast: Cast, conflict: OrderLine) -> None:
    settled = post(client(cast, "bea"), f"order-lines/{conflict.pk}/conflict/", {"keep": True, "reason": "Agreed."})
    assert settled.json()["sync"] == SyncMark.WAITING
    (line,) = fresh_lines(conflict.order)
    assert (line.state, line.sync, line.conflict) == (LineState.AGREED, SyncMark.WAITING, None)


def test_switching_is_rehearsed_with_its_effect(cast: Cast, release_order: ReleaseOrder) -> None:
    release_order()
    release_order(plant=cast.drs)
    ada = client(cast, "ada")
    asked = {"mode": "off", "plant": "HAM", "supplier": str(cast.acme.public_id)}
    rehearsed = post(ada, "go-live/?dry_run=true", asked)
    assert rehearsed.status_code == 200
    assert rehearsed.json()["effect"] == {"orders": 1, "baseline": 0, "suppliers": 1}
    with everything():
        assert Activation.objects.filter(plant=cast.ham).count() == 0
    switched = post(ada, "go-live/", asked)
    assert (switched.status_code, switched.json()["effect"]) == (201, rehearsed.json()["effect"])
    with everything():
        assert Activation.objects.get(plant=cast.ham, supplier=cast.acme).mode == Mode.OFF
    general, special = ada.get("/api/v1/go-live/").json()["results"]
    assert (general["plant"], general["live"]) == ("", 1)
    assert (special["supplier"], special["plant"], special["to_move"]) == (str(cast.acme.public_id), "HAM", 1)


def test_a_supplier_is_switched_plant_by_plant(cast: Cast) -> None:
    refused = post(client(cast, "ada"), "go-live/?dry_run=true", {"mode": "on", "supplier": str(cast.acme.public_id)})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/plant")


@pytest.mark.parametrize("path", ["orders/", "expediting/"])
def test_rows_are_filtered_by_the_names_that_answers_tell(path: str, cast: Cast, release_order: ReleaseOrder) -> None:
    old = timezone.now() - dt.timedelta(days=30)
    ours = release_order(at=old)
    release_order(supplier=cast.borealis, plant=cast.drs, at=old)
    decider = client(cast, "decider")

    def numbers(**asked: str) -> list[str]:
        return [row["number"] for row in decider.get(f"/api/v1/{path}", asked).json()["results"]]

    acme = str(cast.acme.public_id)
    assert len(numbers()) == 2
    assert numbers(plant="HAM") == numbers(supplier=acme) == [ours.number]
    assert numbers(plant="DRS", supplier=acme) == []


@pytest.mark.parametrize("path", ["orders/", "decisions/", "expediting/", "approvals/", "exceptions/"])
def test_a_plant_that_nobody_has_is_a_fault(path: str, cast: Cast) -> None:
    who = client(cast, "bea")
    refused = who.get(f"/api/v1/{path}?plant=NOWHERE")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/plant")


def test_another_supplier_is_nobody(cast: Cast) -> None:
    refused = client(cast, "writer").get(f"/api/v1/orders/?supplier={cast.borealis.public_id}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/supplier")


def test_the_connection_is_paused_and_resumed(cast: Cast) -> None:
    the_connection(PULL, timezone.now())
    ines = client(cast, "ines")
    assert post(ines, "connection/pause/?dry_run=true").json() == {"name": "main", "paused": True, "dry_run": True}
    assert ines.get("/api/v1/connection/").json()["paused"] is False
    post(ines, "connection/pause/")
    assert ines.get("/api/v1/connection/").json()["paused"] is True
    post(ines, "connection/resume/")
    assert ines.get("/api/v1/connection/").json()["paused"] is False
