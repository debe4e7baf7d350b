"""The buyer's name, logo and colours on documents and mails."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from documents.brand import COLOUR, PAPER, READABLE, contrast
from documents.models import StoredFile
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults
from suppliers.kinds import LOGO
from suppliers.models import Branding
from suppliers.permissions import Act


@act(Act.SET_BRANDING)
def set_branding(
    *, actor: Actor, name: str, ink: str, accent: str, at: dt.datetime, logo: StoredFile | None = None
) -> Branding:
    """Set what documents and mails look like from now on. Without a name the portal's own stands there.

    Raises :class:`Invalid` for what is no colour, a text colour that cannot be read on paper, or a file that is no
    accepted logo; :class:`NotPermitted` for an administrator of single plants.
    """
    faults_of(name, ink, accent, logo).refuse(_("This branding cannot be set."))
    held = transitions.hold(Branding(pk=1))
    after = {"name": name.strip(), "ink": ink.lower(), "accent": accent.lower(), "logo": logo}
    audit.note(
        held,
        **{key: (str(getattr(held, key)), str(value)) for key, value in after.items() if getattr(held, key) != value},
    )
    for key, value in after.items():
        setattr(held, key, value)
    held.save(update_fields=list(after))
    return held


def faults_of(name: str, ink: str, accent: str, logo: StoredFile | None = None) -> Faults:
    """What is wrong with a look."""
    faults = Faults()
    if len(name) > 100 or not name.isprintable():
        faults.add("name", _("Give a name of at most 100 characters."), "/name")
    for key, colour in (("ink", ink), ("accent", accent)):
        if not COLOUR.fullmatch(colour):
            faults.add("colour", _("Give a colour as #rrggbb."), f"/{key}")
    if COLOUR.fullmatch(ink) and contrast(ink, PAPER) < READABLE:
        ratio = number_format(contrast(ink, PAPER), decimal_pos=1)
        message = _(
            "Text in this colour cannot be read on paper: its contrast is %(ratio)s to 1, and 4.5 is the least."
        )
        faults.add("contrast", message % {"ratio": ratio}, "/ink")
    if logo is not None and not (logo.kind == LOGO.name and logo.is_served):
        faults.add("logo", _("Choose a logo that has passed its inspection."), "/logo")
    return faults
