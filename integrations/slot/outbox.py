"""Drop a letter: one event row, in the transaction of the act it tells of."""

from __future__ import annotations

from collections.abc import Sequence
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
    (event,) = publish_all(topic, [about], supplier_id=supplier_id, tier=tier, payload=payload)
    return event


def publish_all(
    topic: str,
    about: Sequence[models.Model],
    *,
    supplier_id: int | None,
    tier: int,
    payload: dict[str, Any] | None = None,
) -> list[Event]:
    """The same letter about each of many objects, in three statements however many they are."""
    deed = audit.current_deed()
    with connection.cursor() as cursor:
        cursor.execute("select nextval('slot_event_position') from generate_series(1, %s)", [len(about)])
        positions = [row[0] for row in cursor.fetchall()]
    events = [
        Event(
            position=position,
            at=deed.at,
            topic=topic,
            tier=tier,
            supplier_id=supplier_id,
            about_type=one._meta.label_lower,
            about_id=one.pk,
            payload=payload or {},
            actor_kind=deed.actor.kind,
            actor_id=deed.actor.id,
            actor_name=deed.actor.name,
            correlation_id=correlation_id(),
        )
        for position, one in zip(positions, about, strict=True)
    ]
    Event.objects.bulk_create(events)
    Tray.objects.bulk_create(Tray(event=event, supplier_id=supplier_id) for event in events)
    jobs.wake(RELAY)
    return events
