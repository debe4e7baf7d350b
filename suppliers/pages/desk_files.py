"""The buyer's desk as files: what he has to decide and to chase. See :mod:`suppliers.pages.exporting`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.web import sheets
from portal.web.sheets import Column, Sheet, sheet
from portal.web.windows import PortalRequest
from suppliers.models import AnswerLine, OrderLine, Plant, wording
from suppliers.models.standing import words
from suppliers.pages import decisions as decision_pages
from suppliers.pages import expediting as expediting_pages
from suppliers.permissions import Act
from suppliers.pricing import told_findings
from suppliers.queries.desk import (
    NO_DATE,
    days_left,
    decision_queue,
    price_difference,
    waiting_suppliers,
    with_reliability,
)
from suppliers.queries.expediting import expediting_list
from suppliers.states import LineState, SyncMark


def _answer(line: OrderLine) -> AnswerLine | None:
    """What the buyer decides on."""
    found = list(line.answers.all())
    return found[0] if found and line.state == LineState.PENDING_BUYER else None


def _of_answer(value: Callable[[AnswerLine], sheets.Value]) -> Callable[[OrderLine, Actor], sheets.Value]:
    """What there is to say of an answer; nothing where the line waits for something else."""
    return lambda line, _actor: value(answer) if (answer := _answer(line)) else None


def _arrives(answer: AnswerLine) -> dt.date | None:
    dates = [one.arrival_date for one in answer.promises.all()]
    return max((date for date in dates if date), default=None) if all(dates) else None


def _why(line: OrderLine, actor: Actor) -> str:
    """Why the buyer decides, in the words of his page."""
    prices, said = Act.SEE_PRICES.allows(actor, line), []
    if line.sync == SyncMark.CONFLICT:
        kept = line.sync_why or line.sync_note
        said.append(words(kept, prices) if kept else "")
    elif answer := _answer(line):
        found = told_findings(answer.findings, prices=prices)
        said += [wording.why(one) for one in found] or [gettext("The price differs from the order.")]
    said += [wording.correction(one) for one in line.correcting]  # type: ignore[attr-defined]
    return " ".join(filter(None, said))


def _instead(answer: AnswerLine) -> str:
    """The item that is offered instead, in one line."""
    offered = getattr(answer, "substitute", None)
    if offered is None:
        return ""
    said = (offered.part_number, offered.description, offered.manufacturer, offered.manufacturer_part_number)
    return ", ".join(filter(None, said))


def _dearer(line: OrderLine, _actor: Actor) -> Decimal | None:
    answer = _answer(line)
    return price_difference(line, answer) if answer else None


def _spare(line: OrderLine, _actor: Actor) -> int | None:
    left = days_left(line, _answer(line))
    return None if left == NO_DATE else left


DECISIONS = (
    Column(_("Order"), "order.number"),
    Column(_("Line"), "position"),
    Column(_("Supplier"), "supplier.name"),
    Column(_("Plant"), "plant.name"),
    Column(_("Item"), "item_code"),
    Column(_("Name"), "item_name"),
    Column(_("Revision"), "item_revision"),
    Column(
        _("State"),
        lambda line, _actor: line.get_sync_display() if line.sync == SyncMark.CONFLICT else line.get_state_display(),
    ),
    Column(_("Ordered"), "quantity"),
    Column(_("Unit"), "unit_name"),
    Column(_("Wanted on arrival"), "requested_date"),
    Column(_("Needed"), "needed_date"),
    Column(_("Needed for"), "needed_for"),
    Column(_("Answer"), _of_answer(lambda answer: answer.get_kind_display())),
    Column(_("Answered"), _of_answer(lambda answer: answer.acknowledgement.at)),
    Column(_("Promised"), _of_answer(lambda answer: sum(one.quantity for one in answer.promises.all()))),
    Column(_("Arrives"), _of_answer(_arrives)),
    Column(_("Offered instead"), _of_answer(_instead)),
    Column(_("Days to spare"), _spare),
    Column(_("Reason"), _of_answer(lambda answer: " ".join((answer.get_reason_display(), answer.comment)).strip())),
    Column(_("Why the buyer decides"), _why),
    Column(_("Confirmations kept, %"), lambda line, _actor: line.reliability.share if line.reliability else None),
    Column(_("Unit price"), "price", act=Act.SEE_PRICES),
    Column(_("Price asked"), _of_answer(lambda answer: answer.price), act=Act.SEE_PRICES),
    Column(_("Price difference in all"), _dearer, act=Act.SEE_PRICES),
    Column(_("Currency"), "order.currency", act=Act.SEE_PRICES),
)


def decisions(request: PortalRequest) -> Sheet:
    actor = request.actor
    with acting(actor):
        found = decision_queue(actor, decision_pages.filters_of(request), size=sheets.MOST)
        with_reliability(found.rows, waiting_suppliers(actor, today=timezone.localdate()))
        return sheet("decisions", DECISIONS, found, actor)


EXPEDITING = (
    Column(_("Order"), "order.number"),
    Column(_("Line"), "position"),
    Column(_("Supplier"), "supplier.name"),
    Column(_("Plant"), "plant.name"),
    Column(_("Item"), lambda line, _actor: line.item_code or line.item_name),
    Column(_("Supplier's number"), "supplier_item_code"),
    Column(_("Quantity"), "quantity"),
    Column(_("Unit"), "unit_name"),
    Column(_("Wanted on arrival"), "requested_date"),
    Column(_("Agreed"), "promised_date"),
    Column(_("Needed"), "needed_date"),
    Column(_("Needed for"), "needed_for"),
    Column(_("Waiting since"), "since"),
    Column(_("Days"), "damage"),
)


def expediting(request: PortalRequest) -> Sheet:
    actor, filters, now = request.actor, expediting_pages.filters_of(request), timezone.now()
    with acting(actor):
        plants, today = list(Plant.objects.all()), timezone.localdate()
        found = expediting_list(actor, filters, plants, now=now, today=today, size=sheets.MOST)
        return sheet(filters.kind, EXPEDITING, found, actor)
