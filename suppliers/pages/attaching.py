"""Files of the answer form, near enough to its order for a link's cookie. With script each is brought by itself;
without, the form carries them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import links as file_links
from documents.actions.receiving import receive, take_in
from documents.actions.serving import note_download
from documents.kinds import Place
from documents.models import StoredFile
from documents.permissions import Act as FileAct
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Fault, Invalid, Refused
from portal.web.uploads import oversized
from portal.web.windows import PortalRequest, page
from suppliers.actions.attaching import MOST_FILES
from suppliers.kinds import ATTACHMENT
from suppliers.models import PurchaseOrder
from suppliers.pages.answering import Form
from suppliers.permissions import Act
from suppliers.queries.orders import find_order, find_order_file

BY_ONE_LINK = "60/h/key"
"""Files that may come by one link: whoever was forwarded a mail shall not fill our disk."""


class TooMany(Refused):
    """More came by a link than anybody needs for an answer."""

    code = "too_many_files"
    status = 429


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


@require_POST
@page
def upload(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Take in one file for an answer to the order. The answer is a part of the form: how the file stands."""
    try:
        place = _place(request, order_id)
        file = request.FILES.get("file")
        if file is None:
            message = _oversize() if oversized(request) else _("Choose a file.")
            raise Invalid(message, faults=(Fault("required", message, "/file"),))
        taken = _take_in(request, place, file, timezone.now())
    except Refused as refusal:
        return render(request, "documents/refused.html", {"refusal": refusal}, status=refusal.status)
    return _line(request, order_id, taken, status=201)


@require_safe
@page
def state(request: PortalRequest, order_id: UUID, file_id: UUID) -> HttpResponse:
    """How a file stands, as a part of the form that asks again until it is settled."""
    with acting(request.actor):
        return _line(request, order_id, find_order_file(request.actor, order_id, file_id))


@require_safe
@page
def order_file(request: PortalRequest, order_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of the order: who asks is noted, and sent to the bytes."""
    with acting(request.actor):
        file = find_order_file(request.actor, order_id, file_id)
    note_download(actor=request.actor, file=file, at=timezone.now())
    return redirect(file_links.address(file))


def bring(request: PortalRequest, order_id: UUID, now: dt.datetime) -> Brought:
    """Take in what a form carries, as if each had come by itself; the fields are ``upload-<field of the form>``."""
    if not request.FILES and not oversized(request):
        return Brought()
    return take(request, _place(request, order_id), now)


def take(request: PortalRequest, place: Place, now: dt.datetime) -> Brought:
    """The same, for a place whose act was asked for."""
    brought = Brought()
    if oversized(request):
        brought.refusal = Invalid(_oversize(), faults=(Fault("too_large", _oversize(), "/files"),))
    for name, files in request.FILES.lists():
        into = name.removeprefix("upload-")
        for file in files[:MOST_FILES]:
            try:
                taken = _take_in(request, place, file, now)
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


def _place(request: PortalRequest, order_id: UUID) -> Place:
    with acting(request.actor):
        order = find_order(request.actor, order_id)
    Act.ACKNOWLEDGE_ORDER.require(request.actor, order)
    return Place(ATTACHMENT.name, order.supplier_id)


def _take_in(request: PortalRequest, place: Place, file: UploadedFile[bytes], now: dt.datetime) -> StoredFile:
    actor = request.actor
    if actor.kind is ActorKind.LINK and not ratelimit.consume(
        request, app="suppliers", action="bring", config={"bring": BY_ONE_LINK}, key=actor.id
    ):
        raise TooMany(
            _("Too many files came by this link."), remedy=_("Try again in an hour, or sign in to attach more.")
        )
    return take_in(receive, actor=actor, place=place, name=file.name or "", content=file.chunks(), at=now)


def _oversize() -> str:
    return _("A file is larger than %(megabytes)s MB.") % {"megabytes": f"{settings.FILES_MOST_BYTES / 1e6:g}"}


def _line(request: PortalRequest, order_id: UUID, file: StoredFile, status: int = 200) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    context = {"file": file, "field": given.get("field", ""), "files_at": reverse("order_files", args=[order_id])}
    return render(request, "documents/file.html", context, status=status)
