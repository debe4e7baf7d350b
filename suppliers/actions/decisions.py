"""The buyer decides what is outside tolerance, and what to do where Odoo says something else than was agreed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults, Invalid, NotFound, Refused, Stale, WrongState
from suppliers.actions import agreements, corrections, links, orders
from suppliers.models import AnswerLine, Commitment, DecisionBatch, OrderLine, PurchaseOrder, ScheduleLine
from suppliers.permissions import Act
from suppliers.states import Decision, LineState, SyncMark

MOST = 100
"""Answers decided at once."""


@dataclass(frozen=True)
class Choice:
    """One answer out of many, as it was looked at."""

    line: UUID
    answer: UUID


@act(Act.DECIDE_ANSWER, about="line")
def decide(
    *, actor: Actor, line: OrderLine, answer: UUID, decision: Decision, at: dt.datetime, reason: str = ""
) -> Commitment:
    """Approve or decline the answer that the buyer looked at; return the step in the line's commitment history.

    ``answer`` names it: where the supplier has answered again since, or another buyer was quicker, nothing happens.
    Raises :class:`WrongState`, :class:`Stale`, and :class:`Invalid` for a decline without a reason.
    """
    order, line = agreements.hold(line)
    latest = _decidable(line, _latest([line]).get(line.pk), answer)
    if decision == Decision.DECLINED:
        step = agreements.decline(line, latest, _why(reason))
        corrections.settle_with(latest, approved=False, reason=reason)
        links.ask_again(order, links.DECLINED, [line.position], reason=step.reason)
    else:
        (step,) = agreements.agree(order, [_agreement(line, latest, reason)])
        corrections.settle_with(latest, approved=True, reason="")
    orders.refresh(order)
    return step


@act(Act.DECIDE_ANSWER)
def decide_many(
    *, actor: Actor, choices: Sequence[Choice], decision: Decision, at: dt.datetime, reason: str = ""
) -> DecisionBatch:
    """Approve or decline many answers with one reason, across orders and suppliers.

    Each is decided or refused by itself, as :func:`decide` would, and the batch that is returned says which. Raises
    :class:`Invalid` for nothing chosen, for more than 100, and for a decline without a reason.
    """
    faults = Faults()
    if not choices:
        faults.add("required", _("Choose at least one answer."), "/rows")
    if len(choices) > MOST:
        faults.add("too_many", _("Decide on at most %(count)d answers at once.") % {"count": MOST}, "/rows")
    if decision == Decision.DECLINED and not reason.strip():
        faults.add("required", _no_reason(), "/reason")
    faults.refuse(_("Nothing was decided."))
    batch = _Batch(actor, choices)
    for order, chosen in batch.by_order():
        if decision == Decision.DECLINED:
            for line, latest in chosen:
                agreements.decline(line, latest, reason.strip())
                corrections.settle_with(latest, approved=False, reason=reason)
            links.ask_again(
                order, links.DECLINED, sorted(line.position for line, _latest in chosen), reason=reason.strip()
            )
        else:
            agreements.agree(order, [_agreement(line, latest, reason) for line, latest in chosen])
            for _line, latest in chosen:
                corrections.settle_with(latest, approved=True, reason="")
        orders.refresh(order)
    done = DecisionBatch(
        at=at,
        decision=decision,
        reason=reason.strip(),
        results=batch.results,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    done.save(force_insert=True)
    return done


@act(Act.DECIDE_ANSWER, about="line")
def resolve_conflict(*, actor: Actor, line: OrderLine, keep: bool, at: dt.datetime, reason: str = "") -> OrderLine:
    """Odoo was edited after the agreement: keep the agreement (write it again), or take what Odoo says.

    Taking it is a revision: the line reopens and the supplier answers to the new values.
    """
    order, line = agreements.hold(line)
    if line.sync != SyncMark.CONFLICT:
        raise WrongState(
            _("Line %(position)d has no conflict any more.") % {"position": line.position},
            remedy=_("Look at the order again: somebody may have decided already."),
        )
    rows = {str(row.pk): row for row in ScheduleLine.objects.filter(line=line)}
    actual = {entry["schedule"]: entry for entry in line.conflict or []}
    for key, entry in actual.items():
        row = rows[key]
        row.quantity, row.price = Decimal(entry["quantity"]), Decimal(entry["price"])
        row.date, row.received_quantity = dt.date.fromisoformat(entry["date"]), Decimal(entry["received"])
        row.in_odoo = True
    if keep:
        ScheduleLine.objects.bulk_update(rows.values(), ["quantity", "price", "date", "received_quantity", "in_odoo"])
        line.received_quantity = sum((row.received_quantity for row in rows.values()), Decimal(0))
        line.stand(SyncMark.WAITING)
        line.conflict = None
        line.save(update_fields=["received_quantity", "sync", "sync_note", "sync_why", "conflict"])
        said = f"Line {line.position} {line.item_code}: the agreement stands, Odoo's values are replaced."
        agreements.send(order, tier=1, remark=said + (f" ({reason})" if reason else ""))
    else:
        orders.take_odoo_values(order, line, list(rows.values()))
    orders.refresh(order)
    return line


def _latest(lines: Iterable[OrderLine]) -> dict[UUID, AnswerLine]:
    rows = AnswerLine.objects.filter(line__in=[line.pk for line in lines]).order_by("line", "-number").distinct("line")
    return {row.line_id: row for row in rows.select_related("acknowledgement").prefetch_related("promises")}


def _decidable(line: OrderLine, latest: AnswerLine | None, answer: UUID) -> AnswerLine:
    """The answer that waits, where it is the one that was looked at; raises :class:`WrongState`, :class:`Stale`."""
    if line.state != LineState.PENDING_BUYER:
        raise WrongState(
            _("Line %(position)d is not waiting for a decision: it is %(state)s.")
            % {"position": line.position, "state": line.get_state_display().lower()},
            remedy=_("Look at the order again: somebody may have decided already."),
        )
    if latest is None or latest.pk != answer:
        raise Stale(
            _("The supplier has answered line %(position)d again.") % {"position": line.position},
            remedy=_("Look at the new answer and decide on that."),
        )
    return latest


def _no_reason() -> str:
    return _("Say why you decline: the supplier reads it.")


def _why(reason: str) -> str:
    if not reason.strip():
        message = _no_reason()
        raise Invalid(message, faults=(Fault("required", message, "/reason"),))
    return reason.strip()


def _agreement(line: OrderLine, latest: AnswerLine, reason: str) -> agreements.Agreement:
    price = latest.price if latest.price is not None else line.price
    promises = sorted(latest.promises.all(), key=lambda promise: promise.position)
    return agreements.Agreement(line, latest, promises, price, reason.strip())


class _Batch:
    """What was chosen, read and locked once: orders first, then lines, each in the order of their keys."""

    def __init__(self, actor: Actor, choices: Sequence[Choice]) -> None:
        wanted = [choice.line for choice in choices]
        known = OrderLine.objects.visible_to(actor).filter(pk__in=wanted)
        self.orders = {
            order.pk: order
            for order in transitions.hold_all(PurchaseOrder.objects.filter(pk__in=known.values("order")))
        }
        rows = OrderLine.objects.filter(pk__in=wanted, order__in=self.orders).select_related("supplier", "order")
        self.lines = {line.pk: line for line in transitions.hold_all(rows)}
        self.latest = _latest(self.lines.values())
        self.chosen: dict[UUID, list[tuple[OrderLine, AnswerLine]]] = defaultdict(list)
        self.results: list[dict[str, Any]] = []
        seen: set[UUID] = set()
        for choice in choices:
            line = self.lines.get(choice.line)
            try:
                taken = self._take(actor, choice, line, seen)
            except Refused as refusal:
                self._note(choice, line, "refused", refusal.code, refusal.message)
            else:
                self.chosen[taken.line.order_id].append((self.lines[choice.line], taken))
                self._note(choice, line, "decided", "", "")

    def by_order(self) -> Iterator[tuple[PurchaseOrder, list[tuple[OrderLine, AnswerLine]]]]:
        for key in sorted(self.chosen):
            yield self.orders[key], self.chosen[key]

    def _take(self, actor: Actor, choice: Choice, line: OrderLine | None, seen: set[UUID]) -> AnswerLine:
        if line is None:
            raise NotFound(_("There is no such order line, or it is not yours to see."))
        Act.DECIDE_ANSWER.require(actor, line)
        latest = _decidable(line, self.latest.get(line.pk), choice.answer)
        if line.pk in seen:
            raise WrongState(_("This line was chosen twice."), code="line_twice")
        seen.add(line.pk)
        return latest

    def _note(self, choice: Choice, line: OrderLine | None, outcome: str, code: str, message: str) -> None:
        self.results.append(
            {
                "line": str(choice.line),
                "answer": str(choice.answer),
                "order": str(line.order_id) if line else "",
                "number": line.order.number if line else "",
                "position": line.position if line else 0,
                "supplier": line.supplier.name if line else "",
                "item": (line.item_code or line.item_name) if line else "",
                "outcome": outcome,
                "code": code,
                "message": message,
            }
        )
