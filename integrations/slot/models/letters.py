"""Letters out, messages in, and the ledger of every exchange. Tenant and object are plain ids."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet


class Event(models.Model):
    """Something happened that the world outside may have to learn. Written in the act; the post office fans it out."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.BigIntegerField(unique=True)
    """From a sequence, taken while the act holds the object's lock: the order of one object's events."""
    at = models.DateTimeField()
    topic = models.CharField(max_length=80)
    tier = models.PositiveSmallIntegerField()
    """1 real time, 2 minutes, 3 batch."""
    supplier_id = models.BigIntegerField(null=True)
    about_type = models.CharField(max_length=80)
    about_id = models.UUIDField()
    payload = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    correlation_id = models.CharField(max_length=64)

    objects = OwnedQuerySet["Event"].as_manager()

    class Meta:
        db_table = "slot_event"
        indexes = [models.Index(fields=["about_type", "about_id", "position"], name="event_object")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.topic} {self.about_id}"


class Tray(models.Model):
    """An event the post office has not picked up yet. It empties the tray as it fans events out.

    A position in the events would not do as a mark of how far it came: positions are drawn before the commit, so a
    lower one can appear after a higher one was picked up.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="tray")
    supplier_id = models.BigIntegerField(null=True)

    objects = OwnedQuerySet["Tray"].as_manager()

    class Meta:
        db_table = "slot_tray"

    def __str__(self) -> str:
        return str(self.event_id)


class Received(models.Model):
    """A message that must take effect at most once: kept raw before anything is decided about it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=80)
    """The client or channel the key belongs to: ``api:<user id>``."""
    key = models.CharField(max_length=200)
    supplier_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    result_type = models.CharField(max_length=80, blank=True)
    result_id = models.CharField(max_length=80, blank=True)

    objects = OwnedQuerySet["Received"].as_manager()

    class Meta:
        db_table = "slot_received"
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="received_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"


class Outcome(models.TextChoices):
    """How one exchange ended."""

    DONE = "done", _("Done")
    NO_ANSWER = "no_answer", _("No answer")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")
    OBSERVED = "observed", _("Trial: not sent")


class Exchange(models.Model):
    """One call to the outside and what came back. The ledger: written once, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    destination = models.CharField(max_length=80)
    direction = models.CharField(max_length=3, choices=[("in", _("In")), ("out", _("Out"))])
    operation = models.CharField(max_length=120)
    """Model and method: ``purchase.order.line.load``."""
    supplier_id = models.BigIntegerField(null=True)
    about_type = models.CharField(max_length=80, blank=True)
    about_id = models.UUIDField(null=True)
    delivery_id = models.UUIDField(null=True)
    attempt = models.PositiveIntegerField(default=1)
    request = models.JSONField(default=dict)
    answer = models.JSONField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    error = models.TextField(blank=True)
    why = models.JSONField(null=True)
    """The error as a code and its facts, where somebody can say it in every language."""
    milliseconds = models.PositiveIntegerField(default=0)
    correlation_id = models.CharField(max_length=64)

    objects = OwnedQuerySet["Exchange"].as_manager()

    class Meta:
        db_table = "slot_exchange"
        indexes = [
            models.Index(fields=["-at", "-id"], name="exchange_recent"),
            models.Index(fields=["delivery_id", "at"], name="exchange_delivery"),
            models.Index(fields=["about_type", "about_id", "at"], name="exchange_object"),
            models.Index(fields=["correlation_id"], name="exchange_correlation"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.operation} {self.outcome}"
