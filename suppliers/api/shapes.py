"""The shapes of the API: what is read from requests, and what the schema says of answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from documents.states import FileState
from suppliers.queries.orders import SORTS
from suppliers.states import (
    COMMITMENTS,
    SUPPLIER_REASONS,
    AnswerKind,
    Billing,
    Cause,
    Correctable,
    CorrectionState,
    DateBasis,
    Decision,
    DemandKind,
    LineState,
    OrderState,
    Payment,
    Reason,
    Source,
    SyncMark,
    Verdict,
)


class Quantity(serializers.DecimalField):
    """A decimal as text, without trailing zeros. Units stand beside it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=6, **options)


class Shape(serializers.Serializer[Any]):
    """A shape refuses names it does not know: a misspelt field must not be silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                message = _("There is no such field here.")
                raise serializers.ValidationError(
                    {name: [serializers.ErrorDetail(str(message), "unknown_field")] for name in unknown}
                )
        return super().to_internal_value(data)


# --- In --------------------------------------------------------------------------------------------------------------


class PromiseIn(Shape):
    quantity = Quantity(help_text=_("In the line's unit, more than 0."))
    date = serializers.DateField(
        allow_null=True, required=False, default=None, help_text=_("Null: not known yet (backorders only).")
    )


class SubstituteIn(Shape):
    """The item offered instead: at least a part number or a description."""

    part_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    manufacturer = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    manufacturer_part_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    description = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class CorrectionIn(Shape):
    field = serializers.ChoiceField(choices=Correctable.choices)
    theirs = serializers.CharField(max_length=100, help_text=_("Your part number, or the unit you sell in."))
    factor = Quantity(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("For a unit: how many of the order's unit one of yours holds."),
    )


class FilesIn(serializers.ListField):
    """Files brought to ``/api/v1/files/`` before, kind ``attachment``, and accepted."""

    child = serializers.UUIDField()

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, default=list, max_length=100, **options)


class LineAnswerIn(Shape):
    line = serializers.UUIDField()
    revision = serializers.IntegerField(min_value=1, help_text=_("The line's revision you answer to."))
    answer = serializers.ChoiceField(choices=AnswerKind.choices)
    promises = PromiseIn(many=True, required=False, default=list)
    reason = serializers.ChoiceField(choices=SUPPLIER_REASONS, required=False, allow_blank=True, default="")
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    price = Quantity(required=False, allow_null=True, default=None)
    substitute = SubstituteIn(required=False, allow_null=True, default=None)
    corrections = CorrectionIn(many=True, required=False, default=list)
    files = FilesIn()


class AcknowledgementIn(Shape):
    lines = LineAnswerIn(many=True)
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    files = FilesIn(help_text=_("Files about the whole answer."))
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Source.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Buyer's side only, and required there: how the supplier told you what you enter for him."),
    )
    source_note = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class DecisionIn(Shape):
    answer = serializers.UUIDField(help_text=_("The answer you decide on."))
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class CorrectionDecisionIn(Shape):
    decision = serializers.ChoiceField(choices=[CorrectionState.ACKNOWLEDGED, CorrectionState.REFUSED])
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2000, help_text=_("Needed to refuse it.")
    )


class OrdersQuery(Shape):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    state = serializers.ChoiceField(required=False, default="", choices=OrderState.choices)
    needs = serializers.ChoiceField(
        required=False, default="", choices=["answer", "decision", "conflict", "late", "unread"]
    )
    plant = serializers.CharField(required=False, default="", allow_blank=True, max_length=20, help_text=_("Its code."))
    supplier = serializers.UUIDField(required=False, default=None)
    sort = serializers.ChoiceField(required=False, default="-released", choices=list(SORTS))
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


# --- Out -------------------------------------------------------------------------------------------------------------


class OrderRowOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=OrderState.choices)
    revision = serializers.IntegerField()
    supplier = serializers.UUIDField()
    supplier_name = serializers.CharField()
    plant = serializers.CharField()
    currency = serializers.CharField()
    incoterm = serializers.CharField(allow_blank=True)
    buyer = serializers.CharField(allow_blank=True)
    supplier_reference = serializers.CharField(allow_blank=True)
    ordered_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField()
    next_date = serializers.DateField(allow_null=True)
    waiting_lines = serializers.IntegerField()
    pending_lines = serializers.IntegerField()


class OrdersOut(serializers.Serializer[Any]):
    results = OrderRowOut(many=True)
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)


class PromiseOut(serializers.Serializer[Any]):
    quantity = Quantity()
    date = serializers.DateField(allow_null=True)
    basis = serializers.ChoiceField(choices=DateBasis.choices)
    arrival_date = serializers.DateField(allow_null=True)


class FindingOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    limit = serializers.CharField(allow_blank=True)
    actual = serializers.CharField(allow_blank=True)


class SubstituteOut(serializers.Serializer[Any]):
    part_number = serializers.CharField(allow_blank=True)
    manufacturer = serializers.CharField(allow_blank=True)
    manufacturer_part_number = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)


class CorrectionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    field = serializers.ChoiceField(choices=Correctable.choices)
    ours = serializers.CharField(allow_blank=True)
    theirs = serializers.CharField()
    factor = Quantity(allow_null=True)
    state = serializers.ChoiceField(choices=CorrectionState.choices)
    reason = serializers.CharField(allow_blank=True)
    decided_by = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class CorrectionDecidedOut(CorrectionOut):
    dry_run = serializers.BooleanField()


class AttachedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    state = serializers.ChoiceField(choices=FileState.choices)


class AnswerOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    line = serializers.UUIDField()
    revision = serializers.IntegerField()
    answer = serializers.ChoiceField(choices=AnswerKind.choices)
    reason = serializers.ChoiceField(choices=Reason.choices, allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    price = Quantity(allow_null=True)
    substitute = SubstituteOut(allow_null=True)
    corrections = CorrectionOut(many=True)
    files = AttachedOut(many=True, help_text=_("Of this line, then of the whole answer."))
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    findings = FindingOut(many=True)
    promises = PromiseOut(many=True)


class AcknowledgementOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    order = serializers.UUIDField()
    revision = serializers.IntegerField()
    at = serializers.DateTimeField()
    channel = serializers.CharField()
    by = serializers.CharField()
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Source.choices, allow_blank=True, help_text=_("Empty where the supplier answered himself.")
    )
    source_note = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    dry_run = serializers.BooleanField()
    lines = AnswerOut(many=True)


class CommitmentOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    decision = serializers.ChoiceField(choices=COMMITMENTS)
    cause = serializers.ChoiceField(choices=Cause.choices)
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField()
    answer = serializers.UUIDField(allow_null=True)


class ScheduleOut(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    quantity = Quantity()
    date = serializers.DateField()
    received_quantity = Quantity()


class NeedOut(serializers.Serializer[Any]):
    date = serializers.DateField()
    kind = serializers.ChoiceField(choices=DemandKind.choices)
    number = serializers.CharField(allow_blank=True)


NEEDED = _("What the goods are needed for first. Null where no demand is linked; the buyer's side only.")


class CarriedOut(serializers.Serializer[Any]):
    quantity = Quantity()
    date = serializers.DateField(allow_null=True)


class PreviousOut(serializers.Serializer[Any]):
    """What stood before a revision reopened the line: answer with ``carried`` to keep it."""

    answer = serializers.UUIDField()
    promises = PromiseOut(many=True)
    carried = CarriedOut(many=True, help_text=_("The same on the quantity ordered now."))
    fits = serializers.BooleanField(help_text=_("Whether answering with it is agreed at once."))


class LineOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    state = serializers.ChoiceField(choices=LineState.choices)
    sync = serializers.ChoiceField(choices=SyncMark.choices, allow_blank=True)
    revision = serializers.IntegerField()
    item = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    item_revision = serializers.CharField(allow_blank=True)
    supplier_item = serializers.CharField(allow_blank=True, help_text=_("The supplier's own number for the item."))
    supplier_item_name = serializers.CharField(allow_blank=True)
    service = serializers.BooleanField(help_text=_("Done, not delivered: nobody books it into a stock."))
    unit = serializers.CharField()
    quantity = Quantity()
    price = Quantity(allow_null=True, help_text=_("Null where your role does not see prices."))
    requested_date = serializers.DateField()
    first_date = serializers.DateField(allow_null=True)
    promised_date = serializers.DateField(allow_null=True)
    promised_quantity = Quantity(allow_null=True)
    received_quantity = Quantity()
    needed = NeedOut(allow_null=True, help_text=NEEDED)
    schedule = ScheduleOut(many=True)
    previous = PreviousOut(allow_null=True)
    answers = AnswerOut(many=True)
    commitments = CommitmentOut(many=True)


class DifferenceOut(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    field = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class RevisionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    differences = DifferenceOut(many=True)


class MovedOut(serializers.Serializer[Any]):
    """A promised date that was edited in Odoo."""

    position = serializers.IntegerField()
    revision = serializers.IntegerField()
    before = serializers.DateField()
    after = serializers.DateField()
    cause = serializers.ChoiceField(choices=Cause.choices)
    stated = serializers.BooleanField(help_text=_("False: nobody has said, it counts as the buyer's."))
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)


class PlaceOut(serializers.Serializer[Any]):
    """One of the three."""

    line = serializers.IntegerField(required=False, help_text=_("A line's position."))
    section = serializers.CharField(required=False)
    note = serializers.CharField(required=False)


class PaperOut(serializers.Serializer[Any]):
    """One version of a drawing or of terms. Its bytes are had by ``files_link`` with ``file``."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    item = serializers.CharField(allow_blank=True, help_text=_("Empty for a file of the whole order."))
    version = serializers.IntegerField()
    size = serializers.IntegerField()
    at = serializers.DateTimeField()
    current = serializers.BooleanField()
    withdrawn = serializers.BooleanField()
    file = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(
        choices=FileState.choices, allow_blank=True, help_text=_("Empty while its bytes are on their way.")
    )


class OrderOut(OrderRowOut):
    files = PaperOut(many=True)
    incoterm_place = serializers.CharField(allow_blank=True)
    ship_to = serializers.CharField(allow_blank=True)
    terms = serializers.CharField(allow_blank=True)
    layout = PlaceOut(many=True, allow_null=True, help_text=_("Lines, sections and notes in order."))
    payment_terms = serializers.CharField(allow_blank=True, help_text=_("Empty where your role does not see prices."))
    billing = serializers.ChoiceField(choices=Billing.choices, allow_blank=True)
    payment = serializers.ChoiceField(choices=Payment.choices, allow_blank=True)
    moves = MovedOut(many=True)
    lines = LineOut(many=True)
    revisions = RevisionOut(many=True)


class DecidedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    line = serializers.UUIDField()
    answer = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    by = serializers.CharField()
    state = serializers.ChoiceField(choices=LineState.choices, help_text=_("The state this decision led to."))
    dry_run = serializers.BooleanField()
