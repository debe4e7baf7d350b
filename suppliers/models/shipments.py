"""What suppliers announce: shipment notices (ASN) with handling units, lots and serial numbers.

The notice itself moves and is written over; what it said at each sending is a version, whose rows are written once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.shared.actor import Actor
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.orders import OrderLine, PurchaseOrder, optional_quantity_field, quantity_field
from suppliers.models.organisations import Plant, Supplier
from suppliers.states import ON_THE_ROAD, SHIPMENT_STEPS, ShipmentState, SyncMark, UnitKind

SENT = ~Q(state__in=[ShipmentState.DRAFT, ShipmentState.CANCELLED])


class ShipmentQuerySet(OwnedQuerySet["Shipment"]):
    plant_path = "plant_id"

    def visible_to(self, actor: Actor) -> ShipmentQuerySet:
        """What was never sent is its writers' business alone."""
        rows = super().visible_to(actor)
        return rows if actor.behind_wall else rows.exclude(version=0)

    def expected(self) -> ShipmentQuerySet:
        """Announced, and not all there yet."""
        return self.filter(state__in=ON_THE_ROAD)


class Shipment(models.Model):
    """One delivery on its way from a supplier to a plant: goods of one or several orders."""

    STEPS: ClassVar[Mapping[str, Collection[str]]] = SHIPMENT_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("shipment"))
    """Counts the shipments of one supplier, under the lock of his series."""
    state = models.CharField(max_length=20, choices=ShipmentState.choices, default=ShipmentState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    """Of what was sent last; 0: nothing yet."""
    revision = models.PositiveIntegerField(default=1)
    """Counts every change of it, typed or sent: whoever changes it says which one he looked at."""
    delivery_note = models.CharField(_("delivery note"), max_length=60, blank=True)
    departs_on = models.DateField(_("departure"), null=True)
    """The day the goods are handed over, by the plant's calendar."""
    arrives_on = models.DateField(_("expected arrival"), null=True)
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=100, blank=True)
    dangerous_goods = models.TextField(_("dangerous goods"), blank=True)
    note = models.TextField(_("note"), blank=True)
    editable_until = models.DateTimeField(null=True)
    """Until when what is in it may be changed: the beginning of the day it is expected. A receipt ends it earlier."""
    submitted_at = models.DateTimeField(_("announced"), null=True)
    """When it was sent first."""
    received_at = models.DateTimeField(_("received"), null=True)
    """When goods of it arrived first, as Odoo says."""
    closed_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)
    """Why it is to be corrected: a list of ``{code, message, line, facts}``."""
    sync = models.CharField(max_length=20, choices=SyncMark.choices, default=SyncMark.NONE, blank=True)
    sync_note = models.TextField(blank=True)
    sync_why = models.JSONField(null=True)
    draft = models.JSONField(null=True)
    """What is typed and not sent, in the shape of the API's body: a new notice, or the correction of one."""
    draft_at = models.DateTimeField(null=True)
    draft_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_shipment"
        verbose_name = _("shipment notice")
        constraints = [
            models.UniqueConstraint(fields=["id", "supplier"], name="shipment_owner_key"),
            models.UniqueConstraint(fields=["supplier", "number"], name="shipment_number"),
            models.UniqueConstraint(
                fields=["supplier", "delivery_note"],
                condition=SENT,
                name="shipment_delivery_note",
            ),
            models.CheckConstraint(
                condition=Q(state=ShipmentState.DRAFT, version=0)
                | Q(state=ShipmentState.CANCELLED)
                | Q(version__gt=0, submitted_at__isnull=False) & ~Q(delivery_note=""),
                name="shipment_sent",
            ),
            models.CheckConstraint(
                condition=Q(arrives_on=None) | Q(departs_on=None) | Q(arrives_on__gte=F("departs_on")),
                name="shipment_dates",
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "-created_at", "-id"], name="shipment_supplier_list"),
            models.Index(
                fields=["plant", "arrives_on", "id"], name="shipment_arrivals", condition=Q(state__in=ON_THE_ROAD)
            ),
            models.Index(fields=["-created_at", "-id"], name="shipment_staff_list"),
            models.Index(fields=["tracking"], name="shipment_tracking", condition=~Q(tracking="")),
            models.Index(fields=["delivery_note"], name="shipment_note_number", condition=~Q(delivery_note="")),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What people call it."""
        return f"S{self.number}"


class ShipmentVersion(models.Model):
    """What a notice said when it was sent; a correction is the next one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, db_constraint=False, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    header = models.JSONField()
    """The notice's own fields as sent, by name; dates as text."""
    reason = models.TextField(blank=True)
    """Why it was corrected."""
    lines_count = models.PositiveIntegerField()
    units_count = models.PositiveIntegerField()

    objects = OwnedQuerySet["ShipmentVersion"].as_manager()

    class Meta:
        db_table = "suppliers_shipment_version"
        constraints = [
            SameOwner(field="shipment", name="shipment_version_owner"),
            models.UniqueConstraint(fields=["id", "supplier"], name="shipment_version_owner_key"),
            models.UniqueConstraint(fields=["shipment", "number"], name="shipment_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} v{self.number}"


class ShipmentOrder(models.Model):
    """An order of which a shipment carries goods, or carried in an earlier version: one transfer in Odoo."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, db_constraint=False, related_name="orders")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="shipments")

    objects = OwnedQuerySet["ShipmentOrder"].as_manager()

    class Meta:
        db_table = "suppliers_shipment_order"
        constraints = [
            SameOwner(field="shipment", name="shipment_order_owner"),
            SameOwner(field="order", name="shipment_order_of_owner"),
            models.UniqueConstraint(fields=["shipment", "order"], name="shipment_order_once"),
        ]
        indexes = [models.Index(fields=["order"], name="shipment_of_order")]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.order_id}"


class HandlingUnit(models.Model):
    """A pallet, a carton, a drum: what is lifted and scanned. Units stand in one another as a tree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(
        ShipmentVersion, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="units"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, db_constraint=False, null=True, related_name="contained"
    )
    position = models.PositiveIntegerField()
    """In the version, parents before what stands in them."""
    kind = models.CharField(max_length=2, choices=UnitKind.choices)
    plate = models.CharField(max_length=35)
    """What is printed and scanned: an SSCC (18 digits, GS1), else a licence plate (ISO/IEC 15459)."""
    gross_weight = models.DecimalField(_("gross weight, kg"), max_digits=12, decimal_places=3, null=True)

    objects = OwnedQuerySet["HandlingUnit"].as_manager()

    class Meta:
        db_table = "suppliers_handling_unit"
        constraints = [
            SameOwner(field="version", name="unit_owner"),
            SameOwner(field="parent", name="unit_parent", also=["version"]),
            models.UniqueConstraint(fields=["id", "supplier", "version"], name="unit_version_key"),
            models.UniqueConstraint(fields=["version", "position"], name="unit_position"),
        ]
        indexes = [models.Index(fields=["plate"], name="unit_plate")]

    def __str__(self) -> str:
        return self.plate


class ShipmentLine(models.Model):
    """A quantity of one order line, of one lot, in one handling unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(
        ShipmentVersion, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="lines"
    )
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="shipped")
    unit = models.ForeignKey(
        HandlingUnit, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="contents"
    )
    """Empty where the supplier says nothing of the packing."""
    position = models.PositiveIntegerField()
    quantity = quantity_field(_("quantity"))
    """In the order line's unit."""
    packed_quantity = optional_quantity_field(_("quantity as shipped"))
    packed_unit = models.CharField(_("unit as shipped"), max_length=60, blank=True)
    """Where the supplier counts otherwise than the order."""
    lot = models.CharField(_("supplier's lot"), max_length=80, blank=True)
    made_on = models.DateField(_("made"), null=True)
    expires_on = models.DateField(_("expires"), null=True)
    serials = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    country = models.CharField(_("country of origin"), max_length=2, blank=True)

    objects = OwnedQuerySet["ShipmentLine"].as_manager()

    class Meta:
        db_table = "suppliers_shipment_line"
        constraints = [
            SameOwner(field="version", name="shipment_line_owner"),
            SameOwner(field="line", name="shipment_line_of_owner"),
            SameOwner(field="unit", name="shipment_line_unit", also=["version"]),
            models.UniqueConstraint(fields=["version", "position"], name="shipment_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.quantity}"


class NumberSeries(models.Model):
    """What one supplier's shipments and handling units are numbered from."""

    supplier = models.OneToOneField(Supplier, on_delete=models.PROTECT, primary_key=True, related_name="series")
    gs1_prefix = models.CharField(_("GS1 company prefix"), max_length=12, blank=True)
    """Without one there is no SSCC: units carry licence plates."""
    next_shipment = models.PositiveIntegerField(default=1)
    next_sscc = models.BigIntegerField(default=0)
    """Extension digit and serial reference as one number, counted round."""
    next_plate = models.BigIntegerField(default=1)

    objects = OwnedQuerySet["NumberSeries"].as_manager()

    class Meta:
        db_table = "suppliers_number_series"

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.gs1_prefix}"


class LicencePlate(models.Model):
    """A number that stands on a handling unit; not used again for another shipment while it may still be read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, db_constraint=False, related_name="plates")
    code = models.CharField(max_length=35)
    used_at = models.DateTimeField()

    objects = OwnedQuerySet["LicencePlate"].as_manager()

    class Meta:
        db_table = "suppliers_licence_plate"
        constraints = [
            SameOwner(field="shipment", name="plate_owner"),
            models.UniqueConstraint(fields=["supplier", "code"], name="plate_once"),
        ]

    def __str__(self) -> str:
        return self.code


__all__ = [
    "HandlingUnit",
    "LicencePlate",
    "NumberSeries",
    "Shipment",
    "ShipmentLine",
    "ShipmentOrder",
    "ShipmentVersion",
]
