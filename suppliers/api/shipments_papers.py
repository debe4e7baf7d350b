"""Labels, packing lists and delivery notes of shipments, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.shipment_prints import print_shipment
from suppliers.api.people_shapes import LANGUAGES
from suppliers.api.shapes import Shape
from suppliers.models import Shipment, ShipmentPrint
from suppliers.permissions import Act
from suppliers.queries.shipment_papers import find_shipment_print
from suppliers.queries.shipments import find_shipment
from suppliers.shipping_states import ShipmentPaper, Stock
from suppliers.states import PrintState


class ShipmentPrintIn(Shape):
    what = serializers.ChoiceField(choices=ShipmentPaper.choices)
    stock = serializers.ChoiceField(
        choices=Stock.choices,
        required=False,
        help_text=gettext_lazy(
            "Labels: a6, 4x6, a4 (four on a sheet). Lists: a4, letter. The first where it is left out."
        ),
    )
    language = serializers.ChoiceField(choices=LANGUAGES, default="en")


class ShipmentPrintOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    shipment = serializers.UUIDField()
    version = serializers.IntegerField(help_text=gettext_lazy("Of the shipment: what it said when it was sent."))
    outdated = serializers.BooleanField(help_text=gettext_lazy("Whether the shipment was corrected since."))
    what = serializers.ChoiceField(choices=ShipmentPaper.choices)
    stock = serializers.ChoiceField(choices=Stock.choices)
    language = serializers.CharField()
    state = serializers.ChoiceField(choices=PrintState.choices)
    file = serializers.UUIDField(
        allow_null=True,
        help_text=gettext_lazy("Once drawn. Ask /files/ for its state; when it is accepted, for a link."),
    )
    dry_run = serializers.BooleanField()


class ShipmentPrintsView(PortalView):
    @extend_schema(
        operation_id="shipments_print",
        parameters=[DryRunQuery, KEY],
        request=ShipmentPrintIn,
        responses={202: ShipmentPrintOut, 200: ShipmentPrintOut, **PROBLEMS},
    )
    def post(self, request: Request, shipment_id: UUID) -> Response:
        """Have a paper of a shipment drawn. The answer is 202: ask for it until its state is ``drawn`` or ``failed``.

        500 labels take one to two minutes.
        """
        with acting(self.actor):
            shipment = find_shipment(self.actor, shipment_id)
        shape = ShipmentPrintIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = {"stock": "", **shape.validated_data}
        made = self.perform(print_shipment, actor=self.actor, shipment=shipment, at=timezone.now(), **given)
        dry_run = rehearsing(request)
        return Response(_print(made, shipment, dry_run=dry_run), status=200 if dry_run else 202)


class ShipmentPrintView(PortalView):
    @extend_schema(operation_id="shipments_print_read", responses={200: ShipmentPrintOut, **PROBLEMS})
    def get(self, request: Request, shipment_id: UUID, print_id: UUID) -> Response:
        """How far a PDF is."""
        Act.PRINT_SHIPMENT.require(self.actor)
        with acting(self.actor):
            shipment = find_shipment(self.actor, shipment_id)
            return Response(_print(find_shipment_print(self.actor, shipment, print_id), shipment))


def _print(row: ShipmentPrint, shipment: Shipment, *, dry_run: bool = False) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("id", "version", "what", "stock", "language", "state")},
        "shipment": row.shipment_id,
        "outdated": row.version != shipment.version,
        "file": row.file_id,
        "dry_run": dry_run,
    }
