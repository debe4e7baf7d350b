"""Sheets that people filled in and brought back: what stood in them, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from portal.shared.transitions import Steps
from suppliers.models.organisations import Supplier
from suppliers.states import SHEET_STEPS, SheetState


class SheetUpload(models.Model):
    """A sheet, from its arrival until its rows were sent. The same file for the same purpose is one upload."""

    STEPS: ClassVar[Steps] = SHEET_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    purpose = models.CharField(max_length=40)
    """The name of its plan; see ``suppliers.sheets``."""
    state = models.CharField(_("state"), max_length=20, choices=SheetState.choices, default=SheetState.WAITING)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(_("uploaded by"), max_length=200)
    reading = models.JSONField(null=True)
    """What stands in it: ``{"sheet": ..., "rows": [...]}`` as ``documents.inspection.cells`` says it."""
    refusal = models.JSONField(null=True)
    """Why it cannot be read: a finding."""
    whole = models.BooleanField(default=False)
    """Whether it is sent as a whole or not at all."""
    wanted = models.JSONField(default=list)
    """The parts that are still to be sent, by their keys: orders to answer, delivery notes to announce."""
    total = models.PositiveIntegerField(default=0)
    """How many there were when sending was asked for."""
    outcomes = models.JSONField(default=dict)
    """What went, by the key of its part: ``number``, what it is called; ``made``, the keys of what was made of it;
    ``went``, what of the sheet that was, by lines or rows; of answers also how many were ``within`` tolerance and how
    many ``outside``. Each is written in the transaction that sends the part, so that nothing goes twice. Earlier rows
    have ``acknowledgements`` and ``lines`` for ``made`` and ``went``.
    """
    sent_at = models.DateTimeField(null=True)
    """When sending was asked for last."""
    sender_kind = models.CharField(max_length=20, blank=True)
    sender_id = models.CharField(max_length=80, blank=True)

    objects = OwnedQuerySet["SheetUpload"].as_manager()

    class Meta:
        db_table = "suppliers_sheet_upload"
        verbose_name = _("sheet")
        constraints = [
            SameOwner(field="file", name="sheet_file_owner"),
            models.UniqueConstraint(fields=["file", "purpose"], name="sheet_once"),
        ]
        indexes = [
            models.Index(fields=["supplier", "-uploaded_at", "-id"], name="sheet_list"),
            models.Index(
                fields=["uploaded_at"], name="sheet_waiting", condition=models.Q(state__in=["waiting", "sending"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.file_id}"

    @property
    def went(self) -> frozenset[str]:
        """What of it was sent: keys of lines, numbers of rows."""
        told = (outcome.get("went", outcome.get("lines", ())) for outcome in self.outcomes.values())
        return frozenset(one for outcome in told for one in outcome)

    @property
    def done(self) -> int:
        """Of the parts that were to be sent, how many were dealt with."""
        return self.total - len(self.wanted)

    @property
    def within(self) -> int:
        """How many lines that went were agreed at once."""
        return sum(one.get("within", 0) for one in self.outcomes.values())

    @property
    def outside(self) -> int:
        """How many lines that went are the buyer's to decide."""
        return sum(one.get("outside", 0) for one in self.outcomes.values())
