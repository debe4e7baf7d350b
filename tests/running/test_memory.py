"""What the programs load at their start is settled before they serve anybody."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SETTLED = "import gc, sys; assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()"


@pytest.mark.parametrize(
    "starts",
    [
        pytest.param("import portal.wsgi, sys; assert 'suppliers.pages.orders' in sys.modules", id="web"),
        pytest.param(
            "from portal.celery import app; app.loader.init_worker()\n"
            "from celery.signals import worker_init; worker_init.send(None)",
            id="worker",
        ),
    ],
)
def test_what_a_program_loads_is_not_looked_through_again(starts: str) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([sys.executable, "-c", f"{starts}\n{SETTLED}"], env=environment, check=True)
