"""Drop a letter: one event row, in the transaction of the act it tells of."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from integrations.slot.models import Event, Tray
from portal.shared import audit, jobs
from portal.shared.identifiers import correlation_id

RELAY = "integrations.office.tasks.relay"


def publish(
    topic: str, *, about: models.Model, supplier_id: int | None, tier: int, payload: dict[str, Any] | None = None
) -> Event:
    """Tell the post office, once the act commits. Call it while the act holds the lock of ``about``.

    ``payload`` is plain JSON and carries the whole agreed state, so that a newer letter may replace an unsent one.
    """
    deed = audit.current_deed()
    with connection.cursor() as cursor:
        cursor.execute("select nextval('slot_event_position')")
        (position,) = cursor.fetchone()
    event = Event(
        position=position,
        at=deed.at,
        topic=topic,
        tier=tier,
        supplier_id=supplier_id,
        about_type=about._meta.label_lower,
        about_id=about.pk,
        payload=payload or {},
        actor_kind=deed.actor.kind,
        actor_id=deed.actor.id,
        actor_name=deed.actor.name,
        correlation_id=correlation_id(),
    )
    event.save(force_insert=True)
    Tray(event=event, supplier_id=supplier_id).save(force_insert=True)
    jobs.wake(RELAY)
    return event
