"""The exception desk and the mappings for programs: the same acts, refusals and codes as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.office import exceptions, mappings, queries
from integrations.office.actions import desk
from integrations.office.api import shapes
from integrations.office.permissions import Act
from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.models import Plant
from suppliers.queries.suppliers import named


class ExceptionsView(PortalView):
    @extend_schema(
        operation_id="exceptions_list",
        parameters=[shapes.ExceptionsQuery],
        responses={200: shapes.ExceptionsOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """What waits for a person, the oldest first; or what was resolved, the newest first."""
        Act.SEE_EXCEPTIONS.require(self.actor)
        query = shapes.ExceptionsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        now = timezone.now()
        with acting(self.actor):
            codes = dict(Plant.objects.values_list("pk", "code"))
            _none, plant = named(self.actor, plant=asked["plant"])
            filters = exceptions.DeskFilters(
                owner=asked["owner"],
                kind=asked["kind"],
                plant=plant.pk if plant else None,
                text=asked["q"],
                resolved=asked["resolved"],
            )
            page = exceptions.listed(self.actor, filters, asked["cursor"], asked["limit"])
        rows = [_exception(exceptions.case(self.actor, row, now), codes) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


class RetryView(PortalView):
    @extend_schema(
        operation_id="letters_retry",
        parameters=[DryRunQuery, KEY],
        request=None,
        responses={200: shapes.LetterOut, **PROBLEMS},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Send a letter that waits for a person again. It looks at Odoo first and writes only what is missing."""
        Act.RETRY_DELIVERY.require(self.actor)
        with acting(self.actor):
            letter = queries.delivery(self.actor, key)
        sent = self.perform(desk.retry, actor=self.actor, delivery=letter, at=timezone.now())
        return Response({"id": sent.pk, "state": sent.state, "dry_run": rehearsing(request)})


class MappingsView(PortalView):
    @extend_schema(
        operation_id="mappings_list", parameters=[shapes.MappingsQuery], responses={200: shapes.MappingsOut, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """Which record of Odoo is which of the portal's, and those that are not taken in."""
        Act.SEE_MAPPINGS.require(self.actor)
        query = shapes.MappingsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            found = mappings.listing(
                asked["model"],
                text=asked["q"],
                standing=asked["standing"],
                cursor=asked["cursor"],
                size=asked["limit"],
            )
        return Response(
            {
                "unmapped": [_unmapped(trouble) for trouble in found.open],
                "results": [
                    {
                        "id": row.mapping.pk,
                        "name": row.name,
                        "detail": row.detail,
                        "remote_id": row.mapping.remote_id,
                        "standing": row.mapping.standing,
                        "taken_in_at": row.mapping.made_at,
                    }
                    for row in found.mapped
                ],
                "next": found.rows.next,
                "previous": found.rows.previous,
            }
        )


class AnswerView(PortalView):
    @extend_schema(
        operation_id="mappings_answer",
        parameters=[DryRunQuery, KEY],
        request=shapes.MappedIn,
        responses={200: shapes.MappedOut, **PROBLEMS},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Say whether a record that looks like one we know is the same or a new one."""
        Act.MAP_RECORD.require(self.actor)
        body = shapes.MappedIn(data=request.data)
        body.is_valid(raise_exception=True)
        chosen = body.validated_data["mapping"]
        with acting(self.actor):
            trouble = mappings.trouble(key)
            target = mappings.mapping(chosen, trouble.model) if chosen else None
        now = timezone.now()
        if target is None:
            self.perform(desk.take_as_new, actor=self.actor, trouble=trouble, at=now)
        else:
            self.perform(desk.map_to, actor=self.actor, mapping=target, trouble=trouble, at=now)
        return Response({"id": trouble.pk, "mapping": chosen, "dry_run": rehearsing(request)})


def _exception(case: exceptions.Case, codes: Mapping[int, str]) -> dict[str, Any]:
    row = case.row
    return {
        "id": row.pk,
        "source": row.source,
        "subject": row.subject_id,
        "kind": "business" if row.business else "technical",
        "code": case.code,
        "owner": row.owner,
        "title": row.label,
        "message": case.message,
        "remedy": case.remedy,
        "order": row.order_id,
        "order_number": row.order_number,
        "orders_held_up": row.held_up,
        "plant": codes.get(row.plant_id, "") if row.plant_id else "",
        "supplier_name": row.supplier_name,
        "need_date": row.need_date,
        "since": row.since,
        "working_hours": round(case.age, 2),
        "target_hours": case.target,
        "may_retry": case.retriable,
        "resolved_at": row.resolved_at,
        "resolved_by": row.resolved_by,
        "resolution": row.resolution,
    }


def _unmapped(trouble: Any) -> dict[str, Any]:
    return {
        "id": trouble.pk,
        "name": trouble.label,
        "remote_id": trouble.remote_id,
        "message": trouble.what_failed,
        "owner": trouble.owner,
        "remedy": trouble.what_to_do,
        "since": trouble.first_at,
        "answered_by": trouble.answered_by,
        "suggestions": [
            {name: twin[name] for name in ("mapping", "name", "remote_id", "standing", "why")}
            for twin in trouble.suggestions
        ],
    }
