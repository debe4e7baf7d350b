"""Change requests: what one side wants changed of what was agreed, and the offers made until both sides say yes or no.

A request is about one line. Its offers are written once and never changed; accepting one makes an acknowledgement of
it, so that what binds is always an answer of the supplier with its promises.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.acknowledgements import ENTERED, AnswerLine, Said
from suppliers.models.orders import OrderLine, PurchaseOrder, quantity_field
from suppliers.models.organisations import Plant, Supplier, TolerancePolicy
from suppliers.states import CHANGE_ENDS, CHANGE_STEPS, ChangeState, DateBasis, Reason, Side, Verdict


class ChangeRequestQuerySet(OwnedQuerySet["ChangeRequest"]):
    plant_path = "plant_id"
    matter_path = "order_id"

    def open(self) -> ChangeRequestQuerySet:
        """Those on which somebody still has to say something."""
        return self.exclude(waits_for="")

    def waiting_for(self, side: Side) -> ChangeRequestQuerySet:
        """Those on which this side has to say something."""
        return self.filter(waits_for=side)


class ChangeRequest(models.Model):
    """One line is to be changed after it was agreed: date, quantity, price, split, or not delivered at all."""

    STEPS: ClassVar[Mapping[str, Collection[str]]] = CHANGE_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="changes")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="changes")
    number = models.PositiveIntegerField(_("change request"))
    """Counts the change requests of one order, under its lock."""
    side = models.CharField(_("asked by"), max_length=10, choices=Side.choices)
    """Who asks, and so who caused what comes of it."""
    state = models.CharField(max_length=20, choices=ChangeState.choices, default=ChangeState.SUBMITTED)
    waits_for = models.CharField(_("waiting for"), max_length=10, choices=Side.choices, blank=True)
    """The side that has to answer the last offer; empty once it is over."""
    revision = models.PositiveIntegerField()
    """The revision of the line it starts from: a later one overtakes it."""
    opened_at = models.DateTimeField(_("asked"))
    moved_at = models.DateTimeField(_("last word"))
    closing = models.TextField(blank=True)
    """Why it was declined or withdrawn."""
    answer = models.OneToOneField(
        AnswerLine, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="change"
    )
    """The supplier's answer that the accepted offer became."""

    asked_with: list[ChangeRequest]
    """What was just asked for together, in memory, for a caller that only rehearsed."""

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_change_request"
        verbose_name = _("change request")
        constraints = [
            SameOwner(field="order", name="change_place", also=["plant"]),
            SameOwner(field="line", name="change_line_place", also=["order"]),
            SameOwner(field="answer", name="change_answer", also=["line"]),
            models.UniqueConstraint(fields=["id", "supplier"], name="change_owner_key"),
            models.UniqueConstraint(fields=["order", "number"], name="change_number"),
            models.UniqueConstraint(fields=["line"], condition=~Q(waits_for=""), name="change_one_open"),
            models.CheckConstraint(
                condition=Q(state__in=CHANGE_ENDS, waits_for="")
                | (~Q(state__in=CHANGE_ENDS) & Q(waits_for__in=Side.values)),
                name="change_waits_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.ACCEPTED, answer__isnull=False)
                | (~Q(state=ChangeState.ACCEPTED) & Q(answer__isnull=True)),
                name="change_accepted_binds",
            ),
        ]
        indexes = [
            models.Index(fields=["waits_for", "moved_at", "id"], name="change_queue"),
            models.Index(fields=["supplier", "-moved_at", "-id"], name="change_supplier_list"),
            models.Index(fields=["-moved_at", "-id"], name="change_staff_list"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} C{self.number}"

    @property
    def is_open(self) -> bool:
        return self.waits_for != ""

    @property
    def matter(self) -> UUID:
        """The order."""
        return self.order_id


class ChangeOffer(Said):
    """What one side says the line should become."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, db_constraint=False, related_name="offers")
    number = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    at = models.DateTimeField()
    cancels = models.BooleanField(default=False)
    """Nothing more is to be delivered than has been received."""
    price = models.DecimalField(_("proposed price"), max_digits=20, decimal_places=6, null=True)
    """Empty: as agreed."""
    reason = models.CharField(max_length=20, choices=Reason.choices)
    comment = models.TextField(blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    findings = models.JSONField(default=list)
    """How far it strays, as of an answer; see ``tolerances``."""
    policy = models.ForeignKey(TolerancePolicy, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OwnedQuerySet["ChangeOffer"].as_manager()

    class Meta:
        db_table = "suppliers_change_offer"
        constraints = [
            SameOwner(field="request", name="offer_owner"),
            models.UniqueConstraint(fields=["id", "supplier"], name="offer_owner_key"),
            models.UniqueConstraint(fields=["request", "number"], name="offer_number"),
            models.CheckConstraint(
                condition=Q(side=Side.BUYER, source="") | (Q(side=Side.SUPPLIER) & ENTERED), name="offer_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} #{self.number}"


class OfferedDelivery(models.Model):
    """A quantity and a date of one offer, as of a :class:`Promise`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(ChangeOffer, on_delete=models.CASCADE, db_constraint=False, related_name="deliveries")
    position = models.PositiveIntegerField()
    quantity = quantity_field(_("quantity"))
    date = models.DateField(_("date"))
    """As it was said, in the order's basis."""
    basis = models.CharField(max_length=10, choices=DateBasis.choices)
    arrival_date = models.DateField(_("arrival"))

    objects = OwnedQuerySet["OfferedDelivery"].as_manager()

    class Meta:
        db_table = "suppliers_offered_delivery"
        constraints = [
            SameOwner(field="offer", name="offered_owner"),
            models.UniqueConstraint(fields=["offer", "position"], name="offered_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="offered_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.date}"
