"""Workers that die on command: each a process of its own, forked from one that has everything loaded."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import Any


class Workers:
    """Starts workers one after the other. The parent of them never touches the database, so it can fork for ever."""

    def __init__(self, database: str, odoo: str) -> None:
        environment = os.environ | {
            "DATABASE_URL": database,
            "ODOO_URL": odoo,
            "ODOO_TIMEOUT_SECONDS": "5",
            "ODOO_REST_SECONDS": "5",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def run(self, now: dt.datetime, *, die_at: int | None = None) -> dict[str, Any]:
        """One worker delivers what is due at ``now``; with ``die_at`` it is killed at that point of its work.

        Answers ``{"killed": bool, "points": [...]}``: what it had done, each step by name.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"now": now.isoformat(), "die_at": die_at}) + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
