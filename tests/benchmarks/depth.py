"""How deep one may read in the list of orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks.figures import Figure, Result, alternate
from tests.benchmarks.world import World


def measure(world: World) -> Result:
    """A page nine tenths down the list of all orders, against the first."""
    from django.utils import timezone

    from portal.shared.acting import acting
    from portal.shared.actor import Actor, ActorKind, Grant
    from suppliers.models import PurchaseOrder
    from suppliers.queries.orders import SORTS, OrderFilters, order_list

    staff = Actor(ActorKind.STAFF, "bench", "Bench", frozenset({Grant("buyer")}))
    today = timezone.localdate()

    def page(cursor: str) -> Callable[[], Any]:
        def read() -> None:
            with acting(staff):
                assert order_list(staff, OrderFilters(), today=today, cursor=cursor).rows

        return read

    with acting(staff):
        deep = PurchaseOrder.objects.order_by("-released_at", "-id")[PurchaseOrder.objects.count() * 9 // 10]
    cursor = SORTS["-released"].cursor_after(deep)
    return [Figure.dearer("page at depth / page 1 (keyset)", *alternate(page(cursor), page("")), 1.2)]
