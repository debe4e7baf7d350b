"""Plain text and CSV: decodable, without control characters, without cells that start programs."""

from __future__ import annotations

import re

from documents.inspection.subject import Subject, Unfit

ENCODINGS = ("utf-8-sig", "cp1252", "shift_jis")
LONGEST_LINE = 1_000_000
# A cell that a spreadsheet hands to another program: =cmd|' /C calc'!A0
CALL = re.compile(r"""(?:^|[,;\t"\n])\s*[=+\-@][^,;\t\n]{0,200}\|\s*['!]""")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
# EDI files part their fields with these.
SEPARATORS = "\x1c\x1d\x1e\x1f"


def is_plain(subject: Subject) -> None:
    """A person could read it."""
    content = subject.path.read_bytes()
    words = _decoded(content)
    if "\0" in words:
        raise Unfit("nul")
    if CONTROL.search(words.rstrip("\x1a")):
        raise Unfit("control_characters")
    if max((len(line) for line in words.splitlines()), default=0) > LONGEST_LINE:
        raise Unfit("long_line", most=LONGEST_LINE)
    if CALL.search(words):
        raise Unfit("dde")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content:
        raise Unfit("nul")
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unfit("encoding")
