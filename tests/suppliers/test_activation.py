"""Going live in waves: who sees what, what is a baseline, and what a trial leaves behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted
from suppliers import tasks
from suppliers.actions import activation
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.activation import MOVER, move_all, move_order, set_mode
from suppliers.actions.assessing import LineAnswer
from suppliers.models import Commitment, Plant, PurchaseOrder, Supplier
from suppliers.queries import vendors
from suppliers.queries.orders import find_line, find_order
from suppliers.queries.waves import due_mode
from suppliers.states import IMPORTED, AnswerKind, LineState, Mode, OrderState, SyncMark
from tests.cast import Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines, working_day

NOW = timezone.now()
TOMORROW = NOW + dt.timedelta(days=1)


def switch(
    ada: Actor, mode: Mode, *, supplier: Supplier | None = None, plant: Plant | None = None, cut_over: dt.datetime = NOW
) -> int:
    set_mode(actor=ada, mode=mode, cut_over=cut_over, supplier=supplier, plant=plant, at=NOW)
    return move_all(NOW)


def fresh(order: PurchaseOrder) -> PurchaseOrder:
    with everything():
        return PurchaseOrder.objects.get(pk=order.pk)


def seen(actor: Actor) -> list[str]:
    with acting(actor):
        return sorted(PurchaseOrder.objects.visible_to(actor).values_list("number", flat=True))


def test_nothing_set_is_off_and_nobody_sees_it_until_it_is_switched(
    cast: Cast, anna: Actor, ada: Actor, bea: Actor, release_order: ReleaseOrder
) -> None:
    switch(ada, Mode.OFF)
    order = release_order(number="P1")
    assert (fresh(order).mode, seen(anna), seen(bea)) == (Mode.OFF, [], ["P1"])
    with pytest.raises(NotFound), acting(anna):
        find_order(anna, order.pk)
    (line,) = fresh_lines(order)
    with pytest.raises(NotFound), acting(anna):
        find_line(anna, line.pk)
    assert switch(ada, Mode.OBSERVE, supplier=cast.acme, plant=cast.ham) == 1
    assert seen(anna) == ["P1"]
    assert switch(ada, Mode.OBSERVE, supplier=cast.acme, plant=cast.ham) == 0


def test_a_supplier_is_not_told_how_many_orders_have_not_gone_live(
    cast: Cast, ada: Actor, anna: Actor, release_order: ReleaseOrder
) -> None:
    def counted(actor: Actor) -> dict[str, int]:
        with acting(actor):
            return {one.name: one.open_orders for one in vendors.suppliers(actor).rows}  # type: ignore[attr-defined]

    release_order(number="live")
    assert counted(anna) == {cast.acme.name: 1}
    switch(ada, Mode.OFF)
    release_order(number="off")
    assert (counted(anna), counted(ada)[cast.acme.name]) == ({cast.acme.name: 0}, 2)


def test_waves_are_chosen_by_supplier_and_plant_then_plant_then_everybody(
    cast: Cast, ada: Actor, anna: Actor, boris: Actor, release_order: ReleaseOrder
) -> None:
    switch(ada, Mode.OFF)
    release_order(number="A-HAM")
    release_order(number="A-DRS", plant=cast.drs)
    release_order(number="B-HAM", supplier=cast.borealis)
    assert switch(ada, Mode.ON, plant=cast.ham, cut_over=NOW - dt.timedelta(days=9)) == 2
    assert (seen(anna), seen(boris)) == (["A-HAM"], ["B-HAM"])
    assert switch(ada, Mode.OFF, plant=cast.ham, supplier=cast.borealis) == 1
    assert (seen(anna), seen(boris)) == (["A-HAM"], [])
    with pytest.raises(Invalid, match="cannot be switched"):
        set_mode(actor=ada, mode=Mode.ON, cut_over=NOW, supplier=cast.acme, at=NOW)


def test_an_order_from_before_the_cut_over_is_agreed_as_odoo_has_it_and_nothing_is_sent(
    cast: Cast, ada: Actor, anna: Actor, release_order: ReleaseOrder, revise_order: ReviseOrder
) -> None:
    switch(ada, Mode.OFF)
    old = release_order(cast.line(100), cast.line(40), ordered_at=NOW - dt.timedelta(days=20))
    new = release_order(ordered_at=NOW)
    assert switch(ada, Mode.ON, cut_over=NOW - dt.timedelta(days=1)) == 2
    for line in fresh_lines(old):
        assert (line.state, line.sync, line.first_date) == (LineState.AGREED, SyncMark.IN_ODOO, line.requested_date)
        assert (line.promised_date, line.promised_quantity) == (line.requested_date, line.quantity)
    assert (fresh(old).state, fresh(old).imported) == (OrderState.AGREED, True)
    assert (fresh(new).state, fresh(new).imported) == (OrderState.SENT, False)
    with everything():
        assert set(Commitment.objects.values_list("decision", flat=True)) == {IMPORTED}
        assert Commitment.objects.count() == 2
    # From here on it is an order like any other: what the buyer changes is a revision, and reopens what it changes.
    revise_order(old, date=working_day(90))
    assert {line.state for line in fresh_lines(old)} == {LineState.OPEN}


def test_an_order_that_comes_in_late_is_a_baseline_too(cast: Cast, ada: Actor, release_order: ReleaseOrder) -> None:
    switch(ada, Mode.ON, cut_over=TOMORROW)
    order = release_order()
    assert (fresh(order).imported, fresh(order).state, fresh(order).mode) == (True, OrderState.AGREED, Mode.ON)


def test_what_was_answered_on_trial_counts_for_nothing_at_go_live(
    cast: Cast, ada: Actor, anna: Actor, release_order: ReleaseOrder
) -> None:
    switch(ada, Mode.OFF)
    switch(ada, Mode.OBSERVE, plant=cast.ham)
    order = release_order()
    (line,) = fresh_lines(order)
    answer = LineAnswer(line.pk, 1, AnswerKind.ACCEPTED)
    acknowledge(actor=anna, order=fresh(order), answers=[answer], channel="page", at=NOW)
    assert fresh_lines(order)[0].state == LineState.AGREED
    switch(ada, Mode.ON, plant=cast.ham, cut_over=NOW - dt.timedelta(days=9))
    (line,) = fresh_lines(order)
    assert (line.state, line.first_date, line.promised_date, line.sync) == (LineState.OPEN, None, None, SyncMark.NONE)
    with everything():
        assert Commitment.objects.count() == 1  # history stays
        (row,) = line.schedule.all()
        assert (row.agreed_quantity, row.agreed_date) == (None, None)


def test_what_has_been_live_keeps_what_was_agreed_and_is_never_on_trial_again(
    cast: Cast, ada: Actor, anna: Actor, release_order: ReleaseOrder
) -> None:
    order = release_order()
    answer = LineAnswer(fresh_lines(order)[0].pk, 1, AnswerKind.ACCEPTED)
    acknowledge(actor=anna, order=fresh(order), answers=[answer], channel="page", at=NOW)
    assert switch(ada, Mode.OBSERVE) == 0
    assert fresh(order).mode == Mode.ON
    assert switch(ada, Mode.OFF) == 1
    assert seen(anna) == []
    assert switch(ada, Mode.ON, cut_over=TOMORROW) == 1
    (line,) = fresh_lines(order)
    assert (line.state, line.sync, fresh(order).imported) == (LineState.AGREED, SyncMark.WAITING, False)


def test_many_orders_are_moved_one_by_one_and_again_only_what_is_left(
    cast: Cast, ada: Actor, release_order: ReleaseOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activation, "BATCH", 2)
    switch(ada, Mode.OFF)
    orders = [release_order() for _ in range(5)]
    set_mode(actor=ada, mode=Mode.OBSERVE, cut_over=NOW, plant=cast.ham, at=NOW)
    move_order(actor=MOVER, order=fresh(orders[0]), at=NOW)
    assert [fresh(order).mode for order in orders] == [Mode.OBSERVE] + [Mode.OFF] * 4
    tasks.move_orders()
    assert {fresh(order).mode for order in orders} == {Mode.OBSERVE}


def test_only_administrators_of_the_plant_switch_it(cast: Cast, ada: Actor, bea: Actor, anna: Actor) -> None:
    of_ham = replace(ada, grants=frozenset(replace(grant, plant_id=cast.ham.pk) for grant in ada.grants))
    for actor, plant in ((bea, cast.ham), (anna, cast.ham), (of_ham, cast.drs), (of_ham, None)):
        with pytest.raises(NotPermitted):
            set_mode(actor=actor, mode=Mode.ON, cut_over=NOW, plant=plant, at=NOW)
    assert set_mode(actor=of_ham, mode=Mode.ON, cut_over=NOW, plant=cast.ham, at=NOW).version == 1


@given(wanted=st.lists(st.sampled_from(Mode), min_size=1, max_size=12))
def test_whatever_is_switched_in_whatever_order_live_is_left_only_for_off(wanted: list[Mode]) -> None:
    mode, was_live = Mode.OFF, False
    for one in wanted:
        mode = due_mode(one, was_live)
        was_live = was_live or mode == Mode.ON
        assert not (was_live and mode == Mode.OBSERVE)
        assert mode == one or (one == Mode.OBSERVE and mode == Mode.ON)
