"""What stands on the papers of a shipment: frozen facts, as whoever asks for a paper hands them in. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from suppliers.mh10 import Plate


@dataclass(frozen=True)
class Party:
    """A name and an address of several lines. ``number`` is what the buyer calls it."""

    name: str
    address: str = ""
    number: str = ""


@dataclass(frozen=True)
class Content:
    """One item of one order line and one lot: loose in the shipment, or in a handling unit."""

    order: str
    position: str
    item: str
    """The buyer's number."""
    name: str
    quantity: Decimal
    unit: str
    """The quantity's unit of measure, as people read it."""
    packed: Decimal | None = None
    packed_unit: str = ""
    """The same quantity where the supplier counts otherwise than the order."""
    supplier_item: str = ""
    gtin: str = ""
    """Of the item in that unit of measure: GTIN-8, -12, -13 or -14."""
    pieces: int | None = None
    """How many items of that GTIN, where the quantity does not count them."""
    lot: str = ""
    made: dt.date | None = None
    best_before: dt.date | None = None
    expires: dt.date | None = None
    serials: tuple[str, ...] = ()
    origin: str = ""
    """Country of origin, two letters of ISO 3166-1."""
    net_weight: Decimal | None = None
    """Kilograms."""


@dataclass(frozen=True)
class Unit:
    """A handling unit: what is in it, and one of three names of its own, or none."""

    kind: Any
    """Pallet, carton: as people read it; may be lazily translated."""
    contents: tuple[Content, ...] = ()
    units: tuple[Unit, ...] = ()
    sscc: str = ""
    plate: Plate | None = None
    package_id: str = ""
    """A number of the supplier's own, where he has neither a GS1 prefix nor an issuing agency."""
    gtin: str = ""
    """Of the unit itself, where it is a trade item."""
    gross_weight: Decimal | None = None
    """Kilograms, with everything inside."""
    size: str = ""
    """Length, width and height, as people read them."""

    @property
    def name(self) -> str:
        """What it is called by, whoever gave the name."""
        return self.sscc or (self.plate.value if self.plate else self.package_id)

    @property
    def everything(self) -> tuple[Content, ...]:
        """Its contents and those of the units inside."""
        return self.contents + tuple(content for unit in self.units for content in unit.everything)


@dataclass(frozen=True)
class ShippingPaper:
    """A shipment, as delivery note, packing list and labels tell it."""

    supplier: Party
    ship_to: Party
    delivery_note: str
    issued: dt.date
    shipment: str = ""
    plant: str = ""
    ship_from: Party | None = None
    """Where the goods leave, where that is not the supplier's address."""
    departs: dt.date | None = None
    arrives: dt.date | None = None
    carrier: str = ""
    tracking: str = ""
    incoterm: str = ""
    incoterm_place: str = ""
    dangerous_goods: str = ""
    notes: str = ""
    units: tuple[Unit, ...] = ()
    loose: tuple[Content, ...] = ()
    """What stands in no handling unit."""

    @property
    def sender(self) -> Party:
        return self.ship_from or self.supplier

    @property
    def contents(self) -> tuple[Content, ...]:
        return tuple(content for unit in self.units for content in unit.everything) + self.loose

    @property
    def orders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(content.order for content in self.contents))

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Every handling unit, an outer one before those inside."""
        return tuple(place(self.units))

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        """How many units of each kind."""
        return tuple(Counter(str(one.unit.kind) for one in self.placed).items())

    @property
    def gross_weight(self) -> Decimal | None:
        """Of the outer units together; None where one of them does not say."""
        return total(unit.gross_weight for unit in self.units) if not self.loose else None

    @property
    def net_weight(self) -> Decimal | None:
        return total(content.net_weight for content in self.contents)


@dataclass(frozen=True)
class Placed:
    """A handling unit in its place: ``number`` is 2.1 for the first unit inside the second."""

    unit: Unit
    number: str
    level: int


@dataclass(frozen=True)
class NoteLine:
    """A line of a delivery note: what is delivered of one order line, and the lots it comes in."""

    content: Content
    """The first of them, for what they have in common."""
    quantity: Decimal
    lots: tuple[Content, ...]
    serials: tuple[str, ...]


def place(units: Iterable[Unit], before: str = "", level: int = 0) -> Iterator[Placed]:
    """The units of a tree with their numbers, in reading order."""
    for number, unit in enumerate(units, 1):
        yield Placed(unit, f"{before}{number}", level)
        yield from place(unit.units, f"{before}{number}.", level + 1)


def note_lines(contents: Sequence[Content]) -> list[tuple[str, list[NoteLine]]]:
    """The lines of a delivery note by order: one for each order line and item, with its lots."""

    def line(content: Content) -> tuple[str, str, str, str]:
        return content.order, content.position, content.item, content.unit

    orders = list(dict.fromkeys(content.order for content in contents))
    first_seen = {key: at for at, key in reversed(list(enumerate(map(line, contents))))}
    ordered = sorted(contents, key=lambda content: (orders.index(content.order), first_seen[line(content)]))
    lines = [_note_line(list(group)) for _key, group in groupby(ordered, key=line)]
    return [(order, list(group)) for order, group in groupby(lines, key=lambda one: one.content.order)]


def _note_line(contents: list[Content]) -> NoteLine:
    lots: dict[tuple[object, ...], Content] = {}
    for content in contents:
        key = (content.lot, content.made, content.best_before, content.expires, content.origin)
        before = lots.get(key)
        lots[key] = replace(before, quantity=before.quantity + content.quantity) if before else content
    told = [lot for lot in lots.values() if lot.lot or lot.made or lot.best_before or lot.expires or lot.origin]
    return NoteLine(
        contents[0],
        sum((content.quantity for content in contents), Decimal(0)),
        tuple(told),
        tuple(serial for content in contents for serial in content.serials),
    )


def total(weights: Iterable[Decimal | None]) -> Decimal | None:
    """Their sum; None where one is not known, or where there is none."""
    known = list(weights)
    if not known or any(weight is None for weight in known):
        return None
    return sum((weight for weight in known if weight is not None), Decimal(0))
