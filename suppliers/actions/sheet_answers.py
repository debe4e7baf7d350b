"""Answers to orders in a sheet: its columns, its rows, and what rows that came back answer. Reads only."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, Stale
from suppliers.actions.assessing import Judged, LineAnswer, PromisedDelivery, SubstituteItem, Terms, assess
from suppliers.models import OrderLine, PurchaseOrder, ScheduleLine, SheetUpload
from suppliers.queries.sheets import lines_of_order, lines_of_sheet
from suppliers.sheets.columns import Column, Head, Holds, Plan, Value, Written
from suppliers.sheets.reading import Contents, Row, Said, read
from suppliers.sheets.writing import workbook
from suppliers.states import SUPPLIER_REASONS, AnswerKind, DateBasis, Verdict
from suppliers.tolerances import basis_of

PROMISING = (AnswerKind.CHANGED, AnswerKind.BACKORDERED, AnswerKind.SUBSTITUTED)
ANSWERS = Plan(
    "answers",
    gettext_lazy("Order answers"),
    (
        Column("order", gettext_lazy("Order"), needed=True),
        Column("line", gettext_lazy("Line"), Holds.NUMBER, needed=True, width=7),
        Column("item", gettext_lazy("Item"), needed=True, width=16),
        Column("yours", gettext_lazy("Your number"), width=16),
        Column("name", gettext_lazy("Name"), width=32),
        Column("ordered", gettext_lazy("Ordered"), Holds.NUMBER),
        Column("unit", gettext_lazy("Unit"), width=9),
        Column("wanted", gettext_lazy("Wanted on"), Holds.DATE),
        Column("basis", gettext_lazy("Dates mean"), width=12),
        Column(
            "answer", gettext_lazy("Answer"), Holds.CHOICE, fill=True, choices=AnswerKind.choices, needed=True, width=26
        ),
        Column("quantity", gettext_lazy("Quantity you promise"), Holds.NUMBER, fill=True),
        Column("date", gettext_lazy("Date you promise"), Holds.DATE, fill=True),
        Column("reason", gettext_lazy("Reason"), Holds.CHOICE, fill=True, choices=SUPPLIER_REASONS, width=24),
        Column("price", gettext_lazy("Unit price"), Holds.NUMBER, fill=True),
        Column("offer", gettext_lazy("Substitute: part number"), fill=True, longest=100, width=20),
        Column("offered", gettext_lazy("Substitute: description"), fill=True, longest=300, width=28),
        Column("comment", gettext_lazy("Comment"), fill=True, width=36),
    ),
    (
        gettext_lazy(
            "Fill in the light yellow cells; the grey ones are the order's. Lines without an answer stay open."
        ),
        gettext_lazy(
            "Accept: leave quantity and date as they are. Change, backorder or substitute: say them, and why."
        ),
        gettext_lazy(
            "Several deliveries of one line: copy its whole row, paste it into the first empty row below, and put"
            " quantity and date of each delivery into its own row."
        ),
        gettext_lazy("You may sort, filter, hide or delete rows; keep whole rows together, with the hidden column A."),
        gettext_lazy("Then save and upload the file. You see what it comes to before anything is sent."),
    ),
)
# The field of an answer that a fault points at: the column it stands in.
COLUMN_OF = {
    "quantity": "quantity",
    "date": "date",
    "reason": "reason",
    "price": "price",
    "substitute": "offer",
    "promises": "quantity",
}


def plan_for(prices: bool) -> Plan:
    """The sheet of somebody who sees prices, or sees none."""
    return ANSWERS if prices else ANSWERS.without("price")


def answer_sheet(lines: Sequence[OrderLine], *, owner: str, language: str, prices: bool, at: dt.datetime) -> bytes:
    """The workbook with a row for every delivery that accepting these lines would promise."""
    return workbook(plan_for(prices), Head(owner, language), list(rows_of(answerable(lines, at))))


@dataclass(frozen=True)
class AnswerableLine:
    """A line with everything its rows are made of and measured with."""

    line: OrderLine
    terms: Terms

    @property
    def schedule(self) -> list[ScheduleLine]:
        return list(self.line.schedule.all())

    @property
    def stand(self) -> str:
        """What makes a row stale: a revision of the line, and an answer to it."""
        return f"{self.line.revision}.{self.line.said}"  # type: ignore[attr-defined]


def answerable(lines: Iterable[OrderLine], at: dt.datetime) -> list[AnswerableLine]:
    """Lines (``queries.sheets``) with the terms of their orders: two queries for each plant and kind of date."""
    known: dict[tuple[int, int, str], Terms] = {}
    found = []
    for line in lines:
        order = line.order
        place = (order.supplier_id, order.plant_id, basis_of(order.incoterm))
        if place not in known:
            known[place] = Terms.of(order, at)
        found.append(AnswerableLine(line, known[place]))
    return found


def rows_of(lines: Iterable[AnswerableLine]) -> Iterable[Written]:
    """The rows of lines, as they are given out."""
    for one in lines:
        line, terms = one.line, one.terms
        deliveries = terms.as_ordered(one.schedule)
        for turn, delivery in enumerate(deliveries or (None,)):
            yield Written(
                str(line.pk),
                one.stand,
                {
                    "order": line.order.number,
                    "line": Decimal(line.position),
                    "item": line.item_code,
                    "yours": line.supplier_item_code,
                    "name": line.item_name,
                    "ordered": line.quantity,
                    "unit": line.unit_name,
                    "wanted": delivery.date if delivery else line.requested_date,
                    "basis": str(DateBasis(terms.basis).label),
                    "quantity": delivery.quantity if delivery else line.quantity,
                    "date": delivery.date if delivery else None,
                    "price": line.price,
                },
                turn,
            )


@dataclass
class LineView:
    """What the rows of one line come to."""

    rows: list[Row]
    line: OrderLine | None = None
    answer: LineAnswer | None = None
    judged: Judged | None = None
    faults: list[Said] = field(default_factory=list)
    sent: bool = False
    """It went to the buyer from this sheet before."""

    @property
    def good(self) -> bool:
        """Whether it would be sent."""
        return self.judged is not None and not self.sent

    @property
    def within(self) -> bool:
        return self.judged is not None and self.judged.verdict == Verdict.WITHIN

    @property
    def notes(self) -> list[Said]:
        return [note for row in self.rows for note in row.notes]

    @property
    def numbers(self) -> str:
        """Of its rows in the sheet, for people."""
        return ", ".join(str(row.number) for row in self.rows)


@dataclass
class OrderView:
    """What happens to one order."""

    order: PurchaseOrder
    lines: list[LineView] = field(default_factory=list)

    @property
    def good(self) -> list[LineView]:
        return [one for one in self.lines if one.good]

    @property
    def answers(self) -> list[LineAnswer]:
        """What would be sent."""
        return [one.answer for one in self.good if one.answer is not None]


@dataclass
class Preview:
    """What sending a sheet would do, as things stand now."""

    contents: Contents
    orders: list[OrderView] = field(default_factory=list)
    strays: list[LineView] = field(default_factory=list)
    """Rows that belong to no line that could be answered."""
    untouched: int = 0
    """Lines that nothing was filled in for."""

    @property
    def lines(self) -> list[LineView]:
        return [*self.strays, *(line for order in self.orders for line in order.lines)]

    @property
    def good(self) -> list[LineView]:
        return [line for line in self.lines if line.good]

    @property
    def refused(self) -> list[LineView]:
        return [line for line in self.lines if line.faults and not line.sent]

    @property
    def sent(self) -> list[LineView]:
        return [line for line in self.lines if line.sent]

    @property
    def within(self) -> int:
        return sum(line.within for line in self.good)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every reason why a row is not taken, by its place in the sheet."""
        if self.contents.refusal is not None:
            return (self.contents.refusal,)
        return tuple(fault.fault for line in self.refused for fault in line.faults)


def preview_of(actor: Actor, upload: SheetUpload, at: dt.datetime, *, only: UUID | None = None) -> Preview:
    """What sending it would do now: the same rules as page and API. A bounded number of queries, whatever its rows.

    ``upload`` knows its supplier; ``only``: look at this order alone.
    """
    assert upload.reading is not None
    ids = lines_of_order(actor, only) if only else None
    owner = str(upload.supplier.public_id)
    contents = read(ANSWERS, owner, upload.reading["sheet"], upload.reading["rows"], ids)
    preview = Preview(contents)
    groups: dict[UUID, list[Row]] = defaultdict(list)
    for row in contents.rows:
        if row.key is None:
            preview.strays.append(LineView([row], faults=list(row.faults)))
        else:
            groups[UUID(row.key.id)].append(row)
    touched = {key: rows for key, rows in groups.items() if _touched(rows)}
    preview.untouched = len(groups) - len(touched)
    known = {one.line.pk: one for one in answerable(lines_of_sheet(actor, touched), at)}
    orders: dict[UUID, OrderView] = {}
    for key, rows in touched.items():
        one = known.get(key)
        if one is None:
            preview.strays.append(_unknown(rows))
            continue
        view = orders.setdefault(one.line.order_id, OrderView(one.line.order))
        view.lines.append(_line_view(one, rows, sent=str(key) in upload.sent_lines))
    preview.orders = sorted(orders.values(), key=lambda view: view.order.number)
    for view in preview.orders:
        _assess(actor, view, known, at)
    preview.strays.sort(key=lambda one: one.rows[0].number)
    return preview


def _touched(rows: Sequence[Row]) -> bool:
    """Whether anything is said. A row that was copied and left as it is says something, too."""
    return any(row.touched for row in rows) or _more_than_given(rows)


def _more_than_given(rows: Sequence[Row]) -> bool:
    """Whether rows were copied."""
    return len({row.key.turn for row in rows if row.key}) < len(rows)


def _unknown(rows: list[Row]) -> LineView:
    message = _("This line is no longer yours to answer: the order was taken back or cancelled.")
    rows[0].refuse("unknown_line", message)
    return LineView(rows, faults=[fault for row in rows for fault in row.faults])


def _line_view(one: AnswerableLine, rows: list[Row], *, sent: bool) -> LineView:
    view = LineView(rows, one.line, sent=sent)
    if sent:
        return view
    first = rows[0]
    assert first.key is not None
    if any(row.key and row.key.stand != one.stand for row in rows):
        if first.key.stand.split(".")[0] != str(one.line.revision):
            message = _("This line changed with revision %(revision)d, after the sheet was downloaded.")
            first.refuse("stale_line", message % {"revision": one.line.revision})
        else:
            message = _("Somebody answered this line after the sheet was downloaded. Look at it, or download anew.")
            first.refuse("stale_line", message)
    else:
        view.answer = _answer(one, rows)
    view.faults = [fault for row in rows for fault in row.faults]
    if view.faults:
        view.answer = None
    return view


def _answer(one: AnswerableLine, rows: Sequence[Row]) -> LineAnswer | None:
    """What the rows of a line say together. What they contradict themselves in is refused."""
    rows = sorted(rows, key=lambda row: (row.key.turn if row.key else 0, row.number))
    said = _agreed(rows, "answer", one)
    kind = AnswerKind(str(said)) if said else _meant(rows)
    if kind is None:
        rows[0].refuse("required", _("Choose an answer."), "answer")
        return None
    price, reason, comment = (_agreed(rows, name, one) for name in ("price", "reason", "comment"))
    offer, offered = _agreed(rows, "offer", one), _agreed(rows, "offered", one)
    changed = [change for row in rows for change in row.changes if change.column.name in ("quantity", "date")]
    promises: tuple[PromisedDelivery, ...] = ()
    if kind is AnswerKind.ACCEPTED:
        if changed or _more_than_given(rows):
            place = changed[0] if changed else None
            message = _("“Accept” takes quantity and date as ordered. Put them back, or choose “%(other)s”.")
            row = next((row for row in rows if place in row.changes), rows[-1])
            row.refuse(
                "accept_changed", message % {"other": AnswerKind.CHANGED.label}, place.column.name if place else ""
            )
    elif kind in PROMISING or any(change.after is not None for change in changed):
        promises = tuple(_promise(row) for row in rows)
        _refuse_copies(rows)
    return LineAnswer(
        line=one.line.pk,
        revision=one.line.revision,
        kind=kind,
        promises=promises,
        reason=str(reason or "") if kind is not AnswerKind.ACCEPTED else "",
        comment=str(comment or ""),
        price=price if isinstance(price, Decimal) and price != one.line.price else None,
        substitute=SubstituteItem(part_number=str(offer or ""), description=str(offered or ""))
        if kind is AnswerKind.SUBSTITUTED or offer or offered
        else None,
    )


def _agreed(rows: Sequence[Row], name: str, one: AnswerableLine) -> Value:
    """What the rows say that say something else than was given out; they must say the same."""
    said = {row.number: change for row in rows for change in row.changes if change.column.name == name}
    values = {number: change.after for number, change in said.items() if change.after is not None}
    if len({str(value) for value in values.values()}) > 1:
        title = next(iter(said.values())).column.title
        message = _("The rows %(rows)s are about one line, but differ in “%(title)s”.")
        facts = {"rows": ", ".join(map(str, values)), "title": title}
        next(row for row in rows if row.number == max(values)).refuse("rows_differ", message % facts, name)
    return next(iter(values.values()), None)


def _promise(row: Row) -> PromisedDelivery:
    quantity, date = row.values.get("quantity"), row.values.get("date")
    return PromisedDelivery(
        quantity if isinstance(quantity, Decimal) else Decimal(0), date if isinstance(date, dt.date) else None
    )


def _meant(rows: Sequence[Row]) -> AnswerKind | None:
    """Whoever writes another quantity, date or price and chooses no answer, changes the line."""
    if not _more_than_given(rows) and not any(
        change.column.name in ("quantity", "date", "price") for row in rows for change in row.changes
    ):
        return None
    kind = AnswerKind.CHANGED
    rows[0].note("answer_taken", _("No answer was chosen; it was read as “%(answer)s”.") % {"answer": kind.label})
    return kind


def _refuse_copies(rows: Sequence[Row]) -> None:
    """A row twice is a slip, not two deliveries of the same quantity on the same day."""
    seen: dict[Any, int] = {}
    for row in rows:
        values = (row.values.get("quantity"), row.values.get("date"))
        if values in seen:
            message = _("This row says the same as row %(row)d. Delete one, or change its quantity or date.")
            row.refuse("row_twice", message % {"row": seen[values]})
        seen.setdefault(values, row.number)


def _assess(actor: Actor, view: OrderView, known: Mapping[UUID, AnswerableLine], at: dt.datetime) -> None:
    """The verdict of every line, and what assessing says against it: as page and API are told."""
    asked = [one for one in view.lines if one.answer is not None]
    found = [known[one.line.pk] for one in asked if one.line]
    lines = {one.line.pk: one.line for one in found}
    schedules = {one.line.pk: one.schedule for one in found}
    for _attempt in range(3):  # a stale line hides the faults of the others
        answers = [one.answer for one in asked if one.answer is not None]
        if not answers:
            return
        try:
            judged = assess(view.order, lines, answers, at, actor=actor, known=(found[0].terms, schedules))
        except (Invalid, Stale) as refusal:
            faulty = _place(refusal.faults, asked)
            asked = [one for index, one in enumerate(asked) if index not in faulty]
        else:
            by_line = {one.line.pk: one for one in judged}
            for one in asked:
                one.judged = by_line.get(one.line.pk) if one.line else None
            return


def _place(faults: Iterable[Fault], asked: Sequence[LineView]) -> Collection[int]:
    """Hang each fault on the cell it means; which of the answers have one."""
    faulty = set()
    for fault in faults:
        _lines, index, *rest = fault.pointer.strip("/").split("/")
        one = asked[int(index)]
        faulty.add(int(index))
        row = one.rows[int(rest[1])] if len(rest) > 1 and rest[0] == "promises" else one.rows[0]
        names = [COLUMN_OF[part] for part in reversed(rest) if part in COLUMN_OF]
        row.refuse(fault.code, fault.message, names[0] if names else "answer" if rest and rest[0] == "line" else "")
        one.faults = [said for each in one.rows for said in each.faults]
    return faulty
