"""Reads of what is printed: the PDFs people asked for, and the buyer's look."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents import storage
from documents.models import StoredFile
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from suppliers.models import Branding, OrderPrint, Print, PurchaseOrder
from suppliers.permissions import Act
from suppliers.states import PrintState


def find_print(actor: Actor, order: PurchaseOrder, print_id: UUID) -> OrderPrint:
    """A PDF that was asked for, with its file; prices are for those who see them. Raises :class:`NotFound`."""
    found = OrderPrint.objects.visible_to(actor).select_related("file").filter(order=order, pk=print_id).first()
    if found is None or (found.prices and not Act.SEE_PRICES.allows(actor, order)):
        raise NotFound(_("There is no such PDF, or it is not yours to see."))
    return found


def next_print(actor: Actor, rows: type[Print]) -> Print | None:
    """The PDF that somebody has waited for longest, of one sort."""
    waiting = _visible(actor, rows).filter(state=PrintState.WAITING)
    return waiting.order_by("tries", "asked_at").first()


def prints_given_up(actor: Actor, rows: type[Print], before: dt.datetime) -> list[Print]:
    """Those whose worker has not been heard of since a moment."""
    return list(_visible(actor, rows).filter(state=PrintState.DRAWING, drawing_since__lt=before)[:50])


def _visible(actor: Actor, rows: type[Print]) -> QuerySet[Any]:
    return rows._default_manager.visible_to(actor)  # type: ignore[attr-defined, no-any-return]


def branding_now() -> Branding:
    """What documents and mails look like, with its logo for whoever may know of the file: one query."""
    return Branding.objects.select_related("logo").get()


def logo_of(branding: Branding) -> dict[str, bytes]:
    """The bytes of the logo by the name the brand knows it by. Call it outside every window."""
    if branding.logo is None:
        return {}
    with storage.opened(branding.logo.storage_key) as content:
        return {"logo": content.read()}


def logos(actor: Actor) -> list[StoredFile]:
    """The logos that were brought, the newest first."""
    return list(StoredFile.objects.visible_to(actor).filter(kind="logo", supplier_id=None).order_by("-uploaded_at")[:8])
