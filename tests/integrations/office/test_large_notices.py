"""A notice of thousands of lines costs Odoo as many calls as one of fifty."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Clone
from tests.integrations.office.large import LINES, carried
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed


def test_two_thousand_lines_take_as_many_calls_as_fifty(clone: Clone, sandbox: SandboxProcess, settings: Any) -> None:
    settings.ODOO_TIMEOUT_SECONDS = 60
    few, many = carried(sandbox, 1), carried(sandbox, 40)
    assert (few.lots, many.lots) == (LINES, 40 * LINES)
    assert many.calls == few.calls
