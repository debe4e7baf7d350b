"""``make bench``: every figure is a ratio to a limit measured beside it in the same run. See ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tests.environment  # noqa: F401 (settings refuse to load without a secret key)
from tests.benchmarks.world import world


@dataclass(frozen=True)
class Figure:
    """One row of the table: ours and the limit in milliseconds, their ratio, and what it should be."""

    what: str
    ours: float
    limit: float
    target: str

    @property
    def ratio(self) -> float:
        return self.ours / self.limit


def alternate(ours: Callable[[], Any], limit: Callable[[], Any], runs: int = 25) -> tuple[float, float]:
    """Median milliseconds of each, taken in turn so that the machine's mood hits both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 3):
        for call, kept in zip((ours, limit), times, strict=True):
            start = time.perf_counter()
            call()
            kept.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[0][3:]), statistics.median(times[1][3:])


def measure() -> list[Figure]:
    from django.http import JsonResponse
    from django.utils import timezone
    from rest_framework.test import APIRequestFactory, force_authenticate

    from portal.shared.acting import acting
    from portal.shared.actor import Actor, ActorKind, Grant, system_actor
    from suppliers.api.orders import OrdersView
    from suppliers.models import Membership, PurchaseOrder, Supplier, User
    from suppliers.queries import OrderFilters, order_list
    from suppliers.states import Role

    with acting(system_actor("set-up"), write=True):
        supplier = Supplier.objects.get(pk=7)
        user = User.objects.create_user("bench@example.org", None, name="Bench", kind="supplier")
        Membership.objects.create(user=user, supplier=supplier, role=Role.ORDER_DESK)
    anna = Actor(ActorKind.SUPPLIER, "bench", "Bench", frozenset({Grant(Role.ORDER_DESK, supplier_id=7)}))
    staff = Actor(ActorKind.STAFF, "bench", "Bench", frozenset({Grant("buyer")}))
    today = timezone.localdate()
    view = OrdersView.as_view()
    fields = (
        "id", "number", "state", "revision", "supplier__public_id", "supplier__name", "plant__code", "currency",
        "incoterm", "buyer_name", "supplier_reference", "ordered_at", "released_at",
        "next_date", "waiting_lines", "pending_lines",
    )  # fmt: skip

    def api() -> None:
        request = APIRequestFactory().get("/api/v1/orders/", {"limit": 100})
        force_authenticate(request, user)
        response = view(request)
        response.render()
        assert response.data["results"]

    def bare() -> None:
        with acting(anna):
            rows = list(PurchaseOrder.objects.filter(supplier=7).order_by("-released_at", "-id").values(*fields)[:101])
        assert JsonResponse({"results": rows[:100]}).content

    figures = [Figure("API list of 100 orders / bare .values() view", *alternate(api, bare), "<= 1.5")]

    def page(cursor: str) -> Callable[[], Any]:
        def read() -> None:
            with acting(staff):
                assert order_list(staff, OrderFilters(), today=today, cursor=cursor).rows

        return read

    cursor = ""
    from suppliers.queries import SORTS

    keyset = SORTS["-released"]
    with acting(staff):
        deep = PurchaseOrder.objects.order_by("-released_at", "-id")[PurchaseOrder.objects.count() * 9 // 10]
        cursor = keyset.cursor_after(deep)
    figures.append(Figure("page at depth / page 1 (keyset)", *alternate(page(cursor), page("")), "<= 1.2"))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=200_000, help="with five lines each")
    orders = parser.parse_args().orders
    print(f"Filling a database with {orders:,} orders, {orders * 5:,} lines …", flush=True)
    with world(orders):
        figures = measure()
    width = max(len(figure.what) for figure in figures)
    print(f"\n{'':{width}}  {'ours ms':>9} {'limit ms':>9} {'ratio':>6}  target")
    for figure in figures:
        print(f"{figure.what:{width}}  {figure.ours:9.2f} {figure.limit:9.2f} {figure.ratio:6.2f}  {figure.target}")


if __name__ == "__main__":
    main()
