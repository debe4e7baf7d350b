"""The list of orders as data."""

from __future__ import annotations

from tests.benchmarks.figures import Figure, Result, alternate
from tests.benchmarks.people import clerk, listing, person
from tests.benchmarks.world import ACME, World


def measure(world: World) -> Result:
    """The view of the API, against a view that only reads the same columns and writes them out."""
    from django.http import JsonResponse

    from portal.shared.acting import acting
    from suppliers.api.orders import OrdersView
    from suppliers.models import PurchaseOrder

    user, anna = person("anna@bench.example", ACME), clerk(ACME)
    fields = (
        "id", "number", "state", "revision", "supplier__public_id", "supplier__name", "plant__code", "currency",
        "incoterm", "buyer_name", "supplier_reference", "ordered_at", "released_at",
        "next_date", "waiting_lines", "pending_lines",
    )  # fmt: skip

    def bare() -> None:
        with acting(anna):
            rows = list(
                PurchaseOrder.objects.filter(supplier=ACME).order_by("-released_at", "-id").values(*fields)[:101]
            )
        assert JsonResponse({"results": rows[:100]}).content

    return [
        Figure.dearer(
            "API list of 100 orders / bare .values() view", *alternate(listing(OrdersView, user, anna), bare), 1.5
        )
    ]
