"""What the dock adds to the page of a shipment."""

from __future__ import annotations

from uuid import UUID

from django import template
from django.template import RequestContext
from django.utils.safestring import SafeString

from portal.shared.actor import Actor
from portal.web.templatetags.portal import state
from suppliers.comparing import Compared, Verdict
from suppliers.models import HandlingUnit, Shipment, ShipmentLine
from suppliers.permissions import Act
from suppliers.queries.comparison import Comparison, comparison_of
from suppliers.queries.receiving import unit_on_page
from suppliers.shipping_states import ON_THE_ROAD

register = template.Library()

TONES = {
    Verdict.EQUAL: "good",
    Verdict.SHORT: "wait",
    Verdict.OVER: "wait",
    Verdict.MISSING: "bad",
    Verdict.OTHER_LOT: "bad",
    Verdict.NOT_ANNOUNCED: "bad",
}


@register.filter
def verdict(row: Compared) -> SafeString:
    """How a row of the comparison came out, as a tag."""
    return state(str(row.verdict.label), TONES[row.verdict])


@register.simple_tag(takes_context=True)
def comparison(context: RequestContext, shipment: Shipment) -> Comparison | None:
    """What came of a shipment; nothing while nothing did."""
    return comparison_of(_actor(context), shipment)


@register.simple_tag(takes_context=True)
def scanned(context: RequestContext, shipment: Shipment) -> tuple[HandlingUnit, list[ShipmentLine]] | None:
    """The unit that was scanned on the way to this page, and what lies in it."""
    assert context.request is not None
    try:
        unit = UUID(context.request.GET.get("unit", ""))
    except ValueError:
        return None
    return unit_on_page(_actor(context), shipment, unit)


@register.simple_tag(takes_context=True)
def may_close(context: RequestContext, shipment: Shipment) -> bool:
    """Whether this person may say that nothing more of it comes."""
    return shipment.state in ON_THE_ROAD and Act.CLOSE_SHIPMENT.allows(_actor(context), shipment)


def _actor(context: RequestContext) -> Actor:
    assert context.request is not None
    actor: Actor = context.request.actor  # type: ignore[attr-defined]
    return actor
