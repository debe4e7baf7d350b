"""Two revisions of an order side by side: what Odoo said before, and what it says since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.shared.acting import acting
from portal.shared.errors import NotFound
from portal.web.windows import PortalRequest, page
from suppliers.models import OrderRevision
from suppliers.permissions import Act
from suppliers.queries.orders import find_order


@dataclass(frozen=True)
class Side:
    """One delivery as a revision states it; ``price`` is empty for whoever does not see prices."""

    item: str
    quantity: str
    unit: str
    date: str
    price: str


@dataclass(frozen=True)
class Pair:
    """One order line in both revisions."""

    line: int
    before: list[Side]
    after: list[Side]

    @property
    def changed(self) -> bool:
        return self.before != self.after


@require_GET
@page
def compare(request: PortalRequest, order_id: UUID, number: int) -> HttpResponse:
    """A revision beside the one before it; the first one stands alone."""
    Act.SEE_ORDERS.require(request.actor)
    with acting(request.actor):
        order = find_order(request.actor, order_id)
        found = {row.number: row for row in OrderRevision.objects.filter(order=order, number__in=[number - 1, number])}
        if number not in found:
            raise NotFound(_("There is no such revision."))
        prices = Act.SEE_PRICES.allows(request.actor, order)
        context = {
            "order": order,
            "old": found.get(number - 1),
            "new": found[number],
            "pairs": pairs(found.get(number - 1), found[number], prices=prices),
            "see_prices": prices,
        }
        return render(request, "suppliers/revision.html", context)


def pairs(old: OrderRevision | None, new: OrderRevision, *, prices: bool) -> list[Pair]:
    """Every line that either of them has, in order."""
    before = old.lines if old else []
    lines = sorted({row["line"] for row in [*before, *new.lines]})
    return [Pair(line, _sides(before, line, prices), _sides(new.lines, line, prices)) for line in lines]


def _sides(rows: Sequence[dict[str, Any]], line: int, prices: bool) -> list[Side]:
    return [
        Side(row["item"], row["quantity"], row["unit"], row["date"], row["price"] if prices else "")
        for row in rows
        if row["line"] == line and row["quantity"] != "0"
    ]
