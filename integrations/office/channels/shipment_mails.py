"""Mails about shipment notices: what an order's change made wrong."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from integrations.office.channels.readers import Mailing, Reader, Words, address_of
from integrations.slot.models import Event
from suppliers.actions.receipts import TO_CORRECT
from suppliers.models import Shipment
from suppliers.permissions import Act
from suppliers.shipping_states import ShipmentState
from suppliers.standing import people_of

MOST = 10
"""As many reasons are named; the page has them all."""


def _shipment(event: Event) -> Shipment:
    return Shipment.objects.select_related("supplier", "plant").get(pk=event.about_id)


def _who_ship(event: Event) -> list[Reader]:
    roles = Act.ANNOUNCE_SHIPMENT.value.supplier
    return [Reader.of(user) for user in people_of(_shipment(event).supplier, roles)]


def _to_correct(event: Event, reader: Reader) -> Words | None:
    """What is wrong as it leaves; nothing, once it was corrected or cancelled, or has arrived."""
    shipment = _shipment(event)
    wrong = shipment.what_is_wrong
    if shipment.state != ShipmentState.INVALID or not wrong:
        return None
    told = {"shipment": shipment.label, "note": shipment.delivery_note, "plant": shipment.plant.name}
    said = _("You announced %(shipment)s to %(plant)s, with delivery note %(note)s. An order in it was changed since:")
    paragraphs = [said % told, *wrong[:MOST]]
    if len(wrong) > MOST:
        more = len(wrong) - MOST
        paragraphs.append(ngettext("And %(count)d more.", "And %(count)d more.", more) % {"count": more})
    if shipment.arrives_on:
        day = date_format(shipment.arrives_on, pgettext("date format", "D j M Y"), use_l10n=False)
        paragraphs.append(_("The plant expects it on %(day)s: correct it before, or cancel it.") % {"day": day})
    return {
        "subject": _("Correct shipment %(shipment)s (delivery note %(note)s)") % told,
        "paragraphs": paragraphs,
        "action": _("Look at the shipment"),
        "url": address_of("shipment", shipment.pk),
    }


SHIPMENT_MAILS: Mapping[str, Mailing] = {TO_CORRECT: Mailing(_who_ship, _to_correct)}
