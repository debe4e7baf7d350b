"""PDFs of orders, and what they look like, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents.models import StoredFile
from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.branding import set_branding
from suppliers.actions.prints import print_order
from suppliers.api.people_shapes import LANGUAGES
from suppliers.api.shapes import Shape
from suppliers.models import Branding, OrderPrint
from suppliers.permissions import Act
from suppliers.queries.orders import find_order
from suppliers.queries.prints import branding_now, find_print, logos
from suppliers.states import Paper, PrintState


class PrintIn(Shape):
    paper = serializers.ChoiceField(choices=Paper.choices, default=Paper.A4)
    language = serializers.ChoiceField(choices=LANGUAGES, default="en")


class PrintOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    order = serializers.UUIDField()
    state = serializers.ChoiceField(choices=PrintState.choices)
    paper = serializers.ChoiceField(choices=Paper.choices)
    language = serializers.CharField()
    prices = serializers.BooleanField(help_text=gettext_lazy("Whether prices stand in it: as you see them."))
    file = serializers.UUIDField(
        allow_null=True,
        help_text=gettext_lazy("Once drawn. Ask /files/ for its state; when it is accepted, for a link."),
    )
    dry_run = serializers.BooleanField()


class BrandingIn(Shape):
    name = serializers.CharField(max_length=100, allow_blank=True)
    ink = serializers.CharField(max_length=7, help_text=gettext_lazy("Colour of text, #rrggbb."))
    accent = serializers.CharField(max_length=7)
    logo = serializers.UUIDField(
        allow_null=True, default=None, help_text=gettext_lazy("An accepted file of the kind logo.")
    )


class BrandingOut(BrandingIn):
    dry_run = serializers.BooleanField()


class PrintsView(PortalView):
    @extend_schema(
        operation_id="orders_print",
        parameters=[DryRunQuery, KEY],
        request=PrintIn,
        responses={202: PrintOut, 200: PrintOut, **PROBLEMS},
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Have an order drawn as a PDF. The answer is 202: ask for it until its state is ``drawn`` or ``failed``."""
        with acting(self.actor):
            order = find_order(self.actor, order_id)
        shape = PrintIn(data=request.data)
        shape.is_valid(raise_exception=True)
        made = self.perform(
            print_order,
            actor=self.actor,
            order=order,
            time_zone=timezone.get_current_timezone_name(),
            at=timezone.now(),
            **shape.validated_data,
        )
        dry_run = rehearsing(request)
        return Response(_print(made, dry_run=dry_run), status=200 if dry_run else 202)


class PrintView(PortalView):
    @extend_schema(operation_id="orders_print_read", responses={200: PrintOut, **PROBLEMS})
    def get(self, request: Request, order_id: UUID, print_id: UUID) -> Response:
        """How far a PDF is."""
        Act.PRINT_ORDER.require(self.actor)
        with acting(self.actor):
            return Response(_print(find_print(self.actor, find_order(self.actor, order_id), print_id)))


class BrandingView(PortalView):
    @extend_schema(operation_id="branding_read", responses={200: BrandingOut, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """What documents and mails look like."""
        Act.SET_BRANDING.require(self.actor)
        with acting(self.actor):
            return Response(_branding(branding_now()))

    @extend_schema(
        operation_id="branding_set",
        parameters=[DryRunQuery, KEY],
        request=BrandingIn,
        responses={200: BrandingOut, **PROBLEMS},
    )
    def put(self, request: Request) -> Response:
        """Set it anew, all of it."""
        Act.SET_BRANDING.require(self.actor)
        shape = BrandingIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        logo = self._logo(given.pop("logo"))
        held = self.perform(set_branding, actor=self.actor, logo=logo, at=timezone.now(), **given)
        return Response(_branding(held, dry_run=rehearsing(request)))

    def _logo(self, key: UUID | None) -> StoredFile | None:
        if key is None:
            return None
        with acting(self.actor):
            found = next((one for one in logos(self.actor) if one.pk == key), None)
        if found is None:
            message = _("There is no such logo.")
            raise Invalid(message, faults=(Fault("unknown", message, "/logo"),))
        return found


def _print(row: OrderPrint, *, dry_run: bool = False) -> dict[str, Any]:
    names = ("id", "state", "paper", "language", "prices")
    return {
        **{name: getattr(row, name) for name in names},
        "order": row.order_id,
        "file": row.file_id,
        "dry_run": dry_run,
    }


def _branding(row: Branding, *, dry_run: bool = False) -> dict[str, Any]:
    return {
        "name": row.name,
        "ink": row.ink,
        "accent": row.accent,
        "logo": row.logo_id,
        "dry_run": dry_run,
    }
