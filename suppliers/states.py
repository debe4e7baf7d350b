"""State names and allowed steps, as data. ``docs/domain.md`` says what each means and who moves it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    """Derived from what happened to the order and its lines; see ``orders.derive_state``."""

    SENT = "sent", _("Sent")
    VIEWED = "viewed", _("Viewed")
    PARTLY_ANSWERED = "partly_answered", _("Partly answered")
    ANSWERED = "answered", _("Answered")
    AGREED = "agreed", _("Agreed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Mode(models.TextChoices):
    """How far a supplier's orders of a plant have gone live."""

    OFF = "off", _("Off")
    OBSERVE = "observe", _("Trial")
    ON = "on", _("Live")


class LineState(models.TextChoices):
    OPEN = "open", _("Open")
    PENDING_BUYER = "pending_buyer", _("With the buyer")
    AGREED = "agreed", _("Agreed")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


class SyncMark(models.TextChoices):
    """Where the agreed state of a line stands in Odoo. Agreed binds at the decision, whatever this says."""

    NONE = "", "—"
    WAITING = "waiting", _("On its way to Odoo")
    IN_ODOO = "in_odoo", _("In Odoo")
    CONFLICT = "conflict", _("Conflict")
    NEEDS_PERSON = "needs_person", _("Needs a person")
    OBSERVED = "observed", _("Trial: not written")


# Every derived state can follow every other: a revision reopens what was agreed, a cancellation can come at any time.
ORDER_STEPS: Mapping[str, tuple[str, ...]] = {
    state: tuple(other for other in OrderState.values if other not in (state, OrderState.SENT))
    for state in OrderState.values
}

LINE_STEPS: Mapping[str, tuple[str, ...]] = {
    LineState.OPEN: (LineState.PENDING_BUYER, LineState.AGREED, LineState.RECEIVED, LineState.CANCELLED),
    LineState.PENDING_BUYER: (LineState.AGREED, LineState.OPEN, LineState.RECEIVED, LineState.CANCELLED),
    LineState.AGREED: (LineState.OPEN, LineState.RECEIVED, LineState.CANCELLED),
    LineState.RECEIVED: (LineState.OPEN, LineState.AGREED, LineState.CANCELLED),
    LineState.CANCELLED: (LineState.OPEN,),
}


class AnswerKind(models.TextChoices):
    """What a supplier says to a line; the X12 ACK01 code each stands for is in ``docs/domain.md``."""

    ACCEPTED = "accepted", _("Accept")
    CHANGED = "changed", _("Change date or quantity")
    BACKORDERED = "backordered", _("Backorder")
    SUBSTITUTED = "substituted", _("Offer a substitute")
    REJECTED = "rejected", _("Reject")


class Verdict(models.TextChoices):
    """Of the tolerance policy, on one answered line."""

    WITHIN = "within", _("Accepted at once")
    OUTSIDE = "outside", _("Goes to the buyer")


class Decision(models.TextChoices):
    """Of the buyer, on one answer outside tolerance."""

    APPROVED = "approved", _("Approve")
    DECLINED = "declined", _("Decline")


IMPORTED = "imported"
"""A commitment that nobody decided: the order was agreed before the portal went live."""
COMMITMENTS = [*Decision.choices, (IMPORTED, _("Imported at go-live"))]


class ListStanding(models.TextChoices):
    """Of a supplier for an item at a plant, on the approved vendor list."""

    APPROVED = "approved", _("Approved")
    PROBATION = "probation", _("On probation")
    BLOCKED = "blocked", _("Blocked")


class DateBasis(models.TextChoices):
    """What a promised date means: hand-over to the carrier (Incoterms 2020 E and F terms) or arrival (C and D)."""

    SHIP = "ship", _("Hand-over")
    ARRIVAL = "arrival", _("Arrival")


class Reason(models.TextChoices):
    """Why something else is wanted than was ordered or agreed. Required wherever an answer differs from the order."""

    CAPACITY = "capacity", _("Capacity")
    MATERIAL = "material", _("Material shortage")
    QUALITY = "quality", _("Quality problem")
    TRANSPORT = "transport", _("Transport")
    DRAWING = "drawing", _("Drawing or specification unclear")
    PRICE = "price", _("Price not agreed")
    DISCONTINUED = "discontinued", _("Item discontinued")
    HOLIDAY = "holiday", _("Plant holiday")
    DEMAND = "demand", _("Demand moved")
    DESIGN = "design", _("Design change")
    OTHER = "other", _("Other")


SUPPLIER_REASONS = [(reason.value, reason.label) for reason in Reason if reason not in (Reason.DEMAND, Reason.DESIGN)]
"""Why a supplier answers with something else than was ordered."""
BUYER_REASONS = [
    (reason.value, reason.label)
    for reason in (Reason.DEMAND, Reason.DESIGN, Reason.PRICE, Reason.QUALITY, Reason.TRANSPORT, Reason.OTHER)
]
"""Why a buyer wants something else than was agreed."""


class Correctable(models.TextChoices):
    """What a supplier may say of an item otherwise than the order does."""

    PART_NUMBER = "part_number", _("Supplier's part number")
    UNIT = "unit", _("Unit")


class CorrectionState(models.TextChoices):
    WAITING = "waiting", _("Waits for the buyer")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    REFUSED = "refused", _("Turned down")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CORRECTION_STEPS: Mapping[str, tuple[str, ...]] = {
    CorrectionState.WAITING: (CorrectionState.ACKNOWLEDGED, CorrectionState.REFUSED, CorrectionState.WITHDRAWN),
    CorrectionState.ACKNOWLEDGED: (),
    CorrectionState.REFUSED: (),
    CorrectionState.WITHDRAWN: (),
}


class Source(models.TextChoices):
    """How a supplier told the buyer what the buyer enters for him."""

    PHONE = "phone", _("By phone")
    EMAIL = "email", _("By e-mail")
    PAPER = "paper", _("On paper or by fax")
    MEETING = "meeting", _("In a meeting")


class Cause(models.TextChoices):
    """Who caused a promise to move; scorecards charge only the supplier's own moves."""

    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buyer")


class Side(models.TextChoices):
    """Of a change request: who asks, who made an offer, for whom it waits."""

    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buyer")

    @property
    def other(self) -> Side:
        return Side.BUYER if self is Side.SUPPLIER else Side.SUPPLIER


class ChangeState(models.TextChoices):
    """Of a change request, which is made of what was agreed; see ``docs/domain.md``."""

    SUBMITTED = "submitted", _("Submitted")
    COUNTERED = "countered", _("Countered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    OVERTAKEN = "overtaken", _("Overtaken")


CHANGE_ENDS = (ChangeState.ACCEPTED, ChangeState.DECLINED, ChangeState.WITHDRAWN, ChangeState.OVERTAKEN)
CHANGE_STEPS: Mapping[str, tuple[str, ...]] = {
    ChangeState.SUBMITTED: (ChangeState.COUNTERED, *CHANGE_ENDS),
    ChangeState.COUNTERED: CHANGE_ENDS,
    **dict.fromkeys(CHANGE_ENDS, ()),
}


class MasterField(models.TextChoices):
    """What a supplier may ask to be changed of his master data; ``masterdata`` says which values each one has."""

    LEAD_TIME = "lead_time", _("Lead time")
    MIN_QUANTITY = "min_quantity", _("Minimum quantity")
    PRICE = "price", _("Price")
    PART_NUMBER = "part_number", _("Supplier's part number")
    PART_NAME = "part_name", _("Supplier's name for it")
    CONTACT_NAME = "contact_name", _("Contact's name")
    CONTACT_EMAIL = "contact_email", _("Contact's e-mail address")
    CONTACT_PHONE = "contact_phone", _("Contact's telephone")
    ADDRESS = "address", _("Address")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Telephone")


class MasterState(models.TextChoices):
    """Of a request to change master data. Where an approved one stands in Odoo is its ``sync``."""

    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MASTER_STEPS: Mapping[str, tuple[str, ...]] = {
    MasterState.SUBMITTED: (MasterState.APPROVED, MasterState.DECLINED, MasterState.WITHDRAWN),
    MasterState.APPROVED: (MasterState.DECLINED,),  # taken back, while Odoo stands in its way
    MasterState.DECLINED: (),
    MasterState.WITHDRAWN: (),
}


class DemandKind(models.TextChoices):
    """What an ordered part is waited for, as Odoo links it."""

    PRODUCTION = "production", _("Manufacturing order")
    SALE = "sale", _("Sales order")
    DELIVERY = "delivery", _("Delivery")
    TRANSFER = "transfer", _("Transfer")


class Billing(models.TextChoices):
    """How far an order is billed, as Odoo says it (``invoice_status``)."""

    NO = "no", _("Nothing to bill yet")
    TO_INVOICE = "to invoice", _("Bill expected")
    INVOICED = "invoiced", _("Billed")


class Payment(models.TextChoices):
    """How far the posted bills of an order are paid, all taken together."""

    NOT_PAID = "not_paid", _("Not paid")
    PARTIAL = "partial", _("Partly paid")
    PAID = "paid", _("Paid")


class Role(models.TextChoices):
    """A person's role at one supplier."""

    ADMINISTRATOR = "administrator", _("Administrator")
    ORDER_DESK = "order_desk", _("Order desk")
    SHIPPING = "shipping", _("Shipping")
    QUALITY = "quality", _("Quality")
    READ_ONLY = "read_only", _("Read only")


class StaffRole(models.TextChoices):
    """A member of staff's role, at one plant or at all."""

    BUYER = "buyer", _("Buyer")
    QUALITY_ENGINEER = "quality_engineer", _("Quality engineer")
    RECEIVING = "receiving", _("Receiving")
    INTEGRATION_OWNER = "integration_owner", _("Integration owner")
    STAFF_ADMINISTRATOR = "staff_administrator", _("Administrator")


class PrintState(models.TextChoices):
    """Of a PDF that somebody asked for."""

    WAITING = "waiting", _("Waiting")
    DRAWING = "drawing", _("Being drawn")
    DRAWN = "drawn", _("Drawn")
    FAILED = "failed", _("Failed")


PRINT_STEPS: Mapping[str, tuple[str, ...]] = {
    PrintState.WAITING: (PrintState.DRAWING,),
    PrintState.DRAWING: (PrintState.DRAWN, PrintState.WAITING, PrintState.FAILED),
    PrintState.DRAWN: (),
    PrintState.FAILED: (),
}


class Paper(models.TextChoices):
    """What PDFs are laid out for."""

    A4 = "a4", _("A4")
    LETTER = "letter", _("US Letter")


class Admission(models.TextChoices):
    """Where an invitation stands. Told from its dates, never stored."""

    PENDING = "pending", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Withdrawn")


class ContactStanding(models.TextChoices):
    """What inviting one of Odoo's contacts would come to. Told from who there is, never stored."""

    READY = "ready", _("Will be invited")
    ACCOUNT = "account", _("Has an account: gains the role by accepting")
    ENDED = "ended", _("Access was ended: would get it back")
    WORKS_HERE = "works_here", _("Works here already")
    INVITED = "invited", _("Invited already")
    TWICE = "twice", _("Same address as above")
    STAFF = "staff", _("Address of the staff or of a program")
    NO_ADDRESS = "no_address", _("No e-mail address")
    BAD_ADDRESS = "bad_address", _("Not an e-mail address")


INVITABLE = (ContactStanding.READY, ContactStanding.ACCOUNT, ContactStanding.ENDED)


class Frequency(models.TextChoices):
    """How often somebody wants to be told of a subject."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Never")


class SheetState(models.TextChoices):
    """Of a sheet that somebody filled in and brought back."""

    WAITING = "waiting", _("Waits to be read")
    UNREADABLE = "unreadable", _("Cannot be read")
    READ = "read", _("Read, not sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")


# Back to read where nothing of it was sent; what was refused can be sent once more where it became good.
SHEET_STEPS: Mapping[str, tuple[str, ...]] = {
    SheetState.WAITING: (SheetState.READ, SheetState.UNREADABLE),
    SheetState.UNREADABLE: (),
    SheetState.READ: (SheetState.SENDING,),
    SheetState.SENDING: (SheetState.READ, SheetState.SENT),
    SheetState.SENT: (SheetState.SENDING,),
}
