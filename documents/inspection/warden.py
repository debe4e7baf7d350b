"""Starts the cell, waits for it no longer than allowed, and makes a finding of whatever became of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings

from documents.inspection.subject import REFUSED, Finding, finding
from documents.kinds import Kind

MOST_SAID = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """What one inspection may use."""

    seconds: int = 20
    """Of processor time."""
    wall_seconds: float = 40.0
    memory: int = 1024 * 1024 * 1024
    output: int = MOST_SAID


@dataclass(frozen=True)
class Report:
    """What the cell found out."""

    findings: list[Finding] = field(default_factory=list)
    media_type: str = ""
    pages: int | None = None

    @property
    def fit(self) -> bool:
        return bool(self.findings) and all(one["verdict"] != REFUSED for one in self.findings)


def inspect(path: Path, *, name: str, kind: Kind, limits: Limits | None = None) -> Report:
    """Inspect a file on this machine. Never raises for anything a file does."""
    limits = limits or Limits()
    order = {
        "path": str(path),
        "name": name,
        "media_types": sorted(kind.media_types),
        "most_bytes": kind.most_bytes,
        "most_pages": kind.most_pages,
        "limits": {"seconds": limits.seconds, "memory": limits.memory, "output": limits.output},
    }
    command = [sys.executable, "-s", "-B", "-m", "documents.inspection.cell", json.dumps(order)]
    return run(command, limits)


def run(command: list[str], limits: Limits) -> Report:
    """Run a cell to its end, which may be a violent one."""
    hung = False
    with TemporaryFile() as said:
        cell = subprocess.Popen(  # noqa: S603 (our own interpreter and module; what comes from outside is one argument)
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"LANG": "C.UTF-8", "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        try:
            cell.wait(timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            hung = True
        finally:
            _end(cell)
        said.seek(0)
        return _judged(said.read(MOST_SAID), cell.returncode, hung=hung)


def _end(cell: subprocess.Popen[bytes]) -> None:
    """The cell and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(cell.pid, signal.SIGKILL)
    cell.wait()


def _judged(said: bytes, status: int, *, hung: bool) -> Report:
    findings: list[Finding] = []
    at, ended, media_type, pages = "start", False, "", None
    for line in said.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            break
        at = entry.get("begin", at)
        if "finding" in entry:
            findings.append(entry["finding"])
        if entry.get("end"):
            ended, media_type, pages = True, entry["media_type"], entry["pages"]
    if not ended and not any(one["verdict"] == REFUSED for one in findings):
        findings.append(finding(at, REFUSED, _cause(status, hung=hung)))
    return Report(findings, media_type, pages)


def _cause(status: int, *, hung: bool) -> str:
    if hung or status == -signal.SIGXCPU:
        return "hangs"
    return "kills"
