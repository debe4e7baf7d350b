"""Policies begin on a day; tried on last quarter's answers they say in SQL what the judge says."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant
from portal.shared.errors import Invalid, NotPermitted
from suppliers.actions.assessing import Terms
from suppliers.actions.decisions import decide
from suppliers.actions.policies import set_policy
from suppliers.models import AnswerLine, SupplierGroup, TolerancePolicy
from suppliers.queries.orders import find_order
from suppliers.queries.policies import QUARTER, Scope, inside, try_policy
from suppliers.queries.policies import policies as in_scopes
from suppliers.states import AnswerKind, Decision, StaffRole, Verdict
from suppliers.tolerances import Asked, Bounds, Delivery, PlantCalendar, judge, measure
from tests.suppliers.conftest import DUE, NOW, PULL, World
from tests.suppliers.test_answers import DAY, fault_codes, send

ADA = Actor(ActorKind.STAFF, "ada", "Ada", frozenset({Grant(StaffRole.STAFF_ADMINISTRATOR)}))
TODAY = NOW.date()
AS_IT_IS = Bounds(quantity_over=Decimal(5), days_early=3, days_late=2)


def put(bounds: Bounds, valid_from: dt.date | None = None, **scope: object) -> TolerancePolicy:
    return set_policy(actor=ADA, bounds=bounds, at=NOW, valid_from=valid_from, **scope)  # type: ignore[arg-type]


def days_late(world: World, at: dt.datetime) -> int:
    with acting(world.bea):
        return Terms.of(find_order(world.bea, world.order.pk), at).bounds.days_late


def test_the_version_of_the_day_judges(world: World) -> None:
    put(Bounds(days_late=5), TODAY + 7 * DAY)
    assert [days_late(world, NOW + days * DAY) for days in (0, 6, 7, 30)] == [2, 2, 5, 5]
    put(Bounds(days_late=9), TODAY + 3 * DAY)  # set later, begins earlier: until the other one begins
    assert [days_late(world, NOW + days * DAY) for days in (2, 3, 6, 7)] == [2, 9, 9, 5]
    put(Bounds(days_late=1), TODAY + 7 * DAY)  # another thought about the same day
    assert days_late(world, NOW + 7 * DAY) == 1
    put(Bounds(days_late=4), plant=world.plant)
    assert [days_late(world, NOW + days * DAY) for days in (0, 7)] == [4, 4]
    with acting(ADA):
        general, plant = in_scopes(ADA, today=TODAY)
    assert general.current is not None
    assert [row.version for row in (general.current, *general.future, *general.past)] == [1, 3, 4, 2]
    assert (plant.shown.days_late, plant.future, plant.past) == (4, [], [])


def test_the_plants_own_clock_says_which_day_it_is(world: World) -> None:
    put(Bounds(days_late=5), dt.date(2026, 11, 22), plant=world.plant)
    late = dt.datetime(2026, 11, 21, 22, 59, tzinfo=dt.UTC)
    assert [days_late(world, late), days_late(world, late + dt.timedelta(minutes=1))] == [2, 5]


def test_no_policy_begins_in_the_past(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        put(AS_IT_IS, TODAY - DAY)
    assert fault_codes(refusal) == [("date_past", "/valid_from")]
    with acting(ADA):
        assert TolerancePolicy.objects.count() == 1


def trial(world: World, bounds: Bounds, at: dt.datetime = NOW, **scope: object) -> tuple[int, int, int, int, int]:
    with acting(ADA):
        tried = try_policy(ADA, Scope(**scope), bounds, at=at, begins=at.date())  # type: ignore[arg-type]
        assert tried.within_after - tried.within_before == tried.at_once - tried.to_buyer
        assert len(tried.changed) == tried.at_once + tried.to_buyer
        rows = AnswerLine.objects.count(), TolerancePolicy.objects.count()
    with acting(ADA):
        assert (AnswerLine.objects.count(), TolerancePolicy.objects.count()) == rows
    return tried.answers, tried.within_before, tried.within_after, tried.at_once, tried.to_buyer


def test_last_quarters_answers_are_judged_by_the_new_policy(world: World) -> None:
    send(world, world.answer((104, DUE)), world.answer((100, DUE + 12 * DAY), position=2))  # 4 % over; 150 %, 3 late
    send(world, world.answer((40, DUE + 10 * DAY), position=2))  # a day late
    assert trial(world, AS_IT_IS) == (3, 2, 2, 0, 0)
    assert trial(world, Bounds(days_late=2, days_early=9)) == (3, 2, 1, 0, 1)
    assert trial(world, Bounds(quantity_over=Decimal(150), days_late=3, days_early=9)) == (3, 2, 3, 1, 0)
    assert trial(world, Bounds(), at=NOW + QUARTER) == (0, 0, 0, 0, 0)
    assert trial(world, Bounds(), plant=world.other_plant) == (0, 0, 0, 0, 0)
    assert trial(world, Bounds(), plant=world.plant)[0] == 3


def test_what_goes_to_the_buyer_anyway_stays_with_him(world: World) -> None:
    send(world, world.answer(kind=AnswerKind.REJECTED))
    send(world, world.answer((20, DUE), (20, None), position=2, kind=AnswerKind.BACKORDERED))
    generous = Bounds(Decimal(999), Decimal(999), 999, 999, Decimal(999), Decimal(999))
    assert trial(world, generous) == (2, 0, 0, 0, 0)


def test_a_more_specific_policy_keeps_its_answers_to_itself(world: World) -> None:
    send(world, *world.accept())
    with acting(PULL, write=True):
        group = SupplierGroup.objects.create(name="Castings")
        type(world.acme).objects.filter(pk=world.acme.pk).update(group=group)
    pair = {"supplier": world.acme, "plant": world.plant}
    steps: list[tuple[dict[str, object], int]] = [
        ({}, 2),
        ({"plant": world.plant}, 2),
        ({"group": group}, 2),
        ({"group": group, "plant": world.plant}, 2),
        (pair, 2),
    ]
    for index, (scope, _count) in enumerate(steps):
        assert trial(world, AS_IT_IS, **scope)[0] == 2
        if scope:
            put(AS_IT_IS, **scope)
        for weaker, _ in steps[:index]:
            assert trial(world, AS_IT_IS, **weaker)[0] == 0, (scope, weaker)
    future = TODAY + DAY
    put(AS_IT_IS, future, supplier=world.acme, plant=world.other_plant)
    assert trial(world, AS_IT_IS, **pair)[0] == 2


def test_only_who_may_set_a_policy_tries_it(world: World) -> None:
    for nobody in (world.bea, world.anna):
        with pytest.raises(NotPermitted), acting(nobody):
            try_policy(nobody, Scope(), AS_IT_IS, at=NOW, begins=TODAY)
    here = Actor(
        ActorKind.STAFF, "al", "Al", frozenset({Grant(StaffRole.STAFF_ADMINISTRATOR, plant_id=world.plant.pk)})
    )
    with acting(here):
        try_policy(here, Scope(plant=world.plant), AS_IT_IS, at=NOW, begins=TODAY)
        with pytest.raises(NotPermitted):
            try_policy(here, Scope(), AS_IT_IS, at=NOW, begins=TODAY)


percents = st.decimals(0, 30, places=2)
bounds = st.builds(Bounds, percents, percents, st.integers(0, 9), st.integers(0, 9), percents, percents)
deliveries = st.lists(
    st.builds(
        lambda amount, days: Delivery(amount, DUE + days * DAY, DUE + days * DAY),
        st.decimals("0.01", 130, places=2),
        st.integers(-20, 20),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(deliveries, st.none() | st.decimals(1, 9, places=3)), min_size=1, max_size=8),
    st.lists(bounds, min_size=1, max_size=4),
)
def test_the_database_judges_as_the_judge_does(
    world: World, answers: list[tuple[list[Delivery], Decimal | None]], policies: list[Bounds]
) -> None:
    asked, calendar = Asked(Decimal("97.3"), Decimal("4.57"), DUE), PlantCalendar()
    send_one = world.detail().lines[0].latest or send(world, world.answer((100, DUE))).rehearsed[0]
    with acting(PULL, write=True):
        last = AnswerLine.objects.filter(line=send_one.line_id).count()
        made = AnswerLine.objects.bulk_create(
            AnswerLine(
                supplier_id=world.acme.pk,
                acknowledgement_id=send_one.acknowledgement_id,
                line_id=send_one.line_id,
                number=last + 1 + index,
                revision=1,
                kind=AnswerKind.CHANGED,
                verdict=Verdict.WITHIN,
                **asdict(measure(asked, promised, price, calendar)),
            )
            for index, (promised, price) in enumerate(answers)
        )
    for policy in policies:
        with acting(world.bea):
            within = set(AnswerLine.objects.filter(inside(policy), pk__in=[row.pk for row in made]).values_list("pk"))
        judged = {
            (row.pk,)
            for row, (promised, price) in zip(made, answers, strict=True)
            if not judge(asked, AnswerKind.CHANGED, promised, price, policy, calendar)
        }
        assert within == judged


def test_a_decline_leaves_the_answer_and_its_measures_for_the_trial(world: World) -> None:
    send(world, world.answer((100, DUE + 5 * DAY)))
    decide(actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.DECLINED, at=NOW, reason="No")
    assert trial(world, Bounds(days_late=3)) == (1, 0, 1, 1, 0)
