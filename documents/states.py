"""The states of a stored file and its allowed steps, as data; what an inspection can say."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    UPLOADING = "uploading", _("Uploading")
    QUARANTINED = "quarantined", _("Waiting for inspection")
    INSPECTING = "inspecting", _("Being inspected")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


# Back to quarantine where an inspector died or could not finish; from accepted to rejected under newer rules.
FILE_STEPS: Mapping[str, tuple[str, ...]] = {
    FileState.UPLOADING: (FileState.QUARANTINED, FileState.REJECTED),
    FileState.QUARANTINED: (FileState.INSPECTING,),
    FileState.INSPECTING: (FileState.QUARANTINED, FileState.ACCEPTED, FileState.REJECTED),
    FileState.ACCEPTED: (FileState.REJECTED,),
    FileState.REJECTED: (),
}

UNSETTLED = (FileState.UPLOADING, FileState.QUARANTINED, FileState.INSPECTING)
"""Nobody knows yet whether the file is fit to be served."""


class Verdict(models.TextChoices):
    """Of one step of the inspection."""

    PASSED = "passed", _("Passed")
    REFUSED = "refused", _("Refused")
    SKIPPED = "skipped", _("Not checked")
