"""How files come in: bytes first, then the row; and what a fault or a refusal leaves behind."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection
from django.test import Client
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from documents import storage, tasks
from documents.actions import receiving
from documents.actions.receiving import receive, shown_name
from documents.kinds import Place
from documents.models import StoredFile
from documents.states import FileState
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotPermitted
from portal.shared.identifiers import new_id
from portal.shared.models import AuditEntry
from tests.cast import Cast, everything
from tests.documents.world import bring, fresh, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_store(tmp_path: Path, settings: Any) -> None:
    """A store of the test's own."""
    settings.FILES_FOLDER = str(tmp_path / "files")
    here = {"BACKEND": settings.DOCUMENTS_STORE["BACKEND"], "OPTIONS": {"location": settings.FILES_FOLDER}}
    settings.STORAGES = {**settings.STORAGES, "documents": here}


def rows() -> int:
    with everything():
        return StoredFile.objects.count()


def test_what_is_known_of_a_file_is_what_was_counted(anna: Actor, cast: Cast) -> None:
    file = fresh(bring(anna, iter([b"A let", b"ter."]), "dir/letter.txt"))
    assert (file.size, file.sha256) == (9, hashlib.sha256(b"A letter.").hexdigest())
    assert (file.name, file.kind, file.supplier_id) == ("letter.txt", "attachment", cast.acme.pk)
    assert (file.actor_id, file.actor_name, file.state) == (anna.id, "Anna Abel", FileState.QUARANTINED)
    (path,) = stored()
    assert path.read_bytes() == b"A letter."
    assert "letter" not in str(path.relative_to(settings.FILES_FOLDER))


def test_a_file_over_the_limit_leaves_nothing(anna: Actor) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(1_000_000)

    with pytest.raises(Invalid, match="larger than 20 MB"):
        bring(anna, endless())
    assert (stored(), rows()) == ([], 0)


def test_an_empty_file_leaves_nothing(anna: Actor) -> None:
    with pytest.raises(Invalid, match="empty"):
        bring(anna, b"")
    assert (stored(), rows()) == ([], 0)


def test_who_may_not_bring_files_writes_no_bytes(asta: Actor, cast: Cast, anna: Actor) -> None:
    def untouched() -> Iterator[bytes]:
        raise AssertionError("bytes were read before the permission was asked")
        yield b""

    for actor, owner in ((asta, cast.acme.pk), (anna, cast.borealis.pk), (cast.actor("ines"), None)):
        with pytest.raises(NotPermitted):
            bring(actor, untouched(), supplier_id=owner)
    assert (stored(), rows()) == ([], 0)


def test_a_kind_nobody_registered_is_refused(anna: Actor) -> None:
    with pytest.raises(Invalid, match="no such kind"):
        bring(anna, kind="poem")
    assert stored() == []


def test_the_same_bytes_again_are_the_same_file(anna: Actor, aron: Actor, boris: Actor, bea: Actor) -> None:
    first = bring(anna, b"A drawing", "a.txt")
    again = bring(aron, b"A drawing", "b.txt")
    assert again.pk == first.pk
    assert len(stored()) == 1
    others = [bring(boris, b"A drawing"), bring(bea, b"A drawing"), bring(anna, b"Another drawing")]
    assert len({first.pk, *(other.pk for other in others)}) == 4
    assert len(stored()) == 4
    with everything():
        entries = AuditEntry.objects.filter(object_id=str(first.pk)).order_by("id")
        assert [entry.actor_name for entry in entries] == ["Anna Abel", "Aron Adler"]
        assert entries[1].changes[0]["field"] == "received_again"


def test_what_was_rejected_may_be_brought_again(anna: Actor) -> None:
    first = bring(anna, b"MZ program", "a.txt")
    tasks.inspect()
    assert fresh(first).state == FileState.REJECTED
    assert bring(anna, b"MZ program", "a.txt").pk != first.pk


def test_a_full_disk_is_a_clear_refusal_and_leaves_nothing(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = FileSystemStorage._save

    def full(self: FileSystemStorage, name: str, content: Any) -> str:
        plain(self, name, content)  # half a file is there when the disk says no
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(storage.StoreFull, match="no room") as refusal:
        bring(anna)
    assert (refusal.value.status, refusal.value.remedy) == (507, "We have been told. Try again later.")
    assert (stored(), rows()) == ([], 0)


def test_a_store_that_does_not_answer_is_a_clear_refusal(
    cast: Cast, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> str:
        raise ConnectionResetError("reset by peer")

    monkeypatch.setattr(FileSystemStorage, "save", gone)
    with pytest.raises(storage.StoreUnavailable, match="does not answer"):
        bring(anna)
    assert rows() == 0


def test_a_fault_between_bytes_and_row_takes_the_bytes_out_again(anna: Actor) -> None:
    def dies(**_: object) -> StoredFile:
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="is gone"):
        bring(anna, run=dies)
    assert (stored(), rows()) == ([], 0)


def test_bytes_of_a_process_that_was_killed_are_swept(anna: Actor) -> None:
    """Killed between bytes and row, nobody is left to clean up: the sweep of the store is."""
    now = dt.datetime.now(dt.UTC)
    lost = storage.write([b"nobody's"], at=now - dt.timedelta(days=3), most_bytes=100)
    young = storage.write([b"perhaps still coming"], at=now, most_bytes=100)
    kept = receive(
        actor=anna,
        place=_place(anna),
        name="kept.txt",
        written=storage.write([b"kept"], at=now - dt.timedelta(days=3), most_bytes=100),
        at=now,
    )
    tasks.sweep_store()
    left = {str(path.relative_to(settings.FILES_FOLDER)) for path in stored()}
    assert left == {young.key, kept.storage_key}
    assert lost.key not in left


def _place(actor: Actor) -> Place:
    return Place("attachment", min(actor.suppliers))


def test_a_rehearsal_keeps_nothing(cast: Cast) -> None:
    client = Client(headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"})
    answer: Any = client.post("/api/v1/files/?dry_run=true", {"kind": "attachment", "file": _upload()})
    assert (answer.status_code, answer.json()["dry_run"]) == (200, True)
    assert (stored(), rows()) == ([], 0)


def _upload(content: bytes = b"A letter.") -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.txt", content)


def test_the_same_key_makes_one_file_and_another_body_is_refused(cast: Cast) -> None:
    secret = cast.tokens["writer"].secret
    client = Client(headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"})
    first: Any = client.post("/api/v1/files/", {"kind": "attachment", "file": _upload()})
    again: Any = client.post("/api/v1/files/", {"kind": "attachment", "file": _upload()})
    other: Any = client.post("/api/v1/files/", {"kind": "attachment", "file": _upload(b"Another letter")})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (len(stored()), rows()) == (1, 1)


def test_a_request_larger_than_any_file_is_dropped_while_it_comes_in(cast: Cast, settings: Any) -> None:
    settings.FILES_MOST_BYTES = 1_000
    client = Client(headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"})
    answer: Any = client.post("/api/v1/files/", {"kind": "attachment", "file": _upload(b"a" * 200_000)})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "too_large")
    client.force_login(cast.people["anna"])
    page: Any = client.post("/files/", {"kind": "attachment", "file": _upload(b"a" * 200_000)})
    assert page.status_code == 422
    assert b"larger than 0.001 MB" in page.content
    assert (stored(), rows()) == ([], 0)


def test_the_store_is_never_called_inside_a_transaction(anna: Actor) -> None:
    file = bring(anna)
    calls = (
        lambda: storage.write([b"a"], at=file.uploaded_at, most_bytes=9),
        lambda: storage.remove(file.storage_key),
        lambda: storage.opened(file.storage_key),
        lambda: storage.keys_of(file.uploaded_at.date()),
    )
    for call in calls:
        with pytest.raises(RuntimeError, match="transaction is open"), acting(anna):
            call()


def test_a_suppliers_role_cannot_bring_a_file_that_is_accepted_already(anna: Actor, cast: Cast) -> None:
    """Nor change one: the wall itself says who accepts."""
    file = bring(anna)
    forged = fresh(file)
    forged.pk, forged.storage_key, forged.state = new_id(), "another", FileState.ACCEPTED
    with pytest.raises(ProgrammingError, match="row-level security"), acting(anna, write=True):
        StoredFile.objects.bulk_create([forged])
    with pytest.raises(ProgrammingError, match="permission denied"), acting(anna, write=True):
        StoredFile.objects.filter(pk=file.pk).update(name="other.txt")


UNSAFE = set('/\\<>:"|?*\0\n\r\u202e\u200b')


@examples(deadline=None)
@given(
    name=st.text(max_size=400)
    | st.sampled_from(["../../etc/passwd", "..\\..\\a.exe", "C:\\a.pdf", "\u202egpj.exe", ""])
)
def test_a_shown_name_is_safe_to_show(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= 200
    assert not UNSAFE & set(shown)
    assert shown == shown.strip(" .")
    assert shown_name(shown) == shown


def test_a_long_name_keeps_its_ending() -> None:
    assert shown_name("a" * 300 + ".pdf") == "a" * 196 + ".pdf"


def test_the_lock_is_the_rows(anna: Actor) -> None:
    """Two at once: the second waits for the first, by a lock that ends with the transaction."""
    with acting(anna, write=True):
        receiving._one_at_a_time(_place(anna), "a" * 64)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
            assert cursor.fetchone() == (1,)
