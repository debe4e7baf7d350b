"""Two revisions of an order side by side: what Odoo said before, and what it says since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from suppliers.models import OrderRevision, PurchaseOrder
from suppliers.permissions import Act
from suppliers.pricing import told_differences
from suppliers.queries.orders import find_order

OF_A_LINE = ("item_revision", "description", "drawing")
"""What a revision says of a line beside its deliveries."""


@dataclass(frozen=True)
class Side:
    """One delivery as a revision states it; ``price`` is empty for whoever does not see prices."""

    item: str
    quantity: str
    unit: str
    date: str
    price: str


@dataclass(frozen=True)
class Change:
    """One text that differs; ``before`` is empty for what is new, ``after`` for what is gone."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Pair:
    """One order line in both revisions."""

    line: int
    before: list[Side]
    after: list[Side]
    changes: list[Change] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.changes)


@dataclass(frozen=True)
class Comparison:
    """A revision beside the one before it; the first one stands alone."""

    order: PurchaseOrder
    old: OrderRevision | None
    new: OrderRevision
    whole: list[Change]
    """Of the order as a whole."""
    pairs: list[Pair]
    currency_before: str
    currency: str
    prices: bool


def compare_revisions(actor: Actor, order_id: UUID, number: int) -> Comparison:
    """What revision ``number`` says and what the one before it said, in two queries. Raises :class:`NotFound`."""
    order = find_order(actor, order_id)
    later = {row.number: row for row in order.revisions.filter(number__gte=number - 1).order_by("number")}
    if number not in later:
        raise NotFound(_("There is no such revision."))
    old, new = later.get(number - 1), later[number]
    prices = Act.SEE_PRICES.allows(actor, order)
    return Comparison(
        order,
        old,
        new,
        whole=_changes(new, 0, prices=prices),
        pairs=pairs(old, new, prices=prices),
        currency_before=_currency(order, [row for row in later.values() if row.number >= number]),
        currency=_currency(order, [row for row in later.values() if row.number > number]),
        prices=prices,
    )


def pairs(old: OrderRevision | None, new: OrderRevision, *, prices: bool) -> list[Pair]:
    """Every line that either of them has, in order."""
    before = old.lines if old else []
    lines = sorted({row["line"] for row in [*before, *new.lines]})
    return [
        Pair(line, _sides(before, line, prices), _sides(new.lines, line, prices), _changes(new, line, prices=prices))
        for line in lines
    ]


def _sides(rows: Sequence[dict[str, Any]], line: int, prices: bool) -> list[Side]:
    return [
        Side(row["item"], row["quantity"], row["unit"], row["date"], row["price"] if prices else "")
        for row in rows
        if row["line"] == line and row["quantity"] != "0"
    ]


def _changes(revision: OrderRevision, line: int, *, prices: bool) -> list[Change]:
    """The texts of a line that a revision changed, or (line 0) everything of the order as a whole."""
    return [
        Change(one["field"], one["before"], "" if one["after"] == "removed" else one["after"])
        for one in told_differences(revision.differences, prices=prices)
        if one["line"] == line and (not line or one["field"] in OF_A_LINE)
    ]


def _currency(order: PurchaseOrder, since: Sequence[OrderRevision]) -> str:
    """The order's currency before these revisions, the oldest first."""
    told = [one["before"] for row in since for one in row.differences if one["field"] == "currency"]
    return str(told[0]) if told else order.currency
