"""Hundreds of faults, in an order that one number decides. What the test did is the ledger the outcome is held against.

    FAULTS=5000 FAULT_SEED=7 python -m pytest tests/faults/test_storm.py

Nothing lost: what was agreed stands in Odoo. Nothing doubled: no line and no note too many. Nothing overwritten: what a
person changed in Odoo stays until somebody decides on it. No loops: our own writes never come back as revisions.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from integrations.office.actions.desk import retry
from integrations.office.models import Delivery as Letter
from integrations.office.odoo import translate
from integrations.office.states import UNSETTLED, DeliveryState
from integrations.slot.models import Tray
from portal.shared.errors import Invalid
from suppliers.actions.decisions import resolve_conflict
from suppliers.models import OrderLine, PurchaseOrder
from suppliers.states import ChangeState, Decision, LineState, SyncMark
from tests.cast import everything
from tests.faults import cargo
from tests.faults.workers import Workers
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = [pytest.mark.committed, pytest.mark.long]

FAULTS = int(os.environ.get("FAULTS", "120"))
SEED = int(os.environ.get("FAULT_SEED", "20261121"))
ITEMS = ("PH-1040", "PH-1080", "IM-2040")
PRICE = 92.5
MOST_ORDERS = 12
KINDS = ("down", "close", "lose", "lose", "lose", "garbage", "serialization", "access")
WRITES = ("purchase.order.line.load", "stock.move.write", "mail.message.load", ".load", "stock.picking.load",
          "stock.picking.action_split_transfer", "stock.move.line.load", "stock.lot.load")  # fmt: skip
READS = ("purchase.order.line.search_read", "purchase.order.search_read", "stock.move.search_read",
         "purchase.order.line.get_external_id")  # fmt: skip

Delivery = tuple[Decimal, str]
"""Quantity and date of one delivery; deliveries of nothing do not count."""


@dataclass
class Kept:
    """One order in the ledger outside the system."""

    number: str
    expected: dict[str, Counter[Delivery]]
    """By item: what Odoo must say in the end."""
    agreed: dict[str, Counter[Delivery]] = field(default_factory=dict)
    offered: dict[str, Counter[Delivery]] = field(default_factory=dict)
    """What waits for the buyer, outside tolerance."""
    shipped: dict[UUID, cargo.Pieces] = field(default_factory=dict)
    """What each notice of the order says, as it was sent last; nothing where it was cancelled."""
    edits: int = 0

    def bind(self, item: str, split: Counter[Delivery]) -> None:
        """Both sides say yes to it."""
        self.expected[item] = self.agreed[item] = split


class Storm:
    """A client, a buyer, a supplier, workers and misfortune, all played by one random generator."""

    def __init__(self, sandbox: SandboxProcess, workers: Workers, seed: int) -> None:
        self.sandbox = sandbox
        self.workers = workers
        self.random = random.Random(seed)
        self.now = timezone.now()
        self.orders: list[Kept] = []
        self.faults: Counter[str] = Counter()
        self.unique = 1000

    def step(self) -> None:
        """One thing happens."""
        acts: list[tuple[Callable[[], None], int]] = [
            (self.release, 2), (self.agree, 4), (self.edit, 4), (self.decide, 2), (self.work_in_trouble, 26),
            (self.pull_in_trouble, 6), (self.die, 8), (self.crowd, 2), (self.wait, 2), (self.press_retry, 2),
            (self.answer, 2), (self.decide_on_answers, 2), (self.negotiate, 6), (self.announce, 5),
            (self.correct, 4), (self.cancel, 2),
        ]  # fmt: skip
        act = self.random.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        act()

    def release(self) -> None:
        if len(self.orders) >= MOST_ORDERS:
            return
        items = ITEMS[: self.random.randint(1, len(ITEMS))]
        lines = [{"product": item, "quantity": 100, "date": "2027-03-01 11:00:00", "price": PRICE} for item in items]
        number = self.sandbox.release(lines=lines)["name"]
        expected = {item: Counter({(Decimal(100), "2027-03-01"): 1}) for item in items}
        self.orders.append(Kept(number, expected))
        world.pull()

    def agree(self, *, again: bool = True) -> None:
        world.pull()
        for kept in self.random.sample(self.orders, len(self.orders)):
            order = world.order_named(kept.number)
            lines = [line for line in world.lines_of(order) if line.state == LineState.OPEN]
            if lines:
                splits = {line.position: self.split(line) for line in lines}
                for line in lines:
                    kept.offered[line.item_code] = counted(splits[line.position])
                world.answer(order, splits)
                for line in world.lines_of(order):
                    if line.state == LineState.PENDING_BUYER:
                        self.decide_on_answer(kept, line, Decision.APPROVED)
                    elif line.position in splits:
                        kept.bind(line.item_code, kept.offered[line.item_code])
                return
        # Everything is answered: something new, or a buyer who changes his mind, and then an answer to that.
        (self.release if len(self.orders) < MOST_ORDERS else self.edit)()
        if again:
            self.agree(again=False)

    def some(self, *states: LineState) -> tuple[Kept, PurchaseOrder, OrderLine] | None:
        """A line in one of these states that no conflict holds up, as Odoo's last word left it."""
        world.pull()
        found = [
            (kept, order, line)
            for kept in self.orders
            for order in (world.order_named(kept.number),)
            for line in world.lines_of(order)
            if line.state in states and line.sync != SyncMark.CONFLICT
        ]
        return self.random.choice(found) if found else None

    def answer(self) -> None:
        """A supplier says something else than was ordered, and the buyer takes his time."""
        if chosen := self.some(LineState.OPEN, LineState.PENDING_BUYER):
            kept, order, line = chosen
            split = self.split(line)
            world.answer(order, {line.position: split})
            kept.offered[line.item_code] = counted(split)
            (line,) = [one for one in world.lines_of(order) if one.pk == line.pk]
            if line.state == LineState.AGREED:
                kept.bind(line.item_code, counted(split))

    def decide_on_answers(self) -> None:
        if chosen := self.some(LineState.PENDING_BUYER):
            kept, _order, line = chosen
            self.decide_on_answer(kept, line, self.random.choice(list(Decision)))

    def decide_on_answer(self, kept: Kept, line: OrderLine, decision: Decision) -> None:
        world.decide_on(line, decision)
        if decision == Decision.APPROVED:
            kept.bind(line.item_code, kept.offered[line.item_code])

    def negotiate(self) -> None:
        """Somebody asks for a change of what is agreed; the other side counters, takes or declines it."""
        chosen = self.some(LineState.AGREED)
        if chosen is None:
            return
        kept, order, line = chosen
        split = self.split(line)
        try:
            request = world.negotiate(order, line, split, self.random)
        except Invalid:
            return  # it is what is agreed already
        if request.state == ChangeState.ACCEPTED:
            kept.bind(line.item_code, world.bound(request))

    def announce(self) -> None:
        """A supplier ships a few pieces, so few that the order always has them."""
        if (chosen := self.some(LineState.AGREED)) and chosen[2].item_code in cargo.BY_LOT:
            kept, order, line = chosen
            if len(kept.shipped) < 4:
                self.unique += 1
                pieces = cargo.some(line, self.random)
                kept.shipped[cargo.announce(order, line, pieces, f"LS-{self.unique}")] = pieces

    def correct(self) -> None:
        if (chosen := self.some(LineState.AGREED)) and chosen[2].item_code in cargo.BY_LOT:
            kept, order, line = chosen
            for key in [key for key, pieces in kept.shipped.items() if pieces][:1]:
                kept.shipped[key] = pieces = cargo.some(line, self.random)
                cargo.correct(order, line, pieces, key)

    def cancel(self) -> None:
        if live := [(kept, key) for kept in self.orders for key, pieces in kept.shipped.items() if pieces]:
            kept, key = self.random.choice(live)
            cargo.cancel(world.order_named(kept.number), key)
            kept.shipped[key] = Counter()

    def split(self, line: OrderLine) -> list[tuple[str, str]]:
        """Between one and three deliveries of what is ordered."""
        parts = self.random.randint(1, 3)
        left = int(line.quantity)
        split = []
        for part in range(parts):
            quantity = left if part == parts - 1 else self.random.randint(1, left - (parts - part - 1))
            left -= quantity
            day = dt.date(2027, 3, 1) + dt.timedelta(days=7 * part + self.random.randint(0, 6))
            split.append((str(quantity), day.isoformat()))
        return split

    def edit(self) -> None:
        """A buyer changes a line in Odoo, whatever the portal is doing just then."""
        if not self.orders:
            return
        kept = self.random.choice(self.orders)
        lines = [line for line in self.sandbox.order(kept.number)["lines"] if line["product_qty"]]
        line = self.random.choice(lines)
        self.unique += 1
        change: dict[str, Any] = {"id": line["id"], "quantity": self.unique}
        if self.random.random() < 0.3:
            change["date"] = f"2027-05-{self.random.randint(1, 28):02} 11:00:00"
        dump = self.sandbox.act(kept.number, "revise", lines=[change])
        item = item_of(line)
        kept.expected[item] = found_in(dump)[item]
        kept.edits += 1
        self.faults["edit"] += 1

    def decide(self) -> None:
        """The buyer looks at a conflict: the agreement stands, or what Odoo says."""
        world.pull()
        for kept in self.random.sample(self.orders, len(self.orders)):
            for line in world.lines_of(world.order_named(kept.number)):
                if line.sync == SyncMark.CONFLICT:
                    keep = self.random.random() < 0.5
                    resolve_conflict(actor=world.BUYER, line=line, keep=keep, at=timezone.now())
                    if keep:
                        kept.expected[line.item_code] = kept.agreed[line.item_code]
                    return

    def something_due(self) -> None:
        """Trouble hits nothing where nothing is on its way."""
        if self.random.random() < 0.6:
            self.now += dt.timedelta(seconds=700)
        if not self.unsettled():
            self.agree()

    def work_in_trouble(self) -> None:
        self.something_due()
        kind = self.random.choice(KINDS)
        operation = self.random.choice(WRITES * 3 + READS)
        if operation in READS and kind in ("serialization", "access", "lose"):
            kind = "close"
        self.trouble(kind, operation, lambda: world.work(self.now))

    def pull_in_trouble(self) -> None:
        self.trouble(self.random.choice(("down", "close", "garbage")), self.random.choice(READS[:2]), world.pull)

    def trouble(self, kind: str, operation: str, act: Callable[[], object]) -> None:
        model, _, method = operation.rpartition(".")
        words = {"commit": True} if kind == "garbage" and self.random.random() < 0.5 else {}
        self.sandbox.fault(kind, model=model, method=method, times=1, **words)
        act()
        if self.sandbox.faults():
            self.sandbox.heal()
        else:
            self.faults[f"{kind} {operation}"] += 1

    def die(self) -> None:
        self.something_due()
        if self.workers.run(self.now, die_at=self.random.randint(0, 27))["killed"]:
            self.faults["kill -9"] += 1

    def crowd(self) -> None:
        """Two workers and two pulls at the same moment."""
        together(lambda: world.work(self.now), lambda: world.work(self.now), world.pull, world.pull)
        self.faults["crowd"] += 1

    def wait(self) -> None:
        self.now += dt.timedelta(seconds=self.random.choice((30, 120, 700)))

    def press_retry(self) -> None:
        with everything():
            parked = list(Letter.objects.filter(state=DeliveryState.NEEDS_PERSON, destination__startswith="odoo:"))
        for letter in parked:
            retry(actor=world.KEEPER, delivery=letter, at=self.now)

    def calm(self) -> None:
        """Everything heals, time passes, and whoever must decide decides for the agreement."""
        self.sandbox.heal()
        for _ in range(12):
            self.now += dt.timedelta(seconds=1300)
            self.press_retry()
            world.work(self.now)
            world.pull()
            conflicts = [
                (kept, line)
                for kept in self.orders
                for line in world.lines_of(world.order_named(kept.number))
                if line.sync == SyncMark.CONFLICT
            ]
            for kept, line in conflicts:
                resolve_conflict(actor=world.BUYER, line=line, keep=True, at=timezone.now())
                kept.expected[line.item_code] = kept.agreed[line.item_code]
            if not conflicts and not self.unsettled():
                return
        pytest.fail("The storm is over and letters are still on their way.")

    def unsettled(self) -> list[str]:
        with everything():
            waiting = Letter.objects.filter(state__in=UNSETTLED, destination__startswith="odoo:")
            return [*waiting.values_list("state", flat=True), *(["tray"] * Tray.objects.count())]

    def judge(self) -> None:
        for kept in self.orders:
            order = world.order_named(kept.number)
            dump = self.sandbox.order(kept.number)
            assert found_in(dump) == kept.expected, f"{kept.number}: lost, doubled or overwritten"
            letters = world.deliveries(order)
            notes = [message["body"] for message in dump["messages"] if "confirmed" in message["body"]]
            told = [letter for letter in letters if letter.state == DeliveryState.DONE]
            assert len(notes) == len(told), f"{kept.number}: notes lost or doubled"
            assert order.revision - 1 <= kept.edits, f"{kept.number}: our own write came back as a revision"
            assert not any(line.sync in (SyncMark.WAITING, SyncMark.NEEDS_PERSON) for line in world.lines_of(order))
            assert cargo.in_odoo(self.sandbox, dump) == {key: said for key, said in kept.shipped.items() if said}, (
                f"{kept.number}: a notice is lost, doubled or otherwise in Odoo"
            )
            of_notices = {one["id"] for one in dump["pickings"] if translate.notice_of(one["external_id"])}
            dates = {
                move["purchase_line_id"][0]: move["date"][:10]
                for move in dump["moves"]
                if open_move(move) and move["picking_id"][0] not in of_notices
            }
            for line in world.lines_of(order):
                if line.sync == SyncMark.IN_ODOO:
                    planned = {
                        dates[row["id"]]
                        for row in dump["lines"]
                        if row["product_qty"] and item_of(row) == line.item_code and row["id"] in dates
                    }
                    assert planned <= {day for _quantity, day in kept.expected[line.item_code]}, (
                        "planners see other dates"
                    )
        assert world.pull().taken == 0


def counted(split: world.Split) -> Counter[Delivery]:
    return Counter((Decimal(quantity), day) for quantity, day in split)


def item_of(line: dict[str, Any]) -> str:
    """``[7, "[PH-1040] Pump housing"]`` -> ``PH-1040``."""
    return str(line["product_id"][1]).partition("]")[0].lstrip("[")


def open_move(move: dict[str, Any]) -> bool:
    return move["state"] not in ("done", "cancel") and move["picking_code"] == "incoming"


def found_in(dump: dict[str, Any]) -> dict[str, Counter[Delivery]]:
    found: dict[str, Counter[Delivery]] = {}
    for line in dump["lines"]:
        counted = found.setdefault(item_of(line), Counter())
        if line["product_qty"]:
            counted[Decimal(str(line["product_qty"])).normalize() + 0, line["date_planned"][:10]] += 1
    return found


def together(*acts: Callable[[], object]) -> None:
    """All at once; the first failure is raised."""
    failures: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if failures:
        raise failures[0]


def test_a_storm_of_faults(workers: Workers, sandbox: SandboxProcess, settings: Any) -> None:
    storm = Storm(sandbox, workers, SEED)
    world.pull()
    while sum(storm.faults.values()) < FAULTS:
        storm.step()
    storm.calm()
    storm.judge()
    assert any(said for kept in storm.orders for said in kept.shipped.values()), "nothing was shipped"
    # What a run of this size is worth depends on what was in it.
    assert {fault.partition(" ")[0] for fault in storm.faults} >= {"lose", "kill", "edit", "down", "crowd"}
    print(f"\n{sum(storm.faults.values())} faults, seed {SEED}, {len(storm.orders)} orders: {dict(storm.faults)}")
