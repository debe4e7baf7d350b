"""What is kept for ever: one row per act, one row per change of state. Nobody may change or delete either."""

from __future__ import annotations

import pgtrigger
from django.db import models

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet

KEPT_FOR_EVER = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="never_emptied",
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'Cannot truncate table %', TG_TABLE_NAME;",
    ),
]


class AuditEntry(models.Model):
    """One act: who did what to which object, when, and what changed. Written in the act's own transaction."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    supplier_id = models.BigIntegerField(null=True)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80)
    changes = models.JSONField(default=list)
    """A list of ``{"object": "suppliers.orderline:<id>", "field": ..., "before": ..., "after": ...}``."""
    correlation_id = models.CharField(max_length=64)

    objects = OwnedQuerySet["AuditEntry"].as_manager()

    class Meta:
        db_table = "portal_audit_entry"
        indexes = [
            models.Index(fields=["object_type", "object_id", "at"], name="audit_object"),
            models.Index(fields=["correlation_id"], name="audit_correlation"),
            models.Index(fields=["supplier_id", "at"], name="audit_supplier"),
        ]
        triggers = KEPT_FOR_EVER

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.act} {self.object_type} {self.object_id}"


class StateChange(models.Model):
    """One step of one object from state to state, by whom and why. Only ``transitions`` writes it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    object_type = models.CharField(max_length=80)
    object_id = models.UUIDField()
    supplier_id = models.BigIntegerField(null=True)
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    act = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    why = models.JSONField(null=True)
    """The reason as a code and its facts, where somebody can say it in every language."""
    correlation_id = models.CharField(max_length=64)

    objects = OwnedQuerySet["StateChange"].as_manager()

    class Meta:
        db_table = "portal_state_change"
        indexes = [models.Index(fields=["object_type", "object_id", "at"], name="state_change_object")]
        triggers = KEPT_FOR_EVER

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.before} > {self.after}"
