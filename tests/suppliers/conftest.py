"""One order of two lines at Acme, a policy of +5 % and 3 days early to 2 days late, and who acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from integrations.slot.models import Event
from portal.shared import audit, transitions
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant, system_actor
from suppliers.actions import orders
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.moves import Values
from suppliers.models import Item, OrderLine, Plant, PurchaseOrder, ScheduleLine, Supplier, TolerancePolicy, Unit
from suppliers.queries.orders import OrderDetail, order_detail
from suppliers.statements import LineStatement, OrderStatement
from suppliers.states import AnswerKind, Role, StaffRole
from tests.cast import live_from_the_start

NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
DUE = dt.date(2026, 12, 10)
WEEK = dt.timedelta(days=7)
PULL = system_actor("pull")


@dataclass
class World:
    """What Odoo says, and the people who react to it."""

    acme: Supplier
    borealis: Supplier
    plant: Plant
    other_plant: Plant
    item: Item
    lines: list[LineStatement] = field(default_factory=list)
    order: PurchaseOrder = None  # type: ignore[assignment]
    terms: str = "DAP"
    currency: str = "EUR"
    holder: Supplier = None  # type: ignore[assignment]
    """Whom Odoo gave the order to; nobody: Acme."""
    made: int = 0
    ours: dict[UUID, tuple[int, Values]] = field(default_factory=dict)
    """What a letter on its way has sent, by schedule line, with the revision of the line that it speaks of."""

    @property
    def anna(self) -> Actor:
        return Actor(ActorKind.SUPPLIER, "anna", "Anna", frozenset({Grant(Role.ORDER_DESK, supplier_id=self.acme.pk)}))

    @property
    def boris(self) -> Actor:
        grant = Grant(Role.ORDER_DESK, supplier_id=self.borealis.pk)
        return Actor(ActorKind.SUPPLIER, "boris", "Boris", frozenset({grant}))

    @property
    def clerk(self) -> Actor:
        """Who answers for the supplier that has the order."""
        return self.boris if self.holder == self.borealis else self.anna

    @property
    def bea(self) -> Actor:
        return Actor(ActorKind.STAFF, "bea", "Bea", frozenset({Grant(StaffRole.BUYER, plant_id=self.plant.pk)}))

    def stated(self, **changes: Any) -> OrderStatement:
        statement = OrderStatement(
            supplier_id=(self.holder or self.acme).pk,
            plant_id=self.plant.pk,
            number="P00001",
            currency=self.currency,
            incoterm=self.terms,
            incoterm_place="",
            buyer_name="Bea",
            supplier_reference="",
            ordered_at=NOW,
            lines=tuple(self.lines),
        )
        return replace(statement, **changes)

    def pull(self, **changes: Any) -> None:
        """Odoo says it (again); schedule lines learn which they are."""
        with acting(PULL, write=True), audit.doing(audit.Deed("pull", PULL, NOW)):
            held = transitions.hold(self.order) if self.order else None
            rows = ScheduleLine.objects.filter(pk__in=self.ours).select_related("line")
            ours = {row.pk: self.ours[row.pk][1] for row in rows if row.line.revision == self.ours[row.pk][0]}
            lines = tuple(replace(one, ours=ours.get(one.schedule_id)) for one in self.lines)  # type: ignore[arg-type]
            self.order, refs = orders.state_order(held, self.stated(**{"lines": lines, **changes}))
        self.lines = [replace(line, schedule_id=refs.get(line.ref, line.schedule_id)) for line in self.lines]

    def start_again(self) -> None:
        """The same order released anew, as another order."""
        self.order = self.holder = None  # type: ignore[assignment]
        self.currency = "EUR"
        self.ours = {}
        self.lines = [
            LineStatement("1", None, self.item.pk, self.item.unit_id, "", Decimal(100), Decimal(5), DUE),
            LineStatement("2", None, self.item.pk, self.item.unit_id, "", Decimal(40), Decimal(7), DUE + WEEK),
        ]
        self.pull()

    def edit(self, ref: str, **changes: Any) -> None:
        """A person edits a line in Odoo."""
        self.lines = [replace(line, **changes) if line.ref == ref else line for line in self.lines]

    def deliver(self) -> None:
        """Odoo takes over everything agreed, as the post office would write it; it is not pulled yet."""
        for detail in self.detail().lines:
            for row in detail.schedule:
                if row.agreed_quantity is not None and row.agreed_price is not None and row.agreed_date is not None:
                    self.write(row.pk, (row.agreed_quantity, row.agreed_price, row.agreed_date))

    def write(self, schedule: UUID, values: Values) -> None:
        """Odoo takes over one delivery; one of nothing is not made."""
        known = [line for line in self.lines if line.schedule_id == schedule]
        said = dict(zip(("quantity", "price", "date"), values, strict=True))
        if known:
            self.edit(known[0].ref, **said)
        elif values[0]:
            new = {"ref": f"new {schedule}", "schedule_id": schedule, "received": Decimal(0)}
            self.lines.append(replace(self.lines[0], **new, **said))

    def detail(self) -> OrderDetail:
        with acting(self.bea):
            return order_detail(self.bea, self.order.pk)

    def line(self, position: int = 1) -> OrderLine:
        return self.detail().lines[position - 1].line

    def letters(self) -> list[Event]:
        with acting(self.bea):
            return list(Event.objects.order_by("position"))

    def answer(
        self,
        *promises: tuple[object, dt.date | None],
        position: int = 1,
        kind: AnswerKind = AnswerKind.CHANGED,
        **more: Any,
    ) -> LineAnswer:
        line = self.line(position)
        reason = more.pop("reason", "" if kind is AnswerKind.ACCEPTED else "capacity")
        deliveries = tuple(PromisedDelivery(Decimal(str(quantity)), date) for quantity, date in promises)
        return LineAnswer(line.pk, more.pop("revision", line.revision), kind, deliveries, reason, **more)

    def accept(self) -> Sequence[LineAnswer]:
        return [
            LineAnswer(detail.line.pk, detail.line.revision, AnswerKind.ACCEPTED)
            for detail in self.detail().lines
            if detail.line.state == "open"
        ]

    def latest(self, position: int = 1) -> UUID:
        latest = self.detail().lines[position - 1].latest
        assert latest is not None
        return latest.pk


@pytest.fixture
def world(db: None) -> World:
    with acting(PULL, write=True):
        unit = Unit.objects.create(name="Units", step=Decimal(1))
        item = Item.objects.create(code="PH-1040", name="Pump housing", unit=unit)
        made = World(
            acme=Supplier.objects.create(name="Acme Castings"),
            borealis=Supplier.objects.create(name="Borealis Polymers"),
            plant=Plant.objects.create(name="Hamburg", code="HAM", company="Nordwerk"),
            other_plant=Plant.objects.create(name="Dresden", code="DRS", company="Nordwerk"),
            item=item,
        )
        TolerancePolicy.objects.create(version=1, quantity_over=5, days_early=3, days_late=2)
        live_from_the_start()
    made.start_again()
    return made
