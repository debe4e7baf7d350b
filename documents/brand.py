"""Whose paper it is: name, logo and colours, and what the Web Content Accessibility Guidelines say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
PAPER, BLACK = "#ffffff", "#000000"
READABLE = 4.5
"""The least contrast of text, WCAG 2.2 success criterion 1.4.3."""
SEEN = 3.0
"""The least contrast of a line that says something, WCAG 2.2 success criterion 1.4.11."""


@dataclass(frozen=True)
class Brand:
    """Whose paper it is. ``logo`` names one of the images passed along."""

    name: str
    ink: str = "#12262c"
    accent: str = "#0a5a61"
    logo: str = ""

    def __post_init__(self) -> None:
        for colour in (self.ink, self.accent):
            if not COLOUR.fullmatch(colour):
                raise ValueError(f"{colour!r} is no colour: write #rrggbb.")

    @property
    def on_accent(self) -> str:
        """The colour of words on the accent: white where that can be read, else black. One of them always can."""
        return PAPER if contrast(self.accent, PAPER) >= READABLE else BLACK


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours ``#rrggbb``, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
