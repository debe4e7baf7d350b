"""Reads of sheets: the lines to give out, those that came back, and the uploads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from documents.permissions import Act as FileAct
from documents.states import FileState
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from suppliers.models import OrderLine, ScheduleLine, SheetUpload
from suppliers.queries.orders import LINE_SORTS, OrderFilters, filtered
from suppliers.states import SheetState

LATEST = 20


def lines_to_fill(actor: Actor, filters: OrderFilters, *, today: dt.date, size: int) -> list[OrderLine]:
    """The lines to answer of the orders in a list, in its order, at most ``size`` of them and one more: two queries."""
    rows = OrderLine.objects.visible_to(actor).waiting().filter(order__in=filtered(actor, filters, today).values("pk"))
    order = LINE_SORTS.get(filters.sort, LINE_SORTS["-released"])
    return list(with_stand(rows).order_by(*order, "position")[: size + 1])


def lines_of_order(actor: Actor, order: UUID) -> set[str]:
    """The keys of an order's lines."""
    return {str(key) for key in OrderLine.objects.visible_to(actor).filter(order=order).values_list("pk", flat=True)}


def lines_of_sheet(actor: Actor, keys: Collection[UUID]) -> list[OrderLine]:
    """The lines that rows name and the actor may know of, whatever became of them: two queries."""
    return list(with_stand(OrderLine.objects.visible_to(actor).filter(pk__in=keys)))


def with_stand(rows: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Lines with their order, their schedule and how often they were answered (``said``)."""
    return (
        rows.annotate(said=Count("answers"))
        .select_related("order__supplier", "order__plant")
        .prefetch_related(Prefetch("schedule", ScheduleLine.objects.order_by("position")))
    )


def find_upload(actor: Actor, upload_id: UUID, purpose: str = "") -> SheetUpload:
    """A sheet that was brought, for this purpose where one is said, with its file and supplier.

    Raises :class:`NotFound`, or ``NotPermitted`` for those who may not do what such a sheet says.
    """
    rows = SheetUpload.objects.visible_to(actor).select_related("file", "supplier")
    if purpose:
        rows = rows.filter(purpose=purpose)
    found = rows.filter(pk=upload_id).first()
    if found is None:
        raise NotFound(_("There is no such sheet, or it is not yours to see."))
    FileAct.SEE_FILE.require(actor, found.file)
    return found


def latest_uploads(actor: Actor, purpose: str) -> list[SheetUpload]:
    """The sheets that were brought last, without what stands in them: one query."""
    rows = SheetUpload.objects.visible_to(actor).filter(purpose=purpose).select_related("file", "supplier")
    return list(rows.defer("reading").order_by("-uploaded_at", "-id")[:LATEST])


def sheets_to_read(actor: Actor) -> list[SheetUpload]:
    """Those whose file was accepted and that nobody has read yet."""
    rows = SheetUpload.objects.visible_to(actor).filter(state=SheetState.WAITING, file__state=FileState.ACCEPTED)
    return list(rows.select_related("file").order_by("uploaded_at")[:LATEST])


def sheets_to_send(actor: Actor) -> list[SheetUpload]:
    """Those that somebody asked to be sent."""
    rows = SheetUpload.objects.visible_to(actor).filter(state=SheetState.SENDING)
    return list(rows.select_related("supplier").order_by("sent_at")[:LATEST])
