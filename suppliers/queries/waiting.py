"""Since when a line waits."""

from __future__ import annotations

from django.db.models import DateTimeField, OuterRef, Subquery
from django.db.models.functions import Greatest

from suppliers.models import Commitment, OrderRevision


def asked_since() -> Greatest:
    """When an open line was last put to the supplier: released, gone live, revised, declined. For annotating lines."""
    revised = OrderRevision.objects.filter(order=OuterRef("order"), number=OuterRef("revision")).values("at")[:1]
    decided = Commitment.objects.filter(line=OuterRef("pk")).order_by("-number").values("at")[:1]
    # PostgreSQL's greatest passes over what is empty.
    return Greatest(
        "order__released_at",
        "order__live_at",
        Subquery(revised, DateTimeField()),
        Subquery(decided, DateTimeField()),
    )
