"""Reads of the buyer's desk: what he has to say, to decide and to chase, in the order of the damage it does."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web.pagination import Keyset, Page
from suppliers.models import DateMove

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
