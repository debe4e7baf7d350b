"""Reminders: who is told of what, on which morning; one mail a day and person, whatever the scheduler does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from portal.shared.acting import acting
from portal.shared.errors import NotPermitted
from suppliers.actions import digests
from suppliers.actions.accounts import door
from suppliers.actions.acknowledgements import LineAnswer, PromisedDelivery, acknowledge
from suppliers.actions.decisions import decide
from suppliers.actions.digests import remind
from suppliers.actions.wishes import choose_mails
from suppliers.models import DigestItem, Membership, OrderLine, PurchaseOrder, ScheduleLine
from suppliers.queries import master_reminders, reminders
from suppliers.states import AnswerKind, Decision, LineState, Mode, Reason, Role
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


def test_every_reminder_has_a_clock_and_every_clock_a_subject() -> None:
    assert {*reminders.KINDS, master_reminders.SUBJECT} == {
        key for key, subject in SUBJECTS.items() if not subject.topics
    }
    assert {kind.instead_of for kind in reminders.KINDS.values()} <= {"", *SUBJECTS}
