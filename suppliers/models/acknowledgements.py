"""What suppliers answered and what was agreed. Rows here are written once and never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from portal.shared.actor import ActorKind
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.catalogue import Item
from suppliers.models.orders import OrderLine, PurchaseOrder, SaidOfLineQuerySet, quantity_field
from suppliers.models.organisations import Supplier, TolerancePolicy
from suppliers.states import (
    COMMITMENTS,
    CORRECTION_STEPS,
    AnswerKind,
    Cause,
    Correctable,
    CorrectionState,
    DateBasis,
    Reason,
    Source,
    Verdict,
)

ENTERED = (
    Q(actor_kind="machine")
    | (Q(actor_kind="staff") & ~Q(source=""))
    | (~Q(actor_kind="staff") & Q(source=""))
)  # fmt: skip
"""What is said for a supplier: where the buyer's people enter it, they say how they were told; a machine may."""


class Said(models.Model):
    """Who said something, and how the buyer's side knows of it where it entered it for the supplier."""

    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    source = models.CharField(_("how the supplier told us"), max_length=20, choices=Source.choices, blank=True)
    """Only where the buyer's side entered for the supplier what he said."""
    source_note = models.CharField(_("who, and what there is to find again"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def said_by(self) -> str:
        """The name of whoever said it; where he did it for the supplier, how he was told; where by a link, which."""
        if self.actor_kind == ActorKind.LINK:
            return gettext("by the link sent to %(email)s") % {"email": self.actor_name}
        if not self.source:
            return self.actor_name
        how = ", ".join(filter(None, (self.get_source_display(), self.source_note)))
        return gettext("%(name)s on behalf of the supplier (%(how)s)") % {"name": self.actor_name, "how": how}


class Acknowledgement(Said):
    """One answer to one order revision, of some or all of its lines."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="answers")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    comment = models.TextField(blank=True)
    rehearsed: list[AnswerLine]
    """The lines just answered, in memory, for a caller that only rehearsed."""

    objects = OwnedQuerySet["Acknowledgement"].as_manager()

    class Meta:
        db_table = "suppliers_acknowledgement"
        constraints = [
            SameOwner(field="order", name="acknowledgement_owner"),
            models.UniqueConstraint(fields=["id", "supplier"], name="acknowledgement_owner_key"),
            models.CheckConstraint(condition=ENTERED, name="acknowledgement_source"),
        ]
        indexes = [models.Index(fields=["at"], name="acknowledgement_at")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.at:%Y-%m-%d %H:%M}"


class AnswerDraft(models.Model):
    """What somebody has typed into the answer form and not sent: kept for him, and told to his colleagues."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="drafts")
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    saved_at = models.DateTimeField()
    typed = models.JSONField(default=dict)
    """The form's fields as typed: a list of texts by name."""

    objects = OwnedQuerySet["AnswerDraft"].as_manager()

    class Meta:
        db_table = "suppliers_answer_draft"
        constraints = [
            SameOwner(field="order", name="draft_owner"),
            models.UniqueConstraint(fields=["order", "actor_id"], name="draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.actor_name}"


class AnswerLineQuerySet(OwnedQuerySet["AnswerLine"]):
    def with_particulars(self) -> AnswerLineQuerySet:
        """With the item offered instead, what the supplier corrects and what he encloses: no statement more.

        ``corrected`` and ``enclosed`` (files of the line, then of the whole answer) are lists of dictionaries in the
        words of ``CORRECTION_WORDS`` and ``FILE_WORDS``.
        """
        enclosed = AnswerAttachment.objects.filter(
            Q(answer=OuterRef("pk")) | Q(answer=None), acknowledgement=OuterRef("acknowledgement")
        )
        corrected = Correction.objects.filter(answer=OuterRef("pk")).order_by("field")
        enclosed = enclosed.order_by(F("answer").asc(nulls_last=True), "position")
        return self.select_related("substitute").annotate(
            corrected=ArraySubquery(corrected.values(told=CORRECTION_TOLD)),
            enclosed=ArraySubquery(enclosed.values(told=JSONObject(**FILE_WORDS))),
        )


class AnswerLine(models.Model):
    """What the supplier says to one line, and what the policy says to that."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    acknowledgement = models.ForeignKey(
        Acknowledgement, on_delete=models.CASCADE, db_constraint=False, related_name="lines"
    )
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="answers")
    number = models.PositiveIntegerField()
    """Counts the answers of one line, under its lock: the latest is the highest, whatever the clocks say."""
    revision = models.PositiveIntegerField()
    """The revision of the line that was answered."""
    kind = models.CharField(max_length=20, choices=AnswerKind.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    comment = models.TextField(blank=True)
    price = models.DecimalField(_("proposed price"), max_digits=20, decimal_places=6, null=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    findings = models.JSONField(default=list)
    """Why it goes to the buyer: a list of ``{code, limit, actual, message}``; see ``tolerances``."""
    policy = models.ForeignKey(TolerancePolicy, on_delete=models.PROTECT, null=True, related_name="+")
    # How far it strays, kept so that another policy can be tried on it. Empty on answers from before this was kept.
    quantity_by = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    """Percent of the ordered quantity, under is negative; rounded away from 0, which no bound of a policy can tell."""
    price_by = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    days_early = models.PositiveIntegerField(null=True)
    """Working days of its earliest delivery."""
    days_late = models.PositiveIntegerField(null=True)
    """Working days of its latest delivery."""
    always_buyer = models.BooleanField(default=False)
    """For the buyer whatever the policy: a rejection, a substitute, a backorder without a date."""

    objects = AnswerLineQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_answer_line"
        constraints = [
            SameOwner(field="acknowledgement", name="answer_owner"),
            SameOwner(field="line", name="answer_line_owner"),
            models.UniqueConstraint(fields=["id", "supplier"], name="answer_owner_key"),
            models.UniqueConstraint(fields=["id", "supplier", "line"], name="answer_line_key"),
            models.UniqueConstraint(fields=["id", "supplier", "acknowledgement"], name="answer_acknowledgement_key"),
            models.UniqueConstraint(fields=["line", "number"], name="answer_number"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind}"


class Substitute(models.Model):
    """The item a supplier offers in the place of the ordered one. Its price, and why, stand on the answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    answer = models.OneToOneField(AnswerLine, on_delete=models.CASCADE, db_constraint=False, related_name="substitute")
    part_number = models.CharField(_("supplier's part number"), max_length=100, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=200, blank=True)
    manufacturer_part_number = models.CharField(_("manufacturer's part number"), max_length=100, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)

    objects = OwnedQuerySet["Substitute"].as_manager()

    class Meta:
        db_table = "suppliers_substitute"
        constraints = [
            SameOwner(field="answer", name="substitute_owner"),
            models.CheckConstraint(
                condition=~models.Q(part_number="", manufacturer_part_number="", description=""),
                name="substitute_named",
            ),
        ]

    def __str__(self) -> str:
        made = " ".join(filter(None, (self.manufacturer, self.manufacturer_part_number)))
        return " · ".join(filter(None, (self.part_number, made, self.description)))


class CorrectionQuerySet(OwnedQuerySet["Correction"]):
    def waiting(self) -> CorrectionQuerySet:
        """Those a buyer has to decide."""
        return self.filter(state=CorrectionState.WAITING)

    def acknowledged(self) -> CorrectionQuerySet:
        """Those a buyer agrees with: what the master data of supplier and item (in Odoo) does not say yet."""
        return self.filter(state=CorrectionState.ACKNOWLEDGED)


class Correction(models.Model):
    """What the supplier says of an item otherwise than the order does: his part number, or the unit he sells it in.

    It changes no order and no promise, which stay in the order's unit. Once a buyer acknowledges it, it is what the
    master data should say.
    """

    STEPS: ClassVar[Mapping[str, Collection[str]]] = CORRECTION_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(AnswerLine, on_delete=models.CASCADE, db_constraint=False, related_name="corrections")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="corrections")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=20, choices=Correctable.choices)
    ours = models.CharField(_("as the order says"), max_length=100, blank=True)
    """Empty where the order says nothing."""
    theirs = models.CharField(_("as the supplier says"), max_length=100)
    factor = models.DecimalField(_("holds"), max_digits=20, decimal_places=6, null=True)
    """Of a unit: how many of the order's unit one of the supplier's holds."""
    state = models.CharField(max_length=20, choices=CorrectionState.choices, default=CorrectionState.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    """Why the buyer refuses it; the supplier reads it."""

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_correction"
        verbose_name = _("correction")
        constraints = [
            SameOwner(field="line", name="correction_owner"),
            SameOwner(field="answer", name="correction_of_its_line", also=["line"]),
            models.UniqueConstraint(
                fields=["answer", "field"], name="correction_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=models.Q(field=Correctable.UNIT, factor__gt=0)
                | (~models.Q(field=Correctable.UNIT) & models.Q(factor=None)),
                name="correction_factor",
            ),
        ]
        indexes = [models.Index(fields=["line"], name="correction_waiting", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.field}: {self.theirs}"


class AnswerAttachment(models.Model):
    """A file that explains an answer: one line of it, or all of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    acknowledgement = models.ForeignKey(
        Acknowledgement, on_delete=models.CASCADE, db_constraint=False, related_name="attachments"
    )
    answer = models.ForeignKey(
        AnswerLine, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="attachments"
    )
    """Empty where it is about the whole answer."""
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    position = models.PositiveIntegerField()

    objects = OwnedQuerySet["AnswerAttachment"].as_manager()

    class Meta:
        db_table = "suppliers_answer_attachment"
        constraints = [
            SameOwner(field="acknowledgement", name="attachment_owner"),
            SameOwner(field="answer", name="attachment_of_its_answer", also=["acknowledgement"]),
            SameOwner(field="file", name="attachment_file_owner"),
            models.UniqueConstraint(
                fields=["acknowledgement", "answer", "file"], name="attachment_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acknowledgement_id} {self.file_id}"


CORRECTION_WORDS = {
    name: name for name in ("id", "field", "ours", "theirs", "factor", "state", "decided_at", "decided_by", "reason")
}
"""What is told of a correction wherever an answer is."""
CORRECTION_TOLD = JSONObject(**CORRECTION_WORDS | {"factor": Cast("factor", models.CharField())})
FILE_WORDS = {name: f"file__{name}" for name in ("id", "name", "size", "media_type", "state", "findings")} | {
    "answer": "answer_id"
}
"""What is told of an enclosed file: enough to show how it stands. No answer: it is about all lines."""


class Promise(models.Model):
    """A quantity and a date of one answer: several of them are a split schedule."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(AnswerLine, on_delete=models.CASCADE, db_constraint=False, related_name="promises")
    position = models.PositiveIntegerField()
    quantity = quantity_field(_("quantity"))
    date = models.DateField(_("date"), null=True)
    """As the supplier said it; empty for a backorder without a date."""
    basis = models.CharField(max_length=10, choices=DateBasis.choices)
    arrival_date = models.DateField(_("arrival"), null=True)
    """The same promise as arrival at the plant: what Odoo is told."""

    objects = OwnedQuerySet["Promise"].as_manager()

    class Meta:
        db_table = "suppliers_promise"
        constraints = [
            SameOwner(field="answer", name="promise_owner"),
            models.UniqueConstraint(fields=["answer", "position"], name="promise_position"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="promise_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.date or '?'}"


class Commitment(models.Model):
    """One step of a line's commitment history: an answer agreed or declined, by whom, and who caused the move."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="commitments")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    answer = models.ForeignKey(
        AnswerLine, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="commitments"
    )
    decision = models.CharField(max_length=20, choices=COMMITMENTS)
    cause = models.CharField(max_length=20, choices=Cause.choices)
    reason = models.TextField(blank=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    objects = SaidOfLineQuerySet["Commitment"].as_manager()

    class Meta:
        db_table = "suppliers_commitment"
        constraints = [
            SameOwner(field="line", name="commitment_owner"),
            SameOwner(field="answer", name="commitment_of_its_line", also=["line"]),
            models.UniqueConstraint(fields=["line", "number"], name="commitment_number"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} #{self.number} {self.decision}"
