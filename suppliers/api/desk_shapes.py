"""The shapes of the buyer's desk in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from suppliers.api.shapes import NEEDED, AnswerOut, CorrectionOut, NeedOut, Quantity, Shape
from suppliers.queries.desk import FINDINGS
from suppliers.queries.expediting import DAYS, KINDS, USUAL
from suppliers.states import Cause, Decision, LineState, SyncMark


class DecisionsQuery(Shape):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    plant = serializers.CharField(required=False, default="", allow_blank=True, max_length=20, help_text=_("Its code."))
    supplier = serializers.UUIDField(required=False, default=None)
    finding = serializers.ChoiceField(required=False, default="", choices=[*FINDINGS, "conflict"])
    endangered = serializers.BooleanField(
        required=False, default=False, help_text=_("Only what comes after it is needed.")
    )
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)


class ReliabilityOut(serializers.Serializer[Any]):
    """Of the lines whose first promise fell due in the last year. Null where they are too few to say."""

    lines = serializers.IntegerField()
    kept = serializers.IntegerField(help_text=_("Whose promise the supplier did not move later."))
    median_shift = serializers.FloatField(help_text=_("Calendar days; later is positive."))


class SaidOut(serializers.Serializer[Any]):
    quantity = Quantity()
    date = serializers.DateField()
    price = Quantity(allow_null=True)


class ConflictOut(serializers.Serializer[Any]):
    """One delivery: what was agreed, and what Odoo says instead."""

    position = serializers.IntegerField()
    agreed = SaidOut()
    odoo = SaidOut()


class PendingOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    order = serializers.UUIDField()
    number = serializers.CharField()
    position = serializers.IntegerField()
    supplier_name = serializers.CharField()
    plant = serializers.CharField()
    item = serializers.CharField(allow_blank=True)
    item_revision = serializers.CharField(allow_blank=True)
    supplier_item = serializers.CharField(allow_blank=True)
    quantity = Quantity()
    unit = serializers.CharField()
    requested_date = serializers.DateField()
    needed = NeedOut(allow_null=True, help_text=NEEDED)
    days_left = serializers.IntegerField(
        allow_null=True,
        help_text=_("From the promised arrival to the needed date. Null: no demand linked, or no date promised."),
    )
    conflict = serializers.BooleanField()
    deliveries = ConflictOut(many=True, help_text=_("Of a line in conflict."))
    answer = AnswerOut(allow_null=True)
    corrections = CorrectionOut(many=True, help_text=_("Those that wait for a decision."))
    price_difference = Quantity(allow_null=True, help_text=_("On all that is promised, in the order's currency."))
    reliability = ReliabilityOut(allow_null=True)


class DecisionsOut(serializers.Serializer[Any]):
    results = PendingOut(many=True)
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)


class ExpeditingQuery(Shape):
    kind = serializers.ChoiceField(required=False, default=KINDS[0], choices=KINDS)
    days = serializers.ChoiceField(
        required=False, default=USUAL, choices=DAYS, help_text=_("Working days without an answer.")
    )
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    plant = serializers.CharField(required=False, default="", allow_blank=True, max_length=20, help_text=_("Its code."))
    supplier = serializers.UUIDField(required=False, default=None)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)


class ChasedOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    order = serializers.UUIDField()
    number = serializers.CharField()
    position = serializers.IntegerField()
    supplier_name = serializers.CharField()
    plant = serializers.CharField()
    item = serializers.CharField(allow_blank=True)
    quantity = Quantity()
    unit = serializers.CharField()
    requested_date = serializers.DateField()
    promised_date = serializers.DateField(allow_null=True)
    needed = NeedOut(allow_null=True, help_text=NEEDED)
    since = serializers.DateTimeField(help_text=_("When it began to wait."))
    endangers_demand = serializers.BooleanField()
    days = serializers.IntegerField(help_text=_("After the need where demand is endangered; else waiting or overdue."))


class ExpeditingOut(serializers.Serializer[Any]):
    results = ChasedOut(many=True)
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)


class ChoiceIn(Shape):
    line = serializers.UUIDField()
    answer = serializers.UUIDField(help_text=_("The answer you decide on."))


class BatchIn(Shape):
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    rows = ChoiceIn(many=True)


class ResultOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    answer = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=["decided", "refused"])
    code = serializers.CharField(allow_blank=True, help_text=_("Why it was refused."))
    message = serializers.CharField(allow_blank=True)


class BatchOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    by = serializers.CharField()
    decided = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ResultOut(many=True)
    dry_run = serializers.BooleanField()


class ConflictIn(Shape):
    keep = serializers.BooleanField(help_text=_("True: the agreement is written again. False: what Odoo says counts."))
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ConflictSettledOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    state = serializers.ChoiceField(choices=LineState.choices)
    sync = serializers.ChoiceField(choices=SyncMark.choices, allow_blank=True)
    revision = serializers.IntegerField()
    dry_run = serializers.BooleanField()


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
