"""Purchase orders as Odoo states them, with every revision kept, and where each line stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.shared.actor import Actor
from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.catalogue import Item, Unit
from suppliers.models.organisations import Plant, Supplier
from suppliers.shipping_states import Tracking
from suppliers.states import (
    LINE_STEPS,
    ORDER_STEPS,
    Billing,
    DemandKind,
    LineState,
    Mode,
    OrderState,
    Payment,
    SyncMark,
)

M = TypeVar("M", bound=models.Model)


def quantity_field(label: Any, **options: Any) -> models.DecimalField[Decimal, Decimal]:
    """A quantity in the line's unit: 6 decimals, which hold every rounding step seen in Odoo."""
    return models.DecimalField(label, max_digits=20, decimal_places=6, **options)


def optional_quantity_field(label: Any) -> models.DecimalField[Decimal | None, Decimal | None]:
    """The same, empty where there is nothing to say."""
    return models.DecimalField(label, max_digits=20, decimal_places=6, null=True)


class OrderQuerySet(OwnedQuerySet["PurchaseOrder"]):
    plant_path = "plant_id"
    matter_path = "pk"

    def visible_to(self, actor: Actor) -> OrderQuerySet:
        """A supplier does not see what has not gone live for him."""
        rows = super().visible_to(actor)
        return rows.exclude(mode=Mode.OFF) if actor.behind_wall else rows

    def open(self) -> OrderQuerySet:
        """Orders on which somebody may still have to act."""
        return self.exclude(state__in=[OrderState.CLOSED, OrderState.CANCELLED])


class PurchaseOrder(models.Model):
    """An order of one plant at one supplier."""

    STEPS: ClassVar[Mapping[str, Collection[str]]] = ORDER_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="orders")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(_("order"), max_length=60)
    state = models.CharField(max_length=20, choices=OrderState.choices, default=OrderState.SENT)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.OFF)
    live_at = models.DateTimeField(null=True)
    """When it went live; from then on it stays live or is switched off, it is never on trial again."""
    imported = models.BooleanField(default=False)
    """Placed before the cut-over: its dates in Odoo are the first promise, nobody is reminded of it."""
    unannounced = models.BooleanField(default=False)
    """Gone live, and the supplier is still to be told: of all that went live with it, in one mail."""
    announced_in = models.UUIDField(null=True)
    """The event that told him of it together with others."""
    revision = models.PositiveIntegerField(default=1)
    currency = models.CharField(max_length=3)
    incoterm = models.CharField(max_length=3, blank=True)
    incoterm_place = models.CharField(max_length=200, blank=True)
    buyer_name = models.CharField(_("buyer"), max_length=200, blank=True)
    supplier_reference = models.CharField(max_length=100, blank=True)
    payment_terms = models.CharField(max_length=200, blank=True)
    ship_to = models.TextField(blank=True)
    """Name and address, a line each."""
    terms = models.TextField(blank=True)
    """The order's terms and conditions, as plain text."""
    billing = models.CharField(max_length=20, choices=Billing.choices, blank=True)
    payment = models.CharField(max_length=20, choices=Payment.choices, blank=True)
    """Empty while nothing is billed, or where the portal may not read bills."""
    layout = models.JSONField(null=True)
    """Lines, sections and notes in Odoo's order: a list of ``{"line": position}``, ``{"section": text}`` and
    ``{"note": text}``. Null until the order's content was read."""
    ordered_at = models.DateTimeField(_("ordered"))
    released_at = models.DateTimeField(_("released"))
    viewed_at = models.DateTimeField(null=True)
    next_date = models.DateField(_("next date"), null=True)
    """The earliest date something is due, for lists; empty once nothing is open."""
    waiting_lines = models.PositiveIntegerField(default=0)
    """Lines the supplier has to answer."""
    pending_lines = models.PositiveIntegerField(default=0)
    """Lines the buyer has to decide."""
    conflict_lines = models.PositiveIntegerField(default=0)
    """Lines whose agreed state did not reach Odoo and wait for a person."""

    objects = OrderQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_purchase_order"
        verbose_name = _("purchase order")
        constraints = [
            models.UniqueConstraint(fields=["id", "supplier"], name="order_owner"),
            models.UniqueConstraint(fields=["id", "supplier", "plant"], name="order_place"),
        ]
        indexes = [
            models.Index(fields=["supplier", "-released_at", "-id"], name="order_supplier_list"),
            models.Index(fields=["-released_at", "-id"], name="order_staff_list"),
            models.Index(fields=["supplier", "state"], name="order_supplier_state"),
            models.Index(fields=["supplier"], name="order_unannounced", condition=models.Q(unannounced=True)),
            models.Index(
                fields=["announced_in"], name="order_announced_in", condition=models.Q(announced_in__isnull=False)
            ),
            models.Index(fields=["number"], name="order_number"),
        ]

    def __str__(self) -> str:
        return self.number

    def counts(self, at: dt.datetime) -> bool:
        """Whether what was said of it at this moment counts: nothing from a trial does, once the order is live."""
        return self.live_at is None or at >= self.live_at

    @property
    def matter(self) -> UUID:
        """Itself: the permission table asks every object alike which matter it belongs to."""
        return self.pk


class OrderRevision(models.Model):
    """What Odoo said at one moment, and what that changed. Never overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    lines = models.JSONField()
    """The lines as stated: a list of ``{line, item, quantity, unit, price, date}``."""
    differences = models.JSONField(default=list)
    """Against the revision before: a list of ``{line, field, before, after}``."""

    objects = OwnedQuerySet["OrderRevision"].as_manager()

    class Meta:
        db_table = "suppliers_order_revision"
        constraints = [
            SameOwner(field="order", name="revision_owner"),
            models.UniqueConstraint(fields=["order", "number"], name="revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} r{self.number}"


class LineQuerySet(OwnedQuerySet["OrderLine"]):
    plant_path = "plant_id"
    matter_path = "order_id"

    def visible_to(self, actor: Actor) -> LineQuerySet:
        """A supplier does not see what has not gone live for him."""
        rows = super().visible_to(actor)
        return rows.exclude(order__mode=Mode.OFF) if actor.behind_wall else rows

    def waiting(self) -> LineQuerySet:
        """Lines the supplier has to answer."""
        return self.filter(state=LineState.OPEN)

    def pending(self) -> LineQuerySet:
        """Lines the buyer has to decide."""
        return self.filter(state=LineState.PENDING_BUYER)


class OrderLine(models.Model):
    """One line as the supplier knows it. Its deliveries in Odoo are its :class:`ScheduleLine` rows."""

    STEPS: ClassVar[Mapping[str, Collection[str]]] = LINE_STEPS

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="lines")
    position = models.PositiveIntegerField(_("line"))
    state = models.CharField(max_length=20, choices=LineState.choices, default=LineState.OPEN)
    sync = models.CharField(max_length=20, choices=SyncMark.choices, default=SyncMark.NONE, blank=True)
    sync_note = models.TextField(blank=True)
    """A plain sentence about the mark; of what Odoo says instead it is on rows from before ``sync_why`` alone."""
    sync_why = models.JSONField(null=True)
    """What the mark rests on, as a code and facts: see :mod:`suppliers.models.standing`, which says it."""
    conflict = models.JSONField(null=True)
    """What Odoo says instead, while a conflict waits for the buyer: a list of ``{schedule, quantity, price, date,
    received}``, numbers as strings."""
    revision = models.PositiveIntegerField(default=1)
    """The order revision that last changed this line: an answer names it, and is stale against a later one."""
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(_("item"), max_length=100, blank=True)
    item_name = models.CharField(max_length=300)
    item_revision = models.CharField(max_length=60, blank=True)
    supplier_item_code = models.CharField(max_length=100, blank=True)
    supplier_item_name = models.CharField(max_length=300, blank=True)
    service = models.BooleanField(default=False)
    """Done, not delivered: nobody books it into a stock."""
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    tracking = models.CharField(max_length=10, choices=Tracking.choices, default=Tracking.NONE)
    dated = models.BooleanField(default=False)
    """Whether lots of it need an expiry date."""
    description = models.TextField(blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=60)
    quantity_step = models.DecimalField(max_digits=12, decimal_places=6)
    quantity = quantity_field(_("ordered"))
    price = models.DecimalField(_("unit price"), max_digits=20, decimal_places=6)
    requested_date = models.DateField(_("requested"))
    received_quantity = quantity_field(_("received"), default=Decimal(0))
    first_date = models.DateField(_("first promise"), null=True)
    """The latest arrival of the first agreed promise: later answers are measured from here, cumulatively."""
    promised_date = models.DateField(_("current promise"), null=True)
    promised_quantity = optional_quantity_field(_("promised"))
    needed_date = models.DateField(_("needed"), null=True)
    """The earliest demand that the line's goods serve in Odoo; empty where none is linked. The buyer's knowledge."""
    needed_kind = models.CharField(max_length=20, choices=DemandKind.choices, blank=True)
    needed_for = models.CharField(max_length=200, blank=True)
    """The number of the order that needs it."""

    objects = LineQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_order_line"
        verbose_name = _("order line")
        constraints = [
            SameOwner(field="order", name="line_place", also=["plant"]),
            models.UniqueConstraint(fields=["id", "supplier"], name="line_owner_key"),
            models.UniqueConstraint(fields=["id", "supplier", "order"], name="line_order_key"),
            models.UniqueConstraint(fields=["order", "position"], name="line_position"),
        ]
        indexes = [
            models.Index(fields=["state", "requested_date", "id"], name="line_queue"),
            models.Index(fields=["supplier", "state", "requested_date", "id"], name="line_supplier_queue"),
            models.Index(
                fields=["supplier", "first_date"],
                include=["promised_date", "plant", "order"],
                condition=models.Q(promised_date__isnull=False),
                name="line_promises",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"

    @property
    def matter(self) -> UUID:
        """The order."""
        return self.order_id

    @property
    def more_words(self) -> str:
        """Odoo's description, without the first row where that only says number and name again."""
        first, _, rest = self.description.partition("\n")
        names = {self.item_name, self.supplier_item_name, self.item_code, self.supplier_item_code, ""}
        bare = first.strip()
        for code in (self.item_code, self.supplier_item_code):
            bare = bare.removeprefix(f"[{code}]").strip()
        return (rest if bare in names else self.description).strip()

    def stand(self, mark: SyncMark, note: str = "", why: Mapping[str, Any] | None = None) -> None:
        """Set where the line stands in Odoo, and what that rests on. The caller saves it."""
        self.sync, self.sync_note, self.sync_why = mark, note, why


class SaidOfLineQuerySet(OwnedQuerySet[M]):
    """Rows that hold something about a ``line``, said ``at`` a moment."""

    def since_live(self) -> Self:
        """Without what stems from a trial: it counts for nothing once the order is live."""
        return self.filter(Q(line__order__live_at=None) | Q(at__gte=F("line__order__live_at")))


class ScheduleLine(models.Model):
    """One order line of Odoo: the origin (position 1) or a delivery split off it. Values are Odoo's last known ones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, db_constraint=False, related_name="schedule")
    position = models.PositiveIntegerField()
    quantity = quantity_field(_("quantity"))
    price = models.DecimalField(max_digits=20, decimal_places=6)
    date = models.DateField(_("date"))
    received_quantity = quantity_field(_("received"), default=Decimal(0))
    in_odoo = models.BooleanField(default=False)
    """False while the portal has decided on the line and Odoo does not have it yet."""
    agreed_quantity = optional_quantity_field(_("agreed quantity"))
    agreed_price = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    agreed_date = models.DateField(_("agreed date"), null=True)
    """What was agreed last and Odoo is to say; Odoo saying just that is our own echo, never a revision."""

    objects = OwnedQuerySet["ScheduleLine"].as_manager()

    class Meta:
        db_table = "suppliers_schedule_line"
        constraints = [
            SameOwner(field="line", name="schedule_owner"),
            models.UniqueConstraint(fields=["line", "position"], name="schedule_position"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}/{self.position}"

    @property
    def counts(self) -> bool:
        """Whether anything comes with it: as agreed, else as Odoo says."""
        if self.agreed_quantity is not None:
            return bool(self.agreed_quantity)
        return self.in_odoo and bool(self.quantity)


def in_turn(schedule: Iterable[ScheduleLine]) -> list[ScheduleLine]:
    """A line's schedule, given by position, as promises take it up one by one: what is set to 0 comes last."""
    return sorted(schedule, key=lambda row: not row.counts)
