"""What suppliers announce: shipment notices (ASN) with handling units, lots and serial numbers.

The notice itself moves and is written over; what it said at each sending is a version, whose rows are written once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from portal.shared.actor import Actor
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.catalogue import Item
from suppliers.models.orders import OrderLine, PurchaseOrder, optional_quantity_field, quantity_field
from suppliers.models.organisations import Plant, Supplier
from suppliers.numbering import Numbering
from suppliers.shipping_states import ON_THE_ROAD, RANK, SHIPMENT_STEPS, WRONG, PlateKind, ShipmentState, UnitKind
from suppliers.states import SyncMark

M = TypeVar("M", bound=models.Model)
SENT = ~Q(state__in=[ShipmentState.DRAFT, ShipmentState.CANCELLED, ShipmentState.CLOSED])


def label_of(number: int) -> str:
    """What people call a shipment."""
    return f"S{number}"


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
    delivery_note = models.CharField(_("delivery note"), max_length=60, blank=True)
    departs_on = models.DateField(_("departure"), null=True)
    """The day the goods are handed over, by the plant's calendar."""
    arrives_on = models.DateField(_("expected arrival"), null=True)
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=100, blank=True)
    dangerous_goods = models.TextField(_("dangerous goods"), blank=True)
    note = models.TextField(_("note"), blank=True)
    editable_until = models.DateTimeField(null=True)
    """Until when what is in it may be changed: the beginning of the day it is expected. Empty where it was announced on
    that day: until goods arrive, which ends it in any case."""
    submitted_at = models.DateTimeField(_("announced"), null=True)
    """When it was sent first."""
    received_at = models.DateTimeField(_("received"), null=True)
    """When goods of it arrived first, as Odoo says."""
    closed_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)
    """Why it is to be corrected: a list of ``{code, line, facts}``; see ``shipping_states.WRONG``."""
    sync = models.CharField(max_length=20, choices=SyncMark.choices, default=SyncMark.NONE, blank=True)
    """The worst of its orders'."""
    created_at = models.DateTimeField()

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_shipment"
        verbose_name = _("shipment notice")
        constraints = [
            models.UniqueConstraint(fields=["id", "supplier"], name="shipment_owner_key"),
            models.UniqueConstraint(fields=["supplier", "number"], name="shipment_number"),
            models.UniqueConstraint(fields=["id", "supplier", "plant"], name="shipment_place"),
            # Suppliers begin again every year: whether a closed one bears the number too is asked when it is sent.
            models.UniqueConstraint("supplier", Upper("delivery_note"), condition=SENT, name="shipment_delivery_note"),
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
            models.Index("supplier", RANK, F("created_at").desc(), F("id").desc(), name="shipment_supplier_needs"),
            models.Index(RANK, F("created_at").desc(), F("id").desc(), name="shipment_staff_needs"),
            models.Index(fields=["tracking"], name="shipment_tracking", condition=~Q(tracking="")),
            models.Index(fields=["delivery_note"], name="shipment_note_number", condition=~Q(delivery_note="")),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def what_is_wrong(self) -> list[str]:
        """Why it is to be corrected, in the reader's language."""
        return [str(WRONG[fault["code"]]) % fault["facts"] for fault in self.faults if fault["code"] in WRONG]

    @property
    def label(self) -> str:
        return label_of(self.number)


class OfVersionQuerySet(OwnedQuerySet[M]):
    """Rows of a ``version`` of a shipment."""

    plant_path = "version__shipment__plant_id"


class OfShipmentQuerySet(OwnedQuerySet[M]):
    """Rows of a ``shipment``."""

    plant_path = "shipment__plant_id"


class ShipmentDraft(models.Model):
    """What is typed and not sent: a new notice, or the correction of one. Several people may type in turn."""

    shipment = models.OneToOneField(
        Shipment, on_delete=models.CASCADE, db_constraint=False, primary_key=True, related_name="draft"
    )
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    """Counts what was typed: whoever types says which one he saw."""
    body = models.JSONField()
    """In the shape of the API's body."""
    saved_at = models.DateTimeField()
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    objects = OfShipmentQuerySet["ShipmentDraft"].as_manager()

    class Meta:
        db_table = "suppliers_shipment_draft"
        constraints = [SameOwner(field="shipment", name="shipment_draft_owner")]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.actor_name}"


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
    digest = models.CharField(max_length=64)
    """Of lines and handling units: whether a correction changes what is in it."""
    lines_count = models.PositiveIntegerField()
    units_count = models.PositiveIntegerField()

    objects = OfShipmentQuerySet["ShipmentVersion"].as_manager()

    class Meta:
        db_table = "suppliers_shipment_version"
        constraints = [
            SameOwner(field="shipment", name="shipment_version_owner"),
            models.UniqueConstraint(fields=["id", "supplier"], name="shipment_version_owner_key"),
            models.UniqueConstraint(fields=["shipment", "number"], name="shipment_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} v{self.number}"


class ShipmentOrderQuerySet(OwnedQuerySet["ShipmentOrder"]):
    plant_path = "plant_id"


class ShipmentOrder(models.Model):
    """An order of which a shipment carries goods, or carried in an earlier version: one transfer in Odoo."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, db_constraint=False, related_name="orders")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="shipments")
    sync = models.CharField(max_length=20, choices=SyncMark.choices, default=SyncMark.WAITING, blank=True)
    sync_note = models.TextField(blank=True)
    sync_why = models.JSONField(null=True)
    transfer = models.CharField(_("transfer"), max_length=60, blank=True)
    """Its number in Odoo."""
    ended_at = models.DateTimeField(null=True)
    """Since when Odoo expects nothing more of it."""

    objects = ShipmentOrderQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_shipment_order"
        constraints = [
            SameOwner(field="shipment", name="shipment_order_owner", also=["plant"]),
            SameOwner(field="order", name="shipment_order_of_owner", also=["plant"]),
            models.UniqueConstraint(fields=["shipment", "order"], name="shipment_order_once"),
        ]
        indexes = [models.Index(fields=["order"], name="shipment_of_order")]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.order_id}"


class HandlingUnit(models.Model):
    """A pallet, a carton, a drum: what is lifted and scanned. Units stand in one another as a tree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ShipmentVersion, on_delete=models.CASCADE, db_constraint=False, related_name="units")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, db_constraint=False, null=True, related_name="contained"
    )
    position = models.PositiveIntegerField()
    """In the version, parents before what stands in them."""
    kind = models.CharField(max_length=10, choices=UnitKind.choices)
    plate = models.CharField(max_length=35)
    """What is printed and scanned."""
    plate_kind = models.CharField(max_length=10, choices=PlateKind.choices)
    gross_weight = models.DecimalField(_("gross weight, kg"), max_digits=12, decimal_places=3, null=True)
    tracking = models.CharField(_("tracking number"), max_length=100, blank=True)
    """Of a parcel that travels by itself."""

    objects = OfVersionQuerySet["HandlingUnit"].as_manager()

    class Meta:
        db_table = "suppliers_handling_unit"
        constraints = [
            models.UniqueConstraint(fields=["id", "supplier", "version"], name="unit_version_key"),
            SameOwner(field="version", name="unit_owner"),
            SameOwner(field="parent", name="unit_parent", also=["version"]),
            models.UniqueConstraint(fields=["version", "position"], name="unit_position"),
            models.UniqueConstraint(fields=["version", "plate"], name="unit_plate_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_in_itself"),
            models.CheckConstraint(condition=~Q(plate=""), name="unit_numbered"),
        ]
        indexes = [
            models.Index(fields=["plate"], name="unit_plate"),
            models.Index(fields=["tracking"], name="unit_tracking", condition=~Q(tracking="")),
        ]

    def __str__(self) -> str:
        return self.plate


class ShipmentLine(models.Model):
    """A quantity of one order line, of one lot, in one handling unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ShipmentVersion, on_delete=models.CASCADE, db_constraint=False, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="shipped")
    unit = models.ForeignKey(
        HandlingUnit, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="contents"
    )
    """Empty where the supplier says nothing of the packing."""
    position = models.PositiveIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    """As the line had it when this was sent, like number and unit: an order line may change, a version does not."""
    item_code = models.CharField(_("item"), max_length=100, blank=True)
    quantity = quantity_field(_("quantity"))
    unit_name = models.CharField(_("unit"), max_length=60)
    packed_quantity = optional_quantity_field(_("quantity as shipped"))
    packed_unit = models.CharField(_("unit as shipped"), max_length=60, blank=True)
    """Where the supplier counts otherwise than the order."""
    lot = models.CharField(_("supplier's lot"), max_length=80, blank=True)
    made_on = models.DateField(_("made"), null=True)
    expires_on = models.DateField(_("expires"), null=True)
    serials = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    country = models.CharField(_("country of origin"), max_length=2, blank=True)

    objects = OfVersionQuerySet["ShipmentLine"].as_manager()

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
    sscc_extension = models.PositiveSmallIntegerField(_("extension digit"), default=0)
    """The first digit of the SSCCs made here, so that another program of his, or another account, may use others."""
    plate_agency = models.CharField(_("issuing agency"), max_length=3, blank=True)
    """Of ISO/IEC 15459: UN, OD, LE."""
    plate_company = models.CharField(_("company number at the agency"), max_length=12, blank=True)
    next_shipment = models.PositiveIntegerField(default=1)
    next_unit = models.BigIntegerField(default=0)
    """Whose turn it is: counted on whatever the numbers are made of."""

    objects = OwnedQuerySet["NumberSeries"].as_manager()

    class Meta:
        db_table = "suppliers_number_series"
        constraints = [
            models.UniqueConstraint(
                fields=["gs1_prefix", "sscc_extension"], condition=~Q(gs1_prefix=""), name="series_sscc"
            ),
            models.UniqueConstraint(
                fields=["plate_agency", "plate_company"], condition=~Q(plate_company=""), name="series_plate"
            ),
            models.CheckConstraint(condition=Q(sscc_extension__lte=9), name="series_extension"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.numbering.kind}"

    @property
    def numbering(self) -> Numbering:
        return Numbering(self.gs1_prefix, self.sscc_extension, self.plate_agency, self.plate_company)


class LicencePlate(models.Model):
    """A number that stands on a handling unit; not used again for another shipment while it may still be read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, db_constraint=False, related_name="plates")
    code = models.CharField(max_length=35)
    used_on = models.DateField()
    """The day it left."""

    objects = OfShipmentQuerySet["LicencePlate"].as_manager()

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
