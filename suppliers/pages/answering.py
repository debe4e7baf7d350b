"""What somebody typed into the answer form: read once, kept as typed, turned into answers, shown again with verdicts.

A form field is ``line-<position>-<name>``; deliveries are ``line-<position>-quantity`` and ``line-<position>-date``, as
often as there are rows. Nothing typed is ever lost: a refusal shows the same form with the same words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.shared.errors import Fault, Invalid, Refused, Stale
from suppliers.actions.assessing import ANSWERABLE, Judged, LineAnswer, PromisedDelivery, Terms, preview
from suppliers.actions.earlier import Earlier
from suppliers.models import OrderLine, PurchaseOrder
from suppliers.pages.numbers import read_number, write_number
from suppliers.queries import LineDetail
from suppliers.states import AnswerKind, LineState, Reason, Verdict

MOST_ROWS = 52
LONGEST = 2000
_FIELD = re.compile(r"line-\d{1,6}-[a-z]{1,12}")
WITH_DELIVERIES = (AnswerKind.CHANGED, AnswerKind.BACKORDERED, AnswerKind.SUBSTITUTED)


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
    substitute: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    """By place: ``quantity-1``, ``date-0``, ``reason``; an empty place is the line as such."""
    judged: Judged | None = None
    earlier: Earlier | None = None
    """What was promised before a revision reopened the line; filled in where it still fits."""
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
    def verdict(self) -> str:
        return self.judged.verdict if self.judged else ""

    @property
    def total(self) -> Decimal | None:
        """The sum of what is typed, where it can be read."""
        try:
            return sum((read_number(row.quantity) for row in self.rows if row.quantity), Decimal(0))
        except ValueError:
            return None

    def place(self, name: str) -> str:
        """The id of a field, for labels and for the links of the error summary."""
        return f"{self.prefix}-{name}" if name else self.prefix


@dataclass
class Form:
    """The whole answer to one order."""

    order: PurchaseOrder
    terms: Terms
    entries: list[Entry]
    comment: str = ""
    source: str = ""
    source_note: str = ""
    source_fault: str = ""
    refusal: Refused | None = None

    @property
    def answered(self) -> list[Entry]:
        """What is sent: also a line that was answered elsewhere meanwhile, so that the act can refuse it in words."""
        return [entry for entry in self.entries if entry.kind]

    @property
    def ready(self) -> list[Entry]:
        """What this form can still send."""
        return [entry for entry in self.answered if entry.open]

    @property
    def open(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.open]

    @property
    def within(self) -> int:
        return sum(entry.verdict == Verdict.WITHIN for entry in self.answered)

    @property
    def outside(self) -> int:
        return sum(entry.verdict == Verdict.OUTSIDE for entry in self.answered)

    @property
    def incomplete(self) -> int:
        return len(self.ready) - self.within - self.outside

    @property
    def faults(self) -> list[tuple[str, str]]:
        """For the error summary: each fault with the id of its field."""
        of_the_whole = [(self.source_fault, "source")] if self.source_fault else []
        return of_the_whole + [
            (_("Line %(position)d: %(message)s") % {"position": entry.position, "message": message}, entry.place(name))
            for entry in self.entries
            for name, message in entry.faults.items()
        ]

    @classmethod
    def blank(
        cls,
        order: PurchaseOrder,
        lines: Iterable[LineDetail],
        terms: Terms,
        earlier: Mapping[UUID, Earlier] | None = None,
    ) -> Form:
        """As the page first shows it: every delivery filled in as ordered and nothing chosen yet, or what was promised
        before a revision, where that still fits.
        """
        form = cls(order, terms, [Entry(detail, revision=detail.line.revision) for detail in lines])
        for entry in form.open:
            entry.rows = as_ordered(entry, terms)
            entry.earlier = (earlier or {}).get(entry.line.pk)
            if entry.earlier and entry.earlier.fits and entry.earlier.differs:
                _propose(entry, entry.earlier, terms)
        return form

    @classmethod
    def typed(
        cls,
        order: PurchaseOrder,
        lines: Iterable[LineDetail],
        terms: Terms,
        data: QueryDict,
        earlier: Mapping[UUID, Earlier] | None = None,
    ) -> Form:
        """As somebody filled it in."""
        form = cls.blank(order, lines, terms, earlier)
        form.comment = data.get("comment", "")[:LONGEST]
        form.source = data.get("source", "")[:20]
        form.source_note = data.get("source_note", "")[:200]
        for entry in form.entries:
            if f"{entry.prefix}-revision" in data:
                _take(entry, data)
        return form

    def accept_all(self) -> None:
        for entry in self.open:
            if entry.line.state == "open":
                entry.kind = AnswerKind.ACCEPTED

    def answer_once(self) -> None:
        """What has its answer is not answered again from here, unless the buyer reopens it."""
        for entry in self.entries:
            entry.answerable = (LineState.OPEN,)

    def edit_rows(self, command: str) -> None:
        """The buttons of a page without script: ``add:3`` a delivery to line 3, ``remove:3:1`` its second one."""
        verb, *numbers = command.split(":")
        if not all(number.isdecimal() for number in numbers):
            return
        entry = next((one for one in self.open if numbers and one.position == int(numbers[0])), None)
        if entry is None:
            return
        if verb == "add" and len(entry.rows) < MOST_ROWS:
            entry.rows.append(Row(quantity=write_number(_rest(entry))))
        elif verb == "remove" and len(numbers) > 1 and int(numbers[1]) < len(entry.rows) > 1:
            del entry.rows[int(numbers[1])]

    def answers(self) -> tuple[LineAnswer, ...]:
        """What is to be sent. Raises :class:`Invalid` where something typed is no number or no date."""
        faults: list[Fault] = []
        answers = [_answer(entry, f"/lines/{index}", faults) for index, entry in enumerate(self.answered)]
        if faults:
            raise Invalid(_("Some answers are not complete."), faults=tuple(faults))
        return tuple(answers)

    def judge(self, at: dt.datetime) -> None:
        """Ask for the verdict of every answer that is complete; the others keep what is still missing."""
        readable, faulty = self.answered, set()
        try:
            answers = self.answers()
        except Invalid as refusal:
            faulty = self.place_faults(refusal)
            readable = [entry for index, entry in enumerate(self.answered) if index not in faulty]
            answers = tuple(_answer(entry, "", []) for entry in readable)
        for _attempt in range(2):
            if not answers:
                return
            try:
                judged = {one.line.pk: one for one in preview(self.order, answers, at)}
            except (Invalid, Stale) as refusal:
                faulty = self.place_faults(refusal, readable)
                readable = [entry for index, entry in enumerate(readable) if index not in faulty]
                answers = tuple(_answer(entry, "", []) for entry in readable)
            else:
                for entry in readable:
                    entry.judged = judged.get(entry.line.pk)
                return

    def refuse(self, refusal: Refused, sent: Sequence[UUID], at: dt.datetime) -> None:
        """Nothing of ``sent`` was taken: say so line by line, with everything typed still in the form.

        The form stands on the order as it is now, so that sending again answers what it says now.
        """
        self.refusal = refusal
        self.source_fault = next((fault.message for fault in refusal.faults if fault.pointer == "/source"), "")
        by_line = {entry.line.pk: entry for entry in self.entries}
        self.place_faults(refusal, [by_line[key] for key in sent if key in by_line])
        for entry in self.entries:
            entry.revision = entry.line.revision
        self.judge(at)

    def place_faults(self, refusal: Refused, among: Sequence[Entry] | None = None) -> set[int]:
        """Hang each fault on the field it points at; return which of the answers have one."""
        entries = self.answered if among is None else list(among)
        faulty: set[int] = set()
        for fault in refusal.faults:
            parts = fault.pointer.strip("/").split("/")
            if len(parts) < 2 or parts[0] != "lines" or int(parts[1]) >= len(entries):
                continue
            index = int(parts[1])
            faulty.add(index)
            entry = entries[index]
            entry.faults.setdefault(_name(parts[2:]), fault.message)
            if fault.code == "stale_line":
                entry.changed_meanwhile = True
        return faulty


def typed_fields(data: QueryDict) -> dict[str, list[str]]:
    """The fields of the form, for a draft: nothing else that a request may carry."""
    own = ("comment", "source", "source_note")
    return {name: texts for name, texts in data.lists() if name in own or _FIELD.fullmatch(name)}


def fields_of(typed: dict[str, list[str]]) -> QueryDict:
    """A draft as the form reads it."""
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, texts)
    return data


def as_ordered(entry: Entry, terms: Terms) -> list[Row]:
    """The deliveries that accepting the line as it stands would promise."""
    rows = [
        Row(write_number(delivery.quantity), delivery.date.isoformat() if delivery.date else "")
        for delivery in terms.as_ordered(entry.detail.schedule)
    ]
    return rows or [Row()]


def _take(entry: Entry, data: QueryDict) -> None:
    def text(name: str) -> str:
        return data.get(f"{entry.prefix}-{name}", "")[:LONGEST]

    entry.kind = text("kind") if text("kind") in AnswerKind.values else ""
    stated = text("revision")
    entry.revision = int(stated) if stated.isdecimal() else entry.line.revision
    quantities = data.getlist(f"{entry.prefix}-quantity")
    dates = data.getlist(f"{entry.prefix}-date")
    rows = [Row(quantity[:40].strip(), date[:10]) for quantity, date in zip(quantities, dates, strict=False)]
    filled = [row for row in rows if row.quantity or row.date][:MOST_ROWS]
    entry.rows = filled or rows[:1] or entry.rows
    entry.reason, entry.comment = text("reason"), text("comment")
    entry.price, entry.substitute = text("price").strip(), text("substitute")


def _propose(entry: Entry, earlier: Earlier, terms: Terms) -> None:
    """Fill in the earlier promise, with its verdict: it has just been judged."""
    entry.kind = AnswerKind.CHANGED
    entry.rows = [Row(write_number(one.quantity), one.date.isoformat() if one.date else "") for one in earlier.carried]
    entry.reason = earlier.answer.reason or Reason.OTHER
    entry.judged = Judged(entry.line, _answer(entry, "", []), earlier.carried, (), terms.policy)


def _answer(entry: Entry, pointer: str, faults: list[Fault]) -> LineAnswer:
    kind = AnswerKind(entry.kind)
    promises: list[PromisedDelivery] = []
    if kind in WITH_DELIVERIES:
        for index, row in enumerate(entry.rows):
            promises.append(_promise(row, f"{pointer}/promises/{index}", faults))
    price = None
    if entry.price and kind in WITH_DELIVERIES:
        try:
            price = read_number(entry.price)
        except ValueError:
            faults.append(Fault("number", _("“%(text)s” is not a number.") % {"text": entry.price}, f"{pointer}/price"))
    answers_with_words = kind is not AnswerKind.ACCEPTED
    return LineAnswer(
        line=entry.line.pk,
        revision=entry.revision,
        kind=kind,
        promises=tuple(promises),
        reason=entry.reason if answers_with_words else "",
        comment=entry.comment,
        price=price,
        substitute=entry.substitute if kind is AnswerKind.SUBSTITUTED else "",
    )


def _promise(row: Row, pointer: str, faults: list[Fault]) -> PromisedDelivery:
    quantity, date = Decimal(0), None
    try:
        quantity = read_number(row.quantity) if row.quantity else Decimal(0)
    except ValueError:
        message = _("“%(text)s” is not a number.") % {"text": row.quantity}
        faults.append(Fault("number", message, f"{pointer}/quantity"))
    try:
        date = dt.date.fromisoformat(row.date) if row.date else None
    except ValueError:
        faults.append(Fault("date", _("“%(text)s” is not a date.") % {"text": row.date}, f"{pointer}/date"))
    return PromisedDelivery(quantity, date)


def _name(parts: Sequence[str]) -> str:
    """The field of a pointer below ``/lines/n``."""
    if len(parts) == 3 and parts[0] == "promises":
        return f"{parts[2]}-{parts[1]}"
    if parts and parts[0] == "promises":
        return "quantity-0"
    return parts[0] if parts and parts[0] in ("reason", "substitute", "price") else ""


def _rest(entry: Entry) -> Decimal | None:
    """What is still to be promised of the ordered quantity."""
    total = entry.total
    return entry.line.quantity - total if total is not None and total < entry.line.quantity else None
