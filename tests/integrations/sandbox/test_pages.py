"""The page in a browser: nothing is cut off, axe finds nothing, the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, PHONE, accessible, fits
from tests.contract.target import Client
from tests.integrations.sandbox.conftest import Control

Look = Callable[..., None]
LARGE = (1920, 1080)
# What is wider than the room it has and can be seen only by scrolling within it.
CUT_OFF = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.ariaLabel)"
# Form controls that lie over each other.
OVERLAPS = """[...document.querySelectorAll('form')].flatMap(form => {
  const controls = [...form.querySelectorAll('input:not([type=hidden]), select, button')]
  const boxes = controls.map(e => e.getBoundingClientRect())
  return controls.filter((_, i) => boxes.some((b, j) => i < j && boxes[i].left < b.right - 1
    && b.left < boxes[i].right - 1 && boxes[i].top < b.bottom - 1 && b.top < boxes[i].bottom - 1))
}).map(e => e.name)"""


@pytest.fixture
def look(control: Control, browser: Browser) -> Look:
    """Open a page at a size and look at it."""

    def work(size: tuple[int, int], see: Callable[[Page], None], *, dark: bool = False) -> None:
        page = browser.new_page(
            base_url=control.sandbox.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
        )
        see(page)
        page.context.close()

    return work


@pytest.fixture
def busy(control: Control, odoo: Client) -> Any:
    """An order partly received, calls with a long name and a long error, and trouble."""
    made = control("POST", "orders", vendor="Acme Castings", lines=[{"product": "PH-1040", "quantity": 30}])
    lines = [{"id": made["lines"][0]["id"], "quantity": 12}]
    made = control("POST", f"orders/{made['id']}/receive", lines=lines)
    odoo("purchase.order.line", "search_read", [], fields=["name"], limit=1)
    control.request("POST", "/jsonrpc", b'{"params": {"service": "object", "method": "execute_kw", "args": '
                    b'["sandbox", 2, "wrong", "purchase.order.line", "search_read"]}}',
                    **{"Content-Type": "application/json"})  # fmt: skip
    control("POST", "faults", kind="lose", model="purchase.order.line", method="load", times=1)
    return made


@pytest.mark.parametrize(
    ("size", "dark"),
    [
        (DESK, False),
        (DESK, True),
        (PHONE, False),
        (PHONE, True),
        (LARGE, False),
        ((768, 1024), False),
        ((320, 640), False),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else "dark" if value else "light",
)
def test_pages_fit_and_are_accessible(look: Look, busy: Any, size: tuple[int, int], dark: bool) -> None:
    def see(page: Page) -> None:
        done, waiting = (f"/transfers/{row['id']}" for row in busy["pickings"])
        for path in ("/?done=Released.", f"/orders/{busy['id']}?error=No.", done, waiting, "/calls", "/nowhere"):
            page.goto(path)
            fits(page)
            accessible(page)
            assert page.evaluate(CUT_OFF) == [], path
            assert page.evaluate(OVERLAPS) == [], path

    look(size, see, dark=dark)


@pytest.mark.parametrize("size", [DESK, LARGE], ids=["1280", "1920"])
def test_no_half_of_a_desk_stays_empty(look: Look, busy: Any, size: tuple[int, int]) -> None:
    """The lowest edges of the left and of the right half are not far from each other."""

    def see(page: Page) -> None:
        page.goto("/")
        ends = page.evaluate(
            """[0.25, 0.9].map(x => Math.max(...[...document.querySelectorAll('section')]
                .map(e => e.getBoundingClientRect())
                .filter(box => box.left < x * innerWidth && box.right > x * innerWidth).map(box => box.bottom)))"""
        )
        assert abs(ends[0] - ends[1]) < 300
        assert page.evaluate("document.documentElement.scrollHeight") < 2300

    look(size, see)


def test_the_keyboard_reaches_everything(look: Look, busy: Any) -> None:
    def see(page: Page) -> None:
        for path in ("/", f"/orders/{busy['id']}", f"/transfers/{busy['pickings'][1]['id']}"):
            page.goto(path)
            wanted = "a, button, select, input:not([type=hidden])"
            count = page.locator(wanted).count()
            page.evaluate(f"window.seen = new Set(); document.addEventListener('focusin', e => "
                          f"e.target.matches('{wanted}') && window.seen.add(e.target))")  # fmt: skip
            for _ in range(count * 3):  # a date has three parts to stop at
                page.keyboard.press("Tab")
            assert page.evaluate("window.seen.size") == count
            assert page.evaluate("getComputedStyle(document.querySelector(':focus-visible')).outlineStyle") == "solid"
        page.goto("/")
        page.get_by_label("Find an order").press_sequentially("cinder")
        page.keyboard.press("Enter")
        page.wait_for_url("**/?q=cinder")
        assert page.get_by_role("row").count() > 1

    look(DESK, see)


def test_enter_revises(control: Control, look: Look) -> None:
    """Also on a draft, where another button would confirm the order."""
    draft = control("POST", "orders", vendor="Acme Castings", confirm=False,
                    lines=[{"product": "PH-1040", "quantity": 30}])  # fmt: skip

    def see(page: Page) -> None:
        page.goto(f"/orders/{draft['id']}")
        box = page.get_by_label("Quantity of line")
        box.fill("20")
        box.press("Enter")
        page.get_by_text("1 lines revised.").wait_for()

    look(DESK, see)
    after = control("GET", f"orders/{draft['id']}")
    assert (after["state"], after["lines"][0]["product_qty"]) == ("draft", 20.0)
