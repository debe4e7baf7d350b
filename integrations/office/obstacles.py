"""Why something does not go through, who must act, and what he should do: records coming in, letters going out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.office.states import FailureKind
from portal.shared.errors import DeliveryFailed, Misconfigured, Temporary
from suppliers.states import StaffRole


@dataclass(frozen=True)
class Obstacle:
    """One reason. ``code`` keeps its meaning; ``owner`` is the role that must act; ``remedy`` is what to do."""

    code: str
    message: str
    owner: StaffRole
    remedy: str
    because: tuple[str, int] | None = None
    """The record of Odoo (model and id) that must be put right first, where it is another one."""
    suggestions: Sequence[Mapping[str, Any]] = ()
    """What of ours it may be: see :class:`integrations.office.models.Trouble`."""


class Unmappable(Exception):
    """A record of Odoo that the portal cannot take in as it is."""

    def __init__(
        self, code: str, message: str, *, owner: StaffRole, remedy: str, because: tuple[str, int] | None = None
    ) -> None:
        super().__init__(message)
        self.obstacle = Obstacle(code, message, owner, remedy, because)


_OWNER = StaffRole.INTEGRATION_OWNER
_BUYER = StaffRole.BUYER
TARGET_HOURS: Mapping[StaffRole, int] = {
    StaffRole.BUYER: 8,
    StaffRole.QUALITY_ENGINEER: 8,
    StaffRole.RECEIVING: 4,
    StaffRole.INTEGRATION_OWNER: 4,
    StaffRole.STAFF_ADMINISTRATOR: 8,
}
"""Working hours in which an exception should be gone, by who must act. Our own numbers."""
BUSINESS = (StaffRole.BUYER, StaffRole.QUALITY_ENGINEER, StaffRole.RECEIVING)
"""Whose exceptions are rejections of the business; what anybody else must mend is technical."""
_FAILURES: Mapping[str, tuple[StaffRole, str]] = {
    "access": (_OWNER, "Give the integration user the missing right in Odoo, then press Retry."),
    "login_refused": (_OWNER, "Correct ODOO_USER and ODOO_PASSWORD, restart the workers, then press Retry."),
    "address": (_OWNER, "Correct ODOO_URL, restart the workers, then press Retry."),
    "certificate": (_OWNER, "Renew Odoo's certificate or trust its issuer, then press Retry."),
    "database": (_OWNER, "Correct ODOO_DB, restart the workers, then press Retry."),
    "unknown": (_OWNER, "This Odoo lacks a module or is another version than expected. Compare, then press Retry."),
    "order_unknown": (_OWNER, "Wait for the next pull to bring the order's place in Odoo, then press Retry."),
    "order_gone": (_BUYER, "The order was deleted in Odoo. Nothing can be written; settle it with the supplier."),
    "order_off": (_BUYER, "Switch the supplier on for this plant, then press Retry."),
    "order_locked": (_BUYER, "Unlock the order in Odoo, press Retry, and lock it again."),
    "order_not_confirmed": (_BUYER, "Confirm the order in Odoo, then press Retry."),
    "refused": (_BUYER, "Read what Odoo says, correct the order there, then press Retry."),
    "load_refused": (_BUYER, "Read what Odoo says, correct the order there, then press Retry."),
    "missing": (_BUYER, "The record was deleted in Odoo. Look at the order there, then press Retry."),
    "mail_refused": (
        StaffRole.STAFF_ADMINISTRATOR,
        "The mail server does not take this address or this mail. Correct the address, or press Retry when it does.",
    ),
    "mail_login": (_OWNER, "Correct EMAIL_URL, restart the workers, then press Retry."),
    "mail_certificate": (_OWNER, "Renew the mail server's certificate or trust its issuer, then press Retry."),
    "mail_sender": (_OWNER, "The mail server refuses MAIL_FROM. Correct it, restart the workers, then press Retry."),
    "worker_lost": (_OWNER, "This letter ended its worker again and again. Look at the logs before you press Retry."),
    "fault": (_OWNER, "This is a fault of the portal. Look for the correlation id in the logs and report it."),
}


def of_failure(failure: DeliveryFailed) -> Obstacle:
    """Who must do what about a letter that did not arrive."""
    owner, remedy = _FAILURES.get(failure.code, (_OWNER, "Read what came back, remove the cause, then press Retry."))
    if isinstance(failure, Temporary):
        remedy = "Nothing: the portal tries again by itself."
    return Obstacle(failure.code, failure.message, owner, remedy)


def kind_of(failure: DeliveryFailed) -> FailureKind:
    """The taxonomy's name of a failure."""
    if isinstance(failure, Temporary):
        return FailureKind.TEMPORARY
    return FailureKind.MISCONFIGURED if isinstance(failure, Misconfigured) else FailureKind.PERMANENT
