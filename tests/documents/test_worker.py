"""The worker: takes files, survives them, tries again what was not their fault, and inspects anew under new rules."""

from __future__ import annotations

import datetime as dt
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone

from documents import storage, tasks
from documents.actions import inspecting
from documents.actions.inspecting import INSPECTOR, begin, postpone, settle
from documents.inspection import warden
from documents.inspection.subject import PASSED, REFUSED, finding
from documents.models import StoredFile
from documents.states import FILE_STEPS, FileState
from portal.shared import history, transitions
from portal.shared.actor import Actor
from portal.shared.errors import NotPermitted, WrongState
from tests.cast import Cast, doing, everything
from tests.documents.made import a_pdf
from tests.documents.world import bring, fresh

pytestmark = pytest.mark.django_db
NOD = [finding("size", PASSED)]


def accept(file: StoredFile) -> StoredFile:
    now = timezone.now()
    file = begin(actor=INSPECTOR, file=file, at=now)
    return settle(actor=INSPECTOR, file=file, findings=NOD, media_type="text/plain", pages=None, at=now)


def test_waiting_files_are_inspected_the_oldest_first_whatever_one_of_them_does(
    anna: Actor, boris: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [bring(anna, b"one", "1.txt"), bring(boris, b"two", "2.txt"), bring(anna, a_pdf(), "3.pdf")]
    seen, plain = [], warden.inspect

    def inspect(path: Any, *, name: str, **rest: Any) -> warden.Report:
        seen.append(name)
        if name == "2.txt":  # it kills its cell
            return warden.Report([finding("text", REFUSED, "kills")])
        return plain(path, name=name, **rest)

    monkeypatch.setattr(warden, "inspect", inspect)
    tasks.inspect()
    assert seen == ["1.txt", "2.txt", "3.pdf"]
    assert [fresh(file).state for file in files] == ["accepted", "rejected", "accepted"]
    with everything():
        last = history.of(boris, [files[1]]).last()
        assert last is not None
        assert last.reason == "Reading the file makes the program fail that reads it."


def test_a_file_is_taken_by_one_inspector(anna: Actor) -> None:
    file = bring(anna)
    begin(actor=INSPECTOR, file=file, at=timezone.now())
    with pytest.raises(WrongState):
        begin(actor=INSPECTOR, file=file, at=timezone.now())


def test_nobody_but_the_inspector_accepts(anna: Actor, ada: Actor) -> None:
    file = bring(anna)
    for actor in (anna, ada):
        with pytest.raises(NotPermitted):
            begin(actor=actor, file=file, at=timezone.now())
        with pytest.raises(NotPermitted):
            settle(actor=actor, file=file, findings=NOD, media_type="", pages=None, at=timezone.now())
    assert fresh(file).state == FileState.QUARANTINED


def test_a_file_whose_inspector_died_is_taken_up_again_and_given_up_the_third_time(
    anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bring(anna)
    monkeypatch.setattr(tasks, "inspect", lambda: None)
    for expected in ("quarantined", "quarantined", "rejected"):
        begin(actor=INSPECTOR, file=file, at=timezone.now() - dt.timedelta(minutes=11))
        tasks.sweep()
        assert fresh(file).state == expected
    assert fresh(file).refusal == finding("start", REFUSED, "inspector_died")


def test_an_inspector_that_is_slow_is_not_disturbed(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bring(anna)
    monkeypatch.setattr(tasks, "inspect", lambda: None)
    begin(actor=INSPECTOR, file=file, at=timezone.now() - dt.timedelta(minutes=9))
    tasks.sweep()
    assert fresh(file).state == FileState.INSPECTING


def test_the_sweep_takes_up_what_a_lost_wake_up_left(anna: Actor) -> None:
    file = bring(anna)
    tasks.sweep()
    assert fresh(file).state == FileState.ACCEPTED


def test_a_store_that_does_not_answer_costs_no_try(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bring(anna)

    def gone(key: str) -> Any:
        raise storage.StoreUnavailable("The file store does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(storage, "copied", gone)
        for _ in range(5):
            tasks.inspect()
            assert (fresh(file).state, fresh(file).inspections) == (FileState.QUARANTINED, 0)
    tasks.inspect()
    assert (fresh(file).state, fresh(file).inspections) == (FileState.ACCEPTED, 1)


def test_bytes_that_are_gone_are_looked_for_three_times(anna: Actor) -> None:
    file = bring(anna)
    storage.remove(file.storage_key)
    for expected in ("quarantined", "quarantined", "rejected"):
        tasks.inspect()
        assert fresh(file).state == expected
    assert fresh(file).refusal == finding("start", REFUSED, "inspector_died")


def test_a_folder_that_is_not_mounted_rejects_nothing_that_was_accepted(
    anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [accept(bring(anna, b"one")), accept(bring(anna, b"two"))]
    for file in files:
        storage.remove(file.storage_key)
    monkeypatch.setattr(tasks, "RULES", 2)
    tasks.reinspect()
    assert [fresh(file).state for file in files] == ["accepted", "accepted"]


def test_a_file_that_no_scanner_takes_does_not_hold_up_the_others(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = bring(anna, b"one", "stuck.txt"), bring(anna, b"two", "other.txt")
    plain = tasks.inspect_one

    def inspect_one(file: StoredFile) -> bool:
        if file.pk != stuck.pk:
            return plain(file)
        postpone(actor=INSPECTOR, file=file, reason="too large for it", at=timezone.now(), tried=False)
        return False

    monkeypatch.setattr(tasks, "inspect_one", inspect_one)
    tasks.inspect()
    tasks.inspect()
    assert (fresh(stuck).state, fresh(other).state) == ("quarantined", "accepted")


def test_an_upload_that_was_never_finished_is_given_up(cast: Cast, anna: Actor) -> None:
    old = timezone.now() - dt.timedelta(hours=25)
    file = StoredFile(
        supplier_id=cast.acme.pk, kind="attachment", name="a.pdf", size=0, storage_key="none", uploaded_at=old
    )
    with doing(anna):
        file.save(force_insert=True)
    tasks.sweep()
    assert fresh(file).refusal == finding("upload", REFUSED, "never_finished")


def test_newer_rules_are_applied_to_what_was_accepted(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = accept(bring(anna, b"words", "1.txt")), accept(bring(anna, b"MZ", "2.txt"))
    tasks.reinspect()  # nothing is outdated yet: what was nodded through stays
    assert [fresh(one).state for one in (good, bad)] == ["accepted", "accepted"]
    monkeypatch.setattr(tasks, "RULES", 2)
    monkeypatch.setattr(inspecting, "RULES", 2)
    tasks.reinspect()
    assert [(fresh(one).state, fresh(one).rules) for one in (good, bad)] == [("accepted", 2), ("rejected", 2)]
    assert fresh(bad).refusal == finding("type", REFUSED, "type", found="program")


def test_a_file_takes_only_the_steps_of_its_table(anna: Actor) -> None:
    file = bring(anna)
    for state in (FileState.ACCEPTED, FileState.REJECTED, FileState.UPLOADING):
        assert state not in FILE_STEPS[FileState.QUARANTINED]
        with pytest.raises(WrongState), doing(INSPECTOR):
            transitions.move(transitions.hold(file), state)


def test_what_was_settled_meanwhile_is_not_settled_again(anna: Actor) -> None:
    file = bring(anna, b"MZ", "a.txt")
    tasks.inspect()
    with pytest.raises(WrongState):
        settle(actor=INSPECTOR, file=file, findings=NOD, media_type="", pages=None, at=timezone.now())
    assert postpone(actor=INSPECTOR, file=file, reason="late", at=timezone.now()).state == FileState.REJECTED


# --- ClamAV ----------------------------------------------------------------------------------------------------------


@contextmanager
def scanner(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Somebody who speaks clamd's INSTREAM and always says the same; with what he was sent."""
    heard: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            body = b""
            while size := int.from_bytes(self.rfile.read(4), "big"):
                body += self.rfile.read(size)
            heard.append(body)
            self.wfile.write(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}", heard
        finally:
            server.shutdown()
            thread.join()


def test_a_scanner_is_asked_and_believed(anna: Actor, settings: Any) -> None:
    content = b"words " * 50_000
    with scanner(b"stream: OK\0") as (settings.CLAMAV_ADDRESS, heard):
        clean = bring(anna, content, "clean.txt")
        tasks.inspect()
    assert heard == [content]
    assert fresh(clean).findings[-1] == finding("malware", PASSED)
    with scanner(b"stream: Eicar-Test-Signature FOUND\0") as (settings.CLAMAV_ADDRESS, heard):
        infected = bring(anna, b"other words", "infected.txt")
        tasks.inspect()
    assert fresh(infected).state == FileState.REJECTED
    assert fresh(infected).refusal == finding("malware", REFUSED, "malware", name="Eicar-Test-Signature")


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_without_a_scanners_word_nothing_is_accepted(anna: Actor, settings: Any, answer: bytes) -> None:
    file = bring(anna)
    with scanner(answer) as (settings.CLAMAV_ADDRESS, _):
        tasks.inspect()
    assert (fresh(file).state, fresh(file).inspections) == (FileState.QUARANTINED, 0)


def test_a_scanner_that_is_not_there_leaves_the_file_waiting(anna: Actor, settings: Any) -> None:
    file = bring(anna)
    with scanner(b"") as (address, _):
        pass
    settings.CLAMAV_ADDRESS = address
    tasks.inspect()
    assert fresh(file).state == FileState.QUARANTINED
