"""Notes, addresses, numbers, revisions and bills come with the order, and again when only they changed."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.office.odoo.contents import Contents
from suppliers.actions.orders import open_order
from suppliers.models import OrderRevision, PurchaseOrder, SupplierItem
from suppliers.states import Billing, Payment
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed


@pytest.fixture(autouse=True)
def revisions(settings: Any) -> None:
    settings.ODOO_ITEM_REVISION = "x_revision"


def differences(order: PurchaseOrder) -> list[tuple[int, str, str, str]]:
    with everything():
        newest = OrderRevision.objects.filter(order=order).latest("number")
    return [(one["line"], one["field"], one["before"], one["after"]) for one in newest.differences]


def seen(number: str) -> PurchaseOrder:
    """The order, once the supplier has opened it."""
    order = world.order_named(number)
    return open_order(actor=world.clerk_of(order.supplier_id), order=order, at=world.later(0))


def product(code: str) -> int:
    (found,) = world.admin()("product.product", "search", [[["default_code", "=", code]]])
    return int(found)


def test_all_of_it_comes_with_the_order(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.release()
    call = world.admin()
    (term,) = call("account.payment.term", "search", [[]])
    texts = [[0, 0, {"display_type": kind, "name": text, "sequence": place, "product_qty": 0}]
             for kind, text, place in (("line_note", "Deburr", 99), ("line_section", "Castings", 1))]  # fmt: skip
    notes = "<p>Pack <b>dry</b> &amp; flat</p><ul><li>one</li></ul><script>alert(1)</script>"
    call("purchase.order", "write", [[released["id"]], {"payment_term_id": term, "notes": notes, "order_line": texts}])
    world.pull()
    order = world.order_named(released["name"])
    assert order.layout == [{"section": "Castings"}, {"line": 1}, {"note": "Deburr"}]
    assert order.terms == "Pack dry & flat\n- one"
    assert order.payment_terms == "30 days net"
    assert order.ship_to.split("\n") == ["Nordwerk Pumps, Hamburg", "Werftstraße 12", "20457 Hamburg", "Germany"]
    assert (order.billing, order.payment, order.revision) == (Billing.NO, "", 1)
    (line,) = world.lines_of(order)
    assert (line.item_revision, line.supplier_item_code, line.service) == ("C", "AC-H40", False)
    with everything():
        assert SupplierItem.objects.get(supplier=order.supplier_id, item=line.item_id).code == "AC-H40"


def test_what_changed_after_the_supplier_looked_is_a_revision(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.release()
    world.pull()
    order = seen(released["name"])
    note = [0, 0, {"display_type": "line_note", "name": "Deburr", "sequence": 99, "product_qty": 0}]
    world.admin()("purchase.order", "write", [[released["id"]], {"notes": "<p>Pack dry</p>", "order_line": [note]}])
    world.admin()("product.product", "write", [[product("PH-1040")], {"x_revision": "D"}])
    assert world.pull().taken >= 1
    assert differences(order) == [
        (1, "item_revision", "C", "D"),
        (0, "terms", "", "Pack dry"),
        (0, "note", "", "Deburr"),
    ]
    (line,) = world.lines_of(order)
    assert (line.revision, line.state) == (1, "open")  # nothing to answer again


def test_what_changed_before_he_looked_is_none(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.release()
    world.pull()
    world.admin()("purchase.order", "write", [[released["id"]], {"notes": "<p>Pack dry</p>"}])
    world.pull()
    order = world.order_named(released["name"])
    assert (order.revision, order.terms) == (1, "Pack dry")


def test_a_suppliers_number_that_changes_reaches_open_orders(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.release()
    world.pull()
    call = world.admin()
    (seller,) = call("product.supplierinfo", "search", [[["product_code", "=", "AC-H40"]]])
    call("product.supplierinfo", "write", [[seller], {"product_code": "AC-H41"}])
    world.pull()
    order = world.order_named(released["name"])
    assert world.lines_of(order)[0].supplier_item_code == "AC-H41"
    assert order.revision == 1
    with everything():
        assert SupplierItem.objects.filter(code="AC-H41").count() == 1


def test_bills_and_their_payment(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.release()
    world.pull()
    call = world.admin()
    call("purchase.order", "action_create_invoice", [[released["id"]]])
    world.pull()
    order = world.order_named(released["name"])
    assert (order.billing, order.payment) == (Billing.INVOICED, "")  # a draft is no bill yet
    (bill,) = call("purchase.order", "read", [[released["id"]], ["invoice_ids"]])[0]["invoice_ids"]
    call("account.move", "write", [[bill], {"invoice_date": "2026-11-20"}])
    call("account.move", "action_post", [[bill]])
    world.pull()
    assert world.order_named(released["name"]).payment == Payment.NOT_PAID
    call("account.move", "write", [[bill], {"payment_state": "paid"}])
    assert world.pull().taken == 1
    assert world.order_named(released["name"]).payment == Payment.PAID


def test_bills_that_may_not_be_read_are_not_shown(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.release()
    world.admin()("purchase.order", "action_create_invoice", [[released["id"]]])
    sandbox.fault("access", model="account.move")
    assert world.pull().failure == ""
    order = world.order_named(released["name"])
    assert (order.billing, order.payment) == (Billing.INVOICED, "")


def test_the_calls_do_not_grow_with_the_orders(clone: Clone, sandbox: SandboxProcess) -> None:
    ids = [sandbox.release()["id"] for _ in range(4)]
    counts = []
    for chosen in (ids[:1], ids):
        gateway = world.gateway()
        fields = ["partner_id", "invoice_ids", "dest_address_id", "picking_type_id"]
        heads = gateway.search_read("purchase.order", [["id", "in", chosen]], fields)
        lines: dict[int, list[dict[str, Any]]] = {head["id"]: [] for head in heads}
        for line in gateway.search_read(
            "purchase.order.line", [["order_id", "in", chosen]], ["order_id", "product_id"]
        ):
            lines[line["order_id"][0]].append(line)
        gateway.exchanges.clear()
        contents = Contents(gateway)
        assert len(contents.of_orders(heads, lines)) == len(contents.addresses(heads)) == len(chosen)
        counts.append(len(gateway.exchanges))
    assert counts == [6, 6]
