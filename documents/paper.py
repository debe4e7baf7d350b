"""What stands where on the pages of a file: words with their places, and no meaning. Plain Python; made in the cell.

Places are whole hundredths of a point (1/7200 inch) of the page as it is shown: its top left is 0, 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

VERSION = 1
"""Of what a paper says. Raise it when the same file would say something else."""


class Box(NamedTuple):
    """Where something stands on its page."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def middle(self) -> float:
        """Of its height: what stands on one line shares it."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    def joined(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class Source(StrEnum):
    """How a word is known."""

    TEXT = "t"
    """The file says which letters they are."""
    SIGHT = "s"
    """Its letters were recognised on a picture of the page."""


class Word(NamedTuple):
    """Letters without a gap between them, as they are stored."""

    text: str
    box: Box
    seen: bool = True
    """Whether an eye can see it, by what the file says of its ink."""
    sure: int = 100
    """How sure its recognition is, 0 to 100."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, in the order of its file."""

    number: int
    """From 1."""
    width: int
    height: int
    words: tuple[Word, ...]
    source: Source = Source.TEXT
    turned: int = 0
    """How often it is turned to the right, beyond how it is shown, for most of its words to stand upright (0 to 3).

    Boxes are those of the page turned so; ``shown`` takes one back.
    """
    unknown: int = 0
    """Of a hundred letters, so many of which the file does not say which they are."""
    covered: int = 0
    """Of a hundred parts of a page with few words, so many that one picture covers: a scan, perhaps."""
    cut: bool = False
    """Not all of it is here: nothing on this page is certain."""

    def shown(self, box: Box) -> Box:
        """The box on the page as a reader's program shows it."""
        left, top, right, bottom = box
        if self.turned == 1:
            return Box(top, self.width - right, bottom, self.width - left)
        if self.turned == 2:
            return Box(self.width - right, self.height - bottom, self.width - left, self.height - top)
        if self.turned:
            return Box(self.height - bottom, left, self.height - top, right)
        return box


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as far as it was looked at."""

    pages: tuple[Page, ...]

    def digest(self) -> str:
        """SHA-256 over all that it says."""
        told = json.dumps([VERSION, *map(tell, self.pages)], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()


def tell(page: Page) -> dict[str, Any]:
    """A page as plain data; ``hear`` understands it."""
    return {
        "page": page.number,
        "size": [page.width, page.height],
        "source": page.source.value,
        "turned": page.turned,
        "unknown": page.unknown,
        "covered": page.covered,
        "cut": page.cut,
        "words": [[word.text, *word.box, int(word.seen), word.sure] for word in page.words],
    }


def hear(pages: Iterable[Mapping[str, Any]]) -> Paper:
    """A paper from plain data. Raises KeyError, TypeError and ValueError for what ``tell`` would not say."""
    return Paper(tuple(map(_page, pages)))


def _page(said: Mapping[str, Any]) -> Page:
    width, height = said["size"]
    return Page(
        number=int(said["page"]),
        width=int(width),
        height=int(height),
        words=tuple(
            Word(str(text), Box(int(left), int(top), int(right), int(bottom)), bool(seen), int(sure))
            for text, left, top, right, bottom, seen, sure in said["words"]
        ),
        source=Source(said["source"]),
        turned=int(said["turned"]) % 4,
        unknown=int(said["unknown"]),
        covered=int(said["covered"]),
        cut=bool(said["cut"]),
    )
