"""Rows of answers in a sheet: its columns, what is given out, and what rows that came back say. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suppliers.actions.assessing import LineAnswer, PromisedDelivery, SubstituteItem, Terms
from suppliers.models import OrderLine, ScheduleLine
from suppliers.sheets.columns import Column, Head, Holds, Plan, Value, Written
from suppliers.sheets.reading import Row
from suppliers.sheets.writing import workbook
from suppliers.states import SUPPLIER_REASONS, AnswerKind, DateBasis
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
        gettext_lazy(
            "You may filter and hide rows. To sort or delete some, unprotect the sheet first (Review, Unprotect Sheet;"
            " there is no password), and keep whole rows together, with the hidden column A."
        ),
        gettext_lazy("Then save and upload the file. You see what it comes to before anything is sent."),
    ),
)


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


def answer_of(one: AnswerableLine, rows: Sequence[Row]) -> LineAnswer | None:
    """What the rows of a line say together, given in their turn. What they contradict themselves in is refused."""
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
        if changed or more_than_given(rows):
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
    if not more_than_given(rows) and not any(
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


def in_their_turn(rows: Iterable[Row]) -> list[Row]:
    """The rows of a line as its deliveries follow one another, however the sheet was sorted; copies after their
    original.
    """
    return sorted(rows, key=lambda row: (row.key.turn if row.key else 0, row.number))


def more_than_given(rows: Sequence[Row]) -> bool:
    """Whether rows were copied."""
    return len({row.key.turn for row in rows if row.key}) < len(rows)
