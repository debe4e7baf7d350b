"""Everybody who can sign in: supplier people, staff and machine clients, in one table from the first migration."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.identifiers import new_id
from portal.shared.ownership import OwnedQuerySet
from suppliers.models.organisations import Plant, Supplier
from suppliers.states import Role, StaffRole


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person. Without a password nobody can sign in as him until he sets one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person or a machine client. What he may do stands in his memberships and postings, not here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(
        max_length=20,
        choices=[("supplier", _("Supplier")), ("staff", _("Staff")), ("machine", _("Machine client"))],
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily mail"), default=7)
    """On his own clock."""
    digest_days = models.JSONField(_("days of the daily mail"), default=list)
    """ISO weekday numbers on which he works; empty means Monday to Friday."""
    is_active = models.BooleanField(default=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    """How often all his sessions were ended at once: every session remembers the number it began under."""
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        db_table = "suppliers_user"

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        value: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{value}:{self.sessions_ended}" if self.sessions_ended else value


class Membership(models.Model):
    """A person's role at a supplier. One that has ended says nothing any more, and is remembered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    ended_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet["Membership"].as_manager()

    class Meta:
        db_table = "suppliers_membership"
        constraints = [models.UniqueConstraint(fields=["user", "supplier", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.supplier_id}"


class Posting(models.Model):
    """A member of staff's role, at one plant or (without a plant) at all of them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="postings")
    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, null=True, related_name="postings")
    role = models.CharField(max_length=20, choices=StaffRole.choices)

    class Meta:
        db_table = "suppliers_posting"
        constraints = [
            models.UniqueConstraint(fields=["user", "plant", "role"], name="posting_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.plant_id or 'all'}"


class StaffRules(models.Model):
    """What holds for all staff: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    factor_from = models.DateTimeField(null=True)
    """From when on nobody of the staff comes in without a second factor; nothing: whoever likes."""

    class Meta:
        db_table = "suppliers_staff_rules"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="staff_rules_are_one")]

    def __str__(self) -> str:
        return "Rules for staff"


class ApiToken(models.Model):
    """A machine client's key. Only its SHA-256 is kept; ``prefix`` tells tokens apart on pages and in logs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, null=True, related_name="tokens")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    secret: str
    """The key itself, in memory, only where it was just made."""

    class Meta:
        db_table = "suppliers_api_token"

    def __str__(self) -> str:
        return f"{self.prefix}…"
