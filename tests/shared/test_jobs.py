"""A broker that is down loses nothing and holds nobody up: the rows wait, the sweeper finds them."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Celery
from django.db import transaction
from structlog.testing import capture_logs

from portal.shared import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody listens."""
    monkeypatch.setenv("CELERY_BROKER_URL", "amqp://guest:guest@127.0.0.1:9//")
    monkeypatch.setattr(jobs, "current_app", Celery("dead", set_as_current=False))


def test_a_dead_broker_is_logged_not_raised(dead_broker: None, django_capture_on_commit_callbacks: Any) -> None:
    with capture_logs() as logs, django_capture_on_commit_callbacks(execute=True):
        jobs.wake("some.task")
    assert [entry["event"] for entry in logs] == ["broker_unreachable"]
    assert logs[0]["task"] == "some.task"


def test_a_broker_that_fails_in_its_own_way_does_no_harm_either(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    class Strange(Exception):
        pass

    def fail(*_: object, **__: object) -> None:
        raise Strange

    monkeypatch.setattr(jobs.current_app, "send_task", fail)
    with capture_logs() as logs, django_capture_on_commit_callbacks(execute=True):
        jobs.wake("some.task")
    assert [entry["event"] for entry in logs] == ["broker_unreachable"]


def test_every_process_speaks_to_the_portals_own_broker() -> None:
    """Celery would make an application of its own up: another queue, and none of the broker's options."""
    assert jobs.current_app.main == "portal"
    assert jobs.current_app.conf.task_default_queue == "portal"
    assert jobs.current_app.conf.task_ignore_result is True


def test_many_letters_wake_a_worker_once(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda name, **_: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            for _ in range(5):
                jobs.wake("some.task")
        jobs.wake("other.task")
    assert sent == ["some.task", "other.task"]


def test_what_is_rolled_back_wakes_nobody(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda name, **_: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            jobs.wake("some.task")
            transaction.set_rollback(True)
        jobs.wake("some.task")
    assert sent == ["some.task"]
