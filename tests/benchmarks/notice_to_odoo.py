"""A large shipment notice on its way to Odoo: what it costs in calls."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

from tests.benchmarks.figures import Figure, Note, Result
from tests.benchmarks.world import World
from tests.integrations.office.sandbox import SandboxProcess

SMALL, LARGE = 1, 100
"""Lots of each of the order's lines."""


def measure(world: World) -> Result:
    """Calls of the sandbox for a notice of 5,000 lines announced through the API, against those for one of 50.

    Both are of one order with 50 lines, shipped whole in lots that Odoo does not know. A worker's round in this process
    delivers them, over HTTP.
    """
    from django.conf import settings

    from tests.integrations.office.large import LINES, carried

    world.forget_letters()
    with tempfile.TemporaryDirectory() as state:
        odoo = SandboxProcess(Path(state))
        try:
            with mock.patch.multiple(settings, ODOO_URL=odoo.url, ODOO_TIMEOUT_SECONDS=60):
                few, many = carried(odoo, SMALL), carried(odoo, LARGE)
        finally:
            odoo.stop()
    what = f"calls of Odoo for a notice of {many.lots:,} lines / of {LINES}"
    return [
        Figure.dearer(what, many.calls, few.calls, 1, ""),
        Note(f"{what}: {many.seconds:.1f} s and {few.seconds:.1f} s, the sandbox's own time in it"),
    ]
