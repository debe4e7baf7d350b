"""Drafts of answers: book-keeping for whoever types. No act on the world, and none of it is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from portal.shared import transitions
from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.models import Acknowledgement, AnswerDraft, PurchaseOrder
from suppliers.permissions import Act

LARGEST = 100_000
"""Characters of a draft; whoever types more than that is no person."""


def keep(
    actor: Actor, order: PurchaseOrder, typed: Mapping[str, Sequence[str]], at: dt.datetime, *, answers: int
) -> None:
    """Keep what is in the form, in the place of what was kept before. Raises :class:`NotPermitted`.

    ``answers`` is how many answers the order had when the form was made: once there are more, the form was sent, or is
    to be looked at again, and a request that comes in late keeps nothing.
    """
    Act.ACKNOWLEDGE_ORDER.require(actor, order)
    if sum(len(text) for texts in typed.values() for text in texts) > LARGEST:
        return
    with acting(actor, write=True):
        transitions.hold(order)  # whoever sends holds it too, until his answer can be seen
        if Acknowledgement.objects.filter(order=order).count() != answers:
            return
        AnswerDraft.objects.update_or_create(
            order=order,
            actor_id=actor.id,
            defaults={
                "supplier_id": order.supplier_id,
                "actor_name": actor.name,
                "saved_at": at,
                "typed": {name: list(texts) for name, texts in typed.items()},
            },
        )


def discard(actor: Actor, order: PurchaseOrder) -> None:
    """Forget it."""
    with acting(actor, write=True):
        forget(actor, order)


def forget(actor: Actor, order: PurchaseOrder) -> None:
    """The same, inside the transaction of an act that sent it."""
    AnswerDraft.objects.filter(order=order, actor_id=actor.id).delete()
