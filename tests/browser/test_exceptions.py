"""The exception desk at a desk and on a phone: find what waits for me, send it again, say what a record is."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from integrations.office.actions import delivering
from integrations.office.models import Connection, Mapping, Trouble
from suppliers.states import StaffRole
from tests.browser.conftest import DESK, PHONE, Portal, accessible, fits, keep
from tests.cast import ReleaseOrder, doing, everything
from tests.integrations.office.dummy import Dummy, dummy
from tests.integrations.office.test_exceptions import park

pytestmark = pytest.mark.committed
__all__ = ["dummy"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_home_to_an_empty_desk(
    portal: Portal, dummy: Dummy, release_order: ReleaseOrder, size: tuple[int, int]
) -> None:
    orders = [release_order(), release_order()]
    for order in orders:
        park(dummy, order)
    park(dummy, release_order(plant=portal.cast.drs))
    _doubtful(portal)
    page = portal.visit("bea", size)
    page.goto("/")
    page.get_by_role("link", name="3 exceptions wait for you").click()
    expect(page.get_by_role("row").filter(has_text="It is locked.")).to_have_count(2)
    keep(page, "exceptions-full")
    fits(page)
    accessible(page)
    for order in orders:
        page.get_by_label(f"Retry {order.number}").check()
    page.get_by_role("button", name="Retry the chosen letters").click()
    expect(page.get_by_text("2 letters are on their way again.")).to_be_visible()
    page.get_by_role("link", name="Map Acme Castings Ltd").click()
    keep(page, "mappings-open")
    accessible(page)
    page.get_by_role("button", name="It is Acme Castings").click()
    expect(page.get_by_text("Bea Brandt has said what it is")).to_be_visible()
    page.goto("/ledger/exceptions/?show=resolved&owner=all")
    expect(page.get_by_text("Sent again").first).to_be_visible()
    keep(page, "exceptions-resolved")
    accessible(page)
    with everything():
        assert Mapping.objects.filter(model="res.partner", remote_id=57, current=True).exists()


def _doubtful(portal: Portal) -> None:
    now = timezone.now()
    with doing(delivering.POST_OFFICE):
        connection = Connection.objects.get()
        key = str(portal.cast.acme.pk)
        known = Mapping.objects.create(
            connection=connection, model="res.partner", remote_id=12, object_type="suppliers.supplier", object_id=key,
            made_at=now,
        )  # fmt: skip
        twin = {"mapping": known.pk, "object": key, "name": "Acme Castings", "remote_id": 12, "standing": "gone"}
        Trouble.objects.create(
            connection=connection, model="res.partner", remote_id=57, label="Acme Castings Ltd", code="twin",
            message="The vendor Acme Castings Ltd is new in Odoo and looks like Acme Castings.", first_at=now,
            last_at=now, owner=StaffRole.BUYER, remedy="Say whether it is the same.",
            suggestions=[{**twin, "why": ["reference"]}],
        )  # fmt: skip
