"""Tasks carry no data: they wake up, look at the rows that wait, and work for a while."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from integrations.office import delivery
from integrations.office.actions.desk import COMPARE, PULL
from integrations.office.channels.mail import Post
from integrations.office.odoo import pull as pulling
from integrations.office.odoo.gateway import Gateway
from integrations.office.routes import MAIN, ODOO, destination
from integrations.slot.outbox import RELAY
from portal.shared import jobs
from portal.shared.identifiers import correlated

MAILS = "integrations.office.tasks.mails"
BUDGET_SECONDS = 20.0
"""A round of deliveries; a longer one would keep the sweep from running."""


@shared_task(name=RELAY, ignore_result=True)
def relay() -> None:
    """Fan out new events, take back lost letters, deliver what is due; wake the next round where more waits.

    Mails leave in a task of their own: a slow mail server keeps nothing from Odoo.
    """
    with correlated():
        now = timezone.now()
        delivery.sweep(now)
        delivery.fan_out(now)
        jobs.wake(MAILS)
        more = delivery.drain(Gateway(destination(ODOO, MAIN)), timezone.now, seconds=BUDGET_SECONDS)
        if more:
            jobs.wake(RELAY)


@shared_task(name=MAILS, ignore_result=True)
def mails() -> None:
    """Send the mails that are due."""
    with correlated(), Post() as post:
        if delivery.drain(post, timezone.now, seconds=BUDGET_SECONDS):
            jobs.wake(MAILS)


@shared_task(name=PULL, ignore_result=True)
def pull() -> None:
    """Read what changed in Odoo."""
    with correlated():
        pulling.pull(Gateway(destination(ODOO, MAIN)), timezone.now)


@shared_task(name=COMPARE, ignore_result=True)
def compare() -> None:
    """Look how the records behind the mappings stand in Odoo."""
    with correlated():
        pulling.compare(Gateway(destination(ODOO, MAIN)), timezone.now)
