"""At the dock: what arrives, a scan by keys, what came beside what was announced, and the end of it."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from suppliers.models import PurchaseOrder, Shipment
from suppliers.shipping_states import ReceiptKind
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import fresh_lines, working_day
from tests.shipping import confirmed, row, sent
from tests.suppliers.test_receipts import book, booked, fresh, notice_of

pytestmark = pytest.mark.committed
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def order(portal: Portal) -> PurchaseOrder:
    return confirmed(portal.cast, portal.cast.line(1200), portal.cast.line(40), number="P00061")


@pytest.fixture
def shipment(portal: Portal, order: PurchaseOrder) -> Shipment:
    """Two lots on two drums, today at the dock."""
    first, second = fresh_lines(order)
    units = [{"ref": name, "kind": "drum", "plate": f"DR-{name}"} for name in ("A", "B")]
    rows = (
        row(first, 700, lot="L1", within="A"),
        row(first, 500, lot="L2", within="B"),
        row(second, 40, lot="L3", within="B"),
    )
    today = str(timezone.localdate())
    more = {"departs_on": today, "arrives_on": today, "carrier": "Elbe Cargo", "tracking": "1Z999AA10123456784"}
    return sent(portal.cast, *rows, units=units, delivery_note="LS-4711", dangerous_goods="UN 1263, 3, II", **more)


def look(page: Page, name: str) -> None:
    keep(page, name)
    fits(page)
    accessible(page)


@SIZES
def test_from_arrival_by_scan_to_the_comparison(
    portal: Portal, order: PurchaseOrder, shipment: Shipment, size: tuple[int, int]
) -> None:
    confirmed(portal.cast, portal.cast.line(7, date=working_day(1)), number="P00062")
    rita = portal.visit("rita", size, dark=size == PHONE)
    rita.goto("/receiving/")
    expect(rita.get_by_role("row", name="S1 LS-4711")).to_contain_text("Dangerous goods")
    expect(rita.get_by_label("Scan or type a number")).to_be_focused()
    look(rita, "receiving")
    rita.keyboard.type("3SDR-C")
    rita.keyboard.press("Enter")
    expect(rita.get_by_role("heading", name="No shipment bears this number")).to_be_visible()
    look(rita, "receiving-not-found")
    expect(rita.get_by_label("Scan or type a number")).to_have_value("")
    rita.keyboard.type("3SDR-B")
    rita.keyboard.press("Enter")
    expect(rita.get_by_role("heading", name="Scanned: Drum DR-B")).to_be_visible()
    expect(rita.get_by_role("region", name="Scanned: Drum DR-B")).to_contain_text("L3")
    look(rita, "shipment-scanned")
    notice = notice_of(shipment, order).pk
    book(
        order,
        booked(order, "1", 700, notice=notice, lot="L1", plate="DR-A"),
        booked(order, "2", 20, notice=notice, lot="L1", kind=ReceiptKind.RETURN, returned_ref="1"),
        booked(order, "3", 480, notice=notice, lot="L2", plate="DR-A"),
    )
    rita.reload()
    compared = rita.get_by_role("region", name="Announced and received")
    for words in ("As announced", "Less than announced", "Not arrived", "20 sent back", "1 of 3 lines as announced"):
        expect(compared).to_contain_text(words)
    look(rita, "shipment-compared")
    rita.get_by_role("link", name="Nothing more of it comes").click()
    rita.get_by_role("button", name="Close the shipment").click()
    expect(rita.get_by_role("alert")).to_contain_text("Say why nothing more comes")
    look(rita, "shipment-close")
    rita.get_by_label("Why? The supplier reads it.").fill("One drum was lost")
    rita.get_by_role("button", name="Close the shipment").click()
    expect(rita.get_by_role("status")).to_contain_text("S1 is closed")
    assert fresh(shipment).state == "closed"
    rita.goto("/receiving/?view=missing")
    expect(rita.get_by_role("row", name="P00062")).to_contain_text("7 Units")
    look(rita, "receiving-missing")
    sven = portal.visit("sven", size)
    sven.goto(f"/shipments/{shipment.pk}/")
    expect(sven.get_by_role("region", name="Announced and received")).to_contain_text("20 sent back")
    expect(sven.get_by_text("One drum was lost")).to_be_visible()


def test_without_script(portal: Portal, shipment: Shipment) -> None:
    rita = portal.visit("rita", script=False)
    rita.goto("/receiving/")
    rita.get_by_label("Scan or type a number").fill("1Z999AA10123456784")
    rita.get_by_role("button", name="Find").click()
    expect(rita.get_by_role("heading", name="S1")).to_be_visible()
