"""What an answer comes to: checked, and judged by the policy in force. Reads only; the acts that answer share it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portal.shared.actor import NOBODY, Actor
from portal.shared.errors import Fault, Faults, Stale
from suppliers.actions import attaching
from suppliers.models import OrderLine, PurchaseOrder, ScheduleLine, TolerancePolicy, TransitTime, in_turn
from suppliers.states import AnswerKind, Correctable, DateBasis, LineState, Reason, Verdict
from suppliers.tolerances import (
    Asked,
    Bounds,
    Delivery,
    Finding,
    PlantCalendar,
    Strayed,
    arrival_of,
    basis_of,
    judge,
    measure,
    plain,
    promised_for,
    unit_corrected,
)

FINEST = Decimal("0.000001")
"""Prices and numbers of units are kept to this step."""
ANSWERABLE = (LineState.OPEN, LineState.PENDING_BUYER)
MOST_DELIVERIES = 52


@dataclass(frozen=True)
class PromisedDelivery:
    """A quantity in the line's unit, and a date in the order's basis (hand-over or arrival); None: not known yet."""

    quantity: Decimal
    date: dt.date | None


@dataclass(frozen=True)
class SubstituteItem:
    """The item offered instead, by at least one of a part number and a description."""

    part_number: str = ""
    manufacturer: str = ""
    manufacturer_part_number: str = ""
    description: str = ""


@dataclass(frozen=True)
class Corrected:
    """The supplier's own part number, or the unit he sells in and how many of the order's unit one of it holds."""

    field: Correctable
    theirs: str
    factor: Decimal | None = None


@dataclass(frozen=True)
class LineAnswer:
    """What a supplier says to one line, as it comes in at any door."""

    line: UUID
    revision: int
    kind: AnswerKind
    promises: tuple[PromisedDelivery, ...] = ()
    reason: str = ""
    comment: str = ""
    price: Decimal | None = None
    substitute: SubstituteItem | None = None
    corrections: tuple[Corrected, ...] = ()
    files: tuple[UUID, ...] = ()
    """Accepted files that explain it."""


@dataclass(frozen=True)
class Judged:
    """One answered line with its verdict: what a page shows before sending and an act stores."""

    line: OrderLine
    answer: LineAnswer
    deliveries: tuple[Delivery, ...]
    findings: tuple[Finding, ...]
    policy: TolerancePolicy | None
    strayed: Strayed = field(default_factory=Strayed)

    @property
    def verdict(self) -> Verdict:
        return Verdict.OUTSIDE if self.findings else Verdict.WITHIN


@dataclass(frozen=True)
class Terms:
    """What the dates of an order are measured with."""

    basis: DateBasis
    transit_days: int
    calendar: PlantCalendar
    today: dt.date
    policy: TolerancePolicy | None
    bounds: Bounds = field(default_factory=Bounds)

    @classmethod
    def of(cls, order: PurchaseOrder, at: dt.datetime) -> Terms:
        """Read the terms of an order: its Incoterm, the transit time, the plant's calendar, the policy in force."""
        plant = order.plant
        today = at.astimezone(ZoneInfo(plant.time_zone)).date()
        transit = TransitTime.objects.filter(supplier=order.supplier_id, plant=plant).values_list("days", flat=True)
        policy = TolerancePolicy.objects.in_force(order.supplier, order.plant_id, today)
        return cls(
            basis=basis_of(order.incoterm),
            transit_days=next(iter(transit), 0),
            calendar=PlantCalendar.of(plant.working_days, plant.holidays),
            today=today,
            policy=policy,
            bounds=policy.bounds if policy else Bounds(),
        )

    def as_ordered(self, schedule: Sequence[ScheduleLine]) -> tuple[Delivery, ...]:
        """The deliveries that accepting a line as it stands promises."""
        return tuple(
            Delivery(row.quantity, promised_for(row.date, self.basis, self.transit_days), row.date)
            for row in in_turn(schedule)
            if row.in_odoo and row.quantity
        )


def preview(actor: Actor, order: PurchaseOrder, answers: Sequence[LineAnswer], at: dt.datetime) -> list[Judged]:
    """The verdict before sending. Reads only; raises what sending them would raise."""
    lines = OrderLine.objects.filter(order=order, pk__in=[answer.line for answer in answers]).in_bulk()
    return assess(order, lines, answers, at, actor=actor)


def assess(
    order: PurchaseOrder,
    lines: Mapping[UUID, OrderLine],
    answers: Sequence[LineAnswer],
    at: dt.datetime,
    files: Sequence[UUID] = (),
    *,
    actor: Actor = NOBODY,
    among: Collection[LineState] = ANSWERABLE,
    known: tuple[Terms, Mapping[UUID, list[ScheduleLine]]] | None = None,
) -> list[Judged]:
    """Check every answer, to lines in one of the states ``among``, and judge it by the policy in force.

    ``files`` are those about the whole answer; ``actor`` is who encloses them. ``known`` is what the order is measured
    with and the schedules of the lines, where the caller has read them for many orders.
    """
    terms, schedules = known or (Terms.of(order, at), _schedules(lines))
    checking = _Checking(terms, schedules, among)
    if not answers:
        checking.faults.add("required", _("Answer at least one line."), "/lines")
    seen: set[UUID] = set()
    judged = []
    for index, answer in enumerate(answers):
        pointer = f"/lines/{index}"
        line = lines.get(answer.line)
        if line is None:
            checking.faults.add("unknown_line", _("This order has no such line."), f"{pointer}/line")
        elif answer.line in seen:
            checking.faults.add("line_twice", _("This line is answered twice."), f"{pointer}/line")
        else:
            seen.add(answer.line)
            checked = checking.line(line, answer, pointer)
            if checked:
                judged.append(checked)
    enclosed = {"/files": files} | {f"/lines/{index}/files": answer.files for index, answer in enumerate(answers)}
    attaching.check(checking.faults, actor, order.supplier_id, enclosed)
    if checking.stale:
        raise Stale(
            _("The order changed while you were answering."),
            faults=tuple(checking.stale),
            remedy=_("Look at what changed and answer those lines again; nothing was sent."),
        )
    checking.faults.refuse(_("Some answers cannot be taken."))
    return judged


def _schedules(lines: Collection[UUID]) -> dict[UUID, list[ScheduleLine]]:
    found: dict[UUID, list[ScheduleLine]] = {}
    for row in ScheduleLine.objects.filter(line__in=lines).order_by("line", "position"):
        found.setdefault(row.line_id, []).append(row)
    return found


class _Checking:
    """The rules of one answer; collects every fault instead of stopping at the first."""

    def __init__(
        self, terms: Terms, schedules: Mapping[UUID, list[ScheduleLine]], among: Collection[LineState]
    ) -> None:
        self.terms = terms
        self.among = among
        self.schedules = schedules
        self.faults = Faults()
        self.stale: list[Fault] = []

    def line(self, line: OrderLine, answer: LineAnswer, pointer: str) -> Judged | None:
        if line.revision != answer.revision:
            message = _("This line changed with revision %(revision)d.")
            self.stale.append(
                Fault(
                    "stale_line",
                    message % {"revision": line.revision},
                    f"{pointer}/revision",
                )
            )
            return None
        if line.state not in self.among:
            message = _("This line is %(state)s and takes no answer.") % {"state": line.get_state_display().lower()}
            self.faults.add("not_answerable", message, f"{pointer}/line")
            return None
        before = len(self.faults.items)
        schedule = self.schedules.get(line.pk, [])
        as_ordered = self.terms.as_ordered(schedule)
        deliveries = (
            as_ordered if answer.kind is AnswerKind.ACCEPTED else self._deliveries(line, answer, schedule, pointer)
        )
        self._words(answer, deliveries != as_ordered, pointer)
        self._corrections(line, answer, pointer)
        if len(self.faults.items) > before:
            return None
        asked = Asked(
            quantity=line.quantity,
            price=line.price,
            reference=line.first_date or line.requested_date,
            agreed_before=line.first_date is not None,
        )
        price = answer.price if answer.price != line.price else None
        findings = judge(asked, answer.kind, deliveries, price, self.terms.bounds, self.terms.calendar)
        as_it_is = price is None and deliveries == as_ordered
        if answer.kind is AnswerKind.CHANGED and as_it_is:
            findings = ()  # said again what the order says
        if any(one.field == Correctable.UNIT for one in answer.corrections):
            findings += (unit_corrected(),)
        by = Strayed() if as_it_is else measure(asked, deliveries, price, self.terms.calendar)
        return Judged(line, answer, deliveries, findings, self.terms.policy, by)

    def _deliveries(
        self, line: OrderLine, answer: LineAnswer, schedule: Sequence[ScheduleLine], pointer: str
    ) -> tuple[Delivery, ...]:
        if answer.kind is AnswerKind.REJECTED:
            if answer.promises:
                self.faults.add("promise_on_rejection", _("A rejected line promises nothing."), f"{pointer}/promises")
            return ()
        if not answer.promises:
            self.faults.add("required", _("Say how much comes when."), f"{pointer}/promises")
        if len(answer.promises) > MOST_DELIVERIES:
            message = _("At most %(count)d deliveries can be promised on one line.")
            self.faults.add("too_many", message % {"count": MOST_DELIVERIES}, f"{pointer}/promises")
        schedule = in_turn(schedule)
        undated = 0
        deliveries = []
        for index, promise in enumerate(answer.promises):
            place = f"{pointer}/promises/{index}"
            self._quantity(line, promise, schedule[index] if index < len(schedule) else None, place)
            arrival = None
            if promise.date is None:
                undated += 1
                if answer.kind is not AnswerKind.BACKORDERED:
                    self.faults.add("required", _("Say the date; only a backorder can leave it open."), f"{place}/date")
                elif undated > 1:
                    self.faults.add("undated_twice", _("Only one delivery can be without a date."), f"{place}/date")
            else:
                arrival = self._arrival(promise.date, place)
            deliveries.append(Delivery(promise.quantity, promise.date, arrival))
        for row in schedule[len(answer.promises) :]:
            if row.in_odoo and row.received_quantity:
                message = _("%(received)s %(unit)s of another delivery have been received already: promise it too.")
                facts = {"received": plain(row.received_quantity), "unit": line.unit_name}
                self.faults.add("below_received", message % facts, f"{pointer}/promises")
        return tuple(deliveries)

    def _quantity(self, line: OrderLine, promise: PromisedDelivery, row: ScheduleLine | None, place: str) -> None:
        if not promise.quantity.is_finite() or promise.quantity <= 0 or promise.quantity >= Decimal(10) ** 13:
            self.faults.add("out_of_range", _("The quantity must be more than 0."), f"{place}/quantity")
        elif promise.quantity % line.quantity_step:
            message = _("%(unit)s are counted in steps of %(step)s.")
            facts = {"unit": line.unit_name, "step": plain(line.quantity_step)}
            self.faults.add("step", message % facts, f"{place}/quantity")
        elif row is not None and row.in_odoo and promise.quantity < row.received_quantity:
            message = _("%(received)s %(unit)s of this delivery have been received already.")
            facts = {"received": plain(row.received_quantity), "unit": line.unit_name}
            self.faults.add("below_received", message % facts, f"{place}/quantity")

    def _arrival(self, date: dt.date, place: str) -> dt.date | None:
        horizon = self.terms.today + dt.timedelta(days=5 * 366)
        if date < self.terms.today:
            self.faults.add("date_past", _("The date has passed."), f"{place}/date")
        elif date > horizon:
            self.faults.add("date_far", _("The date is more than five years away."), f"{place}/date")
        else:
            return arrival_of(date, self.terms.basis, self.terms.transit_days)
        return None

    def _words(self, answer: LineAnswer, differs: bool, pointer: str) -> None:
        if answer.reason and answer.reason not in Reason.values:
            self.faults.add("unknown_reason", _("This is not one of the reasons."), f"{pointer}/reason")
        elif not answer.reason and answer.kind is not AnswerKind.ACCEPTED and differs:
            self.faults.add("required", _("Say why: choose a reason."), f"{pointer}/reason")
        offered = answer.substitute
        if answer.kind is AnswerKind.SUBSTITUTED:
            if offered is None or not (offered.part_number or offered.manufacturer_part_number or offered.description):
                message = _("Name the item you offer instead: a part number or a description.")
                self.faults.add("required", message, f"{pointer}/substitute")
        elif offered is not None:
            message = _("Choose “offer a substitute” to name another item.")
            self.faults.add("substitute_not_taken", message, f"{pointer}/substitute")
        if answer.price is not None and not (answer.price.is_finite() and 0 < answer.price < Decimal(10) ** 13):
            self.faults.add("out_of_range", _("The price must be more than 0."), f"{pointer}/price")
        elif answer.price is not None and answer.price % FINEST:
            self.faults.add("too_fine", _("At most 6 decimals can be kept."), f"{pointer}/price")
        elif answer.price is not None and answer.kind in (AnswerKind.ACCEPTED, AnswerKind.REJECTED):
            self.faults.add("price_not_taken", _("Choose “change” to propose another price."), f"{pointer}/price")

    def _corrections(self, line: OrderLine, answer: LineAnswer, pointer: str) -> None:
        seen: set[str] = set()
        for index, one in enumerate(answer.corrections):
            place = f"{pointer}/corrections/{index}"
            if one.field in seen:
                self.faults.add("twice", _("This is corrected twice."), f"{place}/field")
            seen.add(one.field)
            if not one.theirs.strip():
                words = (
                    _("Say the unit you sell it in.") if one.field == Correctable.UNIT else _("Say your part number.")
                )
                self.faults.add("required", words, f"{place}/theirs")
            if one.field != Correctable.UNIT:
                if one.factor is not None:
                    self.faults.add("factor_not_taken", _("Only a unit holds a number of others."), f"{place}/factor")
            elif one.factor is None:
                message = _("Say how many %(unit)s one of yours holds.") % {"unit": line.unit_name}
                self.faults.add("required", message, f"{place}/factor")
            elif not (one.factor.is_finite() and 0 < one.factor < Decimal(10) ** 13):
                self.faults.add("out_of_range", _("The number must be more than 0."), f"{place}/factor")
            elif one.factor % FINEST:
                self.faults.add("too_fine", _("At most 6 decimals can be kept."), f"{place}/factor")
            elif one.factor == 1 and one.theirs.strip().casefold() == line.unit_name.casefold():
                self.faults.add("same", _("That is the order's own unit."), f"{place}/theirs")
