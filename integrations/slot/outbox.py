"""Drop a letter: one event row, in the transaction of the act it tells of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from portal.shared import audit, jobs
from portal.shared.identifiers import correlation_id, new_id

RELAY = "integrations.office.tasks.relay"


_DROP = """
with dropped as (
    insert into slot_event (id, position, at, topic, tier, supplier_id, about_type, about_id, payload,
                            actor_kind, actor_id, actor_name, correlation_id)
    select key, nextval('slot_event_position'), %(at)s, %(topic)s, %(tier)s, %(supplier_id)s::bigint, %(about_type)s,
           about, %(payload)s::jsonb, %(actor_kind)s, %(actor_id)s, %(actor_name)s, %(correlation_id)s
    from (select * from unnest(%(keys)s::uuid[], %(abouts)s::uuid[]) with ordinality as one(key, about, place)
          order by place) as in_turn
)
insert into slot_tray (event_id, supplier_id) select key, %(supplier_id)s::bigint from unnest(%(keys)s::uuid[]) as key
"""


def publish(
    topic: str, *, about: models.Model, supplier_id: int | None, tier: int, payload: dict[str, Any] | None = None
) -> UUID:
    """Tell the post office, once the act commits; return the event's key. Call it while the act holds ``about``.

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
) -> list[UUID]:
    """The same letter about each of some objects of one model, in one statement however many they are."""
    if not about:
        return []
    deed = audit.current_deed()
    keys = [new_id() for _one in about]
    values: dict[str, Any] = {
        "keys": keys,
        "abouts": [one.pk for one in about],
        "at": deed.at,
        "topic": topic,
        "tier": tier,
        "supplier_id": supplier_id,
        "about_type": about[0]._meta.label_lower,
        "payload": json.dumps(payload or {}),
        "actor_kind": deed.actor.kind,
        "actor_id": deed.actor.id,
        "actor_name": deed.actor.name,
        "correlation_id": correlation_id(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DROP, values)
    jobs.wake(RELAY)
    return keys
