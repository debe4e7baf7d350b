"""Reminders: one mail a day and person, whatever the scheduler and the clocks do; and what a run costs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.slot.models import Event
from portal.shared.acting import acting
from suppliers.actions import digests
from suppliers.actions.digests import DIGEST_DUE, REMINDER, remind
from suppliers.models import Digest, DigestItem, Membership, Posting, User
from suppliers.queries import reminders
from suppliers.states import Role, StaffRole
from tests.cast import SET_UP, Cast, ReleaseOrder, everything
from tests.suppliers.test_reminders import MONDAY, agree, answer_late, days_later, on

pytestmark = pytest.mark.django_db

# --- Once a day, whatever happens -------------------------------------------------------------------------------------


def test_the_second_scheduler_sends_nothing(cast: Cast, release_order: ReleaseOrder) -> None:
    release_order(at=on(MONDAY, 10), number="P1")
    at = on(days_later(2))
    with everything():
        letters = digests._letters(reminders.awake(at))
    assert len(letters) == 1
    digests.send(actor=REMINDER, letters=letters, at=at)
    digests.send(actor=REMINDER, letters=letters, at=at)  # it had looked before the first one wrote
    assert remind(at) == 0
    with everything():
        assert (Digest.objects.count(), DigestItem.objects.count()) == (1, 1)
        assert Event.objects.filter(topic=DIGEST_DUE).count() == 1


def test_a_scheduler_that_dies_leaves_nothing_or_everything(
    cast: Cast, release_order: ReleaseOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_order(at=on(MONDAY, 10), number="P1")

    def dies(*_args: Any, **_rest: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr("integrations.slot.outbox.publish_all", dies)
        with pytest.raises(SystemExit):
            remind(on(days_later(2)))
    with everything():
        assert (Digest.objects.count(), Event.objects.filter(topic=DIGEST_DUE).count()) == (0, 0)
    assert remind(on(days_later(2), 8, 15)) == 1
    with everything():
        assert (Digest.objects.count(), Event.objects.filter(topic=DIGEST_DUE).count()) == (1, 1)


ZONES = ["Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"]
MINUTES = st.integers(0, 40 * 24 * 60)
# Both changes of the clocks: in March on the northern half, in April on the southern one.
START = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)


@given(
    moments=st.lists(MINUTES, max_size=60),
    zone=st.sampled_from(ZONES),
    hour=st.integers(4, 12),
    days=st.sets(st.integers(1, 7), min_size=1),
)
@settings(max_examples=200, deadline=None)
def test_a_morning_is_on_his_own_clock_and_on_his_own_days(
    moments: list[int], zone: str, hour: int, days: set[int]
) -> None:
    """Pure, under arbitrary timings: restarts, doubled beats, clocks that jump."""
    for minutes in moments:
        at = START + dt.timedelta(minutes=minutes)
        here = at.astimezone(ZoneInfo(zone))
        begun = reminders.morning(at, zone, hour, days)
        assert (begun is not None) == (here.isoweekday() in days and hour <= here.hour < hour + reminders.MORNING)
        if begun is not None:
            day, began = begun
            assert day == here.date()
            assert began <= at
            assert at - began < dt.timedelta(hours=reminders.MORNING + 1)


@pytest.mark.parametrize("zone", ZONES)
def test_every_working_day_has_a_morning_also_when_the_clocks_change(zone: str) -> None:
    days = set()
    for quarter in range(70 * 96):
        begun = reminders.morning(START + dt.timedelta(minutes=15 * quarter), zone, 7, [])
        if begun is not None:
            days.add(begun[0])
    first = START.date() + dt.timedelta(days=1)
    wanted = {first + dt.timedelta(days=number) for number in range(68)}
    assert {day for day in wanted if day.isoweekday() <= 5} - days == set()


def test_a_zone_nobody_knows_is_utc() -> None:
    assert reminders.morning(dt.datetime(2026, 3, 2, 7, tzinfo=dt.UTC), "Moon/Tranquility", 7, []) is not None


@given(
    beats=st.lists(
        st.tuples(MINUTES, st.sampled_from([None, "Pacific/Auckland", "America/Los_Angeles"])), min_size=1, max_size=12
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_at_most_one_mail_a_day_whatever_the_scheduler_and_the_clock_do(
    cast: Cast, release_order: ReleaseOrder, beats: list[tuple[int, str | None]]
) -> None:
    """Beats in any order (a clock that jumps back), doubled, with a person who travels between them."""
    with everything():
        before = set(Digest.objects.values_list("pk", flat=True))
        last = max(Digest.objects.values_list("day", flat=True), default=START.date())
    if not before:
        release_order(at=on(MONDAY, 10), number="P1")
    # What earlier examples left behind is long past.
    start = dt.datetime.combine(last + dt.timedelta(days=2), dt.time(), dt.UTC)
    for minutes, moves_to in beats:
        if moves_to:
            with acting(SET_UP, write=True):
                User.objects.filter(pk=cast.people["anna"].pk).update(time_zone=moves_to)
        remind(start + dt.timedelta(minutes=minutes))
        remind(start + dt.timedelta(minutes=minutes))
    with everything():
        rows = list(Digest.objects.values_list("user_id", "day"))
        items = list(DigestItem.objects.values_list("user_id", "digest__day", "subject", "order_id"))
        letters = Event.objects.filter(topic=DIGEST_DUE).count()
        assert before <= set(Digest.objects.values_list("pk", flat=True))
    assert max(Counter(rows).values(), default=1) == 1
    assert max(Counter(items).values(), default=1) == 1, "nothing is named twice in a mail"
    assert letters == len(rows), "a letter for each, and no more"


# --- Cost -------------------------------------------------------------------------------------------------------------


def more_people(cast: Cast, number: int) -> None:
    with acting(SET_UP, write=True):
        people = User.objects.bulk_create(
            User(email=f"p{one}@acme.example", name=f"P {one}", kind="supplier", time_zone="Europe/Berlin")
            for one in range(number)
        )
        Membership.objects.bulk_create(
            Membership(user=person, supplier=cast.acme, role=Role.ORDER_DESK) for person in people
        )
        buyers = User.objects.bulk_create(
            User(email=f"b{one}@nordwerk.example", name=f"B {one}", kind="staff", time_zone="Europe/Berlin")
            for one in range(number)
        )
        Posting.objects.bulk_create(Posting(user=one, plant=None, role=StaffRole.BUYER) for one in buyers)


def test_a_run_costs_the_same_for_few_and_for_many(cast: Cast, release_order: ReleaseOrder) -> None:
    wanted = days_later(12)

    def orders(number: int) -> None:
        for _ in range(number):
            release_order(cast.line(date=wanted), at=on(MONDAY, 9))
            agree(cast, release_order(cast.line(date=wanted), at=on(MONDAY, 9)), on(MONDAY, 10))
            answer_late(cast, release_order(cast.line(date=wanted), at=on(MONDAY, 9)), on(MONDAY, 10))

    def cost(day: dt.date) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            sent = remind(on(day))
        return sent, len(captured)

    orders(1)
    few, statements = cost(days_later(9))
    more_people(cast, 30)
    orders(4)
    many, as_many = cost(days_later(10))
    assert (few, many) == (5, 65), "anna, aron, sven, bea, ada; then sixty more"
    assert as_many == statements
    assert statements <= 40
