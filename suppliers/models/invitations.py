"""How somebody comes in: an invitation, and the proof that an address is his."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import is_link_secret, link_secret, new_id
from portal.shared.ownership import OwnedQuerySet
from suppliers.models.organisations import Supplier
from suppliers.models.people import User
from suppliers.states import Admission


class InvitationQuerySet(OwnedQuerySet["Invitation"]):
    def pending(self, at: dt.datetime) -> InvitationQuerySet:
        """Those that somebody may still accept."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """Roles at one supplier, or on the staff, offered to an address.

    The secret of its link is nowhere kept: it is derived from key and version. A newer version kills the older links.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, null=True, related_name="invitations")
    roles = models.JSONField(default=list)
    plants = models.JSONField(default=list)
    """Keys of the plants the staff roles count at; none: every plant."""
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10, default="en")
    invited_by_kind = models.CharField(max_length=20)
    invited_by_id = models.CharField(max_length=80)
    invited_by_name = models.CharField(max_length=200)
    invited_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        db_table = "suppliers_invitation"
        verbose_name = _("invitation")
        indexes = [models.Index(fields=["email"], name="invitation_address")]

    def __str__(self) -> str:
        return f"{self.email}: {', '.join(self.roles)}"

    @property
    def secret(self) -> str:
        """The secret of its link, as it stands now."""
        return link_secret("invitation", self.pk, self.version)

    def is_opened_by(self, secret: str) -> bool:
        return is_link_secret(secret, "invitation", self.pk, self.version)

    def admission(self, at: dt.datetime) -> Admission:
        """Where it stands."""
        if self.accepted_at:
            return Admission.ACCEPTED
        if self.revoked_at:
            return Admission.REVOKED
        return Admission.PENDING if at < self.expires_at else Admission.EXPIRED


class InvitationBatch(models.Model):
    """Contacts from Odoo that were invited at once. Each was invited, or refused, by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    results = models.JSONField(default=list)
    """A list of ``{supplier, supplier_name, email, name, roles, outcome, code, message}`` in the order asked for;
    ``outcome`` is ``invited`` or ``refused``, ``code`` and ``message`` say why it was refused."""
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    class Meta:
        db_table = "suppliers_invitation_batch"
        verbose_name = _("batch of invitations")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {len(self.results)}"


class AddressProof(models.Model):
    """Somebody says that an address is his. It counts once he has opened the link that was sent there and said so.

    It is about a person, who changes his address, or about an invitation that reached him at the wrong one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="address_proofs")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, related_name="address_proofs")
    email = models.EmailField(_("e-mail address"))
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "suppliers_address_proof"
        verbose_name = _("address to confirm")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(invitation__isnull=True), name="address_proof_about_one"
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def secret(self) -> str:
        """The secret of its link."""
        return link_secret("address", self.pk, 1)

    def is_opened_by(self, secret: str) -> bool:
        return is_link_secret(secret, "address", self.pk, 1)

    def is_open(self, at: dt.datetime) -> bool:
        return self.proved_at is None and self.withdrawn_at is None and at < self.expires_at
