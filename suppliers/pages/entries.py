"""One line of the answer form: its fields as typed, what is wrong with them, and the answer they come to.

A field is ``line-<position>-<name>``; deliveries are ``line-<position>-quantity`` and ``line-<position>-date``, as
often as there are rows; ``line-<position>-files`` are files that were brought before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from documents.models import StoredFile
from portal.shared.errors import Fault
from portal.web import asked
from suppliers.actions.assessing import (
    ANSWERABLE,
    Corrected,
    Judged,
    LineAnswer,
    PromisedDelivery,
    SubstituteItem,
    Terms,
)
from suppliers.actions.earlier import Earlier
from suppliers.actions.last_time import LastTime
from suppliers.models import OrderLine
from suppliers.numbers import read_number, typed_number, write_number
from suppliers.queries.orders import LineDetail
from suppliers.states import AnswerKind, Correctable, Reason
from suppliers.tolerances import Delivery

MOST_ROWS = 52
WITH_DELIVERIES = (AnswerKind.CHANGED, AnswerKind.BACKORDERED, AnswerKind.SUBSTITUTED)
# name in the form: name in the answer, longest
OFFERED = {
    "offer": ("part_number", 100),
    "maker": ("manufacturer", 200),
    "mpn": ("manufacturer_part_number", 100),
    "offered": ("description", 300),
}


@dataclass
class Row:
    """One delivery as typed."""

    quantity: str = ""
    date: str = ""


@dataclass
class Entry:
    """One line of the form: what is typed, what is wrong with it, and what the policy says to it."""

    detail: LineDetail
    kind: str = ""
    """Empty: answered later."""
    revision: int = 0
    rows: list[Row] = field(default_factory=list)
    reason: str = ""
    comment: str = ""
    price: str = ""
    offer: dict[str, str] = field(default_factory=dict)
    """The item offered instead, by the names of ``OFFERED``."""
    part: str = ""
    """The supplier's own part number, where the order says none or another."""
    unit: str = ""
    holds: str = ""
    """The unit he sells in, and how many of the order's unit one of it holds."""
    files: list[str] = field(default_factory=list)
    """Keys of files."""
    shown: list[StoredFile] = field(default_factory=list)
    """Those of them that there are."""
    ticked: bool = False
    faults: dict[str, str] = field(default_factory=dict)
    """By place: ``quantity-1``, ``date-0``, ``reason``; an empty place is the line as such."""
    judged: Judged | None = None
    earlier: Earlier | None = None
    """What was promised before a revision reopened the line; filled in where it still fits."""
    repeats: LastTime | None = None
    """The earlier answer that it was filled in from."""
    changed_meanwhile: bool = False
    answerable: Collection[str] = ANSWERABLE

    @property
    def line(self) -> OrderLine:
        return self.detail.line

    @property
    def position(self) -> int:
        return self.line.position

    @property
    def prefix(self) -> str:
        return f"line-{self.position}"

    @property
    def open(self) -> bool:
        return self.line.state in self.answerable

    @property
    def has_deliveries(self) -> bool:
        return self.kind in WITH_DELIVERIES

    @property
    def says_more(self) -> bool:
        """Whether something is corrected or enclosed: then that part of the form stands open."""
        return bool(self.part or self.unit or self.holds or self.files)

    @property
    def verdict(self) -> str:
        return self.judged.verdict if self.judged else ""

    @property
    def total(self) -> Decimal | None:
        """The sum of what is typed, where it can be read."""
        try:
            return sum((read_number(row.quantity) for row in self.rows if row.quantity), Decimal(0))
        except ValueError:
            return None

    @property
    def rest(self) -> Decimal | None:
        """What is still to be promised of the ordered quantity."""
        total = self.total
        return self.line.quantity - total if total is not None and total < self.line.quantity else None

    def place(self, name: str) -> str:
        """The id of a field, for labels and for the links of the error summary."""
        return f"{self.prefix}-{name}" if name else self.prefix

    def take(self, data: QueryDict) -> None:
        """Fill it in as somebody typed it."""

        def text(name: str, longest: int = asked.LONGEST) -> str:
            return data.get(f"{self.prefix}-{name}", "")[:longest]

        self.kind = text("kind") if text("kind") in AnswerKind.values else ""
        stated = text("revision")
        self.revision = int(stated) if stated.isdecimal() else self.line.revision
        quantities = data.getlist(f"{self.prefix}-quantity")
        dates = data.getlist(f"{self.prefix}-date")
        rows = [Row(quantity[:40].strip(), date[:10]) for quantity, date in zip(quantities, dates, strict=False)]
        filled = [row for row in rows if row.quantity or row.date][:MOST_ROWS]
        self.rows = filled or rows[:1] or self.rows
        self.reason, self.comment, self.price = text("reason"), text("comment"), text("price").strip()
        self.offer = {name: text(name, longest).strip() for name, (_known, longest) in OFFERED.items()}
        self.part, self.unit, self.holds = text("part", 100).strip(), text("unit", 100).strip(), text("holds").strip()
        self.files = list(dict.fromkeys(data.getlist(f"{self.prefix}-files")))[:100]

    def answer(self, pointer: str, faults: list[Fault]) -> LineAnswer:
        """What it comes to. What is no number, no date or no file is added to ``faults``."""
        kind = AnswerKind(self.kind)
        promises = []
        if self.has_deliveries:
            promises = [_promise(row, f"{pointer}/promises/{index}", faults) for index, row in enumerate(self.rows)]
        offered = None
        if kind is AnswerKind.SUBSTITUTED:
            offered = SubstituteItem(**{known: self.offer.get(name, "") for name, (known, _most) in OFFERED.items()})
        return LineAnswer(
            line=self.line.pk,
            revision=self.revision,
            kind=kind,
            promises=tuple(promises),
            reason="" if kind is AnswerKind.ACCEPTED else self.reason,
            comment=self.comment,
            price=typed_number(self.price, f"{pointer}/price", faults) if self.price and self.has_deliveries else None,
            substitute=offered,
            corrections=tuple(self._corrections(pointer, faults)),
            files=tuple(keys_of(self.files, f"{pointer}/files", faults)),
        )

    def _corrections(self, pointer: str, faults: list[Fault]) -> Iterable[Corrected]:
        index = 0
        if self.part:
            yield Corrected(Correctable.PART_NUMBER, self.part)
            index = 1
        if self.unit or self.holds:
            factor = typed_number(self.holds, f"{pointer}/corrections/{index}/factor", faults) if self.holds else None
            yield Corrected(Correctable.UNIT, self.unit, factor)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Each fault with the id of its field."""
        return [(message, self.place(name)) for name, message in self.faults.items()]

    def name_of(self, parts: Sequence[str]) -> str:
        """The field that a pointer below ``/lines/n`` means."""
        if len(parts) == 3 and parts[0] == "promises":
            return f"{parts[2]}-{parts[1]}"
        if parts and parts[0] == "promises":
            return "quantity-0"
        if len(parts) == 3 and parts[0] == "corrections":
            of_the_unit = not self.part or parts[1] == "1"
            return ("holds" if parts[2] == "factor" else "unit") if of_the_unit else "part"
        if parts and parts[0] == "substitute":
            return "offer"
        return parts[0] if parts and parts[0] in ("reason", "price", "files") else ""

    def as_ordered(self, terms: Terms) -> None:
        """The deliveries that accepting the line as it stands would promise."""
        self.rows = _rows(terms.as_ordered(self.detail.schedule)) or [Row()]

    def as_earlier(self, earlier: Earlier, terms: Terms) -> None:
        """What was promised before a revision, with its verdict: it has just been judged."""
        self.kind = AnswerKind.CHANGED
        self.rows = [
            Row(write_number(one.quantity), one.date.isoformat() if one.date else "") for one in earlier.carried
        ]
        self.reason = earlier.answer.reason or Reason.OTHER
        self.judged = Judged(self.line, self.answer("", []), earlier.carried, (), terms.policy)

    def as_last_time(self, last: LastTime) -> None:
        """What was said when the item was last ordered. Words of then are not said again."""
        said = last.answer
        self.repeats, self.ticked = last, False
        self.kind, self.reason = said.kind, said.reason
        if said.promises:
            self.rows = _rows(said.promises)
        self.price = write_number(said.price)
        if said.substitute is not None:
            self.offer = {name: getattr(said.substitute, known) for name, (known, _most) in OFFERED.items()}


def keys_of(texts: Sequence[str], pointer: str, faults: list[Fault]) -> Iterable[UUID]:
    """The keys of files as a form carries them."""
    for index, text in enumerate(texts):
        try:
            yield UUID(text)
        except ValueError:
            faults.append(Fault("unknown_file", _("There is no such file."), f"{pointer}/{index}"))


def _rows(deliveries: Iterable[Delivery | PromisedDelivery]) -> list[Row]:
    return [Row(write_number(one.quantity), one.date.isoformat() if one.date else "") for one in deliveries]


def _promise(row: Row, pointer: str, faults: list[Fault]) -> PromisedDelivery:
    quantity = typed_number(row.quantity, f"{pointer}/quantity", faults) if row.quantity else None
    date = None
    try:
        date = dt.date.fromisoformat(row.date) if row.date else None
    except ValueError:
        faults.append(Fault("date", _("“%(text)s” is not a date.") % {"text": row.date}, f"{pointer}/date"))
    return PromisedDelivery(quantity or Decimal(0), date)
