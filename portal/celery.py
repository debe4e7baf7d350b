"""The worker and the scheduler. Tasks carry no data: rows wait, tasks wake."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Django's checks would load every page and address, which a worker never serves. Every migration runs them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

from django.conf import settings

from portal.management import broker, memory

app = Celery("portal")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=broker.transport_options(settings.CELERY_BROKER_URL),
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    result_backend=None,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_default_queue="portal",
    task_queues=[Queue(name) for name in broker.QUEUES],
    task_routes={
        "integrations.office.tasks.pull": {"queue": "pull"},
        "integrations.office.tasks.compare": {"queue": "pull"},
        "documents.tasks.*": {"queue": "files"},
        "suppliers.tasks.print_orders": {"queue": "files"},
        "suppliers.tasks.read_sheets": {"queue": "files"},
        "suppliers.tasks.print_shipments": {"queue": "files"},
    },
    task_time_limit=600,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={
        # The guarantee behind every wake-up that got lost.
        "sweep": {"task": "integrations.office.tasks.relay", "schedule": 5.0},
        # Mornings begin on the hour and the half hour somewhere; whoever was told today is not told again.
        "remind": {"task": "suppliers.tasks.remind", "schedule": crontab(minute="*/15")},
        # A plant's day begins on the hour, the half or the quarter hour somewhere.
        "count-shipments": {"task": "suppliers.tasks.count_shipments", "schedule": crontab(minute="*/15")},
        "move-orders": {"task": "suppliers.tasks.move_orders", "schedule": 300.0},
        "read-sheets": {"task": "suppliers.tasks.read_sheets", "schedule": 30.0},
        "send-sheets": {"task": "suppliers.tasks.send_sheets", "schedule": 30.0},
        "print-orders": {"task": "suppliers.tasks.print_orders", "schedule": 30.0},
        "print-shipments": {"task": "suppliers.tasks.print_shipments", "schedule": 30.0},
        "sweep_files": {"task": "documents.tasks.sweep", "schedule": 30.0},
        "sweep_store": {"task": "documents.tasks.sweep_store", "schedule": crontab(hour="3", minute="17")},
        "reinspect": {"task": "documents.tasks.reinspect", "schedule": 3600.0},
        "compare": {"task": "integrations.office.tasks.compare", "schedule": crontab(hour="2", minute="41")},
        "pull": {"task": "integrations.office.tasks.pull", "schedule": float(settings.ODOO_PULL_SECONDS)},
    },
)
app.autodiscover_tasks(["integrations.office", "suppliers", "documents"])


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery would replace the JSON logs by its own."""


@worker_init.connect
def _settle(**_: object) -> None:
    """The tasks are loaded, the processes of the pool not forked yet."""
    memory.settle()
