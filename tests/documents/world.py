"""Shortcuts of the tests of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from documents import kinds, tasks
from documents.actions.receiving import receive, take_in
from documents.inspection import warden
from documents.kinds import CSV, JPEG, PDF, PNG, TEXT, TIFF, WEBP, XLSX, Kind, Place
from documents.models import StoredFile
from portal.shared.actor import Actor
from tests.cast import everything

ANYTHING = Kind(
    name="anything",
    title="Anything",
    media_types=frozenset({PDF, XLSX, PNG, JPEG, TIFF, WEBP, CSV, TEXT}),
    may_receive=lambda actor, supplier_id: True,
    may_see=lambda actor, file: True,
    most_bytes=5 * kinds.MEGABYTE,
    most_pages=50,
)


def row(key: Any) -> StoredFile:
    return StoredFile.objects.get(pk=key)


def fresh(file: StoredFile) -> StoredFile:
    """The file as it stands in the database."""
    with everything():
        return row(file.pk)


def bring(
    actor: Actor,
    content: bytes | Iterable[bytes] = b"A letter.",
    name: str = "letter.txt",
    *,
    supplier_id: int | None = None,
    kind: str = "attachment",
    run: Callable[..., StoredFile] = receive,
) -> StoredFile:
    """A file brought by somebody, for his own supplier unless told otherwise."""
    owner = supplier_id if supplier_id is not None else min(actor.suppliers, default=None)
    chunks = [content] if isinstance(content, bytes) else content
    return take_in(run, actor=actor, place=Place(kind, owner), name=name, content=chunks, at=timezone.now())


def stored() -> list[Path]:
    """Every file of bytes in the store."""
    return sorted(path for path in Path(settings.FILES_FOLDER).rglob("*") if path.is_file())


def inspected(tmp_path: Path, content: bytes, name: str, **limits: Any) -> warden.Report:
    """What the inspection says of some bytes under a name."""
    path = tmp_path / "content"
    path.write_bytes(content)
    return warden.inspect(path, name=name, kind=ANYTHING, limits=warden.Limits(**limits))


def verdict(report: warden.Report) -> tuple[str, str] | None:
    """The step and the code of a refusal; None where the file is fit."""
    refused = [(one["step"], one["code"]) for one in report.findings if one["verdict"] == "refused"]
    return refused[0] if refused else None


def accepted(actor: Actor, content: bytes, name: str, kind: str, supplier_id: int | None = None) -> StoredFile:
    """A file that came in and really passed its inspection."""
    place = Place(kind, supplier_id)
    file = take_in(receive, actor=actor, place=place, name=name, content=[content], at=timezone.now())
    tasks.inspect()
    file = fresh(file)
    assert file.is_served, file.findings
    return file
