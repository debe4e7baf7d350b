"""What must hold before anything is started, each with a message that names the mend."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

from portal.management import processes

ROOM_NEEDED = 500 * 2**20
# Long enough for what a killed run left to end by itself, as it was told to.
LEFTOVER_SECONDS = 8.0


class StartRefusedError(Exception):
    """Something is in the way; the message says what, and what to do."""


class AlreadyRunningError(StartRefusedError):
    """Another run has the portal."""


@contextlib.contextmanager
def only_run(var: Path, address: str) -> Iterator[dict[str, str]]:
    """Hold the portal for this process; yields the mark for its children to carry in their environment.

    The lock goes with the process, however it ends. A killed run's children are told by the kernel to end; whoever has
    not done so a few seconds later is killed by his mark.
    """
    var.mkdir(parents=True, exist_ok=True)
    try:
        (var / "run.lock").touch(0o600)
        file = (var / "run.lock").open("r+")
    except PermissionError as error:
        raise StartRefusedError(
            f"{var} belongs to another user: run the portal as that user, or move {var} away."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(f"The portal is already running: {file.read().strip()}.") from None
        mark = {"PORTAL_RUN": str(var.resolve())}
        if not processes.wait_until(lambda: not processes.marked(**mark), LEFTOVER_SECONDS):
            for pid in processes.marked(**mark):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}, {address}. To stop it press Ctrl-C there, or `kill {os.getpid()}`")
        file.flush()
        yield mark


def port_is_free(port: int, mend: str) -> None:
    """Refuse a port that somebody else listens on."""
    with socket.socket() as probe:
        # As the servers do: a port that only remembers closed connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StartRefusedError(
                f"Port {port} is in use by another program ({error.strerror}). Use another: {mend}"
            ) from None


def disk_has_room(directory: Path) -> None:
    """Refuse to begin what a full disk would interrupt."""
    free = shutil.disk_usage(directory).free
    if free < ROOM_NEEDED:
        raise StartRefusedError(
            f"The disk that holds {directory} has {free // 2**20} MB free and the portal wants "
            f"{ROOM_NEEDED // 2**20} MB: free some space and start again. Nothing was changed."
        )
