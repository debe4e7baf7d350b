"""Suppliers, the buyer's plants, and how far an answer may stray before a buyer must decide."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import fields
from decimal import Decimal
from email.utils import getaddresses
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet
from suppliers.shipping_states import LotNames
from suppliers.tolerances import Bounds, choose


def address_in(text: str) -> str:
    """The e-mail address in what Odoo keeps as one: any text, also several addresses or a name with one. The first that
    is one counts; none: empty.
    """
    for _name, address in getaddresses([text]):
        with suppress(ValidationError):
            validate_email(address)
            return address.lower()
    return ""


class SupplierGroup(models.Model):
    """Suppliers that share a tolerance policy."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        db_table = "suppliers_group"

    def __str__(self) -> str:
        return self.name


class SupplierQuerySet(OwnedQuerySet["Supplier"]):
    supplier_path = "id"


class Supplier(models.Model):
    """A supplying organisation. Every owned row carries its key."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    reference = models.CharField(_("supplier number"), max_length=60, blank=True)
    group = models.ForeignKey(SupplierGroup, on_delete=models.PROTECT, null=True, related_name="suppliers")
    country = models.CharField(_("country"), max_length=2, blank=True)
    vat = models.CharField(_("VAT number"), max_length=40, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    street2 = models.CharField(_("further address line"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=30, blank=True)
    city = models.CharField(_("town"), max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    payment_terms = models.CharField(_("payment terms"), max_length=200, blank=True)
    """Those of new orders; each order keeps its own."""
    contacts = models.JSONField(_("contacts"), default=list)
    """Odoo's contacts: a list of ``{ref, name, function, email, phone, language}``; ``ref`` tells them apart."""
    language = models.CharField(_("language"), max_length=10, default="en")
    """What mails to its own address are written in."""
    order_links = models.BooleanField(_("answers from the e-mail"), default=True)
    """Whether mails about its orders carry links that open them without an account."""
    active = models.BooleanField(_("active"), default=True)
    factor_from = models.DateTimeField(null=True)
    """From when on nobody acts for it without a second factor; nothing: whoever likes."""

    objects = SupplierQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_supplier"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def order_address(self) -> str:
        """Where its orders go by mail, whether or not anybody there has an account."""
        return address_in(self.email)

    def takes_links(self, at: dt.datetime) -> bool:
        """Whether mails about its orders carry links: the buyer may switch them off, and where a second factor is
        required of its people a mail alone lets nobody in.
        """
        return self.active and self.order_links and not (self.factor_from and self.factor_from <= at)

    @property
    def supplier_id(self) -> int:
        """His own: permissions and the audit trail ask every object alike whose it is."""
        return self.pk


class Plant(models.Model):
    """A site of the buyer: an Odoo company and one of its warehouses. Its clock and calendar decide dates."""

    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code"), max_length=20, unique=True)
    company = models.CharField(_("company"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    working_days = models.JSONField(_("working days"), default=list)
    """ISO weekday numbers on which the plant works; empty means Monday to Friday."""
    holidays = models.JSONField(_("holidays"), default=list)
    """ISO dates on which the plant is closed."""
    lot_names = models.CharField(
        _("lots are named"), max_length=20, choices=LotNames.choices, default=LotNames.SUPPLIER
    )

    class Meta:
        db_table = "suppliers_plant"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def plant_id(self) -> int:
        """Its own: permissions ask every object alike which plant it belongs to."""
        return self.pk


class TransitTime(models.Model):
    """Calendar days from hand-over to arrival, for one supplier's goods to one plant."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="transit_times")
    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, related_name="transit_times")
    days = models.PositiveSmallIntegerField(_("days"))

    objects = OwnedQuerySet["TransitTime"].as_manager()

    class Meta:
        db_table = "suppliers_transit_time"
        constraints = [models.UniqueConstraint(fields=["supplier", "plant"], name="transit_time_once")]

    def __str__(self) -> str:
        return f"{self.supplier_id} > {self.plant_id}: {self.days} d"


def _percent(label: Any) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(label, max_digits=6, decimal_places=2, default=Decimal(0))


class PolicyQuerySet(OwnedQuerySet["TolerancePolicy"]):
    def in_force(self, supplier: Supplier, plant_id: int, on: dt.date) -> TolerancePolicy | None:
        """The version by which answers to this supplier's orders at this plant are judged on that day."""
        rows = self.filter(
            models.Q(supplier__isnull=True) | models.Q(supplier=supplier.pk),
            models.Q(group__isnull=True) | models.Q(group=supplier.group_id),
            models.Q(plant__isnull=True) | models.Q(plant=plant_id),
            valid_from__lte=on,
        )
        return choose(
            rows,
            supplier_id=supplier.pk,
            group_id=supplier.group_id,
            plant_id=plant_id,
            age=attrgetter("valid_from", "version"),
        )


class TolerancePolicy(models.Model):
    """How far an answer may stray and still be accepted at once. Bounds are inclusive.

    A change is a new row with the next version: a verdict names the row it was given under. Of one scope the version
    that began last is in force, and of two that began on the same day the newer. Precedence: supplier and plant >
    group and plant > group > plant > default.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(SupplierGroup, on_delete=models.CASCADE, null=True, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField()
    valid_from = models.DateField(_("in force from"), default=dt.date(2000, 1, 1))
    """The first day, by each plant's own calendar, on which answers are judged by it."""
    quantity_over = _percent(_("quantity over, %"))
    quantity_under = _percent(_("quantity under, %"))
    days_early = models.PositiveSmallIntegerField(_("working days early"), default=0)
    days_late = models.PositiveSmallIntegerField(_("working days late"), default=0)
    price_up = _percent(_("price up, %"))
    price_down = _percent(_("price down, %"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_tolerance_policy"
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "group", "plant", "version"], name="policy_version", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(supplier__isnull=True) | models.Q(group__isnull=True, plant__isnull=False),
                name="policy_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def bounds(self) -> Bounds:
        return Bounds(**{field.name: getattr(self, field.name) for field in fields(Bounds)})

    @property
    def scope(self) -> tuple[int | None, int | None, int | None]:
        """For whom it is: the keys of supplier, group and plant."""
        return self.supplier_id, self.group_id, self.plant_id
