"""Shipments in a spreadsheet: downloaded, filled in as a person would, brought back, looked at, announced."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from documents.tasks import inspect
from suppliers.models import Shipment
from suppliers.shipping_states import Tracking
from suppliers.tasks import read_sheets, send_sheets
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import everything
from tests.sheets import Filled
from tests.shipping import ARRIVES, LEAVES, confirmed, lines_of

pytestmark = pytest.mark.committed


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_from_open_lines_to_announced(portal: Portal, tmp_path: Path, size: tuple[int, int], dark: bool) -> None:
    cast = portal.cast
    confirmed(cast, cast.line(100), cast.line(40, tracking=Tracking.LOT), number="P00701")
    confirmed(cast, cast.line(10), cast.line(20), number="P00702")
    sven = portal.visit("sven", size, dark=dark)
    look = "dark" if dark else "light"
    sven.goto("/shipments/")
    accessible(sven)
    fits(sven)
    keep(sven, f"goods-list-{look}")
    sven.get_by_role("link", name="Announce in Excel").click()
    accessible(sven)
    fits(sven)
    keep(sven, f"goods-bring-{look}")
    with sven.expect_download() as coming:
        sven.get_by_role("link", name="Download for Excel").click()
    sheet = Filled(Path(coming.value.path()).read_bytes())
    row_of = {(sheet["order", at].value, sheet["line", at].value): at for at in range(3, sheet.sheet.max_row + 1)}
    first, lot = row_of["P00701", 1], row_of["P00701", 2]
    sheet.fill(
        first, delivery_note="LS-100", quantity="60", departs_on=LEAVES, arrives_on=ARRIVES, carrier="Elbe Cargo"
    )
    sheet.fill(first, package="C1", kind="Carton", package_in="P1", country="de")
    sheet.copy_row(lot, 9)
    sheet.fill(9, delivery_note="LS-100", quantity=25, lot="L-25-1", package="C2", kind="Carton", package_in="P1")
    sheet.fill(lot, delivery_note="LS-100", quantity=15)
    sheet.fill(row_of["P00702", 1], delivery_note="LS-101", quantity=10, departs_on="03/04/2030")
    sheet.fill(row_of["P00702", 2], delivery_note="LS-102", quantity=20, departs_on=LEAVES, arrives_on=ARRIVES)
    file = tmp_path / "Shipments of this week.xlsx"
    file.write_bytes(sheet.saved)

    sven.get_by_label("The file that you filled in").set_input_files(file)
    sven.get_by_role("button", name="Upload and look").click()
    expect(sven.get_by_text("The file is here and is being inspected.")).to_be_visible()
    inspect()
    read_sheets()

    send = sven.get_by_role("button", name="Send the 3 good lines")
    expect(send).to_be_visible()  # the page asked again by itself
    expect(sven.get_by_text("is received by lot: say which one.")).to_be_visible()
    expect(sven.get_by_text("“03/04/2030” can be two dates")).to_be_visible()
    expect(sven.get_by_text("“60” is text; it was read as the number 60.")).to_be_visible()
    expect(sven.get_by_role("heading", name="Delivery note LS-100")).to_be_visible()
    accessible(sven)
    fits(sven)
    keep(sven, f"goods-preview-{look}")
    with everything():
        assert not Shipment.objects.exists(), "nothing is announced by looking"

    send.click()
    expect(sven.get_by_text("Your shipments are being announced, one after the other.")).to_be_visible()
    send_sheets()
    expect(sven.get_by_text("3 lines were sent")).to_be_visible()
    accessible(sven)
    fits(sven)
    keep(sven, f"goods-sent-{look}")
    sven.get_by_role("link", name="S1 · LS-100").click()
    expect(sven.get_by_text("Elbe Cargo").first).to_be_visible()
    with everything():
        one, other = Shipment.objects.order_by("number")
    assert [(int(line.quantity), line.lot, line.country) for line in lines_of(one)] == [
        (60, "", "DE"),
        (25, "L-25-1", ""),
    ]
    assert [int(line.quantity) for line in lines_of(other)] == [20]
