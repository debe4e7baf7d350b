"""What Odoo booked of orders: kept movement by movement, counted against notices, and what that makes of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.errors import Invalid, WrongState
from suppliers.actions import shipments
from suppliers.actions.orders import state_order
from suppliers.actions.shipment_clock import close
from suppliers.lots import lot_id
from suppliers.models import PurchaseOrder, Receipt, Shipment, ShipmentOrder, TolerancePolicy
from suppliers.shipping_states import ReceiptKind, ShipmentState
from suppliers.statements import LineStatement, ReceiptStatement, TransferStatement
from tests.cast import Cast, doing, everything, fresh_lines, lines_of, revise
from tests.shipping import accept, body, confirmed, row, sent

NOW = timezone.now() + dt.timedelta(hours=12)


def stated(order: PurchaseOrder) -> list[LineStatement]:
    with everything():
        return lines_of(order)


def booked(order: PurchaseOrder, ref: str, quantity: object, position: int = 1, **more: Any) -> ReceiptStatement:
    """A movement of an order's line, as Odoo says it."""
    line = stated(order)[position - 1]
    said = ReceiptStatement(
        ref=ref,
        line=line.ref,
        item_id=line.item_id,
        quantity=Decimal(str(quantity)),
        unit_name="Units",
        at=NOW,
        day=NOW.date(),
        transfer="HAM/IN/00007",
    )
    return replace(said, **more)


def book(order: PurchaseOrder, *movements: ReceiptStatement, transfers: tuple[TransferStatement, ...] = ()) -> None:
    """Odoo states the order again, with all that was booked of it."""
    by_line: dict[str, Decimal] = {}
    for one in movements:
        sign = 0 if not one.counts else -1 if one.kind == ReceiptKind.RETURN else 1
        by_line[one.line] = by_line.get(one.line, Decimal(0)) + sign * one.quantity
    lines = [replace(line, received=by_line.get(line.ref, Decimal(0))) for line in stated(order)]
    revise(order, lines=lines, receipts=tuple(movements), transfers=transfers)


def notice_of(shipment: Shipment, order: PurchaseOrder) -> ShipmentOrder:
    with everything():
        return ShipmentOrder.objects.get(shipment=shipment, order=order)


def fresh(shipment: Shipment) -> Shipment:
    with everything():
        return Shipment.objects.get(pk=shipment.pk)


def receipts() -> list[Receipt]:
    with everything():
        return list(Receipt.objects.order_by("ref"))


def test_receipts_move_the_notice_by_themselves(cast: Cast) -> None:
    order = confirmed(cast, cast.line(100), cast.line(40))
    first, second = fresh_lines(order)
    shipment = sent(cast, row(first, 60, lot="L1"), row(second, 40))
    notice = notice_of(shipment, order)
    lot: dict[str, Any] = {"lot": "V-1001-L1", "lot_key": lot_id(cast.acme.pk, first.item_id, "L1")}
    some = booked(order, "1", 60, notice=notice.pk, **lot)
    book(order, some, transfers=(TransferStatement(notice.pk, "HAM/IN/00007", ended=False),))
    assert (fresh(shipment).state, fresh(shipment).received_at) == (ShipmentState.PARTLY_RECEIVED, NOW)
    rest = booked(order, "2", 40, 2, notice=notice.pk)
    book(order, some, rest, transfers=(TransferStatement(notice.pk, "HAM/IN/00007", ended=True),))
    assert fresh(shipment).state == ShipmentState.RECEIVED
    with everything():
        notice.refresh_from_db()
    assert (notice.transfer, notice.ended_at is not None) == ("HAM/IN/00007", True)
    one, two = receipts()
    assert (one.shipment_id, one.lot, one.supplier_lot, int(one.quantity)) == (shipment.pk, "V-1001-L1", "L1", 60)
    assert (two.shipment_id, two.supplier_lot) == (shipment.pk, "")


def test_the_same_movement_again_is_no_second_one_and_a_changed_one_is_restated(cast: Cast) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 100))
    notice = notice_of(shipment, order)
    for quantity, state in (
        (100, ShipmentState.RECEIVED),
        (100, ShipmentState.RECEIVED),
        (90, ShipmentState.PARTLY_RECEIVED),
        (0, ShipmentState.IN_TRANSIT),
    ):
        book(order, booked(order, "1", quantity, notice=notice.pk))
        assert fresh(shipment).state == state
    (only,) = receipts()
    assert only.quantity == 0
    book(order)
    assert [one.quantity for one in receipts()] == [0]


def test_goods_sent_back_do_not_undo_that_they_came(cast: Cast) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 100))
    notice = notice_of(shipment, order)
    came = booked(order, "1", 100, notice=notice.pk)
    back = booked(order, "2", 100, kind=ReceiptKind.RETURN, returned_ref="1", counts=True, transfer="HAM/OUT/1")
    book(order, came, back)
    assert fresh(shipment).state == ShipmentState.RECEIVED
    assert [(one.kind, one.returned_ref, one.counts) for one in receipts()] == [
        (ReceiptKind.RECEIPT, "", True),
        (ReceiptKind.RETURN, "1", True),
    ]
    (line,) = fresh_lines(order)
    assert line.received_quantity == 0


def test_what_was_booked_elsewhere_is_found_by_lot_or_handling_unit_if_only_one_notice_has_it(cast: Cast) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    unit = [{"ref": "A", "kind": "pallet", "plate": "PAL-1"}]
    first = sent(cast, row(line, 30, lot="L1", within="A"), units=unit)
    second = sent(cast, row(line, 30, lot="L2"), delivery_note="LS-2")
    third = sent(cast, row(line, 30, lot="L2"), delivery_note="LS-3")
    both: dict[str, Any] = {"lot": "L2", "lot_key": lot_id(cast.acme.pk, line.item_id, "L2")}
    book(order, booked(order, "1", 30, plate="PAL-1"), booked(order, "2", 30, **both), booked(order, "3", 5))
    assert [one.shipment_id for one in receipts()] == [first.pk, None, None]
    assert fresh(first).state == ShipmentState.RECEIVED
    assert {fresh(second).state, fresh(third).state} == {ShipmentState.SUBMITTED}


def test_a_received_notice_is_neither_corrected_nor_cancelled(cast: Cast) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 100))
    book(order, booked(order, "1", 40, notice=notice_of(shipment, order).pk))
    sven = cast.actor("sven")
    with pytest.raises(WrongState):
        shipments.send(actor=sven, shipment=shipment, body=body(row(line, 40)), channel="page", at=timezone.now())
    with pytest.raises(WrongState):
        shipments.cancel(actor=sven, shipment=shipment, reason="No", at=timezone.now())


def test_what_is_announced_and_arrived_is_counted_once(cast: Cast) -> None:
    """60 announced, 60 arrived: 40 are open, neither 100 nor none."""
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 60))
    book(order, booked(order, "1", 60, notice=notice_of(shipment, order).pk))
    assert sent(cast, row(line, 40), delivery_note="LS-2").state == ShipmentState.SUBMITTED


@pytest.mark.parametrize(
    ("change", "code"), [({"quantity": Decimal(50)}, "over_shipment"), ({"item": "granulate"}, "changed")]
)
def test_a_notice_that_rests_on_what_changed_is_to_be_corrected(cast: Cast, change: dict[str, Any], code: str) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 60))
    if "item" in change:
        change = {"item_id": cast.granulate.pk, "unit_id": cast.kilograms.pk}
    revise(order, receipts=(), **change)
    changed = fresh(shipment)
    assert (changed.state, [fault["code"] for fault in changed.faults]) == (ShipmentState.INVALID, [code])
    assert order.number in changed.what_is_wrong[0]


def test_a_cancelled_order_stops_its_notices_and_another_order_in_them_does_not_mend_that(cast: Cast) -> None:
    order, other = confirmed(cast), confirmed(cast)
    (line,), (second,) = fresh_lines(order), fresh_lines(other)
    shipment = sent(cast, row(line, 60), row(second, 10))
    revise(order, cancelled=True)
    assert [fault["code"] for fault in fresh(shipment).faults] == ["cancelled"]
    revise(other, receipts=())
    assert fresh(shipment).state == ShipmentState.INVALID
    mended = body(row(second, 10))
    again = shipments.send(actor=cast.actor("sven"), shipment=fresh(shipment), body=mended, channel="page", at=NOW)
    assert (again.state, again.faults, again.version) == (ShipmentState.SUBMITTED, [], 2)


def test_a_notice_mends_itself_where_the_order_says_again_what_it_said(cast: Cast) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 60))
    revise(order, receipts=(), quantity=Decimal(50))
    revise(order, receipts=(), quantity=Decimal(100))
    assert (fresh(shipment).state, fresh(shipment).faults) == (ShipmentState.SUBMITTED, [])


@pytest.mark.parametrize("how", ["cancel", "correct", "close"])
def test_a_notice_mends_itself_where_another_one_leaves_it_room(cast: Cast, how: str) -> None:
    """60 and 40 are announced, and 70 ordered now: once the second says less, nothing is wrong with the first."""
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    first, second = sent(cast, row(line, 60)), sent(cast, row(line, 40), delivery_note="LS-2")
    revise(order, receipts=(), quantity=Decimal(70))
    assert {fresh(first).state, fresh(second).state} == {ShipmentState.INVALID}
    accept(cast, order)
    told = len(announced(first))
    sven = cast.actor("sven")
    if how == "cancel":
        shipments.cancel(actor=sven, shipment=fresh(second), reason="No", at=NOW)
    elif how == "close":
        close(actor=cast.actor("rita"), shipment=fresh(second), reason="Lost", at=NOW)
    else:
        less = body(row(line, 10), delivery_note="LS-2")
        shipments.send(actor=sven, shipment=fresh(second), body=less, channel="page", at=NOW)
    assert (fresh(first).state, fresh(first).faults) == (ShipmentState.SUBMITTED, [])
    # While something was to be corrected no letter was carried out.
    assert len(announced(first)) == told + 1


def announced(shipment: Shipment) -> list[Event]:
    with everything():
        return list(Event.objects.filter(about_id=shipment.pk, topic="shipment.announced"))


def test_saying_the_same_again_counts_where_something_was_to_be_corrected(cast: Cast) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 60))
    revise(order, receipts=(), quantity=Decimal(50))
    accept(cast, order)
    same = {"body": body(row(line, 60)), "channel": "page"}
    with pytest.raises(Invalid):
        shipments.send(actor=cast.actor("sven"), shipment=fresh(shipment), at=timezone.now(), **same)
    with doing():
        TolerancePolicy.objects.create(version=2, quantity_over=Decimal(20))
    again = shipments.send(actor=cast.actor("sven"), shipment=fresh(shipment), at=timezone.now(), **same)
    assert (again.state, again.version) == (ShipmentState.SUBMITTED, 2)


def test_a_receipt_stays_with_whoever_delivered_it_when_odoo_gives_the_order_away(cast: Cast) -> None:
    order = confirmed(cast)
    came = booked(order, "1", 40)
    book(order, came)
    with doing(act="state_order"):
        held = PurchaseOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        line = replace(stated_inside(order), schedule_id=None, ref="x", received=Decimal(40))
        given = cast.statement(line, number=order.number, supplier_id=cast.borealis.pk)
        state_order(held, replace(given, receipts=(replace(came, line="x"),)))
    assert [(one.supplier_id, int(one.quantity)) for one in receipts()] == [(cast.acme.pk, 40)]


def stated_inside(order: PurchaseOrder) -> LineStatement:
    return lines_of(order)[0]


def test_receipts_are_read_by_their_own_supplier_and_plant_only(cast: Cast) -> None:
    order = confirmed(cast)
    book(order, booked(order, "1", 40))
    seen = {}
    for name in ("anna", "boris", "bea", "dora"):
        actor = cast.actor(name)
        with acting(actor):
            seen[name] = Receipt.objects.visible_to(actor).count()
    assert seen == {"anna": 1, "boris": 0, "bea": 1, "dora": 0}


def test_days_and_times_are_those_of_the_booking(cast: Cast) -> None:
    order = confirmed(cast)
    at = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
    book(order, booked(order, "1", 40, at=at, day=dt.date(2026, 11, 21)))
    (only,) = receipts()
    assert (only.at, only.day) == (at, dt.date(2026, 11, 21))
