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


def test_a_worker_begins_without_what_draws_and_parses_files() -> None:
    """Some 50 MB, and two seconds: loaded with the first paper that is drawn, and in the cell."""
    starts = (
        "import django, sys; django.setup()\n"
        "from portal.celery import app; app.loader.import_default_modules()\n"
        "assert 'suppliers.tasks' in sys.modules\n"
        "assert not {'weasyprint', 'pikepdf', 'PIL', 'openpyxl', 'zxingcpp'} & sys.modules.keys()"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([sys.executable, "-c", starts], env=environment, check=True)
