"""Bar codes as SVG, for templates and pages. Only this file knows what draws them.

What a symbol says is decided above. This room knows what each kind of symbol demands of paper: how wide its narrowest
part is, how much stays white around it, and how high bars are at least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from urllib.parse import quote

import zxingcpp


@dataclass(frozen=True)
class Size:
    """Measures in millimetres. ``x`` is the width of the narrowest bar or of one module."""

    x: tuple[float, ...]
    """Those we print, the preferred first. All are whole dots of printers with 8 or 12 dots per millimetre."""
    quiet: float = 0
    """White at each side, where the standard asks for more than the modules that the symbol itself keeps free."""
    least_height: float = 0
    height: float = 0
    """How high bars are where there is room."""


class Kind(Enum):
    """A kind of symbol."""

    GS1_128 = "GS1-128"
    GS1_DATA_MATRIX = "GS1 DataMatrix"
    CODE_128 = "Code 128"
    DATA_MATRIX = "Data Matrix"
    QR = "QR code"

    @property
    def size(self) -> Size:
        return SIZES[self]

    @property
    def is_linear(self) -> bool:
        return bool(self.size.height)


SIZES = {
    # GS1 General Specifications, symbols of logistic units: 0.495 to 1.016 mm and 31.75 mm high, two-dimensional ones
    # half as wide again. Where a label is too small for that height, ISO 15394 (A.5) has 12.7 mm and 15 % of the width.
    Kind.GS1_128: Size(x=(0.5,), least_height=12.7, height=31.75),
    Kind.GS1_DATA_MATRIX: Size(x=(0.75,)),
    # ISO 15394, A.6 and A.8: 0.25 to 0.43 mm, 6.4 mm of white at each side.
    Kind.CODE_128: Size(x=(0.375, 0.25), quiet=6.4, least_height=12.7, height=20.0),
    Kind.DATA_MATRIX: Size(x=(0.5, 0.375)),
    Kind.QR: Size(x=(0.5, 0.375)),
}
_FORMATS = {
    Kind.GS1_128: zxingcpp.BarcodeFormat.Code128,
    Kind.GS1_DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    Kind.CODE_128: zxingcpp.BarcodeFormat.Code128,
    Kind.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    Kind.QR: zxingcpp.BarcodeFormat.QRCode,
}
_DRAWN = re.compile(r'<svg width="(\d+)" height="(\d+)".*?<path d="([^"]+)"', re.DOTALL)


class CannotEncode(ValueError):
    """No symbol of this kind holds these contents. The words say why."""


@dataclass(frozen=True)
class Symbol:
    """A drawn symbol, in modules, the white around it included."""

    kind: Kind
    text: str
    """What people read below it: its human readable line."""
    columns: int
    rows: int
    path: str

    def width(self, x: float) -> float:
        """Millimetres on paper, with the white at both sides."""
        return self.columns * x + 2 * self._margin(x) * x

    def height(self, x: float) -> float:
        """Millimetres of a two-dimensional symbol."""
        return self.rows * x

    def x_for(self, width: float, height: float = 0) -> float | None:
        """The first of the kind's modules with which it fits into so many millimetres, or None."""
        fitting = (
            x
            for x in self.kind.size.x
            if self.width(x) <= width and (self.kind.is_linear or not height or self.height(x) <= height)
        )
        return next(fitting, None)

    def least_height(self, x: float) -> float:
        """How high bars of this width are at least: 15 % of the width, and never less than the kind says."""
        return max(self.kind.size.least_height, 0.15 * self.width(x)) if self.kind.is_linear else self.height(x)

    def svg(self, x: float) -> str:
        """The picture. Bars take the height they are given; the white at the sides is part of it."""
        margin = self._margin(x)
        box = f"{-margin:g} 0 {self.columns + 2 * margin:g} {self.rows}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" preserveAspectRatio="none" '
            f'shape-rendering="crispEdges"><path d="{self.path}"/></svg>'
        )

    def address(self, x: float) -> str:
        """The picture as an address for ``img``."""
        return f"data:image/svg+xml,{quote(self.svg(x))}"

    def _margin(self, x: float) -> float:
        """White to add at each side, in modules: linear symbols keep ten free themselves."""
        return max(0.0, self.kind.size.quiet / x - 10) if self.kind.size.quiet else 0.0


@lru_cache(maxsize=1024)
def symbol(kind: Kind, contents: str, text: str = "") -> Symbol:
    """Draw text, printable or not, as Code 128, Data Matrix or QR code. Raises :class:`CannotEncode`."""
    return _draw(kind, contents, text or contents, gs1=False)


@lru_cache(maxsize=1024)
def gs1_symbol(kind: Kind, elements: tuple[tuple[str, str], ...]) -> Symbol:
    """Draw application identifiers with their values as GS1-128 or GS1 DataMatrix. Raises :class:`CannotEncode`."""
    # In square brackets, since round ones may stand in a value and square ones may not.
    text = "".join(f"({ai}){value}" for ai, value in elements)
    return _draw(kind, "".join(f"[{ai}]{value}" for ai, value in elements), text, gs1=True)


def _draw(kind: Kind, contents: str, text: str, *, gs1: bool) -> Symbol:
    try:
        # Square: not every reader knows the long ones of ISO/IEC 21471.
        made = zxingcpp.create_barcode(contents, _FORMATS[kind], gs1=gs1, force_square=True)
        drawn = _DRAWN.search(zxingcpp.write_barcode_to_svg(made))
    except ValueError as refused:
        raise CannotEncode(str(refused)) from refused
    assert drawn is not None
    columns, rows, path = drawn.groups()
    return Symbol(kind, text, int(columns), int(rows), path)
