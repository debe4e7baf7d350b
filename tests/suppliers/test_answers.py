"""The supplier answers, the buyer decides: what is agreed, what is refused, what leaves the house."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from portal.shared.acting import acting
from portal.shared.actor import Grant
from portal.shared.errors import Invalid, NotFound, NotPermitted, Refused, Stale, WrongState
from portal.shared.models import AuditEntry, StateChange
from suppliers.actions import decisions
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, preview
from suppliers.actions.orders import open_order
from suppliers.models import Acknowledgement, TransitTime
from suppliers.queries import desk
from suppliers.queries.orders import order_detail
from suppliers.states import AnswerKind, Cause, Decision, LineState, OrderState, StaffRole, SyncMark, Verdict
from tests.suppliers.conftest import DUE, NOW, PULL, World

DAY = dt.timedelta(days=1)


def send(world: World, *answers: LineAnswer, **more: Any) -> Acknowledgement:
    given = {"actor": world.anna, "order": world.order, "channel": "page", "at": NOW} | more
    return acknowledge(answers=answers, **given)


def fault_codes(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in refusal.value.faults]


def test_accepting_agrees_at_once_and_sends_one_letter_with_the_whole_state(world: World) -> None:
    send(world, *world.accept())
    detail = world.detail()
    assert detail.order.state == OrderState.AGREED
    assert [(one.line.state, one.line.sync) for one in detail.lines] == [(LineState.AGREED, SyncMark.WAITING)] * 2
    (letter,) = world.letters()
    assert letter.topic == "purchase_order.agreed"
    rows = [row for line in letter.payload["lines"] for row in line["schedule"]]
    assert [(row["quantity"], row["price"], row["date"]) for row in rows] == [
        ("100", "5", "2026-12-10"),
        ("40", "7", "2026-12-17"),
    ]


def test_a_split_inside_tolerance_becomes_a_schedule_line_that_odoo_does_not_have_yet(world: World) -> None:
    send(world, world.answer((60, DUE), (40, DUE + 4 * DAY)))
    detail = world.detail()
    assert detail.order.state == OrderState.PARTLY_ANSWERED
    line = detail.lines[0]
    assert [(row.agreed_quantity, row.agreed_date, row.in_odoo) for row in line.schedule] == [
        (60, DUE, True),
        (40, DUE + 4 * DAY, False),
    ]
    assert (line.line.promised_quantity, line.line.first_date) == (100, DUE + 4 * DAY)
    assert [step.cause for step in line.commitments] == [Cause.SUPPLIER]


def test_what_is_outside_tolerance_waits_for_the_buyer_and_changes_nothing(world: World) -> None:
    send(world, world.answer((100, DUE + 7 * DAY)))
    detail = world.detail()
    assert detail.lines[0].line.state == LineState.PENDING_BUYER
    assert detail.lines[0].schedule[0].agreed_date is None
    assert world.letters() == []
    assert detail.lines[0].latest is not None
    assert [finding["code"] for finding in detail.lines[0].latest.findings] == ["late"]
    assert detail.lines[0].latest.policy is not None
    with acting(world.bea):
        assert [line.position for line in desk.decision_queue(world.bea).rows] == [1]


def test_the_preview_is_the_verdict_and_the_rehearsal_the_refusal(world: World) -> None:
    answers = [world.answer((100, DUE)), world.answer((40, DUE), position=2)]
    order = world.detail().order
    with acting(world.anna):
        judged = preview(world.anna, order, answers, NOW)
    assert [one.verdict for one in judged] == [Verdict.WITHIN, Verdict.OUTSIDE]
    rehearsed = acknowledge.rehearse(actor=world.anna, order=world.order, answers=answers, channel="api", at=NOW)
    assert [line.verdict for line in rehearsed.rehearsed] == [Verdict.WITHIN, Verdict.OUTSIDE]
    with acting(world.bea):
        assert not Acknowledgement.objects.exists()
    assert world.line().state == LineState.OPEN
    assert world.letters() == []


def test_approval_binds_and_the_note_says_who_and_why(world: World) -> None:
    send(world, world.answer((90, DUE + 7 * DAY), comment="Foundry down"))
    step = decisions.decide(
        actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.APPROVED, at=NOW, reason="ok"
    )
    assert (step.number, step.decision, step.actor_name) == (1, Decision.APPROVED, "Bea")
    assert world.line().state == LineState.AGREED
    (letter,) = world.letters()
    assert letter.payload["lines"][0]["schedule"][0]["quantity"] == "90"
    assert letter.payload["note"]["lines"] == [
        "Line 1 PH-1040: confirmed: 90 Units arriving 2026-12-17. (Capacity. Foundry down. ok)"
    ]


def test_a_declined_answer_reopens_the_line_with_the_reason(world: World) -> None:
    send(world, world.answer((100, DUE + 7 * DAY)))
    with pytest.raises(Invalid) as refusal:
        decisions.decide(actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.DECLINED, at=NOW)
    assert fault_codes(refusal) == [("required", "/reason")]
    decisions.decide(
        actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.DECLINED, at=NOW, reason="Too late"
    )
    detail = world.detail()
    assert detail.lines[0].line.state == LineState.OPEN
    assert [(step.decision, step.reason) for step in detail.lines[0].commitments] == [(Decision.DECLINED, "Too late")]
    assert world.letters() == []


def test_the_second_buyer_is_told_and_an_answer_given_again_is_not_decided_unseen(world: World) -> None:
    send(world, world.answer((100, DUE + 7 * DAY)))
    seen = world.latest()
    send(world, world.answer((100, DUE + 8 * DAY)), at=NOW + DAY)
    with pytest.raises(Stale):
        decisions.decide(actor=world.bea, line=world.line(), answer=seen, decision=Decision.APPROVED, at=NOW)
    latest = world.latest()
    decisions.decide(actor=world.bea, line=world.line(), answer=latest, decision=Decision.APPROVED, at=NOW)
    with pytest.raises(WrongState):
        decisions.decide(actor=world.bea, line=world.line(), answer=latest, decision=Decision.APPROVED, at=NOW)
    assert len(world.letters()) == 1


def test_a_rejection_never_changes_the_line_in_odoo(world: World) -> None:
    send(world, world.answer(kind=AnswerKind.REJECTED, reason="discontinued"))
    assert world.line().state == LineState.PENDING_BUYER
    decisions.decide(actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.APPROVED, at=NOW)
    (letter,) = world.letters()
    assert letter.payload["lines"][0]["schedule"] == []
    assert "rejected by the supplier" in letter.payload["note"]["lines"][0]


def test_a_backorder_without_a_date_keeps_the_date_odoo_has(world: World) -> None:
    send(world, world.answer((70, DUE), (30, None), kind=AnswerKind.BACKORDERED))
    assert world.line().state == LineState.PENDING_BUYER
    decisions.decide(actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.APPROVED, at=NOW)
    assert [(row.agreed_quantity, row.agreed_date) for row in world.detail().lines[0].schedule] == [
        (70, DUE),
        (30, DUE),
    ]


def test_a_price_inside_tolerance_is_noted_but_never_written(world: World) -> None:
    send(world, world.answer((100, DUE), price=Decimal("4")))
    assert world.line().state == LineState.PENDING_BUYER  # 20 % down, 0 % allowed
    decisions.decide(actor=world.bea, line=world.line(), answer=world.latest(), decision=Decision.APPROVED, at=NOW)
    assert world.letters()[0].payload["lines"][0]["schedule"][0]["price"] == "4"


def test_under_f_terms_the_date_is_hand_over_and_odoo_gets_the_arrival(world: World) -> None:
    with acting(PULL, write=True):
        TransitTime.objects.create(supplier=world.acme, plant=world.plant, days=3)
    world.terms = "FCA"
    world.pull()
    send(world, world.answer((100, DUE - 2 * DAY)))
    (letter,) = world.letters()
    assert letter.payload["lines"][0]["schedule"][0]["date"] == (DUE + DAY).isoformat()


@pytest.mark.parametrize(
    ("promises", "more", "expected"),
    [
        ([(0, DUE)], {}, [("out_of_range", "/lines/0/promises/0/quantity")]),
        ([("NaN", DUE)], {}, [("out_of_range", "/lines/0/promises/0/quantity")]),
        ([(100, DUE), (-1, DUE)], {}, [("out_of_range", "/lines/0/promises/1/quantity")]),
        ([("0.5", DUE)], {}, [("step", "/lines/0/promises/0/quantity")]),
        ([(100, None)], {}, [("required", "/lines/0/promises/0/date")]),
        ([(100, dt.date(2026, 11, 20))], {}, [("date_past", "/lines/0/promises/0/date")]),
        ([(100, dt.date(2126, 11, 20))], {}, [("date_far", "/lines/0/promises/0/date")]),
        ([], {}, [("required", "/lines/0/promises")]),
        ([(90, DUE)], {"reason": ""}, [("required", "/lines/0/reason")]),
        ([(90, DUE)], {"reason": "mood"}, [("unknown_reason", "/lines/0/reason")]),
        ([(90, DUE)], {"price": Decimal(-1)}, [("out_of_range", "/lines/0/price")]),
        ([(90, None), (10, None)], {"kind": AnswerKind.BACKORDERED}, [("undated_twice", "/lines/0/promises/1/date")]),
        ([(90, DUE)], {"kind": AnswerKind.SUBSTITUTED}, [("required", "/lines/0/substitute")]),
        ([(90, DUE)], {"kind": AnswerKind.REJECTED}, [("promise_on_rejection", "/lines/0/promises")]),
    ],
)
def test_every_fault_names_its_place_and_nothing_is_kept(
    world: World, promises: list[Any], more: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        send(world, world.answer(*promises, **more))
    assert fault_codes(refusal) == expected
    with acting(world.bea):
        assert not Acknowledgement.objects.exists()
        assert not AuditEntry.objects.filter(act="acknowledge_order").exists()
    assert world.letters() == []


def test_lines_of_another_order_twice_or_none_are_refused(world: World) -> None:
    answer = world.answer((100, DUE))
    with pytest.raises(Invalid) as refusal:
        send(world, answer, answer, LineAnswer(world.order.pk, 1, AnswerKind.ACCEPTED))
    assert fault_codes(refusal) == [("line_twice", "/lines/1/line"), ("unknown_line", "/lines/2/line")]
    with pytest.raises(Invalid) as refusal:
        send(world)
    assert fault_codes(refusal) == [("required", "/lines")]


def test_an_answer_to_an_old_revision_is_stale(world: World) -> None:
    answer = world.answer((100, DUE))
    world.edit("1", quantity=Decimal(120))
    world.pull()
    with pytest.raises(Stale) as refusal:
        send(world, answer)
    assert fault_codes(refusal) == [("stale_line", "/lines/0/revision")]


def test_strangers_and_wrong_roles_change_nothing(world: World) -> None:
    answers = world.accept()
    with pytest.raises(NotPermitted):
        send(world, *answers, actor=world.boris)
    with pytest.raises(NotPermitted):
        send(world, *answers, actor=replace(world.bea, grants=frozenset({Grant(StaffRole.RECEIVING)})), source="phone")
    elsewhere = frozenset({Grant(StaffRole.BUYER, plant_id=world.other_plant.pk)})
    with pytest.raises(NotPermitted):
        send(world, *answers, actor=replace(world.bea, grants=elsewhere), source="phone")
    with pytest.raises(NotFound), acting(world.boris):
        order_detail(world.boris, world.order.pk)
    send(world, world.answer((100, DUE + 7 * DAY)))
    for nobody in (world.anna, world.boris):
        with pytest.raises(NotPermitted):
            decisions.decide(actor=nobody, line=world.line(), answer=world.latest(), decision=Decision.APPROVED, at=NOW)
    assert world.line().state == LineState.PENDING_BUYER
    assert world.letters() == []


def test_what_a_supplier_tells_the_buyer_is_his_promise_and_carries_the_buyers_name(world: World) -> None:
    for source in ("", "telepathy"):
        with pytest.raises(Invalid) as refusal:
            send(world, *world.accept(), actor=world.bea, source=source)
        assert fault_codes(refusal) == [("required", "/source")]
    with pytest.raises(Invalid) as refusal:
        send(world, *world.accept(), source="phone")
    assert fault_codes(refusal) == [("source_not_taken", "/source")]
    assert (world.letters(), world.line().state) == ([], LineState.OPEN)
    said = send(world, *world.accept(), actor=world.bea, source="phone", source_note="Mr Abel, 9 o'clock")
    assert said.said_by == "Bea on behalf of the supplier (By phone, Mr Abel, 9 o'clock)"
    line = world.detail().lines[0]
    assert line.line.state == LineState.AGREED
    assert [(step.cause, step.actor_name) for step in line.commitments] == [(Cause.SUPPLIER, "Bea")]
    (letter,) = [one for one in world.letters() if one.topic == "purchase_order.agreed"]
    assert "entered for the supplier by Bea, told by phone" in letter.payload["note"]["lines"][0]


def test_looking_for_the_first_time_is_an_act_and_only_the_first(world: World) -> None:
    open_order(actor=world.anna, order=world.order, at=NOW)
    open_order(actor=world.anna, order=world.order, at=NOW + DAY)
    order = world.detail().order
    assert (order.state, order.viewed_at) == (OrderState.VIEWED, NOW)


def test_the_trail_names_act_person_and_steps(world: World) -> None:
    send(world, *world.accept())
    line = world.line()
    with acting(world.bea):
        entry = AuditEntry.objects.get(act="acknowledge_order")
        steps = StateChange.objects.filter(object_id=line.pk).values_list("before", "after", "actor_name")
        assert (entry.actor_name, entry.object_id, entry.supplier_id) == ("Anna", str(world.order.pk), world.acme.pk)
        assert list(steps) == [("open", "agreed", "Anna")]


def test_a_newer_letter_says_everything_the_older_one_said(world: World) -> None:
    send(world, world.answer((60, DUE), (40, DUE + DAY)))
    send(world, world.answer(position=2, kind=AnswerKind.ACCEPTED))
    older, newer = world.letters()
    assert [line["position"] for line in newer.payload["lines"]] == [1, 2]
    assert newer.payload["lines"][0] == older.payload["lines"][0]
    assert newer.payload["note"]["lines"][0] == older.payload["note"]["lines"][0]
