"""What a step is given, and how it refuses. Plain Python: this is imported in the cell, where there is no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RULES = 1
"""Raise it when a step is added or made stricter: accepted files are then inspected again."""
PASSED, REFUSED, SKIPPED = "passed", "refused", "skipped"
Finding = dict[str, Any]


class Unfit(Exception):
    """The file is refused. ``code`` names the reason, ``values`` fill its sentence; see ``words``."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass
class Subject:
    """A file under inspection: what was said of it, and what the steps find out."""

    path: Path
    name: str
    media_types: frozenset[str]
    most_bytes: int
    most_pages: int
    media_type: str = ""
    pages: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def extension(self) -> str:
        """Of the name it was given, in lower case, without the dot."""
        stem, dot, ending = self.name.rpartition(".")
        return ending.lower() if dot and stem else ""


def finding(step: str, verdict: str, code: str = "", **values: Any) -> Finding:
    """One entry of the protocol of an inspection."""
    return {"step": step, "verdict": verdict, "code": code, "values": values}
