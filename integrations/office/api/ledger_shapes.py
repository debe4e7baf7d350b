"""The shapes of the ledger, the sent log and the connection in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from integrations.office.states import DeliveryState
from integrations.slot.models import Outcome


class LettersQuery(serializers.Serializer[Any]):
    state = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=DeliveryState.choices)
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class LetterRowOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    topic = serializers.CharField()
    destination = serializers.CharField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField()
    owner = serializers.CharField(help_text=_("Who must act; empty while it goes on by itself."))
    failure = serializers.CharField()
    remedy = serializers.CharField()
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    order = serializers.UUIDField(allow_null=True)
    about = serializers.CharField(help_text=_("The order's number, or what else it is about."))
    supplier_name = serializers.CharField()


class LettersOut(serializers.Serializer[Any]):
    results = LetterRowOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class LetterLineOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    position = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=["waiting", "reached", "conflict", "overtaken"])
    detail = serializers.CharField()


class ExchangeOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    operation = serializers.CharField()
    attempt = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    error = serializers.CharField()
    milliseconds = serializers.IntegerField()


class LetterChangeOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    before = serializers.CharField()
    after = serializers.CharField()
    actor_name = serializers.CharField()
    reason = serializers.CharField()


class LetterStoryOut(LetterRowOut):
    explanation = serializers.ListField(child=serializers.CharField(), help_text=_("What happened, what comes next."))
    lines = LetterLineOut(many=True)
    exchanges = ExchangeOut(many=True)
    changes = LetterChangeOut(many=True)


class MailSentOut(serializers.Serializer[Any]):
    letter = serializers.UUIDField()
    name = serializers.CharField()
    address = serializers.CharField()
    subject = serializers.CharField()
    orders = serializers.CharField()
    topic = serializers.CharField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class MailsSentOut(serializers.Serializer[Any]):
    results = MailSentOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class ReadOut(serializers.Serializer[Any]):
    model = serializers.CharField()
    until = serializers.DateTimeField()


class ConnectionOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    paused = serializers.BooleanField()
    pulled_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField(help_text=_("Why the last reading stopped; empty when it went through."))
    read = ReadOut(many=True, help_text=_("How far each of Odoo's models was read."))
    troubles = serializers.IntegerField(help_text=_("Records that could not be taken in."))
    letters = serializers.DictField(child=serializers.IntegerField(), help_text=_("Letters on their way, by state."))


class ConnectionDoneOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    paused = serializers.BooleanField()
    dry_run = serializers.BooleanField()
