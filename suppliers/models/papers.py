"""What is printed: in whose name and colours, and the PDFs that people asked for."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.brand import Brand
from documents.models import StoredFile
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from portal.shared.transitions import Steps
from suppliers.models.orders import PurchaseOrder
from suppliers.models.organisations import Plant, Supplier
from suppliers.models.shipments import Shipment
from suppliers.shipping_states import ShipmentPaper, Stock
from suppliers.states import PRINT_STEPS, Paper, PrintState


class Branding(models.Model):
    """Name, logo and colours of the buyer's documents and mails: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("name"), max_length=100, blank=True)
    """Empty: the portal's name."""
    ink = models.CharField(_("colour of text"), max_length=7, default=Brand.ink)
    accent = models.CharField(_("accent"), max_length=7, default=Brand.accent)
    logo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "suppliers_branding"
        verbose_name = _("branding")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="branding_is_one")]

    def __str__(self) -> str:
        return self.name

    @property
    def brand(self) -> Brand:
        """The values, without a query. The logo's bytes go along as the image ``logo``."""
        return Brand(self.name or settings.PORTAL_NAME, self.ink, self.accent, "logo" if self.logo_id else "")


class Print(models.Model):
    """A PDF that somebody asked for. The file says itself whether it has passed its inspection."""

    STEPS: ClassVar[Steps] = PRINT_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=PrintState.choices, default=PrintState.WAITING)
    language = models.CharField(_("language"), max_length=10)
    asked_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    tries = models.PositiveSmallIntegerField(default=0)
    drawing_since = models.DateTimeField(null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, db_constraint=False, related_name="+")

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.state in (PrintState.WAITING, PrintState.DRAWING)


class PrintQuerySet(OwnedQuerySet["OrderPrint"]):
    matter_path = "order_id"
    plant_path = "plant_id"


class OrderPrint(Print):
    """A PDF of an order, as somebody asked for it."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="prints")
    paper = models.CharField(_("paper"), max_length=10, choices=Paper.choices)
    time_zone = models.CharField(max_length=60)
    prices = models.BooleanField()
    """Whether whoever asked sees prices."""

    objects = PrintQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_order_print"
        verbose_name = _("PDF")
        constraints = [
            SameOwner(field="order", name="print_place", also=["plant"]),
            SameOwner(field="file", name="print_file_owner"),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="print_waiting", condition=models.Q(state__in=["waiting", "drawing"])
            ),
            models.Index(fields=["file"], name="print_file"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.paper} {self.language}"

    @property
    def matter(self) -> UUID:
        """The order, for whoever holds a link to it."""
        return self.order_id


class ShipmentPrintQuerySet(OwnedQuerySet["ShipmentPrint"]):
    plant_path = "plant_id"


class ShipmentPrint(Print):
    """Labels, packing list or delivery note of what a shipment said in one version."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, db_constraint=False, related_name="prints")
    version = models.PositiveIntegerField()
    what = models.CharField(_("paper"), max_length=20, choices=ShipmentPaper.choices)
    stock = models.CharField(_("format"), max_length=10, choices=Stock.choices)

    objects = ShipmentPrintQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_shipment_print"
        verbose_name = _("PDF")
        constraints = [
            SameOwner(field="shipment", name="shipment_print_place", also=["plant"]),
            SameOwner(field="file", name="shipment_print_file_owner"),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="shipment_print_waiting",
                condition=models.Q(state__in=["waiting", "drawing"]),
            ),
            models.Index(fields=["shipment", "-asked_at"], name="shipment_print_list"),
            models.Index(fields=["file"], name="shipment_print_file"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} v{self.version} {self.what} {self.stock} {self.language}"
