"""Same as last time: the dates keep their distance, the split its proportions, and nothing is sent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery, Terms
from suppliers.actions.last_time import LastTime, last_time
from suppliers.models import PurchaseOrder
from suppliers.queries.orders import find_order, order_detail
from suppliers.repeats import spread
from suppliers.states import AnswerKind
from tests.cast import Cast, ReleaseOrder, ReviseOrder, fresh_lines, working_day
from tests.suppliers.test_tolerances import calendars, dates

NOW = timezone.now()
STEPS = st.sampled_from(["1", "12", "0.5", "0.01", "0.000001"]).map(Decimal)


@given(calendars, dates, st.integers(-60, 60))
def test_shifting_by_working_days_is_the_inverse_of_counting_them(calendar: Any, reference: dt.date, by: int) -> None:
    assert calendar.moved(reference, calendar.shifted(reference, by)) == by


@given(STEPS, st.lists(st.integers(1, 10**9), min_size=1, max_size=12), st.integers(1, 10**9))
def test_a_split_adds_up_in_whole_steps_and_keeps_its_proportions(step: Decimal, parts: list[int], now: int) -> None:
    then, wanted = sum(parts) * step, now * step
    shares = spread([part * step for part in parts], then, wanted, step)
    assert sum(shares) == wanted
    for share, part in zip(shares, parts, strict=True):
        assert share >= 0
        assert share % step == 0
        assert abs(share - wanted * part / sum(parts)) < step
    assert spread([part * step for part in parts], then, then, step) == [part * step for part in parts]


@given(STEPS, st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_whoever_promised_less_strays_by_the_same_share(
    step: Decimal, parts: list[int], ordered: int, now: int
) -> None:
    promised = sum(parts)
    shares = spread([part * step for part in parts], ordered * step, now * step, step)
    assert 0 <= Decimal(now) * promised / ordered * step - sum(shares) < step or promised == ordered


def ask(actor: Actor, order: PurchaseOrder) -> list[LastTime]:
    with acting(actor):
        found = find_order(actor, order.pk)
        lines = [one.line for one in order_detail(actor, order.pk).lines]
        same = last_time(actor, found, lines, Terms.of(found, NOW))
    return [same[line.pk] for line in lines if line.pk in same]


def answer(actor: Actor, order: PurchaseOrder, *promises: tuple[int, dt.date], at: dt.datetime | None = None) -> None:
    line = fresh_lines(order)[0]
    deliveries = tuple(PromisedDelivery(Decimal(quantity), date) for quantity, date in promises)
    kind, reason = (AnswerKind.CHANGED, "capacity") if promises else (AnswerKind.ACCEPTED, "")
    said = LineAnswer(line.pk, line.revision, kind, deliveries, reason)
    acknowledge(actor=actor, order=order, answers=[said], channel="page", at=at or timezone.now())


def test_the_latest_agreement_of_item_and_plant_is_laid_on_todays_line(
    cast: Cast, anna: Actor, release_order: ReleaseOrder
) -> None:
    asked = working_day(30)
    long_ago = NOW - dt.timedelta(days=9)
    answer(anna, release_order(at=long_ago), at=long_ago)
    answer(anna, release_order(number="P00500"), (60, asked), (40, asked + dt.timedelta(days=2)))
    late = release_order()  # not agreed: it waits for the buyer
    answer(anna, late, (100, asked + dt.timedelta(days=28)), at=timezone.now())
    fresh = release_order(cast.line(250, date=asked + dt.timedelta(days=7)), cast.line(5, item_id=cast.granulate.pk))
    (last,) = ask(anna, fresh)
    assert (last.order, last.position, last.working_days) == ("P00500", 1, 2)
    assert (last.answer.kind, last.answer.reason) == (AnswerKind.CHANGED, "capacity")
    assert [(one.quantity, one.date) for one in last.answer.promises] == [
        (150, asked + dt.timedelta(days=7)),
        (100, asked + dt.timedelta(days=9)),
    ]
    sent = acknowledge.rehearse(actor=anna, order=fresh, answers=[last.answer], channel="page", at=NOW)
    assert [said.verdict for said in sent.rehearsed] == ["within"]


def test_what_was_accepted_as_ordered_is_accepted_again(anna: Actor, release_order: ReleaseOrder) -> None:
    answer(anna, release_order())
    (last,) = ask(anna, release_order())
    assert (last.answer.kind, last.answer.promises) == (AnswerKind.ACCEPTED, ())


def test_another_plant_supplier_unit_or_a_revision_since_say_nothing(
    cast: Cast, anna: Actor, boris: Actor, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    answer(anna, release_order(plant=cast.drs))
    answer(boris, release_order(supplier=cast.borealis))
    answer(anna, release_order(cast.line(100, unit_id=cast.kilograms.pk)))
    revised = release_order()
    answer(anna, revised)
    revise_order(revised, quantity=Decimal(120))
    assert ask(anna, release_order()) == []


@pytest.mark.parametrize("who", ["anna", "bea"])
def test_the_api_gives_what_it_takes(
    who: str, cast: Cast, anna: Actor, release_order: ReleaseOrder, client: Any
) -> None:
    answer(anna, release_order(), (60, working_day(30)), (40, working_day(30)))
    fresh = release_order(cast.line(10))
    client.force_login(cast.people[who])
    (line,) = client.get(f"/api/v1/orders/{fresh.pk}/same-as-last-time/").json()["lines"]
    assert [one["quantity"] for one in line["answer"]["promises"]] == ["6", "4"]
    body = {"lines": [line["answer"]], "source": "phone" if who == "bea" else ""}
    path = f"/api/v1/orders/{fresh.pk}/acknowledgements/?dry_run=true"
    assert client.post(path, body, content_type="application/json").status_code == 200
