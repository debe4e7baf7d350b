"""Words as they are compared: without case, accents, marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[^\w%°]+")
_CODE = re.compile(r"^[A-Z]\d{2}(?:\.\d+)?\s+(?=\S)")
"""The code of EN 10168 before its field: ``C11``."""
_SIDES = re.compile(r"\s*[/|]\s+|\s+[/|]\s*")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """``Zugfestigkeit (Rm):`` is ``zugfestigkeit rm``."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ﬁ", "fi").replace("ﬂ", "fl"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _MARKS.sub(" ", bare.casefold()).replace("_", " ").strip()


def sides(text: str) -> list[str]:
    """A label in each of its languages, and without the code before it: ``C12 Rm / Zugfestigkeit``."""
    bare = _CODE.sub("", text.strip())
    parts = [part for part in (side.strip(" :") for side in _SIDES.split(bare)) if part]
    return [bare, *parts] if len(parts) > 1 else parts


def code_of(text: str) -> str:
    """The code of EN 10168 that a label begins with, or nothing."""
    found = _CODE.match(text.strip() + " x")
    return found.group().strip() if found else ""
