"""Orders from files: what is taken, what is mended, what is reported."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

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
