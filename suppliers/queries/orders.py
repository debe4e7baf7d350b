"""Reads of orders, lines and policies: one function per screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from documents.models import StoredFile
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.shared.models import StateChange
from portal.web.pagination import Keyset, Page
from suppliers.kinds import ATTACHMENT
from suppliers.models import (
    AnswerAttachment,
    AnswerDraft,
    AnswerLine,
    ChangeRequest,
    CommentAttachment,
    Commitment,
    Correction,
    DateMove,
    OrderFile,
    OrderLine,
    OrderLink,
    OrderPrint,
    OrderRevision,
    Promise,
    PurchaseOrder,
    ScheduleLine,
    Supplier,
    TransitTime,
)
from suppliers.models.acknowledgements import CORRECTION_TOLD
from suppliers.models.mails import Reminded, reminded
from suppliers.permissions import Act
from suppliers.queries.order_files import Paper, paper, papers_of_order
from suppliers.queries.reliability import Reliability, measured
from suppliers.queries.suppliers import names
from suppliers.queries.threads import Thread, has_unread, thread, thread_of_order, unread
from suppliers.queries.vendors import of_an_order
from suppliers.states import LineState, Mode


@dataclass(frozen=True)
class OrderFilters:
    """What a list of orders is narrowed to. ``text``: order, item, the supplier's number for it, supplier or buyer."""

    text: str = ""
    state: str = ""
    needs: str = ""
    """``answer`` (supplier), ``decision`` (buyer), ``conflict``, ``late``, ``unread`` (comments)."""
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


_LISTED = ("number", "state", "conflict_lines", "waiting_lines", "pending_lines", "next_date", "released_at")


def order_list(
    actor: Actor, filters: OrderFilters, *, today: dt.date, cursor: str = "", size: int = 50
) -> Page[PurchaseOrder]:
    """Orders the actor may see, with what a list shows of them, a page at a time: one query whatever their number."""
    rows = filtered(actor, filters, today).only(*_LISTED).annotate(comments_unread=unread(actor), **names(actor))
    return SORTS.get(filters.sort, SORTS["-released"]).page(rows, cursor, size)


def order_rows(
    actor: Actor, filters: OrderFilters, fields: Sequence[str], *, today: dt.date, cursor: str = "", size: int = 50
) -> Page[dict[str, Any]]:
    """The same page as plain dictionaries of ``fields``: half the cost of rows, for callers that only pass them on."""
    keyset = SORTS.get(filters.sort, SORTS["-released"])
    rows = filtered(actor, filters, today).values(*{*fields, *keyset.names})
    return keyset.page(rows, cursor, size)


LINE_SORTS: dict[str, tuple[Any, ...]] = {
    "-released": ("-order__released_at", "-order_id"),
    "released": ("order__released_at", "order_id"),
    "number": ("order__number", "order_id"),
    "-number": ("-order__number", "-order_id"),
    "due": (Coalesce("order__next_date", Value(dt.date.max)), "order_id"),
}


def lines_of_list(actor: Actor, filters: OrderFilters, *, today: dt.date, size: int) -> list[OrderLine]:
    """The lines of the orders in a list, in its order, at most ``size`` of them and one more: one query."""
    rows = OrderLine.objects.visible_to(actor).filter(order__in=filtered(actor, filters, today).values("pk"))
    rows = rows.order_by(*LINE_SORTS.get(filters.sort, LINE_SORTS["-released"]), "position")
    return list(rows.select_related("order__supplier", "order__plant")[: size + 1])


def transit_days(actor: Actor) -> dict[tuple[int, int], int]:
    """Days from hand-over to arrival, by supplier and plant: one query."""
    rows = TransitTime.objects.visible_to(actor).values_list("supplier", "plant", "days")
    return {(supplier, plant): days for supplier, plant, days in rows}


def filtered(actor: Actor, filters: OrderFilters, today: dt.date) -> QuerySet[PurchaseOrder]:
    """The orders of a list, in no order."""
    rows: QuerySet[PurchaseOrder] = PurchaseOrder.objects.visible_to(actor)
    if filters.text:
        rows = rows.filter(pk__in=_matching(actor, filters.text))
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
        "unread": Q(has_unread(actor)),
    }
    if filters.needs in needs:
        rows = rows.filter(needs[filters.needs]).exclude(mode=Mode.OFF)
    if filters.sort == "due":
        rows = rows.annotate(due=Coalesce("next_date", Value(dt.date.max)))
    return rows


def _matching(actor: Actor, text: str) -> QuerySet[Any]:
    """The orders that a text speaks of. A union, as each of its parts has an index and their OR would have none."""
    orders = PurchaseOrder.objects.visible_to(actor)
    words = Q(number__icontains=text) | Q(supplier_reference__icontains=text) | Q(buyer_name__icontains=text)
    named = Supplier.objects.visible_to(actor).filter(name__icontains=text)
    items = Q(item_code__icontains=text) | Q(item_name__icontains=text) | Q(supplier_item_code__icontains=text)
    by_item = OrderLine.objects.visible_to(actor).filter(items).values("order_id")
    return orders.filter(words).values("pk").union(by_item, orders.filter(supplier__in=named).values("pk"))


def line_like(text: str, line: str = "") -> Q:
    """The lines that a text speaks of, of rows that name one as ``line``: by what :func:`order_list` looks for."""
    found = Q()
    for name in _SOUGHT:
        found |= Q(**{f"{line}{name}__icontains": text})
    return found


_SOUGHT = (
    *("order__number", "order__supplier_reference", "order__buyer_name", "supplier__name"),
    *("item_code", "item_name", "supplier_item_code"),
)


@dataclass(frozen=True)
class LineDetail:
    """One line with everything its page shows."""

    line: OrderLine
    schedule: list[ScheduleLine]
    answers: list[AnswerLine]
    """Newest first, each with its promises and its acknowledgement."""
    commitments: list[Commitment]
    """Oldest first, each with its answer."""
    open_change: ChangeRequest | None = None
    """What is being negotiated about it: its key, number, state and whom it waits for, no more."""

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
class Moved:
    """A promised date that was moved in Odoo; see ``DateMove``."""

    position: int
    revision: int
    before: str
    after: str
    cause: str
    reason: str
    stated_at: dt.datetime | None
    actor_name: str


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
    reminded: list[Reminded]
    """The latest first; for staff alone, as they name staff."""
    files: list[Paper]
    links: list[SentLink]
    """For the buyer's side: whom the order was sent to, by address."""
    listed: list[dict[str, Any]]
    """For the buyer's side: what the approved vendor list says of its items; see ``vendors.judged``."""
    thread: Thread
    """The latest comments."""
    moves: list[Moved]
    """Of promised dates, in Odoo; the oldest first."""
    reliability: Reliability | None = None
    """Of the supplier's confirmations; the buyer's side only."""


def order_detail(actor: Actor, order_id: UUID, *, today: dt.date | None = None) -> OrderDetail:
    """One order, whole, in eight queries; for the buyer's side also how reliable the supplier's confirmations are as of
    ``today``, where that is given. Raises :class:`NotFound` for an order the actor may not know of.
    """
    also: dict[str, Any] = (
        {} if actor.behind_wall else {"mailed": _LINKS, "reminded": reminded(), "listed": of_an_order()}
    )
    if today and not actor.behind_wall:
        also["reliability"] = measured(actor, "supplier", today)
    also |= {"unsent": _DRAFTS, "moved": _MOVES, "papers": papers_of_order(actor), **thread_of_order(actor)}
    order = _find_order(actor, order_id, **also)
    rows = OrderLine.objects.visible_to(actor).filter(order=order).annotate(negotiated=_OPEN_CHANGE)
    rows = rows.order_by("position")
    lines = list(
        answered(rows).prefetch_related(
            Prefetch("commitments", Commitment.objects.select_related("answer").order_by("number"))
        )
    )
    for line in lines:
        line.order = order  # asked for once, known by every line
    timeline = StateChange.objects.visible_to(actor).filter(object_id__in=[order.pk, *(line.pk for line in lines)])
    return OrderDetail(
        order,
        [
            LineDetail(
                line,
                list(line.schedule.all()),
                list(line.answers.all()),
                list(line.commitments.all()),
                ChangeRequest(**line.negotiated) if line.negotiated else None,  # type: ignore[attr-defined]
            )
            for line in lines
        ],
        list(order.revisions.order_by("-number")),
        list(timeline.order_by("at", "id")),
        [
            Draft(**kept | {"saved_at": dt.datetime.fromisoformat(kept["saved_at"])})
            for kept in order.unsent  # type: ignore[attr-defined]
        ],
        [Reminded(**told | _moments(told)) for told in getattr(order, "reminded", [])],
        [paper(kept) for kept in order.papers],  # type: ignore[attr-defined]
        [SentLink(**kept | _moments(kept)) for kept in getattr(order, "mailed", [])],
        getattr(order, "listed", []),
        thread(actor, order),
        [
            Moved(**kept | {"stated_at": kept["stated_at"] and dt.datetime.fromisoformat(kept["stated_at"])})
            for kept in order.moved  # type: ignore[attr-defined]
        ],
        Reliability.read(getattr(order, "reliability", None)),
    )


# Asked for together with the lines: a query of its own would be one too many.
_OPEN_CHANGE = Subquery(
    ChangeRequest.objects.open()
    .filter(line=OuterRef("pk"))
    .values(kept=JSONObject(id="id", number="number", state="state", waits_for="waits_for"))
)


def _moments(kept: dict[str, Any]) -> dict[str, dt.datetime]:
    """The moments of a row that came as JSON."""
    return {name: dt.datetime.fromisoformat(text) for name, text in kept.items() if name.endswith("at") and text}


# Asked for together with the order: queries of their own would be too many.
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


_MOVED = ("revision", "before", "after", "cause", "reason", "stated_at", "actor_name")
_MOVES = ArraySubquery(
    DateMove.objects.filter(line__order=OuterRef("pk"))
    .order_by("revision", "line__position")
    .values(kept=JSONObject(position="line__position", **{name: name for name in _MOVED}))[:100]
)


def find_order(actor: Actor, order_id: UUID) -> PurchaseOrder:
    """The order, if the actor may know of it; else :class:`NotFound`."""
    return _find_order(actor, order_id)


def find_thread(actor: Actor, order_id: UUID) -> tuple[PurchaseOrder, Thread]:
    """An order with every comment on it: one query. Raises :class:`NotFound`."""
    order = _find_order(actor, order_id, **thread_of_order(actor, latest=None))
    return order, thread(actor, order)


def _find_order(actor: Actor, order_id: UUID, **also: Any) -> PurchaseOrder:
    rows = PurchaseOrder.objects.visible_to(actor).select_related("supplier", "plant")
    order = rows.annotate(**also).filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("There is no such order, or it is not yours to see."))
    return order


def find_order_file(actor: Actor, order_id: UUID, file_id: UUID) -> StoredFile:
    """A file that belongs to an order the actor may know of, or that he may enclose with an answer to it; else
    :class:`NotFound`. It knows its matter.
    """
    order = find_order(actor, order_id)
    own = Q(pk__in=AnswerAttachment.objects.filter(acknowledgement__order=order).values("file"))
    own |= Q(pk__in=CommentAttachment.objects.filter(comment__order=order).values("file"))
    own |= Q(pk__in=StoredFile.objects.visible_to(actor).filter(kind=ATTACHMENT.name).values("pk"))
    own |= Q(pk__in=OrderFile.objects.visible_to(actor).filter(order=order).values("file"))
    prints = OrderPrint.objects.visible_to(actor).filter(order=order)
    own |= Q(pk__in=(prints if Act.SEE_PRICES.allows(actor, order) else prints.filter(prices=False)).values("file"))
    file = StoredFile.objects.filter(own, pk=file_id, supplier_id=order.supplier_id).first()
    if file is None:
        raise NotFound(_("There is no such file."))
    file.matter = order.pk  # type: ignore[attr-defined]
    return file


def find_line(actor: Actor, line_id: UUID) -> OrderLine:
    """The order line, if the actor may know of it; else :class:`NotFound`."""
    line = OrderLine.objects.visible_to(actor).select_related("order").filter(pk=line_id).first()
    if line is None:
        raise NotFound(_("There is no such order line, or it is not yours to see."))
    return line


def answered(rows: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
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
