"""The lists of shipments: as data, as a supplier's page, and how deep one may read in all of them."""

from __future__ import annotations

from collections.abc import Callable
from unittest import mock

from tests.benchmarks.figures import Figure, Note, Result, alternate
from tests.benchmarks.people import browser, clerk, listing, person
from tests.benchmarks.world import ACME, World

PAGE = 30
DEEP = 10_000
"""The page that is compared with the first."""
SOW = """
insert into suppliers_shipment
  (id, supplier_id, plant_id, number, state, version, delivery_note, departs_on, arrives_on, submitted_at, sync,
   created_at)
  select gen_random_uuid(), 1 + n %% %(suppliers)s, 1, 1000000 + n,
         (array['submitted', 'in_transit', 'received', 'closed'])[1 + n %% 4], 1, 'D' || n, current_date,
         current_date + 1, at, 'in_odoo', at
  from generate_series(1, %(shipments)s) n, lateral (select now() - n * interval '1 minute' as at) sent;
analyze suppliers_shipment
"""


def measure(world: World) -> Result:
    """The API's view of 100 shipments, against a view that reads the same columns. The supplier's page, against its own
    template with the very rows it showed. Page 10,000 of everybody's shipments, against page 1; in a smaller world a
    page nine tenths down.
    """
    from django.http import JsonResponse
    from django.shortcuts import render

    from portal.shared.acting import acting
    from suppliers.api.shipments import ShipmentsView
    from suppliers.models import Shipment
    from suppliers.pages import shipments

    count = world.orders * 8 // 5
    sow(world, count)
    user, anna = person("anna@bench.example", ACME), clerk(ACME)
    fields = (
        "id", "number", "state", "version", "delivery_note", "departs_on", "arrives_on", "carrier", "tracking", "sync",
        "editable_until", "submitted_at", "received_at", "closed_at", "supplier__public_id", "supplier__name",
        "plant__code",
    )  # fmt: skip

    def bare() -> None:
        with acting(anna):
            rows = list(Shipment.objects.filter(supplier=ACME).order_by("-created_at", "-id").values(*fields)[:101])
        assert JsonResponse({"results": rows[:100]}).content

    get = browser(user)
    with mock.patch.object(shipments, "render", side_effect=render) as seen:
        get("/shipments/")
    request, template, context = seen.call_args.args

    def ours() -> None:
        assert get("/shipments/").content

    def literal() -> None:
        assert render(request, template, context).content

    api = alternate(listing(ShipmentsView, user, anna), bare)
    page = alternate(ours, literal, runs=60)
    return [
        Figure.dearer("API list of 100 shipments / bare .values() view", *api, 1.5),
        Figure.dearer(f"shipments page, {len(context['page'].rows)} rows / template, literal rows", *page, 1.6),
        *depth(count),
    ]


def sow(world: World, count: int) -> None:
    """So many shipments, of all suppliers in turn, a minute apart."""
    world.run(SOW, suppliers=world.suppliers, shipments=count)


def depth(count: int) -> Result:
    from portal.shared.acting import acting
    from portal.shared.actor import Actor, ActorKind, Grant
    from suppliers.models import Shipment
    from suppliers.queries.shipments import NEWEST, ShipmentFilters, shipment_list

    staff = Actor(ActorKind.STAFF, "bench", "Bench", frozenset({Grant("buyer")}))

    def page(cursor: str = "", *, needed_first: bool = False) -> Callable[[], None]:
        def read() -> None:
            with acting(staff):
                assert shipment_list(staff, ShipmentFilters(), cursor=cursor, needed_first=needed_first).rows

        return read

    with acting(staff):
        last = min(PAGE * (DEEP - 1), count * 9 // 10) - 1
        before = Shipment.objects.order_by(*NEWEST.fields)[last]
    deep, first, needed = alternate(page(NEWEST.cursor_after(before)), page(), page(needed_first=True))
    return [
        Figure.dearer(f"page {last // PAGE + 2:,} of shipments / page 1 (keyset)", deep, first, 1.2),
        Note(f"page 1 of {count:,} shipments, as staff open it: {needed:.0f} ms; the newest first: {first:.0f} ms"),
    ]
