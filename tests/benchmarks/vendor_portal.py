"""The supplier's list of orders, where Odoo's own vendor portal was timed: figures to read, no verdict."""

from __future__ import annotations

from tests.benchmarks.figures import Note, Result, alternate
from tests.benchmarks.people import browser, person
from tests.benchmarks.world import World

THEIRS = {2_000: 30, 52_000: 148}
"""Orders of one vendor, and the milliseconds that Odoo's own vendor portal was seen to take, elsewhere."""


def measure(world: World) -> Result:
    """Our page for a supplier with as many orders as one had in Odoo. Another machine, so a note and no verdict."""
    notes: list[Note] = []
    for number, (orders, theirs) in enumerate(THEIRS.items(), start=1):
        supplier = 200_000 + number
        world.run(
            "insert into suppliers_supplier (id, public_id, name, reference, country, active) overriding system value"
            f" values ({supplier}, gen_random_uuid(), 'Vendor {number}', '', 'DE', true)"
        )
        world.sow(f"V{number}-", orders, supplier=str(supplier), lines=1)
        get = browser(person(f"vendor{number}@bench.example", supplier))
        (ours,) = alternate(lambda get=get: get("/orders/"), runs=40)
        notes.append(
            Note(
                f"order list of a supplier with {orders:,} orders: {ours:.1f} ms here without a socket; Odoo's own "
                f"vendor portal was seen to take {theirs} ms on another machine (no ratio: not measured side by side)"
            )
        )
    return notes
