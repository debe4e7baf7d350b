"""The list of orders as a file: the orders as the list shows them, or each of their lines as its order's page does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid
from portal.web import sheets
from portal.web.windows import PortalRequest, page
from suppliers.actions.orders import take_along
from suppliers.models import OrderLine
from suppliers.pages.orders import filters_of
from suppliers.permissions import Act
from suppliers.queries.orders import lines_of_list, order_list, transit_days
from suppliers.states import DateBasis, LineState
from suppliers.tolerances import basis_of, promised_for

MOST = 10_000
"""Orders, or lines, in one file."""


@require_GET
@page
def orders(request: PortalRequest, kind: str) -> HttpResponse:
    """The list as it is filtered and sorted, every page of it, as a spreadsheet."""
    actor, today = request.actor, timezone.localdate()
    take_along(actor=actor, at=timezone.now())
    header = [_("Order"), _("Plant"), _("State"), _("Lines in conflict"), _("Lines to answer")]
    header += [_("Lines with the buyer"), _("Next date"), _("Released")]
    with acting(actor):
        found = order_list(actor, filters_of(request), today=today, size=MOST)
        if found.next:
            raise _too_many(_("A file holds at most %(count)s orders: narrow the list with a filter."))
        rows: list[list[sheets.Value]] = []
        for one in found.rows:
            row: list[sheets.Value] = [one.number, one.plant.name, one.get_state_display(), one.conflict_lines]
            row += [one.waiting_lines, one.pending_lines, one.next_date, one.released_at]
            rows.append(_of_staff(actor, row, 1, one.supplier.name))
    return sheets.response(kind, f"orders-{today:%Y-%m-%d}", _of_staff(actor, header, 1, _("Supplier")), rows)


@require_GET
@page
def lines(request: PortalRequest, kind: str) -> HttpResponse:
    """Every line of the orders in the list, as their pages show them; prices for those who see them."""
    actor, today = request.actor, timezone.localdate()
    take_along(actor=actor, at=timezone.now())
    number = _("Your number") if actor.behind_wall else _("Supplier's number")
    header = [_("Order"), _("Plant"), _("Line"), _("Item"), _("Name"), _("Revision"), number, _("State"), _("Ordered")]
    header += [_("Unit"), _("Hand over by"), _("Wanted on arrival"), _("Agreed"), _("Agreed for"), _("Received")]
    header = _of_staff(actor, header, 1, _("Supplier"))
    header = _of_staff(actor, header, len(header), _("Needed"), _("Needed for"))
    prices = Act.SEE_PRICES.allows(actor)
    if prices:
        header += [_("Unit price"), _("Currency")]
    with acting(actor):
        found = lines_of_list(actor, filters_of(request), today=today, size=MOST)
        if len(found) > MOST:
            raise _too_many(_("A file holds at most %(count)s lines: narrow the list with a filter."))
        transit = transit_days(actor)
        rows: list[list[sheets.Value]] = []
        for line in found:
            row = _of_staff(actor, _said(line, transit), 1, line.order.supplier.name)
            row = _of_staff(actor, row, len(row), line.needed_date, line.needed_for)
            if prices:
                seen = Act.SEE_PRICES.allows(actor, line)
                row += [line.price, line.order.currency] if seen else [None, None]
            rows.append(row)
    return sheets.response(kind, f"order-lines-{today:%Y-%m-%d}", header, rows)


def _said(line: OrderLine, transit: dict[tuple[int, int], int]) -> list[sheets.Value]:
    order = line.order
    basis, days = basis_of(order.incoterm), transit.get((order.supplier_id, order.plant_id), 0)
    handed = basis == DateBasis.SHIP and line.state in (LineState.OPEN, LineState.PENDING_BUYER)
    return [
        *(order.number, order.plant.name, line.position, line.item_code, line.item_name, line.item_revision),
        *(line.supplier_item_code, line.get_state_display(), line.quantity, line.unit_name),
        *(promised_for(line.requested_date, basis, days) if handed else None, line.requested_date),
        *(line.promised_quantity, line.promised_date, line.received_quantity),
    ]


def _of_staff(actor: Actor, row: Sequence[Any], at: int, *more: Any) -> list[Any]:
    """The row with what only the buyer's side is shown."""
    return [*row] if actor.behind_wall else [*row[:at], *more, *row[at:]]


def _too_many(message: str) -> Invalid:
    return Invalid(message % {"count": f"{MOST:,}"})
