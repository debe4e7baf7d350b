"""An order's history as one story: every revision, answer, decision and step, with who caused it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from suppliers.actions.negotiating import CHANNEL
from suppliers.models import Acknowledgement, AnswerLine, Commitment
from suppliers.pricing import told_differences
from suppliers.queries.orders import OrderDetail
from suppliers.states import IMPORTED, Cause, Decision, LineState, OrderState, Verdict
from suppliers.subjects import SUBJECTS

TONES = {Verdict.WITHIN: "good", Verdict.OUTSIDE: "info"}


@dataclass
class Event:
    """One thing that happened. ``differences``, ``answers`` and ``commitment`` say more where there is more."""

    at: dt.datetime
    what: str
    who: str
    tone: str = ""
    reason: str = ""
    differences: list[dict[str, Any]] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    enclosed: list[dict[str, Any]] = field(default_factory=list)
    """The files of the answers."""
    commitment: Commitment | None = None
    position: int = 0
    revision: int = 0
    """The revision that can be laid beside the one before it."""


def story(detail: OrderDetail, *, prices: bool) -> list[Event]:
    """Newest first. Without ``prices`` no revision tells one."""
    events = [
        *_revisions(detail, prices),
        *_import(detail),
        *_answers(detail),
        *_decisions(detail),
        *_moves(detail),
        *_steps(detail),
        *_reminders(detail),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def differences(detail: OrderDetail, *, prices: bool) -> dict[int, list[dict[str, Any]]]:
    """What the revision that reopened a line changed on it, by the line's position."""
    by_number = {revision.number: revision for revision in detail.revisions}
    found: dict[int, list[dict[str, Any]]] = {}
    for one in detail.lines:
        revision = by_number.get(one.line.revision)
        if revision is not None and revision.number > 1 and one.line.state == LineState.OPEN:
            shown = told_differences(revision.differences, prices=prices)
            found[one.line.position] = [
                entry
                for entry in shown
                if entry["line"] == one.line.position or (not entry["line"] and entry["field"] == "incoterm")
            ]
    return {position: entries for position, entries in found.items() if entries}


CONTENT = (
    "incoterm",
    "incoterm_place",
    "currency",
    "description",
    "drawing",
    "item_revision",
    "note",
    "terms",
    "payment_terms",
    "ship_to",
)
"""What a revision changes beside the lines that it reopens."""


def since_answer(detail: OrderDetail, *, prices: bool) -> list[dict[str, Any]]:
    """What changed of the order's content since the supplier's last answer, the oldest first; nothing before it."""
    answered = [answer.acknowledgement.revision for one in detail.lines for answer in one.answers]
    if not answered or detail.order.state in (OrderState.CLOSED, OrderState.CANCELLED):
        return []
    return [
        entry
        for revision in reversed(detail.revisions)
        if revision.number > max(answered)
        for entry in told_differences(revision.differences, prices=prices)
        if entry["field"] in CONTENT
    ]


def _revisions(detail: OrderDetail, prices: bool) -> Iterator[Event]:
    for revision in detail.revisions:
        if revision.number == 1:
            yield Event(revision.at, _("Order released"), detail.order.buyer_name or _("Buyer"), "info")
        else:
            what = _("Revision %(number)d") % {"number": revision.number}
            yield Event(
                revision.at,
                what,
                _("Buyer, in Odoo"),
                "wait",
                differences=told_differences(revision.differences, prices=prices),
                revision=revision.number,
            )


def _answers(detail: OrderDetail) -> Iterator[Event]:
    together: dict[UUID, tuple[Acknowledgement, list[AnswerLine]]] = {}
    for one in detail.lines:
        for answer in one.answers:
            answer.line = one.line
            kept = together.setdefault(answer.acknowledgement_id, (answer.acknowledgement, []))
            kept[1].append(answer)
    for acknowledgement, answers in together.values():
        outside = any(answer.verdict == Verdict.OUTSIDE for answer in answers)
        if acknowledgement.channel == CHANNEL:
            what = _("Change agreed")
        else:
            what = _("Answer to revision %(number)d") % {"number": acknowledgement.revision}
        yield Event(
            acknowledgement.at,
            what,
            acknowledgement.said_by,
            "info" if outside else "good",
            reason=acknowledgement.comment,
            enclosed=answers[0].enclosed,  # type: ignore[attr-defined]
            answers=sorted(answers, key=lambda answer: answer.line.position),
        )


def _decisions(detail: OrderDetail) -> Iterator[Event]:
    for one in detail.lines:
        for commitment in one.commitments:
            answer = commitment.answer
            if answer is not None and answer.verdict == Verdict.WITHIN:
                continue  # agreed at once: told with the answer
            if commitment.decision == IMPORTED:
                continue  # told once, for the whole order
            approved = commitment.decision == Decision.APPROVED
            what = _("Line %(position)d approved") if approved else _("Line %(position)d declined")
            yield Event(
                commitment.at,
                what % {"position": one.line.position},
                commitment.actor_name,
                "good" if approved else "bad",
                reason=commitment.reason,
                commitment=commitment,
                position=one.line.position,
            )


def _moves(detail: OrderDetail) -> Iterator[Event]:
    """Whose cause a date moved in Odoo was, where a buyer has said it."""
    for move in detail.moves:
        if move.stated_at is None:
            continue
        if move.cause == Cause.SUPPLIER:
            what = _("Line %(position)d: revision %(revision)d moved its date for the supplier's cause")
        else:
            what = _("Line %(position)d: revision %(revision)d moved its date for the buyer's cause")
        facts = {"position": move.position, "revision": move.revision}
        yield Event(move.stated_at, what % facts, move.actor_name, "info", reason=move.reason)


def _import(detail: OrderDetail) -> Iterator[Event]:
    """An order from before the cut-over came in as agreed."""
    steps = [step for one in detail.lines for step in one.commitments if step.decision == IMPORTED]
    if steps:
        what = _("Taken over at go-live: the dates in Odoo are the first promise")
        yield Event(min(step.at for step in steps), what, _("Portal"), "good")


def _steps(detail: OrderDetail) -> Iterator[Event]:
    """Steps that no answer, decision or revision tells already: opened, received, cancelled."""
    positions = {one.line.pk: one.line.position for one in detail.lines}
    for step in detail.timeline:
        if step.object_id in positions and step.after in (LineState.RECEIVED, LineState.CANCELLED):
            label = LineState(step.after).label
            what = _("Line %(position)d: %(state)s") % {"position": positions[step.object_id], "state": label}
            yield Event(step.at, what, step.actor_name, "", reason=step.reason)
        elif step.object_id == detail.order.pk and step.after == OrderState.VIEWED and step.act == "open_order":
            yield Event(step.at, _("Opened for the first time"), step.actor_name)


def _reminders(detail: OrderDetail) -> Iterator[Event]:
    """Daily mails that named the order: one entry a run and subject, with everybody who got it."""
    together: dict[tuple[dt.datetime, str], list[str]] = {}
    for one in detail.reminded:
        together.setdefault((one.at, one.subject), []).append(one.name)
    for (at, subject), names in together.items():
        what = _("In the daily mail: %(subject)s") % {"subject": SUBJECTS[subject].title}
        yield Event(at, what, ", ".join(names))
