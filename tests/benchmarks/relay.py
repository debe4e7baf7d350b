"""How fast letters leave the tray and come into a worker's hands, against a bare queue in the same database."""

from __future__ import annotations

import statistics
import time
from typing import Any

from tests.benchmarks.figures import Figure, Note, Result
from tests.benchmarks.world import World

ROUNDS = 5
LETTERS = 500
"""Waiting at the start of a round: the backlog of a burst."""

DROP_LETTERS = """
with told as (
  insert into slot_event (id, position, at, topic, tier, supplier_id, about_type, about_id, payload, actor_kind,
                          actor_id, actor_name, correlation_id)
  select gen_random_uuid(), nextval('slot_event_position'), now(), 'purchase_order.agreed', 1 + n %% 2, o.supplier_id,
         'suppliers.purchaseorder', o.id, jsonb_build_object('order', jsonb_build_object('number', o.number),
         'lines', jsonb_build_array()), 'supplier', 'bench', 'Bench', 'bench'
  from (select *, row_number() over (order by released_at, id) n from suppliers_purchase_order where number like 'P%%'
        order by released_at, id offset %(skip)s limit %(letters)s) o
  returning id, supplier_id
)
insert into slot_tray (event_id, supplier_id) select id, supplier_id from told;
analyze slot_event;
analyze slot_tray
"""
BARE_TABLE = """
create table bench_claim (like office_delivery including all);
grant select, insert, update on bench_claim to portal_app;
"""
FILL_BARE = """
truncate bench_claim;
insert into bench_claim select * from office_delivery where state = 'waiting';
analyze bench_claim;
analyze office_delivery
"""
SETTLE = """
update office_delivery set state = 'done', leased_by = '', lease_until = null where state <> 'done';
vacuum analyze office_delivery
"""
BARE_CLAIM = """
update bench_claim set state = 'sending', attempts = attempts + 1, claimed_at = now(),
       lease_until = now() + interval '1 minute', leased_by = 'bench'
where id = (select id from bench_claim where state = 'waiting' and due_at <= now()
            order by tier, due_at limit 1 for update skip locked)
returning id
"""


def measure(world: World) -> Result:
    """Fan-out and claim of every letter of a backlog, one transaction a claim; the bare queue claims the same rows."""
    from django.db import connection, transaction
    from django.utils import timezone

    from integrations.office import delivery

    world.run(BARE_TABLE)

    def fan_out() -> None:
        while delivery.fan_out(timezone.now()):
            pass

    def claim_all() -> None:
        for _ in range(LETTERS):
            assert delivery.claim(timezone.now) is not None

    def bare() -> None:
        for _ in range(LETTERS):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(BARE_CLAIM)
                assert cursor.fetchone()

    taken: list[tuple[float, float, float]] = []
    for number in range(ROUNDS):
        world.run(DROP_LETTERS, skip=number * LETTERS, letters=LETTERS)
        fanned = seconds(fan_out)
        world.run(FILL_BARE)
        limit = seconds(bare)
        taken.append((fanned, seconds(claim_all), limit))
        world.run(SETTLE)
    fanned, claimed, limit = (statistics.median(column) for column in zip(*taken, strict=True))
    each = 1000 / LETTERS
    return [
        Figure.slower("outbox relay / bare SKIP LOCKED claim", LETTERS / (fanned + claimed), LETTERS / limit, 0.5),
        Note(
            f"relay, a letter of a backlog of {LETTERS}: fan-out {fanned * each:.2f} ms, claim {claimed * each:.2f} ms;"
            f" bare claim {limit * each:.2f} ms"
        ),
    ]


def seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
