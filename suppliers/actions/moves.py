"""Who moved a promise: what a revision touches of it, and whose cause it was where Odoo's date was edited."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, WrongState
from suppliers.models import Commitment, DateMove, OrderLine, Promise, PurchaseOrder, ScheduleLine
from suppliers.permissions import Act
from suppliers.statements import Difference
from suppliers.states import IMPORTED, Cause, Decision, LineState, SyncMark
from suppliers.tolerances import plain

Values = tuple[Decimal, Decimal, dt.date]
"""Quantity, price and date of a schedule line."""


def differences(line: OrderLine, row: ScheduleLine, *known: Values | None) -> tuple[list[Difference], set[str]]:
    """How a schedule line, which carries Odoo's values already, differs from the last thing both sides knew: what was
    agreed, where something was, else the first of ``known``; and which fields, ``price_up`` and ``price_down`` apart.

    A ``known`` value, which Odoo said before or a letter has sent, is nothing new: the agreed one is still on its way.
    """
    said = [values for values in known if values is not None]
    if row.agreed_quantity is not None and row.agreed_price is not None and row.agreed_date is not None:
        said.insert(0, (row.agreed_quantity, row.agreed_price, row.agreed_date))
    quantity, price, date = said[0] if said else (Decimal(0), row.price, row.date)
    quantities, prices, dates = zip(*(said or [(quantity, price, date)]), strict=True)
    found: list[Difference] = []
    fields: set[str] = set()
    if row.quantity not in quantities:
        found.append(Difference(line.position, "quantity", plain(quantity), plain(row.quantity)))
        fields.add("quantity")
    if row.price not in prices:
        found.append(Difference(line.position, "price", plain(price), plain(row.price)))
        fields.add("price_up" if row.price > price else "price_down")
    if row.date not in dates:
        found.append(Difference(line.position, "date", date.isoformat(), row.date.isoformat()))
        fields.add("date")
    return found, fields


def takes_nothing(line: OrderLine, fields: set[str]) -> bool:
    """Whether a revision of these fields leaves the agreement as it stands: the buyer pays more, and nothing that the
    supplier promised is touched.
    """
    return fields == {"price_up"} and line.state == LineState.AGREED and line.sync == SyncMark.IN_ODOO


def moved(line: OrderLine, rows: Iterable[ScheduleLine], after: dt.date) -> DateMove | None:
    """Odoo moves the latest arrival that was promised: the buyer did, until a buyer says otherwise.

    What comes now is measured from his date, not from the supplier's first promise. The rows still carry what was
    agreed; line and order are held by the caller, who writes both.
    """
    before = max((row.agreed_date for row in rows if row.agreed_date and row.agreed_quantity), default=line.first_date)
    if before is None or before == after:
        return None
    first, line.first_date = line.first_date, None
    return DateMove(
        supplier_id=line.supplier_id,
        plant_id=line.plant_id,
        line=line,
        revision=line.revision,
        at=audit.current_deed().at,
        before=before,
        after=after,
        first_before=first,
    )


class Causes:
    """Who caused the promises that are about to be agreed: what stood before is read once for all lines."""

    def __init__(self, lines: Sequence[OrderLine]) -> None:
        revised = [line.pk for line in lines if line.revision > 1]
        self.last: dict[UUID, Commitment] = {}
        self.moves: dict[UUID, list[DateMove]] = defaultdict(list)
        if not revised:
            return
        steps = Commitment.objects.since_live().filter(line__in=revised, decision__in=[Decision.APPROVED, IMPORTED])
        for step in steps.select_related("answer").prefetch_related("answer__promises").order_by("number"):
            self.last[step.line_id] = step
        for move in DateMove.objects.since_live().filter(line__in=revised).order_by("revision"):
            self.moves[move.line_id].append(move)

    def of(self, line: OrderLine, promises: Iterable[Promise]) -> Cause:
        """The buyer, where a revision moved the line and the answer goes no further than that; else the supplier."""
        last = self.last.get(line.pk)
        answered = last.answer.revision if last and last.answer else 0
        if last is None or line.revision <= answered:
            return Cause.SUPPLIER
        now = max((one.arrival_date for one in promises if one.arrival_date), default=None)
        since = [move for move in self.moves[line.pk] if move.revision > answered]
        if not since:
            # The revision moved no date: whoever leaves his promise where it was moves nothing.
            before = [one.arrival_date for one in last.answer.promises.all() if one.arrival_date] if last.answer else []
            return Cause.BUYER if now == max(before, default=line.first_date) else Cause.SUPPLIER
        if now is None or any(move.cause != Cause.BUYER for move in since):
            return Cause.SUPPLIER
        low, high = sorted((since[0].before, since[-1].after))
        return Cause.BUYER if low <= now <= high else Cause.SUPPLIER


@act(Act.STATE_CAUSE, about="move")
def state_cause(*, actor: Actor, move: DateMove, cause: Cause, at: dt.datetime, reason: str = "") -> DateMove:
    """A buyer says who caused a date that was moved in Odoo. Until then it counts as the buyer's.

    Where it was the supplier, his first promise stands again, and what he promises is measured from it. Said once:
    raises :class:`WrongState` for a move whose cause was said already, and :class:`Invalid` where the supplier is to
    bear it without a reason.
    """
    transitions.hold(PurchaseOrder(pk=OrderLine.objects.values_list("order", flat=True).get(pk=move.line_id)))
    line = transitions.hold(OrderLine(pk=move.line_id))
    move = transitions.hold(move)
    if move.stated_at is not None:
        raise WrongState(
            _("%(name)s has said already who caused this.") % {"name": move.actor_name},
            remedy=_("Nothing is left to do here."),
        )
    if cause == Cause.SUPPLIER and not reason.strip():
        message = _("Say why the supplier bears this: he reads it.")
        raise Invalid(message, faults=(Fault("required", message, "/reason"),))
    audit.note(move, cause=(None, cause))
    move.cause, move.reason, move.stated_at = cause, reason.strip(), at
    move.actor_id, move.actor_name = actor.id, actor.name
    move.save(update_fields=["cause", "reason", "stated_at", "actor_id", "actor_name"])
    if cause == Cause.SUPPLIER and move.first_before is not None:
        _restore(line, move)
    return move


def _restore(line: OrderLine, move: DateMove) -> None:
    """The first promise from before the move, to the line or to the buyer's next move, which replaced it again."""
    later = DateMove.objects.filter(line=line, revision__gt=move.revision).order_by("revision").first()
    if later is not None:
        later.first_before = move.first_before
        later.save(update_fields=["first_before"])
        if later.cause == Cause.SUPPLIER:
            _restore(line, later)
        return
    audit.note(line, first_date=(line.first_date, move.first_before))
    line.first_date = move.first_before
    line.save(update_fields=["first_date"])
