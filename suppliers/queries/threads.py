"""What was written on orders, and how much of it somebody has not read."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from portal.shared.actor import Actor
from suppliers.models import CommentAttachment, CommentReading, OrderComment, PurchaseOrder
from suppliers.models.acknowledgements import FILE_WORDS


def thread(actor: Actor, order: PurchaseOrder) -> tuple[list[OrderComment], int]:
    """The comments on an order, oldest first, each with its line and files, and how far the actor has read: 2 queries.

    ``enclosed`` of a comment is a list of dictionaries in the words of ``FILE_WORDS``.
    """
    files = CommentAttachment.objects.filter(comment=OuterRef("pk")).order_by("position")
    words = {name: path for name, path in FILE_WORDS.items() if name != "answer"}
    rows = OrderComment.objects.visible_to(actor).filter(order=order).select_related("line").order_by("number")
    comments: list[Any] = list(rows.annotate(enclosed=ArraySubquery(files.values(told=JSONObject(**words)))))
    read = CommentReading.objects.filter(order=order, actor_id=actor.id).values_list("read_up_to", flat=True)
    return comments, next(iter(read), 0)


def unread(actor: Actor) -> dict[str, Any]:
    """How many comments an order has, and how many of them others wrote since the actor read them."""
    comments = OrderComment.objects.filter(order=OuterRef("pk")).order_by().values("order")
    mine = CommentReading.objects.filter(order=OuterRef("order"), actor_id=actor.id).values("read_up_to")
    fresh = comments.exclude(actor_id=actor.id).filter(number__gt=Coalesce(Subquery(mine), Value(0)))
    return {
        "comments_written": Coalesce(Subquery(comments.annotate(n=Count("pk")).values("n")), Value(0)),
        "comments_unread": Coalesce(Subquery(fresh.annotate(n=Count("pk")).values("n")), Value(0)),
    }
