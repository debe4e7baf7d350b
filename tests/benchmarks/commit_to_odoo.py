"""From the commit of a decision to Odoo's answer to the write, with a real worker, broker and HTTP between."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg

from portal.management import broker, programs
from tests.benchmarks.figures import Figure, Note, Result, percentile
from tests.benchmarks.programs import running
from tests.benchmarks.world import World
from tests.integrations.office.sandbox import SandboxProcess

WARM, STEADY, BURST = 6, 30, 60
A_SECOND, TIMES = 2, 10
"""Decisions a second on a steady day, and how many times as many in a burst."""
PATIENCE_SECONDS = 60
MS = "{:.0f} ms"

# The commit by the database's own clock, the answer as the worker kept it in the ledger: one machine, one clock.
TOOK = """
select extract(epoch from written.at - pg_xact_commit_timestamp(e.xmin)) * 1000 + written.milliseconds,
       calls.milliseconds, calls.count
from slot_event e
join office_delivery d on d.event_id = e.id
join lateral (select at, milliseconds from slot_exchange x where x.delivery_id = d.id
              and x.operation = 'purchase.order.line.load' and x.outcome = 'done' order by x.at limit 1) written on true
join lateral (select sum(x.milliseconds) as milliseconds, count(*) as count from slot_exchange x
              where x.delivery_id = d.id and x.at <= written.at) calls on true
where e.about_id = any(%s) and e.topic = 'purchase_order.agreed'
"""


@dataclass(frozen=True)
class Letter:
    """Milliseconds from the commit to Odoo's answer; of these, those of Odoo's calls, and how many calls."""

    total: float
    in_odoo: float
    calls: float


def measure(world: World) -> Result:
    """Decisions at a steady pace, then ten times as many a second; each becomes a line written in Odoo."""
    from django.conf import settings

    with tempfile.TemporaryDirectory() as state:
        odoo = SandboxProcess(Path(state))
        try:
            with mock.patch.object(settings, "ODOO_URL", odoo.url):
                return timed(world, odoo)
        finally:
            odoo.stop()


def timed(world: World, odoo: SandboxProcess) -> Result:
    decisions = prepare(odoo, WARM + STEADY + BURST)
    nothing = idle_call()
    idle: list[float] = []
    with psycopg.connect(world.queue, autocommit=True) as queue:
        for name in broker.QUEUES:
            queue.execute("select pgmq.purge_queue(%s)", [name])
    with running(programs.worker(), {**world.environment, "ODOO_URL": odoo.url}):
        decide_all(world, decisions[:WARM], A_SECOND)
        calm, _ = decide_all(world, decisions[WARM:-BURST], A_SECOND, lambda: idle.append(nothing()))
        storm, pace = decide_all(world, decisions[-BURST:], A_SECOND * TIMES)
    alone, middle = statistics.median(idle), statistics.median(one.total for one in calm)
    rough = statistics.median(one.total for one in storm)
    in_odoo, calls = (statistics.median(getattr(one, name) for one in calm) for name in ("in_odoo", "calls"))
    return [
        Figure("commit to Odoo's answer, p50, less an idle RPC", middle, alone, "ms", middle - alone, 50, form=MS),
        late("commit to Odoo's answer, p95", calm, 1),
        late(f"the same at {TIMES} times the pace, p95", storm, 3),
        Note(
            f"commit to Odoo's answer, p50: {in_odoo:.0f} of {middle:.0f} ms pass in {calls:.0f} calls of Odoo, the "
            f"last of them the write; burst of {BURST} at {pace:.0f}/s: p50 {rough:.0f} ms"
        ),
    ]


def late(what: str, letters: Sequence[Letter], most: float) -> Figure:
    seconds = percentile([one.total for one in letters], 95) / 1000
    return Figure(what, seconds, most, "s", seconds, most, form="{:.2f} s")


def prepare(odoo: SandboxProcess, count: int) -> list[tuple[Any, Any]]:
    """Orders due soon, released in Odoo, pulled, and answered outside tolerance: lines and answers to approve."""
    from django.utils import timezone

    from portal.shared.acting import acting
    from suppliers.actions.acknowledgements import acknowledge
    from suppliers.actions.assessing import LineAnswer, PromisedDelivery
    from suppliers.models import AnswerLine
    from suppliers.states import AnswerKind, Reason
    from tests.integrations.office import world as office

    today = timezone.now().date()
    due = today + dt.timedelta(days=7)
    line = {"product": "PH-1040", "quantity": 100, "date": f"{due} 11:00:00", "price": 92.5}
    numbers = [odoo.release(lines=[line])["name"] for _ in range(count)]
    office.pull()
    decisions = []
    for number in numbers:
        order = office.order_named(number)
        (line,) = office.lines_of(order)
        promise = PromisedDelivery(line.quantity, due + dt.timedelta(days=2))
        answer = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, (promise,), Reason.CAPACITY)
        acknowledge(
            actor=office.clerk_of(order.supplier_id), order=order, answers=[answer], channel="page", at=timezone.now()
        )
        with acting(office.READER):
            line.refresh_from_db()
            decisions.append((line, AnswerLine.objects.get(line=line).pk))
    return decisions


def decide_all(
    world: World, decisions: Sequence[tuple[Any, Any]], a_second: float, between: Callable[[], None] | None = None
) -> tuple[list[Letter], float]:
    """Approve at this pace and wait until all is written; returns the letters and the pace that was reached."""
    from django.utils import timezone

    from suppliers.actions.decisions import decide
    from suppliers.states import Decision
    from tests.integrations.office.world import BUYER

    began = time.monotonic()
    for number, (line, answer) in enumerate(decisions):
        wait_until(began + number / a_second)
        decide(actor=BUYER, line=line, answer=answer, decision=Decision.APPROVED, at=timezone.now())
        if between is not None:
            wait_until(began + (number + 0.7) / a_second)
            between()
    pace = len(decisions) / (time.monotonic() - began)
    deadline = time.monotonic() + PATIENCE_SECONDS
    orders = [line.order_id for line, _answer in decisions]
    with psycopg.connect(world.everything, autocommit=True) as connection:
        while len(rows := connection.execute(TOOK, [orders]).fetchall()) < len(orders):
            assert time.monotonic() < deadline, f"{len(rows)} of {len(orders)} letters arrived"
            time.sleep(0.25)
    return [Letter(*map(float, row)) for row in rows], pace


def idle_call() -> Callable[[], float]:
    """A call that asks Odoo for nothing (its version), over the gateway's own session; milliseconds of one."""
    from integrations.office.odoo.gateway import Address, _log_in

    session = _log_in(Address.configured())
    question = {"service": "common", "method": "version", "args": []}

    def ask() -> float:
        start = time.perf_counter()
        assert session.json("/jsonrpc", question)["result"]
        return (time.perf_counter() - start) * 1000

    return ask


def wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
