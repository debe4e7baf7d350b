"""The buyer's desk: what endangers demand comes first, many are decided at once, reliability is counted fairly."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotFound, NotPermitted
from suppliers.actions.decisions import Choice, decide_many
from suppliers.models import Commitment, DecisionBatch, OrderLine
from suppliers.queries import desk
from suppliers.queries.desk import NO_DATE, NO_DEMAND, QueueFilters, days_left, decision_queue, find_batch
from suppliers.states import AnswerKind, Decision, LineState, SyncMark
from tests.suppliers.conftest import DUE, NOW, PULL, WEEK, World
from tests.suppliers.test_answers import DAY, fault_codes, send

APPROVED, DECLINED = Decision.APPROVED, Decision.DECLINED


@pytest.fixture
def two(world: World) -> World:
    """Both lines with the buyer."""
    send(world, world.answer((100, DUE + WEEK)), world.answer((40, DUE + 2 * WEEK), position=2))
    return world


def needed(world: World, position: int, date: dt.date | None) -> None:
    with acting(PULL, write=True):
        rows = OrderLine.objects.filter(order=world.order, position=position)
        rows.update(needed_date=date, needed_kind="production" if date else "", needed_for="MO/0042" if date else "")


def queue(world: World, **filters: object) -> list[tuple[int, int]]:
    with acting(world.bea):
        rows = decision_queue(world.bea, QueueFilters(**filters)).rows  # type: ignore[arg-type]
        for row in rows:
            left = days_left(row, row.answers.all()[0])
            assert row.left == (NO_DEMAND if left is None else left)  # type: ignore[attr-defined]
    return [(row.position, row.left) for row in rows]  # type: ignore[attr-defined]


def chosen(world: World, *positions: int) -> list[Choice]:
    return [Choice(world.line(position).pk, world.latest(position)) for position in positions]


def outcomes(batch: DecisionBatch) -> list[tuple[str, str]]:
    return [(row["outcome"], row["code"]) for row in batch.results]


def test_what_leaves_demand_the_fewest_days_comes_first(two: World) -> None:
    assert queue(two) == [(1, NO_DEMAND), (2, NO_DEMAND)]
    needed(two, 2, DUE + WEEK)
    assert queue(two) == [(2, -7), (1, NO_DEMAND)]
    needed(two, 1, DUE + WEEK + 2 * DAY)
    assert queue(two) == [(2, -7), (1, 2)]
    assert queue(two, endangered=True) == [(2, -7)]
    send(two, two.answer(kind=AnswerKind.REJECTED))
    assert queue(two) == [(1, NO_DATE), (2, -7)]
    assert queue(two, finding="rejected") == [(1, NO_DATE)]
    assert queue(two, finding="date") == [(2, -7)]
    assert queue(two, finding="conflict", text="PH-1040") == []
    send(two, two.answer((50, DUE), (50, None), kind=AnswerKind.BACKORDERED))
    assert queue(two) == [(1, NO_DATE), (2, -7)]


def test_a_page_of_the_queue_goes_on_where_it_ended(two: World) -> None:
    needed(two, 2, DUE)
    with acting(two.bea):
        first = decision_queue(two.bea, size=1)
        second = decision_queue(two.bea, cursor=first.next, size=1)
    assert [row.position for row in (*first.rows, *second.rows)] == [2, 1]
    assert (second.next, bool(second.previous)) == ("", True)


def test_many_are_decided_each_by_itself_with_one_letter_an_order(two: World) -> None:
    stale = Choice(two.line(1).pk, two.latest(1))
    send(two, two.answer((100, DUE + 2 * WEEK)))
    nowhere = UUID(int=7)
    choices = [stale, *chosen(two, 2), *chosen(two, 2), Choice(nowhere, nowhere)]
    batch = decide_many(actor=two.bea, choices=choices, decision=APPROVED, reason="Fine", at=NOW)
    assert outcomes(batch) == [
        ("refused", "stale"),
        ("decided", ""),
        ("refused", "line_twice"),
        ("refused", "not_found"),
    ]
    assert [two.line(1).state, two.line(2).state] == [LineState.PENDING_BUYER, LineState.AGREED]
    again = decide_many(actor=two.bea, choices=chosen(two, 1, 2), decision=DECLINED, reason="Too late", at=NOW)
    assert outcomes(again) == [("decided", ""), ("refused", "wrong_state")]
    assert [two.line(1).state, two.line(2).state] == [LineState.OPEN, LineState.AGREED]
    with acting(two.bea):
        steps = Commitment.objects.order_by("at", "line__position", "number").values_list("decision", "reason")
        assert sorted(steps) == [(APPROVED, "Fine"), (DECLINED, "Too late")]
        assert find_batch(two.bea, batch.pk).results == batch.results
        with pytest.raises(NotFound):
            find_batch(replace(two.bea, id="somebody else"), batch.pk)
    assert len(two.letters()) == 1


def test_two_answers_of_one_order_leave_in_one_letter(two: World) -> None:
    decide_many(actor=two.bea, choices=chosen(two, 1, 2), decision=APPROVED, at=NOW)
    (letter,) = two.letters()
    assert [line["position"] for line in letter.payload["lines"]] == [1, 2]


def test_nothing_is_decided_by_a_batch_that_is_refused_or_rehearsed(two: World) -> None:
    for choices, reason, expected in (
        ([], "x", [("required", "/rows")]),
        (chosen(two, 1), " ", [("required", "/reason")]),
        (chosen(two, 1) * 101, "x", [("too_many", "/rows")]),
    ):
        with pytest.raises(Invalid) as refusal:
            decide_many(actor=two.bea, choices=choices, decision=DECLINED, reason=reason, at=NOW)
        assert fault_codes(refusal) == expected
    with pytest.raises(NotPermitted):
        decide_many(actor=two.anna, choices=chosen(two, 1), decision=APPROVED, at=NOW)
    rehearsed = decide_many.rehearse(actor=two.bea, choices=chosen(two, 1, 2), decision=APPROVED, at=NOW)
    assert outcomes(rehearsed) == [("decided", ""), ("decided", "")]
    elsewhere = replace(two.bea, grants=frozenset(replace(one, plant_id=two.other_plant.pk) for one in two.bea.grants))
    batch = decide_many(actor=elsewhere, choices=chosen(two, 1), decision=APPROVED, at=NOW)
    assert outcomes(batch) == [("refused", "not_found")]
    assert batch.results[0]["number"] == ""
    assert [two.line(1).state, two.line(2).state] == [LineState.PENDING_BUYER] * 2
    assert two.letters() == []


# --- Reliability ------------------------------------------------------------------------------------------------------

TODAY = dt.date(2026, 12, 31)


def promised(world: World, *shifts: int, state: str = LineState.RECEIVED, due: dt.date = DUE, **more: object) -> None:
    """A received line for each shift, of that many days from its first promise."""
    line = world.line(2)
    made = []
    for shift in shifts:
        line.pk, line.position = UUID(int=world.made), world.made
        world.made += 1
        line._state.adding = True
        line.first_date, line.promised_date = due, due + shift * DAY
        made.append(OrderLine(**{field.attname: getattr(line, field.attname) for field in line._meta.concrete_fields}))
        made[-1].state = state
        for name, value in more.items():
            setattr(made[-1], name, value)
    with acting(PULL, write=True):
        OrderLine.objects.bulk_create(made)


def measure(world: World) -> tuple[int, int, float] | None:
    with acting(world.bea):
        detail = desk.find_reliability(world.bea, world.acme.pk, TODAY)
    return (detail.lines, detail.kept, detail.shift) if detail else None


def test_reliability_counts_what_the_supplier_moved_and_says_nothing_of_a_few(world: World) -> None:
    world.made = 100
    assert measure(world) is None
    promised(world, 0, -2, 7, 7)
    assert measure(world) is None
    promised(world, 1)
    assert measure(world) == (5, 2, 1.0)
    promised(world, 0, state=LineState.CANCELLED)
    promised(world, 0, due=TODAY + DAY)
    promised(world, 0, due=TODAY - dt.timedelta(days=365))
    assert measure(world) == (5, 2, 1.0)
    promised(world, 0, state=LineState.AGREED, due=TODAY - 4 * DAY)  # overdue: moved to today, whatever was promised
    assert measure(world) == (6, 2, 2.5)
    with acting(PULL, write=True):
        type(world.order).objects.update(imported=True)
    assert measure(world) is None


def test_the_line_in_conflict_is_measured_by_what_was_agreed(world: World) -> None:
    send(world, *world.accept())
    with acting(PULL, write=True):
        OrderLine.objects.filter(position=1).update(
            sync=SyncMark.CONFLICT, conflict=[], needed_date=DUE - DAY, promised_quantity=Decimal(100)
        )
    assert queue(world) == [(1, -1)]
