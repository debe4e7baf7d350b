"""What happened to an object, step by step, for its timeline."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from portal.shared.actor import Actor
from portal.shared.models import StateChange


def of(actor: Actor, subjects: Iterable[models.Model]) -> models.QuerySet[StateChange]:
    """The state changes of some objects of one model, oldest first, as far as the actor may see them."""
    listed = list(subjects)
    if not listed:
        return StateChange.objects.none()
    return (
        StateChange.objects.visible_to(actor)
        .filter(object_type=listed[0]._meta.label_lower, object_id__in=[subject.pk for subject in listed])
        .order_by("at", "id")
    )
