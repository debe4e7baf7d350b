"""What was agreed, and where it stands in Odoo. Plain functions: each runs inside the act that calls it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max

from integrations.slot import outbox
from portal.shared import audit, transitions
from suppliers.actions.moves import Causes
from suppliers.models import AnswerLine, Commitment, OrderLine, Promise, PurchaseOrder, ScheduleLine, in_turn
from suppliers.states import AnswerKind, Cause, Decision, LineState, SyncMark
from suppliers.tolerances import plain

AGREED = "purchase_order.agreed"
ALIVE = (LineState.OPEN, LineState.PENDING_BUYER, LineState.AGREED)
PROMISED = ["promised_date", "promised_quantity", "first_date", "sync", "sync_note", "sync_why"]
STANDING = [*PROMISED, "conflict"]
"""The fields of a line that say what is agreed and where that stands."""
ORDERED = ["quantity", "price", "requested_date"]
"""The fields that say what is ordered: an agreement moves them where the buyer wanted something else."""
NEAR_DAYS = 14
"""A line due within so many days goes out in real time (tier 1), others within minutes (tier 2)."""


@dataclass(frozen=True)
class Agreement:
    """One line, the answer that is agreed, its promises in order, and the price that is agreed with it."""

    line: OrderLine
    answer: AnswerLine
    promises: Sequence[Promise]
    price: Decimal
    reason: str = ""
    cause: Cause | None = None
    """Who moved it, where that is known of a change request; else it shows in the answer."""
    cancels: bool = False
    """Nothing more is delivered than has been received."""


def hold(line: OrderLine, *related: str) -> tuple[PurchaseOrder, OrderLine]:
    """The order, with what is ``related`` to it, then the line: everybody locks in this order."""
    order = transitions.hold(PurchaseOrder(pk=line.order_id), *related)
    return order, transitions.hold(line)


def agree(order: PurchaseOrder, agreements: Sequence[Agreement]) -> list[Commitment]:
    """Bind the lines to their answers: commitment history, agreed schedule, state, and the letter to Odoo.

    The order and its lines are held by the caller.
    """
    deed = audit.current_deed()
    steps = _commit(agreements, Decision.APPROVED)
    schedules = schedules_of(agreement.line for agreement in agreements)
    changed: list[ScheduleLine] = []
    added: list[ScheduleLine] = []
    anew: list[OrderLine] = []
    for agreement in agreements:
        line, rows = agreement.line, schedules[agreement.line.pk]
        if agreement.cancels:
            _cut_short(line, rows, changed)
        elif agreement.answer.kind != AnswerKind.REJECTED:
            _set_schedule(agreement, rows, changed, added)
            dates = [promise.arrival_date for promise in agreement.promises if promise.arrival_date]
            line.promised_date = max(dates, default=None)
            line.promised_quantity = sum((promise.quantity for promise in agreement.promises), Decimal(0))
            if agreement.cause == Cause.BUYER:
                _order_anew(agreement)
            line.first_date = line.first_date or line.promised_date
            if agreement.cause == Cause.BUYER or line.price != agreement.price:
                line.price = agreement.price
                anew.append(line)
        line.stand(SyncMark.WAITING)
    transitions.move_all(
        (agreement.line, LineState.AGREED) for agreement in agreements if agreement.line.state != LineState.AGREED
    )
    OrderLine.objects.bulk_update([agreement.line for agreement in agreements], PROMISED)
    if anew:
        OrderLine.objects.bulk_update(anew, ORDERED)
    ScheduleLine.objects.bulk_create(added)
    ScheduleLine.objects.bulk_update(changed, ["agreed_quantity", "agreed_price", "agreed_date"])
    near = deed.at.date() + dt.timedelta(days=NEAR_DAYS)
    tier = 1 if any(agreement.line.requested_date <= near for agreement in agreements) else 2
    send(order, tier=tier)
    return steps


def decline(line: OrderLine, answer: AnswerLine, reason: str) -> Commitment:
    """The buyer does not take the answer: it stays on the history, the line reopens, the requested date stands."""
    (step,) = _commit([Agreement(line, answer, (), line.price, reason)], Decision.DECLINED)
    transitions.move(line, LineState.OPEN, reason=reason)
    return step


def send(order: PurchaseOrder, *, tier: int, remark: str = "") -> None:
    """Drop the letter that carries the whole agreed state of the order, as far as Odoo does not have it.

    Whole, so that it can take the place of an unsent older one: values and the note that explains them alike. What was
    received before Odoo was told of it is still to be told.
    """
    lines = list(
        order.lines.filter(
            state__in=[LineState.AGREED, LineState.RECEIVED], sync__in=[SyncMark.WAITING, SyncMark.NEEDS_PERSON]
        ).order_by("position")
    )
    schedules = schedules_of(lines)
    steps = Commitment.objects.filter(line__in=lines, decision=Decision.APPROVED).select_related(
        "answer__acknowledgement", "answer__change", "answer__substitute"
    )
    last = {step.line_id: step for step in steps.prefetch_related("answer__promises").order_by("number")}
    deed = audit.current_deed()
    payload: dict[str, Any] = {
        "order": {
            "id": str(order.pk),
            "number": order.number,
            "revision": order.revision,
            "trial": order.live_at is None,
        },
        "lines": [
            {
                "line": str(line.pk),
                "position": line.position,
                "revision": line.revision,
                "schedule": stated(schedules[line.pk]),
            }
            for line in lines
        ],
        "note": {
            "title": f"{deed.actor.name}, {deed.at:%Y-%m-%d %H:%M} UTC",
            "lines": [_words(line, last[line.pk], schedules[line.pk]) for line in lines if line.pk in last]
            + ([remark] if remark else []),
        },
    }
    outbox.publish(AGREED, about=order, supplier_id=order.supplier_id, tier=tier, payload=payload)


def _commit(agreements: Sequence[Agreement], decision: Decision) -> list[Commitment]:
    deed = audit.current_deed()
    causes = Causes([agreement.line for agreement in agreements])
    lines = [agreement.line.pk for agreement in agreements]
    last: dict[UUID, int] = dict(
        Commitment.objects.filter(line__in=lines).values_list("line").annotate(Max("number")).order_by()
    )
    return Commitment.objects.bulk_create(
        Commitment(
            supplier_id=agreement.line.supplier_id,
            line=agreement.line,
            number=last.get(agreement.line.pk, 0) + 1,
            at=deed.at,
            answer=agreement.answer,
            decision=decision,
            cause=agreement.cause or causes.of(agreement.line, agreement.promises),
            reason=agreement.reason,
            actor_kind=deed.actor.kind,
            actor_id=deed.actor.id,
            actor_name=deed.actor.name,
        )
        for agreement in agreements
    )


def stated(rows: Iterable[ScheduleLine]) -> list[dict[str, str]]:
    """What is agreed of a line, as letters say it."""
    return [
        {
            "schedule": str(row.pk),
            "quantity": plain(row.agreed_quantity),
            "price": plain(row.agreed_price),
            "date": row.agreed_date.isoformat(),
        }
        for row in rows
        if row.agreed_quantity is not None and row.agreed_price is not None and row.agreed_date is not None
    ]


def schedules_of(lines: Iterable[OrderLine]) -> dict[UUID, list[ScheduleLine]]:
    keys = [line.pk for line in lines]
    schedules: dict[UUID, list[ScheduleLine]] = {key: [] for key in keys}
    for row in ScheduleLine.objects.filter(line__in=keys).order_by("line", "position"):
        schedules[row.line_id].append(row)
    return schedules


def _set_schedule(
    agreement: Agreement, rows: list[ScheduleLine], changed: list[ScheduleLine], added: list[ScheduleLine]
) -> None:
    """The agreed deliveries onto the lines Odoo has, in order; more deliveries become new ones, fewer are set to 0.

    Also those that Odoo does not have yet, as far as we know: an older letter may be bringing them just now.
    """
    line = agreement.line
    rows = in_turn(rows)
    for position, promise in enumerate(agreement.promises, start=1):
        row = rows[position - 1] if position <= len(rows) else None
        # Odoo needs a date: what is backordered without one keeps the date it was asked for.
        date = promise.arrival_date or (row.date if row else line.requested_date)
        if row is None:
            row = ScheduleLine(
                supplier_id=line.supplier_id,
                line=line,
                position=position,
                quantity=promise.quantity,
                price=agreement.price,
                date=date,
            )
            added.append(row)
        else:
            changed.append(row)
        row.agreed_quantity, row.agreed_price, row.agreed_date = promise.quantity, agreement.price, date
    for row in rows[len(agreement.promises) :]:
        row.agreed_quantity, row.agreed_price, row.agreed_date = Decimal(0), agreement.price, row.date
        changed.append(row)


def _order_anew(agreement: Agreement) -> None:
    """The buyer wanted it so: what is promised now is what is ordered, and later promises are measured from here."""
    line = agreement.line
    dates = [promise.arrival_date for promise in agreement.promises if promise.arrival_date]
    wanted = (line.promised_quantity or line.quantity, min(dates, default=line.requested_date))
    audit.note(line, quantity=(line.quantity, wanted[0]), requested_date=(line.requested_date, wanted[1]))
    line.quantity, line.requested_date = wanted
    line.first_date = None


def _cut_short(line: OrderLine, rows: Iterable[ScheduleLine], changed: list[ScheduleLine]) -> None:
    """What has been received stays, the rest is not delivered; Odoo closes what has quantity 0."""
    for row in rows:
        row.agreed_quantity, row.agreed_price, row.agreed_date = row.received_quantity, row.price, row.date
        changed.append(row)
    line.promised_quantity = sum((row.received_quantity for row in rows), Decimal(0))
    line.promised_date = None


def _words(line: OrderLine, step: Commitment, schedule: Sequence[ScheduleLine]) -> str:
    """The sentence a purchaser reads on the order in Odoo."""
    answer = step.answer
    assert answer is not None
    change = getattr(answer, "change", None)
    if change is not None and answer.kind == AnswerKind.REJECTED:
        what = "cancelled: nothing more will be delivered."
    elif answer.kind == AnswerKind.REJECTED:
        what = "rejected by the supplier. Cancel the line or buy it elsewhere; nothing was changed here."
    else:
        deliveries = ", ".join(
            f"{plain(promise.quantity)} {line.unit_name} "
            + (f"arriving {promise.arrival_date:%Y-%m-%d}" if promise.arrival_date else "without a date yet")
            for promise in sorted(answer.promises.all(), key=lambda promise: promise.position)
        )
        what = f"confirmed: {deliveries}."
    if answer.kind == AnswerKind.SUBSTITUTED:
        what += f" Substitute offered: {answer.substitute}. Change the item here if you take it."
    agreed = next((row.agreed_price for row in schedule if row.agreed_price is not None), None)
    if answer.price is not None and agreed is not None and agreed != answer.price:
        what += f" The supplier's price is {plain(answer.price)}; the order's price stands."
    if change is not None:
        what += f" Change request {change.number}, asked by the {change.side}."
    reason = answer.get_reason_display() if answer.reason else ""
    told = ""
    if answer.acknowledgement.source:
        told = f"entered for the supplier by {answer.acknowledgement.actor_name}, told "
        told += answer.acknowledgement.get_source_display().lower()
    why = ". ".join(part for part in (reason, answer.comment, step.reason, told) if part)
    return f"Line {line.position} {line.item_code}: {what}" + (f" ({why})" if why else "")


def forget(lines: Collection[OrderLine]) -> None:
    """Nothing is agreed of these lines any more, and nothing is promised: the history alone says what was.

    The lines are held by the caller.
    """
    for line in lines:
        line.first_date = line.promised_date = line.promised_quantity = None
        line.stand(SyncMark.NONE)
        line.conflict = None
    OrderLine.objects.bulk_update(lines, STANDING)
    ScheduleLine.objects.filter(line__in=lines).update(agreed_quantity=None, agreed_price=None, agreed_date=None)
