"""Columns that were moved, renamed, taken out or doubled; whose a sheet is; how one looks that is given out."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import Workbook

from documents.inspection.subject import Unfit
from tests.sheets import told
from tests.suppliers.test_sheet_core import PLAN, a_sheet, after, back, codes, row_of


def test_columns_may_move_and_be_renamed() -> None:
    sheet = a_sheet().fill(3, count=3)
    sheet.sheet["E2"] = "How many"
    sheet.sheet.move_range("E1:E3", cols=10)
    sheet.sheet.insert_cols(2)
    contents = back(sheet)
    assert after(contents.rows[0]) == {"count": Decimal(3)}
    assert contents.rows[0].changes[0].at == "P3"
    assert contents.notes == ["Columns were moved; each was read where it stands now."]


def test_a_column_that_is_gone_is_said_and_one_that_is_needed_refused() -> None:
    sheet = a_sheet()
    sheet.sheet.delete_cols(8)
    contents = back(sheet)
    assert contents.notes == ["The column “Words” is gone: nothing was read from it."]
    assert contents.rows[0].changes == []
    sheet.sheet.delete_cols(5)
    refusal = back(sheet).refusal
    assert refusal is not None
    assert refusal.code == "column_missing"


def test_a_column_that_is_there_twice_is_refused() -> None:
    sheet = a_sheet()
    sheet.sheet["J1"] = "count"
    refusal = back(sheet).refusal
    assert refusal is not None
    assert refusal.code == "column_twice"
    assert "E and J" in refusal.message


def test_a_sheet_of_another_supplier_is_refused_whole() -> None:
    refusal = back(a_sheet(owner="borealis")).refusal
    assert refusal is not None
    assert refusal.code == "other_supplier"


def test_a_sheet_that_says_it_is_anothers_is_refused() -> None:
    sheet = a_sheet(owner="borealis")
    sheet.sheet["A1"] = sheet.sheet["A1"].value.replace("borealis", "acme")
    refusal = back(sheet).refusal
    assert refusal is not None
    assert refusal.code == "not_ours"


def test_a_key_of_another_supplier_opens_nothing() -> None:
    sheet, other = a_sheet(), a_sheet(owner="borealis")
    sheet["key", 3] = other["key", 3].value
    assert codes(row_of(sheet)) == {"A3": "key_changed"}


def test_the_sheet_is_found_wherever_it_stands_and_whatever_it_is_called() -> None:
    sheet = a_sheet().fill(3, count=3)
    sheet.sheet.title = "Mine"
    sheet.book.move_sheet("Mine", 1)
    sheet.book.create_sheet("First of all", 0).append(["Notes"])
    assert after(row_of(sheet)) == {"count": Decimal(3)}


def test_a_workbook_without_our_sheet_is_none_of_ours() -> None:
    book, stream = Workbook(), io.BytesIO()
    book.save(stream)
    with pytest.raises(Unfit, match="not_ours"):
        told(stream.getvalue(), PLAN)


def test_what_is_to_be_filled_in_is_open_and_offers_its_words() -> None:
    sheet = a_sheet()
    assert sheet.sheet.protection.sheet
    assert [sheet[name, 3].protection.locked for name in ("code", "count")] == [True, False]
    assert sheet.sheet.auto_filter.ref == "B2:H3"
    beyond = sheet.sheet.column_dimensions["I"]
    assert (beyond.max, beyond.protection.locked) == (16_384, False), "so that a whole row can be pasted below"
    assert sheet.sheet.row_dimensions[1].hidden
    assert sheet.sheet.column_dimensions["A"].hidden
    (rule,) = sheet.sheet.data_validations.dataValidation
    offered = sheet.book.worksheets[1]
    assert [cell.value for (cell,) in offered[str(rule.formula1).split("!")[1].replace("$", "")]] == [
        "Red, dark", "Blue",
    ]  # fmt: skip
    assert "D3" not in str(rule.sqref)


@pytest.mark.parametrize(("language", "look"), [("en", "d\\ mmm\\ yyyy"), ("de", "dd\\.mm\\.yyyy")])
def test_dates_look_as_the_reader_writes_them(language: str, look: str) -> None:
    assert a_sheet(language=language)["due", 3].number_format == look
