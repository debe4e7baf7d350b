"""The links in mails about orders: each opens one order for whoever reads one address."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import is_link_secret, link_secret, new_id
from portal.shared.ownership import OwnedQuerySet, SameOwner
from suppliers.models.orders import PurchaseOrder
from suppliers.models.organisations import Plant, Supplier

PURPOSE = "order"


class OrderLinkQuerySet(OwnedQuerySet["OrderLink"]):
    plant_path = "plant_id"


class OrderLink(models.Model):
    """What an address was sent so that an order can be answered without an account. One for each order and address.

    The secret is nowhere kept: it is derived from key and version, and a newer version kills the older ones. A row
    says when it ends and whether somebody withdrew it; whether it opens anything now also hangs on its order, its
    supplier and its address.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, db_constraint=False, related_name="links")
    email = models.EmailField(_("e-mail address"))
    version = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = OrderLinkQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_order_link"
        verbose_name = _("link to an order")
        constraints = [
            SameOwner(field="order", name="order_link_place", also=["plant"]),
            models.UniqueConstraint(fields=["order", "email"], name="order_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.email}"

    @property
    def secret(self) -> str:
        """The secret of the link, as it stands now."""
        return link_secret(PURPOSE, self.pk, self.version)

    def is_opened_by(self, secret: str) -> bool:
        return is_link_secret(secret, PURPOSE, self.pk, self.version)

    def was_opened_by(self, secret: str) -> bool:
        """Whether a mail carried this secret once: it is the link's, or one that a newer mail replaced."""
        return any(is_link_secret(secret, PURPOSE, self.pk, version) for version in range(1, self.version + 1))

    def runs(self, at: dt.datetime) -> bool:
        """Neither withdrawn nor past its time."""
        return self.revoked_at is None and at < self.expires_at
