"""Shipment notices on their way to Odoo and back: transfers of their own, lots, corrections, receipts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from integrations.office.actions.desk import retry
from integrations.office.models import Delivery
from integrations.office.states import DeliveryState
from portal.shared.actor import Actor, ActorKind, Grant
from suppliers.actions import shipments
from suppliers.models import PurchaseOrder, Receipt, Shipment, ShipmentOrder, Supplier
from suppliers.shipping_states import ShipmentState
from suppliers.states import Role, SyncMark
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.real_odoo import RealOdoo
from tests.integrations.office.sandbox import SandboxProcess
from tests.shipping import ARRIVES, body, row

pytestmark = pytest.mark.committed

Odoo = SandboxProcess | RealOdoo


def confirmed(odoo: Odoo, *quantities: int, **words: Any) -> PurchaseOrder:
    """An order of pump housings, which are received by lot, agreed as it is."""
    lines = [
        {"product": code, "quantity": quantity, "date": "2027-03-01 11:00:00", "price": 92.5}
        for code, quantity in zip(("PH-1040", "IM-2040"), quantities or (100,), strict=False)
    ]
    number = odoo.release(lines=lines, **words)["name"]
    world.pull()
    order = world.order_named(number)
    world.accept(order)
    world.work()
    return order


def shipper(order: PurchaseOrder) -> Actor:
    grant = Grant(Role.SHIPPING, supplier_id=order.supplier_id)
    return Actor(ActorKind.SUPPLIER, "carl", "Carl Cargo", frozenset({grant}))


def supplier_of(order: PurchaseOrder) -> Supplier:
    with everything():
        return Supplier.objects.get(pk=order.supplier_id)


def announce(order: PurchaseOrder, *rows: dict[str, Any], **more: Any) -> Shipment:
    return shipments.announce(
        actor=shipper(order), supplier=supplier_of(order), body=body(*rows, **more), channel="page", at=timezone.now()
    )


def correct(shipment: Shipment, *rows: dict[str, Any], **more: Any) -> Shipment:
    order = more.pop("order")
    return shipments.send(
        actor=shipper(order), shipment=shipment, body=body(*rows, **more), channel="page", at=timezone.now()
    )


def transfers(odoo: Odoo, order: PurchaseOrder) -> dict[str, list[tuple[str, float, str, str]]]:
    """By transfer: item, quantity, lot and package, whatever moves and lines hold them."""
    found: dict[str, list[tuple[str, float, str, str]]] = {}
    for transfer in odoo.order(order.number)["pickings"]:
        total: Counter[tuple[str, str, str]] = Counter()
        for line in odoo.ask("GET", f"transfers/{transfer['id']}")["lines"]:
            item = line["product_id"][1].split("]")[0].strip("[")
            lot, package = (line[name][1] if line[name] else "" for name in ("lot_id", "result_package_id"))
            total[item, lot, package] += line["quantity"]
        found[transfer["name"]] = sorted((item, much, lot, pack) for (item, lot, pack), much in total.items())
    return found


def open_of(odoo: Odoo, order: PurchaseOrder) -> Counter[str]:
    """What Odoo still expects of the order, by item: nothing may add to it or take from it."""
    total: Counter[str] = Counter()
    for move in odoo.order(order.number)["moves"]:
        if move["state"] not in ("done", "cancel"):
            total[str(move["purchase_line_id"])] += move["product_uom_qty"]
    return total


def planned(odoo: Odoo, order: PurchaseOrder) -> set[str]:
    """When planners expect what is open."""
    moves = odoo.order(order.number)["moves"]
    return {move["date"][:10] for move in moves if move["state"] not in ("done", "cancel")}


def fresh(shipment: Shipment) -> Shipment:
    with everything():
        return Shipment.objects.get(pk=shipment.pk)


def letters(shipment: Shipment) -> list[Delivery]:
    with everything():
        return list(Delivery.objects.filter(about_id=shipment.pk).order_by("position"))


def transfer_of(shipment: Shipment, order: PurchaseOrder) -> str:
    with everything():
        return ShipmentOrder.objects.get(shipment=shipment, order=order).transfer


def test_a_notice_gets_a_transfer_of_its_own_with_lots_and_packages(clone: Clone, odoo: Odoo) -> None:
    order = confirmed(odoo, 100, 40)
    before = open_of(odoo, order)
    first, second = world.lines_of(order)
    units = [{"ref": "P", "kind": "pallet"}]
    shipment = announce(
        order, row(first, 25, lot="L1", within="P"), row(first, 15, lot="L2"), row(second, 40, lot="X", within="P"),
        units=units, carrier="Elbe Cargo",
    )  # fmt: skip
    (settled,) = world.work()
    assert (settled.state, settled.failure) == (DeliveryState.DONE, "")
    name = transfer_of(shipment, order)
    found = transfers(odoo, order)
    assert found.pop(name) == [
        ("IM-2040", 40.0, "X", "000000000"), ("PH-1040", 15.0, "L2", ""), ("PH-1040", 25.0, "L1", "000000000"),
    ]  # fmt: skip
    assert [[(item, quantity) for item, quantity, _lot, _pack in rest] for rest in found.values()] == [
        [("PH-1040", 60.0)]
    ]
    assert open_of(odoo, order) == before
    (mine,) = [one for one in odoo.order(order.number)["pickings"] if one["name"] == name]
    assert mine["scheduled_date"][:10] == ARRIVES.isoformat()
    assert "Elbe Cargo" in mine["note"]
    assert fresh(shipment).sync == SyncMark.IN_ODOO


def test_two_notices_on_one_line_and_the_first_is_received_exactly(clone: Clone, odoo: Odoo) -> None:
    order = confirmed(odoo)
    (line,) = world.lines_of(order)
    first = announce(order, row(line, 40, lot="A1"))
    second = announce(order, row(line, 30, lot="B1"), delivery_note="LS-2")
    world.work()
    one, two = transfer_of(first, order), transfer_of(second, order)
    odoo.ask("POST", f"transfers/{one}/receive", {})
    world.pull()
    assert (fresh(first).state, fresh(second).state) == (ShipmentState.RECEIVED, ShipmentState.SUBMITTED)
    with everything():
        (receipt,) = Receipt.objects.exclude(shipment=None)
    assert (receipt.shipment_id, receipt.quantity, receipt.supplier_lot) == (first.pk, 40, "A1")
    assert transfers(odoo, order)[two] == [("PH-1040", 30.0, "B1", "")]
    (line,) = world.lines_of(order)
    assert line.received_quantity == 40


def test_corrections_and_cancelling_put_back_what_was_taken(clone: Clone, odoo: Odoo) -> None:
    order = confirmed(odoo, 100, 40)
    before, days = open_of(odoo, order), planned(odoo, order)
    first, second = world.lines_of(order)
    shipment = announce(order, row(first, 60, lot="L1"), row(second, 10, lot="X"))
    world.work()
    name = transfer_of(shipment, order)
    for rows, there in (
        ([row(first, 20, lot="L1")], [("PH-1040", 20.0, "L1", "")]),
        ([row(first, 100, lot="L2")], [("PH-1040", 100.0, "L2", "")]),
        (
            [row(first, 30, lot="L2"), row(second, 40, lot="X")],
            [("IM-2040", 40.0, "X", ""), ("PH-1040", 30.0, "L2", "")],
        ),
    ):
        shipment = correct(shipment, *rows, order=order)
        assert [one.state for one in world.work()] == [DeliveryState.DONE]
        assert transfers(odoo, order)[name] == there
        assert open_of(odoo, order) == before
    shipments.cancel(actor=shipper(order), shipment=shipment, reason="Sold out", at=timezone.now())
    assert [one.state for one in world.work()] == [DeliveryState.DONE]
    assert planned(odoo, order) == days
    assert transfers(odoo, order).get(name, []) == []
    assert open_of(odoo, order) == before
    assert fresh(shipment).sync == SyncMark.IN_ODOO


def test_two_orders_in_one_shipment_are_two_transfers(clone: Clone, odoo: Odoo) -> None:
    order, other = confirmed(odoo), confirmed(odoo, 50)
    (line,), (second,) = world.lines_of(order), world.lines_of(other)
    shipment = announce(order, row(line, 100, lot="A"), row(second, 20, lot="B"))
    world.work()
    assert transfers(odoo, order)[transfer_of(shipment, order)] == [("PH-1040", 100.0, "A", "")]
    assert transfers(odoo, other)[transfer_of(shipment, other)] == [("PH-1040", 20.0, "B", "")]
    correct(shipment, row(line, 100, lot="A"), order=order)
    world.work()
    assert sum(part[1] for parts in transfers(odoo, other).values() for part in parts) == 50
    assert all(not part[2] for parts in transfers(odoo, other).values() for part in parts)


def test_the_same_lot_number_of_two_suppliers_is_two_lots(clone: Clone, odoo: Odoo) -> None:
    mine, theirs = confirmed(odoo), confirmed(odoo, vendor="Cinder Forge")
    (line,), (other,) = world.lines_of(mine), world.lines_of(theirs)
    announce(mine, row(line, 10, lot="L001"))
    world.work()
    shipment = announce(theirs, row(other, 10, lot="L001"))
    world.work()
    ((_item, _quantity, lot, _package),) = transfers(odoo, theirs)[transfer_of(shipment, theirs)]
    assert lot.endswith("-L001")
    odoo.ask("POST", f"transfers/{transfer_of(shipment, theirs)}/receive", {})
    world.pull()
    with everything():
        (receipt,) = Receipt.objects.exclude(shipment=None)
    assert (receipt.lot, receipt.supplier_lot) == (lot, "L001")


def test_the_calls_do_not_grow_with_the_lines(clone: Clone, sandbox: SandboxProcess) -> None:
    counts = []
    for lots in (1, 20):
        order = confirmed(sandbox)
        (line,) = world.lines_of(order)
        sandbox.forget_calls()
        announce(order, *(row(line, 2, lot=f"{lots}-{at}") for at in range(lots)), delivery_note=f"LS-{lots}")
        world.work()
        counts.append(sum(sandbox.counts().values()))
    assert counts[0] == counts[1]


def test_a_letter_about_the_order_goes_first(clone: Clone, sandbox: SandboxProcess) -> None:
    order = confirmed(sandbox)
    (line,) = world.lines_of(order)
    sandbox.fault("refuse", model="purchase.order.line", method="load", times=1, message="Not now")
    world.change(order, [(90, "2027-03-05")])
    shipment = announce(order, row(line, 40, lot="A"))
    world.work()
    world.work(world.later(60))
    for letter in [one for one in world.deliveries(order) if one.state == DeliveryState.NEEDS_PERSON]:
        retry(actor=world.KEEPER, delivery=letter, at=timezone.now())
    world.work(world.later(120))
    world.work(world.later(900))
    assert fresh(shipment).sync == SyncMark.IN_ODOO
    assert transfers(sandbox, order)[transfer_of(shipment, order)] == [("PH-1040", 40.0, "A", "")]
    assert sum(open_of(sandbox, order).values()) == 90


WRITES = [
    ("stock.picking", "load"), ("stock.picking", "write"), ("stock.picking", "action_split_transfer"),
    ("stock.move", "write"), ("stock.picking", "unlink"), ("stock.lot", "load"), ("stock.quant.package", "load"),
    ("stock.move.line", "unlink"), ("stock.move.line", "load"), ("stock.picking", "action_assign"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "method"), WRITES, ids=[".".join(one) for one in WRITES])
@pytest.mark.parametrize("kind", ["lose", "close"])
def test_a_lost_answer_doubles_nothing(
    clone: Clone, sandbox: SandboxProcess, kind: str, model: str, method: str
) -> None:
    """Of every write in turn: of a notice, of its correction, of its cancellation."""
    order = confirmed(sandbox, 100, 40)
    before, days = open_of(sandbox, order), planned(sandbox, order)
    first, second = world.lines_of(order)
    there = [("IM-2040", 40.0, "X", ""), ("PH-1040", 30.0, "L1", "000000000")]

    def hit_and_settle() -> None:
        sandbox.fault(kind, model=model, method=method, times=1)
        for seconds in (0, 30, 900, 1800):
            world.work(world.later(seconds))
        sandbox.heal()

    units = [{"ref": "P", "kind": "box", "plate": "000000000"}]
    shipment = announce(order, row(first, 30, lot="L1", within="P"), row(second, 40, lot="X"), units=units)
    hit_and_settle()
    name = transfer_of(shipment, order)
    assert (fresh(shipment).sync, transfers(sandbox, order)[name]) == (SyncMark.IN_ODOO, there)
    assert open_of(sandbox, order) == before
    shipment = correct(shipment, row(first, 10, lot="L1"), order=order)
    hit_and_settle()
    assert (fresh(shipment).sync, transfers(sandbox, order)[name]) == (SyncMark.IN_ODOO, [("PH-1040", 10.0, "L1", "")])
    assert open_of(sandbox, order) == before
    shipments.cancel(actor=shipper(order), shipment=shipment, reason="Again", at=timezone.now())
    hit_and_settle()
    assert (fresh(shipment).sync, open_of(sandbox, order)) == (SyncMark.IN_ODOO, before)
    assert not transfers(sandbox, order).get(name)
    assert planned(sandbox, order) == days, "what came back keeps the truck's day"


def test_what_the_notice_misses_is_said(clone: Clone, odoo: Odoo) -> None:
    order = confirmed(odoo)
    (line,) = world.lines_of(order)
    odoo.act(order.number, "receive", lines=[{"id": odoo.order(order.number)["lines"][0]["id"], "quantity": 100}])
    shipment = announce(order, row(line, 40, lot="A"))
    (settled,) = world.work()
    assert (settled.state, settled.failure_code) == (DeliveryState.NEEDS_PERSON, "nothing_open")
    assert fresh(shipment).sync == SyncMark.NEEDS_PERSON
    assert sum(part[1] for parts in transfers(odoo, order).values() for part in parts) == 100


def test_what_a_line_becomes_in_odoo_leaves_the_notice_as_it_was(clone: Clone, odoo: Odoo) -> None:
    """All of a line is announced; the buyer orders more, then less again, the portal moves its date."""
    order = confirmed(odoo)
    (line,) = world.lines_of(order)
    shipment = announce(order, row(line, 100, lot="A"))
    world.work()
    name = transfer_of(shipment, order)
    (remote,) = odoo.order(order.number)["lines"]
    for quantity in (120, 104):
        change = {"id": remote["id"], "quantity": quantity, "price": 92.5, "date": "2027-03-01 11:00:00"}
        odoo.act(order.number, "revise", lines=[change])
        world.pull()
        world.work()
        assert transfers(odoo, order)[name] == [("PH-1040", 100.0, "A", "")]
        assert sum(open_of(odoo, order).values()) == quantity
        assert fresh(shipment).sync == SyncMark.IN_ODOO
    world.agree(order, {1: [(104, "2027-03-05")]})
    world.work()
    world.work(world.later(60))
    assert transfers(odoo, order)[name] == [("PH-1040", 100.0, "A", "")]
    (mine,) = [one for one in odoo.order(order.number)["pickings"] if one["name"] == name]
    assert mine["scheduled_date"][:10] == ARRIVES.isoformat()


def test_the_rest_of_what_came_in_part_belongs_to_its_notice(clone: Clone, odoo: Odoo) -> None:
    order = confirmed(odoo)
    (line,) = world.lines_of(order)
    shipment = announce(order, row(line, 40, lot="A1"), row(line, 20, lot="A2"))
    world.work()
    name = transfer_of(shipment, order)
    (first, _second) = odoo.ask("GET", f"transfers/{name}")["lines"]
    odoo.ask("POST", f"transfers/{name}/receive", {"lines": [{"id": first["id"], "quantity": 40}]})
    world.pull()
    assert fresh(shipment).state == ShipmentState.PARTLY_RECEIVED
    with everything():
        assert ShipmentOrder.objects.get(shipment=shipment).ended_at is None
    (backorder,) = [one["name"] for one in odoo.order(order.number)["pickings"]
                    if one["backorder_id"] and one["state"] not in ("done", "cancel")]  # fmt: skip
    (left,) = odoo.ask("GET", f"transfers/{backorder}")["lines"]
    odoo.ask("POST", f"transfers/{backorder}/receive", {"lines": [{"id": left["id"], "quantity": 20, "lot": "A2"}]})
    world.pull()
    assert fresh(shipment).state == ShipmentState.RECEIVED
    with everything():
        assert ShipmentOrder.objects.get(shipment=shipment).ended_at is not None
        came = dict(Receipt.objects.filter(shipment=shipment).values_list("supplier_lot", "quantity"))
    assert came == {"A1": 40, "A2": 20}


def test_goods_sent_back_are_told_with_what_brought_them(clone: Clone, odoo: Odoo) -> None:
    order = confirmed(odoo)
    (line,) = world.lines_of(order)
    shipment = announce(order, row(line, 40, lot="A1"))
    world.work()
    name = transfer_of(shipment, order)
    odoo.ask("POST", f"transfers/{name}/receive", {})
    (came,) = odoo.ask("GET", f"transfers/{name}")["lines"]
    odoo.ask("POST", f"transfers/{name}/send_back", {"lines": [{"id": came["id"], "quantity": 15}]})
    world.pull()
    with everything():
        rows = Receipt.objects.filter(line=line).order_by("kind").values_list("kind", "quantity", "returned_ref", "lot")
        said = [(kind, int(quantity), bool(ref), lot) for kind, quantity, ref, lot in rows]
    assert said == [("receipt", 40, False, "A1"), ("return", 15, True, "A1")]
    assert fresh(shipment).state == ShipmentState.RECEIVED
    (line,) = world.lines_of(order)
    assert line.received_quantity == 25


def test_putting_right_leaves_alone_what_the_dock_did(clone: Clone, odoo: Odoo) -> None:
    """A clerk moved the day, and then booked the transfer, before the portal learnt of either."""
    order = confirmed(odoo)
    (line,) = world.lines_of(order)
    shipment = announce(order, row(line, 40, lot="A"))
    world.work()
    name = transfer_of(shipment, order)
    (remote,) = odoo.order(order.number)["lines"]
    (mine,) = [one for one in odoo.order(order.number)["pickings"] if one["name"] == name]
    world.admin()("stock.picking", "write", [[mine["id"]], {"scheduled_date": "2027-01-15 09:00:00"}])

    def order_otherwise(quantity: int) -> None:
        change = {"id": remote["id"], "quantity": quantity, "price": 92.5, "date": "2027-03-01 11:00:00"}
        odoo.act(order.number, "revise", lines=[change])
        world.pull()

    order_otherwise(120)
    assert [one.state for one in world.work()] == [DeliveryState.DONE]
    (mine,) = [one for one in odoo.order(order.number)["pickings"] if one["name"] == name]
    assert mine["scheduled_date"] == "2027-01-15 09:00:00"
    order_otherwise(130)
    odoo.ask("POST", f"transfers/{name}/receive", {})
    assert [(one.state, one.failure) for one in world.work()] == [(DeliveryState.DONE, "")]
    assert transfers(odoo, order)[name] == [("PH-1040", 40.0, "A", "")]
    assert fresh(shipment).sync == SyncMark.IN_ODOO
