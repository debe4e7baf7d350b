"""How standings on the approved vendor list are shown."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from portal.web.templatetags.portal import state
from suppliers.states import ListStanding

register = template.Library()

TONES = {ListStanding.APPROVED: "good", ListStanding.PROBATION: "wait", ListStanding.BLOCKED: "bad"}


@register.filter
def list_standing(value: str) -> SafeString:
    """The standing as a tag."""
    standing = ListStanding(value)
    return state(standing.label, TONES[standing])
