"""How exceptions and mappings are shown."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from integrations.office import obstacles
from integrations.office.models import Mapping
from integrations.office.states import Standing
from integrations.slot.models import Exchange
from portal.web.templatetags.portal import state

register = template.Library()

STANDING_TONES = {
    Standing.UNKNOWN: "quiet",
    Standing.IN_USE: "good",
    Standing.ARCHIVED: "wait",
    Standing.GONE: "bad",
}
FIELDS = {
    "reference": lambda: _("the same supplier number"),
    "vat": lambda: _("the same VAT number"),
    "email": lambda: _("the same e-mail address"),
    "code": lambda: _("the same item number"),
    "name": lambda: _("the same name"),
    "category": lambda: _("the same category"),
    "company": lambda: _("the same company"),
}


@register.filter
def hours(value: float) -> str:
    """Working hours as people say them."""
    if value < 1:
        return str(_("%(minutes)s min")) % {"minutes": number_format(round(value * 60))}
    return str(_("%(hours)s h")) % {"hours": number_format(round(value, 1), force_grouping=True)}


@register.filter
def standing(mapping: Mapping) -> SafeString:
    """How the record behind a mapping stands in Odoo."""
    return state(mapping.get_standing_display(), STANDING_TONES[Standing(mapping.standing)])


@register.filter
def standing_name(value: str) -> str:
    """The same of a suggestion, which keeps the bare value."""
    return str(Standing(value).label)


@register.filter
def reasons(fields: list[str]) -> str:
    """Why a record looks like one we know."""
    return ", ".join(FIELDS[name]() if name in FIELDS else name for name in fields)


@register.filter
def exchange_error(exchange: Exchange) -> str:
    """Why a call did not go through."""
    return obstacles.message_of(exchange.why, exchange.error)
