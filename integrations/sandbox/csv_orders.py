"""Real orders out of a CSV file: read, judged cell by cell, and released as confirmed purchase orders.

Nothing is dropped in silence. Each cell that could not be taken as it stands becomes a finding with its row, its
column, what it said and what was done about it.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
# A day outside these years is a slip of the pen, and no calendar can be counted on from there.
_YEARS = range(1900, 2200)
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark begins in the same way
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Line breaks and tabs are the spaces of a spreadsheet's cell; these are not.
_BREAKS = re.compile(r"[\x0b\x0c\x1c-\x1f\x85]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
LARGEST_FILE = 256 * 1024 * 1024
LARGEST_NUMBER = 1e9
LONGEST_TEXT = 1000
_SHOWN_TEXT = 200
_csv_limit = threading.Lock()


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
    """The text and its encoding: by its mark, else UTF-8 or UTF-16, else the Western European of old spreadsheets."""
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(codec), name
            except UnicodeDecodeError:
                break
    if b"\0" in raw[:2000]:  # Western text in UTF-16 is half zeros, on one side of each pair
        for codec, zeros in (("utf-16-le", raw[1:2000:2]), ("utf-16-be", raw[0:2000:2])):
            if zeros.count(0) * 10 >= len(zeros) * 9:
                try:
                    return raw.decode(codec), "UTF-16"
                except UnicodeDecodeError:
                    continue
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "cp1252"


def read(path: Path, mapping: Mapping[str, str] = DEFAULT_MAPPING) -> Batch:
    with path.open("rb") as stream:
        raw = stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise UnusableFileError(f"The file is larger than {LARGEST_FILE // 1024**2} MB.")
    return parse(raw, mapping)


def parse(raw: bytes, mapping: Mapping[str, str] = DEFAULT_MAPPING) -> Batch:
    """Judge every row and group the good ones by order number and vendor."""
    text, encoding = decoded(raw)
    if not text.strip("\0 \t\r\n"):
        raise UnusableFileError("The file is empty.")
    separator = _separator(text, mapping)
    judge = _Judge(mapping, decimal_comma=separator == ";")
    if encoding != "UTF-8":
        judge.note(1, "", encoding, f"file is not UTF-8; read as {encoding}")
    if separator != ",":
        judge.note(1, "", separator, f"file is not separated by commas; read with {_SEPARATORS[separator]}s")
    orders: dict[tuple[str, str], Order] = {}
    seen: set[str] = set()
    header: list[str] = []
    rows = 0
    for number, cells in _records(text, separator):
        if not header:
            header = [_clean(cell) for cell in cells or []]
            continue
        if cells == []:  # an empty line
            continue
        rows += 1
        if cells is None or len(cells) != len(header):
            count = str(len(cells)) if cells else ""
            judge.note(number, "", count, "row has not as many cells as the header; skipped", skipped=True)
            continue
        found = judge.row(number, dict(zip(header, cells, strict=True)), seen)
        if found is None:
            continue
        order, line = found
        kept = orders.setdefault((order.number, order.vendor.casefold()), order)
        kept.lines.append(line)
    _report_shared_numbers(orders, judge)
    return Batch(list(orders.values()), judge.findings, rows)


def _separator(text: str, mapping: Mapping[str, str]) -> str:
    """What stands between the cells: the one with which the header has every column that is needed."""
    wanted = {mapping[name] for name in REQUIRED if name in mapping}
    lacking: dict[str, list[str]] = {}
    for separator in _SEPARATORS:
        header = next((cells for _, cells in _records(text, separator) if cells), [])
        lacking[separator] = sorted(wanted.difference(map(_clean, header)))
        if not lacking[separator]:
            return separator
    fewest = min(lacking.values(), key=len)
    what = "is no text, or" if _CONTROLS.search(text[:2000]) else "is no CSV file, or"
    sentence = f"has no column {', '.join(map(repr, fewest))}"
    raise UnusableFileError(f"The file {what + ' ' if len(fewest) == len(wanted) else ''}{sentence}.")


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """The rows with the numbers that a spreadsheet gives them; a row that cannot be read is none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    while True:
        number += 1
        # The limit on a cell's length is one for the whole process; a file's own length is limit enough.
        with _csv_limit:
            before = csv.field_size_limit(len(text) + 1)
            try:
                cells = next(reader, None)
            except csv.Error:
                yield number, None
                continue
            finally:
                csv.field_size_limit(before)
        if cells is None:
            return
        yield number, cells


def _report_shared_numbers(orders: Mapping[tuple[str, str], Order], judge: _Judge) -> None:
    vendors = Counter(number for number, _ in orders)
    for number, count in vendors.items():
        if count > 1:
            judge.note(0, judge.mapping["order"], number, f"order number of {count} vendors; one order each")


class _Judge:
    """Reads cells and keeps the findings."""

    def __init__(self, mapping: Mapping[str, str], *, decimal_comma: bool = False) -> None:
        self.mapping = mapping
        self.decimal_comma = decimal_comma
        self.findings: list[Finding] = []

    def note(self, row: int, column: str, value: str, done: str, *, skipped: bool = False) -> None:
        self.findings.append(Finding(row, column, _shown(value), done, skipped))

    def row(self, number: int, cells: Mapping[str, str], seen: set[str]) -> tuple[Order, Line] | None:
        """One row as an order and a line of it, or nothing when it cannot be used."""
        text = {name: self._text(number, column, cells.get(column, "")) for name, column in self.mapping.items()}
        key = text.get("key", "")
        if key and key in seen:
            self.note(number, self.mapping["key"], key, "same key as an earlier row; skipped", skipped=True)
            return None
        seen.add(key)
        for name in ("order", "vendor", "item"):
            if not text[name] or text[name].upper() in ("N/A", "NA", "-"):
                self.note(number, self.mapping[name], text[name], "missing; row skipped", skipped=True)
                return None
            if len(text[name]) > LONGEST_TEXT:
                done = f"longer than {LONGEST_TEXT} characters; row skipped"
                self.note(number, self.mapping[name], text[name], done, skipped=True)
                return None
        quantity = self._number(number, "quantity", text)
        if quantity is None or round(quantity, 2) <= 0:
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

    def _text(self, row: int, column: str, cell: str) -> str:
        """A cell without what spreadsheets leave behind, and without what no database can keep."""
        if _CONTROLS.search(cell):
            self.note(row, column, cell, "control characters taken out")
            cell = _CONTROLS.sub("", _BREAKS.sub(" ", cell))
        return _clean(cell)

    def _number(self, row: int, name: str, text: Mapping[str, str]) -> float | None:
        cell = text.get(name, "").replace(" ", "")
        comma = _DECIMAL_COMMA.fullmatch(cell) and (self.decimal_comma or not _THOUSANDS.fullmatch(cell))
        value = _number(cell.replace(".", "").replace(",", ".") if comma else cell)
        if comma and value is not None:
            self.note(row, self.mapping[name], text[name], "comma read as the decimal point")
        return value

    def _price(self, row: int, text: Mapping[str, str], quantity: float) -> float:
        price = self._number(row, "price", text)
        if price is not None and price > 0:
            return price
        value = self._number(row, "value", text)
        if value and LARGEST_NUMBER >= round(value / quantity, 2) > 0:
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


def _shown(value: str) -> str:
    """A cell as a report can show it: control characters by their number, and no more of it than tells it apart."""
    cut = value if len(value) <= _SHOWN_TEXT else f"{value[:_SHOWN_TEXT]}… ({len(value)} characters)"
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", cut)


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", ""))
    except ValueError:
        return None
    return value if abs(value) <= LARGEST_NUMBER else None


def _date(cell: str) -> date | None:
    for shape in _DATE_FORMATS:
        try:
            day = datetime.strptime(cell, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if day.year in _YEARS else None
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
