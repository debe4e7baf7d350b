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


class Standing(models.TextChoices):
    """How the record behind a mapping stands in Odoo, when it was compared last."""

    UNKNOWN = "", _("Not compared yet")
    IN_USE = "in_use", _("In use")
    ARCHIVED = "archived", _("Archived in Odoo")
    GONE = "gone", _("No longer in Odoo: deleted or merged")


class MappingAnswer(models.TextChoices):
    """What a person said a record of Odoo is that looks like one we know."""

    NONE = "", "—"
    SAME = "same", _("The same as one we know")
    NEW = "new", _("A new one")


class ExceptionSource(models.TextChoices):
    """What an exception is made of."""

    LETTER = "letter", _("Not delivered")
    RECORD = "record", _("Not taken in")
    CONFLICT = "conflict", _("Conflict with Odoo")


class FailureKind(models.TextChoices):
    """The error taxonomy: what happens next follows from the kind alone."""

    NONE = "", "—"
    TEMPORARY = "temporary", _("Temporary")
    MISCONFIGURED = "misconfigured", _("Misconfigured")
    PERMANENT = "permanent", _("Permanent")
