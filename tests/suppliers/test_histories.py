"""Random histories: people on both sides do what they may, in any order, and Odoo is edited, receives and cancels.

After every step the promises add up and nothing that was said is gone; after the last letter and pull both sides say
the same, and somebody can still move every line that is not over.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from portal.shared import audit, transitions
from portal.shared.acting import acting
from portal.shared.errors import Refused
from suppliers.actions import agreements, changes, decisions, orders, settling
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import PromisedDelivery
from suppliers.actions.negotiating import Wish
from suppliers.models import AnswerLine, ChangeOffer, ChangeRequest, Commitment, OrderLine, PurchaseOrder
from suppliers.queries.orders import order_detail
from suppliers.states import AnswerKind, Decision, LineState, OrderState, Side, SyncMark
from tests.suppliers.conftest import DUE, NOW, PULL, World

DAY = dt.timedelta(days=1)
OVER = (LineState.CANCELLED, LineState.RECEIVED)


@dataclass
class History:
    """One order's life as the steps move it on."""

    world: World
    edits: int = 0
    said: Counter[str] = field(default_factory=Counter)
    letter: dict[str, Any] | None = None
    """What a worker has in his hands, as it was agreed when he took it."""
    former: list[tuple[PurchaseOrder, Any]] = field(default_factory=list)
    """Orders that were given to somebody else, and who answered them."""

    def wish(self, number: int, days: int) -> Wish:
        parts = [(Decimal(number), DUE + days * DAY)]
        if number % 2:
            parts.append((Decimal(number), DUE + (days + 7) * DAY))
        deliveries = tuple(PromisedDelivery(quantity, date) for quantity, date in parts)
        return Wish(() if number % 7 == 0 else deliveries, cancels=number % 7 == 0, reason="other")

    def change(self, position: int) -> ChangeRequest | None:
        with acting(self.world.bea):
            rows = ChangeRequest.objects.open().filter(line__order=self.world.order, line__position=position)
            return rows.select_related("order", "line").first()

    # --- What may happen ---------------------------------------------------------------------------------------------

    def answer(self, position: int, number: int, days: int) -> None:
        promises = [(number, DUE + days * DAY)] + ([(number, DUE + (days + 7) * DAY)] if number % 2 else [])
        kind = AnswerKind.REJECTED if number % 11 == 0 else AnswerKind.CHANGED
        answer = self.world.answer(*([] if kind is AnswerKind.REJECTED else promises), position=position, kind=kind)
        acknowledge(actor=self.world.clerk, order=self.world.order, answers=[answer], channel="page", at=NOW)

    def accept(self, _position: int, _number: int, _days: int) -> None:
        if answers := self.world.accept():
            acknowledge(actor=self.world.clerk, order=self.world.order, answers=answers, channel="page", at=NOW)

    def decide(self, position: int, number: int, _days: int) -> None:
        detail = self.world.detail().lines[position - 1]
        if detail.latest is not None:
            decision = Decision.APPROVED if number % 2 else Decision.DECLINED
            decisions.decide(
                actor=self.world.bea,
                line=detail.line,
                answer=detail.latest.pk,
                decision=decision,
                at=NOW,
                reason="r",
            )

    def ask(self, position: int, number: int, days: int) -> None:
        who = self.world.clerk if number % 3 else self.world.bea
        wish = self.wish(number, days)
        changes.request_change(actor=who, line=self.world.line(position), wish=self._for(wish, who), at=NOW)

    def counter(self, position: int, number: int, days: int) -> None:
        if change := self.change(position):
            who = self._other(change)
            wish = self._for(self.wish(number, days), who)
            changes.counter_change(actor=who, request=change, offer=self._last(change), wish=wish, at=NOW)

    def take(self, position: int, _number: int, _days: int) -> None:
        if change := self.change(position):
            changes.accept_change(actor=self._other(change), request=change, offer=self._last(change), at=NOW)

    def refuse(self, position: int, _number: int, _days: int) -> None:
        if change := self.change(position):
            who, offer = self._other(change), self._last(change)
            changes.decline_change(actor=who, request=change, offer=offer, reason="no", at=NOW)

    def withdraw(self, position: int, _number: int, _days: int) -> None:
        if change := self.change(position):
            who = self.world.clerk if change.side == Side.SUPPLIER else self.world.bea
            changes.withdraw_change(actor=who, request=change, at=NOW)

    def edit(self, position: int, number: int, days: int) -> None:
        before = list(self.world.lines)
        received = next((one.received for one in before if one.ref == str(position)), Decimal(0))
        self.world.edit(str(position), quantity=max(Decimal(number), received), date=DUE + days * DAY)
        self.edits += before != self.world.lines
        self.world.pull()

    def receive(self, position: int, number: int, _days: int) -> None:
        stated = next(one for one in self.world.lines if one.ref == str(position))
        self.world.edit(stated.ref, received=min(stated.quantity, stated.received + number))
        self.world.pull()

    def claim(self, _position: int, _number: int, _days: int) -> None:
        if self.letter is None:
            lines = [one for one in self.world.detail().lines if one.line.sync == SyncMark.WAITING]
            self.letter = {
                "lines": [
                    {
                        "line": str(one.line.pk),
                        "revision": one.line.revision,
                        "schedule": agreements.stated(one.schedule),
                    }
                    for one in lines
                ]
            }

    def send(self, _position: int, _number: int, _days: int) -> None:
        """Odoo takes it over, and nobody hears the answer yet."""
        if self.letter is not None and not self.world.ours:
            for line in self._of_the_letter():
                for row in self._said(line):
                    values = Decimal(row["quantity"]), Decimal(row["price"]), dt.date.fromisoformat(row["date"])
                    self.world.write(UUID(row["schedule"]), values)
                    self.world.ours[UUID(row["schedule"])] = line.revision, values

    def settle(self, position: int, number: int, days: int) -> None:
        if self.letter is None:
            return
        self.send(position, number, days)
        lines = self._of_the_letter()
        with acting(PULL, write=True), audit.doing(audit.Deed("deliver", PULL, NOW)):
            order = transitions.hold(self.world.order)
            still = settling.still_agreed(lines, self.letter)
            there = {one.schedule_id for one in self.world.lines}
            for line in lines:
                keys = [UUID(row["schedule"]) for row in self._said(line)]
                settling.take_written(line, {key: self.world.ours[key][1] for key in keys if key in there})
                if line.pk in still:
                    settling.mark_in_odoo(line)
            orders.refresh(order)
        self.letter, self.world.ours = None, {}

    def _of_the_letter(self) -> list[OrderLine]:
        """The lines of which the letter speaks: not those that were revised since, or are over."""
        assert self.letter is not None
        revisions = {entry["line"]: entry["revision"] for entry in self.letter["lines"]}
        lines = [detail.line for detail in self.world.detail().lines]
        return [
            line for line in lines if line.state == LineState.AGREED and line.revision == revisions.get(str(line.pk))
        ]

    def _said(self, line: OrderLine) -> list[dict[str, str]]:
        assert self.letter is not None
        return next(entry["schedule"] for entry in self.letter["lines"] if entry["line"] == str(line.pk))

    def deliver(self, _position: int, _number: int, _days: int) -> None:
        if self.letter is None and not any(one.line.sync == SyncMark.CONFLICT for one in self.world.detail().lines):
            self.world.deliver()

    def pull(self, _position: int, _number: int, _days: int) -> None:
        self.world.pull()

    def cancel(self, _position: int, number: int, _days: int) -> None:
        if number % 10 == 0 and not any(one.received for one in self.world.lines):
            self.world.pull(cancelled=True)
            self.edits += 1
            self.world.pull()  # and it is confirmed again
            self.edits += 1

    def revalue(self, _position: int, number: int, _days: int) -> None:
        before, self.world.currency = self.world.currency, "USD" if number % 2 else "EUR"
        self.edits += before != self.world.currency
        self.world.pull()

    def give(self, _position: int, number: int, _days: int) -> None:
        """Cancelled, set to draft, given to the other vendor and confirmed again."""
        if number % 5 == 0 and not any(one.received for one in self.world.lines):
            self.former.append((self.world.order, self.world.clerk))
            self.world.holder = self.world.acme if self.world.holder == self.world.borealis else self.world.borealis
            self.world.pull()
            self.said.clear()
            self.edits = 0

    def clash(self, position: int, number: int, days: int) -> None:
        """Odoo is edited while an agreement is on its way; the post office finds it and writes nothing."""
        detail = self.world.detail().lines[position - 1]
        line, row = detail.line, detail.schedule[0]
        if line.state != LineState.AGREED or line.sync != SyncMark.WAITING or line.received_quantity:
            return
        self.world.edit(str(position), quantity=Decimal(number), date=DUE + days * DAY)
        self.edits += 1
        (said,) = [one for one in self.world.lines if one.ref == str(position)]
        actual = {"schedule": str(row.pk), "quantity": str(said.quantity), "price": str(said.price)}
        actual |= {"date": said.date.isoformat(), "received": "0"}
        with acting(PULL, write=True), audit.doing(audit.Deed("deliver", PULL, NOW)):
            order = transitions.hold(self.world.order)
            settling.mark_conflict(transitions.hold(line), {"code": "conflict", "differences": []}, [actual])
            orders.refresh(order)

    def resolve(self, position: int, number: int, _days: int) -> None:
        decisions.resolve_conflict(
            actor=self.world.bea, line=self.world.line(position), keep=bool(number % 2), at=NOW, reason="r"
        )

    def _for(self, wish: Wish, who: Any) -> Wish:
        return Wish(wish.deliveries, wish.price, wish.cancels, "capacity" if who.behind_wall else "demand")

    def _other(self, change: ChangeRequest) -> Any:
        return self.world.clerk if change.waits_for == Side.SUPPLIER else self.world.bea

    def _last(self, change: ChangeRequest) -> int:
        with acting(self.world.bea):
            return change.offers.count()

    # --- What must hold ----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """After every step."""
        for detail in self.world.detail().lines:
            line, agreed = detail.line, [row for row in detail.schedule if row.agreed_quantity]
            rejected = detail.latest is not None and detail.latest.kind == AnswerKind.REJECTED
            if line.state == LineState.AGREED and not rejected:
                assert line.promised_quantity == sum(row.agreed_quantity or 0 for row in agreed)
                assert line.first_date is not None or not agreed
            if line.state == LineState.OPEN:
                assert not agreed, "something is agreed of a line that is asked"
            if line.sync == SyncMark.CONFLICT:
                assert line.state in (LineState.AGREED, LineState.RECEIVED), "nobody can end this conflict"
            if detail.open_change is not None:
                assert line.state == LineState.AGREED, "something is negotiated that is not agreed"
            assert [step.number for step in detail.commitments] == list(range(1, len(detail.commitments) + 1))
        with acting(self.world.bea):
            of = {"line__order": self.world.order}
            now = Counter(
                answers=AnswerLine.objects.filter(**of).count(),
                commitments=Commitment.objects.filter(**of).count(),
                requests=ChangeRequest.objects.filter(**of).count(),
                offers=ChangeOffer.objects.filter(request__order=self.world.order).count(),
            )
            numbers = list(
                ChangeRequest.objects.filter(order=self.world.order).order_by("number").values_list("number", flat=True)
            )
        assert all(now[name] >= count for name, count in self.said.items()), "something that was said is gone"
        assert numbers == list(range(1, len(numbers) + 1))
        self.said = now
        for order, clerk in self.former:
            with acting(clerk):
                known = order_detail(clerk, order.pk)
            assert known.order.state == OrderState.CANCELLED
            assert not any(row.agreed_quantity for one in known.lines for row in one.schedule)

    def finish(self) -> None:
        """Everybody does what is left for him to do, and the last letter arrives."""
        for position in (1, 2):
            if self.world.line(position).sync == SyncMark.CONFLICT:
                self.resolve(position, 0, 0)
            self.refuse(position, 0, 0)
            if self.world.line(position).state == LineState.PENDING_BUYER:
                self.decide(position, 1, 0)
        self.accept(0, 0, 0)
        for _letter in range(2):
            self.claim(0, 0, 0)
            self.settle(0, 0, 0)
        self.world.pull()


STEPS: list[Callable[[History, int, int, int], None]] = [
    History.answer, History.accept, History.decide, History.ask, History.ask, History.counter, History.take,
    History.refuse, History.withdraw, History.edit, History.receive, History.deliver, History.pull, History.cancel,
    History.claim, History.send, History.settle,
    History.revalue, History.give, History.clash, History.resolve,
]  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from([1, 2]), st.integers(1, 120), st.integers(0, 30)), max_size=16
)


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), steps)
@pytest.mark.django_db
def test_any_history_keeps_both_sides_equal(world: World, agreed_first: bool, history: list[Any]) -> None:
    """Whatever people do on both sides: after the last letter and pull an agreed line says the same here and there, no
    line is stuck, and neither our echo nor silence ever made a revision.
    """
    world.start_again()
    life = History(world)
    if agreed_first:
        life.accept(0, 0, 0)
    for step, position, number, days in history:
        try:
            step(life, position, number, days)
        except Refused as refusal:
            event(f"{step.__name__}: {type(refusal).__name__}")
        else:
            event(f"{step.__name__}: done")
        life.check()
    life.finish()
    life.check()
    detail = world.detail()
    assert detail.order.revision <= 1 + life.edits
    for one in detail.lines:
        assert one.line.state in (LineState.AGREED, *OVER), "nobody can move this line"
        if one.line.state != LineState.AGREED:
            continue
        stated = sorted((row.quantity, row.date) for row in one.schedule if row.in_odoo and row.quantity)
        agreed = sorted((row.agreed_quantity, row.agreed_date) for row in one.schedule if row.agreed_quantity)
        if agreed or one.latest is None or one.latest.kind != AnswerKind.REJECTED:
            assert stated == agreed
