"""Files that explain an answer: looked at before it is sent, linked in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.states import FileState
from portal.shared.actor import Actor
from portal.shared.errors import Faults
from suppliers.kinds import ATTACHMENT
from suppliers.models import Acknowledgement, AnswerAttachment, AnswerLine

MOST_FILES = 10
"""On one line, and on the answer as a whole. How large each may be, its kind says."""


def check(faults: Faults, actor: Actor, supplier_id: int, enclosed: Mapping[str, Sequence[UUID]]) -> None:
    """Add a fault for every file the actor cannot link (yet). ``enclosed`` are files by JSON pointer: one query."""
    wanted = {key for keys in enclosed.values() for key in keys}
    if not wanted:
        return
    files = StoredFile.objects.visible_to(actor).filter(supplier_id=supplier_id, kind=ATTACHMENT.name)
    known = files.in_bulk(wanted)
    for pointer, keys in enclosed.items():
        if len(keys) > MOST_FILES:
            message = _("At most %(count)d files can be attached here.") % {"count": MOST_FILES}
            faults.add("too_many", message, pointer)
        for index, key in enumerate(keys):
            file = known.get(key)
            if file is None:
                faults.add("unknown_file", _("There is no such file."), f"{pointer}/{index}")
            elif file.state == FileState.REJECTED:
                message = _("“%(name)s” was not accepted: take it out.") % {"name": file.name}
                faults.add("file_rejected", message, f"{pointer}/{index}")
            elif not file.is_served:
                message = _("“%(name)s” is still being inspected: that takes a few seconds.") % {"name": file.name}
                faults.add("file_waiting", message, f"{pointer}/{index}")


def enclose(acknowledgement: Acknowledgement, enclosed: Iterable[tuple[AnswerLine | None, Sequence[UUID]]]) -> None:
    """Link checked files to lines of an answer, or to the whole of it (None)."""
    AnswerAttachment.objects.bulk_create(
        AnswerAttachment(
            supplier_id=acknowledgement.supplier_id,
            acknowledgement=acknowledgement,
            answer=answer,
            file_id=key,
            position=position,
        )
        for answer, keys in enclosed
        for position, key in enumerate(dict.fromkeys(keys), start=1)
    )
