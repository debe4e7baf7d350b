"""Starts a table of processes in order, restarts what crashes, stops everything; knows nothing of what they do.

The table is data: :class:`Program` for each process, run by :class:`Child`; the database is a child too, by
:class:`Service`. Children get no Ctrl-C from the terminal (they have sessions of their own), so the order of stopping
is ours; and they are sent ``death_signal`` by the kernel when we are killed, so nobody is left behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from portal.management import processes

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # one that ran so long and crashed starts again without delay
LONGEST_LOG = 20 * 2**20  # an older one is kept beside the new
TICK = 0.1
Say = Callable[[str], None]


class StartError(Exception):
    """Something could not be started; the message says what it said and where to read on."""


class Stop(BaseException):
    """A person or the system asked us to end."""


class Service(Protocol):
    """What can be started, watched and stopped."""

    @property
    def name(self) -> str: ...
    def start(self) -> None: ...
    def alive(self) -> bool: ...
    def stop(self) -> None: ...


@dataclass(frozen=True)
class Program:
    """One row of the table: what to run, and how to tell that it is up."""

    name: str
    arguments: Sequence[str]
    ready: Callable[[], bool] = lambda: True
    says: str = ""  # what its log says when it is up, for one that answers no address
    ready_seconds: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 5.0
    death_signal: signal.Signals = signal.SIGTERM


@dataclass
class Child:
    """A program, its process and its log file."""

    program: Program
    directory: Path
    logs: Path
    environment: Mapping[str, str]
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_start: int = field(default=0, init=False)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def log(self) -> Path:
        return self.logs / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        self.stop()  # what a crashed one left of its process group
        self._process = self._spawn()

    def wait(self) -> None:
        """Until it is up."""
        process = self._process
        assert process is not None
        up = processes.wait_until(lambda: process.poll() is not None or self._is_up(), self.program.ready_seconds, TICK)
        if not up or process.poll() is not None:
            did = f"ended with code {process.returncode}" if process.poll() is not None else "did not get ready in time"
            raise StartError(f"{self.name} {did}. The end of {self.log}:\n{tail(self.log)}")

    def run(self) -> str:
        """A program that ends by itself: what it printed."""
        self._process = self._spawn()
        if self._process.wait() != 0:
            raise StartError(f"{self.name} failed. The end of {self.log}:\n{tail(self.log)}")
        return self._said()

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def interrupt(self) -> None:
        if self._process is not None:
            self._process.send_signal(self.program.stop_signal)

    def stop(self) -> None:
        if self._process is None:
            return
        self.interrupt()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self.program.stop_seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _is_up(self) -> bool:
        return self.program.ready() and self.program.says in self._said()

    def _said(self) -> str:
        """What it wrote since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            return processes.spawn(
                self.program.arguments,
                death_signal=self.program.death_signal,
                log=log.fileno(),
                cwd=self.directory,
                environment=self.environment,
            )


@dataclass
class Supervisor:
    """Keeps the services that were started, in order, and brings back those that crash."""

    say: Say
    _services: list[Service] = field(default_factory=list, init=False)

    def start(self, service: Service) -> None:
        self._services.append(service)
        with self.progress(service.name):
            service.start()

    def start_together(self, children: Sequence[Child]) -> None:
        """Children that do not need one another: the slowest sets the time."""
        self._services.extend(children)
        began = time.monotonic()
        for child in children:
            child.launch()
        for child in children:
            with self.progress(child.name, began):
                child.wait()

    @contextlib.contextmanager
    def progress(self, name: str, began: float | None = None) -> Iterator[None]:
        began = began or time.monotonic()
        yield
        self.say(f"  {name:<12} ready ({time.monotonic() - began:.1f} s)")

    def watch(self) -> None:
        """Until :class:`Stop` is raised: restart what has ended, later each time that it ends early."""
        crashes = {service.name: _Crashes() for service in self._services}
        while True:
            for service in self._services:
                if not service.alive():
                    self._revive(service, crashes[service.name])
            time.sleep(TICK)

    def stop(self) -> None:
        """In the reverse order, as each stands on those before it; all children are told at once to be quick."""
        for service in reversed(self._services):
            if isinstance(service, Child):
                service.interrupt()
        while self._services:
            self._services.pop().stop()

    def _revive(self, service: Service, crashes: _Crashes) -> None:
        now = time.monotonic()
        if crashes.due is None:
            pause = crashes.next_pause(now)
            crashes.due = now + pause
            self.say(f"  {service.name} has ended by itself; starting it again in {pause:.0f} s")
        elif now >= crashes.due:
            crashes.due, crashes.started = None, now
            try:
                service.start()
                self.say(f"  {service.name} is back")
            except Exception as error:  # whatever it is, the next try comes
                self.say(f"  {error}")


@dataclass
class _Crashes:
    started: float = field(default_factory=time.monotonic)
    pause: float = 0.0
    due: float | None = None

    def next_pause(self, now: float) -> float:
        steady = now - self.started > STEADY_SECONDS
        self.pause = FIRST_PAUSE if steady or not self.pause else min(self.pause * 2, LONGEST_PAUSE)
        return self.pause


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise :class:`Stop` once, on Ctrl-C, a closed terminal or a polite kill; stopping is not interrupted again."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for name in names:
            signal.signal(name, signal.SIG_IGN)
        raise Stop

    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for a message."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8000))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
