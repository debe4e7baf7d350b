"""The buyer's desk for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.moves import state_cause
from suppliers.api import desk_shapes as shapes
from suppliers.desk import date_moves, find_move
from suppliers.models import DateMove
from suppliers.permissions import Act
from suppliers.states import Cause


def _move(row: DateMove) -> dict[str, Any]:
    return {
        "id": row.pk,
        "order": row.line.order_id,
        "number": row.line.order.number,
        "line": row.line_id,
        "position": row.line.position,
        "supplier_name": row.supplier.name,
        "item": row.line.item_code,
        "revision": row.revision,
        "at": row.at,
        "before": row.before,
        "after": row.after,
        "cause": row.cause,
        "stated": row.stated_at is not None,
        "reason": row.reason,
        "by": row.actor_name,
    }


class MovesView(PortalView):
    @extend_schema(
        operation_id="moves_list",
        parameters=[OpenApiParameter("cursor", str)],
        responses={200: shapes.MovesOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Promised dates that were moved in Odoo and whose cause nobody has said: they count as the buyer's."""
        Act.STATE_CAUSE.require(self.actor)
        with acting(self.actor):
            page = date_moves(self.actor, cursor=request.query_params.get("cursor", ""))
            rows = [_move(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


class MoveView(PortalView):
    @extend_schema(
        operation_id="moves_state_cause",
        parameters=[DryRunQuery, KEY],
        request=shapes.CauseIn,
        responses={200: shapes.MoveOut, **PROBLEMS},
    )
    def post(self, request: Request, move_id: UUID) -> Response:
        """Say who caused it. Where it was the supplier, his first promise stands again. Said once."""
        with acting(self.actor):
            move = find_move(self.actor, move_id)
        shape = shapes.CauseIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        said = self.perform(
            state_cause,
            actor=self.actor,
            move=move,
            cause=Cause(given["cause"]),
            reason=given["reason"],
            at=timezone.now(),
        )
        said.line, said.supplier = move.line, move.supplier
        return Response(_move(said))
