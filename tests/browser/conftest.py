"""A browser in front of a real server over a database of the test's own.

``portal`` is that server; ``portal.visit("anna", PHONE)`` opens a page as somebody of the cast. A page that writes an
error on its console fails its test: a style or script that the content security policy refused shows there first.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.cast import Cast
from tests.conftest import Clone

DESK, PHONE = (1280, 900), (390, 844)
LOOKS: list[tuple[tuple[int, int], Literal["light", "dark"]]] = [
    (DESK, "light"), (DESK, "dark"), (PHONE, "dark"), (PHONE, "light"),
]  # fmt: skip
SCREENSHOTS = os.environ.get("PORTAL_SCREENSHOTS", "")
# Only what is wrong comes back: the thousands of nodes that are right took longer to tell than to look at.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
LOOK = f"axe.run({json.dumps(RULES)}).then(found => found.violations)"


@dataclass
class Portal:
    """The running portal, and a browser to look at it."""

    address: str
    browser: Browser
    cast: Cast
    complaints: list[str] = field(default_factory=list)
    rooms: ExitStack = field(default_factory=ExitStack)

    def visit(self, who: str = "", size: tuple[int, int] = DESK, *, dark: bool = False, script: bool = True) -> Page:
        """A browser of its own, signed in as ``who`` of the cast."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=script,
            locale="en-GB",
        )
        self.rooms.callback(context.close)
        if who:
            self._sign_in(context, who)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _sign_in(self, context: BrowserContext, who: str) -> None:
        client = Client()
        client.force_login(self.cast.people[who])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.address}])

    def _listen(self, message: Any) -> None:
        # A page that answers 404 or 422 is reported as a resource that failed: that is what some tests are about.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def portal(browser: Browser, clone: Clone, cast: Cast) -> Iterator[Portal]:
    server = LiveServerThread("localhost", StaticFilesHandler, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait(30)
    assert server.error is None, server.error
    running = Portal(f"http://localhost:{server.port}", browser, cast)
    try:
        with running.rooms:
            yield running
    finally:
        server.terminate()
    assert running.complaints == []


def _loaded(page: Page) -> None:
    # A click returns when the next page begins to arrive: without its styles, and perhaps without its title, it would
    # be measured and found wanting for nothing.
    page.wait_for_load_state("load")


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    _loaded(page)
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA that axe can find."""
    _loaded(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    said = [
        f"{one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'][:4])}"
        for one in page.evaluate(LOOK)
    ]
    assert said == [], page.url


def keep(page: Page, name: str) -> None:
    """A picture of the page, where PORTAL_SCREENSHOTS names a folder."""
    if SCREENSHOTS:
        _loaded(page)
        assert page.viewport_size is not None
        folder = Path(SCREENSHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def what_is_wrong(
    portal: Portal,
    pages: Sequence[tuple[str, str]],
    places: Mapping[str, object],
    *,
    refused: Collection[tuple[str, str]] = (),
) -> list[str]:
    """Pages that fall over, scroll sideways or keep somebody out, each looked at in light and dark, at a desk and on a
    phone.

    ``pages`` are pairs of who looks (empty: nobody) and an address with names of ``places``; ``refused`` are those that
    say no.
    """
    wrong = []
    for who in dict.fromkeys(who for who, _address in pages):
        page = portal.visit(who, DESK)
        for pattern in [address for name, address in pages if name == who]:
            address = pattern.format(**places)
            found = page.goto(address)
            assert found is not None
            if found.ok == ((who, pattern) in refused):
                wrong.append(f"{address}: {found.status}")
            for again in page.locator("details.again > summary").all():
                again.click()
            if (other := page.get_by_label("Change date or quantity")).count():
                other.first.check()
                page.wait_for_load_state("networkidle")
            name = "-".join(re.findall(r"[\w-]+", f"{who or 'nobody'}/{pattern}"))
            for size, scheme in LOOKS:
                page.set_viewport_size({"width": size[0], "height": size[1]})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
                keep(page, f"{name}-{scheme}")
                try:
                    fits(page)
                    accessible(page)
                except AssertionError as problem:
                    wrong.append(f"{scheme}, {size[0]} wide: {problem}")
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return wrong
