"""What suppliers correct of an item: his part number, his unit. The buyer acknowledges or refuses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, NotFound, WrongState
from suppliers.actions.assessing import LineAnswer
from suppliers.models import AnswerLine, Correction, OrderLine, PurchaseOrder
from suppliers.permissions import Act
from suppliers.states import Correctable, CorrectionState, LineState


@act(Act.DECIDE_ANSWER, about="line")
def decide_correction(
    *, actor: Actor, line: OrderLine, correction: UUID, acknowledged: bool, at: dt.datetime, reason: str = ""
) -> Correction:
    """Acknowledge what the supplier corrects, or refuse it with a reason. The answer it came with is not touched.

    Raises :class:`NotFound`, :class:`WrongState` where it was decided or withdrawn before, and :class:`Invalid`.
    """
    held = transitions.hold_all(Correction.objects.filter(line=line, pk=correction))
    if not held:
        raise NotFound(_("There is no such correction."))
    (found,) = held
    if found.state != CorrectionState.WAITING:
        raise WrongState(
            _("This correction is not waiting any more: it is %(state)s.")
            % {"state": found.get_state_display().lower()},
            remedy=_("Look at the order again: somebody may have decided already."),
        )
    if not acknowledged and not reason.strip():
        message = _("Say why you refuse it: the supplier reads it.")
        raise Invalid(message, faults=(Fault("required", message, "/reason"),))
    _settle(held, CorrectionState.ACKNOWLEDGED if acknowledged else CorrectionState.REFUSED, reason)
    return found


def propose(answered: Sequence[tuple[AnswerLine, LineAnswer]]) -> None:
    """Keep what is corrected with an answer, inside the act that takes it and before the lines have moved.

    An answer takes the place of an undecided one, with all it corrected; a correction takes the place of an older one.
    """
    waiting = transitions.hold_all(
        Correction.objects.waiting().filter(line__in=[answer.line for answer, _said in answered])
    )
    again = {answer.line_id: (answer.line, {one.field for one in said.corrections}) for answer, said in answered}
    replaced = []
    for old in waiting:
        line, fields = again[old.line_id]
        if line.state == LineState.PENDING_BUYER or old.field in fields:
            replaced.append(old)
    transitions.move_all((old, CorrectionState.WITHDRAWN) for old in replaced)
    Correction.objects.bulk_create(
        Correction(
            supplier_id=answer.supplier_id,
            answer=answer,
            line=answer.line,
            item_id=answer.line.item_id,
            field=one.field,
            ours=answer.line.unit_name if one.field == Correctable.UNIT else "",
            theirs=one.theirs.strip(),
            factor=one.factor,
        )
        for answer, said in answered
        for one in said.corrections
    )


def withdraw(order: PurchaseOrder) -> None:
    """Nobody has to decide any more what was corrected with the answers to this order."""
    held = transitions.hold_all(Correction.objects.waiting().filter(line__order=order))
    transitions.move_all((one, CorrectionState.WITHDRAWN) for one in held)


def settle_with(answer: AnswerLine, *, approved: bool, reason: str) -> None:
    """The buyer decides an answer, and with it what it corrects and nobody has decided yet."""
    held = transitions.hold_all(Correction.objects.waiting().filter(answer=answer))
    _settle(held, CorrectionState.ACKNOWLEDGED if approved else CorrectionState.REFUSED, reason)


def _settle(held: Iterable[Correction], to: CorrectionState, reason: str) -> None:
    deed = audit.current_deed()
    rows = list(held)
    for row in rows:
        row.decided_at, row.decided_by, row.reason = deed.at, deed.actor.name, reason.strip()
    Correction.objects.bulk_update(rows, ["decided_at", "decided_by", "reason"])
    transitions.move_all(((row, to) for row in rows), reason=reason.strip())
