"""States and kinds of shipments, handling units, lots and receipts, as data; ``docs/domain.md`` says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentState(models.TextChoices):
    """Of a shipment notice (ASN). What is sent has passed every check, so *submitted* and *validated* are one."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Announced")
    INVALID = "invalid", _("To be corrected")
    IN_TRANSIT = "in_transit", _("On its way")
    PARTLY_RECEIVED = "partly_received", _("Partly received")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


_SENT = (ShipmentState.SUBMITTED, ShipmentState.INVALID, ShipmentState.IN_TRANSIT)
_ARRIVED = (ShipmentState.PARTLY_RECEIVED, ShipmentState.RECEIVED, ShipmentState.CLOSED)
SHIPMENT_STEPS: Mapping[str, tuple[str, ...]] = {
    ShipmentState.DRAFT: (ShipmentState.SUBMITTED, ShipmentState.IN_TRANSIT, ShipmentState.CANCELLED),
    # Closed without having arrived: a person says so, of goods that were lost or came otherwise.
    **{state: (*(other for other in _SENT if other != state), *_ARRIVED, ShipmentState.CANCELLED) for state in _SENT},
    # A booking can be corrected in Odoo, so the count runs both ways; goods sent back do not undo that they came.
    ShipmentState.PARTLY_RECEIVED: (ShipmentState.IN_TRANSIT, ShipmentState.RECEIVED, ShipmentState.CLOSED),
    ShipmentState.RECEIVED: (ShipmentState.PARTLY_RECEIVED, ShipmentState.IN_TRANSIT, ShipmentState.CLOSED),
    ShipmentState.CLOSED: (),
    ShipmentState.CANCELLED: (),
}
ON_THE_ROAD = (
    ShipmentState.SUBMITTED,
    ShipmentState.INVALID,
    ShipmentState.IN_TRANSIT,
    ShipmentState.PARTLY_RECEIVED,
)
"""What is announced and not there yet: it counts against what is still open."""
_NEEDED_FIRST = (
    ShipmentState.INVALID,
    ShipmentState.DRAFT,
    ShipmentState.SUBMITTED,
    ShipmentState.IN_TRANSIT,
    ShipmentState.PARTLY_RECEIVED,
)
RANK = models.Case(
    *(models.When(state=state, then=models.Value(rank)) for rank, state in enumerate(_NEEDED_FIRST)),
    default=models.Value(9),
    output_field=models.IntegerField(),
)
"""The place of a shipment in a list that begins with what needs somebody, as two indexes have it."""
_RANKS = " ".join(f"WHEN %(expressions)s = '{state}' THEN {rank}" for rank, state in enumerate(_NEEDED_FIRST))
RANKED = models.Func("state", template=f"CASE {_RANKS} ELSE 9 END", output_field=models.IntegerField())
"""The same to sort by, in the words of the indexes: a list would spend a fifth of its time on composing ``RANK``."""
NOT_ARRIVED = _SENT
"""What is announced, and of which nothing has arrived."""


WRONG: Mapping[str, Any] = {
    "cancelled": _("%(order)s line %(line)s was cancelled: take it out."),
    "changed": _("%(order)s line %(line)s orders another item or unit now: announce what is shipped of it anew."),
    "over_shipment": _(
        "%(order)s line %(line)s orders less now: at most %(open)s are open, %(quantity)s are announced."
    ),
}
"""Why a notice is to be corrected after it was sent: what an order says that it did not say then."""


class UnitKind(models.TextChoices):
    PALLET = "pallet", _("Pallet")
    CARTON = "carton", _("Carton")
    BOX = "box", _("Box")
    CRATE = "crate", _("Crate")
    DRUM = "drum", _("Drum")
    BAG = "bag", _("Bag")
    IBC = "ibc", _("Intermediate bulk container")
    BUNDLE = "bundle", _("Bundle")
    COIL = "coil", _("Coil")
    REEL = "reel", _("Reel")


class PlateKind(models.TextChoices):
    """What the number on a handling unit is."""

    SSCC = "sscc", _("SSCC")
    PLATE = "plate", _("Licence plate")
    PACKAGE = "package", _("Package number")


class ShipmentPaper(models.TextChoices):
    LABELS = "labels", _("Labels")
    PACKING_LIST = "packing_list", _("Packing list")
    DELIVERY_NOTE = "delivery_note", _("Delivery note")


class Stock(models.TextChoices):
    """What the papers of a shipment are printed on."""

    A6 = "a6", _("A6")
    INCHES = "4x6", _("4 x 6 in")
    A4 = "a4", _("A4")
    LETTER = "letter", _("US Letter")


STOCKS_OF: Mapping[str, tuple[Stock, ...]] = {
    ShipmentPaper.LABELS: (Stock.A6, Stock.INCHES, Stock.A4),
    ShipmentPaper.PACKING_LIST: (Stock.A4, Stock.LETTER),
    ShipmentPaper.DELIVERY_NOTE: (Stock.A4, Stock.LETTER),
}
"""The usual one first. On A4 stand four labels, which are cut apart."""


class Tracking(models.TextChoices):
    """How the plant tells pieces of an item apart."""

    NONE = "none", _("Not at all")
    LOT = "lot", _("By lot")
    SERIAL = "serial", _("By serial number")


class LotNames(models.TextChoices):
    """What a plant calls a supplier's lot in Odoo, where two suppliers' "L001" of one item cannot both be."""

    SUPPLIER = "supplier", _("As the supplier does; with his number in front where that name is taken")
    PREFIXED = "prefixed", _("With the supplier's number in front")


class ReceiptKind(models.TextChoices):
    RECEIPT = "receipt", _("Receipt")
    RETURN = "return", _("Return")
