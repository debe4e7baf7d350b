"""Office tests talk to a sandbox process and to a database with real commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.target import real_target
from tests.integrations.office.real_odoo import RealOdoo
from tests.integrations.office.sandbox import SandboxProcess

SERVERS = ["sandbox"] + (["real"] if real_target() else [])


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"))
    try:
        yield process
    finally:
        process.stop()


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    """A sandbox as new, which the settings point at."""
    sandbox_process.reset()
    settings.ODOO_URL = sandbox_process.url
    settings.ODOO_DB = "sandbox"
    settings.ODOO_USER = "portal_sync"
    settings.ODOO_PASSWORD = "portal-sync-sandbox"
    settings.ODOO_TIMEOUT_SECONDS = 5
    settings.ODOO_REST_SECONDS = 5
    return sandbox_process


@pytest.fixture(params=SERVERS)
def odoo(request: pytest.FixtureRequest, settings: Any) -> SandboxProcess | RealOdoo:
    """The sandbox, and a real Odoo where the contract suite has one: for journeys in which nothing goes wrong."""
    if request.param == "sandbox":
        sandbox: SandboxProcess = request.getfixturevalue("sandbox")
        return sandbox
    target = real_target()
    assert target is not None
    settings.ODOO_URL, settings.ODOO_DB = target.url, target.database
    settings.ODOO_USER, settings.ODOO_PASSWORD = target.user, target.password
    settings.ODOO_TIMEOUT_SECONDS, settings.ODOO_REST_SECONDS, settings.ODOO_ITEM_REVISION = 60, 5, ""
    return RealOdoo(target)
