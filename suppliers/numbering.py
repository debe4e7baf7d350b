"""How one supplier's handling units are numbered: SSCC, licence plate, or a package number of his own. Pure.

Whoever has a GS1 company prefix gets SSCCs; whoever is registered at an issuing agency of ISO/IEC 15459 gets licence
plates; anybody else gets numbers that are unique together with his supplier number (ANSI MH10.8.2, 3S with V). Nobody
is given a number that could be another company's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suppliers import gs1
from suppliers.shipping_states import PlateKind

PACKAGE_DIGITS = 9
MOST_OF_PLATE = 18
"""Characters of a licence plate without its data identifier (ISO 15394)."""


@dataclass(frozen=True)
class Numbering:
    """What a supplier's numbers are made of."""

    gs1_prefix: str = ""
    extension: int = 0
    agency: str = ""
    company: str = ""

    @property
    def kind(self) -> PlateKind:
        if self.gs1_prefix:
            return PlateKind.SSCC
        return PlateKind.PLATE if self.agency and self.company else PlateKind.PACKAGE

    @property
    def digits(self) -> int:
        """Of the serial numbers of plates and packages: the nine there are, or what room a company leaves."""
        if self.kind is not PlateKind.PLATE:
            return PACKAGE_DIGITS
        return max(1, min(PACKAGE_DIGITS, MOST_OF_PLATE - len(self.agency + self.company)))

    @property
    def count(self) -> int:
        """How many numbers there are before they begin again."""
        if self.kind is PlateKind.SSCC:
            return gs1.capacity(self.gs1_prefix)
        return int(10**self.digits)

    def number(self, turn: int) -> str:
        """The number whose turn it is; after the last comes the first again."""
        turn %= self.count
        if self.kind is PlateKind.SSCC:
            return gs1.sscc(self.gs1_prefix, turn, extension=self.extension)
        if self.kind is PlateKind.PLATE:
            return f"{self.agency}{self.company}{turn:0{self.digits}d}"
        return f"{turn:0{self.digits}d}"

    def next(self, turn: int, count: int) -> Sequence[str]:
        """As many numbers, from this turn on."""
        return [self.number(turn + step) for step in range(count)]

    def kind_of(self, code: str) -> PlateKind:
        """What a number that somebody brings is."""
        if gs1.sscc_fault(code) is None:
            return PlateKind.SSCC
        own = f"{self.agency}{self.company}"
        return PlateKind.PLATE if self.kind is PlateKind.PLATE and code.startswith(own) else PlateKind.PACKAGE
