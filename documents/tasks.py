"""Tasks carry no data: they wake up, look at the files that wait, and work for a while."""

from __future__ import annotations

import datetime as dt
import time

import structlog
from celery import shared_task
from django.utils import timezone

from documents import kinds, storage
from documents.actions.inspecting import INSPECTOR, begin, discard, postpone, settle
from documents.actions.receiving import INSPECT
from documents.inspection import malware, warden
from documents.inspection.subject import REFUSED, RULES, Finding, finding
from documents.models import StoredFile
from documents.queries import abandoned, known_keys, next_waiting, outdated, unfinished
from portal.shared import jobs
from portal.shared.acting import acting
from portal.shared.errors import Invalid, Temporary, WrongState
from portal.shared.identifiers import correlated

SWEEP = "documents.tasks.sweep"
REINSPECT = "documents.tasks.reinspect"
BUDGET_SECONDS = 20.0
"""A round of inspections; a longer one would keep a worker from letters that somebody waits for."""
AT_ONCE = 100
PATIENCE = dt.timedelta(minutes=10)
"""Longer than any inspection: whose inspector was not heard of for so long has none."""
UPLOAD_HOURS = 24
DAYS_SWEPT = 7
log = structlog.get_logger(__name__)


@shared_task(name=INSPECT, ignore_result=True)
def inspect() -> None:
    """Inspect waiting files one after the other; wake the next round where more wait."""
    with correlated():
        until = time.monotonic() + BUDGET_SECONDS
        while (file := _next()) is not None:
            try:
                file = begin(actor=INSPECTOR, file=file, at=timezone.now())
            except WrongState:
                continue
            if not inspect_one(file):
                return
            if time.monotonic() > until:
                jobs.wake(INSPECT)
                return


@shared_task(name=SWEEP, ignore_result=True)
def sweep() -> None:
    """What nobody finished: files whose inspector died, uploads given up, bytes without a row, waking calls lost."""
    with correlated():
        now = timezone.now()
        with acting(INSPECTOR):
            lost = abandoned(INSPECTOR, now - PATIENCE, number=AT_ONCE)
            given_up = unfinished(INSPECTOR, now - dt.timedelta(hours=UPLOAD_HOURS), number=AT_ONCE)
        for file in lost:
            postpone(actor=INSPECTOR, file=file, reason="The inspector was not heard of.", at=now)
        for file in given_up:
            discard(actor=INSPECTOR, file=file, at=now)
    inspect()


@shared_task(name="documents.tasks.sweep_store", ignore_result=True)
def sweep_store() -> None:
    """Take out bytes that no row owns, of the days whose uploads are over."""
    with correlated():
        today = timezone.now().date()
        for age in range(2, 2 + DAYS_SWEPT):
            keys = storage.keys_of(today - dt.timedelta(days=age))
            with acting(INSPECTOR):
                owned = known_keys(INSPECTOR, keys)
            for key in sorted(set(keys) - owned):
                log.info("orphaned_bytes", key=key)
                storage.remove(key)


@shared_task(name=REINSPECT, ignore_result=True)
def reinspect() -> None:
    """Accepted files that were inspected under older rules, a batch at a time. They are served meanwhile."""
    with correlated():
        with acting(INSPECTOR):
            files = outdated(INSPECTOR, RULES, number=AT_ONCE)
        done = sum(inspect_one(file) for file in files)
        if done == AT_ONCE:
            jobs.wake(REINSPECT)


def _next() -> StoredFile | None:
    with acting(INSPECTOR):
        return next_waiting(INSPECTOR)


def inspect_one(file: StoredFile) -> bool:
    """Inspect a file and settle what was found. False where our side could not: the next round tries again.

    Bytes that are not there may be a folder that is not mounted. So a waiting file is tried three times, and an
    accepted one is left as it is.
    """
    try:
        findings, media_type, pages = _look_at(file)
    except (Temporary, storage.StoreUnavailable) as failure:
        log.warning("inspection_postponed", file=str(file.pk), reason=str(failure))
        postpone(actor=INSPECTOR, file=file, reason=str(failure), at=timezone.now(), tried=False)
        return False
    except FileNotFoundError:
        log.error("bytes_are_gone", file=str(file.pk), key=file.storage_key)
        postpone(actor=INSPECTOR, file=file, reason="The bytes are not in the store.", at=timezone.now())
        return False
    try:
        settle(actor=INSPECTOR, file=file, findings=findings, media_type=media_type, pages=pages, at=timezone.now())
    except WrongState:
        log.info("inspected_twice", file=str(file.pk))
    return True


def _look_at(file: StoredFile) -> tuple[list[Finding], str, int | None]:
    """Everything that takes long, with no transaction open."""
    try:
        kind = kinds.kind_of(file.kind)
    except Invalid:
        return [finding("start", REFUSED, "unknown_kind")], "", None
    with storage.copied(file.storage_key) as path:
        report = warden.inspect(path, name=file.name, kind=kind)
        findings = [*report.findings, malware.scan(path)] if report.fit else report.findings
    return findings, report.media_type, report.pages
