"""What the post office shows on pages of the storeys below: counts on the home page, where a supplier comes from."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.office.exceptions import waiting_for
from integrations.office.mappings import origin_of
from integrations.office.permissions import Act
from portal.shared.actor import Actor
from portal.web.slots import Fact, Tile
from portal.web.templatetags.portal import moment


def tiles(actor: Actor) -> list[Tile]:
    """How many exceptions wait for this person. One query, none for those who have no desk."""
    if not Act.SEE_EXCEPTIONS.allows(actor):
        return []
    return [Tile(_("exceptions wait for you"), waiting_for(actor), reverse("office:exceptions"), "bad")]


def origin(actor: Actor, supplier: int) -> list[Fact]:
    """Which record of Odoo a supplier is and when Odoo was read last. Two queries; staff of the desk alone are told."""
    if not Act.SEE_MAPPINGS.allows(actor):
        return []
    found, read_at = origin_of(supplier)
    facts = []
    if found is not None:
        url = reverse("office:mapping", args=[found.pk])
        facts.append(Fact(_("In Odoo"), f"{found.get_standing_display()} ({found.remote_id})", url))
    if read_at is not None:
        facts.append(Fact(_("Odoo last read"), moment(read_at)))
    return facts
