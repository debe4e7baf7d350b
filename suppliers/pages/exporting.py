"""Lists as files: exactly what their pages show, every page of them. Each is a table of columns beside its query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.web import asked, sheets
from portal.web.exporting import Listed
from portal.web.pagination import Page
from portal.web.sheets import OF_SEVERAL, THE_SUPPLIER, Column, Sheet, sheet, the_buyer
from portal.web.templatetags.portal import day, quantity
from portal.web.windows import PortalRequest
from suppliers.models import ChangeOffer, ChangeRequest, OrderLine
from suppliers.pages import changes as change_pages
from suppliers.pages import desk_files
from suppliers.pages import masters as master_pages
from suppliers.pages import orders as order_pages
from suppliers.pages import shelf_rules as shelf_pages
from suppliers.pages import shipments as shipment_pages
from suppliers.pages import vendors as vendor_pages
from suppliers.pages.people import read_people, roles_of
from suppliers.permissions import Act
from suppliers.queries import masters, vendors
from suppliers.queries import shelf_rules as rules
from suppliers.queries.changes import change_list
from suppliers.queries.orders import lines_of_list, order_list, transit_days
from suppliers.queries.shipments import shipment_list
from suppliers.states import DateBasis, LineState
from suppliers.tolerances import basis_of, promised_for

# --- Orders, and their lines ------------------------------------------------------------------------------------------

ORDERS = (
    Column(_("Order"), "number"),
    Column(_("Supplier"), "supplier_name", readers=OF_SEVERAL),
    Column(_("Plant"), "plant_name"),
    Column(_("State"), lambda order, _actor: order.get_state_display()),
    Column(_("Lines in conflict"), "conflict_lines"),
    Column(_("Lines to answer"), "waiting_lines"),
    Column(_("Lines with the buyer"), "pending_lines"),
    Column(_("New comments"), "comments_unread"),
    Column(_("Next date"), "next_date"),
    Column(_("Released"), "released_at"),
)


def orders(request: PortalRequest) -> Sheet:
    actor = request.actor
    with acting(actor):
        found = order_list(actor, order_pages.filters_of(request), today=timezone.localdate(), size=sheets.MOST)
        return sheet("orders", ORDERS, found, actor)


LINES = (
    Column(_("Order"), "order.number"),
    Column(_("Supplier"), "order.supplier.name", readers=OF_SEVERAL),
    Column(_("Plant"), "order.plant.name"),
    Column(_("Line"), "position"),
    Column(_("Item"), "item_code"),
    Column(_("Name"), "item_name"),
    Column(_("Revision"), "item_revision"),
    Column(_("Your number"), "supplier_item_code", readers=THE_SUPPLIER),
    Column(_("Supplier's number"), "supplier_item_code", readers=the_buyer),
    Column(_("State"), lambda line, _actor: line.get_state_display()),
    Column(_("Ordered"), "quantity"),
    Column(_("Unit"), "unit_name"),
    Column(_("Hand over by"), "hand_over"),
    Column(_("Wanted on arrival"), "requested_date"),
    Column(_("Agreed"), "promised_quantity"),
    Column(_("Agreed for"), "promised_date"),
    Column(_("Received"), "received_quantity"),
    Column(_("Needed"), "needed_date", readers=the_buyer),
    Column(_("Needed for"), "needed_for", readers=the_buyer),
    Column(_("Unit price"), "price", act=Act.SEE_PRICES),
    Column(_("Currency"), "order.currency", act=Act.SEE_PRICES),
)


def lines(request: PortalRequest) -> Sheet:
    """Every line of the orders in the list, as their pages show them."""
    actor = request.actor
    with acting(actor):
        found = lines_of_list(actor, order_pages.filters_of(request), today=timezone.localdate(), size=sheets.MOST)
        transit = transit_days(actor)
        for line in found:
            line.hand_over = _hand_over(line, transit)  # type: ignore[attr-defined]
        return sheet(
            "order-lines", LINES, Page(found[: sheets.MOST], "more" if len(found) > sheets.MOST else ""), actor
        )


def _hand_over(line: OrderLine, transit: dict[tuple[int, int], int]) -> dt.date | None:
    basis, days = basis_of(line.order.incoterm), transit.get((line.supplier_id, line.order.plant_id), 0)
    handed = basis == DateBasis.SHIP and line.state in (LineState.OPEN, LineState.PENDING_BUYER)
    return promised_for(line.requested_date, basis, days) if handed else None


# --- Changes ----------------------------------------------------------------------------------------------------------


def _offer(change: ChangeRequest) -> ChangeOffer:
    return list(change.offers.all())[-1]


def _offered(change: ChangeRequest, _actor: Actor) -> str:
    offer = _offer(change)
    if offer.cancels:
        return gettext("Cancel the rest")
    said = (
        f"{quantity(one.quantity)} {change.line.unit_name}, {strip_tags(day(one.arrival_date))}"
        for one in offer.deliveries.all()
    )
    return "; ".join(said)


CHANGES = (
    Column(_("Order"), "order.number"),
    Column(_("Change request"), "number"),
    Column(_("Supplier"), "supplier.name", readers=OF_SEVERAL),
    Column(_("Item"), lambda change, _actor: change.line.item_code or change.line.item_name),
    Column(_("Line"), "line.position"),
    Column(_("Last offer"), _offered),
    Column(_("Unit price"), lambda change, _actor: _offer(change).price, act=Act.SEE_PRICES),
    Column(_("Currency"), "order.currency", act=Act.SEE_PRICES),
    Column(_("State"), lambda change, _actor: change.get_state_display()),
    Column(_("Waits for"), lambda change, _actor: change.get_waits_for_display()),
    Column(_("Last word"), "moved_at"),
)


def changes(request: PortalRequest) -> Sheet:
    actor = request.actor
    view, text = change_pages.filters_of(request)
    with acting(actor):
        found = change_list(actor, view=view, text=text, size=sheets.MOST)
        return sheet("changes", CHANGES, found, actor)


# --- Suppliers --------------------------------------------------------------------------------------------------------

SUPPLIERS = (
    Column(_("Supplier"), "name"),
    Column(_("Supplier number"), "reference"),
    Column(_("Place"), lambda row, _actor: ", ".join(filter(None, (row.city, row.country)))),
    Column(_("Open orders"), "open_orders"),
    Column(_("In Odoo"), lambda row, _actor: "" if row.active else gettext("Archived in Odoo")),
)


def suppliers(request: PortalRequest) -> Sheet:
    actor = request.actor
    with acting(actor):
        found = vendors.suppliers(actor, text=asked.sought(request.GET), size=sheets.MOST)
        return sheet("suppliers", SUPPLIERS, found, actor)


APPROVALS = (
    Column(_("Item"), "item.code"),
    Column(_("Name"), "item.name"),
    Column(_("Supplier"), "supplier.name"),
    Column(_("Plant"), lambda row, _actor: row.plant.name if row.plant else gettext("Every plant")),
    Column(_("Standing"), lambda row, _actor: row.get_standing_display()),
    Column(_("Effective from"), "effective"),
    Column(_("Why"), "reason"),
    Column(_("Said by"), "actor_name"),
    Column(_("Said on"), "at"),
    Column(_("Version"), "version"),
)


def approvals(request: PortalRequest) -> Sheet:
    actor = request.actor
    with acting(actor):
        found = vendors.approvals(actor, vendor_pages.filters_of(request), size=sheets.MOST)
        return sheet("approved-vendors", APPROVALS, found, actor)


SHELF_RULES = (
    Column(_("Item"), "item.code"),
    Column(_("Name"), "item.name"),
    Column(_("Plant"), lambda row, _actor: row.plant.name if row.plant else gettext("Every plant")),
    Column(_("Days left on arrival"), "days"),
    Column(_("Said by"), "actor_name"),
    Column(_("Said on"), "at"),
    Column(_("Version"), "version"),
)


def shelf_rules(request: PortalRequest) -> Sheet:
    actor = request.actor
    with acting(actor):
        found = rules.shelf_rules(actor, shelf_pages.filters_of(request), size=sheets.MOST)
        return sheet("shelf-life", SHELF_RULES, found, actor)


MASTER_REQUESTS = (
    Column(_("What"), lambda change, _actor: change.get_field_display()),
    Column(_("Of what"), "subject"),
    Column(_("Supplier"), "supplier.name", readers=OF_SEVERAL),
    Column(
        _("When it was asked"),
        lambda change, actor: change.told(change.before, Act.SEE_PRICES.allows(actor, change)),
    ),
    Column(_("Wanted"), lambda change, actor: change.told(change.after, Act.SEE_PRICES.allows(actor, change))),
    Column(_("State"), lambda change, _actor: change.get_state_display()),
    Column(_("In Odoo"), lambda change, _actor: change.get_sync_display() if change.sync else ""),
    Column(_("Last word"), "moved_at"),
)


def master_requests(request: PortalRequest) -> Sheet:
    actor = request.actor
    view, text = master_pages.filters_of(request)
    with acting(actor):
        found = masters.request_list(actor, view=view, text=text, size=sheets.MOST)
        return sheet("master-data", MASTER_REQUESTS, found, actor)


# --- Shipments --------------------------------------------------------------------------------------------------------

SHIPMENTS = (
    Column(_("Shipment"), "label"),
    Column(_("Supplier"), "supplier_name", readers=OF_SEVERAL),
    Column(_("Plant"), "plant_name"),
    Column(_("State"), lambda row, _actor: row.get_state_display()),
    Column(_("Delivery note"), "delivery_note"),
    Column(_("Departure"), "departs_on"),
    Column(_("Expected arrival"), "arrives_on"),
    Column(_("Carrier"), "carrier"),
    Column(_("Tracking number"), "tracking"),
    Column(_("In Odoo"), lambda row, _actor: row.get_sync_display() if row.sync else ""),
    Column(_("Announced"), "submitted_at"),
    Column(_("Received"), "received_at"),
)


def shipments(request: PortalRequest) -> Sheet:
    actor = request.actor
    with acting(actor):
        also = ("sync", "submitted_at", "received_at")
        found = shipment_list(actor, shipment_pages.filters_of(request), size=sheets.MOST, needed_first=True, also=also)
        return sheet("shipments", SHIPMENTS, found, actor)


# --- People -----------------------------------------------------------------------------------------------------------

PEOPLE = (
    Column(_("Name"), "name"),
    Column(_("E-mail address"), "email"),
    Column(_("Roles"), "roles"),
    Column(_("State"), "state"),
    Column(_("Second factor"), "factor"),
    Column(_("Last sign-in"), "last_login"),
    Column(_("Invited"), "sent_at"),
)


@dataclass(frozen=True)
class Somebody:
    """Who works at a place, or is invited there."""

    name: str
    email: str
    roles: str
    state: str
    factor: str = ""
    last_login: dt.datetime | None = None
    sent_at: dt.datetime | None = None


def people(request: PortalRequest) -> Sheet:
    place, everybody, invited = read_people(request)
    now = timezone.now()
    rows = [
        Somebody(
            *(one.user.name, one.user.email, ", ".join(roles_of(one.roles, place))),
            gettext("has access") if one.active else gettext("no access"),
            factor=gettext("set up") if one.factor else gettext("none"),
            last_login=one.user.last_login,
        )
        for one in everybody
    ]
    rows += [
        Somebody(
            *(one.name, one.email, ", ".join(roles_of([(role, None) for role in one.roles], place))),
            str(one.admission(now).label),
            sent_at=one.sent_at,
        )
        for one in invited
    ]
    return sheet("people", PEOPLE, Page(rows), request.actor)


LISTS = {
    "orders": Listed("orders/", Act.SEE_ORDERS, orders),
    "order_lines": Listed("orders/", Act.SEE_ORDERS, lines, "lines"),
    "decisions": Listed("decisions/", Act.DECIDE_ANSWER, desk_files.decisions),
    "expediting": Listed("expediting/", Act.SEE_EXPEDITING, desk_files.expediting),
    "changes": Listed("changes/", Act.SEE_ORDERS, changes),
    "suppliers": Listed("suppliers/", Act.SEE_SUPPLIER, suppliers),
    "approvals": Listed("approved-vendors/", Act.SEE_APPROVALS, approvals),
    "shelf_rules": Listed("shelf-rules/", Act.SET_SHELF_RULE, shelf_rules),
    "master_requests": Listed("suppliers/requests/", Act.SEE_SUPPLIER, master_requests),
    "shipments": Listed("shipments/", Act.SEE_SHIPMENTS, shipments),
    "people": Listed("people/", Act.SEE_PEOPLE, people),
}
