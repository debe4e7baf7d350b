"""Change requests: who may ask and answer, what binds, what overtakes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant
from portal.shared.errors import Invalid, NotPermitted, Refused, Stale, WrongState
from portal.shared.models import AuditEntry
from suppliers.actions import settling
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import PromisedDelivery
from suppliers.actions.changes import (
    accept_change,
    counter_change,
    decline_change,
    request_change,
    withdraw_change,
)
from suppliers.actions.negotiating import Wish
from suppliers.models import AnswerLine, ChangeOffer, ChangeRequest, OrderLine
from suppliers.queries.policies import Scope, try_policy
from suppliers.states import Cause, ChangeState, LineState, Side, SyncMark
from suppliers.tolerances import Bounds
from tests.cast import doing
from tests.suppliers.conftest import DUE, NOW, PULL, WEEK, World
from tests.suppliers.test_policies import ADA

DAY = dt.timedelta(days=1)


@pytest.fixture
def agreed(world: World) -> World:
    """Both lines are agreed as ordered."""
    acknowledge(actor=world.anna, order=world.order, answers=world.accept(), channel="page", at=NOW)
    return world


def wish(*deliveries: tuple[object, dt.date], **more: Any) -> Wish:
    said = tuple(PromisedDelivery(Decimal(str(quantity)), date) for quantity, date in deliveries)
    return Wish(said, reason=more.pop("reason", "other"), **more)


def ask(world: World, who: Any, wanted: Wish, **more: Any) -> ChangeRequest:
    return request_change(actor=who, line=world.line(), wish=wanted, at=NOW + DAY, **more)


def fresh(world: World, request: ChangeRequest) -> ChangeRequest:
    with acting(world.bea):
        return ChangeRequest.objects.select_related("answer__acknowledgement").get(pk=request.pk)


def topics(world: World) -> list[str]:
    return [letter.topic.partition(".")[2] for letter in world.letters()]


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in refusal.value.faults]


def agreed_rows(world: World) -> list[tuple[Any, Any]]:
    return [(row.agreed_quantity, row.agreed_date) for row in world.detail().lines[0].schedule]


def test_inside_tolerance_is_agreed_at_once_and_goes_to_odoo(agreed: World) -> None:
    request = ask(agreed, agreed.anna, wish((60, DUE), (40, DUE + DAY)))
    assert (request.number, request.state, request.waits_for) == (1, ChangeState.ACCEPTED, "")
    assert agreed_rows(agreed) == [(60, DUE), (40, DUE + DAY)]
    assert topics(agreed) == ["agreed", "agreed", "accepted"]
    assert agreed.letters()[1].payload["note"]["lines"] == [
        "Line 1 PH-1040: confirmed: 60 Units arriving 2026-12-10, 40 Units arriving 2026-12-11."
        " Change request 1, asked by the supplier. (Other)",
        "Line 2 PH-1040: confirmed: 40 Units arriving 2026-12-17.",
    ]
    line = agreed.detail().lines[0]
    assert (line.line.state, line.line.sync, line.line.first_date) == (LineState.AGREED, SyncMark.WAITING, DUE)
    assert [step.cause for step in line.commitments] == [Cause.SUPPLIER, Cause.SUPPLIER]


def test_steps_inside_tolerance_add_up_and_the_third_goes_to_the_buyer(agreed: World) -> None:
    """Two days a week must not become months: measured from the first agreed date."""
    assert ask(agreed, agreed.anna, wish((100, DUE + DAY))).state == ChangeState.ACCEPTED
    second = ask(agreed, agreed.anna, wish((100, DUE + 5 * DAY)))
    assert (second.number, second.state, second.waits_for) == (2, ChangeState.SUBMITTED, Side.BUYER)
    assert agreed_rows(agreed) == [(100, DUE + DAY)]


def test_the_buyer_accepts_and_the_suppliers_word_binds(agreed: World) -> None:
    request = ask(agreed, agreed.anna, wish((100, DUE + WEEK), comment="Mould broke"))
    assert topics(agreed) == ["agreed", "submitted"]
    with pytest.raises(NotPermitted):
        accept_change(actor=agreed.anna, request=request, offer=1, at=NOW + DAY)
    accept_change(actor=agreed.bea, request=request, offer=1, at=NOW + 2 * DAY)
    done = fresh(agreed, request)
    assert done.state == ChangeState.ACCEPTED
    assert done.answer is not None
    assert done.answer.acknowledgement.actor_name == "Anna"
    line = agreed.detail().lines[0]
    assert (line.line.promised_date, line.line.first_date) == (DUE + WEEK, DUE)
    assert [(step.cause, step.actor_name) for step in line.commitments][-1] == (Cause.SUPPLIER, "Bea")


def test_what_the_buyer_asks_for_waits_for_the_supplier_however_small_and_is_the_buyers_move(agreed: World) -> None:
    request = ask(agreed, agreed.bea, wish((80, DUE - DAY), reason="demand"))
    assert (request.state, request.waits_for) == (ChangeState.SUBMITTED, Side.SUPPLIER)
    assert agreed_rows(agreed) == [(100, DUE)]
    accept_change(actor=agreed.anna, request=request, offer=1, at=NOW + 2 * DAY)
    line = agreed.detail().lines[0]
    assert agreed_rows(agreed) == [(80, DUE - DAY)]
    assert (line.line.quantity, line.line.requested_date, line.line.first_date) == (80, DUE - DAY, DUE - DAY)
    assert line.commitments[-1].cause == Cause.BUYER
    assert line.latest is not None
    assert line.latest.acknowledgement.actor_name == "Anna"


def test_offers_go_back_and_forth_until_one_is_taken(agreed: World) -> None:
    request = ask(agreed, agreed.anna, wish((100, DUE + 2 * WEEK)))
    counter_change(actor=agreed.bea, request=request, offer=1, wish=wish((100, DUE + WEEK)), at=NOW + 2 * DAY)
    with pytest.raises(Stale):
        accept_change(actor=agreed.anna, request=request, offer=1, at=NOW + 2 * DAY)
    counter_change(
        actor=agreed.anna, request=request, offer=2, wish=wish((50, DUE + WEEK), (50, DUE + 2 * WEEK)), at=NOW + 3 * DAY
    )
    done = accept_change(actor=agreed.bea, request=request, offer=3, at=NOW + 4 * DAY)
    assert done.state == ChangeState.ACCEPTED
    assert agreed_rows(agreed) == [(50, DUE + WEEK), (50, DUE + 2 * WEEK)]
    with acting(agreed.anna):
        assert list(ChangeOffer.objects.order_by("number").values_list("side", flat=True)) == [
            Side.SUPPLIER,
            Side.BUYER,
            Side.SUPPLIER,
        ]
    assert topics(agreed) == ["agreed", "submitted", "countered", "countered", "agreed", "accepted"]


def test_a_counter_offer_of_the_supplier_inside_tolerance_needs_nobody(agreed: World) -> None:
    request = ask(agreed, agreed.bea, wish((100, DUE - WEEK)))
    done = counter_change(actor=agreed.anna, request=request, offer=1, wish=wish((100, DUE - DAY)), at=NOW + 2 * DAY)
    assert done.state == ChangeState.ACCEPTED
    assert agreed_rows(agreed) == [(100, DUE - DAY)]


def test_declined_and_withdrawn_leave_the_agreement(agreed: World) -> None:
    first = ask(agreed, agreed.anna, wish((100, DUE + WEEK)))
    with pytest.raises(Invalid) as refusal:
        decline_change(actor=agreed.bea, request=first, offer=1, reason=" ", at=NOW)
    assert codes(refusal) == [("required", "/reason")]
    with pytest.raises(NotPermitted):
        withdraw_change(actor=agreed.bea, request=first, at=NOW)
    decline_change(actor=agreed.bea, request=first, offer=1, reason="We need it", at=NOW + 2 * DAY)
    second = ask(agreed, agreed.anna, wish((100, DUE + WEEK)))
    withdraw_change(actor=agreed.anna, request=second, at=NOW + 2 * DAY)
    assert [fresh(agreed, one).state for one in (first, second)] == [ChangeState.DECLINED, ChangeState.WITHDRAWN]
    assert fresh(agreed, first).closing == "We need it"
    assert agreed_rows(agreed) == [(100, DUE)]
    with pytest.raises(WrongState):
        withdraw_change(actor=agreed.anna, request=second, at=NOW + 3 * DAY)


def test_one_open_request_a_line(agreed: World) -> None:
    ask(agreed, agreed.anna, wish((100, DUE + WEEK)))
    with pytest.raises(WrongState):
        ask(agreed, agreed.bea, wish((100, DUE + WEEK)))
    with acting(agreed.bea):
        assert ChangeRequest.objects.count() == 1


def test_only_what_is_agreed_and_stands_in_odoo_as_agreed(world: World) -> None:
    with pytest.raises(WrongState):
        ask(world, world.anna, wish((100, DUE + WEEK)))
    acknowledge(actor=world.anna, order=world.order, answers=world.accept(), channel="page", at=NOW)
    key = world.line().pk
    with acting(PULL, write=True):
        OrderLine.objects.filter(pk=key).update(sync=SyncMark.CONFLICT, conflict=[])
    with pytest.raises(WrongState):
        ask(world, world.anna, wish((100, DUE + WEEK)))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (wish((100, DUE)), ("nothing_changes", "/deliveries")),
        (wish((100, DUE + DAY), reason=""), ("required", "/reason")),
        (wish((100, DUE + DAY), reason="demand"), ("unknown_reason", "/reason")),
        (wish(), ("required", "/deliveries")),
        (wish((0, DUE)), ("out_of_range", "/deliveries/0/quantity")),
        (wish((10, DUE), (Decimal("0.5"), DUE)), ("step", "/deliveries/1/quantity")),
        (wish((100, NOW.date() - DAY)), ("date_past", "/deliveries/0/date")),
        (wish((100, DUE + DAY), price=Decimal(-1)), ("out_of_range", "/price")),
        (wish((100, DUE), cancels=True), ("cancelled", "/cancels")),
        (Wish((PromisedDelivery(Decimal(5), None),), reason="other"), ("required", "/deliveries/0/date")),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_the_name_of_its_field(
    agreed: World, wanted: Wish, expected: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(agreed, agreed.anna, wanted)
    assert codes(refusal) == [expected]
    with acting(agreed.bea):
        assert not ChangeRequest.objects.exists()
        assert not AuditEntry.objects.filter(act="request_change").exists()
    assert topics(agreed) == ["agreed"]


def test_a_price_never_reaches_odoo_without_a_person(agreed: World) -> None:
    request = ask(agreed, agreed.anna, wish((100, DUE), price=Decimal("4.99")))
    assert request.state == ChangeState.SUBMITTED
    with acting(agreed.bea):
        offer = request.offers.get()
    assert "price_asked" in [finding["code"] for finding in offer.findings]
    accept_change(actor=agreed.bea, request=request, offer=1, at=NOW + 2 * DAY)
    line = agreed.detail().lines[0]
    assert [row.agreed_price for row in line.schedule] == [Decimal("4.99")]
    assert line.line.price == Decimal("4.99")


def test_the_rest_is_cancelled_and_the_line_closes_when_odoo_says_so(agreed: World) -> None:
    request = ask(agreed, agreed.anna, Wish(cancels=True, reason="discontinued"))
    assert request.state == ChangeState.SUBMITTED
    accept_change(actor=agreed.bea, request=request, offer=1, at=NOW + 2 * DAY)
    assert agreed_rows(agreed) == [(0, DUE)]
    letter = next(one for one in reversed(agreed.letters()) if one.topic == "purchase_order.agreed")
    assert letter.payload["lines"][0]["schedule"][0]["quantity"] == "0"
    assert "cancelled: nothing more will be delivered" in letter.payload["note"]["lines"][0]
    agreed.deliver()
    agreed.pull()
    assert agreed.line().state == LineState.CANCELLED
    assert agreed.detail().order.revision == 1


def test_what_has_come_stays_when_the_rest_is_cancelled(agreed: World) -> None:
    agreed.edit("1", received=Decimal(30))
    agreed.pull()
    request = ask(agreed, agreed.bea, Wish(cancels=True, reason="demand"))
    accept_change(actor=agreed.anna, request=request, offer=1, at=NOW + 2 * DAY)
    assert agreed_rows(agreed) == [(30, DUE)]
    agreed.deliver()
    agreed.pull()
    assert agreed.line().state == LineState.RECEIVED


def test_the_line_closes_with_the_letter_even_if_no_pull_comes(agreed: World) -> None:
    request = ask(agreed, agreed.anna, Wish(cancels=True, reason="discontinued"))
    accept_change(actor=agreed.bea, request=request, offer=1, at=NOW + 2 * DAY)
    detail = agreed.detail().lines[0]
    row = detail.schedule[0]
    with doing():
        line = OrderLine.objects.get(pk=detail.line.pk)
        settling.take_written(line, {row.pk: (Decimal(0), row.price, row.date)})
        settling.mark_in_odoo(line)
    assert agreed.line().state == LineState.CANCELLED


def test_a_machine_of_the_buyers_side_asks_for_the_supplier(agreed: World) -> None:
    """It says how he told it, as a person would; without that it asks for the buyer."""
    machine = Actor(ActorKind.MACHINE, "erp", "ERP", frozenset({Grant("changes:write")}))
    for position, (source, side, reason) in enumerate([("phone", Side.SUPPLIER, "other"), ("", Side.BUYER, "demand")]):
        wanted = wish((100, DUE + 3 * WEEK), reason=reason)
        line = agreed.line(position + 1)
        request = request_change(actor=machine, line=line, wish=wanted, at=NOW + DAY, source=source)
        assert (request.side, request.state) == (side, ChangeState.SUBMITTED)
        with acting(agreed.bea):
            assert request.offers.get().source == source


def test_a_price_finer_than_is_kept_is_refused(agreed: World) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(agreed, agreed.anna, wish((100, DUE), price=Decimal("0.0000001")))
    assert codes(refusal) == [("too_fine", "/price")]


def test_a_revision_overtakes(agreed: World) -> None:
    request = ask(agreed, agreed.anna, wish((100, DUE + WEEK)))
    agreed.edit("1", date=DUE + 3 * DAY)
    agreed.pull()
    assert fresh(agreed, request).state == ChangeState.OVERTAKEN
    assert agreed.line().state == LineState.OPEN
    with pytest.raises(WrongState):
        accept_change(actor=agreed.bea, request=request, offer=1, at=NOW + 2 * DAY)
    assert topics(agreed)[-1] == "overtaken"


def test_a_receipt_a_cancellation_and_the_other_lines_revision(agreed: World) -> None:
    request = ask(agreed, agreed.anna, wish((100, DUE + WEEK)))
    agreed.edit("2", date=DUE + 2 * WEEK)
    agreed.pull()
    assert fresh(agreed, request).state == ChangeState.SUBMITTED
    agreed.edit("1", received=Decimal(30))
    agreed.pull()
    assert fresh(agreed, request).state == ChangeState.SUBMITTED
    agreed.pull(cancelled=True)
    assert fresh(agreed, request).state == ChangeState.OVERTAKEN


def test_an_offer_is_checked_again_when_it_is_taken(agreed: World) -> None:
    request = ask(agreed, agreed.bea, wish((20, DUE), (80, DUE + WEEK)))
    agreed.edit("1", received=Decimal(30))
    agreed.pull()
    with pytest.raises(Invalid) as refusal:
        accept_change(actor=agreed.anna, request=request, offer=1, at=NOW + 2 * DAY)
    assert codes(refusal) == [("below_received", "/deliveries/0/quantity")]
    assert fresh(agreed, request).state == ChangeState.SUBMITTED
    assert agreed_rows(agreed) == [(100, DUE)]


def test_a_buyer_speaks_for_the_supplier_only_by_saying_how_he_was_told(agreed: World) -> None:
    request = ask(agreed, agreed.bea, wish((100, DUE + DAY)), source="phone", source_note=" Mr Abel ")
    assert (request.side, request.state) == (Side.SUPPLIER, ChangeState.ACCEPTED)
    done = fresh(agreed, request)
    assert done.answer is not None
    assert done.answer.acknowledgement.said_by == "Bea on behalf of the supplier (By phone, Mr Abel)"
    with pytest.raises(Invalid) as refusal:
        ask(agreed, agreed.anna, wish((100, DUE + WEEK)), source="phone")
    assert codes(refusal) == [("source_not_taken", "/source")]


def test_strangers_and_other_roles_are_kept_out(agreed: World) -> None:
    request = ask(agreed, agreed.anna, wish((100, DUE + WEEK)))
    for call in (
        lambda: ask(agreed, agreed.boris, wish((100, DUE + DAY))),
        lambda: accept_change(actor=agreed.boris, request=request, offer=1, at=NOW),
        lambda: withdraw_change(actor=agreed.boris, request=request, at=NOW),
    ):
        with pytest.raises(NotPermitted):
            call()
    assert fresh(agreed, request).state == ChangeState.SUBMITTED


def test_a_stale_line_is_named(agreed: World) -> None:
    with pytest.raises(Stale):
        ask(agreed, agreed.anna, wish((100, DUE + DAY)), revision=7)


def test_a_rehearsal_says_the_same_and_leaves_nothing(agreed: World) -> None:
    rehearsed = request_change.rehearse(
        actor=agreed.anna, line=agreed.line(), wish=wish((100, DUE + DAY)), at=NOW + DAY
    )
    assert rehearsed.state == ChangeState.ACCEPTED
    assert agreed_rows(agreed) == [(100, DUE)]
    with acting(agreed.bea):
        assert not ChangeRequest.objects.exists()
    assert topics(agreed) == ["agreed"]


def test_what_it_binds_keeps_how_far_it_strays_and_a_policy_is_tried_on_the_suppliers_wish_only(agreed: World) -> None:
    theirs = ask(agreed, agreed.anna, wish((100, DUE + 7 * DAY), price=Decimal(6)))
    accept_change(actor=agreed.bea, request=theirs, offer=1, at=NOW + DAY)
    ours = ask(agreed, agreed.bea, wish((100, DUE + 14 * DAY)))
    accept_change(actor=agreed.anna, request=ours, offer=1, at=NOW + DAY)
    at = NOW + 2 * DAY
    with acting(ADA):
        by_them = AnswerLine.objects.get(acknowledgement__channel="change", number=2)
        tried = try_policy(ADA, Scope(), Bounds(days_late=20), at=at, begins=at.date())
    assert (by_them.days_late, by_them.price_by, by_them.always_buyer) == (5, 20, True)
    assert (tried.answers, tried.within_before, tried.within_after) == (3, 2, 2)
