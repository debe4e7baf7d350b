"""What a certificate says: every piece of it as it is printed, with its place, and certain or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from documents.paper import Box
from quality.reading.vocabulary import Field

VERSION = 1
"""Of the rules of reading. Raise it when the same paper would be read otherwise."""


class Doubt(StrEnum):
    """Why a claim is not certain."""

    NONE = ""
    SIGHT = "sight"
    """Its letters were recognised, and not surely."""
    UNSEEN = "unseen"
    """Nobody can see it on the page."""
    COLUMN = "column"
    """It stands between two columns."""
    LABEL = "label"
    """What it is the value of is not sure."""
    DECIMAL = "decimal"
    """Its mark may be a decimal one or group thousands."""
    VALUE = "value"
    """What is printed is no value that is understood whole."""
    BLANK = "blank"
    CUT = "cut"
    SECTION = "section"
    """Which lot it belongs to is not sure."""


class Place(NamedTuple):
    """Where it is printed: a box on a page as it is shown, or a cell or pointer of a file without pages."""

    page: int
    box: Box | None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of print."""

    text: str
    places: tuple[Place, ...]
    doubt: Doubt = Doubt.NONE


@dataclass(slots=True)
class Row:
    """What is said of one thing measured, whichever way its table lies."""

    label: Claim
    symbol: Claim | None = None
    unit: Claim | None = None
    method: Claim | None = None
    values: list[Claim] = field(default_factory=list)
    mean: Claim | None = None
    least: Claim | None = None
    most: Claim | None = None
    target: Claim | None = None
    limits: Claim | None = None
    verdict: Claim | None = None
    conditions: list[Claim] = field(default_factory=list)
    lot: Claim | None = None
    """The lot that stands on the very line, where each has one; ``lot_is`` says what it is there."""
    lot_is: Field | None = None
    section: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """What the certificate says of itself or of the goods."""

    what: Field
    label: Claim
    value: Claim
    section: int = 0


@dataclass(slots=True)
class Reading:
    """All that was found. ``leftovers`` is what stands beside nothing that is understood."""

    named: list[Named] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    leftovers: list[Claim] = field(default_factory=list)
