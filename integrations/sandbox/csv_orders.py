"""Real orders out of a CSV file: read, judged cell by cell, and released as confirmed purchase orders.

Nothing is dropped in silence. Each cell that could not be taken as it stands becomes a finding with its row, its
column, what it said and what was done about it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

# What an order needs, and the column of the USAID supply chain file ("SCMS") that has it.
DEFAULT_MAPPING: Mapping[str, str] = {
    "order": "PO / SO #",
    "vendor": "Vendor",
    "item": "Item Description",
    "quantity": "Line Item Quantity",
    "price": "Pack Price",
    "value": "Line Item Value",
    "due": "Scheduled Delivery Date",
    "ordered": "PO Sent to Vendor Date",
    "requested": "PQ First Sent to Client Date",
    "incoterm": "Vendor INCO Term",
    "key": "ID",
}
REQUIRED = frozenset({"order", "vendor", "item", "quantity", "due"})
_DATE_FORMATS = ("%d-%b-%y", "%m/%d/%y", "%Y-%m-%d", "%d-%b-%Y", "%m/%d/%Y", "%d.%m.%Y")
_LEAD = timedelta(days=30)


@dataclass(frozen=True)
class Finding:
    """A cell that was not taken as it stands. ``row`` counts as a spreadsheet does, the header being row 1."""

    row: int
    column: str
    value: str
    done: str
    skipped: bool = False


@dataclass(frozen=True)
class Line:
    item: str
    quantity: float
    price: float
    due: date


@dataclass
class Order:
    """Rows of one order number and one vendor."""

    number: str
    vendor: str
    ordered: date
    incoterm: str
    lines: list[Line] = field(default_factory=list)


@dataclass
class Batch:
    """What a file came to."""

    orders: list[Order]
    findings: list[Finding]
    rows: int

    @property
    def lines(self) -> int:
        return sum(len(order.lines) for order in self.orders)

    @property
    def skipped(self) -> int:
        return len({finding.row for finding in self.findings if finding.skipped})

    def summary(self) -> list[tuple[str, str, int]]:
        """How often each column was dealt with in each way."""
        counts = Counter((finding.column, finding.done) for finding in self.findings)
        return [(column, done, count) for (column, done), count in counts.most_common()]


class UnusableFileError(Exception):
    """The file is no CSV with the columns that the mapping names."""


def decoded(raw: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8 with or without a mark, else the Western European of old spreadsheets."""
    try:
        return raw.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "cp1252"


def read(path: Path, mapping: Mapping[str, str] = DEFAULT_MAPPING) -> Batch:
    return parse(path.read_bytes(), mapping)


def parse(raw: bytes, mapping: Mapping[str, str] = DEFAULT_MAPPING) -> Batch:
    """Judge every row and group the good ones by order number and vendor."""
    text, encoding = decoded(raw)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    present = set(reader.fieldnames or [])
    missing = sorted(mapping[name] for name in REQUIRED if mapping.get(name) not in present)
    if missing:
        raise UnusableFileError(f"The file has no column {', '.join(map(repr, missing))}.")
    judge = _Judge(mapping)
    if encoding != "utf-8":
        judge.note(1, "", encoding, "file is not UTF-8; read as cp1252")
    orders: dict[tuple[str, str], Order] = {}
    seen: set[str] = set()
    rows = 0
    for number, cells in enumerate(reader, 2):
        rows += 1
        found = judge.row(number, cells, seen)
        if found is None:
            continue
        order, line = found
        kept = orders.setdefault((order.number, order.vendor.casefold()), order)
        kept.lines.append(line)
    _report_shared_numbers(orders, judge)
    return Batch(list(orders.values()), judge.findings, rows)


def _report_shared_numbers(orders: Mapping[tuple[str, str], Order], judge: _Judge) -> None:
    vendors = Counter(number for number, _ in orders)
    for number, count in vendors.items():
        if count > 1:
            judge.note(0, judge.mapping["order"], number, f"order number of {count} vendors; one order each")


class _Judge:
    """Reads cells and keeps the findings."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self.mapping = mapping
        self.findings: list[Finding] = []

    def note(self, row: int, column: str, value: str, done: str, *, skipped: bool = False) -> None:
        self.findings.append(Finding(row, column, value, done, skipped))

    def row(self, number: int, cells: Mapping[str | None, str | None], seen: set[str]) -> tuple[Order, Line] | None:
        """One row as an order and a line of it, or nothing when it cannot be used."""
        if None in cells or None in cells.values():
            self.note(number, "", str(len(cells)), "row has not as many cells as the header; skipped", skipped=True)
            return None
        text = {name: _clean(cells.get(column)) for name, column in self.mapping.items()}
        key = text.get("key", "")
        if key and key in seen:
            self.note(number, self.mapping["key"], key, "same key as an earlier row; skipped", skipped=True)
            return None
        seen.add(key)
        for name in ("order", "vendor", "item"):
            if not text[name] or text[name].upper() in ("N/A", "NA", "-"):
                self.note(number, self.mapping[name], text[name], "missing; row skipped", skipped=True)
                return None
        quantity = _number(text["quantity"])
        if quantity is None or quantity <= 0:
            done = "no quantity above zero; row skipped"
            self.note(number, self.mapping["quantity"], text["quantity"], done, skipped=True)
            return None
        due = _date(text["due"])
        if due is None:
            self.note(number, self.mapping["due"], text["due"], "no date; row skipped", skipped=True)
            return None
        line = Line(text["item"], quantity, self._price(number, text, quantity), due)
        ordered = self._ordered(number, text, due)
        return Order(text["order"], text["vendor"], ordered, self._incoterm(number, text)), line

    def _price(self, row: int, text: Mapping[str, str], quantity: float) -> float:
        price = _number(text.get("price", ""))
        if price is not None and price > 0:
            return price
        value = _number(text.get("value", ""))
        if value and round(value / quantity, 2) > 0:
            self.note(row, self.mapping["price"], text["price"], "no price; taken from the line's value")
            return round(value / quantity, 2)
        self.note(row, self.mapping.get("price", ""), text.get("price", ""), "no price; released at 0.00")
        return 0.0

    def _ordered(self, row: int, text: Mapping[str, str], due: date) -> date:
        column, cell = self.mapping.get("ordered", ""), text.get("ordered", "")
        ordered = _date(cell)
        if ordered is None:
            ordered = _date(text.get("requested", ""))
            if ordered is not None and ordered <= due:
                self.note(row, column, cell, "no date; taken from the request's date")
                return ordered
            self.note(row, column, cell, "no date; set 30 days before the due date")
            return due - _LEAD
        if ordered > due:
            exchanged = _exchanged(ordered)
            if exchanged is not None and exchanged <= due:
                self.note(row, column, cell, "after the due date; day and month exchanged")
                return exchanged
            self.note(row, column, cell, "after the due date; kept")
        return ordered

    def _incoterm(self, row: int, text: Mapping[str, str]) -> str:
        cell = text.get("incoterm", "")
        if re.fullmatch(r"[A-Z]{3}", cell.upper()):
            return cell.upper()
        if cell:
            self.note(row, self.mapping["incoterm"], cell, "no Incoterm; left empty")
        return ""


def _clean(cell: str | None) -> str:
    """A cell without the spaces and control characters that spreadsheets leave behind."""
    return " ".join((cell or "").replace("\u00a0", " ").split())


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", ""))
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def _date(cell: str) -> date | None:
    for shape in _DATE_FORMATS:
        try:
            return datetime.strptime(cell, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _exchanged(day: date) -> date | None:
    """The other reading of a date whose day could be its month, the commonest slip between two notations."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else None


def item_number(description: str) -> str:
    """A stable number for an item that the file knows by its description only."""
    return f"X-{hashlib.sha256(description.casefold().encode()).hexdigest()[:8].upper()}"


def shifted(orders: Sequence[Order], today: date, ahead: int) -> list[Order]:
    """All dates moved by the same number of days, so that the latest due date lies ``ahead`` days from today.

    The distances between dates stay as they were, which is what the file is real for.
    """
    latest = max((line.due for order in orders for line in order.lines), default=today)
    by = today + timedelta(days=ahead) - latest
    return [
        replace(
            order,
            ordered=order.ordered + by,
            lines=[replace(line, due=line.due + by) for line in order.lines],
        )
        for order in orders
    ]


def write_report(path: Path, findings: Iterable[Finding]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row", "column", "value", "what was done", "row skipped"])
        for finding in findings:
            skipped = "yes" if finding.skipped else "no"
            writer.writerow([finding.row or "", finding.column, finding.value, finding.done, skipped])
