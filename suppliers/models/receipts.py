"""What arrived, as Odoo says: by order line, lot and package. Odoo's, pulled, never edited here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.actor import Actor
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.catalogue import Item
from suppliers.models.orders import OrderLine, quantity_field
from suppliers.models.organisations import Plant, Supplier
from suppliers.models.shipments import Shipment
from suppliers.shipping_states import ReceiptKind
from suppliers.states import Mode


class ReceiptQuerySet(OwnedQuerySet["Receipt"]):
    plant_path = "plant_id"

    def visible_to(self, actor: Actor) -> ReceiptQuerySet:
        """A supplier does not see what has not gone live for him."""
        rows = super().visible_to(actor)
        return rows.exclude(line__order__mode=Mode.OFF) if actor.behind_wall else rows


class Receipt(models.Model):
    """One booked movement of goods of an order line: into the plant, or back to the supplier."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="receipts")
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="receipts"
    )
    """The notice it came with; empty where there was none, or nobody can tell."""
    ref = models.CharField(max_length=40, unique=True)
    """The caller's own name for it: the same again is the same movement, restated."""
    returned_ref = models.CharField(max_length=40, blank=True)
    """Of a return: what it takes back."""
    counts = models.BooleanField(default=True)
    """Whether it changes what the order line has received; goods sent back to be exchanged do not."""
    kind = models.CharField(max_length=10, choices=ReceiptKind.choices)
    at = models.DateTimeField(_("booked"))
    day = models.DateField(_("day"))
    """By the plant's calendar."""
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = quantity_field(_("quantity"))
    """Never negative: the kind says which way it went."""
    unit_name = models.CharField(_("unit"), max_length=60)
    lot = models.CharField(_("lot"), max_length=100, blank=True)
    """As the plant calls it."""
    supplier_lot = models.CharField(_("supplier's lot"), max_length=80, blank=True)
    """As it was announced."""
    plate = models.CharField(_("handling unit"), max_length=100, blank=True)
    transfer = models.CharField(_("transfer"), max_length=60, blank=True)
    """Its number in Odoo."""

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_receipt"
        constraints = [
            SameOwner(field="line", name="receipt_owner"),
            SameOwner(field="shipment", name="receipt_shipment"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="receipt_not_negative"),
        ]
        indexes = [
            models.Index(fields=["plant", "day"], name="receipt_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity} {self.lot}"
