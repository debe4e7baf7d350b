"""Reads that span models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.shared.models import StateChange
from portal.web.pagination import Keyset, Page
from suppliers.models import (
    AnswerDraft,
    AnswerLine,
    Commitment,
    Correction,
    OrderLine,
    OrderLink,
    OrderRevision,
    Promise,
    PurchaseOrder,
    ScheduleLine,
    Supplier,
    TolerancePolicy,
)
from suppliers.models.acknowledgements import CORRECTION_TOLD
from suppliers.states import LineState, Mode, SyncMark
from suppliers.threads import unread


def supplier_key(actor: Actor, public_id: UUID) -> int:
    """The plain id that rows of lower storeys carry; raises ``NotFound`` for a supplier the actor may not know of."""
    return find_supplier(actor, public_id).pk


def find_supplier(actor: Actor, public_id: UUID) -> Supplier:
    """The supplier, if the actor may know of it; else :class:`NotFound`."""
    supplier = Supplier.objects.visible_to(actor).filter(public_id=public_id).first()
    if supplier is None:
        raise NotFound(_("There is no such supplier."))
    return supplier


BY_NAME = Keyset(("name", "id"), "name")


def suppliers_with_links(
    actor: Actor, text: str, at: dt.datetime, *, cursor: str = "", size: int = 30
) -> Page[Supplier]:
    """Active suppliers by name, each with ``running``, the number of links to its orders that are good: one query."""
    good = OrderLink.objects.filter(supplier=OuterRef("pk"), revoked_at=None, expires_at__gt=at).order_by()
    counted = good.values("supplier").annotate(number=Count("pk")).values("number")
    rows: QuerySet[Supplier] = Supplier.objects.visible_to(actor).filter(active=True, name__icontains=text)
    return BY_NAME.page(rows.annotate(running=Coalesce(Subquery(counted), 0)), cursor, size)


def find_order_link(actor: Actor, order_id: UUID, link_id: UUID) -> OrderLink:
    """A link to an order, if the actor may know of it; else :class:`NotFound`."""
    link = OrderLink.objects.visible_to(actor).filter(pk=link_id, order=order_id).first()
    if link is None:
        raise NotFound(_("There is no such link, or it is not yours to see."))
    return link


@dataclass(frozen=True)
class OrderFilters:
    """What a list of orders is narrowed to. ``text`` is looked for in order number, item and supplier."""

    text: str = ""
    state: str = ""
    needs: str = ""
    """``answer`` (supplier), ``decision`` (buyer), ``conflict``, ``late``."""
    plant: int | None = None
    supplier: int | None = None
    sort: str = "-released"


SORTS = {
    "-released": Keyset(("-released_at", "-id"), "-released"),
    "released": Keyset(("released_at", "id"), "released"),
    "number": Keyset(("number", "id"), "number"),
    "-number": Keyset(("-number", "-id"), "-number"),
    "due": Keyset(("due", "id"), "due"),
}
NO_DATE = dt.date(9999, 12, 31)


def order_list(
    actor: Actor, filters: OrderFilters, *, today: dt.date, cursor: str = "", size: int = 50
) -> Page[PurchaseOrder]:
    """Orders the actor may see, a page at a time: one query whatever their number."""
    rows = _filtered(actor, filters, today).select_related("supplier", "plant").annotate(**unread(actor))
    return SORTS.get(filters.sort, SORTS["-released"]).page(rows, cursor, size)


def order_rows(
    actor: Actor, filters: OrderFilters, fields: Sequence[str], *, today: dt.date, cursor: str = "", size: int = 50
) -> Page[dict[str, Any]]:
    """The same page as plain dictionaries of ``fields``: half the cost of rows, for callers that only pass them on."""
    keyset = SORTS.get(filters.sort, SORTS["-released"])
    rows = _filtered(actor, filters, today).values(*{*fields, *keyset.names})
    return keyset.page(rows, cursor, size)


def _filtered(actor: Actor, filters: OrderFilters, today: dt.date) -> QuerySet[PurchaseOrder]:
    rows: QuerySet[PurchaseOrder] = PurchaseOrder.objects.visible_to(actor)
    if filters.text:
        matching = OrderLine.objects.visible_to(actor).filter(
            Q(item_code__icontains=filters.text) | Q(item_name__icontains=filters.text), order=OuterRef("pk")
        )
        rows = rows.filter(
            Q(number__icontains=filters.text)
            | Q(supplier_reference__icontains=filters.text)
            | Q(supplier__name__icontains=filters.text)
            | Exists(matching)
        )
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.plant:
        rows = rows.filter(plant=filters.plant)
    if filters.supplier:
        rows = rows.filter(supplier=filters.supplier)
    needs = {
        "answer": Q(waiting_lines__gt=0),
        "decision": Q(pending_lines__gt=0),
        "conflict": Q(conflict_lines__gt=0),
        "late": Q(next_date__lt=today),
    }
    if filters.needs in needs:
        rows = rows.filter(needs[filters.needs]).exclude(mode=Mode.OFF)
    if filters.sort == "due":
        rows = rows.annotate(due=Coalesce("next_date", Value(NO_DATE)))
    return rows


@dataclass(frozen=True)
class LineDetail:
    """One line with everything its page shows."""

    line: OrderLine
    schedule: list[ScheduleLine]
    answers: list[AnswerLine]
    """Newest first, each with its promises and its acknowledgement."""
    commitments: list[Commitment]
    """Oldest first, each with its answer."""

    @property
    def latest(self) -> AnswerLine | None:
        return self.answers[0] if self.answers else None


@dataclass(frozen=True)
class Draft:
    """An unsent answer; see ``AnswerDraft``."""

    actor_id: str
    actor_name: str
    saved_at: dt.datetime
    typed: dict[str, list[str]]


@dataclass(frozen=True)
class SentLink:
    """The link an address was sent with the order; see ``OrderLink``."""

    id: str
    email: str
    sent_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None

    def runs(self, at: dt.datetime) -> bool:
        """Neither withdrawn nor past its time."""
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True)
class OrderDetail:
    order: PurchaseOrder
    lines: list[LineDetail]
    revisions: list[OrderRevision]
    """Newest first."""
    timeline: list[StateChange]
    """Of the order and its lines, oldest first."""
    drafts: list[Draft]
    """What people have typed and not sent, the latest first."""
    links: list[SentLink]
    """For the buyer's side: whom the order was sent to, by address."""


def order_detail(actor: Actor, order_id: UUID) -> OrderDetail:
    """One order, whole, in eight queries. Raises :class:`NotFound` for an order the actor may not know of."""
    also = {} if actor.behind_wall else {"mailed": _LINKS}
    order = _find_order(actor, order_id, unsent=_DRAFTS, **unread(actor), **also)
    rows = OrderLine.objects.visible_to(actor).filter(order=order).order_by("position")
    lines = list(
        _answered(rows).prefetch_related(
            Prefetch("commitments", Commitment.objects.select_related("answer").order_by("number"))
        )
    )
    for line in lines:
        line.order = order  # asked for once, known by every line
    timeline = StateChange.objects.visible_to(actor).filter(object_id__in=[order.pk, *(line.pk for line in lines)])
    return OrderDetail(
        order,
        [
            LineDetail(line, list(line.schedule.all()), list(line.answers.all()), list(line.commitments.all()))
            for line in lines
        ],
        list(order.revisions.order_by("-number")),
        list(timeline.order_by("at", "id")),
        [
            Draft(**kept | {"saved_at": dt.datetime.fromisoformat(kept["saved_at"])})
            for kept in order.unsent  # type: ignore[attr-defined]
        ],
        [SentLink(**kept | _moments(kept)) for kept in getattr(order, "mailed", [])],
    )


def _moments(kept: dict[str, Any]) -> dict[str, dt.datetime]:
    """The moments of a row that came as JSON."""
    return {name: dt.datetime.fromisoformat(text) for name, text in kept.items() if name.endswith("_at") and text}


# Asked for together with the order: a query of its own would be one too many.
_LINKS = ArraySubquery(
    OrderLink.objects.filter(order=OuterRef("pk"))
    .order_by("email")
    .values(
        kept=JSONObject(id="id", email="email", sent_at="sent_at", expires_at="expires_at", revoked_at="revoked_at"),
    )
)
_DRAFTS = ArraySubquery(
    AnswerDraft.objects.filter(order=OuterRef("pk"))
    .order_by("-saved_at")
    .values(
        kept=JSONObject(actor_id="actor_id", actor_name="actor_name", saved_at="saved_at", typed="typed"),
    )[:20]
)


def find_order(actor: Actor, order_id: UUID) -> PurchaseOrder:
    """The order, if the actor may know of it; else :class:`NotFound`."""
    return _find_order(actor, order_id)


def _find_order(actor: Actor, order_id: UUID, **also: Any) -> PurchaseOrder:
    rows = PurchaseOrder.objects.visible_to(actor).select_related("supplier", "plant")
    order = rows.annotate(**also).filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("There is no such order, or it is not yours to see."))
    return order


def find_line(actor: Actor, line_id: UUID) -> OrderLine:
    """The order line, if the actor may know of it; else :class:`NotFound`."""
    line = OrderLine.objects.visible_to(actor).select_related("order").filter(pk=line_id).first()
    if line is None:
        raise NotFound(_("There is no such order line, or it is not yours to see."))
    return line


def _answered(rows: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Lines with their schedule and their answers (newest first, with promises and all particulars), and what is
    corrected on them and not decided (``correcting``): three more queries for any number."""
    answers = AnswerLine.objects.with_particulars().select_related("acknowledgement", "policy").order_by("-number")
    correcting = Correction.objects.waiting().filter(line=OuterRef("pk")).order_by("field")
    return (
        rows.annotate(correcting=ArraySubquery(correcting.values(told=CORRECTION_TOLD)))
        .prefetch_related(Prefetch("schedule", ScheduleLine.objects.order_by("position")))
        .prefetch_related(Prefetch("answers", answers))
        .prefetch_related(Prefetch("answers__promises", Promise.objects.order_by("position")))
    )


FOR_THE_BUYER = Q(state=LineState.PENDING_BUYER) | Q(pk__in=Correction.objects.waiting().values("line"))
QUEUE = Keyset(("requested_date", "id"), "queue")


def decision_queue(
    actor: Actor,
    *,
    plant: int | None = None,
    supplier: int | None = None,
    text: str = "",
    cursor: str = "",
    size: int = 30,
) -> Page[OrderLine]:
    """Lines outside tolerance, in conflict or with a correction that the buyer has to decide, the most urgent first:
    five queries.

    Each line carries ``answers`` (newest first, with promises), ``schedule``, ``order`` and its supplier and plant.
    """
    rows: QuerySet[OrderLine] = OrderLine.objects.visible_to(actor).filter(FOR_THE_BUYER | Q(sync=SyncMark.CONFLICT))
    if plant:
        rows = rows.filter(plant=plant)
    if supplier:
        rows = rows.filter(supplier=supplier)
    if text:
        rows = rows.filter(
            Q(order__number__icontains=text) | Q(item_code__icontains=text) | Q(supplier__name__icontains=text)
        )
    rows = _answered(rows.select_related("order", "supplier", "plant"))
    return QUEUE.page(rows, cursor, size)


@dataclass(frozen=True)
class Dashboard:
    """What needs this person: counts, and the first few rows behind each."""

    to_answer: int
    to_decide: int
    conflicts: int
    late: int
    this_week: int
    orders: list[PurchaseOrder]
    """Orders with lines to answer (supplier) or unanswered (staff), the earliest due first."""
    late_lines: list[OrderLine]
    coming_lines: list[OrderLine]


def dashboard(actor: Actor, *, today: dt.date, rows: int = 5) -> Dashboard:
    """The home page in four queries, whatever the number of orders."""
    lines = OrderLine.objects.visible_to(actor).exclude(order__mode=Mode.OFF)
    due = Coalesce("promised_date", "requested_date")
    alive = Q(state__in=[LineState.OPEN, LineState.PENDING_BUYER, LineState.AGREED])
    week = today + dt.timedelta(days=7)
    counts = lines.annotate(due=due).aggregate(
        to_answer=Count("pk", filter=Q(state=LineState.OPEN)),
        to_decide=Count("pk", filter=FOR_THE_BUYER),
        conflicts=Count("pk", filter=Q(sync=SyncMark.CONFLICT)),
        late=Count("pk", filter=alive & Q(due__lt=today)),
        this_week=Count("pk", filter=Q(state=LineState.AGREED, due__gte=today, due__lt=week)),
    )
    listed = lines.annotate(due=due).select_related("order", "supplier", "plant").order_by("due", "id")
    return Dashboard(
        **counts,
        orders=list(
            PurchaseOrder.objects.visible_to(actor)
            .filter(waiting_lines__gt=0)
            .exclude(mode=Mode.OFF)
            .select_related("supplier", "plant")
            .order_by("next_date", "id")[:rows]
        ),
        late_lines=list(listed.filter(alive, due__lt=today)[:rows]),
        coming_lines=list(listed.filter(state=LineState.AGREED, due__gte=today, due__lt=week)[:rows]),
    )


def policies(actor: Actor) -> list[TolerancePolicy]:
    """The policies in force (newest version of each scope), the most general first: one query."""
    rows = TolerancePolicy.objects.select_related("supplier", "group", "plant").order_by("-version")
    newest: dict[tuple[int | None, int | None, int | None], TolerancePolicy] = {}
    for policy in rows:
        newest.setdefault((policy.supplier_id, policy.group_id, policy.plant_id), policy)
    return sorted(
        newest.values(), key=lambda policy: sum(map(bool, (policy.supplier_id, policy.group_id, policy.plant_id)))
    )


@dataclass(frozen=True)
class OrdersByMode:
    """How many orders of one supplier and plant stand in one mode; ``was_live`` where they have been live once."""

    supplier_id: int
    plant_id: int
    mode: str
    was_live: bool
    number: int


def orders_by_mode() -> list[OrdersByMode]:
    """Every group there is: one query."""
    was_live = ExpressionWrapper(Q(live_at__isnull=False), output_field=BooleanField())
    rows = PurchaseOrder.objects.annotate(was_live=was_live).values("supplier_id", "plant_id", "mode", "was_live")
    return [OrdersByMode(**row) for row in rows.annotate(number=Count("pk")).order_by()]
