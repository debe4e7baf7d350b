"""Shipment notices for programs: the same acts, refusals and codes as the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, Refused, Stale
from portal.web.api import PortalView, rehearsing
from portal.web.problems import StrictJSONParser
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery, ProblemOut
from suppliers.actions import shipments
from suppliers.actions.shipment_clock import close
from suppliers.api import shipments_bodies as bodies
from suppliers.api import shipments_shapes as shapes
from suppliers.models import Shipment, Supplier
from suppliers.permissions import Act
from suppliers.queries.comparison import comparison_of
from suppliers.queries.shipments import ShipmentFilters, find_shipment, plates_of, shipment_detail, shipment_rows
from suppliers.queries.shipments_open import open_lines
from suppliers.queries.suppliers import find_supplier, named

LARGEST = 8 * 1024 * 1024
"""Bytes of a notice: 10,000 lines with lots in 10,000 units, all of it named, are 5 MB."""
_TAG = re.compile(r'"(\d{1,9})-[a-z_]+"')
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The `ETag` of the notice as you read it."
)
CHANGED = {**PROBLEMS, **dict.fromkeys((412, 413, 428), ProblemOut)}


class Overtaken(Refused):
    """The notice is not what the caller read."""

    code = "stale"
    status = 412


class Unseen(Refused):
    """The caller does not say what he read."""

    code = "precondition_required"
    status = 428


class NoticeParser(BaseParser):
    """JSON up to :data:`LARGEST`, where any other may have 2.5 MB; what came is kept for the once-key.

    No JSONParser by birth: what is one, the framework hands the body as Django limits it.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        came = stream.read(LARGEST + 1)
        if len(came) > LARGEST:
            raise RequestDataTooBig
        if parser_context:
            parser_context["view"].message = came
        return StrictJSONParser().parse(BytesIO(came), media_type, parser_context)


class NoticeView(PortalView):
    """What is sent is a notice."""

    parser_classes = (NoticeParser,)

    def answer(self, made: Shipment, body: Any, *, status: int) -> Response:
        """What a sending came to. ``body`` was taken, so it is as it should be."""
        dry_run = rehearsing(self.request)
        told = shipments.told_of(made)
        with acting(self.actor):
            if told is None:
                made = find_shipment(self.actor, made.pk)
                hints = shipments.hints_of(self.actor, made, body, timezone.now())
                told = shipments.Told(hints, plates_of(self.actor, made))
            refs = [str(unit["ref"]) for unit in body.get("units") or ()]
            units = list(zip(refs, told.plates, strict=False))
            out = bodies.sent(made, len(body["lines"]), units, told.hints, dry_run=dry_run)
        return Response(out, status=200 if dry_run else status, headers={"ETag": tag_of(made)})


class ShipmentsView(NoticeView):
    @extend_schema(
        operation_id="shipments_list",
        parameters=[shapes.ShipmentsQuery],
        responses={200: shapes.ShipmentsOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """The shipments you may see, the newest first. Follow ``next`` until it is empty."""
        Act.SEE_SHIPMENTS.require(self.actor)
        query = shapes.ShipmentsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            supplier, plant = named(self.actor, supplier=asked["supplier"], plant=asked["plant"])
            filters = ShipmentFilters(
                text=asked["q"],
                state=asked["state"],
                plant=plant.pk if plant else None,
                supplier=supplier.pk if supplier else None,
                order=asked["order"],
            )
            page = shipment_rows(self.actor, filters, bodies.COLUMNS, cursor=asked["cursor"], size=asked["limit"])
        rows = [bodies.listed(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    @extend_schema(
        operation_id="shipments_create",
        parameters=[shapes.SupplierQuery, DryRunQuery, KEY],
        request=shapes.ShipmentIn,
        responses={201: shapes.SentOut, 200: shapes.SentOut, 413: ProblemOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Announce a shipment: goods of one or several orders for one plant, up to 10,000 lines and 8 MB.

        With ``dry_run`` the answer is what it would be, with 200, and nothing has changed.
        """
        Act.ANNOUNCE_SHIPMENT.require(self.actor)
        with acting(self.actor):
            supplier = _whose(self.actor, request)
        body: Any = request.data
        made = self.perform(
            shipments.announce, actor=self.actor, supplier=supplier, body=body, channel="api", at=timezone.now()
        )
        return self.answer(made, body, status=201)


class ShipmentView(NoticeView):
    @extend_schema(operation_id="shipments_read", responses={200: shapes.ShipmentOut, **PROBLEMS})
    def get(self, request: Request, shipment_id: UUID) -> Response:
        """One shipment as it was sent last: lines, handling units, versions, and where its orders stand in Odoo."""
        Act.SEE_SHIPMENTS.require(self.actor)
        with acting(self.actor):
            detail = shipment_detail(self.actor, shipment_id)
            compared = comparison_of(self.actor, detail.shipment)
        return Response(bodies.whole(detail, compared), headers={"ETag": tag_of(detail.shipment)})

    @extend_schema(
        operation_id="shipments_correct",
        parameters=[IF_MATCH, DryRunQuery, KEY],
        request=shapes.ShipmentIn,
        responses={200: shapes.SentOut, **CHANGED},
    )
    def put(self, request: Request, shipment_id: UUID) -> Response:
        """Correct a shipment: all of it as it should be now, a new version. A draft is announced.

        Name each handling unit's number as its ``plate``, or it is given a new one.
        """
        found, seen = looked_at(self, request, shipment_id)
        body: Any = request.data
        try:
            made = self.perform(
                shipments.send,
                actor=self.actor,
                shipment=found,
                body=body,
                channel="api",
                at=timezone.now(),
                seen=seen,
            )
        except Stale as refusal:
            raise Overtaken(refusal.message, remedy=refusal.remedy) from None
        return self.answer(made, body, status=200)


class CancelView(PortalView):
    @extend_schema(
        operation_id="shipments_cancel",
        parameters=[IF_MATCH, DryRunQuery, KEY],
        request=shapes.ShipmentCancelIn,
        responses={200: shapes.ShipmentRowOut, **CHANGED},
    )
    def post(self, request: Request, shipment_id: UUID) -> Response:
        """Nothing of it comes, with a reason that the plant reads. Possible until goods of it are received."""
        found, seen = looked_at(self, request, shipment_id)
        shape = shapes.ShipmentCancelIn(data=request.data)
        shape.is_valid(raise_exception=True)
        try:
            made = self.perform(
                shipments.cancel,
                actor=self.actor,
                shipment=found,
                reason=shape.validated_data["reason"],
                at=timezone.now(),
                seen=seen,
            )
        except Stale as refusal:
            raise Overtaken(refusal.message, remedy=refusal.remedy) from None
        if not rehearsing(request):
            with acting(self.actor):
                made = find_shipment(self.actor, shipment_id)
        else:
            made.supplier, made.plant = found.supplier, found.plant
        return Response(bodies.head(made), headers={"ETag": tag_of(made)})


class CloseView(PortalView):
    @extend_schema(
        operation_id="shipments_close",
        parameters=[DryRunQuery, KEY],
        request=shapes.ShipmentCloseIn,
        responses={200: shapes.ShipmentRowOut, **PROBLEMS},
    )
    def post(self, request: Request, shipment_id: UUID) -> Response:
        """Nothing more of it comes, with a reason that the supplier reads: it was lost, or came otherwise."""
        with acting(self.actor):
            found = find_shipment(self.actor, shipment_id)
        Act.CLOSE_SHIPMENT.require(self.actor, found)
        shape = shapes.ShipmentCloseIn(data=request.data)
        shape.is_valid(raise_exception=True)
        reason = shape.validated_data["reason"]
        made = self.perform(close, actor=self.actor, shipment=found, reason=reason, at=timezone.now())
        made.supplier, made.plant = found.supplier, found.plant
        return Response(bodies.head(made), headers={"ETag": tag_of(made)})


class OpenLinesView(PortalView):
    @extend_schema(
        operation_id="shipments_open_lines",
        parameters=[shapes.OpenLinesQuery],
        responses={200: shapes.OpenLinesOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """What may be shipped: confirmed and open, the earliest promised first.

        A page may hold fewer rows than ``limit``: follow ``next`` until it is empty.
        """
        Act.SEE_SHIPMENTS.require(self.actor)
        query = shapes.OpenLinesQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            supplier, plant = named(self.actor, supplier=asked["supplier"], plant=asked["plant"])
            page = open_lines(
                self.actor,
                timezone.now(),
                plant=plant.pk if plant else None,
                supplier=supplier.pk if supplier else None,
                order=asked["order"],
                cursor=asked["cursor"],
                size=asked["limit"],
            )
        rows = [bodies.open_line(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


def tag_of(shipment: Shipment) -> str:
    """What changes with every version and state."""
    return f'"{shipment.version}-{shipment.state}"'


def looked_at(view: PortalView, request: Request, shipment_id: UUID) -> tuple[Shipment, int | None]:
    """The notice that is to change, and the version its caller read. Raises :class:`Overtaken`, :class:`Unseen`.

    A repeat under a key is left to the act, which knows what it did.
    """
    with acting(view.actor):
        found = find_shipment(view.actor, shipment_id)
    Act.ANNOUNCE_SHIPMENT.require(view.actor, found)
    said = request.headers.get("If-Match", "").strip()
    if not said:
        raise Unseen(
            _("Say which version you looked at, in If-Match."), remedy=_("Read it again, and send its ETag along.")
        )
    if said == "*":
        return found, None
    tags: Sequence[str] = [tag.strip() for tag in said.split(",")]
    if tag_of(found) in tags:
        return found, found.version
    known = _TAG.fullmatch(tags[0])
    if known is None or not request.headers.get("Idempotency-Key"):
        message = _("%(shipment)s was changed meanwhile.") % {"shipment": found.label}
        raise Overtaken(message, remedy=_("Look at what it says now, and change it again."))
    return found, int(known[1])


def _whose(actor: Actor, request: Request) -> Supplier:
    """The supplier who ships: the caller's own, or the one he names."""
    query = shapes.SupplierQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    if key := query.validated_data.get("supplier"):
        return find_supplier(actor, key)
    own = list(Supplier.objects.visible_to(actor).filter(pk__in=actor.suppliers)) if actor.behind_wall else []
    if len(own) != 1:
        message = _("Say which supplier ships, as ?supplier=…")
        raise Invalid(message, faults=(Fault("required", message, "/supplier"),))
    return own[0]
