"""One letter to one destination: the row is the truth, a broker only wakes the worker that claims it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.office import obstacles
from integrations.office.states import DELIVERY_STEPS, UNSETTLED, DeliveryState, FailureKind
from integrations.slot.models import Event
from portal.shared.identifiers import new_id
from suppliers.states import StaffRole


class Delivery(models.Model):
    """An event on its way to one destination.

    Order is kept per (destination, object); the supplier is the fairness key and the tier the priority.
    """

    STEPS: ClassVar[Mapping[str, Collection[str]]] = DELIVERY_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    destination = models.CharField(max_length=80)
    """``odoo:<connection name>``, ``mail:<key of the reader>``."""
    topic = models.CharField(max_length=80)
    about_type = models.CharField(max_length=80)
    about_id = models.UUIDField()
    supplier_id = models.BigIntegerField(null=True)
    tier = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    state = models.CharField(max_length=20, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    body = models.JSONField()
    """The whole letter as it is delivered."""
    steps = models.JSONField(default=dict)
    """What the send has done so far: name -> what came of it; see ``odoo.push``. Empty while nothing was sent: such a
    letter may be superseded by a newer one of the same object."""
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    """Temporary failures in a row; the delay before the next try grows with it."""
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    """When a worker took it last; the supplier served longest ago comes next."""
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, blank=True)
    failure_kind = models.CharField(max_length=20, choices=FailureKind.choices, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    failure = models.TextField(_("what went wrong"), blank=True)
    why = models.JSONField(null=True)
    """The same as code and facts, for :mod:`integrations.office.obstacles`; null where only the sentence is known."""
    owner = models.CharField(_("who must act"), max_length=40, choices=StaffRole.choices, blank=True)
    remedy = models.TextField(blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    correlation_id = models.CharField(max_length=64)

    class Meta:
        db_table = "office_delivery"
        verbose_name = _("delivery")
        constraints = [models.UniqueConstraint(fields=["event", "destination"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["tier", "due_at"],
                name="delivery_due",
                condition=models.Q(state__in=[DeliveryState.WAITING, DeliveryState.SENDING]),
            ),
            models.Index(
                fields=["destination", "about_id", "position"],
                name="delivery_order",
                condition=models.Q(state__in=UNSETTLED),
            ),
            models.Index(fields=["supplier_id", "-claimed_at"], name="delivery_served"),
            models.Index(fields=["about_id", "position"], name="delivery_object"),
            models.Index(fields=["-created_at", "-id"], name="delivery_recent"),
            models.Index(
                fields=["-created_at", "-id"],
                name="delivery_mails",
                condition=models.Q(destination__startswith="mail:"),
            ),
            models.Index(
                fields=["destination", "-created_at", "-id"],
                name="delivery_of_reader",
                condition=models.Q(destination__startswith="mail:"),
            ),
            models.Index(fields=["state", "-created_at", "-id"], name="delivery_state"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} > {self.destination}: {self.state}"

    @property
    def what_failed(self) -> str:
        """What went wrong last, in the reader's language."""
        return obstacles.message_of(self.why, self.failure)

    @property
    def what_to_do(self) -> str:
        """What whoever must act should do, in the reader's language."""
        return obstacles.remedy_of(self.why, self.remedy)
