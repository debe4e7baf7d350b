"""What the people around the office do in tests: suppliers answer, buyers decide, workers work."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from integrations.office import delivery as office
from integrations.office.models import Delivery
from integrations.office.odoo.gateway import Address, Gateway
from integrations.office.odoo.pull import Summary
from integrations.office.odoo.pull import pull as run_pull
from integrations.sandbox import seed
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant, system_actor
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import accept_change, counter_change, decline_change, request_change
from suppliers.actions.decisions import decide
from suppliers.actions.negotiating import Wish
from suppliers.actions.people import issue_token
from suppliers.models import Activation, AnswerLine, ChangeRequest, OrderLine, Promise, PurchaseOrder, Supplier
from suppliers.permissions import Scope
from suppliers.states import AnswerKind, Decision, LineState, Reason, Role, Side, StaffRole
from tests.cast import live_from_the_start
from tests.contract.target import real_target

READER = system_actor("reader")
BUYER = Actor(ActorKind.STAFF, "bettina", "Bettina Buyer", frozenset({Grant(StaffRole.BUYER)}))
KEEPER = Actor(ActorKind.STAFF, "ines", "Ines Integration", frozenset({Grant(StaffRole.INTEGRATION_OWNER)}))

Split = Sequence[tuple[str | int, str]]
"""Quantity and ISO date of each delivery."""


SET_UP = system_actor("set-up")


def admin() -> Callable[..., Any]:
    """Odoo's administrator: ``admin()("res.partner", "search", [[...]])``."""
    real = real_target()
    there = Address.configured()
    user, password = (real.admin_user, real.admin_password) if real and real.url == there.url else seed.ADMIN
    return Gateway("odoo:main", replace(there, user=user, password=password)).call


def gateway() -> Gateway:
    return Gateway("odoo:main")


def pull() -> Summary:
    with acting(SET_UP, write=True):
        if not Activation.objects.exists():
            live_from_the_start()
    return run_pull(gateway(), timezone.now)


def order_named(number: str) -> PurchaseOrder:
    with acting(READER):
        return PurchaseOrder.objects.get(number=number)


def lines_of(order: PurchaseOrder) -> list[OrderLine]:
    with acting(READER):
        return list(OrderLine.objects.filter(order=order).order_by("position").prefetch_related("schedule"))


def clerk_of(supplier_id: int) -> Actor:
    return Actor(
        ActorKind.SUPPLIER, f"clerk-{supplier_id}", "Carla Clerk", frozenset({Grant(Role.ORDER_DESK, supplier_id)})
    )


def token_of(supplier_id: int) -> str:
    """The key of a program with which a supplier ships."""
    with acting(SET_UP):
        supplier = Supplier.objects.get(pk=supplier_id)
    scopes = [Scope.WRITE_SHIPMENTS]
    return issue_token(actor=SET_UP, supplier=supplier, name="ERP", scopes=scopes, days=1, at=timezone.now()).secret


def agree(order: PurchaseOrder, splits: dict[int, Split]) -> None:
    """The supplier answers lines (by position) with these deliveries and the buyer approves what goes to him."""
    answer(order, splits)
    approve(order)


def answer(order: PurchaseOrder, splits: dict[int, Split]) -> None:
    """The supplier answers lines (by position) with these deliveries; what is outside tolerance waits for the buyer."""
    lines = {line.position: line for line in lines_of(order)}
    answers = []
    for position, split in splits.items():
        line = lines[position]
        promises = tuple(PromisedDelivery(Decimal(quantity), dt.date.fromisoformat(day)) for quantity, day in split)
        answers.append(
            LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promises, Reason.CAPACITY, "as much as we can")
        )
    acknowledge(actor=clerk_of(order.supplier_id), order=order, answers=answers, channel="page", at=timezone.now())


def change(order: PurchaseOrder, split: Split) -> None:
    """The supplier asks to change the first line, and the buyer agrees."""
    deliveries = tuple(PromisedDelivery(Decimal(quantity), dt.date.fromisoformat(day)) for quantity, day in split)
    line, wish = lines_of(order)[0], Wish(deliveries, reason=Reason.CAPACITY)
    request = request_change(actor=clerk_of(order.supplier_id), line=line, wish=wish, at=timezone.now())
    if request.is_open:
        accept_change(actor=BUYER, request=request, offer=1, at=timezone.now())


def negotiate(order: PurchaseOrder, line: OrderLine, split: Split, dice: Random) -> ChangeRequest:
    """Somebody asks for these deliveries, or whoever is asked counters with them, takes the last offer or declines."""
    clerk, at = clerk_of(order.supplier_id), timezone.now()
    deliveries = tuple(PromisedDelivery(Decimal(quantity), dt.date.fromisoformat(day)) for quantity, day in split)
    with acting(READER):
        request = ChangeRequest.objects.open().filter(line=line).first()
        last = request.offers.count() if request else 0
    who = clerk if (request.waits_for == Side.SUPPLIER if request else dice.random() < 0.5) else BUYER
    wish = Wish(deliveries, reason=Reason.CAPACITY if who is clerk else Reason.DEMAND)
    if request is None:
        return request_change(actor=who, line=line, wish=wish, at=at)
    reaction = dice.choice((counter_change, accept_change, accept_change, decline_change))
    words = {"wish": wish} if reaction is counter_change else {"reason": "No."} if reaction is decline_change else {}
    return reaction(actor=who, request=request, offer=last, at=at, **words)


def bound(request: ChangeRequest) -> Counter[tuple[Decimal, str]]:
    """What was promised with an accepted change request: quantity and day of each delivery."""
    with acting(READER):
        rows = Promise.objects.filter(answer=request.answer_id).values_list("quantity", "arrival_date")
        return Counter((quantity.normalize() + 0, day.isoformat()) for quantity, day in rows)


def accept(order: PurchaseOrder) -> None:
    """The supplier accepts every open line as it stands."""
    answers = [
        LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
        for line in lines_of(order)
        if line.state == LineState.OPEN
    ]
    acknowledge(actor=clerk_of(order.supplier_id), order=order, answers=answers, channel="page", at=timezone.now())


def approve(order: PurchaseOrder) -> None:
    for line in lines_of(order):
        if line.state == LineState.PENDING_BUYER:
            decide_on(line, Decision.APPROVED)


def decide_on(line: OrderLine, decision: Decision) -> None:
    """The buyer decides on a line's latest answer."""
    with acting(READER):
        latest = AnswerLine.objects.filter(line=line).latest("number").pk
    decide(actor=BUYER, line=line, answer=latest, decision=decision, at=timezone.now(), reason="So.")


def work(now: dt.datetime | None = None) -> list[Delivery]:
    """One worker delivers until nothing is due; with ``now`` its clock stands there."""

    def clock() -> dt.datetime:
        return now or timezone.now()

    office.sweep(clock())
    office.fan_out(clock())
    done = []
    while (settled := office.deliver_one(gateway(), clock)) is not None:
        done.append(settled)
    return done


def later(seconds: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=seconds)


def deliveries(order: PurchaseOrder) -> list[Delivery]:
    """The letters to Odoo about an order, oldest first."""
    with acting(READER):
        rows = Delivery.objects.filter(about_id=order.pk, destination__startswith="odoo:")
        return list(rows.order_by("position"))


def in_odoo(dump: dict[str, Any]) -> list[tuple[float, float, str]]:
    """Quantity, price and date of every line Odoo has, by date."""
    return sorted(
        ((line["product_qty"], line["price_unit"], line["date_planned"][:10]) for line in dump["lines"]),
        key=lambda line: (line[2], line[0]),
    )
