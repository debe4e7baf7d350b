"""Who is looking, and where he may go: the menu of every page."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template.context import RequestContext
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.shared.actor import Actor, ActorKind
from portal.web.templatetags.portal import state
from suppliers.permissions import Act
from suppliers.queries.contacts import Contact
from suppliers.states import ContactStanding, StaffRole

register = template.Library()

CONNECTORS = (StaffRole.INTEGRATION_OWNER, StaffRole.STAFF_ADMINISTRATOR)
READERS = (*CONNECTORS, StaffRole.BUYER)


@dataclass(frozen=True)
class Link:
    """One entry of the menu. ``current`` is what ``aria-current`` says, empty elsewhere."""

    title: str
    icon: str
    url: str
    current: str


@register.simple_tag(takes_context=True)
def navigation(context: RequestContext) -> list[Link]:
    """The places this person may go, by role; a room that is not built (no such address) is left out."""
    request = context.request
    assert request is not None
    actor: Actor = request.actor  # type: ignore[attr-defined]
    entries = [("home", _("Home"), "home", True)]
    entries.append(("decisions", _("Decisions"), "decide", Act.DECIDE_ANSWER.allows(actor)))
    entries.append(("expediting", _("Expediting"), "clock", Act.SEE_EXPEDITING.allows(actor)))
    entries.append(("orders", _("Orders"), "orders", Act.SEE_ORDERS.allows(actor)))
    entries.append(("changes", _("Changes"), "difference", Act.SEE_ORDERS.allows(actor)))
    entries.append(("shipments", _("Shipments"), "truck", Act.SEE_SHIPMENTS.allows(actor)))
    entries.append(("receiving", _("Receiving"), "dock", Act.SEE_ARRIVALS.allows(actor)))
    reads = actor.kind is ActorKind.STAFF and actor.holds(READERS)
    connects = actor.kind is ActorKind.STAFF and actor.holds(CONNECTORS)
    entries.append(("office:exceptions", _("Exceptions"), "alert", reads))
    entries.append(("office:ledger", _("Ledger"), "ledger", reads))
    entries.append(("office:connection", _("Connection"), "connection", connects))
    whose = _("Suppliers") if actor.kind is ActorKind.STAFF else _("Our master data")
    entries.append(("suppliers", whose, "company", Act.SEE_SUPPLIER.allows(actor)))
    entries.append(("approvals", _("Approved vendors"), "check", Act.SEE_APPROVALS.allows(actor)))
    entries.append(("shelf_rules", _("Shelf life"), "clock", Act.SET_SHELF_RULE.allows(actor)))
    entries.append(("waves", _("Go-live"), "send", Act.SET_MODE.allows(actor)))
    entries.append(("tolerances", _("Tolerances"), "tolerances", Act.SET_TOLERANCES.allows(actor)))
    entries.append(("branding", _("Branding"), "look", Act.SET_BRANDING.allows(actor)))
    entries.append(("order_links", _("E-mail answers"), "mail", Act.SEE_ORDER_LINKS.allows(actor)))
    entries.append(("people", _("People"), "person", Act.SEE_PEOPLE.allows(actor)))
    places = [(title, sign, _address(name)) for name, title, sign, allowed in entries if allowed]
    inside = [url for _title, _sign, url in places if url and request.path.startswith(url)]
    here = max(inside, key=len, default="")  # the ledger's address begins the connection's
    return [Link(title, sign, url, _current(request.path, url, here)) for title, sign, url in places if url]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _current(path: str, url: str, here: str) -> str:
    if path == url:
        return "page"
    return "true" if url == here != "/" else ""


INVITED_TONES = {
    ContactStanding.READY: "info",
    ContactStanding.ACCOUNT: "info",
    ContactStanding.ENDED: "wait",
    ContactStanding.WORKS_HERE: "good",
    ContactStanding.INVITED: "good",
    ContactStanding.STAFF: "bad",
    ContactStanding.BAD_ADDRESS: "bad",
}


@register.filter
def contact_standing(contact: Contact) -> SafeString:
    """What inviting a contact would come to, as a tag."""
    return state(contact.standing.label, INVITED_TONES.get(contact.standing, "off"))


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
           ("Linux", "Linux"))  # fmt: skip


@register.filter
def device(agent: str) -> str:
    """What a browser says of itself, in two words: enough to know one's own again."""
    words = [next((name for mark, name in names if mark in agent), "") for names in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, words)) or str(_("an unknown program"))


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last name."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
