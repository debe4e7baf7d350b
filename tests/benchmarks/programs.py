"""The portal's own programs, started as ``make run`` starts them, against the world of the measures."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from portal.management.supervisor import Program

PATIENCE_SECONDS = 60


class Running:
    """A program that is up; ``seconds`` is how long it took from its start to being ready."""

    def __init__(self, program: Program, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self.program = program
        self.log = log
        began = time.perf_counter()
        self.process = subprocess.Popen(
            program.arguments, env=os.environ | environment, stdout=log, stderr=log, start_new_session=True
        )
        while not self.up():
            if self.process.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                self.stop()
                raise RuntimeError(f"{program.name} did not get ready:\n{self.said()[-4000:]}")
            time.sleep(0.005)
        self.seconds = time.perf_counter() - began

    def up(self) -> bool:
        return self.program.says in self.said() if self.program.says else self.program.ready()

    def said(self) -> str:
        return Path(self.log.name).read_text(errors="replace")

    def megabytes(self) -> list[float]:
        """What the process and each below it hold in memory (resident set), ours first."""
        return [resident(pid) for pid in family(self.process.pid)]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.program.stop_signal)
        try:
            self.process.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(program: Program, environment: Mapping[str, str]) -> Iterator[Running]:
    with tempfile.NamedTemporaryFile() as log:
        up = Running(program, environment, log)  # type: ignore[arg-type]
        try:
            yield up
        finally:
            up.stop()


def family(pid: int) -> list[int]:
    """The process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(kilobytes) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
