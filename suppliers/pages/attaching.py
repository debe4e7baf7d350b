"""Files of the answer form. With script each is brought by itself; without, the form carries them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from documents.actions.receiving import receive, take_in
from documents.kinds import Place
from documents.models import StoredFile
from documents.permissions import Act as FileAct
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, Refused
from portal.web.uploads import oversized
from portal.web.windows import PortalRequest
from suppliers.actions.attaching import MOST_FILES
from suppliers.kinds import ATTACHMENT
from suppliers.models import PurchaseOrder
from suppliers.pages.answering import Form
from suppliers.permissions import Act
from suppliers.queries.orders import find_order


@dataclass
class Brought:
    """What came with a form: files by the field they belong to, and why one was not taken."""

    files: dict[str, list[UUID]] = field(default_factory=dict)
    refusal: Refused | None = None
    refused: str = ""
    """The field of the one that was not taken."""

    def into(self, form: Form) -> None:
        """Put them into the form they came with."""
        for name, keys in self.files.items():
            form.attach(name, keys)
        if self.refusal is not None:
            form.refusal = self.refusal
            entry = next((one for one in form.open if one.place("files") == self.refused), None)
            if entry is None:
                form.own_faults["files"] = self.refusal.message
            else:
                entry.faults["files"] = self.refusal.message


def may_attach(actor: Actor, order: PurchaseOrder) -> bool:
    """Whether the actor may bring files for this order's supplier."""
    return FileAct.RECEIVE_FILE.allows(actor, Place(ATTACHMENT.name, order.supplier_id))


def bring(request: PortalRequest, order_id: UUID, now: dt.datetime) -> Brought:
    """Take in what a form carries, as if each had come by itself; the fields are ``upload-<field of the form>``."""
    if not request.FILES and not oversized(request):
        return Brought()
    with acting(request.actor):
        order = find_order(request.actor, order_id)
    Act.ACKNOWLEDGE_ORDER.require(request.actor, order)
    return take(request, order, now)


def take(request: PortalRequest, order: PurchaseOrder, now: dt.datetime) -> Brought:
    """The same, for an order that was read and whose act was asked for."""
    place = Place(ATTACHMENT.name, order.supplier_id)
    brought = Brought()
    if oversized(request):
        message = _("A file is larger than %(megabytes)s MB.") % {"megabytes": f"{settings.FILES_MOST_BYTES / 1e6:g}"}
        brought.refusal = Invalid(message, faults=(Fault("too_large", message, "/files"),))
    for name, files in request.FILES.lists():
        into = name.removeprefix("upload-")
        for file in files[:MOST_FILES]:
            try:
                taken = take_in(
                    receive, actor=request.actor, place=place, name=file.name or "", content=file.chunks(), at=now
                )
            except Refused as refusal:
                brought.refusal, brought.refused = refusal, into
            else:
                brought.files.setdefault(into, []).append(taken.pk)
    return brought


def show(actor: Actor, form: Form) -> None:
    """Read the files a form names: one query where there are any. Called inside the caller's window."""
    keys = form.named_files
    if keys:
        rows = StoredFile.objects.visible_to(actor).filter(
            supplier_id=form.order.supplier_id, kind=ATTACHMENT.name, pk__in=keys
        )
        form.show_files({str(row.pk): row for row in rows})
