"""Where Odoo is, how far it was read, which of its records is which of ours, and what could not be read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.office import obstacles
from integrations.office.states import MappingAnswer, Standing
from portal.shared.identifiers import new_id
from suppliers.models import Plant
from suppliers.states import StaffRole


class Connection(models.Model):
    """One Odoo database. Address and credentials come from the environment, never from this table."""

    name = models.CharField(max_length=80, unique=True)
    paused = models.BooleanField(default=False)
    pulled_at = models.DateTimeField(null=True)
    """When the last complete pull began."""
    failure = models.TextField(blank=True)
    """Why the last pull stopped; empty when it went through."""
    why = models.JSONField(null=True)
    """The same as code and facts."""

    class Meta:
        db_table = "office_connection"

    def __str__(self) -> str:
        return self.name

    @property
    def what_failed(self) -> str:
        """Why the last pull stopped, in the reader's language."""
        return obstacles.message_of(self.why, self.failure)


class Cursor(models.Model):
    """How far one model of one Odoo was read: every record written before ``until`` has been taken in."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="cursors")
    model = models.CharField(max_length=80)
    until = models.DateTimeField()

    class Meta:
        db_table = "office_cursor"
        constraints = [models.UniqueConstraint(fields=["connection", "model"], name="cursor_once")]

    def __str__(self) -> str:
        return f"{self.model} < {self.until:%Y-%m-%d %H:%M:%S}"

    @property
    def title(self) -> str:
        """What people call it."""
        return str(READ_MODELS.get(self.model, self.model))


READ_MODELS = {
    "purchase.order": _("Orders"),
    "purchase.order.line": _("Order lines"),
    "res.partner": _("Suppliers"),
    "product.product": _("Items"),
    "uom.uom": _("Units"),
    "stock.warehouse": _("Plants"),
    "stock.move": _("Stock moves"),
    "product.supplierinfo": _("Price lists"),
    "account.move": _("Bills"),
    "ir.attachment": _("Files for suppliers"),
}
"""What people call what is read."""


class Mapping(models.Model):
    """One record of Odoo is one object of ours."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="mappings")
    model = models.CharField(max_length=80)
    remote_id = models.BigIntegerField()
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, blank=True)
    """Of the record as it was last taken in; the same again needs no act. Emptied when we write to the record."""
    reading = models.BigIntegerField(default=0)
    """The number of the reading that the object's state rests on. Numbers are drawn before Odoo is asked: what was
    read under a smaller one may be older than what is known, and is read again instead of taken in."""
    current = models.BooleanField(default=True)
    """Whether the object follows this record. Of several that a person said are the same the latest counts; what still
    names a former one is about the same object."""
    made_at = models.DateTimeField(null=True)
    """When it was first taken in; what changed since stands on the audit trail of this row."""
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.UNKNOWN, blank=True)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_mapping"
        constraints = [
            models.UniqueConstraint(fields=["connection", "model", "remote_id"], name="mapping_remote"),
            models.UniqueConstraint(
                fields=["connection", "model", "object_id"],
                name="mapping_current_object",
                condition=models.Q(current=True),
            ),
        ]
        indexes = [models.Index(fields=["object_type", "object_id"], name="mapping_object_rows")]

    def __str__(self) -> str:
        return f"{self.model} {self.remote_id} = {self.object_type} {self.object_id}"


class Awaited(models.Model):
    """A stock move that stood behind an order's lines when the order was read last.

    When such a move is called off, Odoo cuts its link to the receipt and leaves order, line and receipt untouched:
    only whoever knew the move finds the order again.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="awaited")
    order_id = models.BigIntegerField()
    move_id = models.BigIntegerField()

    class Meta:
        db_table = "office_awaited"
        constraints = [models.UniqueConstraint(fields=["connection", "move_id", "order_id"], name="awaited_once")]
        indexes = [models.Index(fields=["connection", "order_id"], name="awaited_order")]

    def __str__(self) -> str:
        return f"{self.move_id} > {self.order_id}"


class Trouble(models.Model):
    """A record of Odoo that could not be taken in: it stops itself, not the run, and says who must do what.

    One row for each time; what is resolved stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="troubles")
    model = models.CharField(max_length=80)
    remote_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, null=True, related_name="+")
    code = models.CharField(max_length=60)
    message = models.TextField()
    why = models.JSONField(null=True)
    """The same as code and facts; null where only the sentence is known."""
    owner = models.CharField(_("who must act"), max_length=40, choices=StaffRole.choices)
    remedy = models.TextField()
    need_date = models.DateField(null=True)
    """The earliest day on which the plant expects something of it."""
    because_model = models.CharField(max_length=80, blank=True)
    because_id = models.BigIntegerField(null=True)
    """The record that must be put right first, where it is another one."""
    suggestions = models.JSONField(default=list)
    """What of ours the record may be: a list of ``{mapping, object, name, remote_id, standing, why}``, ``why`` being
    the names of the fields that are equal."""
    answer = models.CharField(max_length=10, choices=MappingAnswer.choices, default=MappingAnswer.NONE, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    """Who said what it is; the next reading takes it in."""
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "office_trouble"
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "model", "remote_id"],
                name="trouble_open_once",
                condition=models.Q(resolved_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["because_model", "because_id"], name="trouble_because"),
            models.Index(fields=["-resolved_at", "-id"], name="trouble_resolved"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.code}"

    @property
    def what_failed(self) -> str:
        """Why it could not be taken in, in the reader's language."""
        return obstacles.message_of(self.why, self.message)

    @property
    def what_to_do(self) -> str:
        """What whoever must act should do, in the reader's language."""
        return obstacles.remedy_of(self.why, self.remedy)
