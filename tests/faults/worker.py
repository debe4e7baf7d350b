"""The process behind :mod:`tests.faults.workers`: reads a line, forks a worker, says what became of it."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


class Points:
    """Names every point a worker passes, on a pipe that outlives it, and kills it at the chosen one."""

    def __init__(self, pipe: int, die_at: int | None) -> None:
        self.pipe = pipe
        self.die_at = die_at
        self.passed = 0

    def __call__(self, name: str) -> None:
        os.write(self.pipe, f"{name}\n".encode())
        if self.passed == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self(f"before {name}")
            result = function(*args, **kwargs)
            self(f"after {name}")
            return result

        return wrapped

    def instrument(self) -> None:
        """Put a point before and after everything that leaves a trace: transactions and calls."""
        from integrations.office import delivery
        from integrations.office.actions import delivering
        from integrations.office.odoo.gateway import Gateway

        ask = Gateway._ask

        def asked(gateway: Gateway, model: str, method: str, args: Any, words: Any) -> Any:
            return self.around(f"{model}.{method}", ask)(gateway, model, method, args, words)

        Gateway._ask = asked  # type: ignore[method-assign]
        delivery.claim = self.around("claim", delivery.claim)
        delivering.Sending.keep = self.around("keep", delivering.Sending.keep)  # type: ignore[method-assign]
        for name in ("settle_lines", "settle_done"):
            setattr(delivering, name, self.around(name, getattr(delivering, name)))


def work(now: dt.datetime) -> None:
    from integrations.office import delivery
    from integrations.office.odoo.gateway import Gateway

    delivery.sweep(now)
    delivery.fan_out(now)
    while delivery.deliver_one(Gateway("odoo:main"), lambda: now) is not None:
        pass


def fork(command: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            Points(writing, command["die_at"]).instrument()
            work(dt.datetime.fromisoformat(command["now"]))
        except BaseException as failure:
            os.write(writing, f"failed: {failure!r}\n".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        points = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "points": points}


def main() -> None:
    django.setup()
    from integrations.office import tasks  # noqa: F401 (everything a worker needs is loaded before it is forked)

    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(fork(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
