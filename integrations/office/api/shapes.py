"""The shapes of the desk's API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from integrations.office.mappings import MASTER
from integrations.office.states import ExceptionSource, Standing
from suppliers.states import StaffRole


class ExceptionsQuery(serializers.Serializer[Any]):
    owner = serializers.ChoiceField(
        required=False, default="", allow_blank=True, choices=["mine", *StaffRole.values], help_text=_("Who must act.")
    )
    kind = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=["business", "technical"])
    plant = serializers.CharField(required=False, default="", allow_blank=True, max_length=20, help_text=_("Its code."))
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    resolved = serializers.BooleanField(required=False, default=False)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class ExceptionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    source = serializers.ChoiceField(choices=ExceptionSource.choices)  # type: ignore[assignment]
    subject = serializers.UUIDField(help_text=_("The letter, the record's trouble or the order line."))
    kind = serializers.ChoiceField(choices=["business", "technical"])
    code = serializers.CharField()
    owner = serializers.CharField()
    title = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()
    order = serializers.UUIDField(allow_null=True)
    order_number = serializers.CharField()
    orders_held_up = serializers.IntegerField()
    plant = serializers.CharField(help_text=_("Its code; empty where it belongs to none."))
    supplier_name = serializers.CharField()
    need_date = serializers.DateField(allow_null=True)
    since = serializers.DateTimeField()
    working_hours = serializers.FloatField()
    target_hours = serializers.IntegerField()
    may_retry = serializers.BooleanField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolved_by = serializers.CharField()
    resolution = serializers.CharField()


class ExceptionsOut(serializers.Serializer[Any]):
    results = ExceptionOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class LetterOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.CharField()
    dry_run = serializers.BooleanField()


class MappingsQuery(serializers.Serializer[Any]):
    model = serializers.ChoiceField(choices=list(MASTER), help_text=_("Odoo's model."))
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    standing = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=Standing.choices)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class SuggestionOut(serializers.Serializer[Any]):
    mapping = serializers.IntegerField()
    name = serializers.CharField()
    remote_id = serializers.IntegerField()
    standing = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField(), help_text=_("The fields that are equal."))


class UnmappedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    remote_id = serializers.IntegerField()
    message = serializers.CharField()
    owner = serializers.CharField()
    remedy = serializers.CharField()
    since = serializers.DateTimeField()
    answered_by = serializers.CharField()
    suggestions = SuggestionOut(many=True)


class MappingOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    detail = serializers.CharField()
    remote_id = serializers.IntegerField()
    standing = serializers.CharField()
    taken_in_at = serializers.DateTimeField(allow_null=True)


class MappingsOut(serializers.Serializer[Any]):
    unmapped = UnmappedOut(many=True)
    results = MappingOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class MappedIn(serializers.Serializer[Any]):
    mapping = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=2**62, help_text=_("The suggestion it is the same as; null: a new one.")
    )


class MappedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    mapping = serializers.IntegerField(allow_null=True)
    dry_run = serializers.BooleanField()
