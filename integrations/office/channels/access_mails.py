"""Mails to somebody whose roles changed, or whose access ended or was given back."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.office.channels.readers import Mailing, Reader, Words, address_of
from integrations.slot.models import Event
from suppliers.models import User
from suppliers.states import Role, StaffRole


def _whose(event: Event) -> list[Reader]:
    """The person, also where his account has just been closed: that is what the mail is about."""
    return [Reader.of(user) for user in User.objects.filter(pk=event.about_id)]


def _words(event: Event, reader: Reader) -> Words:
    told, supplier, plant = event.payload, event.payload["supplier"], event.payload["plant"]
    titles: Mapping[str, object] = dict(Role.choices) if supplier else dict(StaffRole.choices)
    where = supplier or plant or settings.PORTAL_NAME
    said = {"where": where, "by": told["by"], "portal": settings.PORTAL_NAME}
    roles = ", ".join(str(titles.get(role, role)) for role in told["roles"])
    subject = {
        "roles": _("Your roles at %(where)s have changed"),
        "ended": _("Your access to %(where)s has ended"),
        "restored": _("You have access to %(where)s again"),
    }[told["what"]] % said
    paragraphs = [subject + ".", _("%(by)s decided this in %(portal)s.") % said]
    if told["what"] == "roles":
        paragraphs.append(_("Your roles now: %(roles)s.") % {"roles": roles} if roles else _("You hold no role there."))
    elif told["what"] == "ended":
        paragraphs.append(_("You are signed out everywhere. What you did stays on the record under your name."))
    elif roles:
        paragraphs.append(_("Your roles: %(roles)s.") % {"roles": roles})
    words: dict[str, object] = {
        "subject": subject,
        "paragraphs": paragraphs,
        "notes": [_("If you did not expect this, ask your administrator.")],
    }
    if told["what"] != "ended":
        words |= {"action": _("Open %(portal)s") % said, "url": address_of("home")}
    return words


ACCESS_MAILS: Mapping[str, Mailing] = {"account.standing": Mailing(_whose, _words)}
