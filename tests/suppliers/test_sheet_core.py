"""Sheets that come back, whatever they are about: what was changed, and what is wrong, cell by cell."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from suppliers.sheets.columns import Column, Head, Holds, Plan, Written
from suppliers.sheets.reading import Contents, Row
from suppliers.sheets.writing import workbook
from tests.sheets import Filled, read_back, told

COLOURS = [("red", "Red, dark"), ("blue", "Blue")]
PLAN = Plan(
    "things",
    "Things",
    (
        Column("code", "Code", needed=True),
        Column("place", "Place", Holds.NUMBER, needed=True),
        Column("made", "Made", Holds.DATE),
        Column("count", "Count", Holds.NUMBER, fill=True, needed=True),
        Column("due", "Due", Holds.DATE, fill=True),
        Column("colour", "Colour", Holds.CHOICE, fill=True, choices=COLOURS),
        Column("words", "Words", fill=True, longest=100),
    ),
)
DUE = dt.date(2027, 3, 10)
VALUES: dict[str, Any] = {
    "code": "A-1",
    "place": Decimal(1),
    "made": dt.date(2026, 1, 2),
    "count": Decimal("12.5"),
    "due": DUE,
}


def a_sheet(*rows: dict[str, Any], language: str = "en", owner: str = "acme") -> Filled:
    given = [Written(f"id-{index}", "1", {**VALUES, **row}) for index, row in enumerate(rows or ({},))]
    with override(language):
        return Filled(workbook(PLAN, Head(owner, language), given))


def back(sheet: Filled, owner: str = "acme") -> Contents:
    return read_back(sheet.saved, PLAN, owner)


def row_of(sheet: Filled) -> Row:
    contents = back(sheet)
    assert contents.refusal is None
    return contents.rows[0]


def after(row: Row) -> dict[str, Any]:
    return {change.column.name: change.after for change in row.changes}


def codes(row: Row) -> dict[str, str]:
    return {fault.at: fault.code for fault in row.faults}


def notes(row: Row) -> dict[str, str]:
    return {note.at: note.code for note in row.notes}


# --- What is written reads back ---------------------------------------------------------------------------------------

numbers = st.decimals(min_value=0, max_value=Decimal(10) ** 12, places=6)
dates = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 1, 1))
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(numbers, dates, st.sampled_from(["", "red", "blue"]), words, words, st.sampled_from(["en", "de"]))
def test_what_was_not_touched_is_no_change(
    count: Decimal, due: dt.date, colour: str, code: str, said: str, language: str
) -> None:
    sheet = a_sheet({"count": count, "due": due, "colour": colour, "code": code, "words": said}, language=language)
    row = row_of(sheet)
    assert (row.changes, row.faults, row.notes) == ([], [], [])
    assert row.key is not None
    assert (row.key.id, row.key.stand) == ("id-0", "1")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=5), dates)
def test_numbers_and_dates_that_are_typed_are_read_as_they_are(count: Decimal, due: dt.date) -> None:
    row = row_of(a_sheet().fill(3, count=count, due=due))
    assert row.faults == []
    assert after(row).get("count", VALUES["count"]) == count
    assert after(row).get("due", DUE) == due


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=2).filter(lambda one: one != VALUES["count"]),
    st.sampled_from(["en", "de"]),
)
def test_numbers_as_text_are_read_in_the_language_of_the_sheet(count: Decimal, language: str) -> None:
    text = f"{count:,.2f}"
    if language == "de":
        text = text.replace(",", "x").replace(".", ",").replace("x", ".")
    row = row_of(a_sheet(language=language).fill(3, count=text))
    assert after(row) == {"count": count}
    assert notes(row) == {"E3": "number_as_text"}


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("1.234,5", "de", "1234.5"),
        ("1.234,5", "en", "1234.5"),
        ("1,234.5", "de", "1234.5"),
        (" 40 ", "en", "40"),
        ("'40", "en", "40"),
        ("1 234,5", "de", "1234.5"),
    ],
)
def test_a_number_as_text_is_taken_and_said(text: str, language: str, meant: str) -> None:
    row = row_of(a_sheet(language=language).fill(3, count=text))
    assert after(row) == {"count": Decimal(meant)}
    assert notes(row) == {"E3": "number_as_text"}


def test_the_noise_of_a_spreadsheets_arithmetic_is_no_finer_number() -> None:
    assert after(row_of(a_sheet().fill(3, count=0.1 + 0.2))) == {"count": Decimal("0.3")}
    assert after(row_of(a_sheet().fill(3, count=1 / 3)))["count"] != Decimal("0.333333"), "that is really finer"


# --- Dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2027-04-03", dt.date(2027, 4, 3)),
        ("3.4.2027", dt.date(2027, 4, 3)),
        ("03.04.27", dt.date(2027, 4, 3)),
        ("25/04/2027", dt.date(2027, 4, 25)),
        ("04/25/2027", dt.date(2027, 4, 25)),
        ("05/05/2027", dt.date(2027, 5, 5)),
    ],
)
def test_a_date_as_text_is_taken_and_said(text: str, meant: dt.date) -> None:
    row = row_of(a_sheet().fill(3, due=text))
    assert after(row) == {"due": meant}
    assert notes(row) == {"F3": "date_as_text"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("03/04/2027", "date_ambiguous"),
        ("31.02.2027", "date"),
        ("soon", "date"),
        (46000, "number_for_date"),
        (dt.date(1900, 1, 5), "date_old"),
        (True, "date"),
    ],
)
def test_what_is_no_date_is_refused(value: Any, code: str) -> None:
    sheet = a_sheet().fill(3, due=value)
    if not isinstance(value, dt.date):
        sheet["due", 3].number_format = "General"
    row = row_of(sheet)
    assert codes(row) == {"F3": code}
    assert row.faults[0].pointer == "/rows/3/F"


def test_a_time_of_day_is_left_out_and_said() -> None:
    row = row_of(a_sheet().fill(3, due=dt.datetime(2027, 4, 3, 14, 30)))
    assert (after(row), notes(row)) == ({"due": dt.date(2027, 4, 3)}, {"F3": "time_dropped"})


def test_day_and_month_the_wrong_way_round_are_said() -> None:
    row = row_of(a_sheet({"due": dt.date(2027, 3, 10)}).fill(3, due=dt.date(2027, 10, 3)))
    assert notes(row) == {"F3": "swapped"}
    assert "Sun 3 Oct 2027" in row.notes[0].message
    assert "Wed 10 Mar 2027" in row.notes[0].message
    assert notes(row_of(a_sheet().fill(3, due=dt.date(2027, 4, 3)))) == {}, "near, and meant"
    assert notes(row_of(a_sheet().fill(3, due=dt.date(2027, 10, 25)))) == {}, "far, and no month is the 25th"


def test_a_file_that_counts_from_1904_means_the_dates_it_shows() -> None:
    sheet = a_sheet().fill(3, due=dt.date(2027, 4, 3))
    sheet.book.epoch = CALENDAR_MAC_1904
    contents = back(sheet)
    assert after(contents.rows[0]) == {"due": dt.date(2027, 4, 3)}
    assert contents.rows[0].faults == [], "locked dates, too"
    assert "1904" in contents.notes[0]


# --- Other cells ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_of_excel_is_refused_by_its_name(error: str) -> None:
    sheet = a_sheet()
    sheet["count", 3] = error
    sheet["count", 3].data_type = "e"
    row = row_of(sheet)
    assert codes(row) == {"E3": "excel_error"}
    assert error in row.faults[0].message


def test_a_formula_counts_by_its_last_result() -> None:
    sheet = a_sheet().fill(3, count="=10+5")
    assert codes(row_of(sheet)) == {"E3": "formula_empty"}, "as written by a program that does not calculate"
    entry = told(sheet.saved, PLAN)
    entry[1][2]["cells"]["E"] = ["n", "15", "f"]
    from suppliers.sheets.reading import read

    row = read(PLAN, "acme", *entry).rows[0]
    assert (after(row), notes(row)) == ({"count": Decimal(15)}, {"E3": "formula"})


def test_an_array_formula_without_result_is_refused() -> None:
    sheet = a_sheet()
    sheet.sheet["E3"] = ArrayFormula("E3", "=SUM(A1:A2*2)")
    assert codes(row_of(sheet)) == {"E3": "formula_empty"}


@pytest.mark.parametrize(
    ("name", "value", "look", "code"),
    [
        ("count", "a lot", None, "number"),
        ("count", 0.5, "0%", "percent"),
        ("count", dt.date(2027, 5, 1), "dd.mm.yyyy", "date_for_number"),
        ("count", True, None, "number"),
        ("colour", "Green", None, "unknown_colour"),
        ("words", "x" * 101, None, "too_long"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(name: str, value: Any, look: str | None, code: str) -> None:
    sheet = a_sheet().fill(3, **{name: value})
    if look:
        sheet[name, 3].number_format = look
    assert codes(row_of(sheet)) == {sheet.at(name, 3): code}


@pytest.mark.parametrize("said", ["Blue", "blue", " BLUE ", "Blue\u00a0"])
def test_a_choice_is_taken_however_it_is_written(said: str) -> None:
    assert after(row_of(a_sheet().fill(3, colour=said))) == {"colour": "blue"}


def test_spaces_are_left_out_and_said() -> None:
    row = row_of(a_sheet().fill(3, words=" as agreed  "))
    assert (after(row), notes(row)) == ({"words": "as agreed"}, {"H3": "spaces"})


def test_an_emptied_cell_is_a_change() -> None:
    assert after(row_of(a_sheet().fill(3, count=None))) == {"count": None}


def test_hidden_rows_and_columns_are_taken_and_said() -> None:
    sheet = a_sheet({}, {}).fill(3, count=1).fill(4, words="x")
    sheet.sheet.row_dimensions[3].hidden = True
    sheet.sheet.column_dimensions["H"].hidden = True
    first, second = back(sheet).rows
    assert (after(first), notes(first)) == ({"count": Decimal(1)}, {"3": "hidden_row"})
    assert notes(second) == {"H4": "hidden_column"}


def test_merged_cells_are_refused_row_by_row() -> None:
    sheet = a_sheet({}, {}, {})
    sheet.sheet.merge_cells("E4:E5")
    assert [codes(row) for row in back(sheet).rows] == [{}, {"4": "merged"}, {"5": "merged"}]


# --- Rows -------------------------------------------------------------------------------------------------------------


def test_a_sheet_may_be_sorted_and_its_rows_deleted() -> None:
    sheet = a_sheet({"code": "A"}, {"code": "B"}, {"code": "C"}).fill(5, count=3)
    values = [[cell.value for cell in sheet.sheet[number]] for number in (5, 3)]
    sheet.sheet.delete_rows(3, 3)
    for row in values:
        sheet.sheet.append(row)
    first, second = back(sheet).rows
    assert (first.number, first.key and first.key.id, after(first)) == (3, "id-2", {"count": Decimal(3)})
    assert (second.number, second.changes, second.faults) == (4, [], [])


def test_a_sheet_sorted_without_its_keys_is_refused_row_by_row() -> None:
    sheet = a_sheet({"code": "A", "place": Decimal(1)}, {"code": "B", "place": Decimal(2)})
    for name in ("code", "place", "count"):
        sheet[name, 3], sheet[name, 4] = sheet[name, 4].value, sheet[name, 3].value
    assert [codes(row) for row in back(sheet).rows] == [{"3": "mingled"}, {"4": "mingled"}]


def test_a_row_of_ones_own_and_a_changed_key_are_told_apart() -> None:
    sheet = a_sheet({}, {}, {})
    sheet.sheet.append([None, "A-9", 9, None, 5])
    sheet["key", 4] = sheet["key", 4].value.replace("id-1", "id-2")
    sheet["key", 5] = "x"
    assert [codes(row) for row in back(sheet).rows] == [
        {}, {"A4": "key_changed"}, {"A5": "key_changed"}, {"6": "no_key"},
    ]  # fmt: skip


def test_what_is_not_to_be_filled_in_must_stay() -> None:
    row = row_of(a_sheet().fill(3, made=dt.date(2026, 1, 3)))
    assert codes(row) == {"D3": "locked"}
    assert "Made" in row.faults[0].message
    assert codes(row_of(a_sheet().fill(3, code=" A-1 ", place="1"))) == {}, "spaces and a number as text are no change"
