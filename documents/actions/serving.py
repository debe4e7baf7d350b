"""Handing out a file: who asked for it is on the trail before a byte leaves."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.permissions import Act
from portal.shared import audit
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import WrongState


@act(Act.DOWNLOAD_FILE, about="file")
def note_download(*, actor: Actor, file: StoredFile, at: dt.datetime) -> StoredFile:
    """Note that somebody is given a link to a file. Raises :class:`WrongState` unless it is accepted."""
    if not file.is_served:
        raise WrongState(_("Only accepted files can be downloaded."))
    audit.note(file, downloaded=(None, file.name))
    return file
