"""A real broker and real Celery workers, killed and flushed: wake-ups get lost, letters do not."""

from __future__ import annotations

import collections
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from integrations.office.models import Delivery
from integrations.office.states import DeliveryState
from portal.management import roles
from portal.shared.acting import acting
from suppliers.models import OrderLine, OrderRevision
from tests.conftest import NAMES, Clone, database_url
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed
ORDERS = 12


class Celery:
    """A worker and a scheduler on the embedded broker, in a process group that dies at once."""

    def __init__(self, clone: Clone, odoo: str, schedule: Path) -> None:
        self.queue = database_url(clone.dsn, NAMES.queue, clone.password, NAMES.queue_database)
        environment = os.environ | {
            "DATABASE_URL": clone.url(),
            "CELERY_BROKER_URL": broker_url(self.queue),
            "ODOO_URL": odoo,
            "ODOO_TIMEOUT_SECONDS": "2",
            "ODOO_REST_SECONDS": "1",
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--beat", "--schedule", str(schedule)]
        command += ["--queues", "portal,pull", "--concurrency", "1", "--hostname", "worker@test", "--without-mingle"]
        self.process = subprocess.Popen(command, env=environment, start_new_session=True)

    def kill(self) -> None:
        """kill -9 of everything at once: no goodbye, no acknowledgement."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def flush(self) -> None:
        """Somebody empties the broker."""
        with psycopg.connect(self.queue, autocommit=True) as connection:
            for queue in ("portal", "pull"):
                connection.execute("select pgmq.purge_queue(%s)", [queue])


def broker_url(dsn: str) -> str:
    """The queue database in the form the settings take: a socket directory stands where a host would."""
    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    place = f"{quote(parts['host'], safe='')}:{parts['port']}/{parts['dbname']}"
    return f"pgmq://{parts['user']}:{quote(parts['password'], safe='')}@{place}"


@pytest.fixture
def celery(clone: Clone, sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Callable[[], Celery]]:
    started: list[Celery] = []
    queue = database_url(clone.dsn, NAMES.queue, clone.password, NAMES.queue_database)
    roles.declare_queues(queue, ["portal", "pull"])

    def start() -> Celery:
        started.append(Celery(clone, sandbox.url, tmp_path / f"schedule-{len(started)}"))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


def delivered() -> int:
    with acting(world.READER):
        return Delivery.objects.filter(state=DeliveryState.DONE).count()


def wait_for(count: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while delivered() < count:
        assert time.monotonic() < deadline, f"{delivered()} of {count} delivered after {seconds} s"
        time.sleep(0.05)


@pytest.mark.long
def test_killed_workers_and_a_flushed_broker_lose_and_double_nothing(
    sandbox: SandboxProcess, celery: Callable[[], Celery]
) -> None:
    released = [sandbox.release() for _ in range(ORDERS)]
    world.pull()
    orders = [world.order_named(order["name"]) for order in released]
    for order in orders:
        world.accept(order)
    # An order accepted as it stands is written nowhere but in its note: one note is the proof of one delivery.
    for done in (2, 6):
        running = celery()
        wait_for(done)
        running.kill()
        running.flush()
    celery()
    with acting(world.READER):
        total = Delivery.objects.count() or ORDERS
    wait_for(max(total, ORDERS))
    notes = world.admin()(
        "mail.message",
        "search_read",
        [[["model", "=", "purchase.order"], ["body", "ilike", "confirmed"]]],
        {"fields": ["res_id"]},
    )
    per_order = collections.Counter(note["res_id"] for note in notes)
    assert [per_order[order["id"]] for order in released] == [1] * ORDERS
    with acting(world.READER):
        assert set(OrderLine.objects.filter(order__in=orders).values_list("sync", flat=True)) == {"in_odoo"}
        assert OrderRevision.objects.filter(order__in=orders).count() == ORDERS
