"""What Odoo says of an order, in the portal's own terms: what the post office hands in after translating.

Plain values: no Odoo id, no key of a mapping. A statement is compared with what the portal knows; only what differs
from both the last known and the last agreed values is a revision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from suppliers.shipping_states import ReceiptKind, Tracking
from suppliers.states import DemandKind


@dataclass(frozen=True)
class Need:
    """The earliest demand that a line's goods serve: the day at the plant, and the order it is for."""

    date: dt.date
    kind: DemandKind
    number: str


@dataclass(frozen=True)
class Text:
    """A section's title (``kind`` is section) or a note among the lines."""

    kind: str
    text: str


@dataclass(frozen=True)
class FileStatement:
    """A file meant for the supplier: of the whole order, or of one item.

    ``ref`` is the caller's own name for it, by which its bytes are asked for; ``checksum`` is that of the bytes.
    """

    ref: str
    name: str
    item_id: int | None
    checksum: str
    size: int


@dataclass(frozen=True)
class Content:
    """What an order says beside quantities, prices and dates. ``layout`` is every text and every line's ``ref``, in
    Odoo's order.
    """

    payment_terms: str = ""
    ship_to: str = ""
    terms: str = ""
    billing: str = ""
    payment: str = ""
    layout: tuple[Text | str, ...] = ()
    files: tuple[FileStatement, ...] = ()


@dataclass(frozen=True)
class LineStatement:
    """One order line of Odoo.

    ``ref`` is the caller's own name for it; results come back under it. ``schedule_id`` is the schedule line it is,
    where that is known (by mapping, or by the external id the portal gave it). Quantities and price are in the line's
    unit and the order's currency; ``date`` is the arrival asked for, in the plant's own calendar.
    """

    ref: str
    schedule_id: UUID | None
    item_id: int
    unit_id: int
    description: str
    quantity: Decimal
    price: Decimal
    date: dt.date
    received: Decimal = Decimal(0)
    ours: tuple[Decimal, Decimal, dt.date] | None = None
    """Quantity, price and date that a letter on its way has sent: saying just that is our echo, whatever was agreed
    since."""
    need: Need | None = None
    """None where nothing in Odoo is linked to the line's goods; never the line's own date."""
    service: bool = False
    item_revision: str = ""
    supplier_item_code: str = ""
    supplier_item_name: str = ""
    """The supplier's own number and name for the item, where Odoo's price list has them."""
    tracking: Tracking = Tracking.NONE
    dated: bool = False
    """Whether its lots expire."""
    gtin: str = ""


@dataclass(frozen=True)
class ReceiptStatement:
    """One booked movement of goods of the line ``line`` (its ``ref``), into the plant or back to the supplier.

    ``ref`` is the caller's own name for it. ``quantity`` is in ``unit_name``, the line's unit wherever it can be said
    in that. ``lot_key`` names a lot that the portal made there, ``notice`` the shipment and order whose transfer it was
    booked in. What does not count changes nothing of what the line has received.
    """

    ref: str
    line: str
    item_id: int
    quantity: Decimal
    unit_name: str
    at: dt.datetime
    day: dt.date
    kind: ReceiptKind = ReceiptKind.RECEIPT
    counts: bool = True
    returned_ref: str = ""
    lot: str = ""
    lot_key: UUID | None = None
    plate: str = ""
    transfer: str = ""
    notice: UUID | None = None


@dataclass(frozen=True)
class TransferStatement:
    """Where the goods of one notice and order stand: ``ended`` where nothing more of them is expected."""

    notice: UUID
    name: str
    ended: bool


@dataclass(frozen=True)
class OrderStatement:
    """One confirmed order of Odoo, whole. ``cancelled`` where Odoo cancelled it."""

    supplier_id: int
    plant_id: int
    number: str
    currency: str
    incoterm: str
    incoterm_place: str
    buyer_name: str
    supplier_reference: str
    ordered_at: dt.datetime
    lines: tuple[LineStatement, ...]
    cancelled: bool = False
    content: Content | None = None
    """None where the caller says nothing of it: then what is known stays."""
    receipts: tuple[ReceiptStatement, ...] | None = None
    """All that was booked of its lines; None: nothing is said of it."""
    transfers: tuple[TransferStatement, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One thing a revision changed on one line; line 0 is the order itself.

    ``field`` is quantity, date, price, item, unit, line or state; of the header: currency, incoterm or
    incoterm_place; of the content: note, terms, payment_terms, ship_to, item_revision, description or drawing.
    """

    line: int
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Block:
    """One thing in the column of an order: a section's title, a note, or what is known of a line."""

    section: str = ""
    note: str = ""
    entry: Any = None


def lay_out(layout: Sequence[Mapping[str, Any]] | None, entries: Mapping[int, Any]) -> list[Block]:
    """The entries of an order's lines, by position, among its sections and notes, in Odoo's order.

    A line that the layout does not know stands at the end; a place whose line is not among the entries is left out.
    """
    left = dict(entries)
    places = [
        Block(entry=left.pop(place["line"], None))
        if "line" in place
        else Block(place.get("section", ""), place.get("note", ""))
        for place in layout or []
    ]
    blocks = [*places, *(Block(entry=entry) for entry in left.values())]
    return [block for block in blocks if block != Block()]
