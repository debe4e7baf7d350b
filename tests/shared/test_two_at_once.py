"""Two at the same time, with real commits: keys, order of letters, locks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from integrations.slot import once
from integrations.slot.models import Event, Received, Tray
from portal.shared import transitions
from portal.shared.actor import Actor
from portal.shared.errors import Stale
from portal.shared.models import AuditEntry
from suppliers.models import OrderLine, PurchaseOrder
from suppliers.states import LineState
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines
from tests.shared.acts import refer

pytestmark = [pytest.mark.committed, pytest.mark.separate]


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a connection of its own; what each returned or raised, in order."""
    results: list[Any] = [None] * len(works)

    def run(index: int, work: Callable[[], Any]) -> None:
        try:
            results[index] = work()
        except Exception as failure:
            results[index] = failure
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_the_same_message_at_both_doors_takes_effect_once(release_order: ReleaseOrder, anna: Actor) -> None:
    order = release_order()
    together = threading.Barrier(4)

    def send() -> tuple[bool, PurchaseOrder]:
        together.wait(10)
        key = once.receive(anna, key="one", body=b"AB-1", what="POST /refer")
        done = refer.once(key)(
            actor=anna, order=order, reference="AB-1", at=timezone.now(), meanwhile=lambda: time.sleep(0.1)
        )
        return key.replayed, done

    results = at_once(send, send, send, send)
    assert sorted(result[0] for result in results) == [False, True, True, True]
    assert {result[1].pk for result in results} == {order.pk}
    with everything():
        assert (Received.objects.count(), AuditEntry.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_the_letters_of_one_order_are_numbered_as_they_happened(release_order: ReleaseOrder, anna: Actor) -> None:
    order = release_order()
    held = threading.Event()

    def first() -> None:
        def slowly() -> None:
            held.set()
            time.sleep(0.2)

        refer(actor=anna, order=order, reference="first", at=timezone.now(), meanwhile=slowly)

    def second() -> None:
        held.wait(10)
        refer(actor=anna, order=order, reference="second", at=timezone.now())

    assert at_once(second, first) == [None, None]
    with everything():
        letters = list(Event.objects.order_by("position").values_list("payload__is", flat=True))
        assert letters == ["first", "second"]
        assert PurchaseOrder.objects.get().supplier_reference == "second"


def test_a_slow_act_holds_up_no_other_order_and_loses_no_letter(release_order: ReleaseOrder, anna: Actor) -> None:
    """Positions are drawn before the commit: the lower one may appear later, and must still be found."""
    slow, quick = release_order(), release_order()
    seen: list[list[str]] = []

    def wait_for_the_other() -> None:
        def other() -> None:
            refer(actor=anna, order=quick, reference="quick", at=timezone.now())
            with everything():
                seen.append(list(Tray.objects.values_list("event__payload__is", flat=True)))

        assert at_once(other) == [None]

    refer(actor=anna, order=slow, reference="slow", at=timezone.now(), meanwhile=wait_for_the_other)
    with everything():
        seen.append(list(Tray.objects.order_by("event__position").values_list("event__payload__is", flat=True)))
    assert seen == [["quick"], ["slow", "quick"]]


def test_whoever_holds_decides_on_the_truth(release_order: ReleaseOrder) -> None:
    """Both read, then both write what they read and more: nothing may be lost in between."""
    order = release_order()
    held = threading.Event()

    def add(word: str) -> None:
        with doing():
            fresh = transitions.hold(order) if word != "C" else transitions.hold_all(PurchaseOrder.objects.all())[0]
            held.set()
            time.sleep(0.1)
            fresh.supplier_reference += word
            fresh.save(update_fields=["supplier_reference"])

    def after(word: str) -> None:
        held.wait(10)
        add(word)

    assert at_once(lambda: add("A"), lambda: after("B"), lambda: after("C")) == [None] * 3
    with everything():
        assert set(PurchaseOrder.objects.get().supplier_reference) == {"A", "B", "C"}


def test_holding_an_order_lets_others_add_what_hangs_on_it(
    release_order: ReleaseOrder, anna: Actor, cast: Cast
) -> None:
    """A lock strong enough to stop foreign-key checks would make one supplier's act wait for another's."""
    order = release_order()
    done: list[Any] = []

    def add_a_line() -> None:
        (line,) = fresh_lines(order)
        line.pk, line.position = None, 2
        line.pk = OrderLine._meta.pk.get_default()
        with doing():
            line.save(force_insert=True)

    def meanwhile() -> None:
        done.extend(at_once(add_a_line))

    refer(actor=anna, order=order, reference="held", at=timezone.now(), meanwhile=meanwhile)
    assert done == [None]


def test_a_step_taken_without_holding_the_row_is_noticed(release_order: ReleaseOrder) -> None:
    order = release_order()
    (early,), (late,) = fresh_lines(order), fresh_lines(order)
    with doing():
        transitions.move(early, LineState.PENDING_BUYER)
    with pytest.raises(Stale), doing():
        transitions.move(late, LineState.AGREED)
    assert [line.state for line in fresh_lines(order)] == [LineState.PENDING_BUYER]
