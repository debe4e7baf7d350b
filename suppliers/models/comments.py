"""What supplier and buyer write to each other about an order. Written once, never changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.orders import OrderLine, PurchaseOrder
from suppliers.models.organisations import Supplier
from suppliers.states import Side


class CommentQuerySet(OwnedQuerySet["OrderComment"]):
    plant_path = "order__plant_id"
    matter_path = "order_id"


class OrderComment(models.Model):
    """One comment in the thread of an order, for both sides to read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="comments")
    line = models.ForeignKey(
        OrderLine, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="comments"
    )
    """The line it is about; empty: the whole order."""
    number = models.PositiveIntegerField()
    """Counts the comments of one order, under its lock."""
    at = models.DateTimeField()
    side = models.CharField(max_length=10, choices=Side.choices)
    text = models.TextField(_("comment"))
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    objects = CommentQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_order_comment"
        verbose_name = _("comment")
        constraints = [
            SameOwner(field="order", name="comment_owner"),
            SameOwner(field="line", name="comment_line_owner"),
            models.UniqueConstraint(fields=["id", "supplier"], name="comment_owner_key"),
            models.UniqueConstraint(fields=["order", "number"], name="comment_number"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} #{self.number}"


class CommentAttachment(models.Model):
    """A file that came with a comment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(OrderComment, on_delete=models.CASCADE, db_constraint=False, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    position = models.PositiveIntegerField()

    objects = OwnedQuerySet["CommentAttachment"].as_manager()

    class Meta:
        db_table = "suppliers_comment_attachment"
        constraints = [
            SameOwner(field="comment", name="comment_attachment_owner"),
            SameOwner(field="file", name="comment_file_owner"),
            models.UniqueConstraint(fields=["comment", "file"], name="comment_attachment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.file_id}"


class CommentReading(models.Model):
    """How far somebody has read the thread of an order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="readings")
    actor_id = models.CharField(max_length=80)
    read_up_to = models.PositiveIntegerField()

    objects = OwnedQuerySet["CommentReading"].as_manager()

    class Meta:
        db_table = "suppliers_comment_reading"
        constraints = [
            SameOwner(field="order", name="reading_owner"),
            models.UniqueConstraint(fields=["order", "actor_id"], name="reading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.actor_id} {self.read_up_to}"
