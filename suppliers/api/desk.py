"""The buyer's desk for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.decisions import Choice, decide_many, resolve_conflict
from suppliers.actions.moves import state_cause
from suppliers.api import bodies
from suppliers.api import desk_shapes as shapes
from suppliers.models import DateMove, OrderLine, Plant
from suppliers.permissions import Act
from suppliers.queries.desk import (
    NO_DATE,
    QueueFilters,
    date_moves,
    days_left,
    decision_queue,
    find_move,
    price_difference,
    waiting_suppliers,
    with_reliability,
)
from suppliers.queries.expediting import ExpeditingFilters, expediting_list
from suppliers.queries.orders import find_line
from suppliers.queries.reliability import Reliability
from suppliers.queries.suppliers import named
from suppliers.states import Cause, Decision, SyncMark


def _reliability(found: Reliability | None) -> dict[str, Any] | None:
    return {"lines": found.lines, "kept": found.kept, "median_shift": found.shift} if found else None


def _pending(row: OrderLine, *, prices: bool) -> dict[str, Any]:
    answers = list(row.answers.all())
    answer = answers[0] if answers else None
    left = days_left(row, answer)
    return {
        "line": row.pk,
        "order": row.order_id,
        "number": row.order.number,
        "position": row.position,
        "supplier_name": row.supplier.name,
        "plant": row.plant.code,
        "item": row.item_code,
        "item_revision": row.item_revision,
        "supplier_item": row.supplier_item_code,
        "quantity": bodies.number(row.quantity),
        "unit": row.unit_name,
        "requested_date": row.requested_date,
        "needed": bodies.needed(row),
        "days_left": None if left == NO_DATE else left,
        "conflict": row.sync == SyncMark.CONFLICT,
        "deliveries": bodies.conflict(row, prices=prices) if row.sync == SyncMark.CONFLICT else [],
        "answer": bodies.answer(answer, prices=prices) if answer else None,
        "corrections": [bodies.correction(told) for told in row.correcting],  # type: ignore[attr-defined]
        "price_difference": bodies.number(price_difference(row, answer)) if prices and answer else None,
        "reliability": _reliability(row.reliability),  # type: ignore[attr-defined]
    }


class DecisionsView(PortalView):
    @extend_schema(
        operation_id="decisions_list",
        parameters=[shapes.DecisionsQuery],
        responses={200: shapes.DecisionsOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Lines outside tolerance or in conflict, which a buyer has to decide; what endangers demand comes first."""
        Act.DECIDE_ANSWER.require(self.actor)
        query = shapes.DecisionsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            suppliers = waiting_suppliers(self.actor, today=timezone.localdate())
            supplier, plant = named(self.actor, supplier=asked["supplier"], plant=asked["plant"])
            filters = QueueFilters(
                text=asked["q"],
                plant=plant.pk if plant else None,
                supplier=supplier.pk if supplier else None,
                finding=asked["finding"],
                endangered=asked["endangered"],
            )
            page = decision_queue(self.actor, filters, cursor=asked["cursor"])
            with_reliability(page.rows, suppliers)
            rows = [_pending(line, prices=Act.SEE_PRICES.allows(self.actor, line)) for line in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    @extend_schema(
        operation_id="decisions_create_many",
        parameters=[DryRunQuery, KEY],
        request=shapes.BatchIn,
        responses={200: shapes.BatchOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Approve or decline many answers with one reason. Each row is decided or refused by itself."""
        Act.DECIDE_ANSWER.require(self.actor)
        shape = shapes.BatchIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        batch = self.perform(
            decide_many,
            actor=self.actor,
            choices=[Choice(row["line"], row["answer"]) for row in given["rows"]],
            decision=Decision(given["decision"]),
            reason=given["reason"],
            at=timezone.now(),
        )
        names = ("line", "answer", "outcome", "code", "message")
        results = [{name: row[name] for name in names} for row in batch.results]
        decided = sum(row["outcome"] == "decided" for row in results)
        return Response(
            {
                "id": batch.pk,
                "decision": batch.decision,
                "reason": batch.reason,
                "at": batch.at,
                "by": batch.actor_name,
                "decided": decided,
                "refused": len(results) - decided,
                "results": results,
                "dry_run": rehearsing(request),
            }
        )


class ConflictView(PortalView):
    @extend_schema(
        operation_id="conflicts_resolve",
        parameters=[DryRunQuery, KEY],
        request=shapes.ConflictIn,
        responses={200: shapes.ConflictSettledOut, **PROBLEMS},
    )
    def post(self, request: Request, line_id: UUID) -> Response:
        """End a conflict: what was agreed stands and is written again, or what Odoo says is a revision to answer."""
        with acting(self.actor):
            line = find_line(self.actor, line_id)
        shape = shapes.ConflictIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        settled = self.perform(
            resolve_conflict,
            actor=self.actor,
            line=line,
            keep=given["keep"],
            reason=given["reason"],
            at=timezone.now(),
        )
        facts = {name: getattr(settled, name) for name in ("state", "sync", "revision")}
        return Response({"line": settled.pk, **facts, "dry_run": rehearsing(request)})


def _chased(row: OrderLine) -> dict[str, Any]:
    return {
        "line": row.pk,
        "order": row.order_id,
        "number": row.order.number,
        "position": row.position,
        "supplier_name": row.supplier.name,
        "plant": row.plant.code,
        "item": row.item_code,
        "quantity": bodies.number(row.quantity),
        "unit": row.unit_name,
        "requested_date": row.requested_date,
        "promised_date": row.promised_date,
        "needed": bodies.needed(row),
        "since": row.since,  # type: ignore[attr-defined]
        "endangers_demand": bool(row.endangers),  # type: ignore[attr-defined]
        "days": row.damage,  # type: ignore[attr-defined]
    }


class ExpeditingView(PortalView):
    @extend_schema(
        operation_id="expediting_list",
        parameters=[shapes.ExpeditingQuery],
        responses={200: shapes.ExpeditingOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Lines not answered, overdue, or agreed later than needed: what does most damage first."""
        Act.SEE_EXPEDITING.require(self.actor)
        query = shapes.ExpeditingQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            supplier, plant = named(self.actor, supplier=asked["supplier"], plant=asked["plant"])
            filters = ExpeditingFilters(
                kind=asked["kind"],
                days=asked["days"],
                plant=plant.pk if plant else None,
                supplier=supplier.pk if supplier else None,
                text=asked["q"],
            )
            page = expediting_list(
                self.actor,
                filters,
                list(Plant.objects.all()),
                now=timezone.now(),
                today=timezone.localdate(),
                cursor=asked["cursor"],
            )
            rows = [_chased(line) for line in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


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
