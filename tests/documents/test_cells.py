"""Cells are read in the limited process: whatever a workbook holds, the answer is its cells or one reason."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from documents.inspection import warden, words
from documents.inspection.warden import Limits, Read, SheetLimits
from tests.documents.made import a_pdf, a_workbook

MARK = "portal-sheet:test:1:"


def a_sheet(change: Callable[[str], str] = lambda xml: xml, rows: int = 3) -> bytes:
    """A workbook with a mark and some rows, its sheet's XML changed by hand."""
    book, out, changed = Workbook(), io.BytesIO(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append([MARK, "count"])
    for number in range(rows):
        sheet.append([f"row {number}", number])
    book.save(out)
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as into:
        for name in archive.namelist():
            content = archive.read(name)
            into.writestr(name, change(content.decode()) if name.endswith("sheet1.xml") else content)
    return changed.getvalue()


def read(tmp_path: Path, content: bytes, sheet: SheetLimits | None = None, **limits: float) -> Read:
    path = tmp_path / "content"
    path.write_bytes(content)
    return warden.read(path, mark=MARK, sheet=sheet, limits=Limits(**{"output": warden.MOST_READ, **limits}))  # type: ignore[arg-type]


def refused(found: Read) -> str:
    assert found.refusal is not None
    assert words.reason(found.refusal), "every refusal has its sentence"
    assert (found.sheet, found.rows) == ({}, [])
    return str(found.refusal["code"])


def put(cell: str) -> Callable[[str], str]:
    """In the place of the number in B2."""
    return lambda xml: re.sub(r'<c r="B2"[^>]*>.*?</c>', cell, xml)


def test_cells_are_told_row_by_row(tmp_path: Path) -> None:
    found = read(tmp_path, a_sheet())
    assert found.refusal is None
    assert found.rows[1] == {"row": 2, "hidden": False, "cells": {"A": ["t", "row 0"], "B": ["n", "0"]}}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', ["n", "2", "f"]),
        ('<c r="B2"><f>1+1</f></c>', ["t", "", "f"]),
        ('<c r="B2" t="str"><f t="shared" si="0"/><v>two</v></c>', ["t", "two", "f"]),
        ('<c r="B2" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', ["e", "#DIV/0!", "f"]),
        ('<c r="B2" t="b"><v>1</v></c>', ["b", "true"]),
        ('<c r="B2"><v>1e400</v></c>', ["n", "inf"]),
        ('<c r="B2" t="inlineStr"><is><t>=cmd|x</t></is></c>', ["t", "=cmd|x"]),
    ],
)
def test_each_kind_of_cell(tmp_path: Path, cell: str, said: list[str]) -> None:
    assert read(tmp_path, a_sheet(put(cell))).rows[1]["cells"]["B"] == said


def test_a_text_without_end_is_cut(tmp_path: Path) -> None:
    found = read(tmp_path, a_sheet(put(f'<c r="B2" t="inlineStr"><is><t>{"x" * 900_000}</t></is></c>')))
    assert len(found.rows[1]["cells"]["B"][1]) == 4_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "kills"),
        (b"PK\3\4 and no more", "kills"),
        (a_pdf(), "kills"),
        (a_workbook(), "not_ours"),
        (a_sheet(lambda xml: xml.replace("</sheetData>", "")), "kills"),
        (a_sheet(put('<c r="B2" t="s"><v>999999</v></c>')), "kills"),
        (a_sheet(lambda xml: xml.replace('<row r="2"', '<row r="two"')), "kills"),
        (a_sheet(lambda xml: xml.replace('<c r="A1"', '<c r="D1"').replace('r="B1"', 'r="AZZ1"', 1)), ""),
        (a_sheet(lambda xml: '<!DOCTYPE x [<!ENTITY a "b">]>' + xml), "kills"),
    ],
)
def test_what_is_no_sound_sheet_has_its_reason(tmp_path: Path, content: bytes, code: str) -> None:
    found = read(tmp_path, content)
    if code:
        assert refused(found) == code
    else:
        assert found.refusal is None


def test_a_workbook_without_the_mark_is_not_ours(tmp_path: Path) -> None:
    book, out = Workbook(), io.BytesIO()
    book.save(out)
    assert refused(read(tmp_path, out.getvalue())) == "not_ours"


def test_rows_and_text_are_counted(tmp_path: Path) -> None:
    assert refused(read(tmp_path, a_sheet(rows=40), SheetLimits(most_rows=40))) == "too_many_rows"
    assert read(tmp_path, a_sheet(rows=40), SheetLimits(most_rows=41)).refusal is None
    assert refused(read(tmp_path, a_sheet(rows=40), SheetLimits(most_said=1_000))) == "too_much_text"


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    last = '<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576"><v>1</v></c></row></sheetData>'
    found = read(tmp_path, a_sheet(lambda xml: xml.replace("</sheetData>", last)))
    assert found.refusal is None
    assert "XFD" not in found.rows[-1]["cells"]


def test_a_sheet_that_takes_for_ever_is_ended(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in range(10, 400_000))
    content = a_sheet(lambda xml: xml.replace("</sheetData>", rows + "</sheetData>"))
    assert refused(read(tmp_path, content, wall_seconds=2.0)) == "hangs"


def test_memory_is_limited(tmp_path: Path) -> None:
    big = put(f'<c r="B2" t="inlineStr"><is><t>{"x" * 60_000_000}</t></is></c>')
    assert refused(read(tmp_path, a_sheet(big), memory=150_000_000)) in ("memory", "kills")
