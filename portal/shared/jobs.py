"""Tasks by name. A task carries no data: the row that waits for it is the truth, the broker only wakes a worker."""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def wake(task: str) -> None:
    """Wake a worker after the transaction commits.

    A broker that is down loses nothing: the sweeper finds the waiting rows by itself. So it is logged, not raised.
    """

    def send() -> None:
        try:
            current_app.send_task(task, ignore_result=True, retry=False)
        except (OperationalError, OSError) as failure:
            log.warning("broker_unreachable", task=task, reason=str(failure))

    transaction.on_commit(send, robust=True)
