"""The shapes of the buyer's desk in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from suppliers.api.shapes import Shape
from suppliers.states import Cause


class CauseIn(Shape):
    cause = serializers.ChoiceField(choices=Cause.choices)
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=2000,
        help_text=_("Required where the supplier bears it: he reads it."),
    )


class MoveOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    order = serializers.UUIDField()
    number = serializers.CharField()
    line = serializers.UUIDField()
    position = serializers.IntegerField()
    supplier_name = serializers.CharField()
    item = serializers.CharField(allow_blank=True)
    revision = serializers.IntegerField()
    at = serializers.DateTimeField()
    before = serializers.DateField(help_text=_("The latest arrival that stood agreed."))
    after = serializers.DateField(help_text=_("The latest arrival that Odoo says since."))
    cause = serializers.ChoiceField(choices=Cause.choices)
    stated = serializers.BooleanField(help_text=_("False: nobody has said, it counts as the buyer's."))
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)


class MovesOut(serializers.Serializer[Any]):
    results = MoveOut(many=True)
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)
