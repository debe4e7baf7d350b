"""Going live in waves: for whom the portal is off, on trial, or on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet
from suppliers.models.organisations import Plant, Supplier
from suppliers.states import Mode
from suppliers.tolerances import choose


class ActivationQuerySet(OwnedQuerySet["Activation"]):
    def for_pair(self, supplier_id: int, plant_id: int) -> Activation | None:
        """What is in force for one supplier's orders of one plant; None is off."""
        rows = self.filter(
            models.Q(supplier__isnull=True) | models.Q(supplier=supplier_id),
            models.Q(plant__isnull=True) | models.Q(plant=plant_id),
        )
        return choose(rows, supplier_id=supplier_id, group_id=None, plant_id=plant_id)


class Activation(models.Model):
    """One wave: a mode for a supplier at a plant, for a plant, or for everybody. A change is a new version.

    Precedence: supplier and plant > plant > everybody; nothing at all is off.
    """

    group_id: ClassVar[None] = None
    """Waves know no groups; asked by :func:`suppliers.tolerances.choose`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, null=True, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField()
    mode = models.CharField(max_length=10, choices=Mode.choices)
    cut_over = models.DateTimeField(_("cut-over"))
    """Orders placed before this moment are a baseline when they go live."""
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    objects = ActivationQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_activation"
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "plant", "version"], name="activation_version", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(supplier__isnull=True) | models.Q(plant__isnull=False), name="activation_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} v{self.version}"
