"""Office tests talk to a sandbox process and to a database with real commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integrations.office.sandbox import SandboxProcess


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
