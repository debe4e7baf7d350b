"""Which mails a person wants, and the daily one that he got.

All of it is the post office's business: no supplier reads these tables.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Coalesce, JSONObject

from integrations.slot.models import Event
from portal.shared.identifiers import new_id
from suppliers.models.orders import PurchaseOrder
from suppliers.models.people import User
from suppliers.states import Frequency


class MailWish(models.Model):
    """How often a person is told of a subject, where he does not want what everybody gets."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mail_wishes")
    subject = models.CharField(max_length=40)
    """A key of ``subjects.SUBJECTS``."""
    frequency = models.CharField(max_length=10, choices=Frequency.choices)

    class Meta:
        db_table = "suppliers_mail_wish"
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="mail_wish_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject}: {self.frequency}"


class Digest(models.Model):
    """The one daily mail of a person: what is due of every subject goes into it, so nothing is told twice a day. Or of
    an address that orders go to, where nobody has an account: it is told of the orders that wait.

    The row is written in the transaction that drops the letter. Whoever comes second, a doubled scheduler or a clock
    that ran back, finds it and sends nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="digests")
    address = models.EmailField(blank=True)
    day = models.DateField()
    """On the person's own calendar."""
    at = models.DateTimeField()

    class Meta:
        db_table = "suppliers_digest"
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day"),
            models.UniqueConstraint(
                fields=["address", "day"], name="digest_once_an_address", condition=Q(user__isnull=True)
            ),
            models.CheckConstraint(condition=Q(user__isnull=True) ^ Q(address=""), name="digest_of_one"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.address} {self.day}"


class DigestItem(models.Model):
    """One thing a daily mail tells: an order that a reminder is about, or a letter kept for the daily mail.

    A letter waits here from the moment it would have left; without ``digest`` it waits for the next morning.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    """Nobody: the digest says which address is told."""
    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, null=True, related_name="items")
    subject = models.CharField(max_length=40)
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, null=True, related_name="+")
    since = models.DateField(null=True)
    """The day a reminder counts from: released, answered, promised for."""
    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "suppliers_digest_item"
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "subject", "order", "since"],
                name="digest_item_once",
                condition=Q(order__isnull=False),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(fields=["user", "event"], name="digest_letter_once"),
            models.CheckConstraint(condition=Q(order__isnull=True) ^ Q(event__isnull=True), name="digest_item_about"),
            models.CheckConstraint(
                condition=Q(order__isnull=True) | Q(digest__isnull=False), name="digest_reminder_is_sent"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(order__isnull=False), name="digest_letter_is_a_persons"
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="digest_item_kept", condition=Q(digest__isnull=True)),
            models.Index(fields=["order", "user", "subject"], name="digest_item_order"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.order_id or self.event_id}"


@dataclass(frozen=True)
class Reminded:
    """A daily mail that named an order: of what, and to whom."""

    at: dt.datetime
    subject: str
    name: str


def reminded() -> ArraySubquery:
    """Of an order, asked for together with it: fields of :class:`Reminded`, the latest first."""
    return ArraySubquery(
        DigestItem.objects.filter(order=OuterRef("pk"), digest__isnull=False)
        .annotate(name=Coalesce("user__name", "digest__address"))
        .order_by("-at", "name")
        .values(told=JSONObject(at="at", subject="subject", name="name"))[:100]
    )
