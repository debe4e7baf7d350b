"""The files that go with an order: drawings, quality terms. Odoo has them, the portal keeps every version it saw."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from portal.shared.actor import Actor
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.catalogue import Item
from suppliers.models.orders import PurchaseOrder
from suppliers.models.organisations import Supplier
from suppliers.states import Mode


class OrderFileQuerySet(OwnedQuerySet["OrderFile"]):
    plant_path = "order__plant_id"
    matter_path = "order_id"

    def visible_to(self, actor: Actor) -> OrderFileQuerySet:
        """A supplier sees no file that was taken back, nor one of an order that has not gone live."""
        rows = super().visible_to(actor)
        return rows.filter(withdrawn_at=None).exclude(order__mode=Mode.OFF) if actor.behind_wall else rows

    def current(self) -> OrderFileQuerySet:
        """What Odoo says now; the others are older versions and files that were taken back."""
        return self.filter(withdrawn_at=None, replaced_at=None)

    def wanted(self) -> OrderFileQuerySet:
        """Those whose bytes have not been fetched yet."""
        return self.current().filter(file=None, refusal="")


class OrderFile(models.Model):
    """One version of one file of an order, or of one of its items. Its bytes are a stored file of the supplier's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="files")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+")
    """Empty for a file of the whole order."""
    item_code = models.CharField(max_length=100, blank=True)
    """Kept beside the key: suppliers see items as words on their orders, never the buyer's table of them."""
    name = models.CharField(_("name"), max_length=200)
    version = models.PositiveIntegerField()
    ref = models.CharField(max_length=40)
    """The post office's own name for it, by which it asks for the bytes."""
    checksum = models.CharField(max_length=40)
    """SHA-1 of the bytes, as Odoo says it."""
    size = models.PositiveBigIntegerField()
    stated_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    """When its bytes were asked for last and did not come: others are asked for first."""
    replaced_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+")
    refusal = models.CharField(max_length=40, blank=True)
    """Why its bytes were not kept at all: a code that ``suppliers.templatetags.contents`` puts into words."""

    objects = OrderFileQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_order_file"
        constraints = [
            SameOwner(field="order", name="order_file_owner"),
            SameOwner(field="file", name="order_file_bytes"),
            models.UniqueConstraint(
                fields=["order", "item", "name", "version"], name="order_file_version", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "checksum"], name="order_file_checksum"),
            models.Index(fields=["file"], name="order_file_file"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
