"""Reads of suppliers' master data and of the approved vendor list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import JSONObject, RowNumber
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid
from portal.web.pagination import Keyset, Page
from suppliers.models import Approval, Item, OrderLine, Plant, PurchaseOrder, Supplier
from suppliers.queries.suppliers import find_supplier
from suppliers.states import ListStanding, Mode

BY_NAME = Keyset(("name", "id"), name="suppliers")
NEWEST = Keyset(("-at", "-id"), name="approvals")
UNLISTED = "unlisted"
MOST_ITEMS = 200


@dataclass(frozen=True)
class Finding:
    """Why an item should not come from a supplier: ``blocked``, ``probation`` or ``unlisted``, and who said so."""

    standing: str
    reason: str = ""
    said_by: str = ""
    effective: str = ""

    @property
    def bad(self) -> bool:
        return self.standing != ListStanding.PROBATION


def _said(plant: Any, items: Any) -> QuerySet[Approval]:
    """All that was ever said of these items at a plant, what counts more first; both may refer to an outer query.

    A plant's own statement goes before the one for every plant, a later version before an earlier one.
    """
    rows = Approval.objects.filter(Q(plant=plant) | Q(plant=None), item__in=items)
    return rows.order_by("item_id", "supplier_id", F("plant_id").desc(nulls_last=True), "-version")


_FIELDS = {name: name for name in ("item_id", "supplier_id", "standing", "reason", "effective", "actor_name")}


def of_an_order() -> ArraySubquery:
    """The same as an annotation of orders, for their items: for :func:`judged`."""
    items = OrderLine.objects.filter(order=OuterRef(OuterRef("pk"))).values("item_id")
    return ArraySubquery(_said(OuterRef("plant_id"), items).values(said=JSONObject(**_FIELDS)))


def listings(supplier_id: int, plant_id: int, items: Iterable[int], day: dt.date) -> dict[int, Finding | None]:
    """How a supplier stands for items at a plant on a day: by item, None where nothing speaks against it. One query.

    A gate before goods leave asks the same: ``finding.bad``.
    """
    wanted = set(items)
    return judged(supplier_id, wanted, _said(plant_id, wanted).values(*_FIELDS), day)


def judged(
    supplier_id: int, items: Iterable[int], said: Iterable[Mapping[str, Any]], day: dt.date
) -> dict[int, Finding | None]:
    """The findings on a day, from statements of which the first that is effective counts.

    An item for which nobody is listed is not controlled. Pure.
    """
    by_item: dict[int, dict[int, Mapping[str, Any]]] = {}
    for row in said:
        if str(row["effective"]) <= day.isoformat():  # from JSON it is text
            by_item.setdefault(row["item_id"], {}).setdefault(row["supplier_id"], row)
    return {item: _finding(by_item.get(item, {}), supplier_id) for item in items}


def _finding(listed: Mapping[int, Mapping[str, Any]], supplier_id: int) -> Finding | None:
    own = listed.get(supplier_id)
    if own is None:
        return Finding(UNLISTED) if listed else None
    if own["standing"] == ListStanding.APPROVED:
        return None
    return Finding(own["standing"], own["reason"], own["actor_name"], str(own["effective"]))


@dataclass(frozen=True)
class ApprovalFilters:
    supplier: int | None = None
    plant: int | None = None
    standing: str = ""
    text: str = ""
    history: bool = False
    """Every version, not only the newest of each entry."""


def approvals(actor: Actor, filters: ApprovalFilters, cursor: str = "", size: int = 50) -> Page[Approval]:
    """One page of the list, the latest change first: one query."""
    rows: QuerySet[Approval] = Approval.objects.visible_to(actor).select_related("supplier", "item", "plant")
    if not filters.history:
        place = Window(RowNumber(), partition_by=[F("supplier"), F("item"), F("plant")], order_by=F("version").desc())
        newest = Approval.objects.annotate(place=place).filter(place=1)
        rows = rows.filter(pk__in=newest.values("pk"))
    if filters.supplier:
        rows = rows.filter(supplier=filters.supplier)
    if filters.plant:
        rows = rows.filter(Q(plant=filters.plant) | Q(plant=None))
    if filters.standing:
        rows = rows.filter(standing=filters.standing)
    if filters.text:
        rows = rows.filter(
            Q(item__code__icontains=filters.text)
            | Q(item__name__icontains=filters.text)
            | Q(supplier__name__icontains=filters.text)
        )
    return NEWEST.page(rows, cursor, size)


def suppliers(actor: Actor, *, text: str = "", cursor: str = "", size: int = 50) -> Page[Supplier]:
    """One page of suppliers by name, each with ``open_orders``: one query."""
    rows: QuerySet[Supplier] = Supplier.objects.visible_to(actor)
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(reference__icontains=text) | Q(city__icontains=text) | Q(vat__icontains=text)
        )
    mine = Q(orders__plant__in=actor.plants) if actor.plants is not None and not actor.behind_wall else Q()
    if actor.behind_wall:
        mine = ~Q(orders__mode=Mode.OFF)  # what has not gone live for him he does not know of
    rows = rows.annotate(open_orders=Count("orders", filter=mine & ~Q(orders__state__in=["closed", "cancelled"])))
    return BY_NAME.page(rows, cursor, size)


@dataclass(frozen=True)
class MasterData:
    """One supplier as Odoo has it, with where he delivers to and what."""

    supplier: Supplier
    plants: Sequence[tuple[str, int, dt.datetime]]
    """Name, number of orders, and when the last one was placed."""
    items: Sequence[Mapping[str, Any]]
    """What was ordered of him: ``item_code, item_name, unit_name, orders, last``."""
    terms: Sequence[tuple[str, str, str]]
    """Incoterm, place and currency on his orders."""


def master_data(actor: Actor, public_id: UUID) -> MasterData:
    """One supplier, whole. Raises :class:`NotFound`. Four queries."""
    supplier = find_supplier(actor, public_id)
    orders = PurchaseOrder.objects.visible_to(actor).filter(supplier=supplier)
    plants = orders.values_list("plant__name").annotate(number=Count("pk"), last=Max("ordered_at")).order_by("-number")
    items = (
        OrderLine.objects.visible_to(actor)
        .filter(supplier=supplier)
        .values("item_id", "item_code", "item_name", "unit_name")
        .annotate(orders=Count("order", distinct=True), last=Max("order__ordered_at"))
        .order_by("item_code", "item_name")
    )
    terms = orders.order_by("incoterm").values_list("incoterm", "incoterm_place", "currency").distinct()
    return MasterData(supplier, list(plants), list(items[:MOST_ITEMS]), list(terms[:20]))


def plants_of(actor: Actor) -> list[Plant]:
    """The plants somebody works for."""
    rows = Plant.objects.all()
    return list(rows if actor.plants is None else rows.filter(pk__in=actor.plants))


def item_of_number(text: str) -> Item:
    """The item with a number as people type it. Raises :class:`Invalid` for none, and for several."""
    number = text.strip()
    found = list(Item.objects.filter(code__iexact=number)[:2]) if number else []
    if len(found) == 1:
        return found[0]
    message = _("More than one item has this number.") if found else _("No item has this number.")
    raise Invalid(message, faults=(Fault("unknown", message, "/item"),))
