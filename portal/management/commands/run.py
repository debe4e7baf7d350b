"""``manage.py run``: the whole portal on this machine, behind ``make run``."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.management import preflight, roles
from portal.management.environment import PROJECT, VAR, Secrets, embedded_addresses, given
from portal.management.postgres import Postgres, PostgresError
from portal.management.supervisor import Child, Program, StartError, Stop, Supervisor, stop_on_signals

MANAGE = (sys.executable, str(PROJECT / "manage.py"))
LOGS = VAR / "log"


class Command(BaseCommand):
    """Sets the table, starts it, and waits."""

    help = "Starts the portal with all it needs: database, sandbox Odoo, web, worker, scheduler. Ctrl-C stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="of the portal's pages (8000)")
        parser.add_argument("--sandbox-port", type=int, default=8169, help="of the sandbox Odoo (8169)")
        parser.add_argument("--only", choices=["db"], help="start the database alone, for other commands to use")

    def handle(self, *_: Any, port: int, sandbox_port: int, only: str | None, **__: Any) -> None:
        if os.environ.get("PORTAL_MODE") == "production":
            raise CommandError(
                "This command runs the embedded portal. In production start web, worker and scheduler one by one: "
                "docs/running.md lists the commands."
            )
        address = f"http://localhost:{port}"
        supervisor = Supervisor(say=self._say)
        try:
            with preflight.only_run(VAR, address) as mark, stop_on_signals():
                try:
                    preflight.disk_has_room(VAR)
                    run = _Run(supervisor, _environment(mark, address, sandbox_port), self._say)
                    run.database()
                    if only is None:
                        preflight.port_is_free(port, f"make run PORT={port + 1}")
                        run.everything(port, sandbox_port)
                    self._say("\nCtrl-C stops it. Logs are in var/log.")
                    supervisor.watch()
                except Stop:
                    self._say("\nStopping ...")
                finally:
                    supervisor.stop()
            self._say("Stopped. Everything is kept in var/.")
        except preflight.AlreadyRunning as running:
            self._say(str(running))
        except (preflight.NotNow, PostgresError, StartError) as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
