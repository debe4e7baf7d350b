"""How many statements a page or an address may cost, and that it costs the same with many rows as with few.

Counted is what is read in windows: not the bookkeeping of transactions and roles, nor who is asking (session, person
and roles: three statements for a person, two for a client). A new address to read from needs a budget.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.decisions import decide
from suppliers.models import PurchaseOrder
from suppliers.states import AnswerKind, Decision, Reason
from tests.cast import Cast, fresh_lines, release, working_day
from tests.house.catalog import PROJECT
from tests.house.routes import PEOPLE, ROUTES, Route
from tests.house.test_routes import Scene, doors, scene, send, worlds

__all__ = ["doors", "scene", "worlds"]  # fixtures
pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((PROJECT / "tests" / "query_budgets.json").read_text())
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "select set_config")
SIGNING_IN = r'from "?(django_session|suppliers_(user|membership|posting|api_token))\b'
READER = {"anna", "bea", "ines", "ada"}


def reads() -> list[Route]:
    return [route for route in ROUTES if route.method == "get" and route.name not in ("schema", "live", "ready")]


def cost(client: Client, route: Route, scene: Scene, status: int) -> int:
    connection.queries_log.clear()  # it holds 9,000; what comes after them would be counted as nothing
    with CaptureQueriesContext(connection) as captured:
        answer = send(client, route, scene, route.good(scene))
    assert not isinstance(answer, str), answer
    assert answer.status_code == status, f"{route.name}: {answer.status_code}"
    return sum(
        not query["sql"].startswith(BOOKKEEPING) and not re.search(SIGNING_IN, query["sql"], re.IGNORECASE)
        for query in captured
    )


def readers(route: Route) -> list[str]:
    """Who is given something to read; where nobody is, whoever is sent elsewhere, or told that nothing is there."""
    return next(
        found
        for names, statuses in ((READER, (200,)), (READER, (302, 404)), (PEOPLE, (200,)))
        if (found := [name for name in sorted(names) if route.answers[name] in statuses])
    )


def costs(scene: Scene, doors: dict[str, Client]) -> dict[tuple[str, str], int]:
    return {
        (route.name, who): cost(doors[who], route, scene, route.answers[who])
        for route in reads()
        for who in readers(route)
    }


def test_every_address_to_read_from_has_a_budget() -> None:
    assert {route.name for route in reads()} == set(BUDGETS)


@pytest.mark.long
def test_budgets_hold_and_do_not_grow_with_the_rows(cast: Cast, scene: Scene, doors: dict[str, Client]) -> None:
    few = costs(scene, doors)
    more_of_everything(cast, scene.order)
    many = costs(scene, doors)
    assert {name for name, _who in few} == set(BUDGETS), "measured, every one of them"
    grown = {key: (few[key], many[key]) for key in few if few[key] != many[key]}
    assert grown == {}, "statements at few rows and at many: something asks once a row"
    over = {key: (many[key], BUDGETS[key[0]]) for key in many if many[key] > BUDGETS[key[0]]}
    assert over == {}, "statements and budget"


def more_of_everything(cast: Cast, order: PurchaseOrder) -> None:
    """Nine orders more, and the first one answered and declined again and again."""
    now: Any = timezone.now()
    late = (
        PromisedDelivery(cast.line(10).quantity, working_day(60)),
        PromisedDelivery(cast.line(90).quantity, working_day(80)),
    )
    for number in range(9):
        fresh = release(cast, cast.line(100), cast.line(100), cast.line(5), at=now - timedelta(days=number))
        answers = [
            LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, late, reason=Reason.CAPACITY)
            for line in fresh_lines(fresh)[:2]
        ]
        acknowledge(actor=cast.actor("anna"), order=fresh, answers=answers, channel="page", at=now)
    line = next(line for line in fresh_lines(order) if line.state == "pending_buyer")
    for number in range(4):
        answer = LineAnswer(
            line.pk, line.revision, AnswerKind.CHANGED, late, reason=Reason.CAPACITY, comment=str(number)
        )
        sent = acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=now)
        (said,) = sent.rehearsed
        if number < 3:
            decide(
                actor=cast.actor("bea"),
                line=line,
                answer=said.pk,
                decision=Decision.DECLINED,
                reason="Too late",
                at=now,
            )
