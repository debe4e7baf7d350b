"""What pages make of forms that nobody filled in on them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.models import User
from suppliers.states import AnswerKind, LineState, Reason
from tests.cast import Cast, ReleaseOrder, fresh_lines, working_day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("said", [{}, {"decision": ""}, {"decision": "maybe"}, {"decision": ["declined", "x"]}])
def test_a_decision_that_is_none_decides_nothing(
    cast: Cast, people: dict[str, User], release_order: ReleaseOrder, client: Client, said: dict[str, Any]
) -> None:
    order = release_order(cast.line(100))
    (line,) = fresh_lines(order)
    late = (PromisedDelivery(line.quantity, working_day(60)),)
    answer = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, late, reason=Reason.CAPACITY)
    kept = acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())
    (row,) = kept.rehearsed
    client.force_login(people["bea"])
    one = client.post(f"/decisions/{line.pk}/", {"answer": row.pk, "reason": "Because", **said})
    many = client.post("/decisions/many/", {"choose": f"{line.pk}:{row.pk}", "reason": "Because", **said})
    assert [page.status_code for page in (one, many)] == [422, 422]
    assert "press one of the buttons" in one.content.decode()
    assert [line.state for line in fresh_lines(order)] == [LineState.PENDING_BUYER]


def test_digits_without_end_are_no_number(
    cast: Cast, people: dict[str, User], release_order: ReleaseOrder, client: Client
) -> None:
    endless = "9" * 5000
    order = release_order(cast.line(100))
    client.force_login(people["anna"])
    form = {"answers": endless, "line-1-revision": endless, "line-1-kind": "accepted"}
    for command in (f"add:{endless}", f"remove:1:{endless}", "send"):
        assert client.post(f"/orders/{order.pk}/", {**form, "do": command}).status_code in (200, 409, 422), command
    assert client.post("/acting-for/", {"supplier": endless}).status_code == 302
    assert client.get("/orders/", {"plant": endless, "supplier": endless}).status_code == 200
