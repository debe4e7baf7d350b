"""What the label of a handling unit tells readers of bar codes. Pure; how it is drawn is ``suppliers.paperwork``'s.

A unit with an SSCC speaks GS1: 00 always, and 02 with 37 and what follows from them where everything inside is one item
with a GTIN. A mixed unit is 00 alone. Without an SSCC, or without a GTIN, ANSI MH10.8.2 says what can be said. What
cannot be said rightly stays unsaid in symbols and is told as a fault; people read it all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from portal.shared.errors import Fault
from suppliers import gs1, mh10
from suppliers.countries import NUMERIC
from suppliers.gs1 import Element
from suppliers.mh10 import Field
from suppliers.shipping_papers import Content, Placed, ShippingPaper, Unit, total

T = TypeVar("T")
IMPORTANCE = ("00", "01", "02", "37", "10", "17", "15", "310", "21", "400", "11", "422")
"""What docks ask for first; ``310`` for all of its lengths."""


@dataclass(frozen=True)
class Label:
    """One unit's label. Elements and fields stand in the order of their importance, the unit's own name first."""

    paper: ShippingPaper
    placed: Placed
    position: int
    of: int
    elements: tuple[Element, ...] = ()
    fields: tuple[Field, ...] = ()
    untold: tuple[Fault, ...] = ()
    """Why something that is known stands in no symbol."""

    @property
    def unit(self) -> Unit:
        return self.placed.unit

    @property
    def single(self) -> Content | None:
        """The one item inside; None in a mixed or an empty unit."""
        contents = self.unit.everything
        return contents[0] if contents and _alike(contents) else None

    @property
    def envelope(self) -> str:
        """Everything as a message of ISO/IEC 15434; empty where data identifiers say nothing."""
        return mh10.envelope(self.fields, gs1.element_string(self.elements)) if self.fields else ""


def labels_of(paper: ShippingPaper) -> tuple[Label, ...]:
    """The labels of all handling units, an outer one before those inside."""
    placed = paper.placed
    return tuple(_label(paper, one, at, len(placed)) for at, one in enumerate(placed, 1))


def _label(paper: ShippingPaper, placed: Placed, position: int, of: int) -> Label:
    told = _Told()
    elements = tuple(sorted(_elements(placed.unit, told), key=lambda one: IMPORTANCE.index(one.ai[:3])))
    fields = () if len(elements) > 1 else tuple(_fields(placed.unit, paper.supplier.number, told))
    return Label(paper, placed, position, of, elements, fields, tuple(told.untold))


class _Told:
    """Lets through what is right, and keeps why the rest is not."""

    def __init__(self) -> None:
        self.untold: list[Fault] = []

    def right(self, one: T, fault: Callable[[T], Fault | None]) -> list[T]:
        if found := fault(one):
            self.untold.append(found)
            return []
        return [one]

    def not_said(self, code: str, message: str) -> None:
        self.untold.append(Fault(code, message))


def _elements(unit: Unit, told: _Told) -> Iterator[Element]:
    if not unit.sscc or not told.right(unit.sscc, gs1.sscc_fault):
        return
    yield Element("00", unit.sscc)
    contents = unit.everything
    item = _item(unit, contents, told) if _alike(contents) else []
    if not item:
        return
    yield from item
    first = contents[0]
    for ai, value in (
        ("10", _common(contents, lambda one: one.lot)),
        ("17", _day(_common(contents, lambda one: one.expires), gs1.date_value)),
        ("15", _day(_common(contents, lambda one: one.best_before), gs1.date_value)),
        ("21", first.serials[0] if item[0].ai == "01" and len(contents) == len(first.serials) == 1 else ""),
        ("400", _common(contents, lambda one: one.order)),
        ("11", _day(_common(contents, lambda one: one.made), gs1.date_value)),
        ("422", _country(_common(contents, lambda one: one.origin), told)),
    ):
        if value:
            yield from told.right(Element(ai, value), gs1.element_fault)


def _item(unit: Unit, contents: Sequence[Content], told: _Told) -> list[Element]:
    """01, or 02 with 37, and the weight of an item sold by measure; nothing where they cannot all be said."""
    gtin = unit.gtin or contents[0].gtin
    if not gtin or not told.right(gtin, gs1.gtin_fault):
        return []
    gtin = gs1.gtin_14(gtin)
    found = [Element("01", gtin)]
    if not unit.gtin:
        pieces = [_pieces(content) for content in contents]
        count = Element("37", str(sum(one for one in pieces if one))) if all(pieces) else None
        if count is None or gs1.element_fault(count):
            told.not_said("count", _("How many items are inside is no whole number that a label can say."))
            return []
        found = [Element("02", gtin), count]
    if gs1.is_variable(gtin):
        known = total(content.net_weight for content in contents)
        weight = gs1.weight(known) if known is not None else None
        if weight is None:
            told.not_said("weight", _("An item sold by measure needs its net weight."))
            return []
        found.append(weight)
    return found


def _fields(unit: Unit, supplier: str, told: _Told) -> Iterator[Field]:
    contents = unit.everything
    alike = _alike(contents)
    shape = {
        "nested": bool(unit.units),
        "alike": alike or not contents,
        "one_order": len({content.order for content in contents}) < 2,
    }
    if unit.sscc:
        pass
    elif unit.plate:
        if told.right(unit.plate, mh10.plate_fault):
            yield Field(mh10.plate_identifier(**shape), unit.plate.value)
    elif unit.package_id:
        yield from told.right(Field(mh10.package_identifier(**shape), unit.package_id), mh10.field_fault)
        if supplier:
            yield from told.right(Field("V", supplier), mh10.field_fault)
    else:
        told.not_said("no_name", _("This unit has neither an SSCC nor a licence plate nor a number of its own."))
    if not alike:
        return
    first = contents[0]
    quantity = sum((content.quantity for content in contents), Decimal(0))
    for di, value in (
        ("P", first.item),
        ("Q", f"{quantity.normalize():f}" if _common(contents, lambda one: one.unit) else ""),
        ("1T", _common(contents, lambda one: one.lot)),
        ("K", _common(contents, lambda one: one.order)),
        ("14D", _day(_common(contents, lambda one: one.expires), mh10.date_value)),
        ("16D", _day(_common(contents, lambda one: one.made), mh10.date_value)),
        ("S", first.serials[0] if len(contents) == len(first.serials) == 1 else ""),
        ("4L", _common(contents, lambda one: one.origin)),
    ):
        if value:
            yield from told.right(Field(di, value), mh10.field_fault)


def _alike(contents: Sequence[Content]) -> bool:
    return len({(content.item, content.gtin) for content in contents}) == 1


def _common(contents: Sequence[Content], value: Callable[[Content], T]) -> T | None:
    """What all contents have in common, or None."""
    found = {value(content) for content in contents}
    return found.pop() if len(found) == 1 else None


def _day(day: dt.date | None, spelled: Callable[[dt.date], str]) -> str:
    return spelled(day) if day else ""


def _country(letters: str | None, told: _Told) -> str:
    if letters and letters not in NUMERIC:
        told.not_said("country", _("%(country)s is no country of ISO 3166-1.") % {"country": letters})
    return NUMERIC.get(letters or "", "")


def _pieces(content: Content) -> int | None:
    """How many items of its GTIN a content is, or None."""
    if content.pieces is not None:
        return content.pieces
    return int(content.quantity) if content.quantity == content.quantity.to_integral_value() else None
