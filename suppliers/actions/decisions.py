"""The buyer decides what is outside tolerance, and what to do where Odoo says something else than was agreed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, Stale, WrongState
from suppliers.actions import agreements, corrections, orders
from suppliers.models import AnswerLine, Commitment, OrderLine, PurchaseOrder, ScheduleLine
from suppliers.permissions import Act
from suppliers.states import Decision, LineState, SyncMark


@act(Act.DECIDE_ANSWER, about="line")
def decide(
    *, actor: Actor, line: OrderLine, answer: UUID, decision: Decision, at: dt.datetime, reason: str = ""
) -> Commitment:
    """Approve or decline the answer that the buyer looked at; return the step in the line's commitment history.

    ``answer`` names it: where the supplier has answered again since, or another buyer was quicker, nothing happens.
    Raises :class:`WrongState`, :class:`Stale`, and :class:`Invalid` for a decline without a reason.
    """
    order, line = _hold(line)
    if line.state != LineState.PENDING_BUYER:
        raise WrongState(
            _("Line %(position)d is not waiting for a decision: it is %(state)s.")
            % {"position": line.position, "state": line.get_state_display().lower()},
            remedy=_("Look at the order again: somebody may have decided already."),
        )
    latest = AnswerLine.objects.filter(line=line).select_related("acknowledgement").order_by("-number").first()
    if latest is None or latest.pk != answer:
        raise Stale(
            _("The supplier has answered line %(position)d again.") % {"position": line.position},
            remedy=_("Look at the new answer and decide on that."),
        )
    if decision == Decision.DECLINED:
        if not reason.strip():
            message = _("Say why you decline: the supplier reads it.")
            raise Invalid(message, faults=(Fault("required", message, "/reason"),))
        step = agreements.decline(line, latest, reason.strip())
        corrections.settle_with(latest, approved=False, reason=reason)
    else:
        price = latest.price if latest.price is not None else line.price
        promises = list(latest.promises.order_by("position"))
        (step,) = agreements.agree(order, [agreements.Agreement(line, latest, promises, price, reason.strip())])
        corrections.settle_with(latest, approved=True, reason="")
    orders.refresh(order)
    return step


@act(Act.DECIDE_ANSWER, about="line")
def resolve_conflict(*, actor: Actor, line: OrderLine, keep: bool, at: dt.datetime, reason: str = "") -> OrderLine:
    """Odoo was edited after the agreement: keep the agreement (write it again), or take what Odoo says.

    Taking it is a revision: the line reopens and the supplier answers to the new values.
    """
    order, line = _hold(line)
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
        line.sync, line.sync_note, line.conflict = SyncMark.WAITING, "", None
        line.save(update_fields=["sync", "sync_note", "conflict"])
        said = f"Line {line.position} {line.item_code}: the agreement stands, Odoo's values are replaced."
        agreements.send(order, tier=1, remark=said + (f" ({reason})" if reason else ""))
    else:
        orders.take_odoo_values(order, line, list(rows.values()))
    orders.refresh(order)
    return line


def _hold(line: OrderLine) -> tuple[PurchaseOrder, OrderLine]:
    """The order first, then the line: everybody locks in this order."""
    order = transitions.hold(PurchaseOrder(pk=line.order_id))
    return order, transitions.hold(line)
