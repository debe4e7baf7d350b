"""Fault tests use the office's sandbox process and workers that can be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Clone
from tests.faults.workers import Workers
from tests.integrations.office.conftest import sandbox, sandbox_process
from tests.integrations.office.sandbox import SandboxProcess

__all__ = ["sandbox", "sandbox_process"]


@pytest.fixture
def workers(clone: Clone, sandbox: SandboxProcess) -> Iterator[Workers]:
    """Post office workers in processes of their own, against the clone and the sandbox."""
    started = Workers(clone.url(), sandbox.url)
    try:
        yield started
    finally:
        started.stop()
