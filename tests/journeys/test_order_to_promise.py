"""From an order in Odoo to a confirmed promise in Odoo, in a browser, at two sizes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.shared.acting import acting
from suppliers.actions.people import enrol
from suppliers.actions.policies import set_policy
from suppliers.models import Supplier, User
from suppliers.states import Role, StaffRole
from suppliers.tolerances import Bounds
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess
from tests.journeys.conftest import picture

pytestmark = pytest.mark.committed
DUE = (timezone.now() + dt.timedelta(days=40)).date()
DAY = dt.timedelta(days=1)


def come_in(page: Page, email: str) -> None:
    """A session as if the person had just signed in; the sign-in page has its own test."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}]
    )


@pytest.fixture
def staged(sandbox: SandboxProcess, clone: object) -> dict[str, object]:
    """An order of two lines released in Odoo and pulled; Anna, Bea and Ines."""
    released = sandbox.release(
        lines=[
            {"product": "PH-1040", "quantity": 100, "date": f"{DUE} 11:00:00", "price": 92.5},
            {"product": "IM-2040", "quantity": 40, "date": f"{DUE} 11:00:00", "price": 51.2},
        ],
        incoterm="DAP",
    )
    world.pull()
    now = timezone.now()
    with acting(world.SET_UP):
        acme = Supplier.objects.get(name="Acme Castings")
    set_policy(actor=world.SET_UP, bounds=Bounds(days_late=2, days_early=2), at=now)
    enrol(
        actor=world.SET_UP, email="anna@acme.example", name="Anna Abel", supplier=acme, roles=[Role.ORDER_DESK], at=now
    )
    enrol(actor=world.SET_UP, email="bea@nordwerk.example", name="Bea Brandt", staff_roles=[StaffRole.BUYER], at=now)
    enrol(
        actor=world.SET_UP,
        email="ines@nordwerk.example",
        name="Ines",
        staff_roles=[StaffRole.INTEGRATION_OWNER],
        at=now,
    )
    return released


def test_a_split_and_a_change_from_odoo_and_back(
    page: Page, staged: dict[str, object], sandbox: SandboxProcess
) -> None:
    number = str(staged["name"])
    page.goto("/accounts/login/")
    picture(page, "sign-in")

    # Anna answers: a split inside tolerance, and a date that is not.
    come_in(page, "anna@acme.example")
    page.goto("/")
    picture(page, "supplier-home")
    page.goto("/orders/")
    page.get_by_role("link", name=number, exact=True).first.click()
    first = page.locator("#line-1")
    first.get_by_label("Change date or quantity").check()
    page.locator("#line-1-quantity-0").fill("60")
    first.get_by_role("button", name="Split: add a delivery").click()
    expect(page.locator("#line-1 [data-row]")).to_have_count(2)
    page.locator("#line-1-quantity-1").fill("40")
    page.locator("#line-1-date-1").fill(DUE.isoformat())
    page.locator("#line-1-reason").select_option("capacity")
    second = page.locator("#line-2")
    second.get_by_label("Change date or quantity").check()
    page.locator("#line-2-date-0").fill((DUE + 21 * DAY).isoformat())
    page.locator("#line-2-reason").select_option("material")
    page.locator("#line-2-comment").fill("Furnace is down")
    expect(page.locator("#verdict-1")).to_contain_text("Accepted at once")
    expect(page.locator("#verdict-2")).to_contain_text("later than requested")
    picture(page, "supplier-answer")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("body")).to_contain_text("1 line is agreed")
    picture(page, "supplier-sent")

    # Bea decides the one line that is outside tolerance.
    come_in(page, "bea@nordwerk.example")
    page.goto("/decisions/")
    expect(page.locator("main")).to_contain_text("Furnace is down")
    picture(page, "buyer-decisions")
    page.get_by_role("button", name=f"Approve {number} line 2").click()
    expect(page.locator("body")).to_contain_text("is agreed and on its way to Odoo")
    page.goto("/decisions/")
    expect(page.locator("main")).to_contain_text("Nothing")

    # The worker writes it; Odoo holds the new dates and quantities, and our own echo is no revision.
    world.work()
    world.pull()
    held = sorted(
        (line["product_qty"], line["date_planned"][:10])
        for line in sandbox.order(number)["lines"]
        if line["product_qty"]
    )
    later = (DUE + 21 * DAY).isoformat()
    assert held == [(40.0, DUE.isoformat()), (40.0, later), (60.0, DUE.isoformat())]
    order = world.order_named(number)
    assert (order.state, order.revision) == ("agreed", 1)

    # Ines reads the ledger.
    come_in(page, "ines@nordwerk.example")
    page.goto("/ledger/")
    picture(page, "ledger")
    page.get_by_role("link", name=number).first.click()
    expect(page.locator("main")).to_contain_text("purchase.order.line.load")
    expect(page.locator("main")).to_contain_text("Delivered")
    picture(page, "ledger-letter")
    page.goto(f"/ledger/orders/{order.pk}/")
    expect(page.locator("main")).to_contain_text("mail.message.load")
    page.goto("/ledger/connection/")
    expect(page.locator("main")).to_contain_text("Last complete reading")
    picture(page, "connection")
