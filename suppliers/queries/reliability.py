"""How far a supplier's confirmations can be relied on. ``docs/domain.md`` has the formula."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Greatest, JSONObject

from portal.shared.actor import Actor
from suppliers.models import OrderLine
from suppliers.states import LineState, Mode

FEWEST = 5
"""Lines below which nothing is said."""
PERIOD = dt.timedelta(days=365)


class Days(Func):
    """Calendar days from the second date to the first."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


class Median(Aggregate):
    function = "percentile_cont"
    template = "percentile_cont(0.5) within group (order by %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Reliability:
    """Of the lines whose first promise fell due in the last year."""

    lines: int
    kept: int
    """Those whose promise was not moved later by the supplier."""
    shift: float
    """The median of how many calendar days the promise was moved; later is positive."""

    @property
    def share(self) -> int:
        """Percent, rounded down: 100 is said of all of them only."""
        return self.kept * 100 // self.lines

    @classmethod
    def read(cls, found: dict[str, Any] | None) -> Reliability | None:
        """From what :func:`measured` selects; None below the fewest lines."""
        if not found or found["lines"] < FEWEST:
            return None
        return cls(found["lines"], found["kept"], found["shift"])


def measured(actor: Actor, supplier: str, today: dt.date) -> Subquery:
    """An annotation: the measure of the supplier whose key the outer row has as ``supplier``, from one index.

    The first promise is replaced only where the buyer moved it, so his moves do not count. What is overdue counts as
    moved to today.
    """
    lines = OrderLine.objects.visible_to(actor).filter(
        supplier=OuterRef(supplier),
        promised_date__isnull=False,
        first_date__gt=today - PERIOD,
        first_date__lte=today,
        order__mode=Mode.ON,
        order__imported=False,
    )
    now = Case(
        When(state=LineState.RECEIVED, then=F("promised_date")),
        default=Greatest("promised_date", Value(today)),
    )
    return Subquery(
        lines.exclude(state=LineState.CANCELLED)
        .order_by()
        .annotate(moved=Days(now, F("first_date")))
        .values("supplier")
        .annotate(lines=Count("pk"), kept=Count("pk", filter=Q(moved__lte=0)), shift=Median("moved"))
        .values(found=JSONObject(lines="lines", kept="kept", shift="shift"))
    )
