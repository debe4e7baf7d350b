"""The thread of an order for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.shared.actor import ActorKind
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.comments import LONGEST, comment
from suppliers.api import bodies, shapes
from suppliers.models import OrderComment
from suppliers.permissions import Act
from suppliers.queries.orders import find_order, find_thread
from suppliers.queries.threads import Comment
from suppliers.states import Side


class CommentIn(shapes.Shape):
    text = serializers.CharField(max_length=LONGEST)
    line = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=_("Null: about the whole order.")
    )
    files = shapes.FilesIn()


class CommentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    side = serializers.ChoiceField(choices=Side.choices)
    by = serializers.CharField(help_text=_("A person, a program, or the address whose link was used."))
    by_link = serializers.BooleanField()
    line = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()


class WrittenOut(CommentOut):
    dry_run = serializers.BooleanField()


class ListedOut(CommentOut):
    files = shapes.AttachedOut(many=True)


class CommentsOut(serializers.Serializer[Any]):
    results = ListedOut(many=True)


class CommentsView(PortalView):
    @extend_schema(operation_id="comments_list", responses={200: CommentsOut, **PROBLEMS})
    def get(self, request: Request, order_id: UUID) -> Response:
        """What supplier and buyer wrote about an order, oldest first."""
        Act.SEE_ORDERS.require(self.actor)
        with acting(self.actor):
            _order, thread = find_thread(self.actor, order_id)
        rows = [
            {**_comment(one, one.line), "files": [bodies.attached(told) for told in one.files]}
            for one in thread.comments
        ]
        return Response({"results": rows})

    @extend_schema(
        operation_id="comments_create",
        parameters=[DryRunQuery, KEY],
        request=CommentIn,
        responses={201: WrittenOut, 200: WrittenOut, **PROBLEMS},
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Write a comment for both sides to read. It is never changed."""
        with acting(self.actor):
            order = find_order(self.actor, order_id)
        shape = CommentIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        written = self.perform(comment, actor=self.actor, order=order, at=timezone.now(), **given)
        dry_run = rehearsing(request)
        return Response({**_comment(written, written.line_id), "dry_run": dry_run}, status=200 if dry_run else 201)


def _comment(row: OrderComment | Comment, line: UUID | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "at": row.at,
        "side": row.side,
        "by": row.actor_name,
        "by_link": row.actor_kind == ActorKind.LINK,
        "line": line,
        "text": row.text,
    }
