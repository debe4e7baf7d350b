"""The whole portal for a journey: pages on a port, the Odoo sandbox, a real browser."""

from __future__ import annotations

import os
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import Clone
from tests.integrations.office.conftest import sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """The browser's requests are no news."""


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def portal(clone: Clone, settings: Any) -> Iterator[str]:
    """The pages, served from this process against the test's own database; their address."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler

    from portal.wsgi import application

    server = Threaded(("127.0.0.1", 0), Silent)
    server.set_app(StaticFilesHandler(application))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, portal: str) -> Iterator[Page]:
    """A fresh window; the test fails if the page threw an error or broke the content security policy."""
    context = browser.new_context(viewport=request.param, base_url=portal, locale="en-GB")
    window = context.new_page()
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield window
    context.close()
    assert wrong == []


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where ``PORTAL_SCREENSHOTS`` names a folder."""
    if folder := os.environ.get("PORTAL_SCREENSHOTS"):
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=str(Path(folder) / f"{name}-{size['width']}.png"), full_page=True)
