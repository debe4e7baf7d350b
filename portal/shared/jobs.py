"""Tasks by name. A task carries no data: the row that waits for it is the truth, the broker only wakes a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)


def wake(task: str) -> None:
    """Wake a worker after the transaction commits, once however often it was asked for.

    A broker that is down loses nothing: the sweeper finds the waiting rows by itself. So it is logged, not raised.
    """
    alarm = _Alarm(task)
    waiting: list[Any] = connection.run_on_commit
    if all(callback != alarm for _savepoints, callback, *_ in waiting):
        transaction.on_commit(alarm, robust=True)


@dataclass(frozen=True)
class _Alarm:
    task: str

    def __call__(self) -> None:
        try:
            current_app.send_task(self.task, ignore_result=True, retry=False)
        except Exception as failure:
            # Each transport fails in its own way, and what was committed stands whatever it is.
            log.warning("broker_unreachable", task=self.task, reason=f"{type(failure).__name__}: {failure}")
