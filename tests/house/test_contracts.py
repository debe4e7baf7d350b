"""The import contracts hold, as part of the ordinary test run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.catalog import PROJECT


def test_imports_look_down() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(command), "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[done.stdout.find("Broken contracts") :]
