"""Shapes that every app's API shares: refusals, rehearsal and the idempotency key, as the schema says them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers


class FaultOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    pointer = serializers.CharField(allow_blank=True)


class ProblemOut(serializers.Serializer[Any]):
    """RFC 9457 problem details. ``code`` is stable; ``pointer`` is an RFC 6901 pointer into the request."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    correlation_id = serializers.CharField()
    remedy = serializers.CharField(required=False)
    errors = FaultOut(many=True, required=False)  # type: ignore[assignment]


class DryRunQuery(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(required=False, default=False, help_text=_("Check and judge, change nothing."))


PROBLEMS = dict.fromkeys((400, 401, 403, 404, 405, 409, 415, 422, 429), ProblemOut)
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Makes the call safe to repeat: same key, same answer."
)
