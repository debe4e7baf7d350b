"""What stands in the way of a start, and the words for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.management import preflight
from portal.management.preflight import AlreadyRunningError, StartRefusedError


def test_a_second_run_is_told_of_the_first(tmp_path: Path) -> None:
    with preflight.only_run(tmp_path, "http://localhost:8000"):
        with pytest.raises(AlreadyRunningError) as refusal, preflight.only_run(tmp_path, "http://localhost:8001"):
            pass
        assert f"already running: process {os.getpid()}, http://localhost:8000" in str(refusal.value)
        assert f"`kill {os.getpid()}`" in str(refusal.value)
    with preflight.only_run(tmp_path, "http://localhost:8001"):
        pass


def test_the_lock_of_a_shorter_address_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    for address in ("http://localhost:18000/a-long-one", "http://localhost:80"):
        with preflight.only_run(tmp_path, address):
            assert (tmp_path / "run.lock").read_text().count("process") == 1


def test_what_a_killed_run_left_is_killed_by_its_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "LEFTOVER_SECONDS", 0.2)
    with preflight.only_run(tmp_path, "") as mark:
        environment = {**os.environ, **mark}
    left = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], env=environment)
    stranger = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    try:
        with preflight.only_run(tmp_path, ""):
            assert left.wait(10) == -9
            assert stranger.poll() is None
    finally:
        for process in (left, stranger):
            process.kill()
            process.wait()


def test_a_busy_port_is_named_with_the_mend() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StartRefusedError, match=rf"Port {port} is in use by another program.*make run PORT=8001"):
            preflight.port_is_free(port, "make run PORT=8001")


def test_a_free_port_may_be_used(free_port: int) -> None:
    preflight.port_is_free(free_port, "")
    preflight.port_is_free(free_port, "")


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preflight.disk_has_room(tmp_path)
    monkeypatch.setattr(preflight, "ROOM_NEEDED", 2**62)
    with pytest.raises(StartRefusedError, match=r"free some space and start again\. Nothing was changed"):
        preflight.disk_has_room(tmp_path)
