"""Helpers for tests of real processes: they wait for what they expect, never for a time."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from portal.management import postgres, processes

PROJECT = Path(__file__).resolve().parents[2]


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    assert processes.wait_until(condition, seconds), "it did not happen in time"


def ask(dsn: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user can reach, unlike pytest's own for root."""
    directory = Path(tempfile.mkdtemp(prefix="portal-running-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """The state of a cluster that was started and stopped once."""
    directory = Path(tempfile.mkdtemp(prefix="portal-running-", dir="/tmp"))
    directory.chmod(0o711)
    with postgres.Postgres(directory / "postgres", durable=False) as server:
        ask(server.dsn, "CREATE TABLE kept (answer int)")
        ask(server.dsn, "INSERT INTO kept VALUES (42)")
    yield directory / "postgres"
    shutil.rmtree(directory)


@pytest.fixture
def server(place: Path, initialised: Path) -> Iterator[postgres.Postgres]:
    """A stopped server with a table in it; stopped again afterwards."""
    subprocess.run(["cp", "--archive", initialised, place / "postgres"], check=True)
    server = postgres.Postgres(place / "postgres", durable=False)
    yield server
    server.stop()


class Script:
    """A Python program in a process of its own, and what it prints."""

    def __init__(self, code: str, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "CELERY"))}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        # One that hangs ends the test instead of holding it up.
        self._patience = threading.Timer(60, self.process.kill)
        self._patience.start()

    def hears(self, words: str) -> str:
        """Read on until these words come."""
        assert self.process.stdout is not None
        while words not in self.said:
            line = self.process.stdout.readline()
            assert line, f"it ended without saying {words!r}:\n{self.said}"
            self.said += line
        return self.said

    def ends(self) -> int:
        self.said += self.process.communicate(timeout=30)[0]
        return self.process.returncode

    def end(self) -> None:
        """As kill -9 does."""
        self._patience.cancel()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def script() -> Iterator[Callable[..., Script]]:
    started: list[Script] = []

    def start(code: str, *arguments: str) -> Script:
        started.append(Script(code, *arguments))
        return started[-1]

    yield start
    for each in started:
        each.end()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
