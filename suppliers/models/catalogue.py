"""What is bought. Owned by Odoo, pulled, never edited here; suppliers see an item only as words on their orders."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet
from suppliers.models.organisations import Plant, Supplier


class Unit(models.Model):
    """A unit of measure. ``step`` is the smallest quantity it can count."""

    name = models.CharField(_("name"), max_length=60)
    category = models.CharField(_("category"), max_length=60, blank=True)
    step = models.DecimalField(_("step"), max_digits=12, decimal_places=6)
    size = models.DecimalField(_("size"), max_digits=30, decimal_places=12, null=True)
    """How many of its category's reference unit one holds; empty until Odoo said it."""

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


class ShelfRule(models.Model):
    """How many days the lots of an item must still keep when they arrive: the plant's own rule before the one for all.

    A change is a new row with the next version; of one scope the newest counts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField()
    days = models.PositiveIntegerField(_("days left on arrival"), null=True)
    """0: any lot that has not expired will do. Empty: the rule ends, and the one for all plants counts again."""
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=200)

    class Meta:
        db_table = "suppliers_shelf_rule"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "plant", "version"], name="shelf_rule_version", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {'ended' if self.days is None else f'{self.days} d'}"


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


class PriceTerm(models.Model):
    """One entry of Odoo's price list of a supplier: on which terms he delivers an item from a quantity on.

    Number, name and unit of the item are kept as words, since suppliers read no items.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(_("item number"), max_length=100, blank=True)
    item_name = models.CharField(_("item"), max_length=300)
    every_variant = models.BooleanField(default=False)
    """Whether it holds for the other variants of the product as well."""
    unit_name = models.CharField(_("unit"), max_length=60, blank=True)
    """What minimum quantity and price are counted in."""
    code = models.CharField(_("supplier's part number"), max_length=100, blank=True)
    name = models.CharField(_("supplier's name for it"), max_length=300, blank=True)
    lead_time = models.IntegerField(_("lead time"))
    """Calendar days from the order to the receipt."""
    min_quantity = models.DecimalField(_("minimum quantity"), max_digits=20, decimal_places=6)
    price = models.DecimalField(_("price"), max_digits=20, decimal_places=6)
    discount = models.DecimalField(_("discount, %"), max_digits=9, decimal_places=4, default=Decimal(0))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    valid_from = models.DateField(_("valid from"), null=True)
    valid_until = models.DateField(_("valid until"), null=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    """The buyer's company whose price list it is; empty where it holds for all."""
    gone = models.BooleanField(default=False)
    """Whether Odoo has it no more."""

    objects = OwnedQuerySet["PriceTerm"].as_manager()

    class Meta:
        db_table = "suppliers_price_term"
        verbose_name = _("price list entry")
        constraints = [models.UniqueConstraint(fields=["id", "supplier"], name="price_term_owner_key")]
        indexes = [models.Index(fields=["supplier", "item_code", "item_name"], name="price_term_list")]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.item_code, self.item_name)))
