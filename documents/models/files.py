"""One table: what is known of each stored file. Its bytes are in the store, under a key that says nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.states import FILE_STEPS, UNSETTLED, FileState
from portal.shared.actor import Actor, ActorKind
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet
from portal.shared.transitions import Steps


class StoredFileQuerySet(OwnedQuerySet["StoredFile"]):
    def visible_to(self, actor: Actor) -> StoredFileQuerySet:
        """The holder of a link knows what was brought by it; what else goes with its matter, the storey above says."""
        if actor.kind is ActorKind.LINK:
            return self.filter(supplier_id__in=actor.suppliers, actor_kind=actor.kind, actor_id=actor.id)
        return super().visible_to(actor)

    def accepted(self) -> StoredFileQuerySet:
        """The files that may be served and linked to."""
        return self.filter(state=FileState.ACCEPTED)


class StoredFile(models.Model):
    """A file somebody brought. It is served only once it is accepted.

    The supplier is a plain id, null for the buyer's own files; see ``docs/decisions/0010-stored-files.md``.
    """

    STEPS: ClassVar[Steps] = FILE_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    """What it is for: a name from ``documents.kinds``."""
    name = models.CharField(_("name"), max_length=200)
    """As its owner called it, made safe to show. Never part of a path."""
    media_type = models.CharField(max_length=100, blank=True)
    """By content; empty until the inspection has found out."""
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=80, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=FileState.choices, default=FileState.UPLOADING)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(_("uploaded by"), max_length=200)
    rules = models.PositiveIntegerField(default=0)
    """The version of the rules it was inspected under last; 0 before the first inspection."""
    findings = models.JSONField(default=list)
    """One entry a step: ``{"step": ..., "verdict": ..., "code": ..., "values": {...}}``."""
    pages = models.PositiveIntegerField(null=True)
    inspections = models.PositiveSmallIntegerField(default=0)
    """How often an inspection was begun."""
    inspecting_since = models.DateTimeField(null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        db_table = "documents_stored_file"
        verbose_name = _("file")
        constraints = [
            # For composite keys from above: a link and its file belong to one supplier.
            models.UniqueConstraint(fields=["id", "supplier_id"], name="stored_file_owner"),
        ]
        indexes = [
            models.Index(fields=["supplier_id", "kind", "sha256"], name="stored_file_bytes"),
            models.Index(fields=["uploaded_at"], name="stored_file_waiting", condition=models.Q(state__in=UNSETTLED)),
            models.Index(fields=["rules", "id"], name="stored_file_rules", condition=models.Q(state="accepted")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_served(self) -> bool:
        """Whether anybody may have its bytes."""
        return self.state == FileState.ACCEPTED

    @property
    def is_settled(self) -> bool:
        """Whether the inspection has said its word."""
        return self.state not in UNSETTLED

    @property
    def refusal(self) -> dict[str, object] | None:
        """The finding it was rejected for."""
        return next((finding for finding in self.findings if finding["verdict"] == "refused"), None)
