"""Words and tags of files for pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from documents.inspection import words
from documents.inspection.subject import Finding
from documents.models import StoredFile
from documents.states import FileState
from portal.web.templatetags.portal import state

register = template.Library()
TONES = {
    FileState.UPLOADING: "quiet",
    FileState.QUARANTINED: "info",
    FileState.INSPECTING: "info",
    FileState.ACCEPTED: "good",
    FileState.REJECTED: "bad",
}


@register.filter
def file_state(file: StoredFile) -> SafeString:
    """The state tag of a file."""
    return state(FileState(file.state).label, TONES[FileState(file.state)])


@register.filter
def finding_reason(finding: Finding) -> str:
    """Why a step refused, or did not check, in the reader's language."""
    return words.reason(finding)
