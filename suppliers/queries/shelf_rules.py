"""Reads of how long lots must keep on arrival."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from portal.shared.actor import Actor
from portal.web.pagination import Keyset, Page
from suppliers.models import ShelfRule

NEWEST = Keyset(("-at", "-id"), name="shelf_rules")


@dataclass(frozen=True)
class ShelfFilters:
    plant: int | None = None
    text: str = ""
    ended: bool = False
    """Rules that have ended, too."""
    history: bool = False
    """Every version, not only the newest of each rule."""


def shelf_rules(actor: Actor, filters: ShelfFilters, cursor: str = "", size: int = 50) -> Page[ShelfRule]:
    """One page of the rules of somebody's plants and of all plants, the latest change first: one query."""
    rows: QuerySet[ShelfRule] = ShelfRule.objects.select_related("item", "plant")
    if actor.plants is not None:
        rows = rows.filter(Q(plant__in=actor.plants) | Q(plant=None))
    if not filters.history:
        place = Window(RowNumber(), partition_by=[F("item"), F("plant")], order_by=F("version").desc())
        newest = ShelfRule.objects.annotate(place=place).filter(place=1)
        rows = rows.filter(pk__in=newest.values("pk"))
        if not filters.ended:
            rows = rows.filter(days__isnull=False)
    if filters.plant:
        rows = rows.filter(Q(plant=filters.plant) | Q(plant=None))
    if filters.text:
        rows = rows.filter(Q(item__code__icontains=filters.text) | Q(item__name__icontains=filters.text))
    return NEWEST.page(rows, cursor, size)


def earlier(rules: Iterable[ShelfRule]) -> list[tuple[ShelfRule, list[ShelfRule]]]:
    """Each rule with the versions before it, the last one first: one query."""
    rules = list(rules)
    before: dict[tuple[int, int | None], list[ShelfRule]] = {}
    for row in ShelfRule.objects.filter(item__in={rule.item_id for rule in rules}).order_by("-version"):
        before.setdefault((row.item_id, row.plant_id), []).append(row)
    return [
        (rule, [row for row in before.get((rule.item_id, rule.plant_id), []) if row.version < rule.version])
        for rule in rules
    ]
