"""Answers in a spreadsheet: downloaded, filled in as a person would, brought back, looked at, sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from documents.tasks import inspect
from suppliers.tasks import read_sheets, send_sheets
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder, fresh_lines, working_day
from tests.sheets import Filled

pytestmark = pytest.mark.committed


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_from_download_to_sent(
    portal: Portal, release_order: ReleaseOrder, tmp_path: Path, size: tuple[int, int], dark: bool
) -> None:
    cast = portal.cast
    first = release_order(cast.line(100), cast.line(40), number="P00701")
    second = release_order(cast.line(10), cast.line(20), cast.line(30), number="P00702")
    anna = portal.visit("anna", size, dark=dark)
    look = "dark" if dark else "light"
    anna.goto("/orders/?sort=number")
    accessible(anna)
    fits(anna)
    keep(anna, f"sheets-orders-{look}")
    with anna.expect_download() as coming:
        anna.get_by_role("link", name="Download for Excel").click()
    sheet = Filled(Path(coming.value.path()).read_bytes())
    sheet.fill(3, answer="Accept")
    sheet.fill(4, answer="Change date or quantity", quantity="38", date=working_day(60), reason="Capacity")
    sheet.fill(5, quantity=8)
    sheet.fill(6, answer="Change date or quantity", reason="Transport", date="03/04/2030", comment="Ship is late. ")
    sheet.fill(7, answer="Change date or quantity", reason="Material shortage", quantity=20)
    sheet.copy_row(7, 8)
    sheet.fill(8, quantity=10, date=working_day(45))
    sheet.sheet.row_dimensions[7].hidden = True
    file = tmp_path / "Open lines, filled in.xlsx"
    file.write_bytes(sheet.saved)

    anna.get_by_role("link", name="Upload", exact=True).click()
    accessible(anna)
    fits(anna)
    keep(anna, f"sheets-bring-{look}")
    anna.get_by_label("The file that you filled in").set_input_files(file)
    anna.get_by_role("button", name="Upload and look").click()
    expect(anna.get_by_text("The file is here and is being inspected.")).to_be_visible()
    accessible(anna)
    keep(anna, f"sheets-waiting-{look}")
    inspect()
    read_sheets()

    send = anna.get_by_role("button", name="Send the 3 good lines")
    expect(send).to_be_visible()  # the page asked again by itself
    expect(anna.get_by_text("Say why: choose a reason.")).to_be_visible()
    expect(anna.get_by_text("“03/04/2030” can be two dates")).to_be_visible()
    expect(anna.get_by_text("“38” is text; it was read as the number 38.")).to_be_visible()
    expect(anna.get_by_text("The row is hidden in the sheet")).to_be_visible()
    accessible(anna)
    fits(anna)
    keep(anna, f"sheets-preview-{look}")
    assert [line.state for line in fresh_lines(first)] == ["open", "open"], "nothing is sent by looking"

    send.click()
    expect(anna.get_by_text("Your answers are being sent, order by order.")).to_be_visible()
    send_sheets()
    expect(anna.get_by_text("3 lines were sent")).to_be_visible()
    accessible(anna)
    fits(anna)
    keep(anna, f"sheets-sent-{look}")
    assert [line.state for line in fresh_lines(first)] == ["agreed", "pending_buyer"]
    assert [line.state for line in fresh_lines(second)] == ["open", "open", "pending_buyer"]
