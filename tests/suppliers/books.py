"""Books that a test keeps of one order and its shipments: what may happen to them, and what comes of it by adding up.

Nothing here asks the portal how much is announced, received or open; it is what the portal is held to.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant
from portal.shared.errors import Refused
from suppliers.actions import changes, decisions, shipment_clock, shipments
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import PromisedDelivery
from suppliers.actions.negotiating import Wish
from suppliers.lots import lot_id
from suppliers.models import OrderLine, Shipment, ShipmentOrder
from suppliers.queries.shipments_open import OpenLine, open_lines
from suppliers.shipping_states import ReceiptKind, ShipmentState
from suppliers.statements import ReceiptStatement, TransferStatement
from suppliers.states import Decision, LineState, Role, StaffRole
from tests.cast import everything
from tests.shipping import row
from tests.suppliers.conftest import DUE, NOW, World

ZERO = Decimal(0)
SHARE = Decimal("1.05")
"""How much of what is ordered may come, by the tolerance of the world's plant."""
LOTS = ("", "L1", "L2")

Row = tuple[UUID, str]
"""An order line and the supplier's lot."""


@dataclass
class Notice:
    """What the test knows of one notice."""

    key: UUID
    versions: list[dict[Row, Decimal]]
    """What each sending said."""
    sent_at: dt.datetime
    over: str = ""
    """Cancelled or closed; neither ends."""
    awaited: bool = True
    """Whether Odoo expects more of it."""

    @property
    def said(self) -> dict[Row, Decimal]:
        return self.versions[-1]

    def of(self, line: UUID) -> Decimal:
        return total(quantity for (key, _lot), quantity in self.said.items() if key == line)

    @property
    def lines(self) -> set[UUID]:
        return {line for line, _lot in self.said}


@dataclass
class Movement:
    """One booking in Odoo."""

    ref: str
    line: UUID
    remote: str
    quantity: Decimal
    lot: str
    at: dt.datetime
    notice: UUID | None = None
    takes_back: str = ""
    counts: bool = True

    @property
    def kept(self) -> bool:
        """Whether Odoo still has it where nothing is left of it."""
        return int(self.ref[1:]) % 2 == 0


def total(quantities: Iterable[Decimal]) -> Decimal:
    return sum(quantities, ZERO)


@dataclass
class Books:
    """One order's life, and the test's own account of it."""

    world: World
    now: dt.datetime = NOW
    notices: list[Notice] = field(default_factory=list)
    moves: list[Movement] = field(default_factory=list)
    ended: set[UUID] = field(default_factory=set)

    # --- Reckoned from the books ---------------------------------------------------------------------------------

    def came(self, line: UUID | None = None, notice: UUID | None = None, lot: str | None = None) -> Decimal:
        return total(one.quantity for one in self._moves(line, notice, lot) if not one.takes_back)

    def went_back(self, line: UUID | None = None, notice: UUID | None = None, lot: str | None = None) -> Decimal:
        return total(one.quantity for one in self._moves(line, notice, lot) if one.takes_back)

    def _moves(self, line: UUID | None, notice: UUID | None, lot: str | None) -> list[Movement]:
        return [
            one
            for one in self.moves
            if line in (None, one.line) and notice in (None, one.notice) and lot in (None, one.lot)
        ]

    def received(self, line: UUID) -> Decimal:
        """What the line counts as received: goods sent back to be exchanged stay received."""
        undone = total(one.quantity for one in self.moves if one.line == line and one.takes_back and one.counts)
        return self.came(line) - undone

    def whole(self, notice: Notice) -> bool:
        return all(self.came(line, notice.key) >= notice.of(line) for line in notice.lines)

    def expected(self, notice: Notice) -> bool:
        """Whether something of it is still to come."""
        arrived = bool(self.came(notice=notice.key))
        return not notice.over and not (arrived and self.whole(notice))

    def road(self, line: UUID, but: UUID | None = None) -> Decimal:
        """What is announced and has not arrived; what came past the notices since the first of them was sent, is of
        them.
        """
        coming = [one for one in self.notices if self.expected(one) and line in one.lines and one.key != but]
        if not coming:
            return ZERO
        since = min(one.sent_at for one in coming)
        strays = total(
            one.quantity
            for one in self.moves
            if one.line == line and one.notice is None and not one.takes_back and one.at >= since
        )
        return max(ZERO, total(max(ZERO, one.of(line) - self.came(line, one.key)) for one in coming) - strays)

    def most(self, line: OrderLine) -> Decimal:
        """How much of a line may come at all."""
        return max(line.promised_quantity or ZERO, line.quantity * SHARE)

    # --- What is looked at ---------------------------------------------------------------------------------------

    @property
    def sven(self) -> Actor:
        grant = Grant(Role.SHIPPING, supplier_id=self.world.acme.pk)
        return Actor(ActorKind.SUPPLIER, "sven", "Sven", frozenset({grant}))

    @property
    def rita(self) -> Actor:
        return Actor(ActorKind.STAFF, "rita", "Rita", frozenset({Grant(StaffRole.RECEIVING)}))

    def lines(self) -> list[OrderLine]:
        with everything():
            rows = OrderLine.objects.filter(order=self.world.order).order_by("position")
            return list(rows.prefetch_related("schedule"))

    def open(self) -> dict[UUID, OpenLine]:
        keys = [line.pk for line in self.lines()]
        with acting(self.sven):
            return {one.line.pk: one for one in open_lines(self.sven, self.now, keys=keys).rows}

    def shipment(self, notice: Notice) -> Shipment:
        with everything():
            return Shipment.objects.get(pk=notice.key)

    def some(self, number: int, *, expected: bool = False) -> Notice | None:
        found = [one for one in self.notices if not expected or self.expected(one)]
        return found[number % len(found)] if found else None

    # --- What may happen -----------------------------------------------------------------------------------------

    def announce(self, position: int, number: int, more: int) -> None:
        rows = self._rows(position, number, more)
        body = self._body(rows, f"LS-{len(self.notices)}")
        words: dict[str, Any] = {"body": body, "channel": "page", "at": self.now}
        with self._judged(rows):
            sent = shipments.announce(actor=self.sven, supplier=self.world.acme, **words)
        self.notices.append(Notice(sent.pk, [rows], self.now))

    def correct(self, position: int, number: int, more: int) -> None:
        if notice := self.some(position + more, expected=True):
            self._send(notice, self._rows(position, number, more))

    def send_again(self, _position: int, number: int, _more: int) -> None:
        """The supplier looks at what he sent, and says the same."""
        if notice := self.some(number, expected=True):
            self._send(notice, notice.said)

    def _send(self, notice: Notice, rows: dict[Row, Decimal]) -> None:
        shipment = self.shipment(notice)
        body = self._body(rows, shipment.delivery_note)
        with self._judged(rows, but=notice.key):
            sent = shipments.send(actor=self.sven, shipment=shipment, body=body, channel="page", at=self.now)
        if sent.version > len(notice.versions):
            notice.versions.append(rows)

    def cancel(self, _position: int, number: int, _more: int) -> None:
        if notice := self.some(number):
            shipments.cancel(actor=self.sven, shipment=self.shipment(notice), reason="Sold", at=self.now)
            notice.over = ShipmentState.CANCELLED

    def close(self, _position: int, number: int, _more: int) -> None:
        if notice := self.some(number):
            shipment_clock.close(actor=self.rita, shipment=self.shipment(notice), reason="Lost", at=self.now)
            notice.over = ShipmentState.CLOSED

    def receive(self, position: int, number: int, more: int) -> None:
        """So much of a row of a notice, in its lot or another one; of goods that are too many, too."""
        if notice := self.some(position):
            line, lot = sorted(notice.said)[more % len(notice.said)]
            quantity = notice.said[line, lot] if number % 3 == 0 else Decimal(number)
            self._book(line, quantity, LOTS[more % 3] if number % 7 == 0 else lot, notice=notice.key)
            notice.awaited = bool(number % 5)
            self.pull()

    def receive_all(self, _position: int, number: int, _more: int) -> None:
        if notice := self.some(number, expected=True):
            for (line, lot), quantity in notice.said.items():
                self._book(line, quantity, lot, notice=notice.key)
            notice.awaited = False
            self.pull()

    def receive_elsewhere(self, position: int, number: int, more: int) -> None:
        """A clerk books goods in the order's own transfer, and names no lot that a notice names."""
        self._book(self._line(position).pk, Decimal(number), "X" if more % 2 else "")
        self.pull()

    def send_back(self, position: int, number: int, more: int) -> None:
        brought = [one for one in self.moves if not one.takes_back and self._left(one)]
        if brought:
            one = brought[position % len(brought)]
            quantity = min(self._left(one), Decimal(number))
            back = replace(one, ref=f"m{len(self.moves)}", quantity=quantity, at=self.now, takes_back=one.ref)
            # A return's transfer is nobody's notice.
            self.moves.append(replace(back, counts=bool(more % 3)))
            self.pull()

    def book_otherwise(self, position: int, number: int, _more: int) -> None:
        """A booking is corrected in Odoo, down to nothing, but not below what was sent back of it."""
        brought = [one for one in self.moves if not one.takes_back]
        if brought:
            one = brought[position % len(brought)]
            one.quantity = max(one.quantity - self._left(one), Decimal(number // 2 * (number % 3 > 0)))
            self.pull()

    def order_otherwise(self, position: int, number: int, more: int) -> None:
        """The buyer changes one delivery of the order, and may call it off where nothing of it arrived."""
        one = self.world.lines[(position + more) % len(self.world.lines)]
        self.world.edit(one.ref, quantity=max(one.received, Decimal(0 if number % 9 == 0 else number)))
        self.pull()

    def promise(self, position: int, number: int, more: int) -> None:
        """The supplier answers, or asks to change what he promised: split over up to three deliveries. The buyer
        agrees, and Odoo takes it over.
        """
        line = self._line(position)
        much = line.quantity + (ZERO if number % 2 else Decimal(number % 11 - 5))
        parts = [much // (1 + more % 3)] * (more % 3)
        days = [(much - total(parts), DUE), *((part, DUE + dt.timedelta(7 * at + 7)) for at, part in enumerate(parts))]
        if line.state == LineState.AGREED:
            wish = Wish(tuple(PromisedDelivery(*one) for one in days), reason="capacity")
            request = changes.request_change(actor=self.world.anna, line=line, wish=wish, at=self.now)
            if request.is_open:
                changes.accept_change(actor=self.world.bea, request=request, offer=1, at=self.now)
        else:
            answer = self.world.answer(*days, position=line.position)
            acknowledge(actor=self.world.anna, order=self.world.order, answers=[answer], channel="page", at=self.now)
            if self._line(position).state == LineState.PENDING_BUYER:
                decisions.decide(
                    actor=self.world.bea,
                    line=self._line(position),
                    answer=self.world.latest(line.position),
                    decision=Decision.APPROVED,
                    at=self.now,
                    reason="So.",
                )
        self.world.deliver()
        self.pull()

    def accept(self, _position: int, _number: int, _more: int) -> None:
        if answers := self.world.accept():
            acknowledge(actor=self.world.anna, order=self.world.order, answers=answers, channel="page", at=self.now)

    def cancel_order(self, _position: int, number: int, _more: int) -> None:
        """Odoo lets nobody cancel what was received; here it is confirmed again sooner or later."""
        if number % 4 == 0 and not self.moves:
            self.world.pull(cancelled=True, **self._booked())

    def pull(self, *_whatever: int) -> None:
        """Odoo states the order again, with all that was booked of it."""
        by_remote: dict[str, Decimal] = defaultdict(Decimal)
        for one in self.moves:
            by_remote[one.remote] += one.quantity * ((-1 if one.counts else 0) if one.takes_back else 1)
        for ref, quantity in by_remote.items():
            self.world.edit(ref, received=quantity)
        self.world.pull(**self._booked())

    def days_pass(self, _position: int, number: int, _more: int) -> None:
        """The clock closes what has been quiet for a week, and of which nothing more is expected."""
        self.now += dt.timedelta(days=number % 10)
        shipment_clock.tick(self.now)
        for one in self.notices:
            booked = [move.at for move in self.moves if move.notice == one.key and move.quantity]
            quiet = not booked or max(booked) <= self.now - dt.timedelta(days=7)
            if not one.over and quiet and self.came(notice=one.key) and (self.whole(one) or one.key in self.ended):
                one.over = ShipmentState.CLOSED

    # --- How ---------------------------------------------------------------------------------------------------------

    def _line(self, position: int) -> OrderLine:
        lines = self.lines()
        return lines[position % len(lines)]

    def _rows(self, position: int, number: int, more: int) -> dict[Row, Decimal]:
        """One row, or two of different lots or lines; sometimes exactly what is open."""
        line = self._line(position)
        there = self.open()[line.pk].open
        rows = {(line.pk, LOTS[more % 3]): there if number % 3 == 0 and there else Decimal(number)}
        if number % 2:
            other = self._line(position + more % 2)
            rows[other.pk, LOTS[(more + 1) % 3]] = Decimal(1 + more)
        return rows

    def _body(self, rows: dict[Row, Decimal], note: str) -> dict[str, Any]:
        lines = {line.pk: line for line in self.lines()}
        said = [row(lines[key], quantity, **({"lot": lot} if lot else {})) for (key, lot), quantity in rows.items()]
        days = {"departs_on": self.now.date() + dt.timedelta(2), "arrives_on": self.now.date() + dt.timedelta(5)}
        return {"delivery_note": note, **{name: day.isoformat() for name, day in days.items()}, "lines": said}

    @contextmanager
    def _judged(self, rows: Mapping[Row, Decimal], but: UUID | None = None) -> Iterator[None]:
        """A notice is refused for its quantities exactly where the books say that it is too much."""
        lines = {line.pk: line for line in self.lines()}
        wanted: dict[UUID, Decimal] = defaultdict(Decimal)
        for (line, _lot), quantity in rows.items():
            wanted[line] += quantity
        fits = all(
            self.received(line) + self.road(line, but) + quantity <= self.most(lines[line])
            for line, quantity in wanted.items()
        )
        try:
            yield
        except Refused as refusal:
            if fits and "over_shipment" in {fault.code for fault in refusal.faults}:
                pytest.fail("refused, and it would have fitted")
            raise
        assert fits, "more is announced than may come"

    def _book(self, line: UUID, quantity: Decimal, lot: str, notice: UUID | None = None) -> None:
        (rows,) = [one.schedule.all() for one in self.lines() if one.pk == line]
        there = {row.pk for row in rows}
        remotes = [one.ref for one in self.world.lines if one.schedule_id in there]
        if quantity and remotes:
            remote = remotes[len(self.moves) % len(remotes)]
            self.moves.append(Movement(f"m{len(self.moves)}", line, remote, quantity, lot, self.now, notice))

    def _left(self, brought: Movement) -> Decimal:
        return brought.quantity - total(one.quantity for one in self.moves if one.takes_back == brought.ref)

    def _stated(self, one: Movement, covered: Mapping[UUID, UUID]) -> ReceiptStatement:
        stated = next(line for line in self.world.lines if line.ref == one.remote)
        return ReceiptStatement(
            ref=one.ref,
            line=one.remote,
            item_id=stated.item_id,
            quantity=one.quantity,
            unit_name="Units",
            at=one.at,
            day=one.at.date(),
            kind=ReceiptKind.RETURN if one.takes_back else ReceiptKind.RECEIPT,
            counts=one.counts,
            returned_ref=one.takes_back,
            lot=one.lot,
            lot_key=lot_id(self.world.acme.pk, stated.item_id, one.lot) if one.lot else None,
            notice=covered.get(one.notice) if one.notice else None,
        )

    def _booked(self) -> dict[str, Any]:
        """All that Odoo has to say of bookings and of notices' transfers."""
        with everything():
            rows = ShipmentOrder.objects.filter(shipment__in=[one.key for one in self.notices])
            covered = dict(rows.values_list("shipment", "pk"))
        self.ended = {one.key for one in self.notices if not one.awaited}
        return {
            "receipts": tuple(self._stated(one, covered) for one in self.moves if one.quantity or one.kept),
            "transfers": tuple(TransferStatement(key, "IN/1", ended=of in self.ended) for of, key in covered.items()),
        }
