"""From an announced shipment to labels that scan."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from documents import tasks as file_tasks
from suppliers import gs1, tasks
from suppliers.models import NumberSeries
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import doing, fresh_lines
from tests.shipping import confirmed, row, sent
from tests.suppliers.shipping import scan

pytestmark = pytest.mark.committed


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_notice_to_the_labels(portal: Portal, size: tuple[int, int]) -> None:
    cast = portal.cast
    with doing(cast.actor("sven")):
        NumberSeries.objects.create(supplier=cast.acme, gs1_prefix="4012345")
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 40, within="A", lot="Löt 7"), units=[{"ref": "A", "kind": "carton"}])
    page = portal.visit("sven", size)
    page.goto(f"/shipments/{shipment.pk}/")
    fits(page)
    accessible(page)
    keep(page, f"shipment-papers-section-{size[0]}")
    page.get_by_role("link", name="Labels").click()
    expect(page.get_by_text("leave out of their symbols")).to_be_visible()
    page.get_by_label("Format").select_option("4x6")
    fits(page)
    accessible(page)
    keep(page, f"shipment-papers-{size[0]}")
    page.get_by_role("button", name="Make the PDF").click()
    expect(page.get_by_text("is being drawn")).to_be_visible()
    tasks.print_shipments()
    file_tasks.inspect()
    opened = page.get_by_role("link", name=f"Open {shipment.label}-v1-labels-4x6.pdf")
    expect(opened).to_be_visible()  # the page asked again by itself
    fits(page)
    accessible(page)
    keep(page, f"shipment-papers-ready-{size[0]}")
    answer = page.request.get(opened.get_attribute("href") or "")
    assert f"00{gs1.sscc('4012345', 0)}" in [one.text for one in scan(answer.body())[0]]
