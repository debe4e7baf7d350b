"""From what is promised to a shipment announced, corrected and cancelled: at a desk, on a phone, without script."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import HandlingUnit, PurchaseOrder, Shipment
from suppliers.shipping_states import ShipmentState, Tracking
from suppliers.states import AnswerKind
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import everything, fresh_lines, revise, working_day
from tests.mail import post_mails
from tests.shipping import ARRIVES, LEAVES, confirmed, lines_of, row, sent

pytestmark = pytest.mark.committed
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def order(portal: Portal) -> PurchaseOrder:
    """Promised for these days: 1,200 brackets, and 40 of which every lot is told apart. 7 more come much later."""
    cast, soon = portal.cast, working_day(1)
    lots = cast.line(40, date=soon, tracking=Tracking.LOT, dated=True)
    return confirmed(cast, cast.line(1200, date=soon), lots, cast.line(7, date=working_day(60)), number="P00051")


def look(page: Page, name: str) -> None:
    keep(page, name)
    fits(page)
    accessible(page)


def the_shipment() -> Shipment:
    with everything():
        return Shipment.objects.get()


@SIZES
def test_two_clicks_from_promise_to_announced(portal: Portal, size: tuple[int, int]) -> None:
    confirmed(portal.cast, portal.cast.line(1200, date=working_day(1)), number="P00050")
    sven = portal.visit("sven", size)
    sven.goto("/shipments/")
    look(sven, "shipments-none")
    sven.get_by_role("button", name="Ship this week's promises").click()
    sven.get_by_label("Delivery note number").fill("LS-4711")
    look(sven, "shipment-edit")
    sven.get_by_role("button", name="Announce", exact=True).click()
    expect(sven.get_by_role("status")).to_contain_text("S1 is announced.")
    look(sven, "shipment-announced")
    shipment = the_shipment()
    assert (shipment.delivery_note, [one.quantity for one in lines_of(shipment)]) == ("LS-4711", [Decimal(1200)])
    sven.goto("/shipments/")
    expect(sven.get_by_role("link", name="S1")).to_be_visible()
    look(sven, "shipments")


@SIZES
def test_lots_a_pallet_and_what_is_refused(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    sven = portal.visit("sven", size, dark=size == PHONE)
    sven.goto("/shipments/new/")
    look(sven, "shipment-new")
    sven.get_by_role("button", name="Prepare the shipment").click()
    sven.get_by_label("Delivery note number").fill("LS-4712")
    sven.get_by_label("Quantity", exact=True).nth(0).fill("9999")
    checked = sven.locator("#checked")
    expect(checked).to_contain_text("Row 1: P00051 line 1: at most")
    expect(sven.locator("#lines-0-said")).to_contain_text("at most")
    expect(checked).to_contain_text("is received by lot: say which one.")
    sven.get_by_role("button", name="Announce", exact=True).click()
    expect(sven.get_by_role("alert")).to_contain_text("at most")
    expect(sven.get_by_label("Quantity", exact=True).nth(0)).to_have_attribute("aria-invalid", "true")
    look(sven, "shipment-refused")
    sven.get_by_label("Quantity", exact=True).nth(0).fill("1200")
    sven.get_by_role("button", name="Split: add a lot · Row 2").click()
    for index, (lot, quantity) in enumerate((("L1", "25"), ("L2", "15")), start=1):
        sven.locator(f"#lines-{index}-quantity").fill(quantity)
        sven.locator(f"#lines-{index}-lot").fill(lot)
        sven.locator(f"#lines-{index}-expires_on").fill(working_day(400).isoformat())
    sven.get_by_role("button", name="All on one pallet").click()
    expect(sven.get_by_label("Packed in").nth(0)).to_have_value("1")
    sven.get_by_role("button", name="Keep and check").click()
    expect(checked).to_contain_text("Nothing is in the way of announcing it.")
    look(sven, "shipment-packed")
    sven.get_by_role("button", name="Announce", exact=True).click()
    expect(sven.get_by_role("status")).to_contain_text("S1 is announced.")
    look(sven, "shipment-on-a-pallet")
    kept = lines_of(the_shipment())
    assert [(one.lot, one.quantity, one.unit and one.unit.kind) for one in kept] == [
        ("", Decimal(1200), "pallet"),
        ("L1", Decimal(25), "pallet"),
        ("L2", Decimal(15), "pallet"),
    ]


@SIZES
def test_correct_and_cancel(portal: Portal, order: PurchaseOrder, size: tuple[int, int]) -> None:
    first = fresh_lines(order)[0]
    box = [{"ref": "A", "kind": "box"}]
    shipment = sent(portal.cast, row(first, 1000, within="A"), units=box)
    assert LEAVES < ARRIVES
    sven = portal.visit("sven", size)
    sven.goto(f"/shipments/{shipment.pk}/")
    sven.get_by_role("link", name="Correct").click()
    sven.wait_for_load_state()
    sven.get_by_label("Quantity", exact=True).fill("900")
    sven.get_by_label("Why it is corrected (optional)").fill("Counted again")
    expect(sven.locator("#checked")).to_contain_text("Nothing is in the way of announcing it.")
    look(sven, "shipment-correcting")
    sven.get_by_role("button", name="Announce the correction").click()
    expect(sven.get_by_role("status")).to_contain_text("S1 is announced.")
    expect(sven.locator("main")).to_contain_text("Corrected: version 2")
    with everything():
        assert set(HandlingUnit.objects.values_list("plate", flat=True)) == {"000000000"}
    bea = portal.visit("bea", size)
    bea.goto(f"/shipments/{shipment.pk}/")
    expect(bea.get_by_role("button", name="Cancel the shipment")).to_have_count(0)
    look(bea, "shipment-corrected-staff")
    sven.get_by_label("Why? The plant reads it.").fill("The truck broke down")
    sven.get_by_role("button", name="Cancel the shipment").click()
    expect(sven.get_by_role("status")).to_contain_text("S1 is cancelled")
    look(sven, "shipment-cancelled")
    assert the_shipment().state == ShipmentState.CANCELLED


def test_without_script(portal: Portal, order: PurchaseOrder) -> None:
    sven = portal.visit("sven", script=False)
    sven.goto(f"/orders/{order.pk}/")
    sven.get_by_role("link", name="Ship these lines").click()
    for position in (2, 3):
        sven.get_by_role("checkbox").nth(position - 1).uncheck()
    sven.get_by_role("button", name="Prepare the shipment").click()
    sven.get_by_role("button", name="Keep and check").click()
    expect(sven.get_by_role("alert")).to_contain_text("Say the number of your delivery note.")
    sven.get_by_label("Delivery note number").fill("LS-1")
    sven.get_by_label("How many equal cartons").fill("3")
    sven.get_by_role("button", name="Pack into equal cartons").click()
    expect(sven.get_by_label("Quantity", exact=True)).to_have_count(3)
    sven.get_by_role("button", name="Announce", exact=True).click()
    expect(sven.get_by_role("heading", level=1)).to_contain_text("S1")
    assert [one.quantity for one in lines_of(the_shipment())] == [Decimal(400)] * 3


@SIZES
def test_how_units_are_numbered(portal: Portal, size: tuple[int, int]) -> None:
    sven = portal.visit("sven", size)
    sven.goto("/shipments/numbering/")
    sven.get_by_label("GS1 company prefix").fill("4012345")
    sven.get_by_role("button", name="Number them so").click()
    expect(sven.get_by_role("status")).to_contain_text("numbered so from now on")
    expect(sven.locator(".facts")).to_contain_text("SSCC")
    look(sven, "shipment-numbering")


@SIZES
def test_an_orders_change_under_a_notice_leads_to_its_correction(
    portal: Portal, order: PurchaseOrder, size: tuple[int, int]
) -> None:
    shipment = sent(portal.cast, row(fresh_lines(order)[2], 7))
    revise(order, receipts=(), quantity=Decimal(5))
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=portal.cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    (letter,) = [one for one in post_mails() if "sven@" in one.to[0] and "/shipments/" in str(one.body)]
    sven = portal.visit("sven", size, dark=size == PHONE)
    sven.set_content(str(letter.alternatives[0][0]))
    look(sven, "mail-to-correct")
    sven.goto("/")
    expect(sven.get_by_role("heading", level=1)).to_have_text("1 shipment is to be corrected.")
    look(sven, "home-to-correct")
    sven.get_by_role("link", name="shipments to be corrected").click()
    expect(sven.get_by_role("link", name="To be corrected")).to_have_attribute("aria-current", "true")
    sven.get_by_role("link", name="S1").click()
    expect(sven.locator("main")).to_contain_text("orders less now: at most 5.25 are open, 7 are announced.")
    sven.get_by_role("link", name="Correct").click()
    sven.get_by_label("Quantity", exact=True).fill("5")
    sven.get_by_role("button", name="Announce the correction").click()
    expect(sven.get_by_role("status")).to_contain_text("S1 is announced.")
    with everything():
        assert Shipment.objects.get(pk=shipment.pk).faults == []
    sven.goto("/")
    expect(sven.get_by_role("link", name="shipments to be corrected")).to_have_count(0)
