"""What a worker and a web process weigh once they have worked, and how soon they are ready."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from portal.management import programs
from portal.management.supervisor import Program
from tests.benchmarks.figures import Figure, Note, Result
from tests.benchmarks.people import person, session_of
from tests.benchmarks.programs import Running, free_port, running
from tests.benchmarks.world import ACME, World

STARTS = 5
REQUESTS = 200
WAKE_UPS = 60
MOST_MEGABYTES = 110
IMPORT = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"])
django.setup()
import rest_framework.serializers, rest_framework.views
"""
"""What any portal on Django and its REST framework has to load."""


def measure(world: World) -> Result:
    """The programs of ``make run``, started in turn with a process that only imports."""
    port = free_port()
    web, worker = programs.web(port), programs.worker()
    imports, webs, workers = [], [], []
    for _ in range(STARTS):
        imports.append(importing())
        webs.append(starting(web, world))
        workers.append(starting(worker, world))
    limit, web_start, worker_start = (statistics.median(times) for times in (imports, webs, workers))
    with running(web, world.environment) as up:
        browse(port)
        serving = up.megabytes()
    with running(worker, world.environment) as up:
        wake(up)
        working = up.megabytes()
    return [
        Figure.dearer("web: start until it answers / import", web_start, limit, 2.5, "s"),
        Figure.dearer("worker: start until ready / import", worker_start, limit, 2.5, "s"),
        weight("web: memory of the largest process", serving),
        weight("worker: memory of the largest process", working),
        Note(f"web, its parent first: {words(serving)}; worker: {words(working)}"),
    ]


def weight(what: str, megabytes: list[float]) -> Figure:
    return Figure(what, max(megabytes), MOST_MEGABYTES, "MB", max(megabytes), MOST_MEGABYTES, form="{:.0f} MB")


def words(megabytes: list[float]) -> str:
    return " + ".join(f"{one:.0f}" for one in megabytes) + " MB"


def importing() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORT], check=True)
    return time.perf_counter() - began


def starting(program: Program, world: World) -> float:
    with running(program, world.environment) as up:
        return up.seconds


def browse(port: int) -> None:
    """Pages and data, by several people at once, until every thread of every process has served some."""
    cookie = session_of(person("anna@bench.example", ACME))

    def get(number: int) -> None:
        path = "/orders/" if number % 2 else "/api/v1/orders/?limit=100"
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"sessionid={cookie}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            assert answer.status == 200

    with ThreadPoolExecutor(8) as people:
        list(people.map(get, range(REQUESTS)))


def wake(up: Running) -> None:
    """Rounds of the post office, until each process of the pool has seen its database."""
    from portal.shared import jobs

    for _ in range(WAKE_UPS):
        jobs.wake("integrations.office.tasks.relay")
        time.sleep(0.02)
    deadline = time.monotonic() + 30
    while up.said().count("succeeded in") < WAKE_UPS and time.monotonic() < deadline:
        time.sleep(0.1)
