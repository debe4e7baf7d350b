"""The post office's own rules: order, fairness, superseding, patience. The sender here is a dummy."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone

from integrations.office import delivery as office
from integrations.office.actions import delivering, desk
from integrations.office.models import Connection, Delivery
from integrations.office.odoo.gateway import Gateway
from integrations.office.routes import AGREED
from integrations.office.states import DeliveryState, FailureKind
from integrations.slot import outbox
from integrations.slot.models import Event, Exchange, Tray
from portal.shared import transitions
from portal.shared.acting import acting
from portal.shared.errors import Misconfigured, NotPermitted, Permanent, Temporary, WrongState
from portal.shared.models import StateChange
from suppliers.models import PurchaseOrder
from suppliers.states import SyncMark
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines
from tests.integrations.office.dummy import NOW, Dummy, deliver, drain, dummy, only, publish, states

__all__ = ["dummy"]  # a fixture
pytestmark = pytest.mark.committed


def test_one_event_becomes_one_letter_and_leaves_the_tray(dummy: Dummy, release_order: ReleaseOrder) -> None:
    order = release_order()
    publish(order, 1)
    publish(order, 2, topic="purchase_order.unheard_of")
    assert office.fan_out(NOW) == 2
    assert office.fan_out(NOW) == 0
    letter = only()
    with everything():
        event = Event.objects.get(topic=AGREED)
        assert not Tray.objects.exists()
    assert (letter.event_id, letter.position, letter.tier, letter.destination) == (
        event.pk,
        event.position,
        2,
        "odoo:main",
    )
    assert (letter.supplier_id, letter.about_id, letter.correlation_id) == (
        order.supplier_id,
        order.pk,
        event.correlation_id,
    )


def test_an_event_that_commits_late_is_not_lost(dummy: Dummy, release_order: ReleaseOrder) -> None:
    """Its position is lower than that of one picked up already."""
    slow, quick = release_order(), release_order()
    drawn, finish = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with doing(at=NOW):
                outbox.publish(AGREED, about=transitions.hold(slow), supplier_id=slow.supplier_id, tier=2,
                               payload={"order": {"number": "slow"}, "number": 1, "lines": []})  # fmt: skip
                drawn.set()
                assert finish.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    assert drawn.wait(20)
    publish(quick, 2)
    assert [letter.body["number"] for letter in drain()] == [2]
    finish.set()
    thread.join(20)
    assert [letter.body["number"] for letter in drain()] == [1]
    assert dummy.numbers == [2, 1]


def test_a_newer_letter_supersedes_an_unsent_one(dummy: Dummy, release_order: ReleaseOrder) -> None:
    order = release_order()
    for number in (1, 2, 3):
        publish(order, number)
    drain()
    assert dummy.numbers == [3]
    assert states() == [DeliveryState.SUPERSEDED, DeliveryState.SUPERSEDED, DeliveryState.DONE]
    with everything():
        assert StateChange.objects.filter(after=DeliveryState.SUPERSEDED).count() == 2


def test_a_letter_that_may_have_arrived_is_resolved_first(dummy: Dummy, release_order: ReleaseOrder) -> None:
    order = release_order()
    publish(order, 1)

    def lost(letter: Delivery) -> Exception:
        sending_steps(letter)
        return Temporary("No answer.", code="timeout", answered=False)

    def sending_steps(letter: Delivery) -> None:
        with acting(delivering.POST_OFFICE, write=True):
            Delivery.objects.filter(pk=letter.pk).update(steps={"sent": {"a": 1}})

    dummy.fail = lost
    drain()
    publish(order, 2)
    dummy.fail = lambda _letter: None
    assert drain(NOW + dt.timedelta(seconds=60)) == []  # it rests; the newer one waits behind it
    assert [letter.body["number"] for letter in drain(NOW + dt.timedelta(seconds=200))] == [1, 2]
    assert states() == [DeliveryState.DONE, DeliveryState.DONE]


def test_the_tier_comes_first_then_the_supplier_who_waited_longest(
    dummy: Dummy, cast: Cast, release_order: ReleaseOrder
) -> None:
    many = [release_order(supplier=cast.acme) for _ in range(4)]
    few = [release_order(supplier=cast.borealis) for _ in range(2)]
    urgent = release_order(supplier=cast.acme)
    for number, order in enumerate([*many, *few]):
        publish(order, number)
    publish(urgent, 100, tier=1)
    office.fan_out(NOW)
    served = [deliver(NOW + dt.timedelta(seconds=second)) for second in range(7)]
    # Acme's urgent letter, then turn and turn about although Acme dropped all of its own before
    assert [letter.body["number"] for letter in served if letter] == [100, 4, 0, 5, 1, 2, 3]


def test_a_temporary_failure_delays_only_its_own_object(dummy: Dummy, release_order: ReleaseOrder) -> None:
    broken, sound = release_order(), release_order()
    dummy.fail = lambda letter: Temporary("Busy.", code="busy") if letter.about_id == broken.pk else None
    publish(broken, 1)
    publish(sound, 2)
    drain()
    assert states() == [DeliveryState.WAITING, DeliveryState.DONE]
    with everything():
        letter = Delivery.objects.get(about_id=broken.pk)
    assert (letter.failures, letter.attempts, letter.failure_kind) == (1, 1, FailureKind.TEMPORARY)
    assert dt.timedelta(seconds=4) <= letter.due_at - NOW <= dt.timedelta(seconds=6)
    assert letter.steps == {}
    dummy.fail = lambda _letter: None
    assert drain(NOW + dt.timedelta(seconds=3)) == []
    drain(NOW + dt.timedelta(seconds=7))
    assert states() == [DeliveryState.DONE, DeliveryState.DONE]
    with everything():
        assert Delivery.objects.get(about_id=broken.pk).failure == ""


def test_the_pause_doubles_and_is_bounded() -> None:
    pauses = [delivering.backoff(failures).total_seconds() for failures in (1, 2, 3, 8, 60)]
    for pause, middle in zip(pauses, (5, 10, 20, 600, 600), strict=True):
        assert middle * 0.8 <= pause <= middle * 1.2


def test_an_unanswered_write_rests_longer_than_odoo_can_work(dummy: Dummy, release_order: ReleaseOrder) -> None:
    publish(release_order(), 1)
    dummy.fail = lambda _letter: Temporary("No answer.", code="timeout", answered=False)
    drain()
    letter = only()
    assert letter.due_at == NOW + dt.timedelta(seconds=120)
    assert letter.steps["rest"] == letter.due_at.isoformat()


@pytest.mark.parametrize(
    ("failure", "kind", "owner"),
    [
        (Misconfigured("No right.", code="access"), FailureKind.MISCONFIGURED, "integration_owner"),
        (Permanent("Locked.", code="order_locked"), FailureKind.PERMANENT, "buyer"),
        (ZeroDivisionError("a bug"), FailureKind.PERMANENT, "integration_owner"),
    ],
)
def test_what_cannot_go_on_waits_for_a_person(
    dummy: Dummy, release_order: ReleaseOrder, failure: Exception, kind: FailureKind, owner: str
) -> None:
    order = release_order()
    _wait_for_odoo(order)
    publish_with_lines(order)
    dummy.fail = lambda _letter: failure
    drain()
    letter = only()
    assert (letter.state, letter.failure_kind, letter.owner) == (DeliveryState.NEEDS_PERSON, kind, owner)
    assert letter.remedy
    assert "a bug" not in letter.failure
    assert [line.sync for line in fresh_lines(order)] == [SyncMark.NEEDS_PERSON]
    assert drain(NOW + dt.timedelta(days=1)) == []


def _wait_for_odoo(order: PurchaseOrder) -> None:
    with doing():
        order.lines.update(sync=SyncMark.WAITING)


def publish_with_lines(order: PurchaseOrder) -> None:
    lines = [
        {"line": str(line.pk), "position": line.position, "revision": line.revision, "schedule": []}
        for line in fresh_lines(order)
    ]
    with doing(at=NOW):
        outbox.publish(AGREED, about=transitions.hold(order), supplier_id=order.supplier_id, tier=2,
                       payload={"order": {"number": order.number}, "number": 1, "lines": lines})  # fmt: skip


def test_retry_is_safe_to_press_and_only_once(dummy: Dummy, cast: Cast, release_order: ReleaseOrder) -> None:
    order = release_order()
    _wait_for_odoo(order)
    publish_with_lines(order)
    dummy.fail = lambda _letter: Permanent("Locked.", code="order_locked")
    drain()
    letter = only()
    with pytest.raises(NotPermitted):
        desk.retry(actor=cast.actor("dora"), delivery=letter, at=NOW)  # of another plant
    assert only().state == DeliveryState.NEEDS_PERSON
    desk.retry(actor=cast.actor("ines"), delivery=letter, at=NOW)
    assert [line.sync for line in fresh_lines(order)] == [SyncMark.WAITING]
    with pytest.raises(WrongState):
        desk.retry(actor=cast.actor("ada"), delivery=letter, at=NOW)
    dummy.fail = lambda _letter: None
    drain()
    assert only().state == DeliveryState.DONE
    assert dummy.numbers == [1, 1]


def test_a_parked_letter_of_which_nothing_was_sent_gives_way(dummy: Dummy, release_order: ReleaseOrder) -> None:
    order = release_order()
    publish(order, 1)
    dummy.fail = lambda _letter: Permanent("Locked.", code="order_locked")
    drain()
    publish(order, 2)
    dummy.fail = lambda _letter: None
    drain()
    assert states() == [DeliveryState.SUPERSEDED, DeliveryState.DONE]


def test_a_parked_letter_that_half_arrived_keeps_its_place(dummy: Dummy, release_order: ReleaseOrder) -> None:
    order = release_order()
    publish(order, 1)

    def half(letter: Delivery) -> Exception:
        with acting(delivering.POST_OFFICE, write=True):
            Delivery.objects.filter(pk=letter.pk).update(steps={"lines": {"reached": []}})
        return Misconfigured("No right to moves.", code="access")

    dummy.fail = half
    drain()
    publish(order, 2)
    assert drain(NOW + dt.timedelta(days=1)) == []
    assert states() == [DeliveryState.NEEDS_PERSON, DeliveryState.WAITING]


def test_a_paused_connection_keeps_its_letters(dummy: Dummy, cast: Cast, release_order: ReleaseOrder) -> None:
    publish(release_order(), 1)
    with everything():
        connection = Connection.objects.get()
    desk.pause(actor=cast.actor("ines"), connection=connection, at=NOW)
    assert drain() == []
    with pytest.raises(NotPermitted):
        desk.resume(actor=cast.actor("bea"), connection=connection, at=NOW)
    desk.resume(actor=cast.actor("ines"), connection=connection, at=NOW)
    assert [letter.state for letter in drain()] == [DeliveryState.DONE]


def test_a_round_ends_when_the_destination_is_down(dummy: Dummy, release_order: ReleaseOrder) -> None:
    for number in range(6):
        publish(release_order(), number)
    dummy.fail = lambda _letter: Temporary("Away.", code="away")
    office.fan_out(NOW)
    assert office.drain(Gateway("odoo:main"), lambda: NOW, seconds=30) is False
    assert len(dummy.sent) == office.PATIENCE


def test_what_was_said_is_kept_with_the_letter(dummy: Dummy, release_order: ReleaseOrder) -> None:
    order = release_order()
    publish(order, 1)

    office.fan_out(NOW)
    sending = office.claim(lambda: NOW)
    assert sending is not None
    sending.exchanges.append(
        Exchange(at=NOW, destination="odoo:main", direction="out", operation="x.load", outcome="done")
    )
    delivering.settle_done(actor=delivering.POST_OFFICE, delivery=sending.delivery, sending=sending, steps={}, at=NOW)
    with everything():
        (exchange,) = Exchange.objects.all()
    letter = only()
    assert (exchange.delivery_id, exchange.about_id, exchange.supplier_id) == (letter.pk, order.pk, order.supplier_id)
    assert (exchange.attempt, exchange.correlation_id) == (1, letter.correlation_id)


def test_nothing_is_claimed_inside_a_transaction(dummy: Dummy) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        office.claim(timezone.now)
