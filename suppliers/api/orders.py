"""Orders and acknowledgements for programs: the same acts, refusals and codes as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions import decisions
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import Corrected, LineAnswer, PromisedDelivery, SubstituteItem, Terms
from suppliers.actions.corrections import decide_correction
from suppliers.actions.earlier import earlier_promises
from suppliers.api import bodies, shapes
from suppliers.models import AnswerLine
from suppliers.models.acknowledgements import CORRECTION_WORDS
from suppliers.permissions import Act
from suppliers.queries.orders import OrderFilters, find_line, find_order, order_detail, order_rows
from suppliers.queries.suppliers import named
from suppliers.states import AnswerKind, Correctable, CorrectionState, Decision, LineState


class OrdersView(PortalView):
    @extend_schema(
        operation_id="orders_list", parameters=[shapes.OrdersQuery], responses={200: shapes.OrdersOut, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """The orders you may see, a page at a time. Follow ``next`` until it is empty."""
        Act.SEE_ORDERS.require(self.actor)
        query = shapes.OrdersQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            supplier, plant = named(self.actor, supplier=asked["supplier"], plant=asked["plant"])
            filters = OrderFilters(
                text=asked["q"],
                state=asked["state"],
                needs=asked["needs"],
                plant=plant.pk if plant else None,
                supplier=supplier.pk if supplier else None,
                sort=asked["sort"],
            )
            page = order_rows(
                self.actor,
                filters,
                list(bodies.ORDER_FIELDS.values()),
                today=timezone.localdate(),
                cursor=asked["cursor"],
                size=asked["limit"],
            )
        rows = [{name: row[path] for name, path in bodies.ORDER_FIELDS.items()} for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


class OrderView(PortalView):
    @extend_schema(operation_id="orders_read", responses={200: shapes.OrderOut, **PROBLEMS})
    def get(self, request: Request, order_id: UUID) -> Response:
        """One order, whole: lines, schedule, answers, commitment history, revisions."""
        Act.SEE_ORDERS.require(self.actor)
        with acting(self.actor):
            detail = order_detail(self.actor, order_id)
            revised = detail.order.revision > 1
            earlier = earlier_promises(detail, Terms.of(detail.order, timezone.now())) if revised else {}
            body = bodies.order(
                detail,
                earlier,
                prices=Act.SEE_PRICES.allows(self.actor, detail.order),
                staff=not self.actor.behind_wall,
            )
        return Response(body)


class AcknowledgementsView(PortalView):
    @extend_schema(
        operation_id="acknowledgements_create",
        parameters=[DryRunQuery, KEY],
        request=shapes.AcknowledgementIn,
        responses={201: shapes.AcknowledgementOut, 200: shapes.AcknowledgementOut, **PROBLEMS},
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Answer an order line by line. Lines inside tolerance are agreed at once, the others go to the buyer.

        With ``dry_run`` the answer is 200 and nothing has changed.
        """
        with acting(self.actor):
            order = find_order(self.actor, order_id)
        shape = shapes.AcknowledgementIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        acknowledgement = self.perform(
            acknowledge,
            actor=self.actor,
            order=order,
            answers=[_answer(line) for line in given["lines"]],
            channel="api",
            comment=given["comment"],
            files=given["files"],
            source=given["source"],
            source_note=given["source_note"],
            at=timezone.now(),
        )
        dry_run = rehearsing(request)
        if dry_run:
            lines = acknowledgement.rehearsed
        else:
            rows = AnswerLine.objects.with_particulars().prefetch_related("promises").order_by("line__position")
            with acting(self.actor):
                lines = list(rows.filter(acknowledgement=acknowledgement))
        return Response(
            bodies.acknowledgement(
                acknowledgement, lines, dry_run=dry_run, see_prices=Act.SEE_PRICES.allows(self.actor, order)
            ),
            status=200 if dry_run else 201,
        )


class DecisionView(PortalView):
    @extend_schema(
        operation_id="decisions_create",
        parameters=[DryRunQuery, KEY],
        request=shapes.DecisionIn,
        responses={200: shapes.DecidedOut, **PROBLEMS},
    )
    def post(self, request: Request, line_id: UUID) -> Response:
        """Approve or decline one answer. Refused where the supplier answered again or somebody decided before you."""
        with acting(self.actor):
            line = find_line(self.actor, line_id)
        shape = shapes.DecisionIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        step = self.perform(
            decisions.decide,
            actor=self.actor,
            line=line,
            answer=given["answer"],
            decision=Decision(given["decision"]),
            reason=given["reason"],
            at=timezone.now(),
        )
        return Response(
            {
                "id": step.pk,
                "line": step.line_id,
                "answer": step.answer_id,
                "decision": step.decision,
                "reason": step.reason,
                "at": step.at,
                "by": step.actor_name,
                "state": LineState.AGREED if step.decision == Decision.APPROVED else LineState.OPEN,
                "dry_run": rehearsing(request),
            }
        )


class CorrectionView(PortalView):
    @extend_schema(
        operation_id="corrections_decide",
        parameters=[DryRunQuery, KEY],
        request=shapes.CorrectionDecisionIn,
        responses={200: shapes.CorrectionDecidedOut, **PROBLEMS},
    )
    def post(self, request: Request, line_id: UUID, correction_id: UUID) -> Response:
        """Acknowledge or refuse what a supplier corrects: his part number, or the unit he sells in."""
        with acting(self.actor):
            line = find_line(self.actor, line_id)
        shape = shapes.CorrectionDecisionIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        decided = self.perform(
            decide_correction,
            actor=self.actor,
            line=line,
            correction=correction_id,
            acknowledged=given["decision"] == CorrectionState.ACKNOWLEDGED,
            reason=given["reason"],
            at=timezone.now(),
        )
        told = {name: getattr(decided, name) for name in CORRECTION_WORDS}
        return Response({**bodies.correction(told), "dry_run": rehearsing(request)})


def _answer(given: dict[str, Any]) -> LineAnswer:
    return LineAnswer(
        line=given["line"],
        revision=given["revision"],
        kind=AnswerKind(given["answer"]),
        promises=tuple(PromisedDelivery(one["quantity"], one["date"]) for one in given["promises"]),
        reason=given["reason"],
        comment=given["comment"],
        price=given["price"],
        substitute=SubstituteItem(**given["substitute"]) if given["substitute"] else None,
        corrections=tuple(
            Corrected(Correctable(one["field"]), one["theirs"], one["factor"]) for one in given["corrections"]
        ),
        files=tuple(given["files"]),
    )
