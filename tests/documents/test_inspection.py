"""What the inspection says of honest files and of those made to do harm, each in the cell as a worker would run it."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.inspection import warden, words
from tests.documents.made import (
    RELATIONS,
    a_pdf,
    a_png,
    a_stream,
    a_workbook,
    an_archive,
)
from tests.documents.world import inspected, verdict

OUTSIDE = (
    '<Relationship Id="r1" TargetMode="External" Target="{target}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
)
BOMB = zlib.compress(zlib.compress(bytes(300_000_000), 9), 9)


def picture(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, kind, **options)
    return out.getvalue()


def locked(user: str, owner: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=user, owner=owner))
    return out.getvalue()


HONEST = {
    "certificate.pdf": a_pdf(),
    "packed.pdf": a_pdf(packed=True),
    "link.pdf": a_pdf(page="/Annots[<</Subtype/Link/Rect[0 0 1 1]/A<</S/URI/URI(https://example.com)>>>>]"),
    "goes-to-page.pdf": a_pdf(catalog="/OpenAction[100 0 R/Fit]"),
    "sheet.xlsx": a_workbook(sheet="<c><f>SUM(A1:A3)</f></c>"),
    "hyperlink.xlsx": a_workbook(
        {"xl/worksheets/_rels/a.rels": RELATIONS.format(OUTSIDE.format(target="https://example.com", kind="hyperlink"))}
    ),
    "photo.png": a_png(),
    "photo.jpg": picture("JPEG"),
    "scan.tiff": picture("TIFF"),
    "photo.webp": picture("WEBP"),
    "PHOTO.PNG": a_png(),
    "lots.csv": "Lot;Größe\nA1;-5,2\n".encode("cp1252"),
    "note.txt": "Grüße, 数量 = 5".encode(),
    "order.edi": b"UNB+UNOA:1+A+B'UNH+1+ORDERS'",
}

PDFS = {
    "encrypted": ("pdf_readable", locked("secret", "secret")),
    "encrypted ": ("pdf_readable", locked("", "secret")),
    "javascript": ("pdf_active", a_pdf(catalog="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")),
    "javascript ": ("pdf_active", a_pdf(catalog="/OpenAction<</S/J#61vaScript/J#53(app.alert\\(1\\))>>")),
    "javascript  ": ("pdf_active", a_pdf(catalog="/Names<</JavaScript 10 0 R>>", more=(b"<</Names[]>>",))),
    "javascript   ": ("pdf_active", a_pdf(more=(b"<</Type/Font/FontMatrix[1 0 0 1 0 (alert\\(1\\))]>>",))),
    "launch": ("pdf_active", a_pdf(page="/AA<</O<</S/Launch/F(cmd.exe)>>>>")),
    "embedded": ("pdf_active", a_pdf(catalog="/Names<</EmbeddedFiles 10 0 R>>", more=(b"<</Names[]>>",))),
    "embedded ": ("pdf_active", a_pdf(more=(b"<</Type/Filespec/F(a.exe)/EF<</F 11 0 R>>>>", a_stream(b"MZ")))),
    "media": ("pdf_active", a_pdf(page="/Annots[<</Subtype/RichMedia/Rect[0 0 1 1]>>]")),
    "xfa": ("pdf_active", a_pdf(catalog="/AcroForm<</XFA 10 0 R>>", more=(a_stream(b"<xdp/>"),))),
    "sends_data": ("pdf_active", a_pdf(page="/Annots[<</Subtype/Widget/A<</S/SubmitForm/F(http://a)>>>>]")),
    "other_files": ("pdf_active", a_pdf(more=(a_stream(b"", "/F(\\\\\\\\host\\\\share)"),))),
    "link": ("pdf_active", a_pdf(page="/Annots[<</Subtype/Link/A<</S/URI/URI(file:///etc/passwd)>>>>]")),
    "link ": ("pdf_active", a_pdf(page="/Annots[<</Subtype/Link/A<</S/URI/URI(javascript:alert\\(1\\))>>>>]")),
    "runs_at_opening": ("pdf_active", a_pdf(catalog="/OpenAction<</S/URI/URI(https://example.com)>>")),
    "too_many_pages": ("pdf_readable", a_pdf(pages=51)),
    "no_pages": ("pdf_readable", a_pdf(pages=0)),
    "too_deep": ("pdf_size", a_pdf(more=(b"[" * 5_000 + b"]" * 5_000,))),
    "bomb": ("pdf_size", a_pdf(more=(a_stream(BOMB, "/Filter[/FlateDecode/FlateDecode]"),))),
    "too_much_drawn": ("pdf_size", a_pdf(contents=b"BT /F1 1 Tf " + b"(a) Tj\n" * 400_000 + b"ET", packed=True)),
    "too_much_drawn ": ("pdf_size", a_pdf(contents=b"0 0 1 1 re\n" * 100_000 + b"S", packed=True)),
    "too_many_pixels": (
        "pdf_size",
        a_pdf(more=(a_stream(b"", "/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8"),)),
    ),
    "damaged": ("pdf_readable", a_pdf()[:-150]),
    "damaged ": ("pdf_readable", b"%PDF-1.7\n" + b"\xff" * 500),
    "damaged  ": ("pdf_readable", a_pdf().replace(b"/Kids[100 0 R]", b"/Kids[  2 0 R]")),
    "pdf_hidden": ("type", b"GARBAGE\n" + a_pdf()),
    "two_formats": ("type", a_pdf() + an_archive({"a.txt": "words"})),
}
WORKBOOKS = {
    "macros": ("workbook_active", a_workbook({"xl/vbaProject.bin": b"\0"})),
    "macros ": ("workbook_active", a_workbook({"xl/macrosheets/sheet1.xml": "<a/>"})),
    "embedded": ("workbook_active", a_workbook({"xl/embeddings/oleObject1.bin": b"\0"})),
    "outside": ("workbook_active", a_workbook({"xl/externalLinks/externalLink1.xml": "<a/>"})),
    "outside ": ("workbook_active", a_workbook({"xl/connections.xml": "<a/>"})),
    "outside  ": (
        "workbook_active",
        a_workbook({"xl/_rels/b.rels": RELATIONS.format(OUTSIDE.format(target="file:///c:/a", kind="hyperlink"))}),
    ),
    "outside   ": (
        "workbook_active",
        a_workbook({"xl/_rels/b.rels": RELATIONS.format(OUTSIDE.format(target="http://a/b.png", kind="image"))}),
    ),
    "dde": ("workbook_active", a_workbook(sheet="<c><f>cmd|'/C calc'!A0</f></c>")),
    "dde ": ("workbook_active", a_workbook(sheet="<c><f>cmd|&apos;/C calc&apos;!A0</f></c>")),
    "entities": ("workbook_active", a_workbook({"xl/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
    "entities ": (
        "workbook_active",
        a_workbook({"xl/a.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'.encode("utf-16")}),
    ),
    "bomb": ("workbook_archive", a_workbook(sheet=" " * 30_000_000)),
    "too_many_parts": ("workbook_archive", a_workbook({f"xl/{number}.xml": "<a/>" for number in range(2_001)})),
    "path_outside": ("workbook_archive", a_workbook({"xl/../../../etc/cron.d/a": "words"})),
    "path_outside ": ("workbook_archive", a_workbook({"C:\\Windows\\a.dll": "words"})),
    "damaged": ("type", a_workbook()[:-40]),
    "old_office": ("type", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "type": ("type", an_archive({"a.txt": "words"})),
}
OTHERS = {
    ("photo.png", "too_many_pixels"): ("picture", a_png(30_000, 30_000, data=b"")),
    ("cut.png", "damaged"): ("picture", a_png(400, 400, data=bytes(100))),
    ("cut.jpg", "damaged"): ("picture", picture("JPEG")[:-80]),
    ("photo.pdf", "name"): ("name", a_png()),
    ("certificate.png", "name"): ("name", a_pdf()),
    ("gpj.\u202efdp.exe", "name"): ("name", a_pdf()),
    ("certificate", "name"): ("name", a_pdf()),
    ("program.pdf", "type"): ("type", b"MZ" + bytes(600)),
    ("drawing.svg", "type"): ("type", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("page.txt", "type"): ("type", b"<html><script>alert(1)</script>"),
    ("noise.csv", "type"): ("type", bytes(range(1, 32)) * 30),
    ("lots.csv", "nul"): ("text", b"Lot;Size\nA1\0;5\n"),
    ("lots.csv", "dde"): ("text", b"Lot;Size\nA1;=cmd|' /C calc'!A0\n"),
    ("note.txt", "control_characters"): ("text", b"A word" * 100 + b"\x1b[2J"),
    ("note.txt", "long_line"): ("text", b"a" * 1_000_001),
    ("note.txt", "encoding"): ("text", b"Lot \x81\xff\n"),
    ("empty.pdf", "empty"): ("size", b""),
    ("large.txt", "too_large"): ("size", b"a" * 5_000_001),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_files_are_fit(tmp_path: Path, name: str) -> None:
    report = inspected(tmp_path, HONEST[name], name)
    assert verdict(report) is None
    assert report.fit


@pytest.mark.parametrize("code", PDFS)
def test_pdfs_made_to_do_harm_are_refused_for_the_right_reason(tmp_path: Path, code: str) -> None:
    step, content = PDFS[code]
    assert verdict(inspected(tmp_path, content, "certificate.pdf")) == (step, code.strip())


@pytest.mark.parametrize("code", WORKBOOKS)
def test_workbooks_made_to_do_harm_are_refused_for_the_right_reason(tmp_path: Path, code: str) -> None:
    step, content = WORKBOOKS[code]
    assert verdict(inspected(tmp_path, content, "lots.xlsx")) == (step, code.strip())


@pytest.mark.parametrize(("name", "code"), OTHERS)
def test_other_files_made_to_do_harm_are_refused_for_the_right_reason(tmp_path: Path, name: str, code: str) -> None:
    step, content = OTHERS[name, code]
    assert verdict(inspected(tmp_path, content, name)) == (step, code)


def test_a_sheet_that_lies_about_its_size_is_counted(tmp_path: Path) -> None:
    """The directory of the archive says ten bytes; what it unpacks to is believed instead."""
    content = bytearray(a_workbook(sheet=" " * 30_000_000))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    told = entry.file_size.to_bytes(4, "little")
    assert content.count(told) >= 1
    assert verdict(inspected(tmp_path, bytes(content.replace(told, (10).to_bytes(4, "little"))), "a.xlsx")) in {
        ("workbook_archive", "bomb"),
        ("workbook_archive", "damaged"),
    }


def test_every_reason_has_words() -> None:
    codes = {code.strip() for code in (*PDFS, *WORKBOOKS, *(code for _name, code in OTHERS))}
    assert codes <= set(words.REASONS)
    for code in words.REASONS:
        assert words.REASONS[code], code


def test_what_went_before_a_refusal_is_kept(tmp_path: Path) -> None:
    report = inspected(tmp_path, PDFS["launch"][1], "certificate.pdf")
    assert [(one["step"], one["verdict"]) for one in report.findings] == [
        ("size", "passed"),
        ("type", "passed"),
        ("name", "passed"),
        ("pdf_readable", "passed"),
        ("pdf_active", "refused"),
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=400),
    start=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"II*\0"]),
)
def test_whatever_comes_there_is_a_verdict(tmp_path: Path, start: bytes, content: bytes) -> None:
    """Never a failure of ours, never a file that is fit without all of its steps."""
    report = inspected(tmp_path, start + content, "thing.pdf")
    assert report.findings[-1]["verdict"] in ("passed", "refused")
    assert not report.fit
    assert words.reason(report.findings[-1])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(min_value=1, max_value=len(a_pdf()) - 8))
def test_a_pdf_that_was_cut_anywhere_is_refused(tmp_path: Path, cut: int) -> None:
    assert verdict(inspected(tmp_path, a_pdf()[:cut], "certificate.pdf")) is not None


def test_the_environment_stays_outside_the_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_WORKER", "hidden")
    program = (
        "import json, os; print(json.dumps({'end': True, 'media_type': ','.join(sorted(os.environ)), 'pages': 1}))"
    )
    report = warden.run([sys.executable, "-c", program], warden.Limits())
    assert "SECRET" not in report.media_type
    assert set(report.media_type.split(",")) <= {"LANG", "LC_CTYPE", "PYTHONHASHSEED"}
