"""Shipment notices of 10,000 lines with lots: from the bytes that came to the last row kept."""

from __future__ import annotations

import datetime as dt
import json
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from portal.management import memory, programs
from tests.benchmarks.figures import Figure, Note, Result
from tests.benchmarks.people import clerk
from tests.benchmarks.programs import free_port, running
from tests.benchmarks.world import World

SHIPPER = 300_001
"""A supplier with nothing to do but ship."""
ORDERS, LINES, A_UNIT = 100, 100, 20
"""Orders of one notice, lines of each, all shipped; and how many of them lie in one handling unit."""
RUNS, WARM = 5, 2
STATEMENTS = 12

OF_SHIPMENT = "shipment_id = '{0}'"
OF_VERSION = "version_id in (select id from suppliers_shipment_version where shipment_id = '{0}')"
TABLES = {
    "suppliers_shipment": "id = '{0}'",
    "suppliers_shipment_version": OF_SHIPMENT,
    "suppliers_shipment_order": OF_SHIPMENT,
    "suppliers_handling_unit": OF_VERSION,
    "suppliers_shipment_line": OF_VERSION,
    "suppliers_licence_plate": OF_SHIPMENT,
}
"""What a notice is kept in, parents first, and which rows are one's."""
OTHER = {
    # Other keys in the same order: those of today begin with 0.
    **dict.fromkeys(
        ("id", "shipment_id", "version_id", "unit_id", "parent_id"), "overlay({}::text placing 'f' from 1)"
    ),
    **dict.fromkeys(("delivery_note", "plate", "code"), "'C' || {}"),
    "number": "{} + 1000000",
}
"""What is different in the same rows of another notice."""

Door = Callable[[bytes, str], Callable[[], str]]
"""What takes a body in, under a once-key that was not used before, and returns the notice's own key."""


def measure(world: World) -> Result:
    """``ingest`` is what a worker does with a message: parse the bytes, announce them under their once-key, commit. It
    is done here, in a process whose memory is settled as a worker's is.

    ``ingest-http`` posts the same to the web program of ``make run``, over a socket and under an idempotency key.

    The limit: the rows that ours has just written are written once more, under other keys, by COPY into the same
    tables, in one transaction. Indexes, checks and foreign keys are in force as for ours. It is the superuser who
    writes, since COPY is refused to everybody else behind the wall: he is asked for no policy. Every notice ships
    order lines of its own, so that neither side finds the other's traces.
    """
    world.run(
        "insert into suppliers_supplier (id, public_id, name, country, active) overriding system value"
        f" values ({SHIPPER}, gen_random_uuid(), 'Shipper', 'DE', true)"
    )
    doors = 2 * (RUNS + WARM) + 2
    world.sow("N", ORDERS * doors, supplier=str(SHIPPER), lines=LINES, state="agreed", tracking="lot")
    bodies = notices(world)
    port = free_port()
    memory.settle()
    with running(programs.web(port), world.environment):
        results = [
            *against_copy(world, "lines of a notice kept by the act / COPY", at_hand, bodies, 0.5),
            *against_copy(world, "the same over HTTP / COPY", over(port), bodies, 0.35),
        ]
    many, one = (statements(body) for body in (next(bodies), only_line(next(bodies))))
    results.append(
        Figure(
            f"statements for {ORDERS * LINES:,} lines; for one", many, one, "",
            max(many, one), STATEMENTS, form="{:.0f}",
        )
    )  # fmt: skip
    world.forget_letters()
    return results


def against_copy(world: World, what: str, door: Door, bodies: Iterator[bytes], target: float) -> Result:
    ours, limits = [], []
    for number in range(RUNS + WARM):
        if number == WARM:
            world.run("vacuum analyze")  # the first notices of a server are not what is asked about
        body = next(bodies)
        take = door(body, f"{what}-{number}")
        began = time.perf_counter()
        shipment = take()
        ours.append(time.perf_counter() - began)
        limits.append(copying(world, shipment))
    took, limit = statistics.median(ours[WARM:]), statistics.median(limits[WARM:])
    lines = ORDERS * LINES
    return [
        Figure.slower(what, lines / took, lines / limit, target),
        Note(f"{what}: {took * 1000:,.0f} ms / {limit * 1000:,.0f} ms, {lines:,} lines, {len(body) / 1e6:.1f} MB"),
    ]


def copying(world: World, shipment: str) -> float:
    """Write the notice's rows once more, as another one; seconds of that, from the first byte to the commit."""
    with psycopg.connect(world.everything) as connection:
        texts = {}
        for table, where in TABLES.items():
            columns = [
                name
                for (name,) in connection.execute(
                    "select column_name from information_schema.columns where table_name = %s", [table]
                )
            ]
            cells = ", ".join(OTHER.get(name, "{}").format(name) for name in columns)
            rows = f"select {cells} from {table} where {where.format(shipment)}"
            with connection.cursor().copy(f"copy ({rows}) to stdout") as copy:
                texts[f"copy {table} ({', '.join(columns)}) from stdin"] = b"".join(copy)
        connection.commit()
        began = time.perf_counter()
        for statement, text in texts.items():
            with connection.cursor().copy(statement) as copy:
                copy.write(text)
        connection.commit()
        return time.perf_counter() - began


def at_hand(body: bytes, key: str) -> Callable[[], str]:
    """What a worker does with a message that was kept before."""
    from django.utils import timezone

    from integrations.slot import once
    from suppliers.actions.shipments import announce
    from suppliers.models import Supplier

    actor, supplier = clerk(SHIPPER), Supplier(pk=SHIPPER)
    kept = once.receive(actor, key=key, body=body, what="a message")

    def take() -> str:
        said = json.loads(body)
        made = announce.once(kept)(actor=actor, supplier=supplier, body=said, channel="edi", at=timezone.now())
        return str(made.pk)

    return take


def over(port: int) -> Door:
    """A program of the supplier's, with a token of its own."""
    from tests.integrations.office.world import token_of

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"Bearer {token_of(SHIPPER)}", "Content-Type": "application/json"}

    def door(body: bytes, key: str) -> Callable[[], str]:
        address = f"http://127.0.0.1:{port}/api/v1/shipments/"
        request = urllib.request.Request(address, body, {**headers, "Idempotency-Key": key}, method="POST")

        def take() -> str:
            with opener.open(request, timeout=60) as answer:
                assert answer.status == 201
                return str(json.load(answer)["id"])

        return take

    return door


def statements(body: bytes) -> int:
    """How many statements the act sends for a body, from the role to the once-key; not counted is what opens and ends
    transactions.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    take = at_hand(body, f"counted {len(body)}")
    with CaptureQueriesContext(connection) as counted:
        take()
    return sum(not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for one in counted)


def notices(world: World) -> Iterator[bytes]:
    """Bodies, each of order lines of its own: one lot a line, in cartons."""
    from django.utils import timezone

    today = timezone.now().date()
    with psycopg.connect(world.everything) as connection:
        rows = connection.execute(
            # As text: a hundred thousand UUIDs in hand would be gone over by the collector while ours is timed.
            "select l.id::text from suppliers_order_line l join suppliers_purchase_order o on o.id = l.order_id"
            f" where o.supplier_id = {SHIPPER} order by o.number, l.position"
        ).fetchall()
    for start in range(0, len(rows), ORDERS * LINES):
        lines = [
            {
                "line": line,
                "quantity": "40",
                "lot": f"L{start + place:07d}",
                "expires_on": (today + dt.timedelta(days=400)).isoformat(),
                "within": f"U{place // A_UNIT}",
            }
            for place, (line,) in enumerate(rows[start : start + ORDERS * LINES])
        ]
        said: dict[str, Any] = {
            "delivery_note": f"LS-{start}",
            "departs_on": today.isoformat(),
            "arrives_on": (today + dt.timedelta(days=1)).isoformat(),
            "units": [{"ref": f"U{place}", "kind": "carton"} for place in range(-(-len(lines) // A_UNIT))],
            "lines": lines,
        }
        yield json.dumps(said).encode()


def only_line(body: bytes) -> bytes:
    """The first line of a notice, as one."""
    said = json.loads(body)
    return json.dumps({**said, "units": said["units"][:1], "lines": said["lines"][:1]}).encode()
