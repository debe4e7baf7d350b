"""Named places on pages that a storey above may fill: told once, when the apps are ready, as in ``registry``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.shared.actor import Actor


@dataclass(frozen=True)
class Tile:
    """One number on the home page, and where it leads. Tones: ``wait``, ``bad``, or nothing."""

    label: str
    count: int
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Fact:
    """One fact on the page of an object."""

    title: str
    text: str
    url: str = ""


Facts = Callable[[Actor, int], Sequence[Fact]]
_supplier: list[Facts] = []
ShipmentFacts = Callable[[Actor, UUID], Sequence[Fact]]
_shipment: list[ShipmentFacts] = []
Tiles = Callable[[Actor], Sequence[Tile]]
_home: list[Tiles] = []
Words = Callable[[Mapping[str, Any], str], str]
_obstacle: list[Words] = []


def on_home(tiles: Tiles) -> None:
    """Add tiles to the home page. ``tiles`` runs in the page's window and asks at most one query."""
    _home.append(tiles)


def home(actor: Actor) -> list[Tile]:
    """All that others show this person on the home page."""
    return [tile for tiles in _home for tile in tiles(actor)]


def on_supplier(facts: Facts) -> None:
    """Add facts to the page of a supplier, by his plain key. ``facts`` asks at most two queries, in the window."""
    _supplier.append(facts)


def on_shipment(facts: ShipmentFacts) -> None:
    """Add facts to the page of a shipment, by its key. ``facts`` asks at most two queries, in the window."""
    _shipment.append(facts)


def shipment(actor: Actor, key: UUID) -> list[Fact]:
    """All that others know of one shipment."""
    return [fact for facts in _shipment for fact in facts(actor, key)]


def on_obstacle(words: Words) -> None:
    """Say why something does not reach the other side, from a code and facts, or from a sentence that was kept."""
    _obstacle.append(words)


def obstacle(why: Mapping[str, Any], kept: str) -> str:
    """The same in the reader's language; ``kept`` where nobody can say it."""
    for words in _obstacle:
        return words(why, kept)
    return kept


def supplier(actor: Actor, key: int) -> list[Fact]:
    """All that others know of one supplier."""
    return [fact for facts in _supplier for fact in facts(actor, key)]
