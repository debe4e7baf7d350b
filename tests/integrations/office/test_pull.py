"""Pulling: what Odoo says becomes suppliers, plants, items, units and orders; everything, once, and nothing twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from integrations.office.models import Connection, Cursor, Mapping, Trouble
from integrations.office.odoo import pull as pulling
from integrations.office.odoo import records
from integrations.office.odoo.gateway import Gateway
from integrations.slot.models import Exchange
from portal.shared.models import AuditEntry
from suppliers.models import Item, OrderLine, OrderRevision, Plant, PurchaseOrder, ScheduleLine, Supplier, Unit
from suppliers.states import LineState, OrderState
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed


def everything_known() -> dict[str, Any]:
    """All that pulling may write, in a form that can be compared."""
    with everything():
        return {
            "suppliers": sorted(Supplier.objects.values_list("name", flat=True)),
            "plants": sorted(Plant.objects.values_list("code", flat=True)),
            "items": sorted(Item.objects.values_list("code", flat=True)),
            "units": sorted(Unit.objects.values_list("name", flat=True)),
            "orders": sorted(PurchaseOrder.objects.values_list("number", "state", "revision")),
            "lines": sorted(
                OrderLine.objects.values_list("order__number", "position", "state", "quantity", "revision")
            ),
            "schedule": ScheduleLine.objects.count(),
            "revisions": OrderRevision.objects.count(),
            "mappings": Mapping.objects.count(),
        }


def troubles() -> list[tuple[str, str, str, bool]]:
    with everything():
        rows = Trouble.objects.order_by("label")
        return [(row.label, row.code, row.owner, row.resolved_at is not None) for row in rows]


def test_the_first_pull_brings_every_confirmed_order(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.orders()
    summary = world.pull()
    assert (summary.failure, summary.troubles, summary.taken) == ("", 0, len(released))
    known = everything_known()
    assert [number for number, _state, _revision in known["orders"]] == sorted(order["name"] for order in released)
    assert known["plants"] == ["DRS", "HAM", "WRO"]
    assert {"Acme Castings", "Borealis Polymers", "Cinder Forge"} <= set(known["suppliers"])
    texts = 2  # a section and a note of the first order are no lines to answer
    assert len(known["lines"]) == sum(len(order["order_line"]) for order in released) - texts == known["schedule"]
    with everything():
        acme = Supplier.objects.get(name="Acme Castings")
        assert (acme.country, acme.reference, acme.active) == ("US", "AC-001", True)
        order = PurchaseOrder.objects.filter(supplier=acme).order_by("number")[0]
        assert (order.currency, order.incoterm, order.plant.code) == ("USD", "FCA", "HAM")
        assert Exchange.objects.filter(about_id=order.pk).count() == 1


def test_nothing_new_is_no_act_and_leaves_no_row(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    before = everything_known()
    with everything():
        entries = AuditEntry.objects.count()
    assert world.pull().taken == 0
    assert everything_known() == before
    with everything():
        assert AuditEntry.objects.count() == entries
        assert Connection.objects.get().failure == ""


def test_a_line_that_moves_an_order_that_does_not(clone: Clone, sandbox: SandboxProcess) -> None:
    """The order's own write_date stands still when a later line's date moves."""
    first, second = ({"product": code, "quantity": 10, "date": f"2027-03-0{day} 11:00:00", "price": 5}
                     for day, code in ((1, "PH-1040"), (8, "PH-1080")))  # fmt: skip
    released = sandbox.release(lines=[first, second])
    world.pull()
    sandbox.act(released["name"], "revise", lines=[{"id": released["lines"][1]["id"], "date": "2027-03-20 11:00:00"}])
    assert world.pull().taken == 1
    order = world.order_named(released["name"])
    assert order.revision == 2
    assert [line.requested_date.isoformat() for line in world.lines_of(order)] == ["2027-03-01", "2027-03-20"]
    assert [line.revision for line in world.lines_of(order)] == [1, 2]


def test_equal_timestamps_lose_nothing(clone: Clone, sandbox: SandboxProcess, settings: Any, monkeypatch: Any) -> None:
    """Many orders of one second, read in pages smaller than they are."""
    monkeypatch.setattr(pulling, "PAGE", 3)
    monkeypatch.setattr(pulling, "BATCH", 2)
    world.pull()
    released = [sandbox.release()["name"] for _ in range(10)]
    world.pull()
    more = [sandbox.release()["name"] for _ in range(5)]
    world.pull()
    with everything():
        known = set(PurchaseOrder.objects.values_list("number", flat=True))
    assert {*released, *more} <= known


def test_a_cancellation_a_receipt_and_a_new_line(clone: Clone, sandbox: SandboxProcess) -> None:
    cancelled, received, grown = (sandbox.release() for _ in range(3))
    world.pull()
    sandbox.act(cancelled["name"], "cancel")
    sandbox.act(received["name"], "receive", lines=[{"id": received["lines"][0]["id"], "quantity": 30}])
    sandbox.act(grown["name"], "add_line", product="PH-1080", quantity=5, price=7, date="2027-04-01 11:00:00")
    assert world.pull().taken == 3
    assert world.order_named(cancelled["name"]).state == OrderState.CANCELLED
    (line,) = world.lines_of(world.order_named(received["name"]))
    assert (line.received_quantity, line.state, line.revision) == (30, LineState.OPEN, 1)
    assert [line.position for line in world.lines_of(world.order_named(grown["name"]))] == [1, 2]


def test_orders_nobody_confirmed_stay_outside(clone: Clone, sandbox: SandboxProcess) -> None:
    draft = sandbox.release(confirm=False)
    world.pull()
    with everything():
        assert not PurchaseOrder.objects.filter(number=draft["name"]).exists()
    sandbox.act(draft["name"], "confirm")
    world.pull()
    assert world.order_named(draft["name"]).state == OrderState.SENT
    locked = sandbox.release()
    sandbox.act(locked["name"], "lock")
    world.pull()
    assert world.order_named(locked["name"]).state == OrderState.SENT


def test_one_bad_record_stops_itself_and_says_who_must_act(clone: Clone, sandbox: SandboxProcess) -> None:
    good, bad = sandbox.release(), sandbox.release()
    admin = world.admin()
    line = bad["lines"][0]["id"]
    admin("purchase.order.line", "write", [[line], {"date_planned": False, "product_qty": 100, "price_unit": 92.5}])
    summary = world.pull()
    assert summary.troubles == 1
    assert world.order_named(good["name"])
    with everything():
        assert not PurchaseOrder.objects.filter(number=bad["name"]).exists()
    assert troubles() == [(bad["name"], "date_missing", "buyer", False)]
    # still there at the next turn: read again, though nothing of it changed
    assert world.pull().troubles == 1
    admin(
        "purchase.order.line",
        "write",
        [[line], {"date_planned": "2027-03-01 11:00:00", "product_qty": 100, "price_unit": 92.5}],
    )
    assert world.pull().troubles == 0
    assert troubles() == [(bad["name"], "date_missing", "buyer", True)]
    assert world.order_named(bad["name"])


def test_a_renamed_supplier_and_a_changed_item(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    admin = world.admin()
    (partner,) = admin("res.partner", "search", [[["name", "=", "Cinder Forge"]]])
    admin("res.partner", "write", [[partner], {"name": "Cinder Forge AG"}])
    (product,) = admin("product.product", "search", [[["default_code", "=", "PH-1040"]]])
    admin("product.product", "write", [[product], {"default_code": "PH-1040-B"}])
    world.pull()
    with everything():
        assert Supplier.objects.filter(name="Cinder Forge AG").count() == 1
        assert Item.objects.filter(code="PH-1040-B").count() == 1
        assert Supplier.objects.filter(name="Cinder Forge").count() == 0


def test_a_contacts_order_belongs_to_its_company(clone: Clone, sandbox: SandboxProcess) -> None:
    admin = world.admin()
    (contact,) = admin("res.partner", "search", [[["name", "=", "Anna Abel"]]])
    released = sandbox.release(vendor=contact)
    world.pull()
    assert world.order_named(released["name"]).supplier_id
    with everything():
        assert (
            PurchaseOrder.objects.select_related("supplier").get(number=released["name"]).supplier.name
            == "Acme Castings"
        )
        assert not Supplier.objects.filter(name="Anna Abel").exists()


def test_a_contacts_language_comes_along_and_its_change_is_news_of_the_company(
    clone: Clone, sandbox: SandboxProcess
) -> None:
    admin = world.admin()
    (contact,) = admin("res.partner", "search", [[["name", "=", "Anna Abel"]]])
    admin("res.partner", "write", [[contact], {"email": "anna@acme.example", "lang": "en_US"}])
    world.pull()

    def known() -> list[tuple[str, str]]:
        with everything():
            told = Supplier.objects.get(name="Acme Castings").contacts
        return [(one["email"], one["language"]) for one in told if one["name"] == "Anna Abel"]

    assert known() == [("anna@acme.example", "en")]
    admin("res.partner", "write", [[contact], {"email": "a.abel@acme.example", "lang": False}])
    world.pull()
    assert known() == [("a.abel@acme.example", "")]


def test_the_same_pull_twice_at_once(clone: Clone, sandbox: SandboxProcess) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            world.pull()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    known = everything_known()
    assert len(known["orders"]) == len(sandbox.orders())
    assert known["revisions"] == len(known["orders"])
    assert {revision for _number, _state, revision in known["orders"]} == {1}
    assert len(known["units"]) == len(set(known["units"]))
    assert len(known["suppliers"]) == len(set(known["suppliers"]))
    assert len(known["plants"]) == 3
    assert world.pull().taken == 0


def test_a_failure_ends_the_run_and_the_marks_stay(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    with everything():
        marks = dict(Cursor.objects.values_list("model", "until"))
    released = sandbox.release()
    sandbox.fault("down", model="purchase.order.line", times=1)
    summary = world.pull()
    assert summary.failure
    with everything():
        assert Connection.objects.get().failure == summary.failure
        assert dict(Cursor.objects.values_list("model", "until")) == marks
        assert Exchange.objects.filter(operation="purchase.order.line.search_read").exclude(outcome="done").count() == 1
    assert world.pull().failure == ""
    assert world.order_named(released["name"])


def test_a_fault_of_our_own_is_told_and_mended_by_the_next_run(
    clone: Clone, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pull()
    released = sandbox.release()
    with monkeypatch.context() as patched:
        patched.setattr(records, "LINE_FIELDS", None)
        summary = world.pull()
    assert "The portal failed while reading Odoo: TypeError" in summary.failure
    with everything():
        assert Connection.objects.get().failure == summary.failure
    assert world.pull().failure == ""
    assert world.order_named(released["name"])


def test_a_character_that_cannot_be_kept_stops_nobody(
    clone: Clone, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No real Odoo can hold a NUL. Whatever speaks its language and does is made readable at the door."""
    execute = Gateway._execute

    def spoilt(self: Gateway, model: str, method: str, args: list[Any], words: dict[str, Any]) -> Any:
        answer = execute(self, model, method, args, words)
        return [row | {"name": f"I\0tem {row['id']}"} for row in answer] if model == "product.product" else answer

    monkeypatch.setattr(Gateway, "_execute", spoilt)
    summary = world.pull()
    assert (summary.failure, summary.troubles) == ("", 0)
    with everything():
        assert Item.objects.filter(name__startswith="I\ufffdtem ").count() == Item.objects.count() > 0


def test_a_paused_connection_is_not_read(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    with world.acting(world.SET_UP, write=True):
        Connection.objects.update(paused=True)
    sandbox.forget_calls()
    world.pull()
    assert sandbox.counts() == {}
