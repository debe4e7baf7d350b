"""What the buyer's desk keeps: dates moved in Odoo whose cause a buyer states, and decisions made many at once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import SameOwner
from suppliers.models.orders import OrderLine, SaidOfLineQuerySet
from suppliers.models.organisations import Plant, Supplier
from suppliers.states import Cause, Decision


class DateMoveQuerySet(SaidOfLineQuerySet["DateMove"]):
    plant_path = "plant_id"


class DateMove(models.Model):
    """A promised date that somebody moved in Odoo. Until a buyer says whose cause it was, it counts as the buyer's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="moves")
    revision = models.PositiveIntegerField()
    """The revision that moved it."""
    at = models.DateTimeField()
    before = models.DateField(_("promised"))
    """The latest arrival that stood agreed."""
    after = models.DateField(_("moved to"))
    """The latest arrival that Odoo says since."""
    first_before = models.DateField(null=True)
    """The first promise that stood before, and stands again where the supplier caused the move."""
    cause = models.CharField(max_length=20, choices=Cause.choices, default=Cause.BUYER)
    reason = models.TextField(blank=True)
    stated_at = models.DateTimeField(null=True)
    """When a buyer said whose cause it was; empty: nobody has, and it counts as the buyer's."""
    actor_id = models.CharField(max_length=80, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)

    objects = DateMoveQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_date_move"
        verbose_name = _("date move")
        constraints = [
            SameOwner(field="line", name="date_move_owner"),
            models.UniqueConstraint(fields=["line", "revision"], name="date_move_once"),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], condition=models.Q(stated_at__isnull=True), name="date_move_unstated"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.before} > {self.after}"


class DecisionBatch(models.Model):
    """One decision on many answers. Each row was decided, or refused, by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    decision = models.CharField(max_length=20, choices=Decision.choices)
    reason = models.TextField(blank=True)
    results = models.JSONField(default=list)
    """A list of ``{line, answer, order, number, position, supplier, item, outcome, code, message}`` in the order asked
    for; ``outcome`` is ``decided`` or ``refused``, ``code`` and ``message`` say why it was refused."""
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    class Meta:
        db_table = "suppliers_decision_batch"
        verbose_name = _("batch of decisions")

    def __str__(self) -> str:
        return f"{self.decision} {len(self.results)}"
