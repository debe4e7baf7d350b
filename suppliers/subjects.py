"""What people are told of by mail, as data: each subject, whom it concerns, and which letters it covers.

A person chooses per subject how often he is told. Mails about a person's own account (invitations, addresses,
passwords, second factors) belong to no subject: nobody can switch them off. A new kind of letter joins a subject by its
topic; a new subject is a row here, and appears on the page and in the API by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.shared.actor import Actor
from suppliers.states import Frequency, Role, StaffRole

DELIVERING = (Role.ORDER_DESK, Role.SHIPPING)


@dataclass(frozen=True)
class Subject:
    """``supplier`` and ``staff`` are the roles it concerns. ``topics`` are the letters told one by one; a subject
    without any is a reminder: looked for once a day, see ``reminders``.
    """

    title: Any
    says: Any
    """One sentence above its rows in the daily mail, and on the page where it is chosen."""
    supplier: tuple[str, ...] = ()
    """Where nobody at a supplier holds one of these, its administrators are told instead."""
    staff: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[Frequency, ...]:
        return tuple(Frequency) if self.topics else (Frequency.DAILY, Frequency.OFF)

    @property
    def default(self) -> Frequency:
        return self.choices[0]

    def concerns(self, actor: Actor) -> bool:
        """Whether somebody who holds these roles may ever be told of it."""
        stands_in = (*self.supplier, Role.ADMINISTRATOR) if self.supplier else ()
        return actor.holds([*stands_in, *self.staff])


SUBJECTS: Mapping[str, Subject] = {
    "order_new": Subject(
        _("New orders"),
        _("An order was placed, and waits for its first answer."),
        supplier=(Role.ORDER_DESK, Role.ADMINISTRATOR),
        topics=("purchase_order.released", "purchase_order.live"),
    ),
    "comment_new": Subject(
        _("Comments on orders"),
        _("The other side wrote about an order. At most one mail an hour and order, until you have read it."),
        supplier=(Role.ORDER_DESK, Role.ADMINISTRATOR, Role.SHIPPING, Role.QUALITY),
        staff=(StaffRole.BUYER, StaffRole.QUALITY_ENGINEER, StaffRole.RECEIVING),
        topics=("purchase_order.commented",),
    ),
    "answer_again": Subject(
        _("Orders to answer again"),
        _("An order was changed after your answer, or the buyer declined it: lines wait for a new one."),
        supplier=(Role.ORDER_DESK, Role.ADMINISTRATOR),
        topics=("purchase_order.revised", "purchase_order.declined"),
    ),
    "shipment_correct": Subject(
        _("Shipments to be corrected"),
        _("An order was changed after a shipment of it was announced: what is announced cannot come like that."),
        supplier=(Role.SHIPPING, Role.ORDER_DESK, Role.ADMINISTRATOR),
        topics=("shipment.to_correct",),
    ),
    "master_data": Subject(
        _("Changes of master data"),
        _("A supplier asked for a change of his master data, or the buyer decided on it."),
        supplier=(Role.ORDER_DESK, Role.ADMINISTRATOR),
        staff=(StaffRole.BUYER,),
        topics=tuple(
            f"master_request.{what}"
            for what in ("submitted", "entered", "withdrawn", "approved", "declined", "revoked")
        ),
    ),
    "answer_due": Subject(
        _("Orders that wait for an answer"),
        _("These orders have waited for your answer for some days."),
        supplier=(Role.ORDER_DESK,),
    ),
    "delivery_due": Subject(
        _("Deliveries due soon"),
        _("These deliveries were promised for the next days. Each is named once."),
        supplier=DELIVERING,
    ),
    "delivery_late": Subject(
        _("Late deliveries"),
        _("The promised day has passed, and nothing was received."),
        supplier=DELIVERING,
        staff=(StaffRole.BUYER,),
    ),
    "decision_due": Subject(
        _("Answers that wait for a decision"),
        _("These answers are outside tolerance and wait for the buyer."),
        staff=(StaffRole.BUYER,),
    ),
    "master_due": Subject(
        _("Changes of master data that wait for a decision"),
        _("Suppliers asked for these changes some days ago, and wait for the buyer."),
        staff=(StaffRole.BUYER,),
    ),
    "conflict_open": Subject(
        _("Orders that disagree with Odoo"),
        _("What was agreed did not reach Odoo: somebody has to decide."),
        staff=(StaffRole.BUYER,),
    ),
    "answer_escalated": Subject(
        _("Escalation: orders without an answer"),
        _("Several reminders went by, and these orders are still not answered."),
        supplier=(Role.ADMINISTRATOR,),
        staff=(StaffRole.BUYER,),
    ),
    "decision_escalated": Subject(
        _("Escalation: answers without a decision"),
        _("Several reminders went by, and the buyer has still not decided."),
        staff=(StaffRole.STAFF_ADMINISTRATOR,),
    ),
}
"""By key, in the order in which the daily mail tells them."""

OF_TOPIC: Mapping[str, str] = {topic: key for key, subject in SUBJECTS.items() for topic in subject.topics}
"""The subject of a letter; a topic without one is always sent at once."""
DIGEST = "digest"
"""Stands for everything that comes with the daily mail, where somebody stops it by the link in it."""
