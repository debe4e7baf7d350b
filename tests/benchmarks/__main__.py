"""``make bench``: every figure is a ratio to a limit measured beside it in the same run. See ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import tests.environment  # noqa: F401 (settings refuse to load without a secret key)
from tests.benchmarks import (
    api_list,
    audit_trail,
    commit_to_odoo,
    depth,
    footprint,
    ingest,
    notice_to_odoo,
    page,
    relay,
    shipment_list,
    vendor_portal,
)
from tests.benchmarks.figures import Figure, Note, Result, print_table
from tests.benchmarks.world import World, world

MEASURES: dict[str, Callable[[World], Result]] = {
    "api-list": api_list.measure,
    "depth": depth.measure,
    "page": page.measure,
    "vendor-portal": vendor_portal.measure,
    "audit-trail": audit_trail.measure,
    "relay": relay.measure,
    "commit-to-odoo": commit_to_odoo.measure,
    "notice-to-odoo": notice_to_odoo.measure,
    "ingest": ingest.measure,
    "shipment-list": shipment_list.measure,
    "footprint": footprint.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"of {', '.join(MEASURES)}; all of them")
    parser.add_argument("--orders", type=int, default=200_000, help="with five lines each (%(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.measures if name not in MEASURES]
    if unknown:
        parser.error(f"there is no measure {', '.join(unknown)}: choose from {', '.join(MEASURES)}")
    orders: int = options.orders
    began = time.monotonic()
    print(f"Filling a database with {orders:,} orders, {orders * 5:,} lines …", flush=True)
    results: list[Figure | Note] = []
    with world(orders) as filled:
        for name in options.measures or MEASURES:
            print(f"{time.monotonic() - began:4.0f} s  {name} …", flush=True)
            results += MEASURES[name](filled)
    print_table(results)
    command = " ".join(["python -m tests.benchmarks", *sys.argv[1:]])
    print(f"\n{command}: {time.monotonic() - began:.0f} s, {orders:,} orders")


if __name__ == "__main__":
    main()
