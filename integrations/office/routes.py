"""Where letters go, as data: topic -> channels. A topic without a row stays in the house."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.slot.models import Event

MAIN = "main"
"""The name of the connection that the ``ODOO_*`` settings describe."""
ODOO = "odoo"
MAIL = "mail"
AGREED = "purchase_order.agreed"
APPROVED = "master_request.approved"
REVOKED = "master_request.revoked"
NOTICES = ("shipment.announced", "shipment.cancelled", "shipment.closed")

ROUTES: Mapping[str, tuple[str, ...]] = {
    AGREED: (ODOO,),
    APPROVED: (ODOO, MAIL),
    REVOKED: (ODOO, MAIL),
    **dict.fromkeys(NOTICES, (ODOO,)),
    # Who gets these, and what they say, stands in channels/mailings.py.
    "invitation.sent": (MAIL,),
    "account.address_asked": (MAIL,),
    "account.address_changed": (MAIL,),
    "account.reset_asked": (MAIL,),
    "account.notice": (MAIL,),
    "digest.due": (MAIL,),
    "account.standing": (MAIL,),
    "change_request.submitted": (MAIL,),
    "change_request.countered": (MAIL,),
    "change_request.accepted": (MAIL,),
    "change_request.declined": (MAIL,),
    "change_request.withdrawn": (MAIL,),
    "change_request.overtaken": (MAIL,),
    "master_request.submitted": (MAIL,),
    "master_request.entered": (MAIL,),
    "master_request.declined": (MAIL,),
    "master_request.withdrawn": (MAIL,),
    "shipment.to_correct": (MAIL,),
    "purchase_order.released": (MAIL,),
    "purchase_order.live": (MAIL,),
    "purchase_order.answered": (MAIL,),
    "purchase_order.commented": (MAIL,),
    "purchase_order.revised": (MAIL,),
    "purchase_order.declined": (MAIL,),
}


def destination(channel: str, name: str) -> str:
    """``odoo:main``; ``mail:<key of the reader>``."""
    return f"{channel}:{name}"


def channel_of(address: str) -> str:
    """The channel of a destination."""
    return address.partition(":")[0]


def channels(event: Event) -> tuple[str, ...]:
    """By which channels one event leaves the house."""
    return ROUTES.get(event.topic, ())
