"""Several lines in one change form: all of it is taken or nothing, and each line gets a request of its own."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.errors import Invalid, NotPermitted, Stale
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import request_change, request_changes
from suppliers.actions.negotiating import Ask, Wish
from suppliers.models import ChangeRequest, OrderLine, PurchaseOrder
from suppliers.states import AnswerKind
from tests.cast import Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines, working_day
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast, release_order: ReleaseOrder) -> PurchaseOrder:
    """Three agreed lines; what was mailed so far is gone."""
    order = release_order(cast.line(100), cast.line(40), cast.line(7), number="P00041")
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    post_mails()
    return order


def later(line: OrderLine, days: int = 60, **more: Any) -> Ask:
    wish = Wish((PromisedDelivery(line.quantity, working_day(days)),), reason="other", **more)
    return Ask(line.pk, wish, line.revision)


def halves(line: OrderLine) -> Ask:
    """Inside tolerance: a split that comes when it was agreed."""
    half = PromisedDelivery(line.quantity / 2, working_day(30))
    return Ask(line.pk, Wish((half, half), reason="other"), line.revision)


def ask(cast: Cast, who: str, order: PurchaseOrder, *asks: Ask, **more: Any) -> ChangeRequest:
    return request_changes(actor=cast.actor(who), order=order, asks=asks, at=timezone.now(), **more)


def requests() -> list[tuple[int, int, str]]:
    with everything():
        rows = ChangeRequest.objects.order_by("number")
        return list(rows.values_list("number", "line__position", "state"))


def topics() -> list[str]:
    with everything():
        return list(Event.objects.order_by("pk").values_list("topic", flat=True))


def test_each_line_has_its_number_and_what_is_inside_tolerance_is_agreed(cast: Cast, order: PurchaseOrder) -> None:
    first, second, third = fresh_lines(order)
    before = len(topics())
    made = ask(cast, "anna", order, later(third), halves(first), halves(second))
    assert made.number == 1
    assert requests() == [(1, 3, "submitted"), (2, 1, "accepted"), (3, 2, "accepted")]
    assert sorted(topics()[before:]) == [
        *["change_request.accepted"] * 2, "change_request.submitted", "purchase_order.agreed",
    ], "one letter to Odoo for both"  # fmt: skip
    request_change(actor=cast.actor("anna"), line=first, wish=later(first).wish, at=timezone.now())
    assert requests()[-1] == (4, 1, "submitted")


def test_nothing_is_taken_where_one_line_is_wrong(cast: Cast, order: PurchaseOrder) -> None:
    first, second, third = fresh_lines(order)
    ask(cast, "bea", order, later(third))
    before = len(topics())
    wrong = Ask(second.pk, Wish((PromisedDelivery(Decimal("0.5"), working_day(-3)),)), second.revision)
    with pytest.raises(Invalid) as refusal:
        ask(cast, "anna", order, later(first), wrong, later(third), later(first), Ask(uuid4(), later(first).wish))
    assert [(fault.code, fault.pointer) for fault in refusal.value.faults] == [
        ("required", "/changes/1/reason"),
        ("wrong_state", "/changes/2/line"),
        ("line_twice", "/changes/3/line"),
        ("unknown_line", "/changes/4/line"),
    ]
    with pytest.raises(Invalid) as refusal:
        ask(cast, "anna", order)
    assert [fault.pointer for fault in refusal.value.faults] == ["/changes"]
    assert requests() == [(1, 3, "submitted")]
    assert len(topics()) == before


def test_a_line_of_another_order_is_no_line_of_this_one(
    cast: Cast, order: PurchaseOrder, release_order: ReleaseOrder
) -> None:
    (other,) = fresh_lines(release_order())
    with pytest.raises(Invalid) as refusal:
        ask(cast, "anna", order, later(other))
    assert [fault.code for fault in refusal.value.faults] == ["unknown_line"]


def test_a_revised_line_stops_all_of_it(cast: Cast, order: PurchaseOrder, revise_order: ReviseOrder) -> None:
    first, second, _third = fresh_lines(order)
    revise_order(order, quantity=Decimal(90))
    with pytest.raises(Stale) as refusal:
        ask(cast, "anna", order, later(second), later(first))
    assert [fault.pointer for fault in refusal.value.faults] == ["/changes/0/line", "/changes/1/line"]
    assert requests() == []


def test_who_may_not_ask_for_one_may_not_ask_for_many(cast: Cast, order: PurchaseOrder) -> None:
    for who in ("boris", "sven", "quentin", "dora"):
        with pytest.raises(NotPermitted):
            ask(cast, who, order, *map(later, fresh_lines(order)))


def test_one_mail_tells_of_all_of_them(cast: Cast, order: PurchaseOrder) -> None:
    ask(cast, "anna", order, *map(later, fresh_lines(order)))
    (mail,) = post_mails()
    assert mail.to == [cast.people["bea"].email]
    assert mail.subject == "Order P00041: Anna Abel asks for a change of 3 lines"
    assert [f"Line {n}: " in str(mail.body) for n in (1, 2, 3)] == [True] * 3
    assert link_in(mail) == f"/orders/{order.pk}/"


# --- The doors --------------------------------------------------------------------------------------------------------


def typed(*lines: OrderLine, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"do": "send", "ticked": [line.position for line in lines]}
    for line in lines:
        said = {"revision": line.revision, "quantity": "5", "date": working_day(60).isoformat(), "reason": "other"}
        body |= {f"line-{line.position}-{name}": value for name, value in said.items()}
    return body | more


def test_the_page_sends_what_is_ticked(cast: Cast, order: PurchaseOrder, client: Client) -> None:
    client.force_login(cast.people["anna"])
    first, second, third = fresh_lines(order)
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert f'href="/orders/{order.pk}/changes/"' in page
    assert f'href="/orders/{order.pk}/changes/?line=2"' in page
    one = client.get(f"/orders/{order.pk}/changes/?line=2").content.decode()
    assert one.count('name="ticked"') == 3
    assert one.count("checked>\n        <span aria-hidden") == 1
    body = typed(first, second, third) | {"ticked": [1, 3]}
    sent = client.post(f"/orders/{order.pk}/changes/", body, follow=True)
    assert "Change requests 1, 2 are sent: they wait for the buyer." in sent.content.decode()
    assert requests() == [(1, 1, "submitted"), (2, 3, "submitted")]
    assert 'name="ticked" value="2"' in client.get(f"/orders/{order.pk}/changes/").content.decode()


def test_a_line_that_somebody_was_quicker_with_is_named_and_nothing_is_sent(
    cast: Cast, order: PurchaseOrder, client: Client
) -> None:
    client.force_login(cast.people["anna"])
    first, second, _third = fresh_lines(order)
    ask(cast, "aron", order, later(first))
    refused = client.post(f"/orders/{order.pk}/changes/", typed(first, second))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Line 1: Line 1 has an open change request already." in page
    assert 'value="5"' in page, "nothing typed is lost"
    assert requests() == [(1, 1, "submitted")]


def test_a_program_asks_for_many_at_once_and_a_repeat_changes_nothing(
    cast: Cast, order: PurchaseOrder, client: Client
) -> None:
    lines = fresh_lines(order)
    later = {"deliveries": [{"quantity": "5", "date": working_day(60).isoformat()}], "reason": "other"}
    body = {"changes": [{"line": str(line.pk), "revision": line.revision, **later} for line in lines[:2]]}
    headers = {"Authorization": f"Bearer {cast.tokens['writer'].secret}", "Idempotency-Key": "many"}

    def send(path: str = "", **more: Any) -> Any:
        text = json.dumps(body | more)
        path = f"/api/v1/orders/{order.pk}/changes/{path}"
        return client.post(path, text, content_type="application/json", headers=headers)

    tried = send("?dry_run=true")
    assert (tried.status_code, tried.json()["dry_run"], requests()) == (200, True, [])
    assert [len(one["offers"]) for one in tried.json()["results"]] == [1, 1]
    made = send()
    assert made.status_code == 201
    assert [(one["number"], one["position"], one["state"]) for one in made.json()["results"]] == [
        (1, 1, "submitted"),
        (2, 2, "submitted"),
    ]
    assert send().json() == made.json()
    assert len(requests()) == 2
    headers["Idempotency-Key"] = "again"
    refused = send()
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/changes/0/line", "/changes/1/line"]
