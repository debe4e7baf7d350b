"""Reads of change requests."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web.pagination import Keyset, Page
from suppliers.models import ChangeOffer, ChangeRequest, OfferedDelivery, OrderLine, ScheduleLine
from suppliers.queries.orders import find_order, line_like
from suppliers.states import LineState, Mode, Side, SyncMark

CHANGES = Keyset(("-moved_at", "-id"), "changes")
CHANGE_VIEWS = ("mine", "open", "over")


def change_list(
    actor: Actor,
    *,
    view: str = "",
    text: str = "",
    order: UUID | None = None,
    cursor: str = "",
    size: int = 30,
) -> Page[ChangeRequest]:
    """Change requests, the latest word first; ``view`` narrows them to what waits for the actor's side, to what is open
    or to what is over. Three queries.
    """
    rows = ChangeRequest.objects.visible_to(actor).exclude(order__mode=Mode.OFF)
    if view == "mine":
        rows = rows.waiting_for(Side.SUPPLIER if actor.behind_wall else Side.BUYER)
    elif view in CHANGE_VIEWS:
        rows = rows.filter(waits_for="") if view == "over" else rows.exclude(waits_for="")
    if order:
        rows = rows.filter(order=order)
    if text:
        rows = rows.filter(line_like(text, "line__"))
    return CHANGES.page(_offered(rows.select_related("order", "line", "supplier", "plant")), cursor, size)


def asked_with(actor: Actor, first: ChangeRequest) -> list[ChangeRequest]:
    """What was asked for together with ``first``, by number: one act opens them at one moment."""
    rows = ChangeRequest.objects.visible_to(actor).filter(order=first.order_id, side=first.side)
    rows = rows.filter(opened_at=first.opened_at).select_related("order", "line", "supplier", "plant")
    return list(_offered(rows.order_by("number")))


def find_change(actor: Actor, change_id: UUID, order_id: UUID | None = None) -> ChangeRequest:
    """The change request (of this order, where one is named) with its offers (oldest first, with deliveries), order and
    line: else :class:`NotFound`.
    """
    rows = ChangeRequest.objects.visible_to(actor).exclude(order__mode=Mode.OFF)
    if order_id:
        rows = rows.filter(order=order_id)
    change = _offered(rows.select_related("order", "line", "supplier", "plant")).filter(pk=change_id).first()
    if change is None:
        raise NotFound(_("There is no such change request, or it is not yours to see."))
    return change


def lines_to_change(actor: Actor, order_id: UUID) -> list[OrderLine]:
    """The lines of an order, by position, each with its agreed schedule (``standing``) and whether a change of it can
    be asked for now (``free``). Three queries. Raises :class:`NotFound` for an order the actor may not know of.
    """
    order = find_order(actor, order_id)
    open_ones = ChangeRequest.objects.open().filter(line=OuterRef("pk"))
    rows = OrderLine.objects.visible_to(actor).filter(order=order).order_by("position")
    agreed = ScheduleLine.objects.filter(agreed_quantity__gt=0).order_by("position")
    free = Q(state=LineState.AGREED) & ~Q(sync=SyncMark.CONFLICT) & ~Exists(open_ones)
    lines = list(rows.annotate(free=free).prefetch_related(Prefetch("schedule", agreed, to_attr="standing")))
    for line in lines:
        line.order = order
    return lines


def _offered(rows: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    rows = rows.prefetch_related(Prefetch("offers", ChangeOffer.objects.order_by("number")))
    return rows.prefetch_related(Prefetch("offers__deliveries", OfferedDelivery.objects.order_by("position")))
