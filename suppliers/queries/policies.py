"""Tolerance policies: which are in force, and what one would have made of the answers that were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from portal.shared.actor import Actor
from portal.shared.ownership import EVERYWHERE
from suppliers.models import AnswerLine, ChangeRequest, Plant, Supplier, SupplierGroup, TolerancePolicy
from suppliers.permissions import Act
from suppliers.states import Side, Verdict
from suppliers.tolerances import Bounds

QUARTER = dt.timedelta(weeks=13)
MOST_SHOWN = 50


@dataclass(frozen=True)
class PolicyScope:
    """The versions of one scope."""

    current: TolerancePolicy | None
    """In force; None while the first one is still to come."""
    future: list[TolerancePolicy]
    """The next one first."""
    past: list[TolerancePolicy]
    """The last one first: replaced, or never in force."""

    @property
    def shown(self) -> TolerancePolicy:
        """The one in force, or the first that will be."""
        return self.current or self.future[0]


def policies(actor: Actor, *, today: dt.date) -> list[PolicyScope]:
    """Every version of every scope, the most general scope first: one query."""
    rows = TolerancePolicy.objects.select_related("supplier", "group", "plant").order_by("-valid_from", "-version")
    scopes: dict[tuple[int | None, int | None, int | None], list[TolerancePolicy]] = {}
    for policy in rows:
        scopes.setdefault(policy.scope, []).append(policy)
    return [_versions(scopes[scope], today) for scope in sorted(scopes, key=lambda scope: sum(map(bool, scope)))]


def _versions(rows: Sequence[TolerancePolicy], today: dt.date) -> PolicyScope:
    """Of rows in descending order: a version counts from its day on, until another one's."""
    begun = [row for row in rows if row.valid_from <= today]
    coming: dict[dt.date, TolerancePolicy] = {}
    replaced = []
    for row in rows:
        if row.valid_from > today and row.valid_from not in coming:
            coming[row.valid_from] = row
        elif row.valid_from > today:
            replaced.append(row)
    return PolicyScope(
        begun[0] if begun else None, sorted(coming.values(), key=lambda row: row.valid_from), replaced + begun[1:]
    )


@dataclass(frozen=True)
class Scope:
    """For whom a policy is: a supplier at a plant, a group (at a plant), a plant, or everybody."""

    supplier: Supplier | None = None
    group: SupplierGroup | None = None
    plant: Plant | None = None


@dataclass(frozen=True)
class Trial:
    """The answers of a quarter as they were judged, and as a policy would judge them."""

    answers: int
    within_before: int
    within_after: int
    to_buyer: int
    """Agreed at once then, the buyer's now."""
    at_once: int
    """The buyer's then, agreed at once now."""
    changed: Sequence[AnswerLine]
    """The newest of both, each with line, order, supplier and promises; at most :data:`MOST_SHOWN`."""

    @property
    def outside_before(self) -> int:
        return self.answers - self.within_before

    @property
    def outside_after(self) -> int:
        return self.answers - self.within_after

    @property
    def more(self) -> int:
        """How many changed lines are not shown."""
        return self.to_buyer + self.at_once - len(self.changed)


def inside(bounds: Bounds) -> Q:
    """The answers that a policy of these bounds agrees at once: ``tolerances.judge`` over what answers keep."""
    return Q(
        always_buyer=False,
        quantity_by__lte=bounds.quantity_over,
        quantity_by__gte=-bounds.quantity_under,
        days_early__lte=bounds.days_early,
        days_late__lte=bounds.days_late,
        price_by__lte=bounds.price_up,
        price_by__gte=-bounds.price_down,
    )


def try_policy(actor: Actor, scope: Scope, bounds: Bounds, *, at: dt.datetime, begins: dt.date) -> Trial:
    """The answers of the last quarter that this policy would have judged: three queries, whatever their number.

    Left out are answers to orders for which a more specific policy is in force on the day this one begins, answers from
    before it was kept how far they stray, and agreements to what the buyer himself asked for. Raises
    :class:`NotPermitted` for whoever may not set it.
    """
    Act.SET_TOLERANCES.require(actor, scope.plant or EVERYWHERE)
    rows = (
        AnswerLine.objects.visible_to(actor)
        .filter(acknowledgement__at__gt=at - QUARTER, acknowledgement__at__lte=at, days_late__isnull=False)
        .filter(_in_scope(scope))
        .exclude(_more_specific(scope, begins))
        .exclude(Exists(ChangeRequest.objects.filter(answer=OuterRef("pk"), side=Side.BUYER)))
    )
    then, now = Q(verdict=Verdict.WITHIN), inside(bounds)
    counts = rows.aggregate(
        answers=Count("pk"),
        within_before=Count("pk", filter=then),
        within_after=Count("pk", filter=now),
        to_buyer=Count("pk", filter=then & ~now),
        at_once=Count("pk", filter=now & ~then),
    )
    return Trial(**counts, changed=_changed(rows, then, now))


def _changed(rows: QuerySet[AnswerLine], then: Q, now: Q) -> list[AnswerLine]:
    changed = rows.filter((then & ~now) | (now & ~then)).order_by("-acknowledgement__at", "-pk")
    related = changed.select_related("line__order", "line__supplier", "line__plant", "acknowledgement")
    return list(related.prefetch_related("promises")[:MOST_SHOWN])


def _in_scope(scope: Scope) -> Q:
    which = Q()
    if scope.supplier:
        which &= Q(supplier=scope.supplier)
    if scope.group:
        which &= Q(supplier__group=scope.group)
    if scope.plant:
        which &= Q(line__plant=scope.plant)
    return which


def _more_specific(scope: Scope, begins: dt.date) -> Q:
    """Answers for which another policy would have been chosen before one of this scope; see ``tolerances.choose``."""
    supplier, group, plant = OuterRef("supplier"), OuterRef("supplier__group"), OuterRef("line__plant")
    by_precedence = (
        Q(supplier=supplier, plant=plant),
        Q(group=group, plant=plant),
        Q(group=group, plant=None),
        Q(supplier=None, group=None, plant=plant),
    )
    own = (
        bool(scope.supplier),
        bool(scope.group and scope.plant),
        bool(scope.group),
        bool(scope.plant),
    )
    before = by_precedence[: own.index(True)] if any(own) else by_precedence
    if not before:
        return Q(pk__in=[])
    stronger = Q()
    for one in before:
        stronger |= one
    return Q(Exists(TolerancePolicy.objects.filter(stronger, valid_from__lte=begins)))
