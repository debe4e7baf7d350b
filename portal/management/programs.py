"""The table of what ``make run`` starts. Production starts the same programs, see docs/running.md."""

from __future__ import annotations

import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable

from portal.management.environment import PROJECT, VAR
from portal.management.supervisor import Program

MANAGE = (sys.executable, str(PROJECT / "manage.py"))
CELERY = (sys.executable, "-m", "celery", "--app", "portal")


def migrate() -> Program:
    return Program("migrate", (*MANAGE, "migrate", "--noinput"))


def static_files() -> Program:
    return Program("static", (*MANAGE, "collectstatic", "--noinput", "--verbosity", "0"))


def demo() -> Program:
    return Program("demo", (*MANAGE, "demo"))


def sandbox(port: int) -> Program:
    serve = ("sandbox", "serve", "--port", str(port), "--state", str(VAR / "sandbox"))
    return Program("sandbox", (*MANAGE, *serve), ready=answers(f"http://127.0.0.1:{port}/"))


def web(port: int) -> Program:
    gunicorn = (sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"127.0.0.1:{port}")
    workers = ("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--preload", "--no-control-socket")
    # The answer must be 200: "ready" means that the database answers and no migration is missing.
    ready = answers(f"http://127.0.0.1:{port}/health/ready", wanted=200)
    return Program("web", (*gunicorn, *workers), ready=ready, stop_signal=signal.SIGQUIT)


def worker() -> Program:
    # A fixed name: with a new one at every start the broker would collect the old ones' queues.
    options = ("--hostname", "worker@portal", "--concurrency", "2", "--without-gossip", "--without-mingle")
    # Tasks take well under three seconds; after them the broker's connection pool only waits for itself.
    # When we are killed the database goes too, and the worker would wait for it for ever: no politeness then.
    # Its tasks are acknowledged late and read what waits from tables, so the next start takes them up again.
    return Program(
        "worker",
        (*CELERY, "worker", *options),
        says="worker@portal ready",
        stop_seconds=3,
        death_signal=signal.SIGKILL,
    )


def scheduler() -> Program:
    schedule = ("--schedule", str(VAR / "scheduler"), "--pidfile", "")
    return Program("scheduler", (*CELERY, "beat", *schedule), says="beat: Starting")


def answers(url: str, wanted: int | None = None) -> Callable[[], bool]:
    """A probe: whether this address answers, with the wanted status if one is named."""

    def probe() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (our own address)
                return wanted in (None, response.status)
        except urllib.error.HTTPError as error:
            return wanted in (None, error.code)
        except OSError:
            return False

    return probe
