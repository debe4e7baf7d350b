"""Orders from files: what is taken, what is mended, what is reported."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.sandbox import csv_orders, releasing, seed
from integrations.sandbox.__main__ import main
from integrations.sandbox.store import Store

HEADER = list(csv_orders.DEFAULT_MAPPING.values())
GOOD = {
    "PO / SO #": "SCMS-1", "Vendor": "Some Vendor", "Item Description": "Kit, 20 Tests", "Line Item Quantity": "20",
    "Pack Price": "40", "Line Item Value": "800", "Scheduled Delivery Date": "08-Jan-07",
    "PO Sent to Vendor Date": "11/30/06", "PQ First Sent to Client Date": "Pre-PQ Process", "Vendor INCO Term": "EXW",
    "ID": "1",
}  # fmt: skip


def a_file(*rows: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    lines = [",".join(f'"{name}"' for name in HEADER)]
    lines += [",".join('"{}"'.format(({**GOOD, "ID": str(n)} | row)[name]) for name in HEADER)
              for n, row in enumerate(rows, 1)]  # fmt: skip
    return "\r\n".join(lines).encode(encoding)


def findings(batch: csv_orders.Batch) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column, finding.done) for finding in batch.findings]


def test_rows_become_lines_of_an_order_per_number_and_vendor() -> None:
    batch = csv_orders.parse(a_file({}, {"Item Description": "Other"}, {"PO / SO #": "SCMS-2"}, {"Vendor": "Another"}))
    assert [(order.number, order.vendor, len(order.lines)) for order in batch.orders] == [
        ("SCMS-1", "Some Vendor", 2), ("SCMS-2", "Some Vendor", 1), ("SCMS-1", "Another", 1),
    ]  # fmt: skip
    assert findings(batch) == [(0, "PO / SO #", "order number of 2 vendors; one order each")]
    order = batch.orders[0]
    assert (order.ordered, order.incoterm) == (date(2006, 11, 30), "EXW")
    assert order.lines[0] == csv_orders.Line("Kit, 20 Tests", 20.0, 40.0, date(2007, 1, 8))


BAD: list[tuple[dict[str, str], str, str]] = [
    ({"PO / SO #": ""}, "PO / SO #", "missing; row skipped"),
    ({"Vendor": "N/A"}, "Vendor", "missing; row skipped"),
    ({"Line Item Quantity": "See remarks"}, "Line Item Quantity", "no quantity above zero; row skipped"),
    ({"Line Item Quantity": "0"}, "Line Item Quantity", "no quantity above zero; row skipped"),
    ({"Line Item Quantity": "nan"}, "Line Item Quantity", "no quantity above zero; row skipped"),
    ({"Scheduled Delivery Date": "Date Not Captured"}, "Scheduled Delivery Date", "no date; row skipped"),
]


@pytest.mark.parametrize(("change", "column", "done"), BAD, ids=[f"{column}-{done}" for _, column, done in BAD])
def test_rows_that_cannot_be_used(change: dict[str, str], column: str, done: str) -> None:
    batch = csv_orders.parse(a_file({"PO / SO #": "SCMS-9"}, change))
    assert findings(batch) == [(3, column, done)]
    assert (batch.rows, batch.skipped, batch.lines) == (2, 1, 1)


MENDED: list[tuple[dict[str, str], str, str]] = [
    ({"Pack Price": "0"}, "Pack Price", "no price; taken from the line's value"),
    ({"Pack Price": "", "Line Item Value": "0.01"}, "Pack Price", "no price; released at 0.00"),
    ({"Vendor INCO Term": "N/A - From RDC"}, "Vendor INCO Term", "no Incoterm; left empty"),
    ({"PO Sent to Vendor Date": "Date Not Captured"}, "PO Sent to Vendor Date",
     "no date; set 30 days before the due date"),
    ({"PO Sent to Vendor Date": "", "PQ First Sent to Client Date": "12/1/06"}, "PO Sent to Vendor Date",
     "no date; taken from the request's date"),
    ({"PO Sent to Vendor Date": "3/20/07"}, "PO Sent to Vendor Date", "after the due date; kept"),
    ({"PO Sent to Vendor Date": "2007-02-01"}, "PO Sent to Vendor Date", "after the due date; day and month exchanged"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "done"), MENDED, ids=[done for *_, done in MENDED])
def test_cells_that_are_mended(change: dict[str, str], column: str, done: str) -> None:
    batch = csv_orders.parse(a_file(change))
    assert findings(batch) == [(2, column, done)]
    assert batch.lines == 1


def test_a_price_from_the_value() -> None:
    assert csv_orders.parse(a_file({"Pack Price": "-"})).orders[0].lines[0].price == 40.0


def test_a_key_given_twice_counts_once() -> None:
    batch = csv_orders.parse(a_file({"ID": "7"}, {"ID": "7"}))
    assert findings(batch) == [(3, "ID", "same key as an earlier row; skipped")]


def test_a_row_of_another_length() -> None:
    batch = csv_orders.parse(a_file({}) + b"\r\nonly,three,cells")
    assert findings(batch) == [(3, "", "row has not as many cells as the header; skipped")]


def test_spaces_and_marks_do_not_make_another_vendor() -> None:
    batch = csv_orders.parse(a_file({"Vendor": " Some\u00a0 Vendor "}, {"Vendor": "SOME VENDOR"}))
    assert len(batch.orders) == 1


def test_a_file_in_the_encoding_of_old_spreadsheets() -> None:
    batch = csv_orders.parse(a_file({"Vendor": "Aço Forjado"}, encoding="cp1252"))
    assert batch.orders[0].vendor == "Aço Forjado"
    assert findings(batch) == [(1, "", "file is not UTF-8; read as cp1252")]


def test_a_file_without_the_columns() -> None:
    with pytest.raises(csv_orders.UnusableFileError, match="'Vendor'"):
        csv_orders.parse(b"a,b\r\n1,2")


def test_dates_are_moved_together() -> None:
    rows = ({}, {"PO / SO #": "SCMS-2", "Scheduled Delivery Date": "18-Jan-07"})
    early, late = csv_orders.shifted(csv_orders.parse(a_file(*rows)).orders, date(2030, 3, 1), 90)
    assert late.lines[0].due == date(2030, 5, 30)
    assert (late.lines[0].due - early.lines[0].due).days == 10
    assert (early.lines[0].due - early.ordered).days == 39


def test_orders_are_released_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, report = tmp_path / "orders.csv", tmp_path / "report.csv"
    file.write_bytes(a_file({}, {"Item Description": "Other"}, {"PO / SO #": "SCMS-2", "Pack Price": "x"}))
    words = ["load_orders", str(file), "--state", str(tmp_path / "state"), "--report", str(report)]
    assert main(words) == 0
    assert "2 orders with 3 lines released" in capsys.readouterr().out
    assert main(words) == 0
    assert "0 orders with 0 lines released" in capsys.readouterr().out
    with report.open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["row"], row["column"], row["value"]) for row in rows] == [("4", "Pack Price", "x")]
    store = Store(tmp_path / "state")
    with store.transaction(write=False) as connection:
        sql = "SELECT name, state, date_planned FROM purchase_order WHERE name LIKE 'SCMS%' ORDER BY name"
        assert [tuple(row) for row in connection.execute(sql)] == [
            ("SCMS-1", "purchase", "2007-01-08 12:00:00.000000"), ("SCMS-2", "purchase", "2007-01-08 12:00:00.000000"),
        ]  # fmt: skip


def test_another_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("Bestellung,Lieferant,Artikel,Menge,Termin\nB-1,Gießerei Nord,Laufrad,5,24.12.2030\n")
    pairs = {"order": "Bestellung", "vendor": "Lieferant", "item": "Artikel", "quantity": "Menge", "due": "Termin"}
    mapping = [word for name, column in pairs.items() for word in ("--mapping", f"{name}={column}")]
    assert main(["load_orders", str(file), "--state", str(tmp_path / "state"), *mapping]) == 0
    assert "1 orders with 1 lines released" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--mapping", "nonsense"], ["--warehouse", "NIX"]])
def test_wrong_words_are_refused(tmp_path: Path, words: list[str]) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(a_file({}))
    assert main(["load_orders", str(file), "--state", str(tmp_path / "state"), *words]) != 0


def test_a_missing_file(tmp_path: Path) -> None:
    assert main(["load_orders", str(tmp_path / "none.csv"), "--state", str(tmp_path)]) == 1


def test_orders_load_beside_a_running_server(tmp_path: Path) -> None:
    """Another process, as far as the store is concerned: a connection of its own."""
    store = Store(tmp_path)
    seed.fill_if_empty(store)
    done = releasing.release(Store(tmp_path), csv_orders.parse(a_file({})).orders)
    assert (done.orders, done.lines, done.vendors, done.items) == (1, 1, 1, 1)


# Files as they come


@pytest.mark.parametrize(
    ("change", "done"),
    [
        ({"Scheduled Delivery Date": "0001-01-01", "PO Sent to Vendor Date": ""}, "no date; row skipped"),
        ({"Scheduled Delivery Date": "9999-12-31"}, "no date; row skipped"),
        ({"Item Description": "x" * 200_000}, "longer than 1000 characters; row skipped"),
        ({"Line Item Quantity": "1e300"}, "no quantity above zero; row skipped"),
        ({"Line Item Quantity": "0.001"}, "no quantity above zero; row skipped"),
    ],
    ids=["first-day", "last-day", "long-cell", "vast", "tiny"],
)
def test_one_bad_cell_costs_its_row_only(change: dict[str, str], done: str) -> None:
    batch = csv_orders.parse(a_file({}, change, {"PO / SO #": "SCMS-3"}))
    assert [(finding.row, finding.done, finding.skipped) for finding in batch.findings] == [(3, done, True)]
    assert [order.number for order in batch.orders] == ["SCMS-1", "SCMS-3"]
    assert len(batch.findings[0].value) < 300


def test_a_long_cell_that_nobody_asked_for_costs_nothing() -> None:
    text = a_file({}).decode("utf-8-sig").replace("\r\n", ',"x"\r\n', 1) + f',"{"x" * 200_000}"'
    assert csv_orders.parse(text.encode()).lines == 1


@pytest.mark.parametrize(("mark", "left"), [("\0", ""), ("\x07", ""), ("\x0b", " "), ("\x9f", ""), ("\ufeff", "")])
def test_control_characters_are_taken_out(mark: str, left: str) -> None:
    batch = csv_orders.parse(a_file({"Vendor": f"Some{mark}Vendor"}))
    assert batch.orders[0].vendor == f"Some{left}Vendor"
    assert findings(batch) == [(2, "Vendor", "control characters taken out")]
    assert mark not in batch.findings[0].value


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_other_separators(separator: str, name: str) -> None:
    text = a_file({"Item Description": "Kit"}).decode("utf-8-sig").replace('","', f'"{separator}"')
    batch = csv_orders.parse(text.encode())
    assert batch.lines == 1
    assert findings(batch) == [(1, "", f"file is not separated by commas; read with {name}")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_files_of_two_bytes_a_letter(encoding: str) -> None:
    batch = csv_orders.parse(a_file({"Vendor": "Gießerei"}, encoding="utf-8").decode().encode(encoding))
    assert batch.orders[0].vendor == "Gießerei"
    assert findings(batch) == [(1, "", f"file is not UTF-8; read as {encoding[:6].upper()}")]


@pytest.mark.parametrize(
    ("separator", "cell", "quantity", "mended"),
    [
        (",", "1,234", 1234.0, False), (",", "12,5", 12.5, True), (",", "1,234.5", 1234.5, False),
        (";", "1,234", 1.234, True), (";", "1.234,5", 1234.5, True), (";", "12.5", 12.5, False),
    ],
)  # fmt: skip
def test_decimal_commas(separator: str, cell: str, quantity: float, mended: bool) -> None:
    text = a_file({"Line Item Quantity": cell}).decode("utf-8-sig").replace('","', f'"{separator}"')
    batch = csv_orders.parse(text.encode())
    assert batch.orders[0].lines[0].quantity == quantity
    done = [finding.done for finding in batch.findings if finding.row == 2]
    assert done == (["comma read as the decimal point"] if mended else [])


def test_empty_lines_keep_the_numbers_of_the_others() -> None:
    lines = a_file({}, {"Vendor": ""}).split(b"\r\n")
    batch = csv_orders.parse(b"\r\n".join([lines[0], lines[1], b"", lines[2]]))
    assert (findings(batch), batch.rows) == ([(4, "Vendor", "missing; row skipped")], 2)


@pytest.mark.parametrize(
    "raw", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b"\xff\xfe", b"\0\0\0", b"\x89PNG\r\n\x1a\n\0\0", b'"']
)
def test_files_that_are_none(raw: bytes) -> None:
    with pytest.raises(csv_orders.UnusableFileError):
        csv_orders.parse(raw)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_bytes(tail: bytes, separator: str, encoding: str) -> None:
    """After a good header anything may come: what is no line of an order is a finding with a row of its own."""
    for raw in (tail, separator.join(HEADER).encode(encoding) + "\r\n".encode(encoding)[:2] + tail):
        try:
            batch = csv_orders.parse(raw)
        except csv_orders.UnusableFileError:
            continue
        assert batch.rows == batch.lines + batch.skipped
        assert all(finding.row >= 2 for finding in batch.findings if finding.skipped)


CELLS = st.one_of(
    st.sampled_from([*GOOD.values(), "", "-1", "1e400", "nan", "١٢", "1_0", "0001-01-01", "31.12.9999", "2007-02-30"]),
    st.text(max_size=20),
    st.dates().map(str),
    st.floats().map(str),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, CELLS)), min_size=1, max_size=4), st.integers(0, 3650))
def test_any_cells(rows: list[dict[str, str]], ahead: int) -> None:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, HEADER)
    writer.writeheader()
    writer.writerows(rows)
    batch = csv_orders.parse(stream.getvalue().encode("utf-8", "replace"))
    assert batch.rows == len(rows) == batch.lines + batch.skipped
    csv_orders.shifted(batch.orders, date(2030, 3, 1), ahead)
    for order in batch.orders:
        assert "\0" not in order.number + order.vendor + "".join(line.item for line in order.lines)
        assert all(0 < line.quantity <= 1e9 and 0 <= line.price <= 1e9 for line in order.lines)


def loaded(tmp_path: Path, raw: bytes | None, *words: str) -> int:
    file = tmp_path / "orders.csv"
    if raw is not None:
        file.write_bytes(raw)
    try:
        return main(["load_orders", str(file), "--state", str(tmp_path / "state"), *words])
    except SystemExit as end:  # argparse says what is wrong with a word and leaves
        return int(str(end.code))


@pytest.mark.parametrize("raw", [b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04\x14\0\x06\0", None])
def test_a_file_that_cannot_be_used_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes | None
) -> None:
    assert loaded(tmp_path, raw) == 1
    said = capsys.readouterr().err
    assert "cannot be used" in said
    assert said.count("\n") == 1


def test_a_folder_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load_orders", str(tmp_path), "--state", str(tmp_path / "state")]) == 1
    assert capsys.readouterr().err == f"{tmp_path} cannot be used: Is a directory\n"


@pytest.mark.parametrize(
    "words", [["--days-ahead", "99999999"], ["--days-ahead", "-99999999"], ["--limit", "-1"], ["--limit", "0"]]
)
def test_numbers_out_of_bounds(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert loaded(tmp_path, a_file({}), "--shift-to-today", *words) == 2
    assert "must be" in capsys.readouterr().err


def test_a_port_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--port", "99999"])
    assert "must be from 0 to 65535" in capsys.readouterr().err


def test_the_report_is_there_whatever_comes_after(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    assert loaded(tmp_path, a_file({"Vendor": "So\0me"}), "--report", str(report), "--warehouse", "NIX") == 1
    assert "control characters taken out" in report.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert loaded(tmp_path, a_file({}), "--report", str(tmp_path / "none" / "report.csv")) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("state", ["file", "broken"])
def test_a_state_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], state: str) -> None:
    if state == "file":
        (tmp_path / "state").write_text("no directory")
    else:
        (tmp_path / "state").mkdir()
        (tmp_path / "state" / "sandbox.sqlite3").write_text("no database" * 100)
    assert loaded(tmp_path, a_file({})) == 1
    assert "state cannot be used" in capsys.readouterr().err


def test_everything_that_parses_can_be_released(tmp_path: Path) -> None:
    rows = (
        {"Line Item Quantity": "1000000000", "Pack Price": "1000000000"},
        {"Line Item Quantity": "0.01", "Pack Price": "", "Line Item Value": "1e7"},
        {"Scheduled Delivery Date": "1900-01-01", "PO Sent to Vendor Date": ""},
        {"Scheduled Delivery Date": "2199-12-31", "Item Description": "x" * 1000},
    )
    numbered = [{"PO / SO #": f"SCMS-{n}", **row} for n, row in enumerate(rows)]
    assert loaded(tmp_path, a_file(*numbered)) == 0
    assert loaded(tmp_path, a_file(*numbered), "--shift-to-today", "--days-ahead", "36500") == 0
