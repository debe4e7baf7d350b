"""Rows of shipments in a sheet: its columns, and what is given out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suppliers.models import OrderLine
from suppliers.queries.shipments_open import OpenLine
from suppliers.sheets.columns import Column, Head, Holds, Plan, Written
from suppliers.sheets.writing import workbook
from suppliers.shipping_states import Tracking, UnitKind
from suppliers.tolerances import plain

LONG = 3_900
"""Characters of a cell with many serial numbers: a little less than is read of any."""
SHIPMENTS = Plan(
    "shipments",
    gettext_lazy("Shipments"),
    (
        Column("plant", gettext_lazy("Plant"), width=16),
        Column("order", gettext_lazy("Order"), needed=True),
        Column("line", gettext_lazy("Line"), Holds.NUMBER, needed=True, width=7),
        Column("item", gettext_lazy("Item"), needed=True, width=16),
        Column("yours", gettext_lazy("Your number"), width=16),
        Column("name", gettext_lazy("Name"), width=32),
        Column("promised_on", gettext_lazy("Promised for"), Holds.DATE),
        Column("basis", gettext_lazy("Dates mean"), width=12),
        Column("promised", gettext_lazy("Promised"), Holds.NUMBER),
        Column("open", gettext_lazy("Open"), Holds.NUMBER),
        Column("counted_in", gettext_lazy("Unit"), width=9),
        Column("demands", gettext_lazy("Say with it"), width=20),
        Column("delivery_note", gettext_lazy("Delivery note"), fill=True, needed=True, width=16),
        Column("quantity", gettext_lazy("Quantity shipped"), Holds.NUMBER, fill=True, needed=True),
        Column("unit", gettext_lazy("In another unit"), fill=True, width=10),
        Column("lot", gettext_lazy("Lot"), fill=True, width=16),
        Column("made_on", gettext_lazy("Made on"), Holds.DATE, fill=True),
        Column("expires_on", gettext_lazy("Expires on"), Holds.DATE, fill=True),
        Column("serials", gettext_lazy("Serial numbers"), fill=True, longest=LONG, width=20),
        Column("country", gettext_lazy("Country of origin"), fill=True, width=10),
        Column("package", gettext_lazy("Package"), fill=True, width=12),
        Column("kind", gettext_lazy("Kind of package"), Holds.CHOICE, fill=True, choices=UnitKind.choices, width=14),
        Column("package_in", gettext_lazy("Stands in package"), fill=True, width=12),
        Column("plate", gettext_lazy("Number of the package"), fill=True, width=20),
        Column("gross_weight", gettext_lazy("Gross weight, kg"), Holds.NUMBER, fill=True),
        Column("package_tracking", gettext_lazy("Tracking number of the package"), fill=True, width=18),
        Column("departs_on", gettext_lazy("Departure"), Holds.DATE, fill=True),
        Column("arrives_on", gettext_lazy("Expected arrival"), Holds.DATE, fill=True),
        Column("carrier", gettext_lazy("Carrier"), fill=True, width=16),
        Column("tracking", gettext_lazy("Tracking number"), fill=True, width=18),
        Column("dangerous_goods", gettext_lazy("Dangerous goods"), fill=True, width=24),
        Column("note", gettext_lazy("Note"), fill=True, width=24),
    ),
    (
        gettext_lazy(
            "Fill in the light yellow cells; the grey ones are the order's. Rows without a quantity are not shipped."
        ),
        gettext_lazy(
            "Rows with the same delivery note are one shipment, to one plant. Say its departure, arrival, carrier and"
            " notes on one of them."
        ),
        gettext_lazy(
            "Several lots or packages of one line: copy its whole row, paste it into the first empty row below, and put"
            " the quantity of each into its own row."
        ),
        gettext_lazy(
            "Package: any name, P1 or C1, the same on every row that is in it. Say its kind and what it stands in on"
            " one of them. What others stand in is a pallet unless a row says otherwise: a copied row with its name"
            " as the package and no quantity."
        ),
        gettext_lazy("Packages without a number are given one. Serial numbers are parted by spaces."),
        gettext_lazy(
            "You may filter and hide rows. To sort or delete some, unprotect the sheet first (Review, Unprotect Sheet;"
            " there is no password), and keep whole rows together, with the hidden column A."
        ),
        gettext_lazy("Then save and upload the file. You see what it comes to before anything is sent."),
    ),
)


def goods_sheet(lines: Sequence[OpenLine], *, owner: str, language: str) -> bytes:
    """The workbook with a row for every delivery of which something may be shipped."""
    return workbook(SHIPMENTS, Head(owner, language), list(rows_of(lines)))


def stand_of(one: OpenLine) -> str:
    """What makes a row stale: another promise, or goods of the line that were announced, received or sent back."""
    line = one.line
    day = line.promised_date.isoformat() if line.promised_date else ""
    return "|".join((str(line.revision), plain(one.agreed), day, plain(one.open)))


def rows_of(lines: Iterable[OpenLine]) -> Iterable[Written]:
    """The rows of lines, as they are given out."""
    for one in lines:
        line = one.line
        for turn, (day, promised, open_) in enumerate(one.open_deliveries()):
            yield Written(
                str(line.pk),
                stand_of(one),
                {
                    "plant": line.plant.name,
                    "order": line.order.number,
                    "line": Decimal(line.position),
                    "item": line.item_code,
                    "yours": line.supplier_item_code,
                    "name": line.item_name,
                    "promised_on": day,
                    "basis": str(one.basis.label),
                    "promised": promised,
                    "open": open_,
                    "counted_in": line.unit_name,
                    "demands": demands_of(line),
                },
                turn,
            )


def demands_of(line: OrderLine) -> str:
    """What has to be said of its goods, for people."""
    words = {Tracking.LOT: _("Lot"), Tracking.SERIAL: _("Serial numbers")}
    dated = _("Expiry date") if line.dated else ""
    return ", ".join(filter(None, (words.get(Tracking(line.tracking)), dated)))
