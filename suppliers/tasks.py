"""Tasks carry no data: they wake up, look at the rows that wait, and work."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.shared.identifiers import correlated
from suppliers.actions import activation, digests


@shared_task(name=activation.MOVE, ignore_result=True)
def move_orders() -> None:
    """Bring orders to the mode that was set for them."""
    with correlated():
        activation.move_all(timezone.now())


@shared_task(name="suppliers.tasks.remind", ignore_result=True)
def remind() -> None:
    """Send everybody whose morning it is his daily mail."""
    with correlated():
        digests.remind(timezone.now())
