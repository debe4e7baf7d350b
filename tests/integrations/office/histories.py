"""What people on both sides and the machines may do with one order, in any order, and what must hold all the while.

Every deed takes a line's position, a number and some days, and makes of them what fits; one that is refused leaves
nothing behind. The far side is the sandbox (:mod:`.far_side`), reached by the real pull and push.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch
from hypothesis import currently_in_test_context, event

from integrations.office import delivery as office
from integrations.office.actions.desk import retry
from integrations.office.models import Delivery, Mapping
from integrations.office.odoo.pull import pull
from integrations.office.states import UNSETTLED, DeliveryState
from integrations.sandbox.errors import OdooError
from integrations.slot.models import Tray
from portal.shared.actor import Actor, ActorKind, Grant
from portal.shared.errors import Refused
from suppliers.actions import activation, changes, decisions, moves
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery, SubstituteItem
from suppliers.actions.comments import comment
from suppliers.actions.decisions import Choice
from suppliers.actions.negotiating import Ask, Wish
from suppliers.models import (
    AnswerLine,
    ChangeRequest,
    Commitment,
    DateMove,
    OrderLine,
    OrderRevision,
    PurchaseOrder,
    ScheduleLine,
)
from suppliers.queries.orders import LineDetail
from suppliers.states import AnswerKind, Cause, Decision, LineState, Mode, Reason, Side, StaffRole, SyncMark
from tests.cast import everything
from tests.integrations.office.buying import DUE, IN_ODOO
from tests.integrations.office.dispatching import AT_THE_DOCK, Dispatch
from tests.integrations.office.far_side import MEANWHILE, Died, Mishap, Road, Values, remote_of
from tests.integrations.office.world import BUYER, KEEPER, clerk_of

BEGAN = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
ALWAYS, NEVER_YET = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
ADMINISTRATOR = Actor(ActorKind.STAFF, "ada", "Ada", frozenset({Grant(StaffRole.STAFF_ADMINISTRATOR)}))
MOST_LETTERS = 40


def _count(what: str) -> None:
    """For ``--hypothesis-show-statistics``."""
    if currently_in_test_context():
        event(what)


@dataclass(frozen=True)
class Deed:
    """Something one person does."""

    name: str
    position: int = 1
    number: int = 10
    days: int = 0

    @property
    def in_odoo(self) -> bool:
        return self.name in (*IN_ODOO, *AT_THE_DOCK)


@dataclass
class Trade(Dispatch):
    """One order's life, from the first release on."""

    now: dt.datetime = BEGAN
    done: list[Deed] = field(default_factory=list)

    # --- What is looked at -------------------------------------------------------------------------------------------

    @property
    def order(self) -> PurchaseOrder:
        """The order as the portal knows it now; the one that its vendor has, where it was given away."""
        with everything():
            return self._order()

    def _order(self) -> PurchaseOrder:
        keys = Mapping.objects.filter(model="purchase.order").values_list("object_id", flat=True)
        return PurchaseOrder.objects.select_related("supplier").get(number=self.odoo.number, pk__in=list(keys))

    def lines(self) -> list[LineDetail]:
        with everything():
            rows = OrderLine.objects.filter(order=self._order()).select_related("order").order_by("position")
            kept = rows.prefetch_related(
                Prefetch("schedule", ScheduleLine.objects.order_by("position")),
                Prefetch("answers", AnswerLine.objects.order_by("-number").prefetch_related("promises")),
                Prefetch("commitments", Commitment.objects.order_by("number")),
                Prefetch("changes", ChangeRequest.objects.open().select_related("order", "line")),
            )
            return [
                LineDetail(
                    line,
                    list(line.schedule.all()),
                    list(line.answers.all()),
                    list(line.commitments.all()),
                    next(iter(line.changes.all()), None),
                )
                for line in kept
            ]

    def line(self, position: int, *states: LineState) -> LineDetail:
        """One in these states where there is one; else any, about which the deed will be refused."""
        lines = self.lines()
        lines = [one for one in lines if one.line.state in states] or lines
        return lines[(position - 1) % len(lines)]

    def clerk(self) -> Actor:
        return clerk_of(self.order.supplier_id)

    def shown(self, values: Values, revisions: int) -> bool:
        said = {"quantity": values[0], "price": values[1], "date": values[2].isoformat()}
        with everything():
            rows = OrderRevision.objects.filter(order=self._order(), number__gt=revisions)
            lines = [line for row in rows for line in row.lines]
        return any(
            said == {"quantity": Decimal(one["quantity"]), "price": Decimal(one["price"]), "date": one["date"]}
            for one in lines
        )

    def revisions(self) -> int:
        return int(self.order.revision)

    # --- What may be done --------------------------------------------------------------------------------------------

    def do(self, deed: Deed) -> bool:
        """Whether it was done; what is refused is not."""
        self.now += dt.timedelta(minutes=1)
        try:
            getattr(self, deed.name)(deed.position, deed.number, deed.days)
        except (Refused, OdooError) as refusal:
            _count(f"{deed.name}: {type(refusal).__name__}")
            return False
        _count(f"{deed.name}: done")
        return True

    # The supplier, or somebody for him

    def answer(self, position: int, number: int, days: int) -> None:
        one = self.line(position, LineState.OPEN, LineState.PENDING_BUYER)
        kind, words = AnswerKind.CHANGED, {}
        parts = self._parts(number, days)
        if number % 11 == 0:
            kind, parts = AnswerKind.REJECTED, ()
        elif number % 7 == 0:
            kind, parts = AnswerKind.BACKORDERED, (*parts[:-1], PromisedDelivery(parts[-1].quantity, None))
        elif number % 13 == 0:
            kind, words = AnswerKind.SUBSTITUTED, {"substitute": SubstituteItem("X-1", description="Another")}
        if number % 5 == 0 and kind is AnswerKind.CHANGED:
            words["price"] = Decimal(90 + number)
        said = LineAnswer(one.line.pk, one.line.revision, kind, parts, Reason.CAPACITY, **words)
        self.say([said], on_behalf=number % 4 == 0)

    def answer_near(self, position: int, number: int, days: int) -> None:
        """What is asked, split and moved by little enough to be agreed at once."""
        line = self.line(position, LineState.OPEN).line
        rows, date = [], line.requested_date + dt.timedelta(days % 3)
        left, parts = line.quantity, 1 + number % 3
        for part in range(parts):
            share = left if part == parts - 1 else (left / (parts - part)).quantize(Decimal(1))
            left -= share
            rows.append(PromisedDelivery(share, date + dt.timedelta(part if number % 2 else 0)))
        said = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, tuple(rows), Reason.CAPACITY)
        self.say([said], on_behalf=number % 4 == 0)

    def accept(self, _position: int, number: int, _days: int) -> None:
        lines = [one.line for one in self.lines() if one.line.state == LineState.OPEN]
        if lines:
            self.say([LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in lines], on_behalf=False)

    def say(self, answers: list[LineAnswer], *, on_behalf: bool) -> None:
        who, words = (BUYER, {"source": "phone", "source_note": "Carla"}) if on_behalf else (self.clerk(), {})
        order = self.order
        acknowledge(actor=who, order=order, answers=answers, channel="page", at=self.now, **words)

    def _parts(self, number: int, days: int) -> tuple[PromisedDelivery, ...]:
        date = DUE + dt.timedelta(days)
        shares = [number, *([number // 2 + 1] if number % 2 else []), *([7] if number % 6 == 1 else [])]
        return tuple(
            PromisedDelivery(Decimal(share), date + dt.timedelta(7 * place)) for place, share in enumerate(shares)
        )

    # Both sides, about what was agreed

    def _wish(self, who: Actor, number: int, days: int, *, on_behalf: bool = False) -> Wish:
        cancels = number % 9 == 0
        price = Decimal(90 + number) if number % 5 == 0 and not cancels else None
        supplier = who.behind_wall or on_behalf
        reason = Reason.CAPACITY if supplier else Reason.DEMAND
        return Wish(() if cancels else self._parts(number, days), price, cancels, reason)

    def ask(self, position: int, number: int, days: int) -> None:
        who = self.clerk() if number % 3 else BUYER
        words = {"source": "phone"} if who is BUYER and number % 4 == 0 else {}
        wish = self._wish(who, number, days, on_behalf=bool(words))
        line = self.line(position, LineState.AGREED).line
        changes.request_change(actor=who, line=line, wish=wish, at=self.now, **words)

    def ask_several(self, _position: int, number: int, days: int) -> None:
        who = self.clerk() if number % 3 else BUYER
        lines = [one.line for one in self.lines() if one.line.state == LineState.AGREED]
        asks = [Ask(line.pk, self._wish(who, number + 2 * place, days)) for place, line in enumerate(lines)]
        changes.request_changes(actor=who, order=self.order, asks=asks, at=self.now)

    def counter(self, position: int, number: int, days: int) -> None:
        if change := self._change(position):
            who = self._awaited(change)
            wish, offer = self._wish(who, number, days), self._last(change)
            changes.counter_change(actor=who, request=change, offer=offer, wish=wish, at=self.now)
        else:
            self.ask(position, number, days)

    def take(self, position: int, number: int, days: int) -> None:
        if change := self._change(position):
            who, offer = self._awaited(change), self._last(change)
            changes.accept_change(actor=who, request=change, offer=offer, at=self.now)
        else:
            self.ask(position, number, days)

    def refuse(self, position: int, number: int, days: int) -> None:
        if change := self._change(position):
            changes.decline_change(
                actor=self._awaited(change), request=change, offer=self._last(change), reason="No.", at=self.now
            )

    def withdraw(self, position: int, number: int, days: int) -> None:
        if change := self._change(position):
            who = self.clerk() if change.side == Side.SUPPLIER else BUYER
            changes.withdraw_change(actor=who, request=change, at=self.now)

    def _change(self, position: int) -> ChangeRequest | None:
        found = [one.open_change for one in self.lines() if one.open_change is not None]
        return found[(position - 1) % len(found)] if found else None

    def _awaited(self, change: ChangeRequest) -> Actor:
        return self.clerk() if change.waits_for == Side.SUPPLIER else BUYER

    def _last(self, change: ChangeRequest) -> int:
        with everything():
            return change.offers.count()

    def write_comment(self, _position: int, number: int, _days: int) -> None:
        who = replace(self.clerk() if number % 2 else BUYER, id=str(UUID(int=number % 2)))
        comment(actor=who, order=self.order, text=f"Comment {number}", at=self.now)

    # The buyer, in the portal

    def decide(self, position: int, number: int, _days: int) -> None:
        one = self.line(position, LineState.PENDING_BUYER)
        if one.latest is not None:
            decision = Decision.APPROVED if number % 3 else Decision.DECLINED
            decisions.decide(
                actor=BUYER, line=one.line, answer=one.latest.pk, decision=decision, at=self.now, reason="So."
            )

    def decide_all(self, _position: int, number: int, _days: int) -> None:
        chosen = [Choice(one.line.pk, one.latest.pk) for one in self.lines() if one.latest is not None]
        decision = Decision.APPROVED if number % 3 else Decision.DECLINED
        decisions.decide_many(actor=BUYER, choices=chosen, decision=decision, at=self.now, reason="So.")

    def resolve(self, position: int, number: int, _days: int) -> None:
        conflicts = [one.line for one in self.lines() if one.line.sync == SyncMark.CONFLICT]
        if conflicts:
            line = conflicts[(position - 1) % len(conflicts)]
            self.settle_conflict(line, keep=bool(number % 2))

    def settle_conflict(self, line: OrderLine, *, keep: bool) -> None:
        with everything():
            shown = {remote_of(entry["schedule"]): entry for entry in line.conflict or []}
        decisions.resolve_conflict(actor=BUYER, line=line, keep=keep, at=self.now, reason="So.")
        for key, entry in shown.items():
            said = Decimal(entry["quantity"]), Decimal(entry["price"]), dt.date.fromisoformat(entry["date"])
            if key in self.odoo.unseen and self.odoo.unseen[key][0] == said:
                del self.odoo.unseen[key]

    def state_cause(self, _position: int, number: int, _days: int) -> None:
        with everything():
            move = DateMove.objects.filter(line__order=self._order(), stated_at=None).first()
        if move is not None:
            cause = Cause.SUPPLIER if number % 2 else Cause.BUYER
            moves.state_cause(actor=BUYER, move=move, cause=cause, at=self.now, reason="So.")

    def switch(self, _position: int, number: int, _days: int) -> None:
        mode = (Mode.ON, Mode.OFF, Mode.ON, Mode.OBSERVE)[number % 4]
        cut_over = NEVER_YET if number % 3 == 0 else ALWAYS
        activation.set_mode(actor=ADMINISTRATOR, mode=mode, cut_over=cut_over, at=self.now)
        if number % 5:
            activation.move_all(self.now)

    def press_retry(self, _position: int, _number: int, _days: int) -> None:
        for letter in self.letters(DeliveryState.NEEDS_PERSON):
            retry(actor=BUYER if letter.owner == "buyer" else KEEPER, delivery=letter, at=self.now)

    def wait(self, _position: int, number: int, _days: int) -> None:
        self.now += dt.timedelta(seconds=60 * number)

    # --- The machines ------------------------------------------------------------------------------------------------

    def pull(self, mishap: Mishap | None = None) -> None:
        summary = pull(Road(self.odoo, mishap), lambda: self.now)
        if mishap is None or mishap.kind == MEANWHILE:
            assert not summary.failure, summary.failure
        assert not summary.troubles, "an order cannot be taken in"

    def work(self, mishap: Mishap | None = None) -> None:
        """One worker delivers all that is due; the ``mishap`` is that of its first letters' calls."""
        road = Road(self.odoo, mishap)
        self.now += dt.timedelta(seconds=1)
        office.sweep(self.now)
        office.fan_out(self.now)
        for _letter in range(MOST_LETTERS):
            if office.deliver_one(road, lambda: self.now) is None:
                return
        raise AssertionError("letters go round in circles")

    def run(self, machine: Callable[[Mishap | None], None], mishap: Mishap | None) -> None:
        self.now += dt.timedelta(minutes=1)
        try:
            machine(mishap)
        except Died:
            _count("a machine died")

    def letters(self, *states: str) -> list[Delivery]:
        with everything():
            return list(Delivery.objects.filter(state__in=states, destination__startswith="odoo:").order_by("position"))

    def unsettled(self) -> bool:
        with everything():
            tray = Tray.objects.exists()
        return tray or bool(self.letters(*UNSETTLED))


OF_THE_SUPPLIER = ("accept", "answer", "answer_near", "write_comment")
OF_BOTH = ("ask", "ask_several", "counter", "take", "refuse", "withdraw")
OF_THE_BUYER = ("decide", "decide_all", "resolve", "state_cause", "switch", "press_retry", "wait")
