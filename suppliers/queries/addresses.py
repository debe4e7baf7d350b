"""Which addresses without an account are to be reminded this morning: those that orders are mailed to.

They are told of one thing, orders that wait for an answer, as the links they were sent let them do no more. It is asked
once when the morning's mails are written, and again for one address when its mail leaves.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from suppliers.models import Digest, Membership, OrderLink, PurchaseOrder, Supplier
from suppliers.queries.reminders import KINDS, Item, morning, standing
from suppliers.states import Mode

CLOCK = "UTC"
HOUR = 7
"""An address has no clock of its own: Monday to Friday, from this hour on."""
SUBJECT = "answer_due"


@dataclass(frozen=True)
class Desk:
    """An address, its day, and the suppliers whose orders go there and who have nobody with an account behind it."""

    address: str
    day: dt.date
    suppliers: Sequence[Supplier]

    @property
    def language(self) -> str:
        return self.suppliers[0].language


def awake(at: dt.datetime) -> list[Desk]:
    """Every address that may be reminded now and was not today, in the order of its letters. Three statements."""
    begun = morning(at, CLOCK, HOUR, ())
    if begun is None:
        return []
    day, _began = begun
    waiting = PurchaseOrder.objects.filter(mode=Mode.ON, imported=False, waiting_lines__gt=0)
    desks = _desks(Supplier.objects.filter(pk__in=waiting.values("supplier")).exclude(email=""), day, at)
    told = Digest.objects.filter(user=None, day=day, address__in=[desk.address for desk in desks])
    had = set(told.values_list("address", flat=True))
    return [desk for desk in desks if desk.address not in had]


def find(address: str, day: dt.date, at: dt.datetime) -> Desk | None:
    """The same for one address; None where no orders go there any more. Two statements."""
    desks = _desks(Supplier.objects.filter(email__icontains=address), day, at)
    return next((desk for desk in desks if desk.address == address), None)


def _desks(rows: Iterable[Supplier], day: dt.date, at: dt.datetime) -> list[Desk]:
    suppliers = {row.pk: row for row in rows if row.takes_links(at) and row.order_address}
    there = Membership.objects.filter(supplier__in=suppliers, ended_at=None, user__is_active=True)
    accounts = set(there.values_list("supplier", "user__email"))
    found: dict[str, list[Supplier]] = defaultdict(list)
    for key in sorted(suppliers):
        if (key, suppliers[key].order_address) not in accounts:
            found[suppliers[key].order_address].append(suppliers[key])
    return [Desk(address, day, found[address]) for address in sorted(found)]


def due(desks: Sequence[Desk], orders: Collection[UUID] | None = None) -> Mapping[str, list[Item]]:
    """By address, the orders it is to be reminded of, the longest waiting first. ``orders`` narrows it to some.

    An order whose link the buyer withdrew from an address is not told there. Five statements, however many.
    """
    of = {supplier.pk: desk for desk in desks for supplier in desk.suppliers}
    if not of:
        return {}
    places = Q(supplier__in=of)
    if orders is not None:
        places &= Q(pk__in=orders)
    gone = OrderLink.objects.filter(email__in=[desk.address for desk in desks], revoked_at__isnull=False)
    withdrawn = set(gone.values_list("order", "email"))
    found: dict[str, list[Item]] = defaultdict(list)
    for facts in standing(places, max(desk.day for desk in desks)):
        desk = of[facts.supplier]
        if (facts.order, desk.address) not in withdrawn:
            found[desk.address] += [Item(SUBJECT, facts, *told) for told in KINDS[SUBJECT].due(facts, desk.day)]
    for items in found.values():
        items.sort(key=lambda one: (one.since or dt.date.min, one.facts.number))
    return found
