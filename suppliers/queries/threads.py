"""What supplier and buyer wrote about an order, and how much of it somebody has not read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, IntegerField, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from portal.shared.actor import Actor, ActorKind
from suppliers.models import CommentAttachment, CommentReading, OrderComment, PurchaseOrder
from suppliers.models.acknowledgements import FILE_WORDS
from suppliers.states import Side

LATEST = 20
"""So many comments stand on the page of their order; all of them on a page of their own."""


@dataclass(frozen=True)
class Comment:
    """One comment; see ``OrderComment``. ``position`` is its line's, ``files`` are in the words of ``FILE_WORDS``."""

    id: UUID
    number: int
    at: dt.datetime
    side: str
    text: str
    actor_kind: str
    actor_id: str
    actor_name: str
    line: UUID | None
    position: int | None
    files: list[dict[str, Any]]
    fresh: bool
    """Somebody else wrote it, and the reader has not read it."""

    @property
    def by_link(self) -> bool:
        """Whether it came by the link sent to the address that is its ``actor_name``."""
        return self.actor_kind == ActorKind.LINK


@dataclass(frozen=True)
class Thread:
    """The comments on one order, oldest first, for one reader."""

    comments: list[Comment]
    unread: int

    @property
    def written(self) -> int:
        """How many there are in all: they are numbered without a gap."""
        return self.comments[-1].number if self.comments else 0

    @property
    def whole(self) -> bool:
        """Whether all of them are here, or only the latest."""
        return not self.comments or self.comments[0].number == 1


class _Unread(Func):
    """Said in SQL: Django took longer to compose it than to read the rest of a list."""

    template = (
        "(select count(*) from (select %(expressions)s) reader (order_id, actor_id)"
        " join suppliers_order_comment c on c.order_id = reader.order_id and c.actor_id <> reader.actor_id"
        " left join suppliers_comment_reading r on r.order_id = c.order_id and r.actor_id = reader.actor_id"
        " where c.number > coalesce(r.read_up_to, 0))"
    )
    output_field = IntegerField()


def unread(actor: Actor) -> Func:
    """Of an order: how many comments others wrote since the actor read them."""
    return _Unread(F("pk"), Value(actor.id))


def has_unread(actor: Actor) -> Exists:
    """Of an order: whether there are any of those. To narrow a list by, which counting them would make slow."""
    others = OrderComment.objects.filter(order=OuterRef("pk")).exclude(actor_id=actor.id)
    mine = CommentReading.objects.filter(order=OuterRef("order"), actor_id=actor.id).values("read_up_to")
    return Exists(others.filter(number__gt=Coalesce(Subquery(mine), Value(0))))


def thread_of_order(actor: Actor, latest: int | None = LATEST) -> dict[str, Any]:
    """What is asked for together with the order, for :func:`thread`: queries of their own would be too many."""
    files = CommentAttachment.objects.filter(comment=OuterRef("pk")).order_by("position")
    words = {name: path for name, path in FILE_WORDS.items() if name != "answer"}
    fields = ("id", "number", "at", "side", "text", "actor_kind", "actor_id", "actor_name")
    told = JSONObject(
        **{name: name for name in fields},
        line="line_id",
        position="line__position",
        files=ArraySubquery(files.values(told=JSONObject(**words))),
    )
    comments = OrderComment.objects.filter(order=OuterRef("pk")).order_by("-number").values(told=told)
    mine = CommentReading.objects.filter(order=OuterRef("pk"), actor_id=actor.id).values("read_up_to")
    return {
        "commented": ArraySubquery(comments[:latest] if latest else comments),
        "comments_read": Coalesce(Subquery(mine), Value(0)),
        "comments_unread": unread(actor),
    }


def thread(actor: Actor, order: PurchaseOrder) -> Thread:
    """The comments on an order that was read with :func:`thread_of_order`. No query."""
    row: Any = order
    comments = [
        Comment(
            **told
            | {
                "id": UUID(told["id"]),
                "line": UUID(told["line"]) if told["line"] else None,
                "at": dt.datetime.fromisoformat(told["at"]),
            },
            fresh=told["actor_id"] != actor.id and told["number"] > row.comments_read,
        )
        for told in reversed(row.commented)
    ]
    return Thread(comments, row.comments_unread)


def unread_of_side(order: UUID, side: Side, readers: Collection[str]) -> list[OrderComment]:
    """What one side wrote since any of ``readers`` (keys of one person: his own, his link's) read it; oldest first."""
    read = CommentReading.objects.filter(order=order, actor_id__in=readers).aggregate(last=Max("read_up_to"))["last"]
    rows = OrderComment.objects.filter(order=order, side=side, number__gt=read or 0).exclude(actor_id__in=readers)
    return list(rows.select_related("line").prefetch_related("attachments__file").order_by("number"))


def writers(order: UUID, side: Side) -> set[UUID]:
    """The people of one side who wrote about an order, by key; links and programs are nobody."""
    people = (ActorKind.SUPPLIER, ActorKind.STAFF)
    rows = OrderComment.objects.filter(order=order, side=side, actor_kind__in=people)
    return {UUID(key) for key in rows.values_list("actor_id", flat=True)}
