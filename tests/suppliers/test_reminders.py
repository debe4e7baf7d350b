"""Reminders: who is told of what, on which morning; one mail a day and person, whatever the scheduler does."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.errors import NotPermitted
from suppliers import reminders
from suppliers.actions import digests
from suppliers.actions.accounts import door
from suppliers.actions.acknowledgements import LineAnswer, PromisedDelivery, acknowledge
from suppliers.actions.decisions import decide
from suppliers.actions.digests import DIGEST_DUE, REMINDER, remind
from suppliers.actions.wishes import choose_mails
from suppliers.models import Digest, DigestItem, Membership, OrderLine, Posting, PurchaseOrder, ScheduleLine, User
from suppliers.states import AnswerKind, Decision, LineState, Mode, Reason, Role, StaffRole
from suppliers.subjects import SUBJECTS
from tests.cast import SET_UP, Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = dt.date(2026, 3, 2)


def on(day: dt.date, hour: int = 8, minute: int = 0, zone: ZoneInfo = BERLIN) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def days_later(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


def told() -> dict[tuple[str, str], set[str]]:
    """What everybody was told: subjects by first name and order."""
    found: dict[tuple[str, str], set[str]] = {}
    with everything():
        for item in DigestItem.objects.filter(digest__isnull=False).select_related("user", "order"):
            assert item.order is not None
            name = item.user.email.partition("@")[0]
            found.setdefault((name, item.order.number), set()).add(item.subject)
    return found


def told_on(day: dt.date) -> set[tuple[str, str, str]]:
    """Name, subject and order number of what was told on a day."""
    with everything():
        rows = DigestItem.objects.filter(digest__day=day).values_list("user__email", "subject", "order__number")
        return {(email.partition("@")[0], subject, number) for email, subject, number in rows}


def answer_late(cast: Cast, order: PurchaseOrder, at: dt.datetime, days: int = 60) -> OrderLine:
    """Anna answers the first line far outside tolerance."""
    line = fresh_lines(order)[0]
    promise = PromisedDelivery(line.quantity, line.requested_date + dt.timedelta(days=days))
    said = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, (promise,), reason=Reason.CAPACITY)
    acknowledge(actor=cast.actor("anna"), order=order, answers=[said], channel="page", at=at)
    return line


def agree(cast: Cast, order: PurchaseOrder, at: dt.datetime) -> None:
    lines = fresh_lines(order)
    said = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in lines]
    acknowledge(actor=cast.actor("anna"), order=order, answers=said, channel="page", at=at)


# --- What is due ------------------------------------------------------------------------------------------------------


def test_an_order_nobody_answers_is_reminded_then_escalated(cast: Cast, release_order: ReleaseOrder) -> None:
    release_order(at=on(MONDAY, 10), number="P1")
    remind(on(days_later(1)))
    assert told() == {}, "one working day is not two"
    remind(on(days_later(2)))
    assert told_on(days_later(2)) == {("anna", "answer_due", "P1")}, "the order desk, not yet the administrator"
    remind(on(days_later(3)))
    remind(on(days_later(4)))
    remind(on(days_later(5)))
    assert told_on(days_later(5)) == set(), "Saturday is nobody's working day"
    remind(on(days_later(7)))
    assert told_on(days_later(7)) == {
        ("anna", "answer_due", "P1"),
        ("aron", "answer_escalated", "P1"),
        ("bea", "answer_escalated", "P1"),
    }, "three reminders later the supplier's administrator and the plant's buyer are told"


def test_holidays_of_the_plant_are_no_working_days(cast: Cast, release_order: ReleaseOrder) -> None:
    with acting(SET_UP, write=True):
        cast.ham.holidays = [days_later(1).isoformat(), days_later(2).isoformat()]
        cast.ham.save()
    release_order(at=on(MONDAY, 10), number="P1")
    remind(on(days_later(3)))
    assert told() == {}
    remind(on(days_later(4)))
    assert told_on(days_later(4)) == {("anna", "answer_due", "P1")}


def test_an_order_that_is_not_live_or_was_imported_has_no_clock(cast: Cast, release_order: ReleaseOrder) -> None:
    orders = [release_order(at=on(MONDAY, 10), number=f"P{number}") for number in range(3)]
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=orders[0].pk).update(mode=Mode.OBSERVE)
        PurchaseOrder.objects.filter(pk=orders[1].pk).update(mode=Mode.OFF)
        PurchaseOrder.objects.filter(pk=orders[2].pk).update(imported=True)
    remind(on(days_later(14)))
    assert told() == {}


def test_going_live_starts_the_clock(cast: Cast, release_order: ReleaseOrder) -> None:
    order = release_order(at=on(MONDAY, 10), number="P1")
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=order.pk).update(live_at=on(days_later(8), 9))
    remind(on(days_later(9)))
    assert told() == {}
    remind(on(days_later(10)))
    assert told() == {("anna", "P1"): {"answer_due"}}


def test_a_revision_and_a_refusal_start_the_clock_anew(
    cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    wanted = days_later(90)
    revised = release_order(cast.line(date=wanted), at=on(MONDAY, 10), number="P1")
    revise_order(revised, at=on(days_later(7), 10), quantity=Decimal(80))
    declined = release_order(cast.line(date=wanted), at=on(MONDAY, 10), number="P2")
    line = answer_late(cast, declined, on(MONDAY, 11))
    with everything():
        answer = line.answers.get()
    decide(
        actor=cast.actor("bea"),
        line=line,
        answer=answer.pk,
        decision=Decision.DECLINED,
        reason="Too late",
        at=on(days_later(7), 10),
    )
    remind(on(days_later(8)))
    assert told_on(days_later(8)) == set()
    remind(on(days_later(9)))
    assert {one[1:] for one in told_on(days_later(9)) if one[0] == "anna"} == {
        ("answer_due", "P1"),
        ("answer_due", "P2"),
    }


def test_a_decision_nobody_takes_goes_to_the_administrator(cast: Cast, release_order: ReleaseOrder) -> None:
    order = release_order(cast.line(date=days_later(90)), at=on(MONDAY, 9), number="P1")
    answer_late(cast, order, on(MONDAY, 10))
    remind(on(days_later(1)))
    assert told() == {}
    remind(on(days_later(2)))
    assert told_on(days_later(2)) == {("bea", "decision_due", "P1")}, "the buyer of the plant, not of another"
    remind(on(days_later(7)))
    assert told_on(days_later(7)) == {("bea", "decision_due", "P1"), ("ada", "decision_escalated", "P1")}


def test_a_delivery_is_announced_once_and_then_late_every_day(cast: Cast, release_order: ReleaseOrder) -> None:
    wanted = days_later(16)  # a Wednesday
    order = release_order(cast.line(date=wanted), at=on(MONDAY, 9), number="P1")
    agree(cast, order, on(MONDAY, 10))
    remind(on(days_later(10)))
    assert told() == {}, "four working days ahead"
    for day in (11, 14, 15, 16):
        remind(on(days_later(day)))
    assert told_on(days_later(11)) == {("anna", "delivery_due", "P1"), ("sven", "delivery_due", "P1")}
    assert not any(told_on(days_later(day)) for day in (14, 15, 16)), "each is named once"
    remind(on(days_later(17)))
    remind(on(days_later(18)))
    late = {(name, "delivery_late", "P1") for name in ("anna", "sven", "bea")}
    assert told_on(days_later(17)) == told_on(days_later(18)) == late
    with acting(SET_UP, write=True):
        ScheduleLine.objects.filter(line__order=order).update(received_quantity=5)
    remind(on(days_later(21)))
    assert told_on(days_later(21)) == set(), "something was received"


def test_each_delivery_of_a_split_is_announced_for_itself(cast: Cast, release_order: ReleaseOrder) -> None:
    order = release_order(cast.line(date=days_later(16)), at=on(MONDAY, 9), number="P1")
    (line,) = fresh_lines(order)
    parts = (PromisedDelivery(Decimal(60), days_later(15)), PromisedDelivery(Decimal(40), days_later(17)))
    said = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, parts, reason=Reason.CAPACITY)
    acknowledge(actor=cast.actor("anna"), order=order, answers=[said], channel="page", at=on(MONDAY, 10))
    (line,) = fresh_lines(order)
    assert line.state == LineState.AGREED
    for day in (10, 11, 14, 15):
        remind(on(days_later(day)))
    with everything():
        rows = DigestItem.objects.filter(user=cast.people["anna"]).values_list("digest__day", "since")
        assert set(rows) == {(days_later(10), days_later(15)), (days_later(14), days_later(17))}


def test_a_conflict_is_the_buyers(cast: Cast, release_order: ReleaseOrder) -> None:
    order = release_order(cast.line(date=days_later(90)), at=on(MONDAY, 9), number="P1")
    agree(cast, order, on(MONDAY, 10))
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=order.pk).update(conflict_lines=1)
    remind(on(days_later(1)))
    assert told() == {("bea", "P1"): {"conflict_open"}}


def test_administrators_stand_in_where_nobody_has_the_role(cast: Cast, release_order: ReleaseOrder) -> None:
    release_order(at=on(MONDAY, 10), number="P1")
    with acting(SET_UP, write=True):
        Membership.objects.filter(supplier=cast.acme, role=Role.ORDER_DESK).update(ended_at=on(MONDAY))
    remind(on(days_later(2)))
    assert told() == {("aron", "P1"): {"answer_due"}}
    remind(on(days_later(7)))
    assert told_on(days_later(7)) == {
        ("aron", "answer_escalated", "P1"),
        ("bea", "answer_escalated", "P1"),
    }, "he is told the stronger of the two alone"


def test_nobody_is_told_of_anothers_orders(cast: Cast, release_order: ReleaseOrder) -> None:
    release_order(at=on(MONDAY, 10), number="P1", supplier=cast.borealis, plant=cast.drs)
    remind(on(days_later(7)))
    assert {name for name, _ in told()} == {"boris", "dora"}


def test_only_the_system_sends_reminders(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        digests.send(actor=cast.actor("ada"), letters=[], at=on(MONDAY))


# --- Wishes -----------------------------------------------------------------------------------------------------------


def test_who_wants_none_gets_none_and_the_escalation_comes_all_the_same(
    cast: Cast, release_order: ReleaseOrder
) -> None:
    release_order(at=on(MONDAY, 10), number="P1")
    anna = cast.people["anna"]
    choose_mails(actor=door(anna.name), person=anna, subjects={"answer_due": "off"}, at=on(MONDAY))
    remind(on(days_later(2)))
    assert told() == {}
    remind(on(days_later(7)))
    assert {name for name, _ in told()} == {"aron", "bea"}


def test_the_mail_comes_on_his_own_days_at_his_own_hour(cast: Cast, release_order: ReleaseOrder) -> None:
    release_order(at=on(MONDAY, 10), number="P1")
    anna = cast.people["anna"]
    choose_mails(actor=door(anna.name), person=anna, hour=9, days=[6], at=on(MONDAY))
    remind(on(days_later(4), 9))
    remind(on(days_later(5), 8, 59))
    assert not any(name == "anna" for name, _ in told())
    remind(on(days_later(5), 9))
    assert told_on(days_later(5)) == {("anna", "answer_due", "P1")}


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


def test_every_reminder_has_a_clock_and_every_clock_a_subject() -> None:
    assert set(reminders.KINDS) == {key for key, subject in SUBJECTS.items() if not subject.topics}
    assert {kind.instead_of for kind in reminders.KINDS.values()} <= {"", *SUBJECTS}
