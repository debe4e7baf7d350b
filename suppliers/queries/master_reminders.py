"""Which changes of master data a buyer is to be reminded of. Reads only; a bounded number of statements.

Master data has no plant, so any buyer decides and no plant's calendar counts: days are those from Monday to Friday, as
UTC has them. Told are the buyers whom the request itself was mailed to.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from suppliers.models import MasterRequest, Posting, PurchaseOrder
from suppliers.queries.reminders import Person
from suppliers.states import StaffRole
from suppliers.tolerances import PlantCalendar

SUBJECT = "master_due"


@dataclass(frozen=True)
class Wish:
    """One request that waits, and since when."""

    request: UUID
    title: str
    supplier: str
    since: dt.date


def due(people: Sequence[Person]) -> Mapping[UUID, Sequence[Wish]]:
    """By person, the requests that he is to be reminded of this morning, the oldest first. Three statements at most."""
    buyers = [(person, at) for person in people if person.wants(SUBJECT) and (at := _buys_at(person))]
    if not buyers:
        return {}
    rows = MasterRequest.objects.waiting().filter(supplier__active=True).select_related("supplier")
    waiting = list(rows.order_by("opened_at", "id"))
    if not waiting:
        return {}
    ordering: dict[int, set[int | None]] = defaultdict(lambda: {None})
    pairs = PurchaseOrder.objects.filter(supplier__in={row.supplier_id for row in waiting})
    for supplier, plant in pairs.values_list("supplier_id", "plant_id").distinct().order_by():
        ordering[supplier].add(plant)
    staffed = set(Posting.objects.filter(role=StaffRole.BUYER, user__is_active=True).values_list("plant_id", flat=True))
    found: dict[UUID, list[Wish]] = defaultdict(list)
    for row in waiting:
        since = row.opened_at.astimezone(dt.UTC).date()
        here = ordering[row.supplier_id] & staffed or staffed  # nobody buys there: everybody is told
        title = f"{row.get_field_display()}: {row.subject}"
        for person, at in buyers:
            if at & here and PlantCalendar().moved(since, person.day) >= settings.REMIND_DECISION_DAYS:
                found[person.id].append(Wish(row.pk, title, row.supplier.name, since))
    return found


def _buys_at(person: Person) -> set[int | None]:
    return {plant for plant, roles in person.plants.items() if StaffRole.BUYER in roles}
