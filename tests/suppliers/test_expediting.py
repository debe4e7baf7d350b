"""What a buyer chases: counted in the plant's working days, what endangers demand first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from portal.shared.acting import acting
from suppliers.actions import decisions
from suppliers.models import OrderLine, Plant
from suppliers.queries.expediting import ExpeditingFilters, expediting_counts, expediting_list
from suppliers.states import Decision, Mode
from tests.suppliers.conftest import DUE, NOW, PULL, WEEK, World
from tests.suppliers.test_answers import DAY, send
from tests.suppliers.test_desk import needed


def chased(world: World, kind: str, at: dt.datetime = NOW, **filters: object) -> list[tuple[int, int, int]]:
    with acting(world.bea):
        plants = list(Plant.objects.all())
        chosen = ExpeditingFilters(kind=kind, **filters)  # type: ignore[arg-type]
        rows = expediting_list(world.bea, chosen, plants, now=at, today=at.date()).rows
        if not filters:
            assert expediting_counts(world.bea, plants, now=at, today=at.date())[kind] == len(rows)
    return [(row.position, row.endangers, row.damage) for row in rows]  # type: ignore[attr-defined]


def test_unanswered_lines_are_counted_in_the_plants_working_days(world: World) -> None:
    """Released on a Saturday: Monday is the first working day, Tuesday the second."""
    assert chased(world, "unanswered", NOW + 2 * DAY) == []
    assert chased(world, "unanswered", NOW + 2 * DAY, days=1) == [(1, 0, 2), (2, 0, 2)]
    assert chased(world, "unanswered", NOW + 3 * DAY) == [(1, 0, 3), (2, 0, 3)]
    with acting(PULL, write=True):
        Plant.objects.filter(pk=world.plant.pk).update(holidays=["2026-11-24"])
    assert chased(world, "unanswered", NOW + 3 * DAY) == []
    assert chased(world, "unanswered", NOW + 4 * DAY, plant=world.other_plant.pk) == []
    assert [row[0] for row in chased(world, "unanswered", NOW + 4 * DAY)] == [1, 2]


def test_a_revision_or_a_decline_begins_the_wait_anew(world: World) -> None:
    late = NOW + 5 * DAY
    send(world, world.answer((100, DUE + WEEK)))
    assert chased(world, "unanswered", late) == [(2, 0, 5)]
    decisions.decide(
        actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.DECLINED, at=late, reason="No"
    )
    assert chased(world, "unanswered", late) == [(2, 0, 5)]
    assert chased(world, "unanswered", late + 5 * DAY) == [(2, 0, 10), (1, 0, 5)]


def test_what_comes_after_it_is_needed_is_first_and_said_so(world: World) -> None:
    send(world, *world.accept())
    assert chased(world, "overdue") == chased(world, "too_late") == []
    needed(world, 2, DUE + 4 * DAY)
    assert chased(world, "too_late") == [(2, 1, 3)]
    late = dt.datetime.combine(DUE + 10 * DAY, dt.time(9), dt.UTC)
    assert chased(world, "overdue", late) == [(2, 1, 6), (1, 0, 10)]
    needed(world, 1, DUE - DAY)
    assert chased(world, "overdue", late) == [(1, 1, 11), (2, 1, 6)]
    with acting(PULL, write=True):
        type(world.order).objects.update(mode=Mode.OFF)
    assert chased(world, "overdue", late) == []


def test_another_plants_buyer_chases_nothing_here(world: World) -> None:
    elsewhere = replace(
        world.bea, grants=frozenset(replace(one, plant_id=world.other_plant.pk) for one in world.bea.grants)
    )
    with acting(elsewhere):
        plants = list(Plant.objects.all())
        at = NOW + 9 * DAY
        rows = expediting_list(elsewhere, ExpeditingFilters(), plants, now=at, today=at.date()).rows
        assert (list(rows), OrderLine.objects.visible_to(elsewhere).count()) == ([], 0)
