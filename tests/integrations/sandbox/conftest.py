"""A sandbox per test module, on a free port, in a thread."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox import seed
from integrations.sandbox.server import Sandbox
from tests.contract.target import Client, sandbox_target


class Control:
    """The control API, and the pages as a browser without script would use them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, verb: str, path: str, **words: Any) -> Any:
        status, body = self.request(verb, f"/sandbox/api/{path}", json.dumps(words).encode() if words else None)
        assert status == 200, body
        return json.loads(body)

    def request(self, verb: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(self.sandbox.url + path, data=body, method=verb, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def submit(self, path: str, **form: object) -> str:
        """Send a form and answer the page that it leads to."""
        status, page = self.request("POST", path, urllib.parse.urlencode(form).encode())
        assert status == 200, page
        return page


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("sandbox")))
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[Control]:
    """Without faults before and after."""
    sandbox.faults.clear()
    sandbox.log.reset()
    yield Control(sandbox)
    sandbox.faults.clear()


@pytest.fixture
def odoo(sandbox: Sandbox) -> Client:
    sandbox.faults.clear()
    return Client(sandbox_target(sandbox.port), *seed.INTEGRATION_USER)
