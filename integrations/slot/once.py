"""Once: keep what came in under its key first, then let the act mark it done in its own transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from integrations.slot.models import Received
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import KeyReused, NotPermitted


@dataclass(frozen=True)
class Key:
    """The kept key of one message; hand it to ``act.once(key)``."""

    received_id: UUID
    replayed: bool
    """Whether the message had been kept before."""

    def lock(self) -> models.Model | None:
        """Lock the kept row; return the first result where the act is already done."""
        row = Received.objects.select_for_update().defer("body").get(pk=self.received_id)
        if row.done_at is None:
            return None
        result: models.Model = apps.get_model(row.result_type)._default_manager.get(pk=row.result_id)
        return result

    def settle(self, result: models.Model | None) -> None:
        """Mark the row done. Raises ``TypeError`` without a result: there would be nothing to answer a replay with."""
        if result is None:
            raise TypeError("An act under a key must return the object it made or changed.")
        Received.objects.filter(pk=self.received_id).update(
            done_at=timezone.now(), result_type=result._meta.label_lower, result_id=str(result.pk)
        )


def receive(actor: Actor, *, key: str, body: bytes, what: str) -> Key:
    """Keep a message in a short transaction of its own, before anything is decided about it.

    ``what`` names the operation and its object ("POST /api/v1/orders/<id>/acknowledgements/") and counts as part of
    the body. Raises :class:`KeyReused` when the actor used the key for something else, and :class:`NotPermitted` for
    an actor who is nobody's: the wall keeps no row for him.
    """
    if actor.behind_wall and not actor.suppliers:
        raise NotPermitted("This account acts for no supplier.")
    digest = hashlib.sha256(what.encode() + b"\0" + body).hexdigest()
    channel = f"{actor.kind}:{actor.id}"
    row = Received(
        channel=channel,
        key=key,
        supplier_id=min(actor.suppliers, default=None),
        digest=digest,
        body=body,
        received_at=timezone.now(),
    )
    with acting(actor, write=True):
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            kept = Received.objects.filter(channel=channel, key=key).first()
            # None: kept for a supplier he acts for no more, which the wall does not show.
            if kept is None or kept.digest != digest:
                raise KeyReused(
                    "This Idempotency-Key was used before, for another request.",
                    remedy="Use a new key for a new request; repeat a request with the same key and the same body.",
                ) from None
            return Key(kept.pk, replayed=True)
    return Key(row.pk, replayed=False)
