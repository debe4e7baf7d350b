"""Going live in waves, for programs of the buyer's side that a person is signed in to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.activation import check, set_mode
from suppliers.api.shapes import Shape
from suppliers.models import Activation
from suppliers.permissions import Act
from suppliers.queries.suppliers import named
from suppliers.queries.waves import Wave, effect, standing
from suppliers.states import Mode


class WaveIn(Shape):
    supplier = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=_("With a plant; null: every supplier.")
    )
    plant = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=20, help_text=_("Its code; empty: every plant.")
    )
    mode = serializers.ChoiceField(choices=Mode.choices)
    cut_over = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("Orders placed before are taken as agreed when they go live. Null: now."),
    )


class WaveOut(serializers.Serializer[Any]):
    supplier = serializers.UUIDField(allow_null=True)
    plant = serializers.CharField(allow_blank=True)
    mode = serializers.ChoiceField(choices=Mode.choices)
    cut_over = serializers.DateTimeField()
    at = serializers.DateTimeField()
    by = serializers.CharField()


class StandingWaveOut(WaveOut):
    live = serializers.IntegerField()
    trial = serializers.IntegerField()
    off = serializers.IntegerField()
    to_move = serializers.IntegerField(help_text=_("Orders that are still to follow."))


class WavesOut(serializers.Serializer[Any]):
    results = StandingWaveOut(many=True)
    uncovered = serializers.IntegerField(help_text=_("Orders for which nothing is switched."))


class EffectOut(serializers.Serializer[Any]):
    """On the orders that are there, counted before anything is switched."""

    orders = serializers.IntegerField(help_text=_("Orders that change their mode."))
    baseline = serializers.IntegerField(help_text=_("Of them, those taken as agreed as they stand in Odoo."))
    suppliers = serializers.IntegerField()


class SwitchedOut(WaveOut):
    effect = EffectOut()
    dry_run = serializers.BooleanField()


class WavesView(PortalView):
    @extend_schema(operation_id="waves_list", responses={200: WavesOut, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """What is in force, the most general scope first, and how far its orders have followed."""
        Act.SET_MODE.require(self.actor)
        with acting(self.actor):
            found = standing()
        return Response({"results": [_wave(one) for one in found.waves], "uncovered": found.uncovered})

    @extend_schema(
        operation_id="waves_switch",
        parameters=[DryRunQuery, KEY],
        request=WaveIn,
        responses={201: SwitchedOut, 200: SwitchedOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Switch a supplier at a plant, a plant, or everybody. ``dry_run`` shows the effect, and switches nothing."""
        Act.SET_MODE.require(self.actor)
        shape = WaveIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        mode, now = Mode(given["mode"]), timezone.now()
        cut_over = given["cut_over"] or now
        with acting(self.actor):
            supplier, plant = named(self.actor, supplier=given["supplier"], plant=given["plant"])
        check(cut_over, supplier=supplier, plant=plant).refuse(gettext("This cannot be switched."))
        with acting(self.actor):
            counted = effect(mode, cut_over, supplier=supplier, plant=plant)
        wave = self.perform(
            set_mode, actor=self.actor, mode=mode, cut_over=cut_over, supplier=supplier, plant=plant, at=now
        )
        wave.supplier, wave.plant = supplier, plant
        rehearsed = rehearsing(request)
        out = {**_row(wave), "effect": asdict(counted), "dry_run": rehearsed}
        return Response(out, status=200 if rehearsed else 201)


def _wave(one: Wave) -> dict[str, Any]:
    return {**_row(one.row), **{name: getattr(one, name) for name in ("live", "trial", "off", "to_move")}}


def _row(row: Activation) -> dict[str, Any]:
    return {
        "supplier": row.supplier.public_id if row.supplier else None,
        "plant": row.plant.code if row.plant else "",
        "mode": row.mode,
        "cut_over": row.cut_over,
        "at": row.at,
        "by": row.actor_name,
    }
