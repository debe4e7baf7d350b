"""What Linux knows about processes and reachable directories. Standard library only."""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

NOBODY = 65534
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)  # looked up before any fork: a child may only make simple calls


def spawn(
    arguments: Sequence[str],
    *,
    death_signal: int,
    log: int,
    cwd: Path,
    environment: Mapping[str, str],
    user: int | None = None,
    feed: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a child that gets ``death_signal`` when we end, even by kill -9, and that a Ctrl-C in our terminal misses.

    The order matters: changing the user clears the death signal, so ``subprocess`` does that first and ``preexec_fn``
    last. The signal comes when the *thread* that forked ends, so call this from the main thread only.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # it ended between the fork and the line above
            os._exit(1)

    return subprocess.Popen(  # noqa: S603 (our own table)
        arguments,
        cwd=cwd,
        env=environment,
        stdin=feed,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        umask=-1 if user is None else 0o077,
        preexec_fn=die_with_parent,
    )


def wait_until(condition: Callable[[], object], seconds: float, interval: float = 0.02) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


def working_in(directory: Path) -> list[int]:
    """Processes whose working directory this is; a zombie has none any more."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if Path(f"/proc/{entry.name}/cwd").readlink() == directory:
                    found.append(int(entry.name))
            except OSError:
                continue  # ended meanwhile, or a stranger's
    return found


def marked(**mark: str) -> list[int]:
    """Processes that were started with this in their environment, or whose ancestors were."""
    wanted = [os.fsencode(f"{name}={value}") for name, value in mark.items()]
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                variables = Path(f"/proc/{entry.name}/environ").read_bytes().split(b"\0")
                if all(each in variables for each in wanted):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def reachable(path: Path, user: int) -> bool:
    """Whether this user may pass through the directory and all above it."""
    for directory in (path, *path.parents):
        status = directory.stat()
        needed = stat.S_IXUSR if status.st_uid == user else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def digest(path: Path) -> str:
    """A short name for a path, the same on every run."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
