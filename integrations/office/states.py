"""States of a delivery and of a trouble, and their steps."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    DONE = "done", _("Delivered")
    SUPERSEDED = "superseded", _("Superseded")
    NEEDS_PERSON = "needs_person", _("Needs a person")


DELIVERY_STEPS: Mapping[str, tuple[str, ...]] = {
    DeliveryState.WAITING: (DeliveryState.SENDING, DeliveryState.SUPERSEDED, DeliveryState.NEEDS_PERSON),
    DeliveryState.SENDING: (DeliveryState.WAITING, DeliveryState.DONE, DeliveryState.NEEDS_PERSON),
    DeliveryState.NEEDS_PERSON: (DeliveryState.WAITING, DeliveryState.SUPERSEDED),
    DeliveryState.DONE: (),
    DeliveryState.SUPERSEDED: (),
}


UNSETTLED = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.NEEDS_PERSON)
"""A delivery in one of these keeps later ones of its object from overtaking it."""


class FailureKind(models.TextChoices):
    """The error taxonomy: what happens next follows from the kind alone."""

    NONE = "", "—"
    TEMPORARY = "temporary", _("Temporary")
    MISCONFIGURED = "misconfigured", _("Misconfigured")
    PERMANENT = "permanent", _("Permanent")
