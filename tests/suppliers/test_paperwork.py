"""Papers of a shipment as they come out of the printer: every symbol is scanned from the page and compared."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

import pikepdf
import pypdfium2
import pytest

from documents.brand import Brand
from suppliers import gs1, mh10
from suppliers.gs1 import Element
from suppliers.labelling import Label, labels_of
from suppliers.mh10 import Field, Plate
from suppliers.paperwork import HEAD, LINE, STOCKS, Stock, delivery_note_pdf, draw, labels_pdf, packing_list_pdf
from suppliers.shipping_papers import Party, ShippingPaper, Unit
from tests.documents.made import a_png
from tests.documents.read import tags_of, text_of
from tests.suppliers.shipping import BY_MEASURE, GTIN, Scanned, carton, content, scan, shipment, sscc

NORDWERK = Brand("Nordwerk GmbH", accent="#aa3300")
GS1_128, CODE_128, DATA_MATRIX, GS1_DATA_MATRIX = "]C1", "]C0", "]d1", "]d2"
CONTENT = f"02{GTIN}37"
UNITS = (
    Unit("Pallet", units=(carton(sscc=sscc(2)), carton(content(item="NW-2", gtin=""), sscc=sscc(3))), sscc=sscc(1)),
    carton(content(lot="ABCDEFGHIJ1234567890", best_before=dt.date(2028, 1, 31)), sscc=sscc(4)),
    carton(content(lot="a(10)b%", order="PO-2026/000123456789-REV.B_01"), sscc=sscc(5)),
    carton(content(quantity=Decimal(999_999), lot="1" * 20), sscc=sscc(6)),
    carton(content(quantity=Decimal(1), serials=("SN-0000000000000001A",)), sscc=sscc(7), gtin=GTIN),
    carton(
        content(gtin=BY_MEASURE, quantity=Decimal("1250.5"), net_weight=Decimal("1250.5"), pieces=1, unit="kg"),
        sscc=sscc(8),
    ),
    carton(content(gtin="", lot="L" * 40), sscc=sscc(9)),
    carton(content(gtin="", lot="L" * 40, name="Housing, " * 30), plate=Plate("UN", "123456789", "A000001")),
    carton(content(quantity=Decimal(1), serials=("SN1",)), package_id="ACME-2026-000123"),
    carton(*(content(item=f"NW-{at}", gtin="") for at in range(200)), kind="Crate", plate=Plate("LE", "XYZ", "7")),
)


def labels_on(paper: ShippingPaper, pages: list[list[Scanned]], stock: Stock) -> list[tuple[Label, list[Scanned]]]:
    """What was scanned, label by label: on a sheet by its quarter."""
    across = 2 if stock.per_page > 1 else 1

    def place(one: Scanned) -> int:
        return int(one.y // stock.height) * across + int(one.x // stock.width)

    found: dict[int, list[Scanned]] = {}
    for number, page in enumerate(pages):
        for at, symbols in groupby(sorted(page, key=place), key=place):
            found[number * stock.per_page + at] = list(symbols)
    labels = labels_of(paper)
    assert sorted(found) == list(range(len(labels)))
    return [(label, found[at]) for at, label in enumerate(labels)]


def elements_in(symbols: list[Scanned], kind: str) -> list[tuple[Element, ...]]:
    read = [gs1.parse(one.text) for one in symbols if one.kind == kind]
    assert all(isinstance(one, tuple) for one in read), read
    return read  # type: ignore[return-value]


@lru_cache
def printed(stock: str, language: str) -> list[tuple[Label, list[Scanned]]]:
    paper = shipment(*UNITS)
    return labels_on(paper, scan(labels_pdf(paper, brand=NORDWERK, stock=stock, language=language)), STOCKS[stock])


@pytest.mark.parametrize(("stock", "language"), [("a6", "de"), *((stock, "en") for stock in STOCKS)])
def test_every_element_is_scanned_from_the_printed_page(stock: str, language: str) -> None:
    for label, symbols in printed(stock, language):
        bars = elements_in(symbols, GS1_128)
        said = [element for elements in bars for element in elements]
        assert len(set(said)) == len(said)
        assert set(said) <= set(label.elements)
        if label.fields:
            [message] = [mh10.parse(one.text) for one in symbols if one.kind == DATA_MATRIX]
            assert message == mh10.Message(label.fields, gs1.element_string(label.elements))
            alone = [mh10.read(one.text) for one in symbols if one.kind == CODE_128]
            assert {field for field in alone if isinstance(field, Field)} <= set(label.fields)
            assert len(alone) == len(set(alone)) >= min(2, len(label.fields))
        else:
            [everything] = elements_in(symbols, GS1_DATA_MATRIX)
            assert everything == label.elements
        if label.elements:
            assert bars[-1] == (Element("00", label.unit.sscc),)  # lowest, by itself
            if len(label.elements) > 1:
                assert {"02", "37"} <= {one.ai for one in said} or "01" in {one.ai for one in said}
        else:
            assert symbols[-1].text == label.fields[0].code
        drawn = draw(label, STOCKS[stock])
        assert len(symbols) == len(drawn.linear) + 1, label.placed.number


def test_the_shipment_speaks_every_identifier_that_labels_know() -> None:
    labels = labels_of(shipment(*UNITS))
    said = {element.ai for label in labels for element in label.elements}
    assert said == {"00", "01", "02", "10", "11", "15", "17", "21", "3101", "37", "400", "422"}
    said = {field.di for label in labels for field in label.fields}
    assert said == {"1J", "5J", "3S", "V", "P", "Q", "1T", "K", "14D", "16D", "S", "4L"}


@pytest.mark.parametrize("stock", list(STOCKS))
def test_symbols_are_as_large_as_the_standards_ask_and_never_cut(stock: str) -> None:
    size = STOCKS[stock]
    for label, symbols in printed(stock, "en"):
        for one in symbols:
            linear = one.kind in (GS1_128, CODE_128)
            assert not linear or one.height >= 12
            white = 4.9 if linear else 0.3
            assert one.x % size.width - one.width / 2 >= white
            assert one.x % size.width + one.width / 2 <= size.width - white
        drawn = draw(label, size)
        assert sum(one.bars + LINE for one in drawn.linear) <= size.for_symbols + 0.01
        assert all(one.bars >= one.symbol.least_height(one.x) - 0.01 for one in drawn.linear)
        if label.elements:
            assert drawn.linear[-1].bars == 31.75


@pytest.mark.parametrize("stock", list(STOCKS))
def test_a_label_says_literally_this(stock: str) -> None:
    [page] = scan(labels_pdf(shipment(carton(sscc="340123450000000017")), brand=NORDWERK, stock=stock))
    assert [(one.kind, one.text) for one in page] == [
        (
            GS1_DATA_MATRIX,
            f"00340123450000000017{CONTENT}240\x1d10LOT7\x1d17281102400P00012\x1d11261102422276",
        ),
        (GS1_128, f"{CONTENT}240"),
        (GS1_128, "1728110210LOT7"),
        (GS1_128, "00340123450000000017"),
    ]


@pytest.mark.parametrize(
    ("stock", "pages", "size"), [("a6", 10, (298, 420)), ("4x6", 10, (288, 432)), ("a4", 3, (595, 842))]
)
def test_labels_lie_on_their_paper(stock: str, pages: int, size: tuple[int, int]) -> None:
    units = tuple(carton(sscc=sscc(at)) for at in range(10))
    with pikepdf.open(io.BytesIO(labels_pdf(shipment(*units), brand=NORDWERK, stock=stock))) as pdf:
        assert len(pdf.pages) == pages
        found = {tuple(round(float(number)) for number in list(page.mediabox)[2:]) for page in pdf.pages}
    assert found == {size}


def test_what_is_too_wide_for_the_label_stands_in_the_two_dimensional_symbol_alone() -> None:
    [page] = scan(labels_pdf(shipment(carton(content(quantity=Decimal(99_999_999)), sscc=sscc(1))), brand=NORDWERK))
    holding = [one.kind for one in page if f"{CONTENT}99999999" in one.text]
    assert holding == [GS1_DATA_MATRIX]


def test_a_label_tells_people_what_it_tells_readers() -> None:
    words = text_of(labels_pdf(shipment(carton(sscc=sscc(1), gross_weight=Decimal("13.1"))), brand=NORDWERK))
    for said in ("Nordwerk GmbH, Plant Hamburg", "21107 Hamburg", "Acme Castings", "DN-2026-00457", "P00012", "1 / 1",
                 "NW-4711", "Hex bolt", "240 pcs", "LOT7", "2028-11-02", "13.1 kg", f"(00){sscc(1)}",
                 "BATCH/LOT"):  # fmt: skip
        assert said in words


def test_a_mixed_unit_names_what_it_has_room_for_and_counts_the_rest() -> None:
    words = text_of(labels_pdf(shipment(UNITS[-1]), brand=NORDWERK))
    assert "Several items" in words
    assert "more: see the packing list" in words
    assert "NW-199" not in words


def test_a_long_address_stays_inside_its_place() -> None:
    lines = [f"Building {number}, gate 12, second floor, for the attention of" for number in range(5)]
    away = Party("Nordwerk Precision Engineering GmbH & Co. KG, Plant Hamburg-Harburg", "\n".join(lines))
    pdf = labels_pdf(shipment(carton(sscc=sscc(1)), ship_to=away), brand=NORDWERK)
    document = pypdfium2.PdfDocument(pdf)
    try:
        words = document[0].get_textpage()
        at, _letters = words.search("Building 4").get_next()
        _left, bottom, _right, _top = words.get_charbox(at)
    finally:
        document.close()
    size = STOCKS["a6"]
    assert size.height - bottom * 25.4 / 72 < size.margin + HEAD


def test_papers_bear_the_buyers_logo_and_are_tagged() -> None:
    brand, images = Brand("Nordwerk", logo="logo"), {"logo": a_png()}
    paper = shipment(*UNITS[:2])
    for pdf in (
        labels_pdf(paper, brand=brand, images=images),
        packing_list_pdf(paper, brand=brand, images=images),
        delivery_note_pdf(paper, brand=brand, images=images),
    ):
        assert "Figure" in " ".join(tags_of(pdf))
        with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "DN-2026-00457" in metadata["dc:title"]


def test_a_packing_list_shows_the_tree() -> None:
    loose = content(item="NW-LOOSE", serials=tuple(f"SN{at}" for at in range(100)))
    words = text_of(packing_list_pdf(shipment(*UNITS, loose=(loose,)), brand=NORDWERK))
    places = [
        words.index(said) for said in (f"SSCC {sscc(1)}", f"SSCC {sscc(2)}", "NW-2", "UN123456789A000001", "SN99")
    ]
    assert places == sorted(places)
    for said in ("1.1 Carton", "NW-199", "L" * 40, "In no handling unit", "10 × Carton"):
        assert said in words


@pytest.mark.parametrize("size", ["a4", "letter"])
def test_a_delivery_note_goes_by_order_and_line(size: str) -> None:
    units = (
        carton(content(lot="A"), sscc=sscc(1), gross_weight=Decimal(13)),
        carton(
            content(lot="B", quantity=Decimal(10)),
            content(order="P00013", name="Größe · 100 %"),
            sscc=sscc(2),
            gross_weight=Decimal(7),
        ),
    )
    pdf = delivery_note_pdf(shipment(*units), brand=NORDWERK, size=size)
    words = text_of(pdf)
    for said in ("Delivery note DN-2026-00457", "250 pcs", "Lot A", "240 pcs", "Lot B", "10 pcs", "Order P00013",
                 "Größe · 100 %", "UN 1263 PAINT, 3, PG III, 20 L, (D/E)", "DAP", "DB Schenker",
                 "JJD000390001234567890", "20 kg", "2 × Carton", "Unload from the rear.", "V-10023"):  # fmt: skip
        assert said in words
    assert [one.text for one in scan(pdf)[0]] == ["DN-2026-00457"]


def test_words_that_people_typed_stay_words() -> None:
    wild = content(item="<b>1</b>", name="<img src=x>", lot="<script>", gtin="")
    paper = shipment(carton(wild, plate=Plate("UN", "1", "1")), notes="<h1>x</h1>", delivery_note="<i>1")
    for pdf in (labels_pdf(paper, brand=NORDWERK), packing_list_pdf(paper, brand=NORDWERK)):
        assert "<script>" in text_of(pdf)


def test_a_unit_without_a_name_and_an_empty_one_are_printed_all_the_same() -> None:
    pages = scan(labels_pdf(shipment(carton(content()), Unit("Pallet"), Unit("Pallet", sscc=sscc(1))), brand=NORDWERK))
    assert [one.kind for one in pages[0]].count(CODE_128) >= 2
    assert pages[1] == []
    assert {one.kind for one in pages[2]} == {GS1_128, GS1_DATA_MATRIX}
