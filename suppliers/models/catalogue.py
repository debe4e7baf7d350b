"""What is bought. Owned by Odoo, pulled, never edited here; suppliers see an item only as words on their orders."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.ownership import OwnedQuerySet
from suppliers.models.organisations import Supplier


class Unit(models.Model):
    """A unit of measure. ``step`` is the smallest quantity it can count."""

    name = models.CharField(_("name"), max_length=60)
    category = models.CharField(_("category"), max_length=60, blank=True)
    step = models.DecimalField(_("step"), max_digits=12, decimal_places=6)

    class Meta:
        db_table = "suppliers_unit"

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A part or material."""

    code = models.CharField(_("item number"), max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=300)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "suppliers_item"

    def __str__(self) -> str:
        return f"[{self.code}] {self.name}" if self.code else self.name


class SupplierItem(models.Model):
    """What a supplier calls an item, as Odoo's price lists have it."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("supplier's item number"), max_length=100, blank=True)
    name = models.CharField(_("supplier's name for it"), max_length=300, blank=True)

    objects = OwnedQuerySet["SupplierItem"].as_manager()

    class Meta:
        db_table = "suppliers_supplier_item"
        constraints = [models.UniqueConstraint(fields=["supplier", "item"], name="supplier_item_once")]

    def __str__(self) -> str:
        return self.code or self.name
