"""The exception desk: one list of all that waits for a person at the post office, and of what no longer does."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.office import obstacles
from integrations.office.models.connections import Trouble
from integrations.office.models.deliveries import Delivery
from integrations.office.states import DeliveryState, ExceptionSource
from portal.shared.actor import Actor
from portal.shared.models import StateChange
from suppliers.models import OrderLine
from suppliers.states import StaffRole


class ExceptionQuerySet(models.QuerySet["DeskException", Any]):
    def visible_to(self, actor: Actor) -> ExceptionQuerySet:
        """Those of the actor's plants, and those of no plant: somebody must see them."""
        if actor.behind_wall or not actor.grants:
            return self.none()
        if actor.plants is None:
            return self.all()
        return self.filter(models.Q(plant_id__isnull=True) | models.Q(plant_id__in=actor.plants))

    def explained(self) -> ExceptionQuerySet:
        """With ``why`` as it is kept beside the letter, the record or the line: code and facts, or null."""
        of = {"pk": models.OuterRef("subject_id")}
        parked = StateChange.objects.filter(
            object_type=Delivery._meta.label_lower, object_id=models.OuterRef("subject_id"),
            after=DeliveryState.NEEDS_PERSON, at=models.OuterRef("since"),
        ).order_by("-id")  # fmt: skip
        kept: dict[str, models.QuerySet[Any]] = {
            ExceptionSource.LETTER: parked,
            ExceptionSource.RECORD: Trouble.objects.filter(**of),
        }
        whens = [models.When(source=name, then=models.Subquery(rows.values("why")[:1])) for name, rows in kept.items()]
        line = models.Subquery(OrderLine.objects.filter(**of).values("sync_why"))
        case = models.Case(*whens, default=line, output_field=models.JSONField())
        return self.annotate(why=case)  # type: ignore[no-redef]  # named on the model, for whoever reads it

    def search(self, text: str) -> ExceptionQuerySet:
        """Those that name the text: order, supplier, record, or what is wrong, in the reader's language too."""
        condition = models.Q(why__code__in=obstacles.codes_saying(text))
        for name in ("label", "order_number", "supplier_name", "message"):
            condition |= models.Q(**{f"{name}__icontains": text})
        return self.filter(condition)


class DeskException(models.Model):
    """One exception. A view over letters, troubles and lines in conflict: nothing is kept twice, nothing vanishes."""

    id = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=10, choices=ExceptionSource.choices)
    subject_id = models.UUIDField()
    """The letter, the trouble or the order line."""
    business = models.BooleanField()
    code = models.CharField(max_length=60)
    owner = models.CharField(_("who must act"), max_length=40, choices=StaffRole.choices)
    label = models.CharField(max_length=200)
    message = models.TextField()
    remedy = models.TextField()
    model = models.CharField(max_length=80)
    mappable = models.BooleanField()
    """Whether a person can say what the record is."""
    answered_by = models.CharField(max_length=200)
    supplier_name = models.CharField(max_length=200)
    order_id = models.UUIDField(null=True)
    order_number = models.CharField(max_length=200)
    held_up = models.IntegerField()
    """How many orders wait because of it, beside its own."""
    plant_id = models.BigIntegerField(null=True)
    plant_name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, null=True)
    working_days = models.JSONField(null=True)
    holidays = models.JSONField(null=True)
    need_date = models.DateField(null=True)
    since = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=200)
    resolution = models.CharField(max_length=80)
    why: dict[str, Any] | None
    """Of :meth:`ExceptionQuerySet.explained`."""

    objects = ExceptionQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "office_exception"

    def __str__(self) -> str:
        return f"{self.label}: {self.code}"
