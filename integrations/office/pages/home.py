"""What the post office shows on the home page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.office.exceptions import waiting_for
from integrations.office.permissions import Act
from portal.shared.actor import Actor
from portal.web.slots import Tile


def tiles(actor: Actor) -> list[Tile]:
    """How many exceptions wait for this person. One query, none for those who have no desk."""
    if not Act.SEE_EXCEPTIONS.allows(actor):
        return []
    return [Tile(_("exceptions wait for you"), waiting_for(actor), reverse("office:exceptions"), "bad")]
