"""Files made in code: honest ones, and ones made to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

XLSX_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
WORDS = b"BT /F1 12 Tf 72 700 Td (Certificate of analysis) Tj ET"


def a_pdf(
    *,
    catalog: str = "",
    page: str = "",
    contents: bytes = WORDS,
    packed: bool = False,
    more: tuple[bytes, ...] = (),
    trailer: str = "",
    pages: int = 1,
    count: int | None = None,
) -> bytes:
    """A PDF with a sound table of its objects. ``more`` objects are numbered from 10 on."""
    stream = zlib.compress(contents) if packed else contents
    head = f"<</Length {len(stream)}{'/Filter/FlateDecode' if packed else ''}>>".encode()
    kids = " ".join(f"{100 + number} 0 R" for number in range(pages))
    objects: dict[int, bytes] = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        2: f"<</Type/Pages/Kids[{kids}]/Count {pages if count is None else count}>>".encode(),
        4: head + b"stream\n" + stream + b"\nendstream",
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    objects.update(
        {
            100 + number: (
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
                f"/Resources<</Font<</F1 5 0 R>>>>{page}>>"
            ).encode()
            for number in range(pages)
        }
    )
    objects.update({10 + number: body for number, body in enumerate(more)})
    return assembled(objects, trailer)


def assembled(objects: Mapping[int, bytes], trailer: str = "") -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n".encode()
    for number in range(size):
        place = places.get(number)
        out += b"0000000000 65535 f \n" if place is None else f"{place:010d} 00000 n \n".encode()
    out += f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def a_stream(data: bytes, words: str = "") -> bytes:
    return f"<</Length {len(data)}{words}>>stream\n".encode() + data + b"\nendstream"


def a_workbook(parts: Mapping[str, str | bytes] | None = None, *, sheet: str = "<row/>") -> bytes:
    """An XLSX archive, as plain as one can be, with more parts."""
    plain: dict[str, str | bytes] = {
        "[Content_Types].xml": XLSX_TYPES,
        "_rels/.rels": RELATIONS.format(""),
        "xl/workbook.xml": "<workbook/>",
        "xl/worksheets/sheet1.xml": f"<x:worksheet>{sheet}</x:worksheet>",
    }
    return an_archive({**plain, **(parts or {})})


def an_archive(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def a_png(width: int = 4, height: int = 3, *, data: bytes | None = None) -> bytes:
    """A grey PNG; ``data`` instead of its rows makes it say more than it holds."""
    rows = b"".join(b"\0" + bytes(width) for _ in range(height)) if data is None else data

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))

    head = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
