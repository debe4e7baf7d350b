"""Sending: what was agreed stands in Odoo afterwards, once, and nothing a person did there is overwritten."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from integrations.office.actions.desk import retry
from integrations.office.models import Delivery, Mapping
from integrations.office.odoo import push
from integrations.office.states import DeliveryState, FailureKind
from integrations.slot.models import Exchange
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.actions.decisions import resolve_conflict
from suppliers.models import PurchaseOrder
from suppliers.states import AnswerKind, LineState, Reason, SyncMark
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed
SPLIT = [(40, "2027-03-01"), (35, "2027-03-15"), (25, "2027-03-22")]
SPLIT_IN_ODOO = [(40.0, 92.5, "2027-03-01"), (35.0, 92.5, "2027-03-15"), (25.0, 92.5, "2027-03-22")]
LATER = [(100, "2027-03-10")]


def released(sandbox: SandboxProcess, **words: Any) -> PurchaseOrder:
    number = sandbox.release(**words)["name"]
    world.pull()
    return world.order_named(number)


def two_lines() -> dict[str, Any]:
    return {"lines": [{"product": code, "quantity": 100, "date": "2027-03-01 11:00:00", "price": 92.5}
                      for code in ("PH-1040", "PH-1080")]}  # fmt: skip


def notes(dump: dict[str, Any]) -> list[str]:
    return [
        message["body"]
        for message in dump["messages"]
        if "confirmed" in message["body"] or "rejected" in message["body"]
    ]


def said(delivery: Delivery) -> list[str]:
    with everything():
        return list(Exchange.objects.filter(delivery_id=delivery.pk).order_by("at").values_list("operation", flat=True))


def assert_echo(order: PurchaseOrder, revision: int = 1) -> None:
    """What we wrote comes back and is no news; the second time not even an act."""
    world.pull()
    assert world.order_named(order.number).revision == revision
    assert world.pull().taken == 0


def test_a_split_becomes_order_lines_with_moves_and_a_note(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    (settled,) = world.work()
    assert (settled.state, settled.failure, settled.attempts) == (DeliveryState.DONE, "", 1)
    dump = sandbox.order(order.number)
    assert world.in_odoo(dump) == SPLIT_IN_ODOO
    assert sorted((move["date"][:10], move["product_uom_qty"]) for move in dump["moves"]) == [
        ("2027-03-01", 40), ("2027-03-15", 35), ("2027-03-22", 25)
    ]  # fmt: skip
    assert len(notes(dump)) == 1
    (line,) = world.lines_of(order)
    assert (line.state, line.sync, line.revision) == (LineState.AGREED, SyncMark.IN_ODOO, 1)
    assert [row.in_odoo for row in line.schedule.all()] == [True] * 3
    with everything():
        assert (
            Mapping.objects.filter(
                model="purchase.order.line", object_id__in=[row.pk for row in line.schedule.all()]
            ).count()
            == 3
        )
    assert_echo(order)


def test_a_moved_date_reaches_the_planners(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: LATER})
    (settled,) = world.work()
    (move,) = sandbox.order(order.number)["moves"]
    assert (move["date"][:10], move["date_deadline"][:10]) == ("2027-03-10", "2027-03-10")
    assert settled.steps["moved"] == 1
    assert said(settled) == [
        "purchase.order.line.search_read", "purchase.order.line.load", "purchase.order.line.search_read",
        "stock.move.search_read", "stock.move.write", "mail.message.load",
    ]  # fmt: skip
    assert_echo(order)


def test_nothing_is_written_where_odoo_says_it_already(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    before = sandbox.order(order.number)
    world.accept(order)
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    assert said(settled) == ["purchase.order.line.search_read", "mail.message.load"]
    after = sandbox.order(order.number)
    assert [line["write_date"] for line in after["lines"]] == [line["write_date"] for line in before["lines"]]
    assert world.lines_of(order)[0].sync == SyncMark.IN_ODOO


def test_a_rejection_is_only_a_note(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    before = sandbox.order(order.number)
    (line,) = world.lines_of(order)
    answer = LineAnswer(line.pk, line.revision, AnswerKind.REJECTED, (), Reason.DISCONTINUED, "<b>no more</b>")
    acknowledge(
        actor=world.clerk_of(order.supplier_id), order=order, answers=[answer], channel="page", at=timezone.now()
    )
    world.approve(order)
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    after = sandbox.order(order.number)
    assert after["lines"] == before["lines"]
    (note,) = notes(after)
    assert "&lt;b&gt;no more&lt;/b&gt;" in note
    assert_echo(order)


def test_a_later_answer_reuses_and_empties_deliveries(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    world.work()
    world.pull()
    first = sandbox.order(order.number)["lines"][0]
    sandbox.act(order.number, "revise", lines=[{"id": first["id"], "quantity": 60}])
    world.pull()
    (line,) = world.lines_of(order)
    assert (line.state, line.revision, line.quantity) == (LineState.OPEN, 2, 120)
    world.agree(order, {1: [(70, "2027-03-02"), (50, "2027-03-15")]})
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    assert sorted(world.in_odoo(sandbox.order(order.number))) == [
        (0.0, 92.5, "2027-03-22"), (50.0, 92.5, "2027-03-15"), (70.0, 92.5, "2027-03-02")
    ]  # fmt: skip
    assert_echo(order, 2)


@pytest.mark.parametrize(
    ("edit", "word"),
    [({"quantity": 90}, "quantity"), ({"price": 99}, "price"), ({"date": "2027-03-03 11:00:00"}, "date")],
)
def test_an_edit_in_odoo_after_the_answer_is_a_conflict(
    clone: Clone, sandbox: SandboxProcess, edit: dict[str, Any], word: str
) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    (line,) = sandbox.order(order.number)["lines"]
    edited = sandbox.act(order.number, "revise", lines=[{"id": line["id"], **edit}])
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    assert sandbox.order(order.number)["lines"] == edited["lines"]
    (line,) = world.lines_of(order)
    assert (line.state, line.sync) == (LineState.AGREED, SyncMark.CONFLICT)
    assert [one["what"] for one in line.sync_why["differences"]] == [word]
    assert line.conflict is not None
    assert len(line.conflict) == 1
    assert world.order_named(order.number).conflict_lines == 1
    (note,) = notes(sandbox.order(order.number))
    assert "was not written" in note


def test_a_receipt_between_answer_and_sending_is_a_conflict_the_buyer_resolves(
    clone: Clone, sandbox: SandboxProcess
) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    (line,) = sandbox.order(order.number)["lines"]
    sandbox.act(order.number, "receive", lines=[{"id": line["id"], "quantity": 10}])
    world.work()
    (line,) = world.lines_of(order)
    assert line.sync == SyncMark.CONFLICT
    resolve_conflict(actor=world.BUYER, line=line, keep=True, at=timezone.now())
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    assert world.in_odoo(sandbox.order(order.number)) == SPLIT_IN_ODOO
    assert world.lines_of(order)[0].sync == SyncMark.IN_ODOO
    assert_echo(order)


def test_a_conflict_on_one_line_lets_the_other_through(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox, **two_lines())
    world.agree(order, {1: SPLIT, 2: LATER})
    first = sandbox.order(order.number)["lines"][0]
    sandbox.act(order.number, "revise", lines=[{"id": first["id"], "quantity": 90}])
    settled = world.work()[-1]
    assert settled.state == DeliveryState.DONE
    assert [line.sync for line in world.lines_of(order)] == [SyncMark.CONFLICT, SyncMark.IN_ODOO]
    assert world.in_odoo(sandbox.order(order.number)) == [(90.0, 92.5, "2027-03-01"), (100.0, 92.5, "2027-03-10")]


def test_a_revision_overtakes_a_letter(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    (line,) = sandbox.order(order.number)["lines"]
    sandbox.act(order.number, "revise", lines=[{"id": line["id"], "quantity": 90}])
    world.pull()
    assert world.lines_of(order)[0].state == LineState.OPEN
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    assert len(settled.steps["lines"]["overtaken"]) == 1
    assert world.in_odoo(sandbox.order(order.number)) == [(90.0, 92.5, "2027-03-01")]
    (line,) = world.lines_of(order)
    assert (line.state, line.sync, line.revision) == (LineState.OPEN, SyncMark.NONE, 2)


def test_an_order_cancelled_meanwhile_is_left_alone(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    cancelled = sandbox.act(order.number, "cancel")
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    assert sandbox.order(order.number)["lines"] == cancelled["lines"]
    world.pull()
    assert world.lines_of(order)[0].state == LineState.CANCELLED


def test_a_locked_order_waits_for_the_buyer_and_then_goes(clone: Clone, sandbox: SandboxProcess) -> None:
    """On a locked order Odoo would take the write, move no transfer, and say nothing."""
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    sandbox.act(order.number, "lock")
    (settled,) = world.work()
    assert (settled.state, settled.failure_code, settled.owner) == (DeliveryState.NEEDS_PERSON, "order_locked", "buyer")
    assert len(sandbox.order(order.number)["lines"]) == 1
    assert world.lines_of(order)[0].sync == SyncMark.NEEDS_PERSON
    sandbox.act(order.number, "unlock")
    retry(actor=world.KEEPER, delivery=settled, at=timezone.now())
    (settled,) = world.work()
    assert (settled.state, settled.failure) == (DeliveryState.DONE, "")
    assert world.in_odoo(sandbox.order(order.number)) == SPLIT_IN_ODOO


@pytest.mark.parametrize("operation", ["purchase.order.line.load", "stock.move.write", "mail.message.load"])
def test_a_lost_answer_is_found_by_looking(clone: Clone, sandbox: SandboxProcess, operation: str) -> None:
    order = released(sandbox)
    world.agree(order, {1: [(40, "2027-03-05"), (60, "2027-03-15")]})
    model, _, method = operation.rpartition(".")
    sandbox.fault("lose", model=model, method=method, times=1)
    (settled,) = world.work()
    assert (settled.state, settled.failure_kind) == (DeliveryState.WAITING, FailureKind.TEMPORARY)
    assert settled.steps["rest"]
    assert world.work() == []  # it rests: Odoo may still be at it
    sandbox.forget_calls()
    (settled,) = world.work(world.later(600))
    assert (settled.state, settled.attempts) == (DeliveryState.DONE, 2)
    assert sandbox.counts().get("purchase.order.line.load", 0) == 0
    dump = sandbox.order(order.number)
    assert world.in_odoo(dump) == [(40.0, 92.5, "2027-03-05"), (60.0, 92.5, "2027-03-15")]
    assert sorted(move["date"][:10] for move in dump["moves"]) == ["2027-03-05", "2027-03-15"]
    assert len(notes(dump)) == 1
    assert_echo(order)


def test_an_edit_after_a_lost_answer_is_not_overwritten(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    sandbox.fault("lose", model="purchase.order.line", method="load", times=1)
    world.work()
    line = sandbox.order(order.number)["lines"][1]
    edited = sandbox.act(order.number, "revise", lines=[{"id": line["id"], "quantity": 30}])
    (settled,) = world.work(world.later(600))
    assert settled.state == DeliveryState.DONE
    assert world.lines_of(order)[0].sync == SyncMark.CONFLICT
    assert world.in_odoo(sandbox.order(order.number)) == world.in_odoo(edited)


def test_a_line_odoo_refuses_does_not_hold_the_others(
    clone: Clone, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Agreed 5 and 95; 10 arrive after the look; so Odoo cannot bring the first delivery down to 5."""
    order = released(sandbox, **two_lines())
    world.agree(order, {1: [(5, "2027-03-01"), (95, "2027-03-15")], 2: LATER})
    line = sandbox.order(order.number)["lines"][0]
    with monkeypatch.context() as patch:
        announce, coming = push._announce, [{"id": line["id"], "quantity": 10}]

        def arrives_first(*said: Any) -> None:
            if coming:
                sandbox.act(order.number, "receive", lines=[coming.pop()])
            announce(*said)

        patch.setattr(push, "_announce", arrives_first)
        settled = world.work()[-1]
    assert (settled.state, settled.failure_code, settled.owner) == (DeliveryState.NEEDS_PERSON, "load_refused", "buyer")
    assert "below the received quantity" in settled.failure
    assert settled.steps == {}
    assert [line.sync for line in world.lines_of(order)] == [SyncMark.NEEDS_PERSON, SyncMark.IN_ODOO]
    dump = sandbox.order(order.number)
    assert world.in_odoo(dump) == [(100.0, 92.5, "2027-03-01"), (100.0, 92.5, "2027-03-10")]
    assert "2027-03-10" in {move["date"][:10] for move in dump["moves"]}
    # pressed again: the look sees what came, the buyer is asked, and nothing is doubled
    retry(actor=world.KEEPER, delivery=settled, at=timezone.now())
    (settled,) = world.work()
    assert settled.state == DeliveryState.DONE
    assert [line.sync for line in world.lines_of(order)] == [SyncMark.CONFLICT, SyncMark.IN_ODOO]
    assert world.in_odoo(sandbox.order(order.number)) == world.in_odoo(dump)
    assert len(notes(sandbox.order(order.number))) == 1


def test_rights_and_serialization(clone: Clone, sandbox: SandboxProcess) -> None:
    order = released(sandbox)
    world.agree(order, {1: SPLIT})
    sandbox.fault("serialization", model="purchase.order.line", method="load", times=1)
    (settled,) = world.work()
    assert (settled.state, settled.failure_code, settled.steps) == (DeliveryState.WAITING, "busy", {})
    sandbox.fault("access", model="purchase.order.line", method="load", times=1)
    (settled,) = world.work(world.later(600))
    assert (settled.state, settled.failure_code, settled.owner) == (
        DeliveryState.NEEDS_PERSON, "access", "integration_owner"
    )  # fmt: skip
    assert len(sandbox.order(order.number)["lines"]) == 1


def test_units_with_steps_and_another_currency(clone: Clone, sandbox: SandboxProcess) -> None:
    lines = [{"product": "PT-3300", "quantity": 750.5, "date": "2027-03-01 11:00:00", "price": 19.9}]
    order = released(sandbox, vendor="Borealis Polymers", lines=lines)
    world.agree(order, {1: [("250.25", "2027-03-01"), ("500.25", "2027-03-08")]})
    world.work()
    assert world.in_odoo(sandbox.order(order.number)) == [(250.25, 19.9, "2027-03-01"), (500.25, 19.9, "2027-03-08")]
    (line,) = world.lines_of(order)
    assert sum(row.quantity for row in line.schedule.all()) == Decimal("750.5")
    assert_echo(order)
