"""What every act gets without asking: transaction, role, permission, trail, once-key, rehearsal."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from integrations.slot import once
from integrations.slot.models import Event, Received, Tray
from portal.shared import audit, jobs
from portal.shared.acting import acting
from portal.shared.actor import Actor, Grant, system_actor
from portal.shared.errors import Invalid, KeyReused, NotFound, NotPermitted
from portal.shared.identifiers import correlated
from portal.shared.models import AuditEntry, StateChange
from suppliers.models import PurchaseOrder
from suppliers.states import StaffRole
from tests.cast import Cast, ReleaseOrder, everything
from tests.shared.acts import begin, refer

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(release_order: ReleaseOrder) -> PurchaseOrder:
    return release_order()


def reference(order: PurchaseOrder) -> str:
    with everything():
        return PurchaseOrder.objects.get(pk=order.pk).supplier_reference


def traces() -> tuple[int, ...]:
    """How much an act leaves behind: on the trail, on the timeline, in the outbox."""
    with everything():
        return tuple(model._default_manager.count() for model in (AuditEntry, StateChange, Event, Tray))


def test_it_leaves_one_row_that_says_who_did_what_and_what_changed(order: PurchaseOrder, anna: Actor) -> None:
    now = timezone.now()
    with correlated("click-12345678"):
        refer(actor=anna, order=order, reference="AB-1", at=now)
    with everything():
        (entry,) = AuditEntry.objects.all()
        (event,) = Event.objects.all()
        assert Tray.objects.get().event_id == event.pk
    assert (entry.act, entry.actor_id, entry.actor_name, entry.at) == ("refer", anna.id, "Anna Abel", now)
    assert (entry.object_type, entry.object_id) == ("suppliers.purchaseorder", str(order.pk))
    assert entry.supplier_id == order.supplier_id
    assert entry.changes == [
        {
            "object": f"suppliers.purchaseorder:{order.pk}",
            "field": "supplier_reference",
            "before": "",
            "after": "AB-1",
        }
    ]
    assert entry.correlation_id == event.correlation_id == "click-12345678"
    assert (event.actor_id, event.at, event.payload) == (anna.id, now, {"is": "AB-1"})


def test_it_runs_in_its_actors_role(order: PurchaseOrder, anna: Actor, bea: Actor) -> None:
    roles: list[str] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select current_role")
            roles.append(cursor.fetchone()[0])

    for actor in (anna, bea):
        refer(actor=actor, order=order, reference="AB-1", at=timezone.now(), meanwhile=look)
    assert roles == ["portal_supplier", "portal_staff"]


def test_it_never_runs_inside_another_unit_of_work(order: PurchaseOrder, anna: Actor) -> None:
    with acting(anna), pytest.raises(RuntimeError, match="durable"):
        refer(actor=anna, order=order, reference="AB-1", at=timezone.now())
    assert reference(order) == ""


@pytest.mark.parametrize("name", ["aron", "asta", "dora", "quentin", "rita", "ines", "ada"])
def test_whoever_may_not_changes_nothing(order: PurchaseOrder, cast: Cast, name: str) -> None:
    before = traces()
    with pytest.raises(NotPermitted, match="write a reference"):
        refer(actor=cast.actor(name), order=order, reference="AB-1", at=timezone.now())
    assert (reference(order), traces()) == ("", before)


def test_another_suppliers_order_is_not_there(order: PurchaseOrder, boris: Actor) -> None:
    """Even where the permission is fooled by a forged row, the wall is not."""
    before = traces()
    with pytest.raises(NotPermitted):
        refer(actor=boris, order=order, reference="AB-1", at=timezone.now())
    order.supplier_id = min(boris.suppliers)
    with pytest.raises(NotFound):
        refer(actor=boris, order=order, reference="AB-1", at=timezone.now())
    assert (reference(order), traces()) == ("", before)


def test_a_row_that_was_never_read_is_refused(order: PurchaseOrder, dora: Actor) -> None:
    """It would belong to whomever the caller says: Dora buys for another plant."""
    with pytest.raises(TypeError, match="never read"):
        refer(actor=dora, order=PurchaseOrder(pk=order.pk), reference="AB-1", at=timezone.now())
    assert reference(order) == ""


def test_who_rules_one_plant_makes_nothing_for_another_nor_for_all(order: PurchaseOrder, cast: Cast) -> None:
    now = timezone.now()
    begin(actor=cast.actor("bea"), order=order, plant=cast.ham, at=now)
    for plant in (cast.drs, None):
        with pytest.raises(NotPermitted):
            begin(actor=cast.actor("bea"), order=order, plant=plant, at=now)
    chief = Actor(cast.actor("bea").kind, "chief", "Chief", frozenset({Grant(StaffRole.BUYER)}))
    for plant in (cast.ham, None):
        begin(actor=chief, order=order, plant=plant, at=now)


def test_a_refusal_leaves_nothing(order: PurchaseOrder, anna: Actor, django_capture_on_commit_callbacks: Any) -> None:
    before = traces()
    with django_capture_on_commit_callbacks() as woken, pytest.raises(Invalid):
        refer(actor=anna, order=order, reference="", at=timezone.now())
    assert (reference(order), traces(), woken) == ("", before, [])


def test_a_rehearsal_answers_the_same_and_changes_nothing(
    order: PurchaseOrder, anna: Actor, aron: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    before = traces()
    with django_capture_on_commit_callbacks() as woken:
        rehearsed = refer.rehearse(actor=anna, order=order, reference="AB-1", at=timezone.now())
        with pytest.raises(Invalid):
            refer.rehearse(actor=anna, order=order, reference="", at=timezone.now())
        with pytest.raises(NotPermitted):
            refer.rehearse(actor=aron, order=order, reference="AB-1", at=timezone.now())
    assert rehearsed.supplier_reference == "AB-1"
    assert (reference(order), traces(), woken, mail.outbox) == ("", before, [], [])
    with acting(anna):
        assert PurchaseOrder.objects.count() == 1


def test_a_worker_is_woken_once_it_is_committed(
    order: PurchaseOrder, anna: Actor, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda name, **_: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        refer(actor=anna, order=order, reference="AB-1", at=timezone.now())
        assert sent == []
    assert sent == ["integrations.office.tasks.relay"]


def test_a_replay_returns_the_first_result_and_changes_nothing(order: PurchaseOrder, anna: Actor) -> None:
    key = once.receive(anna, key="one", body=b"AB-1", what="POST /refer")
    first = refer.once(key)(actor=anna, order=order, reference="AB-1", at=timezone.now())
    before = traces()
    again = once.receive(anna, key="one", body=b"AB-1", what="POST /refer")
    assert (key.replayed, again.replayed, again.received_id) == (False, True, key.received_id)
    replay = refer.once(again)(actor=anna, order=order, reference="AB-1", at=timezone.now())
    assert (replay, traces()) == (first, before)


def test_another_body_under_the_same_key_is_refused(order: PurchaseOrder, anna: Actor, boris: Actor) -> None:
    once.receive(anna, key="one", body=b"AB-1", what="POST /refer")
    for body, what in ((b"AB-2", "POST /refer"), (b"AB-1", "POST /other")):
        with pytest.raises(KeyReused):
            once.receive(anna, key="one", body=body, what=what)
    assert not once.receive(boris, key="one", body=b"AB-2", what="POST /refer").replayed, "a key is its client's own"


def test_a_refused_message_may_be_sent_again_under_its_key(order: PurchaseOrder, anna: Actor, aron: Actor) -> None:
    key = once.receive(anna, key="one", body=b"", what="POST /refer")
    with pytest.raises(Invalid):
        refer.once(key)(actor=anna, order=order, reference="", at=timezone.now())
    with everything():
        assert Received.objects.get().done_at is None
    refer.once(key)(actor=anna, order=order, reference="AB-1", at=timezone.now())
    assert reference(order) == "AB-1"


def test_a_replay_asks_the_permission_again(order: PurchaseOrder, anna: Actor) -> None:
    key = once.receive(anna, key="one", body=b"", what="POST /refer")
    refer.once(key)(actor=anna, order=order, reference="AB-1", at=timezone.now())
    dismissed = Actor(anna.kind, anna.id, anna.name)
    with pytest.raises(NotPermitted):
        refer.once(key)(actor=dismissed, order=order, reference="AB-1", at=timezone.now())


def test_the_system_does_what_its_part_may_and_no_more(order: PurchaseOrder) -> None:
    refer(actor=system_actor("pull"), order=order, reference="AB-1", at=timezone.now())
    with pytest.raises(NotPermitted):
        refer(actor=system_actor("post-office"), order=order, reference="AB-2", at=timezone.now())
    assert reference(order) == "AB-1"


def test_nothing_changes_the_world_outside_an_act(order: PurchaseOrder) -> None:
    with everything(), pytest.raises(RuntimeError, match="@act"):
        audit.note(order, number=("a", "b"))
