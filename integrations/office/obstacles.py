"""Why something does not go through, who must act, and what he should do: records coming in, letters going out.

What is kept of a failure is its code and its facts (``why``: ``{"code": "order_locked", "order": "P00012"}``). The one
table below says them, in the language of whoever reads. The English sentence is kept beside, for the logs, and for a
code that a later release no longer knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from integrations.office.states import FailureKind
from portal.shared.errors import DeliveryFailed, Misconfigured, Permanent, Temporary
from suppliers.states import StaffRole

Why = Mapping[str, Any]
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
KINDS = {
    "res.partner": _("vendor"),
    "product.product": _("product"),
    "uom.uom": _("unit"),
    "stock.warehouse": _("warehouse"),
}
"""What people call a record: the fact ``what``."""
_PLACES = re.compile(r"%\(\w+\)s")
_BY_ITSELF = _("Nothing: the portal tries again by itself.")
_READ_ODOO = _("Read what Odoo says, correct the order there, then press Retry.")
_QUOTED = "%(said)s"
"""Another program's own words, in whatever language it speaks."""


@dataclass(frozen=True)
class Reason:
    """What one code means: a sentence with places for its facts, who must act, and what he should do."""

    message: Any
    owner: StaffRole
    remedy: Any


UNKNOWN = Reason(_QUOTED, _OWNER, _("Read what came back, remove the cause, then press Retry."))
REASONS: Mapping[str, Reason] = {
    # --- Odoo cannot be asked -----------------------------------------------------------------------------------------
    "access": Reason(_QUOTED, _OWNER, _("Give the integration user the missing right in Odoo, then press Retry.")),
    "login_refused": Reason(
        _("Odoo does not let %(user)s in: the user name or the password is wrong."),
        _OWNER,
        _("Correct ODOO_USER and ODOO_PASSWORD, restart the workers, then press Retry."),
    ),
    "address": Reason(
        _("ODOO_URL must be http:// or https:// with a host and, if needed, a port; no path."),
        _OWNER,
        _("Correct ODOO_URL, restart the workers, then press Retry."),
    ),
    "not_odoo": Reason(
        _("There is no Odoo at this address: HTTP %(status)s."),
        _OWNER,
        _("Correct ODOO_URL, restart the workers, then press Retry."),
    ),
    "certificate": Reason(
        _("Odoo's certificate is not trusted: %(said)s."),
        _OWNER,
        _("Renew Odoo's certificate or trust its issuer, then press Retry."),
    ),
    "database": Reason(
        _("Odoo has no such database."), _OWNER, _("Correct ODOO_DB, restart the workers, then press Retry.")
    ),
    "unknown": Reason(
        _QUOTED,
        _OWNER,
        _("This Odoo lacks a module or is another version than expected. Compare, then press Retry."),
    ),
    "unreachable": Reason(_("Odoo cannot be reached: the connection was refused."), _OWNER, _BY_ITSELF),
    "timeout": Reason(_("Odoo did not answer in time."), _OWNER, _BY_ITSELF),
    "broken": Reason(_("The connection to Odoo broke before its answer came."), _OWNER, _BY_ITSELF),
    "garbage": Reason(_("What came back was not an answer of Odoo."), _OWNER, _BY_ITSELF),
    "throttled": Reason(_("Odoo asks for patience: HTTP 429."), _OWNER, _BY_ITSELF),
    "away": Reason(_("Odoo is away: HTTP %(status)s."), _OWNER, _BY_ITSELF),
    "database_away": Reason(_("Odoo cannot reach its database."), _OWNER, _BY_ITSELF),
    "busy": Reason(_("Odoo was changing the same record: it asks to try again."), _OWNER, _BY_ITSELF),
    "moving": Reason(_("The order is being changed in Odoo right now."), _OWNER, _BY_ITSELF),
    # --- Odoo does not take a letter ----------------------------------------------------------------------------------
    "order_unknown": Reason(
        _("It is not known which order of Odoo %(order)s is."),
        _OWNER,
        _("Wait for the next pull to bring the order's place in Odoo, then press Retry."),
    ),
    "order_gone": Reason(
        _("%(order)s is in Odoo no more."),
        _BUYER,
        _("The order was deleted in Odoo. Nothing can be written; settle it with the supplier."),
    ),
    "given_away": Reason(
        _("%(order)s was given to another vendor in Odoo."),
        _BUYER,
        _("Nothing: the next reading of Odoo takes the order from the former supplier."),
    ),
    "order_off": Reason(
        _("%(order)s is switched off: Odoo is only read."),
        _BUYER,
        _("Switch the supplier on for this plant, then press Retry."),
    ),
    "order_locked": Reason(
        _("%(order)s is locked in Odoo."),
        _BUYER,
        _("Unlock the order in Odoo, press Retry, and lock it again."),
    ),
    "order_not_confirmed": Reason(
        _("%(order)s is not confirmed in Odoo (any more)."),
        _BUYER,
        _("Confirm the order in Odoo, then press Retry."),
    ),
    "refused": Reason(_QUOTED, _BUYER, _READ_ODOO),
    "load_refused": Reason(_QUOTED, _BUYER, _READ_ODOO),
    "silent": Reason(_("Odoo refused without saying why."), _BUYER, _READ_ODOO),
    "missing": Reason(_QUOTED, _BUYER, _("The record was deleted in Odoo. Look at the order there, then press Retry.")),
    "deliveries_gone": Reason(
        _("Odoo has none of this line's deliveries any more."),
        _BUYER,
        _("The record was deleted in Odoo. Look at the order there, then press Retry."),
    ),
    "order_first": Reason(_("A letter about the order itself goes first."), _OWNER, _BY_ITSELF),
    "notice_first": Reason(_("A shipment of the order is being written to Odoo right now."), _OWNER, _BY_ITSELF),
    "notice_received": Reason(
        _("%(transfer)s is booked in Odoo already: what it holds stays as it was received."),
        StaffRole.RECEIVING,
        _("Compare the receipt with what the supplier announced last. Nothing is written to a booked transfer."),
    ),
    "nothing_open": Reason(
        _("Odoo expects nothing of %(order)s line %(line)s any more."),
        _BUYER,
        _("Open the line in Odoo again and press Retry, or speak to the supplier."),
    ),  # fmt: skip
    "no_transfer": Reason(
        _("%(order)s has no open transfer in Odoo that goods of a shipment could go back to."), _BUYER, _READ_ODOO
    ),
    "master_access": Reason(
        _("%(subject)s: the portal's user may not write %(wanted)s to Odoo."),
        _BUYER,
        _("The portal may not write this. Enter the new value in Odoo yourself, then press Retry: it finds it there."),
    ),
    "value_changed": Reason(
        _("%(subject)s: Odoo says %(found)s. It said %(before)s when the supplier asked for %(wanted)s."),
        _BUYER,
        _(
            "Somebody changed it in Odoo since. Enter there what is to hold, the wanted value or the one from before,"
            " and press Retry; or decline the request, and Odoo's value stands."
        ),
    ),
    "value_not_kept": Reason(
        _("%(subject)s: Odoo says %(found)s although %(wanted)s was written."),
        _BUYER,
        _(
            "Odoo made something else of it; perhaps it rounds. Correct it there and press Retry, or decline the"
            " request."
        ),
    ),
    "record_gone": Reason(
        _("%(subject)s: Odoo has this record no more."),
        _BUYER,
        _("The price list entry or contact is no more in Odoo. Decline the request."),
    ),
    # --- The mail server ----------------------------------------------------------------------------------------------
    "mail_refused": Reason(
        _QUOTED,
        StaffRole.STAFF_ADMINISTRATOR,
        _("The mail server does not take this address or this mail. Correct the address, or press Retry when it does."),
    ),
    "mail_login": Reason(_QUOTED, _OWNER, _("Correct EMAIL_URL, restart the workers, then press Retry.")),
    "mail_certificate": Reason(
        _QUOTED, _OWNER, _("Renew the mail server's certificate or trust its issuer, then press Retry.")
    ),
    "mail_sender": Reason(
        _QUOTED,
        _OWNER,
        _("The mail server refuses MAIL_FROM. Correct it, restart the workers, then press Retry."),
    ),
    "mail_later": Reason(_QUOTED, _OWNER, _BY_ITSELF),
    "mail_unreachable": Reason(_QUOTED, _OWNER, _BY_ITSELF),
    # --- The portal itself --------------------------------------------------------------------------------------------
    "worker_lost": Reason(
        _("The worker that sent this letter was lost again and again."),
        _OWNER,
        _("This letter ended its worker again and again. Look at the logs before you press Retry."),
    ),
    "fault": Reason(
        _("The portal failed while sending this letter."),
        _OWNER,
        _("This is a fault of the portal. Look for the correlation id in the logs and report it."),
    ),
    "pull_fault": Reason(
        _("The portal failed while reading Odoo: %(said)s"),
        _OWNER,
        _("This is a fault of the portal. Look for the correlation id in the logs and report it."),
    ),
    # --- A record of Odoo cannot be taken in --------------------------------------------------------------------------
    "currency_missing": Reason(_("%(order)s has no currency."), _BUYER, _("Set the order's currency in Odoo.")),
    "supplier_unknown": Reason(
        _("The vendor of %(order)s could not be taken in."),
        _OWNER,
        _("Look for the vendor among the exceptions, and for what the integration user may read in Odoo."),
    ),
    "plant_unknown": Reason(
        _("%(order)s is to be delivered to a warehouse the portal cannot take in: %(operation)s."),
        _OWNER,
        _("Give the order's operation type a warehouse in Odoo, and the integration user its company."),
    ),
    "operation_missing": Reason(
        _("%(order)s has no operation type, so nobody knows where it is to be delivered."),
        _OWNER,
        _("Give the order's operation type a warehouse in Odoo, and the integration user its company."),
    ),
    "item_missing": Reason(_("Line %(line)s of %(order)s names no product."), _BUYER, _("Choose the product in Odoo.")),
    "item_unknown": Reason(
        _("Line %(line)s of %(order)s: the product %(item)s could not be taken in."),
        _OWNER,
        _("Look for the product or its unit among the exceptions."),
    ),
    "unit_missing": Reason(
        _("Line %(line)s of %(order)s has no unit."),
        _OWNER,
        _("Give the line a unit in Odoo, and the unit a category and a rounding precision."),
    ),
    "unit_unknown": Reason(
        _("Line %(line)s of %(order)s: the unit %(unit)s could not be taken in."),
        _OWNER,
        _("Give the line a unit in Odoo, and the unit a category and a rounding precision."),
    ),
    "date_missing": Reason(
        _("Line %(line)s of %(order)s has no expected arrival."),
        _BUYER,
        _("Set the line's expected arrival in Odoo."),
    ),
    "quantity_negative": Reason(
        _("Line %(line)s of %(order)s orders %(quantity)s %(unit)s."),
        _BUYER,
        _("Use a return in Odoo instead of a negative order line."),
    ),
    "unit_incomplete": Reason(
        _("The unit %(unit)s has no category or no rounding precision."),
        _OWNER,
        _("Complete the unit in Odoo's settings."),
    ),
    "code_too_long": Reason(
        _("The internal reference of %(item)s is longer than %(most)s characters."),
        _OWNER,
        _("Shorten the product's internal reference in Odoo."),
    ),
    "item_unit_unknown": Reason(
        _("The unit of %(item)s could not be taken in."), _OWNER, _("Complete the product's unit in Odoo.")
    ),
    "name_missing": Reason(
        _("Odoo's record %(id)s (%(what)s) has no name."), _OWNER, _("Give the record a name in Odoo.")
    ),
    "twin": Reason(
        _(
            "%(name)s (%(what)s) is new in Odoo and looks like %(other)s, whose own record is archived, deleted or "
            "merged."
        ),
        _OWNER,
        _("Say on the page of mappings whether it is the same or a new one."),
    ),
    "not_stored": Reason("%(name)s: %(said)s", _OWNER, _("Compare the record in Odoo with the message.")),
    "term_not_taken": Reason(_QUOTED, _OWNER, _("Compare the price list entry in Odoo with the message.")),
    "not_taken": Reason(
        _QUOTED, _OWNER, _("Compare the order in Odoo with the message; the logs of this pull have more.")
    ),
}


def message_of(why: Why | None, kept: str) -> str:
    """What went wrong, in the reader's language; ``kept`` where nothing but that sentence is known."""
    reason = _reason(why)
    return kept if why is None or reason is None else _filled(reason.message, why) or kept


def remedy_of(why: Why | None, kept: str) -> str:
    """What to do about it, in the reader's language."""
    reason = _reason(why)
    return kept if reason is None else str(reason.remedy)


def codes_saying(text: str) -> list[str]:
    """The codes whose sentence has a text in it, in the reader's language: what a search finds beside the facts."""
    wanted = text.casefold()
    return [code for code, reason in REASONS.items() if wanted in _PLACES.sub("", str(reason.message)).casefold()]


def _reason(why: Why | None) -> Reason | None:
    return REASONS.get(why["code"]) if why else None


def _filled(message: Any, why: Why) -> str:
    try:
        return str(message) % {name: _fact(name, value) for name, value in why.items()}
    except KeyError:
        return ""  # kept by a release that knew other facts


def _fact(name: str, value: Any) -> str:
    if name == "what":
        return str(KINDS.get(value, value))
    if name == "quantity":
        return number_format(Decimal(value), use_l10n=True, force_grouping=True)
    return str(value)


def _english(code: str, facts: Mapping[str, Any]) -> str:
    with override("en"):
        return message_of({"code": code, **facts}, code)


@dataclass(frozen=True)
class Obstacle:
    """One reason with its facts. ``code`` keeps its meaning; the rest is for whoever keeps it."""

    code: str
    facts: Mapping[str, Any] | None = field(default_factory=dict)
    """None where only a sentence is known: ``text``."""
    text: str = ""
    because: tuple[str, int] | None = None
    """The record of Odoo (model and id) that must be put right first, where it is another one."""
    suggestions: Sequence[Mapping[str, Any]] = ()
    """What of ours it may be: see :class:`integrations.office.models.Trouble`."""
    waits_for: StaffRole | None = None
    """Who must act, where the code alone does not say it."""

    @property
    def why(self) -> dict[str, Any] | None:
        """What is kept of it."""
        return None if self.facts is None else {"code": self.code, **self.facts}

    @property
    def owner(self) -> StaffRole:
        """The role that must act."""
        return self.waits_for or REASONS.get(self.code, UNKNOWN).owner

    @property
    def message(self) -> str:
        """The English sentence."""
        return self.text if self.facts is None else _english(self.code, self.facts)

    @property
    def remedy(self) -> str:
        """What to do, in English."""
        with override("en"):
            return str(REASONS.get(self.code, UNKNOWN).remedy)


class Unmappable(Exception):
    """A record of Odoo that the portal cannot take in as it is."""

    def __init__(self, code: str, *, because: tuple[str, int] | None = None, **facts: Any) -> None:
        self.obstacle = Obstacle(code, facts, because=because)
        super().__init__(self.obstacle.message)


def temporary(code: str, *, answered: bool = True, **facts: Any) -> Temporary:
    """A failure that passes by itself; see :class:`~portal.shared.errors.Temporary`."""
    return Temporary(_english(code, facts), code=code, facts=facts, answered=answered)


def misconfigured(code: str, **facts: Any) -> Misconfigured:
    """A failure that lasts until somebody changes a setting or a right."""
    return Misconfigured(_english(code, facts), code=code, facts=facts)


def permanent(code: str, **facts: Any) -> Permanent:
    """A letter that will never arrive as it is."""
    return Permanent(_english(code, facts), code=code, facts=facts)


def of_failure(failure: DeliveryFailed) -> Obstacle:
    """Who must do what about a letter that did not arrive."""
    return Obstacle(failure.code, failure.facts, failure.message)


def kind_of(failure: DeliveryFailed) -> FailureKind:
    """The taxonomy's name of a failure."""
    if isinstance(failure, Temporary):
        return FailureKind.TEMPORARY
    return FailureKind.MISCONFIGURED if isinstance(failure, Misconfigured) else FailureKind.PERMANENT
