"""The whole of ``manage.py run``, with the real database and stand-ins for the portal's own programs."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.management import processes

from .conftest import Script, ask, until

# The command as it is; only the place of its files and the table of programs are others.
RUN = """
import os, pathlib, sys
os.environ["SECRET_KEY"] = "of the settings alone"
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
place = pathlib.Path(sys.argv[1])
import django
from portal.management import environment, programs
from portal.management.commands import run
from portal.management.supervisor import Program
run.VAR = place
serve = "import signal; print('up', flush=True); signal.pause()"
note = "import os; print(os.environ['DATABASE_URL'])"
def stands_in(name, code, says=""):
    return lambda port=0: Program(name, (sys.executable, "-c", code), says=says)
programs.migrate = stands_in("migrate", note)
programs.static_files = stands_in("static", "")
programs.demo = stands_in("demo", "print('anna@acme.example')")
for name in ("sandbox", "web", "worker", "scheduler"):
    setattr(programs, name, stands_in(name, serve, "up"))
django.setup()
for name in environment.ADDRESSES:
    os.environ.pop(name, None)  # the settings may have read a developer's own
os.environ.update({})
from django.core.management import call_command
from django.core.management.base import CommandError
try:
    call_command("run", *sys.argv[2:])
except CommandError as error:
    sys.exit(f"refused: {error}")
"""


@pytest.fixture
def run(script: Callable[..., Script], place: Path, free_port: int) -> Callable[..., Script]:
    def start(*options: str) -> Script:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            sandbox_port = probe.getsockname()[1]
        ports = ("--port", str(free_port), "--sandbox-port", str(sandbox_port))
        return script(RUN, str(place / "var"), *(options or ports))

    return start


def left_over(place: Path) -> list[int]:
    return processes.marked(PORTAL_RUN=str(place / "var"))


def test_a_run_from_start_to_ctrl_c(run: Callable[..., Script], place: Path, free_port: int) -> None:
    first = run()
    said = first.hears("Ctrl-C stops it")
    steps = re.findall(r"^  (\w+) +ready \(", said, re.MULTILINE)
    assert steps == ["database", "roles", "migrate", "static", "sandbox", "demo", "web", "worker", "scheduler"]
    assert f"The portal is at http://localhost:{free_port}" in said
    assert "anna@acme.example" in said
    assert "portal_owner:" in (place / "var" / "log" / "migrate.log").read_text()

    second = run()
    assert second.ends() == 1
    assert f"already running: process {first.process.pid}, http://localhost:{free_port}" in second.said

    first.process.send_signal(signal.SIGINT)
    assert first.ends() == 0
    assert first.said.endswith("\nStopping ...\nStopped. Everything is kept in var/.\n")
    assert left_over(place) == []


def test_a_killed_run_leaves_nobody_and_the_next_one_finds_everything(run: Callable[..., Script], place: Path) -> None:
    first = run("--only", "db")
    first.hears("Ctrl-C stops it")
    owner = next(
        line.partition("=")[2]
        for line in (place / "var" / "secrets.env").read_text().splitlines()
        if line.startswith("DATABASE_OWNER_URL=")
    )
    ask(owner, "CREATE TABLE kept (answer int)")
    first.end()
    second = run()
    second.hears("Ctrl-C stops it")
    assert ask(owner, "SELECT count(*) FROM kept") == [(0,)]
    children = left_over(place)
    assert len(children) == 4
    second.end()
    until(lambda: left_over(place) == [])
    until(lambda: processes.working_in(place / "var" / "postgres" / "cluster" / "data") == [])


def test_a_busy_port_is_refused_before_anything_is_started(run: Callable[..., Script], place: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run("--port", str(port))
        assert refused.ends() == 1
    assert f"refused: Port {port} is in use" in refused.said
    assert f"make run PORT={port + 1}" in refused.said
    assert not (place / "var" / "postgres").exists()


def test_production_is_not_run_like_this(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.management import call_command
    from django.core.management.base import CommandError

    monkeypatch.setenv("PORTAL_MODE", "production")
    with pytest.raises(CommandError, match=r"docs/running\.md"):
        call_command("run")


def test_a_database_of_ones_own_needs_every_address(script: Callable[..., Script], place: Path) -> None:
    code = RUN.replace("update({})", "update(DATABASE_URL='postgresql://app@db.example/portal')")
    refused = script(code, str(place / "var"), "--only", "db")
    assert refused.ends() == 1
    assert "DATABASE_URL names a server of yours: set DATABASE_OWNER_URL and CELERY_BROKER_URL too" in refused.said
    assert not (place / "var" / "postgres").exists()
