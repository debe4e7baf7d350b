"""Reads about links that were mailed with orders."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web.pagination import Keyset, Page
from suppliers.models import OrderLink, Supplier

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
