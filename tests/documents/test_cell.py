"""What kills or hangs the cell is said of the file; the worker lives, and nothing the cell started does."""

from __future__ import annotations

import io
import os
import select
import sys
from pathlib import Path

from PIL import Image

from documents.inspection import warden
from documents.inspection.warden import Limits
from tests.documents.made import a_pdf
from tests.documents.world import inspected, verdict

BEGIN = "import json, os, resource, signal, subprocess, sys; print(json.dumps({'begin': 'pdf_active'}), flush=True); "
CONFINED = (
    "from documents.inspection.cell import confine; confine({'seconds': 1, 'memory': 300_000_000, 'output': 65536}); "
)


def run(program: str, **limits: float) -> tuple[str, str] | None:
    return verdict(warden.run([sys.executable, "-c", BEGIN + program], Limits(**limits)))  # type: ignore[arg-type]


def test_a_file_that_waits_for_ever_is_ended_by_the_clock() -> None:
    assert run("signal.pause()", wall_seconds=1.5) == ("pdf_active", "hangs")


def test_a_file_that_computes_for_ever_is_ended_by_its_share_of_the_processor() -> None:
    assert run(CONFINED + "\nwhile True: pass") == ("pdf_active", "hangs")


def test_a_file_that_breaks_the_parser_is_refused_for_it() -> None:
    assert run("os.kill(os.getpid(), signal.SIGSEGV)") == ("pdf_active", "kills")
    assert run("sys.exit(3)") == ("pdf_active", "kills")
    assert run("raise ValueError('unforeseen')") == ("pdf_active", "kills")


def test_a_file_that_says_too_much_fills_no_disk() -> None:
    assert run(CONFINED + "\nwhile True: print('x' * 1000)") == ("pdf_active", "kills")


def test_what_the_cell_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = (
        f"child = subprocess.Popen(['sleep', '600']); open({str(note)!r}, 'w').write(str(child.pid)); signal.pause()"
    )
    assert run(program, wall_seconds=2.0) == ("pdf_active", "hangs")
    assert ends(int(note.read_text()))


def ends(pid: int) -> bool:
    """Whether the process is over, or its end, which the kernel may take a moment for, comes."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 30)[0])
    finally:
        os.close(handle)


def test_memory_is_limited(tmp_path: Path) -> None:
    """A picture within every limit of points, that takes more memory than this cell is given."""
    out = io.BytesIO()
    Image.new("RGB", (7_000, 8_000)).save(out, "JPEG")
    assert verdict(inspected(tmp_path, out.getvalue(), "photo.jpg", memory=150_000_000)) == ("picture", "memory")
    assert verdict(inspected(tmp_path, out.getvalue(), "photo.jpg")) is None


def test_a_cell_that_cannot_even_start_refuses(tmp_path: Path) -> None:
    assert verdict(inspected(tmp_path, a_pdf(), "a.pdf", memory=1_000_000)) == ("start", "kills")


def test_a_cell_cannot_write_the_verdict_of_a_step_it_did_not_end() -> None:
    assert run("print(json.dumps({'finding': {'step': 'size', 'verdict': 'passed', 'code': '', 'values': {}}}))") == (
        "pdf_active",
        "kills",
    )
