"""What somebody typed into the form of a change request: deliveries, price, why; shown again with its verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from django.http import QueryDict
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from portal.shared.errors import Fault, Invalid, Refused
from portal.web import asked
from portal.web.windows import PortalRequest
from suppliers.actions.assessing import Judged, PromisedDelivery, Terms
from suppliers.actions.negotiating import Wish, weigh
from suppliers.models import ChangeOffer, OrderLine, PurchaseOrder, ScheduleLine
from suppliers.numbers import typed_number, write_number
from suppliers.pages.entries import MOST_ROWS, Row
from suppliers.states import BUYER_REASONS, SUPPLIER_REASONS, Side, Verdict
from suppliers.tolerances import promised_for


@dataclass
class ChangeForm:
    """One wish as typed, about one line, for one side. A field is ``line-<position>-<name>``."""

    order: PurchaseOrder
    line: OrderLine
    side: Side
    rows: list[Row] = field(default_factory=list)
    cancels: bool = False
    reason: str = ""
    comment: str = ""
    price: str = ""
    revision: int = 0
    """The line's that was looked at."""
    ticked: bool = True
    """Whether it is one of those to be sent."""
    source: str = ""
    source_note: str = ""
    behalf: bool = False
    """Entered by the buyer's side for the supplier, who told it somehow."""
    faults: dict[str, str] = field(default_factory=dict)
    """By place: ``quantity-1``, ``date-0``, ``reason``; an empty place is the form as such."""
    judged: Judged | None = None
    refusal: Refused | None = None
    reason_field: str = "reason"
    """Where a fault of the reason belongs: a no has its own beside the wish."""

    @property
    def position(self) -> int:
        return self.line.position

    @property
    def prefix(self) -> str:
        return f"line-{self.line.position}"

    @property
    def verdict(self) -> str:
        return self.judged.verdict if self.judged else ""

    @property
    def at_once(self) -> bool:
        """Whether sending this binds without anybody else."""
        return self.side is Side.SUPPLIER and self.verdict == Verdict.WITHIN

    @property
    def reasons(self) -> Sequence[tuple[str, str | LazyText]]:
        return SUPPLIER_REASONS if self.side is Side.SUPPLIER else BUYER_REASONS

    @property
    def summary(self) -> list[tuple[str, str]]:
        """For the error summary: each fault with the id of its field."""
        return [(message, self.place(name)) for name, message in self.faults.items()]

    @property
    def wish_is_shown(self) -> bool:
        """Whether somebody began to make an offer."""
        return bool(self.reason or self.judged or self.faults.keys() - {"", "source", "closing", "withdrawal"})

    def place(self, name: str) -> str:
        return f"{self.prefix}-{name}" if name else self.prefix

    @classmethod
    def blank(
        cls, order: PurchaseOrder, line: OrderLine, side: Side, agreed: Sequence[ScheduleLine], terms: Terms
    ) -> ChangeForm:
        """As it is first shown: what is agreed now."""
        rows = [
            _row(row.agreed_quantity, promised_for(row.agreed_date, terms.basis, terms.transit_days))
            for row in agreed
            if row.agreed_date is not None
        ]
        return cls(order, line, side, rows or [Row()], revision=line.revision, ticked=False)

    @classmethod
    def of_offer(cls, order: PurchaseOrder, line: OrderLine, side: Side, offer: ChangeOffer) -> ChangeForm:
        """A counter-offer begins with the offer it answers."""
        form = cls(order, line, side, [_row(one.quantity, one.date) for one in offer.deliveries.all()] or [Row()])
        form.price = write_number(offer.price) if offer.price is not None else ""
        return form

    def take(self, data: QueryDict) -> None:
        """As somebody filled it in."""
        quantities, dates = data.getlist(f"{self.prefix}-quantity"), data.getlist(f"{self.prefix}-date")
        rows = [Row(quantity[:40].strip(), date[:10]) for quantity, date in zip(quantities, dates, strict=False)]
        self.rows = [row for row in rows if row.quantity or row.date][:MOST_ROWS] or rows[:1] or self.rows
        self.cancels = data.get(self.place("cancels")) == "yes"
        self.reason = data.get(self.place("reason"), "")[:20]
        self.comment = asked.words(data, self.place("comment"))
        self.price = data.get(self.place("price"), "")[:40].strip()
        seen = data.get(self.place("revision"), "")
        self.revision = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        self.source, self.source_note = data.get("source", "")[:20], data.get("source_note", "")[:200]

    def edit_rows(self, command: str) -> None:
        """The buttons of a page without script: ``add:3``, ``remove:3:1`` (line, row)."""
        verb, *numbers = command.split(":")
        if verb == "add" and len(self.rows) < MOST_ROWS:
            self.rows.append(Row())
        elif verb == "remove" and len(numbers) == 2 and numbers[1].isdecimal() and len(self.rows) > 1:
            del self.rows[min(int(numbers[1]), len(self.rows) - 1)]

    def wish(self) -> Wish:
        """What is to be sent. Raises :class:`Invalid` where something typed is no number or no date."""
        faults: list[Fault] = []
        deliveries = []
        for index, row in enumerate([] if self.cancels else self.rows):
            quantity = typed_number(row.quantity or "0", f"/deliveries/{index}/quantity", faults) or Decimal(0)
            try:
                date = dt.date.fromisoformat(row.date) if row.date else None
            except ValueError:
                message = _("“%(text)s” is not a date.") % {"text": row.date}
                faults.append(Fault("date", message, f"/deliveries/{index}/date"))
                date = None
            deliveries.append(PromisedDelivery(quantity, date))
        price = typed_number(self.price, "/price", faults) if self.price and not self.cancels else None
        faults += untold(self)
        if faults:
            raise Invalid(_("This change cannot be asked for."), faults=tuple(faults))
        return Wish(tuple(deliveries), price, self.cancels, self.reason, self.comment)

    def judge(self, at: dt.datetime) -> None:
        """Ask for the verdict, where the form is complete; else keep what is missing."""
        try:
            self.judged = weigh(self.order, self.line, self.wish(), self.side, at)
        except Refused as refusal:
            self.place_faults(refusal)

    def refuse(self, refusal: Refused) -> None:
        """Nothing was sent: the same form says why."""
        self.refusal = refusal
        self.place_faults(refusal)

    def place_faults(self, refusal: Refused) -> None:
        for fault in refusal.faults:
            self.place_fault(fault)

    def place_fault(self, fault: Fault) -> None:
        """Hang it on the field it points at."""
        parts = fault.pointer.strip("/").split("/")
        name = f"{parts[2]}-{parts[1]}" if parts[0] == "deliveries" and len(parts) == 3 else parts[0]
        known = {"deliveries": "quantity-0", "line": "", "revision": "", "reason": self.reason_field}
        self.faults.setdefault(known.get(name, name), fault.message)


class Told(Protocol):
    """A form in which the buyer's side may speak for the supplier."""

    source: str
    behalf: bool


def untold(form: Told) -> list[Fault]:
    """What is missing where the buyer's side speaks for the supplier."""
    if form.source or not form.behalf:
        return []
    return [Fault("required", _("Say how the supplier told you: it is his promise."), "/source")]


def for_supplier(request: PortalRequest) -> bool:
    """Whether somebody of the buyer's side enters what the supplier told him."""
    return not request.actor.behind_wall and ("behalf" in request.GET or "behalf" in request.POST)


def _row(quantity: Decimal | None, date: dt.date) -> Row:
    return Row(write_number(quantity), date.isoformat())
