"""How standings on the approved vendor list, and changes of master data, are shown."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.web.templatetags.portal import state
from suppliers.models import MasterRequest
from suppliers.permissions import Act
from suppliers.states import ListStanding, MasterState, SyncMark
from suppliers.templatetags.orders import SYNC_TONES

register = template.Library()

TONES = {ListStanding.APPROVED: "good", ListStanding.PROBATION: "wait", ListStanding.BLOCKED: "bad"}

MASTER_TONES = {
    MasterState.SUBMITTED: "wait",
    MasterState.APPROVED: "good",
    MasterState.DECLINED: "bad",
    MasterState.WITHDRAWN: "off",
}


@register.filter
def list_standing(value: str) -> SafeString:
    """The standing as a tag."""
    standing = ListStanding(value)
    return state(standing.label, TONES[standing])


@register.filter
def master_state(change: MasterRequest) -> SafeString:
    """Where a request stands, as a tag."""
    return state(change.get_state_display(), MASTER_TONES[MasterState(change.state)])


@register.filter
def master_sync(change: MasterRequest) -> SafeString:
    """Where what was approved stands in Odoo; nothing for what was not."""
    return state(change.get_sync_display(), SYNC_TONES[SyncMark(change.sync)]) if change.sync else SafeString("")


@register.filter
def was(change: MasterRequest, actor: Actor) -> str:
    """What stood there when it was asked, as far as somebody is told."""
    return change.told(change.before, Act.SEE_PRICES.allows(actor, change))


@register.filter
def wanted(change: MasterRequest, actor: Actor) -> str:
    """What is to stand there, as far as somebody is told."""
    return change.told(change.after, Act.SEE_PRICES.allows(actor, change))


@register.simple_tag
def said_now(change: MasterRequest, values: dict[str, str] | None, see_prices: bool) -> str:
    """What stands there now."""
    return change.told(values, see_prices) if values is not None else str(_("Odoo has it no more"))
