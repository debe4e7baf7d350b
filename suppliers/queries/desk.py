"""Reads of the buyer's desk: what he has to say, to decide and to chase, what does most damage first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web.pagination import Keyset, Page
from suppliers.models import AnswerLine, DateMove, DecisionBatch, OrderLine, Promise, Supplier
from suppliers.queries.orders import FOR_THE_BUYER, answered, line_like
from suppliers.queries.reliability import Days, Reliability, measured
from suppliers.states import AnswerKind, LineState, SyncMark

NO_DEMAND = 100_000
"""Days left, in an order of lines, where nothing in Odoo waits for the goods."""
NO_DATE = -100_000
"""Days left where they are needed and no date is promised at all."""


# --- What to decide ---------------------------------------------------------------------------------------------------

QUEUE = Keyset(("left", "requested_date", "id"), "queue")
FINDINGS = {
    "date": ("late", "early", "no_date"),
    "quantity": ("quantity_over", "quantity_under"),
    "price": ("price_up", "price_down"),
    "rejected": ("rejected",),
    "substituted": ("substituted",),
}


@dataclass(frozen=True)
class QueueFilters:
    """What the queue is narrowed to. ``text`` is looked for as in the list of orders."""

    text: str = ""
    plant: int | None = None
    supplier: int | None = None
    finding: str = ""
    """One of :data:`FINDINGS`, or ``conflict``."""
    endangered: bool = False
    """Only what comes after it is needed."""


def decision_queue(
    actor: Actor, filters: QueueFilters = QueueFilters(), *, cursor: str = "", size: int = 30
) -> Page[OrderLine]:
    """Lines outside tolerance, in conflict or with a correction that the buyer has to decide: four queries.

    First what leaves the demand that needs it the fewest days, then what nothing waits for, by its requested date. Each
    line carries ``answers`` (newest first, with promises), ``schedule``, ``order`` and its supplier and plant.
    """
    rows = _waiting(actor)
    if filters.plant:
        rows = rows.filter(plant=filters.plant)
    if filters.supplier:
        rows = rows.filter(supplier=filters.supplier)
    if filters.text:
        rows = rows.filter(line_like(filters.text))
    rows = _with_days_left(rows, most=-1 if filters.endangered else None)
    if filters.finding == "conflict":
        rows = rows.filter(sync=SyncMark.CONFLICT)
    elif filters.finding in FINDINGS:
        found = Q()
        for code in FINDINGS[filters.finding]:
            found |= Q(findings__contains=[{"code": code}])
        rows = rows.filter(Exists(AnswerLine.objects.filter(found, pk=OuterRef("latest_answer"))))
    return QUEUE.page(answered(rows.select_related("order", "supplier", "plant")), cursor, size)


def _waiting(actor: Actor) -> QuerySet[OrderLine]:
    return OrderLine.objects.visible_to(actor).filter(FOR_THE_BUYER | Q(sync=SyncMark.CONFLICT))


def _with_days_left(rows: QuerySet[OrderLine], *, most: int | None) -> QuerySet[OrderLine]:
    """Each line with ``left``: the days between what its answer (or agreement) promises and what needs it; only those
    with at most so many.
    """
    latest = AnswerLine.objects.filter(line=OuterRef("pk")).order_by("-number").values("pk")[:1]
    last = Promise.objects.filter(answer=OuterRef("latest_answer")).order_by(F("arrival_date").desc(nulls_first=True))
    expected = Case(
        When(state=LineState.PENDING_BUYER, then=Subquery(last.values("arrival_date")[:1])),
        When(state=LineState.OPEN, then=F("requested_date")),  # only a correction waits on it
        default=F("promised_date"),
    )
    left = Case(
        When(needed_date__isnull=True, then=Value(NO_DEMAND)),
        When(expected__isnull=True, then=Value(NO_DATE)),
        default=Days(F("needed_date"), F("expected")),
        output_field=IntegerField(),
    )
    rows = rows.annotate(latest_answer=Subquery(latest)).annotate(expected=expected)
    counted = rows.annotate(left=left)
    return counted if most is None else counted.filter(left__lte=most)


def days_left(line: OrderLine, answer: AnswerLine | None) -> int | None:
    """The same of one line with its answer and promises at hand; None where nothing waits for the goods."""
    if line.needed_date is None:
        return None
    expected: dt.date | None = line.requested_date if line.state == LineState.OPEN else line.promised_date
    if answer is not None and line.state == LineState.PENDING_BUYER:
        arrivals = [one.arrival_date for one in answer.promises.all()]
        known = [date for date in arrivals if date]
        dated = arrivals and len(known) == len(arrivals) and answer.kind != AnswerKind.REJECTED
        expected = max(known) if dated else None
    return NO_DATE if expected is None else (line.needed_date - expected).days


def price_difference(line: OrderLine, answer: AnswerLine) -> Decimal | None:
    """What a proposed price changes on all that is promised, in the order's currency; None where it is the same."""
    if answer.price is None or answer.price == line.price:
        return None
    return (answer.price - line.price) * sum((one.quantity for one in answer.promises.all()), Decimal(0))


def waiting_suppliers(actor: Actor, *, today: dt.date) -> list[Supplier]:
    """Those with something to decide, by name, each with ``reliability``: one query."""
    waiting = _waiting(actor).filter(supplier=OuterRef("pk"))
    rows = list(
        Supplier.objects.visible_to(actor).filter(Exists(waiting)).annotate(measured=measured(actor, "pk", today))
    )
    for row in rows:
        row.reliability = Reliability.read(row.measured)  # type: ignore[attr-defined]
    return rows


def find_reliability(actor: Actor, supplier: int, today: dt.date) -> Reliability | None:
    """Of one supplier; None where there is too little to say."""
    rows = Supplier.objects.visible_to(actor).annotate(measured=measured(actor, "pk", today))
    return Reliability.read(rows.filter(pk=supplier).values_list("measured", flat=True).first())


def with_reliability(lines: Sequence[OrderLine], suppliers: Sequence[Supplier]) -> None:
    """Put each supplier's measure beside his lines."""
    found: dict[int, Any] = {one.pk: one.reliability for one in suppliers}  # type: ignore[attr-defined]
    for line in lines:
        line.reliability = found.get(line.supplier_id)  # type: ignore[attr-defined]


def find_batch(actor: Actor, key: UUID) -> DecisionBatch:
    """A batch of decisions, for whoever made it; else :class:`NotFound`."""
    batch = DecisionBatch.objects.filter(pk=key, actor_kind=actor.kind, actor_id=actor.id).first()
    if batch is None:
        raise NotFound(_("There is no such batch of decisions, or somebody else made it."))
    return batch


# --- Dates moved in Odoo ----------------------------------------------------------------------------------------------

NEWEST = Keyset(("-at", "-id"), "moves")


def date_moves(actor: Actor, *, cursor: str = "", size: int = 30) -> Page[DateMove]:
    """Dates moved in Odoo whose cause nobody has said, the newest first: one query."""
    rows = DateMove.objects.visible_to(actor).filter(stated_at__isnull=True)
    return NEWEST.page(rows.select_related("supplier", "plant", "line__order"), cursor, size)


def find_move(actor: Actor, key: UUID) -> DateMove:
    """The moved date, if the actor may know of it; else :class:`NotFound`."""
    rows = DateMove.objects.visible_to(actor).select_related("supplier", "line__order")
    move = rows.filter(pk=key).first()
    if move is None:
        raise NotFound(_("There is no such moved date, or it is not yours to see."))
    return move
