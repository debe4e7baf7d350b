"""Words and tags of sheets for pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from documents.states import FileState
from portal.web.templatetags.portal import state
from suppliers.models import SheetUpload
from suppliers.states import SheetState

register = template.Library()
TONES = {
    SheetState.WAITING: "info",
    SheetState.UNREADABLE: "bad",
    SheetState.READ: "wait",
    SheetState.SENDING: "info",
    SheetState.SENT: "good",
}


@register.filter
def sheet_state(upload: SheetUpload) -> SafeString:
    """The state tag of a sheet, with its file."""
    if upload.file.state == FileState.REJECTED:
        return state(FileState.REJECTED.label, "bad")
    return state(SheetState(upload.state).label, TONES[SheetState(upload.state)])
