"""Papers typed as text, a letter 4 points wide, a line 12 points high: the page is what one sees in the test."""

from __future__ import annotations

import re
from textwrap import dedent

from documents.paper import Box, Page, Paper, Word
from quality.reading.claims import Reading
from quality.reading.papers import read

WIDE, HIGH, PITCH = 400, 1000, 1200
TIGHTLY = 1050
"""From line to line of one text."""
GOES_ON = "+"
"""A line that begins so goes on with the one above."""


def typed(*pages: str) -> Paper:
    """A paper of typed pages. Two spaces part cells; a line that begins with ``+`` stands close to the one above."""
    return Paper(tuple(_page(number, text) for number, text in enumerate(pages, start=1)))


def reading(*pages: str) -> Reading:
    """What is read from typed pages."""
    return read(typed(*pages))


def _page(number: int, text: str) -> Page:
    words, top = [], 3000
    for line in dedent(text).strip("\n").splitlines():
        close = line.startswith(GOES_ON)
        top += TIGHTLY if close else PITCH if line.strip() else HIGH
        words += [
            Word(found.group(), Box(WIDE * found.start(), top, WIDE * found.end(), top + HIGH))
            for found in re.finditer(r"[^\s+]\S*", line)
        ]
    return Page(number, 84200, 119000, tuple(words))
