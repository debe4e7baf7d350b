"""A file comes in: bytes first, outside every transaction; then the row, in an act."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable

from django.db import connection
from django.utils.translation import gettext as _

from documents import kinds, storage
from documents.kinds import Place
from documents.models import StoredFile
from documents.permissions import Act
from documents.states import FileState
from documents.storage import Written
from portal.shared import audit, jobs
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid

INSPECT = "documents.tasks.inspect"
LONGEST_NAME = 200
# Control characters, and what turns the direction of writing: fdp.exe would read as exe.pdf.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@act(Act.RECEIVE_FILE, within="place")
def receive(*, actor: Actor, place: Place, name: str, written: Written, at: dt.datetime) -> StoredFile:
    """Make the row of bytes that are in the store, waiting for inspection.

    The same bytes again, for the same supplier and purpose, are the file that is there already: then its
    ``storage_key`` is not the one written. Raises :class:`Invalid` for an unknown kind.
    """
    kinds.kind_of(place.kind)
    name = shown_name(name)
    _one_at_a_time(place, written.sha256)
    known = (
        StoredFile.objects.visible_to(actor)
        .filter(supplier_id=place.supplier_id, kind=place.kind, sha256=written.sha256)
        .exclude(state=FileState.REJECTED)
        .first()
    )
    if known is not None:
        audit.note(known, received_again=(known.name, name))
        return known
    file = StoredFile(
        supplier_id=place.supplier_id,
        kind=place.kind,
        name=name,
        size=written.size,
        sha256=written.sha256,
        storage_key=written.key,
        state=FileState.QUARANTINED,
        uploaded_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    file.save(force_insert=True)
    audit.note(file, name=(None, name), sha256=(None, written.sha256))
    jobs.wake(INSPECT)
    return file


def take_in(
    run: Callable[..., StoredFile],
    *,
    actor: Actor,
    place: Place,
    name: str,
    content: Iterable[bytes],
    at: dt.datetime,
    rehearsal: bool = False,
) -> StoredFile:
    """Write the bytes, then run the act ``receive`` on them (as it is, ``once`` or rehearsed: ``run``).

    Bytes that no row came to own are taken out again. Raises what ``storage.write`` and ``receive`` raise.
    """
    kind = kinds.kind_of(place.kind)
    Act.RECEIVE_FILE.require(actor, place)
    written = storage.write(content, at=at, most_bytes=kind.most_bytes)
    owned = False
    try:
        if written.size == 0:
            message = _("The file is empty. Choose it again, or save it again.")
            raise Invalid(message, faults=(Fault("empty", message, "/file"),))
        file = run(actor=actor, place=place, name=name, written=written, at=at)
        owned = file.storage_key == written.key and not rehearsal
    finally:
        if not owned:
            storage.remove(written.key)
    return file


def shown_name(name: str) -> str:
    """A name as it can be shown and offered for saving: no path, nothing unseen, not too long, never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in UNSEEN)
    plain = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", seen)).strip(" .")
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        keep = len(dot + ending) if stem and len(ending) <= 10 else 0
        plain = plain[: LONGEST_NAME - keep] + plain[len(plain) - keep :]
    return plain or _("unnamed")


def _one_at_a_time(place: Place, sha256: str) -> None:
    """Two uploads of the same bytes at once: the second waits, and finds the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{place.kind}:{place.supplier_id}:{sha256}"]
        )
