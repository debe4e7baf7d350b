"""Requests to change master data: Odoo owns it, the supplier asks, a buyer decides, the post office writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers import masterdata
from suppliers.models.catalogue import PriceTerm
from suppliers.models.organisations import Supplier
from suppliers.states import MASTER_STEPS, MasterField, MasterState, Source, SyncMark

OPEN = Q(state=MasterState.SUBMITTED) | Q(
    state=MasterState.APPROVED, sync__in=(SyncMark.WAITING, SyncMark.NEEDS_PERSON)
)
"""Somebody still has to decide, or Odoo does not have it yet."""


class MasterRequestQuerySet(OwnedQuerySet["MasterRequest"]):
    def open(self) -> MasterRequestQuerySet:
        """Those that are not over."""
        return self.filter(OPEN)

    def waiting(self) -> MasterRequestQuerySet:
        """Those a buyer has to decide."""
        return self.filter(state=MasterState.SUBMITTED)


class MasterRequest(models.Model):
    """One value of a supplier's master data is to be another one: of a price list entry, of a contact, of himself."""

    STEPS: ClassVar[Mapping[str, Collection[str]]] = MASTER_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("request"))
    """Counts the requests of one supplier, under his lock."""
    field = models.CharField(_("what"), max_length=20, choices=MasterField.choices)
    term = models.ForeignKey(
        PriceTerm, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="requests"
    )
    contact = models.CharField(max_length=40, blank=True)
    """The ``ref`` of one of the supplier's contacts. Neither term nor contact: it is about himself."""
    subject = models.CharField(_("of what"), max_length=420)
    """The item or the contact in words, as it was called when it was asked."""
    unit = models.CharField(max_length=60, blank=True)
    """What a number is counted in: a currency, a unit of measure."""
    before = models.JSONField(_("before"))
    """The values the supplier looked at, by name; numbers as text. See ``masterdata``."""
    after = models.JSONField(_("wanted"))
    comment = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=MasterState.choices, default=MasterState.SUBMITTED)
    sync = models.CharField(max_length=20, choices=SyncMark.choices, default=SyncMark.NONE, blank=True)
    """Where what was approved stands in Odoo."""
    sync_note = models.TextField(blank=True)
    sync_why = models.JSONField(null=True)
    """The same as code and facts, to be said in the reader's language."""
    asked_by = models.CharField(max_length=200)
    source = models.CharField(_("how the supplier told us"), max_length=20, choices=Source.choices, blank=True)
    """Said where the buyer's side asks for him; empty: he asked himself."""
    source_note = models.CharField(_("who, and what there is to find again"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("asked"))
    moved_at = models.DateTimeField(_("last word"))
    decided_by = models.CharField(max_length=200, blank=True)
    closing = models.TextField(blank=True)
    """Why it was declined or withdrawn."""

    objects = MasterRequestQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_master_request"
        verbose_name = _("change of master data")
        constraints = [
            SameOwner(field="term", name="master_term"),
            models.UniqueConstraint(fields=["supplier", "number"], name="master_number"),
            models.UniqueConstraint(
                fields=["supplier", "field", "term", "contact"],
                condition=OPEN,
                name="master_one_open",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(term=None) | Q(contact=""), name="master_one_subject"),
            models.CheckConstraint(
                condition=Q(state=MasterState.APPROVED) ^ Q(sync=SyncMark.NONE), name="master_approved_goes_to_odoo"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "opened_at", "id"], name="master_queue"),
            models.Index(fields=["-moved_at", "-id"], name="master_list"),
        ]

    def __str__(self) -> str:
        return f"M{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == MasterState.SUBMITTED or self.sync in (SyncMark.WAITING, SyncMark.NEEDS_PERSON)

    @property
    def revocable(self) -> bool:
        """Whether the approval can be taken back: Odoo stands in its way, and no letter is under way."""
        return self.state == MasterState.APPROVED and self.sync == SyncMark.NEEDS_PERSON

    def told(self, values: Mapping[str, str], see_prices: bool) -> str:
        """Values of its field in words; what a price is, to those who see prices."""
        if self.field == MasterField.PRICE and not see_prices:
            return str(_("a price"))
        return masterdata.words(self.field, values, self.unit)
