"""The approved vendor list: which supplier may deliver which item to which plant, and its standing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet
from suppliers.models.catalogue import Item
from suppliers.models.organisations import Plant, Supplier
from suppliers.states import ListStanding


class Approval(models.Model):
    """One statement of the list. A change is a new version, effective from a day; nothing is overwritten.

    A plant's own statement goes before the one for every plant.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField()
    standing = models.CharField(_("standing"), max_length=20, choices=ListStanding.choices)
    effective = models.DateField(_("effective from"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    objects = OwnedQuerySet["Approval"].as_manager()

    class Meta:
        db_table = "suppliers_approval"
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "item", "plant", "version"], name="approval_version", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["item", "plant"], name="approval_item"),
            models.Index(fields=["-at", "-id"], name="approval_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.standing} v{self.version}"
