"""Leases: one worker a letter, whatever becomes of workers. The sender here is a dummy."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from django.db import connections

from integrations.office import delivery as office
from integrations.office.actions import delivering
from integrations.office.actions.delivering import LeaseLost
from integrations.office.states import DeliveryState
from tests.cast import Cast, ReleaseOrder
from tests.integrations.office.dummy import NOW, Dummy, drain, dummy, only, publish, states

__all__ = ["dummy"]  # a fixture
pytestmark = pytest.mark.committed


def test_two_workers_never_send_the_same_letter(dummy: Dummy, cast: Cast, release_order: ReleaseOrder) -> None:
    orders = [release_order(supplier=supplier) for supplier in (cast.acme, cast.borealis) for _ in range(15)]
    for number, order in enumerate(orders):
        publish(order, number)
    failures: list[BaseException] = []

    def worker() -> None:
        try:
            drain()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    drain()
    assert failures == []
    assert Counter(dummy.numbers) == dict.fromkeys(range(30), 1)
    assert states() == [DeliveryState.DONE] * 30


def test_a_letter_whose_worker_is_gone_is_taken_back(dummy: Dummy, release_order: ReleaseOrder) -> None:
    publish(release_order(), 1)
    office.fan_out(NOW)
    sending = office.claim(lambda: NOW)
    assert sending is not None
    assert drain(NOW + dt.timedelta(seconds=30)) == []  # still leased
    late = NOW + delivering.lease() + dt.timedelta(seconds=1)
    assert [letter.state for letter in drain(late)] == [DeliveryState.DONE]
    # the worker was only asleep: it may not keep, settle or fail anything any more
    with pytest.raises(LeaseLost):
        sending.keep(sent={})
    with pytest.raises(LeaseLost):
        delivering.settle_done(
            actor=delivering.POST_OFFICE, delivery=sending.delivery, sending=sending, steps={}, at=late
        )
    assert only().attempts == 2


def test_a_worker_lost_in_the_middle_of_a_write_leaves_a_rest(dummy: Dummy, release_order: ReleaseOrder) -> None:
    publish(release_order(), 1)
    office.fan_out(NOW)
    sending = office.claim(lambda: NOW)
    assert sending is not None
    sending.about_to_write("purchase.order.line.load", sent={})
    gone = NOW + delivering.lease() + dt.timedelta(seconds=1)
    office.sweep(gone)
    letter = only()
    assert letter.state == DeliveryState.WAITING
    assert letter.due_at == NOW + dt.timedelta(seconds=120)
    assert letter.steps["rest"]


def test_a_letter_that_kills_every_worker_stops(dummy: Dummy, release_order: ReleaseOrder) -> None:
    publish(release_order(), 1)
    office.fan_out(NOW)
    now = NOW
    for _ in range(delivering.MOST_LOST_WORKERS):
        assert office.claim(lambda: now) is not None  # noqa: B023 (called at once)
        now += delivering.lease() + dt.timedelta(minutes=11)
        office.sweep(now)
    assert (only().state, only().failure_code) == (DeliveryState.NEEDS_PERSON, "worker_lost")
    assert dummy.sent == []


def test_a_lease_is_renewed_before_a_call_that_might_outlast_it(dummy: Dummy, release_order: ReleaseOrder) -> None:
    publish(release_order(), 1)
    office.fan_out(NOW)
    clock = [NOW]
    sending = office.claim(lambda: clock[0])
    assert sending is not None
    clock[0] = NOW + delivering.lease() - dt.timedelta(seconds=5)
    sending.before_call()
    assert only().lease_until == clock[0] + delivering.lease()
