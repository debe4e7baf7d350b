"""The named cast: who stands on the stage of a test, and the orders they speak about.

Anna (order desk), Aron (administrator), Asta (reads), Sven (shipping) and Quinn (quality) work at Acme Castings, Boris
at Borealis Polymers; Bea buys for the plant HAM, Dora for DRS, the
other members of staff see every plant. Ask for ``anna`` and get an :class:`Actor`; ask for ``people`` and get rows to
log in with. Everything is written as the portal itself would write it: in a role of the wall, never as the owner.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal.shared import audit, transitions
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant, system_actor
from suppliers.actions.contents import SAID
from suppliers.actions.orders import state_order
from suppliers.models import (
    Activation,
    ApiToken,
    Item,
    Membership,
    OrderLine,
    Plant,
    Posting,
    PurchaseOrder,
    ScheduleLine,
    Supplier,
    SupplierGroup,
    TolerancePolicy,
    TransitTime,
    Unit,
    User,
)
from suppliers.permissions import Scope
from suppliers.statements import LineStatement, Need, OrderStatement
from suppliers.states import DemandKind, Mode, Role, StaffRole

SET_UP = system_actor("set-up")
PULL = system_actor("pull")
PASSWORD = "correct-horse-battery"

# name: (printed name, supplier, roles)
SUPPLIER_PEOPLE = {
    "anna": ("Anna Abel", "acme", [Role.ORDER_DESK]),
    "aron": ("Aron Adler", "acme", [Role.ADMINISTRATOR]),
    "asta": ("Asta Ahlers", "acme", [Role.READ_ONLY]),
    "sven": ("Sven Sand", "acme", [Role.SHIPPING]),
    "quinn": ("Quinn Quell", "acme", [Role.QUALITY]),
    "boris": ("Boris Berg", "borealis", [Role.ORDER_DESK]),
}
# name: (printed name, role, plant; None is every plant)
STAFF = {
    "bea": ("Bea Brandt", StaffRole.BUYER, "ham"),
    "dora": ("Dora Dietz", StaffRole.BUYER, "drs"),
    "quentin": ("Quentin Quast", StaffRole.QUALITY_ENGINEER, None),
    "rita": ("Rita Reuter", StaffRole.RECEIVING, None),
    "ines": ("Ines Ihle", StaffRole.INTEGRATION_OWNER, None),
    "ada": ("Ada Arndt", StaffRole.STAFF_ADMINISTRATOR, None),
}
READS = (Scope.READ_ORDERS, Scope.READ_VENDORS, Scope.READ_SHIPMENTS)
ABOUT_PEOPLE = (Scope.READ_PEOPLE, Scope.WRITE_PEOPLE)
SAYS = (Scope.WRITE_CHANGES, Scope.WRITE_COMMENTS, Scope.WRITE_SHIPMENTS)
# name: (supplier; None is the buyer's own system, scopes)
TOKENS = {
    "reader": ("acme", [Scope.READ_ORDERS]),
    "writer": ("acme", [Scope.WRITE_ANSWERS, Scope.WRITE_VENDORS, *SAYS, *READS, *ABOUT_PEOPLE]),
    "impostor": ("acme", [Scope.READ_ORDERS, Scope.DECIDE]),
    "decider": (None, [Scope.DECIDE, *SAYS, *READS, *ABOUT_PEOPLE]),
}


def everything() -> Any:
    """A read-only window on all rows, for what a test wants to see without being anybody."""
    return acting(SET_UP)


@contextmanager
def doing(actor: Actor = PULL, *, act: str = "test_act", at: dt.datetime | None = None) -> Iterator[audit.Deed]:
    """A unit of work of a test's own, as an act would open it; leaves no audit row."""
    with acting(actor, write=True), audit.doing(audit.Deed(act, actor, at or timezone.now())) as deed:
        yield deed


def working_day(days: int) -> dt.date:
    """A Wednesday at least ``days`` from now, so that a test's tolerances never meet a weekend by chance."""
    date = timezone.now().date() + dt.timedelta(days=days)
    return date + dt.timedelta(days=(2 - date.weekday()) % 7)


@dataclass
class Cast:
    """Everything that stands on the stage before an order is released."""

    acme: Supplier
    borealis: Supplier
    ham: Plant
    drs: Plant
    pieces: Unit
    kilograms: Unit
    bracket: Item
    granulate: Item
    people: dict[str, User]
    policy: TolerancePolicy
    tokens: dict[str, ApiToken] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def actor(self, name: str) -> Actor:
        """The acting value of a person, as a request of his would carry it."""
        user = self.people[name]
        if name in SUPPLIER_PEOPLE:
            _, supplier, roles = SUPPLIER_PEOPLE[name]
            key = getattr(self, supplier).pk
            return Actor(
                ActorKind.SUPPLIER, str(user.pk), user.name, frozenset(Grant(role, supplier_id=key) for role in roles)
            )
        _, role, plant = STAFF[name]
        key = getattr(self, plant).pk if plant else None
        return Actor(ActorKind.STAFF, str(user.pk), user.name, frozenset({Grant(role, plant_id=key)}))

    def machine(self, name: str) -> Actor:
        """The acting value of an API client: ``reader``, ``writer``, ``impostor`` of Acme, ``decider`` of the buyer."""
        token = self.tokens[name]
        grants = frozenset(Grant(scope, supplier_id=token.supplier_id) for scope in token.scopes)
        return Actor(ActorKind.MACHINE, str(token.user_id), name, grants)

    def statement(self, *lines: LineStatement, **changes: Any) -> OrderStatement:
        """What Odoo says of a new order: of Acme for HAM with one line of 100 brackets, unless told otherwise."""
        number = changes.pop("number", f"P{next(self._numbers):05d}")
        stated = OrderStatement(
            supplier_id=self.acme.pk,
            plant_id=self.ham.pk,
            number=number,
            currency="EUR",
            incoterm="DAP",
            incoterm_place="Hamburg",
            buyer_name="Bea Brandt",
            supplier_reference="",
            ordered_at=timezone.now(),
            lines=lines or (self.line(),),
        )
        return replace(stated, **changes)

    def line(self, quantity: object = 100, **changes: Any) -> LineStatement:
        """What Odoo says of one line: 100 brackets at 12.50, wanted on a Wednesday a month away."""
        stated = LineStatement(
            ref=f"line-{next(self._numbers)}",
            schedule_id=None,
            item_id=self.bracket.pk,
            unit_id=self.pieces.pk,
            description="Bearing bracket, GG25",
            quantity=Decimal(str(quantity)),
            price=Decimal("12.50"),
            date=working_day(30),
        )
        return replace(stated, **changes)


class ReleaseOrder(Protocol):
    def __call__(self, *lines: LineStatement, at: dt.datetime | None = None, **changes: Any) -> PurchaseOrder: ...


class ReviseOrder(Protocol):
    def __call__(self, order: PurchaseOrder, *, at: dt.datetime | None = None, **changes: Any) -> PurchaseOrder: ...


def release(cast: Cast, *lines: LineStatement, at: dt.datetime | None = None, **changes: Any) -> PurchaseOrder:
    """A fresh order, as if it had just been pulled. ``supplier`` and ``plant`` may be given as rows."""
    for name in ("supplier", "plant"):
        if name in changes:
            changes[f"{name}_id"] = changes.pop(name).pk
    statement = cast.statement(*lines, **changes)
    with doing(act="state_order", at=at):
        return state_order(None, statement)[0]


def revise(
    order: PurchaseOrder, *, at: dt.datetime | None = None, lines: Sequence[LineStatement] | None = None, **changes: Any
) -> PurchaseOrder:
    """Odoo states the order again: the same, with the given fields of every line changed; or just ``lines``.

    ``cancelled=True`` cancels it.
    """
    header = {
        name: changes.pop(name)
        for name in ("cancelled", "currency", "incoterm", "buyer_name", "number", "content", "receipts", "transfers")
        if name in changes
    }
    with doing(act="state_order", at=at):
        order = transitions.hold(order)
        stated = tuple(lines) if lines is not None else tuple(replace(line, **changes) for line in lines_of(order))
        statement = OrderStatement(
            supplier_id=order.supplier_id,
            plant_id=order.plant_id,
            number=order.number,
            currency=order.currency,
            incoterm=order.incoterm,
            incoterm_place=order.incoterm_place,
            buyer_name=order.buyer_name,
            supplier_reference=order.supplier_reference,
            ordered_at=order.ordered_at,
            lines=stated,
        )
        return state_order(order, replace(statement, **header))[0]


def lines_of(order: PurchaseOrder) -> list[LineStatement]:
    """What Odoo said of an order's lines last. Call it inside a unit of work."""
    rows = ScheduleLine.objects.filter(line__order=order, in_odoo=True).select_related("line")
    return [
        LineStatement(
            ref=str(row.pk),
            schedule_id=row.pk,
            item_id=row.line.item_id,
            unit_id=row.line.unit_id,
            description=row.line.description,
            quantity=row.quantity,
            price=row.price,
            date=row.date,
            received=row.received_quantity,
            need=need_of(row.line),
            **{name: getattr(row.line, name) for name in SAID},
        )
        for row in rows.order_by("line__position", "position")
    ]


def need_of(line: OrderLine) -> Need | None:
    """What a line is needed for, as Odoo said it last."""
    if line.needed_date is None:
        return None
    return Need(line.needed_date, DemandKind(line.needed_kind), line.needed_for)


def fresh_lines(order: PurchaseOrder) -> list[OrderLine]:
    """The order's lines as they stand in the database, in order."""
    with everything():
        return list(OrderLine.objects.filter(order=order).select_related("order").order_by("position"))


def live_from_the_start() -> None:
    """Everybody's orders are live. Call it inside a unit of work."""
    always = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    wave = Activation(version=1, mode=Mode.ON, cut_over=always, at=always, actor_name="Test")
    Activation.objects.bulk_create([wave], ignore_conflicts=True)


def assemble() -> Cast:
    """Write the cast, in a dozen statements. Nobody has a password: tests log in by ``client.force_login``."""
    with acting(SET_UP, write=True):
        group = SupplierGroup.objects.create(name="Castings")
        acme = Supplier.objects.create(name="Acme Castings", reference="V-1001", group=group, country="DE")
        borealis = Supplier.objects.create(name="Borealis Polymers", reference="V-1002", country="SE")
        ham = Plant.objects.create(name="Hamburg works", code="HAM", company="Nordwerk GmbH")
        drs = Plant.objects.create(name="Dresden works", code="DRS", company="Nordwerk GmbH")
        TransitTime.objects.bulk_create([TransitTime(supplier=acme, plant=ham, days=3)])
        pieces, kilograms = Unit.objects.bulk_create(
            [
                Unit(name="Units", category="Unit", step=Decimal(1)),
                Unit(name="kg", category="Weight", step=Decimal("0.01")),
            ]
        )
        bracket, granulate = Item.objects.bulk_create(
            [
                Item(code="BR-100", name="Bearing bracket", unit=pieces),
                Item(code="PA66-GF30", name="Polyamide granulate", unit=kilograms),
            ]
        )
        policy = TolerancePolicy(
            version=1, quantity_over=Decimal(5), days_early=3, days_late=2, price_down=Decimal(100)
        )
        policy.save(force_insert=True)
        live_from_the_start()
        cast = Cast(acme, borealis, ham, drs, pieces, kilograms, bracket, granulate, _people(), policy)
        Membership.objects.bulk_create(
            Membership(user=cast.people[name], supplier=getattr(cast, supplier), role=role)
            for name, (_, supplier, roles) in SUPPLIER_PEOPLE.items()
            for role in roles
        )
        Posting.objects.bulk_create(
            Posting(user=cast.people[name], plant=getattr(cast, plant) if plant else None, role=role)
            for name, (_, role, plant) in STAFF.items()
        )
        cast.tokens = _tokens({"acme": acme, None: None})
    return cast


def _people() -> dict[str, User]:
    rows = {
        name: User(
            email=f"{name}@{'nordwerk' if name in STAFF else who[1]}.example",
            name=who[0],
            kind="staff" if name in STAFF else "supplier",
            time_zone="Europe/Berlin",
            password=make_password(None),
        )
        for name, who in {**SUPPLIER_PEOPLE, **STAFF}.items()
    }
    User.objects.bulk_create(rows.values())
    return rows


def _tokens(owners: dict[str | None, Supplier | None]) -> dict[str, ApiToken]:
    clients = {
        name: User(email=f"{name}@machine.invalid", name=f"Client {name}", kind="machine", password=make_password(None))
        for name in TOKENS
    }
    User.objects.bulk_create(clients.values())
    tokens = {}
    for name, (owner, scopes) in TOKENS.items():
        secret = f"portal_{name}"
        tokens[name] = ApiToken(
            user=clients[name],
            supplier=owners[owner],
            prefix=secret[:12],
            digest=hashlib.sha256(secret.encode()).hexdigest(),
            scopes=scopes,
            expires_at=timezone.now() + dt.timedelta(days=30),
        )
        tokens[name].secret = secret
    ApiToken.objects.bulk_create(tokens.values())
    return tokens


# --- Fixtures: registered for every test by tests/conftest.py --------------------------------------------------------


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> Cast:
    """The whole cast, in the database of the test: its own clone where it is marked ``committed``."""
    request.getfixturevalue("clone" if request.node.get_closest_marker("committed") else "db")
    return assemble()


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    """User rows by name: ``client.force_login(people["anna"])``."""
    return cast.people


@pytest.fixture
def acme(cast: Cast) -> Supplier:
    return cast.acme


@pytest.fixture
def borealis(cast: Cast) -> Supplier:
    return cast.borealis


@pytest.fixture
def ham(cast: Cast) -> Plant:
    return cast.ham


@pytest.fixture
def drs(cast: Cast) -> Plant:
    return cast.drs


@pytest.fixture
def release_order(cast: Cast) -> ReleaseOrder:
    """Releases an order: ``release_order(cast.line(40), supplier=borealis)``."""

    def run(*lines: LineStatement, at: dt.datetime | None = None, **changes: Any) -> PurchaseOrder:
        return release(cast, *lines, at=at, **changes)

    return run


@pytest.fixture
def revise_order() -> ReviseOrder:
    """States an order again with something changed: ``revise_order(order, quantity=Decimal(80))``."""
    return revise


def _person(name: str) -> Any:
    @pytest.fixture(name=name)
    def person(cast: Cast) -> Actor:
        return cast.actor(name)

    return person


# anna, aron, asta, sven, quinn, boris; bea, dora, quentin, rita, ines, ada.
for _name in (*SUPPLIER_PEOPLE, *STAFF):
    globals()[f"{_name}_who_acts"] = _person(_name)
