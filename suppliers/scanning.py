"""What a scanner at the dock handed on, or a person typed: what it can be the number of. Pure.

Readers differ: some send the symbology identifier first (``]C1``), some the FNC1 between values as a control character,
some neither; people copy the line below the symbol, identifiers in brackets. Whatever it is, the text as it stands is a
candidate too: a carrier's or a supplier's own number may look like anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.shared.errors import Fault
from suppliers import gs1, mh10

LONGEST = 2_000
"""More characters than the largest symbol of a label holds."""
ORDER_ELEMENT, ORDER_FIELD = "400", "K"
PACKAGES = frozenset(["1J", "2J", "5J", "6J", "3S", "4S", "5S", "6S", "7S"])
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_ELEMENTS = re.compile(r"\((\d{2,4})\)\s*([^()]*)")
_FIELDS = re.compile(r"\((\d{0,2}[A-Z])\)\s*([^()]*)")
_SSCC = re.compile(r"00(\d{18})")


@dataclass(frozen=True)
class Scan:
    """``units`` are what a handling unit may be numbered; ``text`` is what else anything may be numbered.

    ``orders`` is what an order may be numbered, where no unit is named.
    """

    text: str = ""
    units: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    """What identifiers it has, as people read them: for whoever has to be told what was understood."""
    fault: Fault | None = None
    """Why a number that looks like an SSCC is none."""

    @property
    def number(self) -> int | None:
        """The number of a shipment, if it may be one."""
        digits = self.text.upper().removeprefix("S")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def understand(raw: str) -> Scan:
    """Read what came. Never raises: what cannot be read is text."""
    text = raw.replace("\0", "")[:LONGEST].strip(" \t\r\n")
    known = _SYMBOLOGY.match(text)
    text = text[known.end() if known else 0 :].strip(gs1.SEPARATOR + " ")
    if not text:
        return Scan()
    elements, fields, fault = _identifiers(text)
    units = [one.value for one in elements if one.ai == "00"] + [one.value for one in fields if one.di in PACKAGES]
    orders = [one.value for one in elements if one.ai == ORDER_ELEMENT]
    orders += [one.value for one in fields if one.di == ORDER_FIELD]
    plain = text if text.isprintable() else ""
    read = (*map(str, elements), *map(str, fields))
    whole = [plain, plain.upper()] if plain else []
    named = dict.fromkeys([*units, *whole])
    of_orders = dict.fromkeys(() if units else [*orders, *whole])
    return Scan(plain, tuple(named), tuple(of_orders), read, None if units else fault)


def _identifiers(text: str) -> tuple[list[gs1.Element], list[mh10.Field], Fault | None]:
    if text.startswith("[)>"):
        message = mh10.parse(text)
        if isinstance(message, Fault):
            return [], [], message
        inner = gs1.parse(message.elements)
        return [] if isinstance(inner, Fault) else list(inner), list(message.fields), None
    if text.startswith("("):
        spelled = [gs1.Element(ai, value.strip()) for ai, value in _ELEMENTS.findall(text)]
        fields = [mh10.Field(di, value.strip()) for di, value in _FIELDS.findall(text)]
        fault = next((wrong for one in spelled if one.ai == "00" and (wrong := gs1.element_fault(one))), None)
        right = [one for one in spelled if one.ai in gs1.IDENTIFIERS and not gs1.element_fault(one)]
        return right, [one for one in fields if not mh10.field_fault(one)], fault
    elements = gs1.parse(text)
    if not isinstance(elements, Fault):
        return list(elements), [], None
    if first := _SSCC.match(text):
        # Whatever follows, and whether or not we know its identifier, an SSCC in front says which unit it is.
        fault = gs1.sscc_fault(first[1])
        return ([], [], fault) if fault else ([gs1.Element("00", first[1])], [], None)
    field = mh10.read(text)
    if not isinstance(field, Fault):
        return [], [field], None
    looks_like_one = text.isascii() and text.isdigit() and len(text) == 18
    return [], [], gs1.sscc_fault(text) if looks_like_one else None
