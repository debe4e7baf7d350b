"""Mails about changes of master data: what a supplier asks for, and what the buyer decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from integrations.office.channels.readers import Mailing, Reader, Words, address_of
from integrations.slot.models import Event
from suppliers import masterdata
from suppliers.models import MasterRequest
from suppliers.permissions import Act
from suppliers.standing import buyers_for, order_desk, people_of
from suppliers.states import MasterField

SUBJECTS: Mapping[str, Callable[[], str]] = {
    "submitted": lambda: _("%(supplier)s asks for a change: %(what)s of %(of)s"),
    "entered": lambda: _("Asked for on your behalf: %(what)s of %(of)s"),
    "withdrawn": lambda: _("%(supplier)s withdraws a request: %(what)s of %(of)s"),
    "approved": lambda: _("Approved: %(what)s of %(of)s"),
    "declined": lambda: _("Declined: %(what)s of %(of)s"),
    "revoked": lambda: _("The approval was taken back: %(what)s of %(of)s"),
}
OUTCOMES: Mapping[str, Callable[[], str]] = {
    "submitted": lambda: _("Nothing changes until a buyer approves it."),
    "entered": lambda: _("Nothing changes until a buyer approves it. If it is not what you said, tell the buyer."),
    "withdrawn": lambda: _("Nothing changes."),
    "approved": lambda: _("It goes to the buyer's system; you see there when it has arrived."),
    "declined": lambda: _("Nothing changes."),
    "revoked": lambda: _("The buyer's system says something else, and that stands."),
}

BY_SUPPLIERS = ("submitted", "withdrawn")


def _request(event: Event) -> MasterRequest:
    return MasterRequest.objects.select_related("supplier").get(pk=event.about_id)


def _readers(event: Event) -> list[Reader]:
    """The side that did not do it. Who phones may have no account: where one asks for him, his address is told too."""
    request = _request(event)
    if event.topic.endswith(BY_SUPPLIERS):
        return [Reader.of(user) for user in buyers_for(request.supplier) if str(user.pk) != event.actor_id]
    if request.source:
        return [Reader.at(one) for one in order_desk(request.supplier)]
    return [Reader.of(user) for user in people_of(request.supplier, Act.ASK_MASTER_CHANGE.value.supplier)]


def _words(event: Event, reader: Reader) -> Words:
    request, what = _request(event), event.topic.partition(".")[2]
    told: dict[str, Any] = {
        "supplier": request.supplier.name,
        "what": request.get_field_display(),
        "of": request.subject,
        "name": event.actor_name,
        "how": ", ".join(filter(None, [request.get_source_display().lower(), request.source_note])),
    }
    asking = what in ("submitted", "entered")
    asked = [request.comment] if request.comment and asking else []
    why = [_("Reason: %(reason)s") % {"reason": request.closing}] if request.closing and not asking else []
    words = {
        "subject": SUBJECTS[what]() % told,
        "paragraphs": [_by(request, what) % told, *_values(request), *asked, *why, OUTCOMES[what]()],
    }
    if reader.key == str(request.supplier.public_id):
        return words  # an address without an account: there is no page for it to open
    return {**words, "action": _("Look at the request"), "url": address_of("master_request", request.pk)}


def _by(request: MasterRequest, what: str) -> str:
    if what in ("submitted", "entered") and request.source:
        return _("%(name)s entered it on behalf of %(supplier)s: %(how)s.")
    if what in BY_SUPPLIERS:
        return _("%(name)s, %(supplier)s")
    return _("%(name)s decided.")


def _values(request: MasterRequest) -> list[str]:
    """Before and after, a line each; not of a price: who reads a mail may not see one."""
    if request.field == MasterField.PRICE:
        return []
    return [
        _("Now: %(value)s") % {"value": masterdata.words(request.field, request.before, request.unit)},
        _("Wanted: %(value)s") % {"value": masterdata.words(request.field, request.after, request.unit)},
    ]


MASTER_MAILS: Mapping[str, Mailing] = {f"master_request.{what}": Mailing(_readers, _words) for what in SUBJECTS}
