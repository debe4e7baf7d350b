"""Labels, packing list and delivery note of a shipment as PDFs, in the reader's language and the buyer's colours.

Opens no window and asks the database nothing: whoever calls hands in the facts. What is printed depends on them alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from documents import barcodes
from documents.barcodes import CannotEncode, Kind, Symbol
from documents.brand import Brand
from documents.rendering import render_pdf
from portal.web.templatetags.portal import quantity
from suppliers.gs1 import Element, spread
from suppliers.labelling import Label, labels_of
from suppliers.shipping_papers import Content, Placed, ShippingPaper, Unit, note_lines

LINE = 3.6
"""Millimetres that the line below a symbol takes."""
HEAD, FACTS = 26.0, 10.5
BODY = 30.0
"""Of a label: addresses, the shipment's numbers, and the contents beside the two-dimensional symbol."""
SLOT = 13.4
"""The least height of bars: 15 % of the widest that go onto our labels."""
SHOWN = 5
"""Contents of a mixed unit that its label names; the packing list has all."""


@dataclass(frozen=True)
class Stock:
    """What labels are printed on, in millimetres. A sheet bears several labels, which are cut apart."""

    width: float
    height: float
    margin: float
    page: str
    per_page: int = 1

    @property
    def inside(self) -> float:
        return self.width - 2 * self.margin

    @property
    def for_symbols(self) -> float:
        """The height that is left for bars."""
        return self.height - 2 * self.margin - HEAD - FACTS - BODY


STOCKS: Mapping[str, Stock] = {
    "a6": Stock(105, 148, 5, "105mm 148mm"),
    "4x6": Stock(101.6, 152.4, 4, "101.6mm 152.4mm"),
    "a4": Stock(105, 148.5, 5, "210mm 297mm", per_page=4),
}


@dataclass(frozen=True)
class Drawn:
    """A symbol in its size, in millimetres."""

    symbol: Symbol
    x: float
    bars: float

    @property
    def address(self) -> str:
        return self.symbol.address(self.x)

    @property
    def width(self) -> str:
        return f"{self.symbol.width(self.x):.3f}mm"

    @property
    def height(self) -> str:
        return f"{self.bars:.3f}mm"


@dataclass(frozen=True)
class Said:
    """What people read: the standard's title where there is one, and ours."""

    title: str
    value: str
    wide: bool = False


@dataclass(frozen=True)
class DrawnLabel:
    label: Label
    linear: tuple[Drawn, ...]
    """From top to bottom: the unit's own name comes last."""
    matrix: Drawn | None
    said: tuple[Said, ...]

    @property
    def shown(self) -> tuple[Content, ...]:
        return self.label.unit.everything[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.label.unit.everything) - len(self.shown)


def labels_pdf(
    paper: ShippingPaper,
    *,
    brand: Brand,
    stock: str = "a6",
    language: str = "en",
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """A label for each handling unit. Raises :class:`CannotRender`, and ``KeyError`` for a stock we do not know."""
    size = STOCKS[stock]
    with translation.override(language):
        drawn = [draw(label, size) for label in labels_of(paper)]
        pages = [drawn[at : at + size.per_page] for at in range(0, len(drawn), size.per_page)]
        words = {"shipping": paper, "stock": size, "pages": pages, "head": HEAD, "facts": FACTS, "body": BODY}
        return render_pdf("print/labels.html", words, brand=brand, images=images)


def packing_list_pdf(
    paper: ShippingPaper,
    *,
    brand: Brand,
    size: str = "a4",
    language: str = "en",
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """What is in which handling unit. Raises :class:`CannotRender`, and ``ValueError`` for a paper we do not know."""
    with translation.override(language):
        words = {**_heading(paper), "blocks": [list(_packed(unit)) for unit in _outer(paper)]}
        return render_pdf("print/packing_list.html", words, brand=brand, paper=size, images=images)


def delivery_note_pdf(
    paper: ShippingPaper,
    *,
    brand: Brand,
    size: str = "a4",
    language: str = "en",
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """What is delivered of which order. Raises :class:`CannotRender`, and ``ValueError`` for a paper we do not know."""
    with translation.override(language):
        words = {**_heading(paper), "orders": note_lines(paper.contents)}
        return render_pdf("print/delivery_note.html", words, brand=brand, paper=size, images=images)


def draw(label: Label, stock: Stock) -> DrawnLabel:
    """Decide which symbols the label bears and how large they are."""
    return DrawnLabel(label, tuple(_linear(label, stock)), _matrix(label), tuple(_said(label)))


def _linear(label: Label, stock: Stock) -> Iterator[Drawn]:
    """The bars, as many as the label has room for: what each standard calls more important goes first."""
    room = stock.for_symbols
    own, own_height = _own_name(label, room)
    left = room - (own_height + LINE if own else 0)
    slots = int(left // (SLOT + LINE))
    found: list[Symbol] = []

    def fits(symbol: Symbol | None) -> bool:
        x = symbol.x_for(stock.inside) if symbol else None
        return x is not None and symbol is not None and symbol.least_height(x) <= SLOT

    if len(label.elements) > 1:
        parts = spread(label.elements[1:], most=slots, fits=lambda elements: fits(_gs1(Kind.GS1_128, elements)))
        found = [symbol for elements in parts.symbols if (symbol := _gs1(Kind.GS1_128, elements))]
    else:
        fields = label.fields if label.elements else label.fields[1:]
        symbols = (_plain(Kind.CODE_128, field.code, str(field)) for field in fields)
        found = [symbol for symbol in symbols if symbol and fits(symbol)][:slots]
    bars = left / len(found) - LINE if found else 0
    for symbol in found:
        yield _drawn(symbol, stock, min(bars, symbol.kind.size.height))
    if own:
        yield _drawn(own, stock, own_height)


def _own_name(label: Label, room: float) -> tuple[Symbol | None, float]:
    """The symbol of the unit's own name, which stands lowest, and its height."""
    if label.elements:
        return _gs1(Kind.GS1_128, label.elements[:1]), Kind.GS1_128.size.height
    if label.fields and label.unit.name:
        first = label.fields[0]
        others = min(3, len(label.fields) - 1)
        height = max(SLOT, min(Kind.CODE_128.size.height, room - others * (SLOT + LINE) - LINE))
        return _plain(Kind.CODE_128, first.code, str(first)), height
    return None, 0


def _drawn(symbol: Symbol, stock: Stock, height: float) -> Drawn:
    x = symbol.x_for(stock.inside) or symbol.kind.size.x[-1]
    return Drawn(symbol, x, height)


def _matrix(label: Label) -> Drawn | None:
    """The symbol that holds everything."""
    if label.fields:
        symbol = _plain(Kind.DATA_MATRIX, label.envelope, "")
    else:
        symbol = _gs1(Kind.GS1_DATA_MATRIX, label.elements) if label.elements else None
    x = symbol.x_for(BODY, BODY) if symbol else None
    return Drawn(symbol, x, symbol.height(x)) if symbol and x else None


def _gs1(kind: Kind, elements: Sequence[Element]) -> Symbol | None:
    try:
        return barcodes.gs1_symbol(kind, tuple((element.ai, element.value) for element in elements))
    except CannotEncode:
        return None


def _plain(kind: Kind, contents: str, text: str) -> Symbol | None:
    try:
        return barcodes.symbol(kind, contents, text)
    except CannotEncode:
        return None


def _said(label: Label) -> Iterator[Said]:
    """The contents as people read them; a label of a mixed unit lists some of them instead."""
    one = label.single
    if one is None:
        return
    contents = label.unit.everything
    titles = {element.ai: element.title for element in label.elements}
    titles |= {field.di: field.title for field in label.fields}

    def title(words: str, *codes: str) -> str:
        standard = next((titles[code] for code in codes if code in titles), "")
        return f"{standard} · {words}" if standard and translation.get_language() != "en" else standard or words

    def days(*found: dt.date | None) -> str:
        known = {day for day in found if day}
        # Translators: a short date in Django's format letters: 2026-12-09
        return f"{known.pop():{pgettext('date on a label', '%Y-%m-%d')}}" if len(known) == 1 else ""

    lots = {content.lot for content in contents}
    amount = sum((content.quantity for content in contents), Decimal(0))
    origins = {content.origin for content in contents}
    yield Said(title(_("Part number"), "P"), one.item, wide=True)
    yield Said(title(_("Quantity"), "Q", "37"), f"{quantity(amount)} {one.unit}")
    weight = label.unit.gross_weight
    if weight is not None:
        yield Said(_("Gross weight"), f"{quantity(weight)} kg")
    if lots != {""}:
        lot = lots.pop() if len(lots) == 1 else _("several lots")
        yield Said(title(_("Lot"), "10", "1T"), lot, wide=len(lot) > 16)
    for words, codes, day in (
        (_("Expires"), ("17", "14D"), days(*(content.expires for content in contents))),
        (_("Best before"), ("15",), days(*(content.best_before for content in contents))),
        (_("Made on"), ("11", "16D"), days(*(content.made for content in contents))),
        (_("Origin"), ("422", "4L"), origins.pop() if len(origins) == 1 else ""),
    ):
        if day:
            yield Said(title(words, *codes), day)
    if len(contents) == len(one.serials) == 1:
        yield Said(title(_("Serial number"), "21", "S"), one.serials[0], wide=len(one.serials[0]) > 16)


def _heading(paper: ShippingPaper) -> dict[str, Any]:
    symbol = _plain(Kind.CODE_128, paper.delivery_note, " ") if paper.delivery_note.isascii() else None
    x = symbol.x_for(70) if symbol else None
    return {"shipping": paper, "scanned": Drawn(symbol, x, 10) if symbol and x else None}


def _outer(paper: ShippingPaper) -> Iterator[list[Placed]]:
    """Each outer unit with what is inside it."""
    block: list[Placed] = []
    for placed in paper.placed:
        if not placed.level and block:
            yield block
            block = []
        block.append(placed)
    if block:
        yield block


def _packed(block: list[Placed]) -> Iterator[tuple[Placed, tuple[Content, ...], Unit]]:
    for placed in block:
        yield placed, placed.unit.contents, placed.unit
