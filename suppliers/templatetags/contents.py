"""What an order says beside quantities, prices and dates: its layout, addresses, texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.inspection import words
from documents.states import FileState
from documents.templatetags.files import TONES
from portal.web.templatetags.portal import state
from suppliers.queries.order_files import Paper
from suppliers.statements import Block, lay_out

register = template.Library()


@register.filter
def laid_out(entries: Iterable[Any], layout: list[dict[str, Any]] | None) -> list[Block]:
    """The entries of a page (pairs that begin with one that has a ``position``) among their sections and notes."""
    return lay_out(layout, {pair[0].position: pair for pair in entries})


@register.filter
def older_than(papers: Iterable[Paper], newest: Paper) -> list[Paper]:
    """The earlier versions of a file that are still to be had."""
    same = (newest.name.casefold(), newest.item)
    older = (one for one in papers if not one.current and not one.withdrawn)
    return [one for one in older if (one.name.casefold(), one.item) == same]


@register.filter
def paper_state(paper: Paper) -> SafeString:
    """Where a file stands."""
    if paper.withdrawn:
        return state(_("Withdrawn"), "off")
    if paper.refused:
        return state(_("Refused"), "bad")
    if not paper.state:
        return state(_("On its way"), "info")
    file = FileState(paper.state)
    return state(file.label, TONES[file])


@register.filter
def paper_refusal(paper: Paper) -> str:
    """Why a file is refused, in the reader's language."""
    if paper.refusal == "too_large":
        return _("It is too large.")
    refused = next((one for one in paper.findings if one["verdict"] == "refused"), None)
    return words.reason(refused) if refused else _("It could not be read.")
