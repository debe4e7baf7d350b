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

from documents import barcodes
from documents.barcodes import CannotEncode, Kind, Symbol
from documents.brand import Brand
from documents.rendering import render_pdf
from portal.web.templatetags.portal import quantity
from suppliers.gs1 import Element, spread
from suppliers.labelling import Label, labels_of
from suppliers.shipping_papers import Content, ShippingPaper, note_lines

LINE = 3.8
"""Millimetres that the line below a symbol takes."""
HEAD, FACTS, BODY = 24.2, 7.8, 30.5
"""Of a label: addresses, the shipment's numbers, and the contents beside the two-dimensional symbol."""
NAME, ROW, ITEM = 3.6, 5.1, 3.2
"""One line of an item's name, one row of what is said of it, one line of a list of items."""


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
    def for_bars(self) -> float:
        """The width of symbols with the white beside them, which may run to the edge but for a millimetre."""
        return self.width - 2

    @property
    def for_symbols(self) -> float:
        """The height that is left for bars."""
        return self.height - 2 * self.margin - HEAD - FACTS - BODY


STOCKS: Mapping[str, Stock] = {
    "a6": Stock(105, 148, 4, "105mm 148mm"),
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
class Placard:
    """A cell of the row with the shipment's numbers, in millimetres from the left."""

    title: str
    value: str
    at: float
    across: float

    @property
    def left(self) -> str:
        return f"{self.at:.2f}mm"

    @property
    def width(self) -> str:
        return f"{self.across:.2f}mm"

    @property
    def wide(self) -> bool:
        """Whether it is too long for large letters."""
        return len(self.value) * 1.75 > self.across


@dataclass(frozen=True)
class DrawnLabel:
    label: Label
    stock: Stock
    linear: tuple[Drawn, ...]
    """From top to bottom: the unit's own name comes last."""
    matrix: Drawn | None
    said: tuple[Said, ...]
    facts: tuple[Placard, ...]

    @property
    def body(self) -> float:
        """The height for the contents: more where there are fewer bars."""
        used = sum(one.bars + LINE for one in self.linear)
        return BODY + max(0.0, self.stock.for_symbols - used - 1)

    @property
    def beside(self) -> float:
        """The width for words beside the matrix."""
        return self.stock.inside - (self.matrix.symbol.width(self.matrix.x) + 1.5 if self.matrix else 0)

    @property
    def body_height(self) -> str:
        return f"{self.body:.2f}mm"

    @property
    def words_width(self) -> str:
        return f"{self.beside:.2f}mm"

    @property
    def address_size(self) -> str:
        """The letters of the address: as large as its lines leave room for."""
        lines = self.label.paper.ship_to.address.splitlines()
        number = len(lines) + sum(len(line) // 50 for line in lines)
        return f"{min(9.0, 31 / max(number, 1)):.1f}pt"

    @property
    def name_size(self) -> str:
        """The letters of the receiver's name: it takes one line."""
        return f"{max(6.0, min(10.5, 420 / max(len(self.label.paper.ship_to.name), 1))):.1f}pt"

    @property
    def rows(self) -> list[list[Said]]:
        """What is said of a single item, one or two to a row, as many rows as fit."""
        one = self.label.single
        lines = 2 if one and len(one.name) * 1.6 > self.beside else 1
        rows: list[list[Said]] = []
        for said in self.said:
            if rows and not said.wide and len(rows[-1]) == 1 and not rows[-1][0].wide:
                rows[-1].append(said)
            else:
                rows.append([said])
        return rows[: int((self.body - 1 - lines * NAME) // ROW)]

    @property
    def shown(self) -> tuple[Content, ...]:
        """Of a mixed unit, the contents that its label has room for; the packing list has all."""
        return self.label.unit.everything[: int((self.body - 2 * NAME) // ITEM)]

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
        words = {"shipping": paper, "stock": size, "pages": pages, "facts_top": HEAD, "body_top": HEAD + FACTS}
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
        return render_pdf("print/packing_list.html", _heading(paper), brand=brand, paper=size, images=images)


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
    linear = tuple(_linear(label, stock))
    return DrawnLabel(label, stock, linear, _matrix(label), tuple(_said(label)), tuple(_facts(label, stock.inside)))


def _linear(label: Label, stock: Stock) -> Iterator[Drawn]:
    """The bars, as many as the label has room for: what each standard calls more important goes first."""
    own = _own_name(label)
    most = 0.0 if own is None else own.kind.size.height if label.elements else _least(own, stock)
    room = stock.for_symbols - (most + LINE if own else 0)
    found = _more(label, stock, room)
    spare = room - sum(_least(symbol, stock) + LINE for symbol in found)
    share = spare / max(1, len(found) + (not label.elements))
    for symbol in found:
        yield _drawn(symbol, stock, min(_least(symbol, stock) + share, symbol.kind.size.height))
    if own:
        yield _drawn(own, stock, min(most if label.elements else most + share, own.kind.size.height))


def _own_name(label: Label) -> Symbol | None:
    """The symbol of the unit's own name, which stands lowest."""
    if label.elements:
        return _gs1(Kind.GS1_128, label.elements[:1])
    if label.fields and label.unit.name:
        return _plain(Kind.CODE_128, label.fields[0].code, str(label.fields[0]))
    return None


def _more(label: Label, stock: Stock, room: float) -> list[Symbol]:
    """The other symbols that fit into so many millimetres of height."""

    def fits(symbol: Symbol | None) -> bool:
        return symbol is not None and symbol.x_for(stock.for_bars) is not None

    if len(label.elements) > 1:
        for most in range(int(room // (Kind.GS1_128.size.least_height + LINE)), 0, -1):
            parts = spread(label.elements[1:], most=most, fits=lambda one: fits(_gs1(Kind.GS1_128, one)))
            found = [symbol for one in parts.symbols if (symbol := _gs1(Kind.GS1_128, one))]
            if sum(_least(symbol, stock) + LINE for symbol in found) <= room:
                return found
        return []
    others = label.fields if label.elements or not label.unit.name else label.fields[1:]
    found = []
    for field in others:
        symbol = _plain(Kind.CODE_128, field.code, str(field))
        if symbol and fits(symbol) and sum(_least(one, stock) + LINE for one in [*found, symbol]) <= room:
            found.append(symbol)
    return found


def _least(symbol: Symbol, stock: Stock) -> float:
    return symbol.least_height(symbol.x_for(stock.for_bars) or symbol.kind.size.x[-1])


def _drawn(symbol: Symbol, stock: Stock, height: float) -> Drawn:
    return Drawn(symbol, symbol.x_for(stock.for_bars) or symbol.kind.size.x[-1], height)


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

    def day(*found: dt.date | None) -> str:
        known = {one for one in found if one}
        return known.pop().isoformat() if len(known) == 1 else ""

    lots = {content.lot for content in contents}
    amount = sum((content.quantity for content in contents), Decimal(0))
    origins = {content.origin for content in contents}
    yield Said(title(_("Part number"), "P"), one.item, wide=len(one.item) > 16)
    yield Said(title(_("Quantity"), "Q", "37"), f"{quantity(amount)} {one.unit}")
    weight = label.unit.gross_weight
    if weight is not None:
        yield Said(_("Gross weight"), f"{quantity(weight)} kg")
    if lots != {""}:
        lot = lots.pop() if len(lots) == 1 else _("several lots")
        yield Said(title(_("Lot"), "10", "1T"), lot, wide=len(lot) > 16)
    for words, codes, value in (
        (_("Expires"), ("17", "14D"), day(*(content.expires for content in contents))),
        (_("Best before"), ("15",), day(*(content.best_before for content in contents))),
        (_("Made on"), ("11", "16D"), day(*(content.made for content in contents))),
        (_("Origin"), ("422", "4L"), origins.pop() if len(origins) == 1 else ""),
    ):
        if value:
            yield Said(title(words, *codes), value)
    if len(contents) == len(one.serials) == 1:
        yield Said(title(_("Serial number"), "21", "S"), one.serials[0], wide=len(one.serials[0]) > 16)


def _facts(label: Label, room: float) -> Iterator[Placard]:
    paper = label.paper
    orders = list(dict.fromkeys(content.order for content in label.unit.everything))
    order = orders[0] if len(orders) == 1 else _("several") if orders else "–"
    at = 0.0
    for share, title, value in (
        (0.28, _("Delivery note"), paper.delivery_note),
        (0.24, _("Order"), order),
        (0.30, _("Tracking") if paper.tracking else _("Carrier"), paper.tracking or paper.carrier or "–"),
        (0.18, str(label.unit.kind), f"{label.position} / {label.of}"),
    ):
        yield Placard(title, value, at, room * share - 1.2)
        at += room * share


def _heading(paper: ShippingPaper) -> dict[str, Any]:
    symbol = _plain(Kind.CODE_128, paper.delivery_note, " ") if paper.delivery_note.isascii() else None
    x = symbol.x_for(70) if symbol else None
    return {"shipping": paper, "scanned": Drawn(symbol, x, symbol.least_height(x)) if symbol and x else None}
