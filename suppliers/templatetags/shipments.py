"""How shipments are shown."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from portal.web import slots
from portal.web.templatetags.portal import state
from suppliers.models import Shipment, ShipmentOrder
from suppliers.shipping_states import ShipmentState
from suppliers.states import SyncMark
from suppliers.templatetags.orders import SYNC_TONES

register = template.Library()

TONES = {
    ShipmentState.DRAFT: "quiet",
    ShipmentState.SUBMITTED: "info",
    ShipmentState.INVALID: "wait",
    ShipmentState.IN_TRANSIT: "info",
    ShipmentState.PARTLY_RECEIVED: "info",
    ShipmentState.RECEIVED: "good",
    ShipmentState.CLOSED: "good",
    ShipmentState.CANCELLED: "off",
}


@register.filter
def shipment_state(shipment: Shipment) -> SafeString:
    """Where a shipment stands, as a tag."""
    return state(shipment.get_state_display(), TONES[ShipmentState(shipment.state)])


@register.filter
def transfer_mark(row: Shipment | ShipmentOrder) -> SafeString:
    """Where a shipment, or one of its orders, stands in Odoo; nothing where there is nothing to say."""
    mark = SyncMark(row.sync)
    return state(row.get_sync_display(), SYNC_TONES[mark]) if mark in SYNC_TONES else SafeString("")


@register.filter
def transfer_why(row: ShipmentOrder) -> str:
    """What the mark rests on, in the reader's language."""
    return slots.obstacle(row.sync_why, row.sync_note) if row.sync_why else row.sync_note
