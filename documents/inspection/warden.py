"""Starts the cell, waits for it no longer than allowed, and makes a finding of whatever became of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings

from documents.inspection.subject import REFUSED, Finding, finding
from documents.kinds import Kind
from documents.paper import Paper, hear

MOST_SAID = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """What one inspection may use."""

    seconds: int = 20
    """Of processor time."""
    wall_seconds: float = 40.0
    memory: int = 1024 * 1024 * 1024
    output: int = MOST_SAID


MOST_READ = 16 * 1024 * 1024
READING = Limits(output=MOST_READ)
"""What may be used to read a sheet: it says more than an inspection."""


@dataclass(frozen=True)
class SheetLimits:
    """How large a sheet may be that values are taken from."""

    most_rows: int = 5_100
    most_columns: int = 60
    most_said: int = MOST_READ - 64 * 1024


@dataclass(frozen=True)
class Read:
    """What stands in a sheet: see ``documents.inspection.cells`` for both kinds of entries."""

    sheet: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    refusal: Finding | None = None


@dataclass(frozen=True)
class Letters:
    """What stands on the pages of a file, or why nobody can say."""

    paper: Paper | None = None
    refusal: Finding | None = None


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
    }
    return run(_command(order, limits), limits)


def read(path: Path, *, mark: str, sheet: SheetLimits | None = None, limits: Limits = READING) -> Read:
    """Read the sheet of a workbook whose first row holds ``mark``. Never raises for anything a file does."""
    order = {"what": "read", "path": str(path), "mark": mark, **asdict(sheet or SheetLimits())}
    told, refusal = _told(order, "read", limits)
    if refusal:
        return Read(refusal=refusal)
    found = next((entry for entry in told if "sheet" in entry), {})
    return Read(found, [entry for entry in told if "row" in entry])


def letters(path: Path, *, most_pages: int, limits: Limits = READING) -> Letters:
    """Which words stand where on the pages of a PDF. Never raises for anything a file does."""
    order = {"what": "letters", "path": str(path), "most_pages": most_pages, "most_said": MOST_READ - 64 * 1024}
    told, refusal = _told(order, "letters", limits)
    return Letters(refusal=refusal) if refusal else Letters(hear(entry for entry in told if "page" in entry))


def _told(order: dict[str, Any], step: str, limits: Limits) -> tuple[list[dict[str, Any]], Finding | None]:
    """The entries that a cell told, line by line; and why it did not come to its end."""
    said, status, hung = _said(_command(order, limits), limits)
    told: list[dict[str, Any]] = []
    for line in said.splitlines():
        try:
            told.append(json.loads(line))
        except ValueError:
            break
    refusal = next((entry["finding"] for entry in told if "finding" in entry), None)
    if refusal is None and not any("end" in entry for entry in told):
        refusal = finding(step, REFUSED, _cause(status, hung=hung))
    return told, refusal


def _command(order: dict[str, Any], limits: Limits) -> list[str]:
    bounds = {"seconds": limits.seconds, "memory": limits.memory, "output": limits.output}
    return [sys.executable, "-s", "-B", "-m", "documents.inspection.cell", json.dumps({**order, "limits": bounds})]


def run(command: list[str], limits: Limits) -> Report:
    """Run a cell to its end, which may be a violent one."""
    said, status, hung = _said(command, limits)
    return _judged(said, status, hung=hung)


def _said(command: list[str], limits: Limits) -> tuple[bytes, int, bool]:
    """What a cell said until its end, how it ended, and whether the clock ended it."""
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
        return said.read(limits.output), cell.returncode, hung


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
