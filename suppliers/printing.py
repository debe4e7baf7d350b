"""Orders and shipments on paper: what stands on it, in the reader's language, and in the buyer's colours.

What is printed depends on the order alone, not on the moment: the same order twice is the same file. So with shipments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from documents.rendering import render_pdf
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.web.currencies import rounded
from suppliers.models import OrderLine, OrderPrint, ShipmentPrint
from suppliers.paperwork import delivery_note_pdf, labels_pdf, packing_list_pdf
from suppliers.queries.orders import LineDetail, OrderDetail, order_detail
from suppliers.queries.prints import branding_now, logo_of
from suppliers.queries.shipment_papers import shipping_paper
from suppliers.shipping_states import ShipmentPaper
from suppliers.statements import lay_out
from suppliers.states import LineState
from suppliers.tolerances import basis_of

Deliveries = Sequence[tuple[Decimal, dt.date]]


@dataclass(frozen=True)
class PrintedLine:
    """A line with its schedule, as ordered and as agreed; each empty where the line itself says all of it."""

    line: OrderLine
    wanted: Deliveries
    agreed: Deliveries
    amount: Decimal

    @property
    def is_short(self) -> bool:
        """Whether it is to stand on one page; a long text may run over several."""
        return len(self.line.description) < 600 and len(self.wanted) < 12

    @property
    def has_more(self) -> bool:
        """Whether something is to be said across the columns, below the item."""
        return bool(self.line.more_words or self.line.item_revision or self.line.supplier_item_code)


def order_pdf(actor: Actor, order_print: OrderPrint) -> bytes:
    """The PDF that was asked for. Opens its own window, and draws outside it. Raises :class:`CannotRender`."""
    with acting(actor):
        detail = order_detail(actor, order_print.order_id)
        branding = branding_now()
    with translation.override(order_print.language), timezone.override(ZoneInfo(order_print.time_zone)):
        return render_pdf(
            "print/order.html",
            words(detail, prices=order_print.prices),
            brand=branding.brand,
            paper=order_print.paper,
            images=logo_of(branding),
        )


def shipment_pdf(actor: Actor, shipment_print: ShipmentPrint) -> bytes:
    """The same for a paper of a shipment."""
    with acting(actor):
        paper = shipping_paper(actor, shipment_print.shipment_id, shipment_print.version)
        branding = branding_now()
    look: dict[str, Any] = {
        "brand": branding.brand,
        "language": shipment_print.language,
        "images": logo_of(branding),
    }
    if shipment_print.what == ShipmentPaper.LABELS:
        return labels_pdf(paper, stock=shipment_print.stock, **look)
    draw = packing_list_pdf if shipment_print.what == ShipmentPaper.PACKING_LIST else delivery_note_pdf
    return draw(paper, size=shipment_print.stock, **look)


def words(detail: OrderDetail, *, prices: bool) -> dict[str, Any]:
    """What the template is given. Asks the database nothing."""
    order = detail.order
    lines = [_printed(one, order.currency) for one in detail.lines]
    promised = any(one.line.promised_date for one in lines)
    stated = [one.at for one in detail.revisions[:1]] + [order.released_at]
    return {
        "order": order,
        "blocks": lay_out(order.layout, {one.line.position: one for one in lines}),
        "revision": detail.revisions[0] if detail.revisions else None,
        "total": sum((one.amount for one in lines), Decimal(0)),
        "prices": prices,
        "promised": promised,
        "columns": 3 + promised + 2 * prices,  # what a description runs across
        "portal_name": settings.PORTAL_NAME,
        "basis": basis_of(order.incoterm),
        # The last thing that happened to it, not the clock.
        "as_of": max([change.at for change in detail.timeline] + stated),
    }


def _printed(detail: LineDetail, currency: str) -> PrintedLine:
    line = detail.line
    wanted = [(row.quantity, row.date) for row in detail.schedule if row.in_odoo and row.quantity]
    agreed = [(row.agreed_quantity, row.agreed_date) for row in detail.schedule if row.agreed_quantity]
    known = [(quantity, date) for quantity, date in agreed if quantity and date] if line.promised_date else []
    amount = rounded(line.quantity * line.price, currency)
    if line.state == LineState.CANCELLED:
        amount = Decimal(0)
    return PrintedLine(line, _if_split(wanted), _if_split(known), amount)


def _if_split(deliveries: Deliveries) -> Deliveries:
    return sorted(deliveries, key=lambda one: one[1]) if len(deliveries) > 1 else []
