"""What the system's own inspector does with a file: take it, put it back, accept or reject it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from documents import kinds
from documents.inspection import words
from documents.inspection.subject import REFUSED, RULES, Finding, finding
from documents.models import StoredFile
from documents.permissions import INSPECTION, Act
from documents.states import FileState
from portal.shared import audit, jobs, transitions
from portal.shared.act import act
from portal.shared.actor import Actor, system_actor
from portal.shared.errors import WrongState

INSPECTOR = system_actor(INSPECTION)
MOST_TRIES = 3


@act(Act.BEGIN_INSPECTION, about="file")
def begin(*, actor: Actor, file: StoredFile, at: dt.datetime) -> StoredFile:
    """Take a waiting file for inspection. Raises :class:`WrongState` where another inspector was faster."""
    file = transitions.hold(file)
    file.inspections += 1
    file.inspecting_since = at
    file.save(update_fields=["inspections", "inspecting_since"])
    transitions.move(file, FileState.INSPECTING)
    return file


@act(Act.POSTPONE_INSPECTION, about="file")
def postpone(*, actor: Actor, file: StoredFile, reason: str, at: dt.datetime, tried: bool = True) -> StoredFile:
    """Put a file back that could not be inspected. After three tries that nobody survived it is rejected.

    ``tried`` is false where it is not the file's doing: a scanner that does not answer.
    """
    file = transitions.hold(file)
    if file.state != FileState.INSPECTING:
        return file
    if tried and file.inspections >= MOST_TRIES:
        return _settle(file, [finding("start", REFUSED, "inspector_died")])
    if not tried:
        file.inspections -= 1
        file.save(update_fields=["inspections"])
    transitions.move(file, FileState.QUARANTINED, reason=reason)
    return file


@act(Act.SETTLE_INSPECTION, about="file")
def settle(
    *,
    actor: Actor,
    file: StoredFile,
    findings: Sequence[Finding],
    media_type: str,
    pages: int | None,
    at: dt.datetime,
) -> StoredFile:
    """Accept or reject a file by what was found, and wake who waits for accepted files of its kind.

    An accepted file that passes newer rules stays as it is; one that does not is rejected. Raises
    :class:`WrongState` where somebody else settled it meanwhile.
    """
    file = transitions.hold(file)
    if file.state not in (FileState.INSPECTING, FileState.ACCEPTED):
        raise WrongState("This file is not being inspected.")
    file.media_type = media_type
    file.pages = pages
    return _settle(file, findings)


@act(Act.DISCARD_UPLOAD, about="file")
def discard(*, actor: Actor, file: StoredFile, at: dt.datetime) -> StoredFile:
    """Give up an upload that was begun and never finished. Its bytes, if any, are swept by themselves."""
    file = transitions.hold(file)
    if file.state == FileState.UPLOADING:
        _settle(file, [finding("upload", REFUSED, "never_finished")])
    return file


def _settle(file: StoredFile, findings: Sequence[Finding]) -> StoredFile:
    refused = next((one for one in findings if one["verdict"] == REFUSED), None)
    audit.note(file, rules=(file.rules, RULES), findings=(file.findings, list(findings)))
    file.findings = list(findings)
    file.rules = RULES
    file.save(update_fields=["media_type", "pages", "findings", "rules"])
    if refused is not None:
        transitions.move(file, FileState.REJECTED, reason=words.reason(refused))
    elif file.state != FileState.ACCEPTED:
        transitions.move(file, FileState.ACCEPTED)
        if then := kinds.kind_of(file.kind).then:
            jobs.wake(then)
    return file
