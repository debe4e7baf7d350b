"""A shipment of Acme's to Nordwerk, to print papers of; and what a scanner reads off their pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pypdfium2
import zxingcpp

from suppliers import gs1
from suppliers.shipping_papers import Content, Party, ShippingPaper, Unit

PREFIX = "4012345"
GTIN = "04012345000016"
BY_MEASURE = "9401234500001" + gs1.check_digit("9401234500001")
DPI = 300


def content(**given: Any) -> Content:
    facts: dict[str, Any] = {
        "order": "P00012",
        "position": "10",
        "item": "NW-4711",
        "name": "Hex bolt M8 x 40, zinc plated, property class 8.8",
        "quantity": Decimal(240),
        "unit": "pcs",
        "supplier_item": "AC-1",
        "gtin": GTIN,
        "lot": "LOT7",
        "made": dt.date(2026, 11, 2),
        "expires": dt.date(2028, 11, 2),
        "origin": "DE",
        "net_weight": Decimal("12.4"),
    }
    return Content(**{**facts, **given})


def sscc(serial: int) -> str:
    return gs1.sscc(PREFIX, serial)


def carton(*contents: Content, **given: Any) -> Unit:
    return Unit(given.pop("kind", "Carton"), contents or (content(),), **given)


def shipment(*units: Unit, **given: Any) -> ShippingPaper:
    facts: dict[str, Any] = {
        "supplier": Party("Acme Castings GmbH & Co. KG", "Gießereistraße 12\n59872 Meschede\nGermany", "V-10023"),
        "ship_to": Party("Nordwerk GmbH, Plant Hamburg", "Receiving dock 4\nIndustriestraße 100\n21107 Hamburg"),
        "delivery_note": "DN-2026-00457",
        "issued": dt.date(2026, 11, 21),
        "shipment": "SHP-000123",
        "plant": "Hamburg",
        "departs": dt.date(2026, 11, 23),
        "arrives": dt.date(2026, 11, 25),
        "carrier": "DB Schenker",
        "tracking": "JJD000390001234567890",
        "incoterm": "DAP",
        "incoterm_place": "Hamburg",
        "dangerous_goods": "UN 1263 PAINT, 3, PG III, 20 L, (D/E)",
        "notes": "Unload from the rear.",
        "units": units,
    }
    return ShippingPaper(**{**facts, **given})


@dataclass(frozen=True)
class Scanned:
    """One symbol on a page: what it is, what it holds, and where its middle is, in millimetres from the top left."""

    kind: str
    """The symbology identifier of ISO/IEC 15424."""
    text: str
    x: float
    y: float
    height: float
    width: float


def scan(pdf: bytes) -> list[list[Scanned]]:
    """What a reader finds on each page, printed at 300 dots per inch, from top to bottom."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_scan(page) for page in document]
    finally:
        document.close()


def _scan(page: Any) -> list[Scanned]:
    picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
    found = []
    for one in zxingcpp.read_barcodes(picture):
        corners = [one.position.top_left, one.position.top_right, one.position.bottom_right, one.position.bottom_left]
        across = [corner.x * 25.4 / DPI for corner in corners]
        down = [corner.y * 25.4 / DPI for corner in corners]
        found.append(
            Scanned(
                one.symbology_identifier,
                one.bytes.decode("latin-1"),
                sum(across) / 4,
                sum(down) / 4,
                max(down) - min(down),
                max(across) - min(across),
            )
        )
    return sorted(found, key=lambda one: (one.y, one.x))
