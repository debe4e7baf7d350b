"""``manage.py run``: the whole portal on this machine, behind ``make run``."""

from __future__ import annotations

import errno
import os
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.management import environment, preflight, programs, roles
from portal.management.environment import PROJECT, VAR, Secrets
from portal.management.postgres import Postgres, PostgresError
from portal.management.supervisor import Child, Program, StartError, Stop, Supervisor, stop_on_signals


class Command(BaseCommand):
    help = "Starts the portal with all it needs: database, Odoo sandbox, web, worker, scheduler. Ctrl-C stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="of the portal's pages (%(default)s)")
        parser.add_argument("--sandbox-port", type=int, default=8169, help="of the Odoo sandbox (%(default)s)")
        parser.add_argument("--only", choices=["db"], help="the database alone, for other commands to use")

    def handle(self, *_: Any, port: int, sandbox_port: int, only: str | None, **__: Any) -> None:
        if os.environ.get("PORTAL_MODE") == "production":
            raise CommandError("This starts the embedded portal. For production see docs/running.md.")
        address = f"http://localhost:{port}"
        told = environment.given(os.environ, Secrets(VAR / "secrets.env").read())
        told.setdefault("PORTAL_URL", address)
        supervisor = Supervisor(say=self._say)
        try:
            with preflight.only_run(VAR, address) as mark, stop_on_signals():
                try:
                    preflight.disk_has_room(VAR)
                    if only is None:
                        preflight.port_is_free(port, f"make run PORT={port + 1}")
                    if only is None and "ODOO_URL" not in told:
                        preflight.port_is_free(sandbox_port, f"make run SANDBOX_PORT={sandbox_port + 1}")
                    told |= mark
                    self._start_database(supervisor, told)
                    if only is None:
                        self._start_portal(supervisor, told, port, sandbox_port)
                    self._say("\nCtrl-C stops it; the logs are in var/log.")
                    supervisor.watch()
                except Stop:
                    self._say("\nStopping ...")
                    supervisor.stop()
                    self._say("Stopped. Everything is kept in var/.")
                finally:
                    supervisor.stop()
        except (preflight.AlreadyRunningError, preflight.StartRefusedError, PostgresError, StartError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise CommandError(f"The disk that holds {VAR} is full: free some space and start again.") from error

    def _start_database(self, supervisor: Supervisor, told: dict[str, str]) -> None:
        """Start ours unless an address is given; ``told`` then knows every address."""
        if "DATABASE_URL" in told:
            missing = [name for name in environment.ADDRESSES if name not in told]
            if missing:
                raise preflight.StartRefusedError(
                    f"DATABASE_URL names a server of yours: set {' and '.join(missing)} too."
                )
            return
        database = Postgres(VAR / "postgres")
        supervisor.start(database)
        secrets = Secrets(VAR / "secrets.env")
        generated = secrets.make()
        addresses = environment.embedded_addresses(database, generated)
        told.update(secrets.make(addresses) | {name: told[name] for name in generated if name in told})
        with supervisor.progress("roles"):
            roles.bootstrap_as_told(database.dsn, told)

    def _start_portal(self, supervisor: Supervisor, told: Mapping[str, str], port: int, sandbox_port: int) -> None:
        def child(program: Program, **more: str) -> Child:
            return Child(program, PROJECT, VAR / "log", {**told, **more})

        def finish(program: Program, **more: str) -> str:
            with supervisor.progress(program.name):
                return child(program, **more).run()

        finish(programs.migrate(), DATABASE_URL=told["DATABASE_OWNER_URL"])
        finish(programs.static_files())
        welcome = f"\nThe portal is at {told['PORTAL_URL']}"
        if "ODOO_URL" not in told:
            told = {**told, "ODOO_URL": f"http://127.0.0.1:{sandbox_port}"}
            supervisor.start(child(programs.sandbox(sandbox_port)))
            people = finish(programs.demo())
            welcome += f"\nThe Odoo sandbox is at http://localhost:{sandbox_port}\n\n{people.strip()}"
        supervisor.start_together(
            [child(each) for each in (programs.web(port), programs.worker(), programs.scheduler())]
        )
        self._say(welcome)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
