"""The list of orders as data."""

from __future__ import annotations

from tests.benchmarks.figures import Figure, Result, alternate
from tests.benchmarks.people import clerk, person
from tests.benchmarks.world import ACME, World


def measure(world: World) -> Result:
    """The view of the API, against a view that only reads the same columns and writes them out."""
    from django.http import JsonResponse
    from rest_framework.test import APIRequestFactory, force_authenticate

    from portal.shared.acting import acting
    from suppliers.api.orders import OrdersView
    from suppliers.models import PurchaseOrder

    user, anna = person("anna@bench.example", ACME), clerk(ACME)
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
            rows = list(
                PurchaseOrder.objects.filter(supplier=ACME).order_by("-released_at", "-id").values(*fields)[:101]
            )
        assert JsonResponse({"results": rows[:100]}).content

    return [Figure.dearer("API list of 100 orders / bare .values() view", *alternate(api, bare), 1.5)]
