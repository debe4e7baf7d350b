"""Asking for a file, seeing how it stands, bringing one; and the address that serves bytes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import kinds, links, storage
from documents.actions.receiving import receive, take_in
from documents.actions.serving import note_download
from documents.kinds import Place
from documents.models import StoredFile
from documents.queries import find_file, place_for, served_file
from portal.shared.acting import acting
from portal.shared.actor import system_actor
from portal.shared.errors import Fault, Invalid, NotFound, Refused
from portal.web.uploads import oversized
from portal.web.windows import PortalRequest, page, refused

SERVING = system_actor("serving")
INLINE = frozenset({kinds.PDF, kinds.PNG, kinds.JPEG, kinds.WEBP})
"""What a browser shows by itself without running anything; the rest is saved."""
SETTLED = '{"file-settled": {"target": "body"}}'
"""What a page hears when a file on it was inspected: parts of it that list files ask again.

Said to the page as a whole, since the line that asked is not there any more by then.
"""
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"


@require_POST
@page
def upload(request: PortalRequest) -> HttpResponse:
    """Take a file. With script the answer is how it stands; without, the page it came from."""
    try:
        file = take_in(
            receive,
            actor=request.actor,
            place=_place(request),
            name=_sent(request).name or "",
            content=_sent(request).chunks(),
            at=timezone.now(),
        )
    except Refused as refusal:
        if not request.htmx:
            raise
        return render(request, "documents/refused.html", {"refusal": refusal}, status=refusal.status)
    if request.htmx:
        return render(
            request, "documents/file.html", {"file": file, "field": request.POST.get("field", "")}, status=201
        )
    messages.success(request, _("“%(name)s” is here and waits for its inspection.") % {"name": file.name})
    return HttpResponseRedirect(_back(request))


@require_safe
@page
def state(request: PortalRequest, file_id: UUID) -> HttpResponse:
    """How a file stands, as a part of a page that asks again until it is settled."""
    with acting(request.actor):
        file = find_file(request.actor, file_id)
        response = render(request, "documents/file.html", {"file": file, "field": request.GET.get("field", "")})
    if file.is_settled:
        response["HX-Trigger"] = SETTLED
    return response


@require_safe
@page
def download(request: PortalRequest, file_id: UUID) -> HttpResponse:
    """Note who asks, and send him on to a signed link."""
    with acting(request.actor):
        file = find_file(request.actor, file_id)
    note_download(actor=request.actor, file=file, at=timezone.now())
    return HttpResponseRedirect(links.address(file))


@require_http_methods(["GET", "HEAD"])
def serve(request: HttpRequest, file_id: UUID, token: str) -> HttpResponseBase:
    """The bytes, for whoever holds a good link. Reads no session, so that it can stand on a host of its own."""
    try:
        links.check(file_id, token)
        with acting(SERVING):
            file = served_file(SERVING, file_id)
        content = storage.opened(file.storage_key)
    except FileNotFoundError:
        return refused(request, NotFound(_("There is no such file.")))
    except Refused as refusal:
        answer = refused(request, refusal)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
    return _served(file, content)


def _served(file: StoredFile, content: Any) -> HttpResponseBase:
    inline = file.media_type in INLINE
    response = FileResponse(content, as_attachment=not inline, filename=file.name, content_type=file.media_type)
    response.headers["Content-Length"] = str(file.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    return response


def _place(request: PortalRequest) -> Place:
    kind = request.POST.get("kind", "")
    given = request.POST.get("supplier", "")
    with acting(request.actor):
        return place_for(request.actor, kind, given)


def _sent(request: HttpRequest) -> Any:
    file = request.FILES.get("file")
    if file is None:
        most = f"{settings.FILES_MOST_BYTES / 1_000_000:g}"
        large = oversized(request)
        message = _("The file is larger than %(megabytes)s MB.") % {"megabytes": most} if large else _("Choose a file.")
        raise Invalid(message, faults=(Fault("too_large" if large else "required", message, "/file"),))
    return file


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    known = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if known else "/"
