"""Answers by a sheet: taken along, brought back, looked at, sent."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.actions.receiving import receive, take_in
from documents.queries import place_for
from documents.states import FileState
from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused
from portal.web import asked
from portal.web.uploads import oversized
from portal.web.windows import PortalRequest, page
from suppliers.actions import sheets
from suppliers.actions.sheet_answers import Preview, preview_of
from suppliers.actions.sheet_rows import ANSWERS
from suppliers.kinds import SHEET
from suppliers.models import SheetUpload
from suppliers.pages.orders import filters_of
from suppliers.permissions import Act
from suppliers.queries.sheets import find_upload, latest_uploads
from suppliers.states import SheetState

AT_ONCE = 20
"""Orders on one page of a preview."""
REFUSED_AT_ONCE = 100


@require_GET
@page
def download(request: PortalRequest) -> HttpResponse:
    """The lines of the list that wait for an answer, to be filled in."""
    made = sheets.give_out(
        request.actor,
        filters_of(request),
        narrowed=request.GET.urlencode()[:500],
        language=get_language() or "en",
        at=timezone.now(),
    )
    return HttpResponse(made.content, headers=made.headers)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def index(request: PortalRequest) -> HttpResponse:
    """How it goes, and what was brought; a POST brings a sheet."""
    Act.BRING_SHEET.require(request.actor)
    if request.method != "POST":
        return _index(request)
    now = timezone.now()
    try:
        given = _given(request)
        with acting(request.actor):
            place = place_for(request.actor, SHEET.name)
        file = take_in(receive, actor=request.actor, place=place, name=given.name or "", content=given.chunks(), at=now)
        upload = sheets.bring(actor=request.actor, file=file, at=now)
    except Invalid as refusal:
        return _index(request, refusal)
    return redirect("sheet", upload.pk)


@require_GET
@page
def show(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """What a sheet comes to, or how far it is. With script the page asks again by itself while it is worked on."""
    return _show(request, upload_id)


@require_POST
@page
def send(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """Send the good rows, or all of them as a whole."""
    with acting(request.actor):
        upload = find_upload(request.actor, upload_id)
    try:
        sheets.ask_to_send(
            actor=request.actor, upload=upload, whole=request.POST.get("do") == "whole", at=timezone.now()
        )
    except Refused as refusal:
        return _show(request, upload_id, refusal)
    messages.success(request, _("Your answers are being sent."))
    return redirect("sheet", upload_id)


def _given(request: PortalRequest) -> UploadedFile[bytes]:
    given = request.FILES.get("file")
    if given is None:
        most = f"{settings.FILES_MOST_BYTES / 1_000_000:g}"
        large = oversized(request)
        message = _("The file is larger than %(megabytes)s MB.") % {"megabytes": most} if large else _("Choose a file.")
        raise Invalid(message, faults=(Fault("too_large" if large else "required", message, "/file"),))
    return given


def _index(request: PortalRequest, refusal: Refused | None = None) -> HttpResponse:
    with acting(request.actor):
        context = {
            "uploads": latest_uploads(request.actor, ANSWERS.name),
            "several": request.actor.sees_several,
            "most": sheets.MOST_ROWS,
            "refusal": refusal,
            "faults": [(fault.message, "file") for fault in refusal.faults] if refusal else [],
        }
        return render(request, "suppliers/sheets.html", context, status=refusal.status if refusal else 200)


def _show(request: PortalRequest, upload_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    with acting(request.actor):
        upload = find_upload(request.actor, upload_id)
        context: dict[str, object] = {"upload": upload, "busy": _busy(upload), "refusal": refusal}
        if upload.state in (SheetState.READ, SheetState.SENT):
            context |= _previewed(request, preview_of(request.actor, upload, timezone.now()))
        name = "suppliers/sheet_body.html" if request.htmx else "suppliers/sheet.html"
        return render(request, name, context, status=refusal.status if refusal else 200)


def _busy(upload: SheetUpload) -> bool:
    """Whether somebody works on it: the page asks again."""
    waits = upload.state == SheetState.WAITING and upload.file.state != FileState.REJECTED
    return waits or upload.state == SheetState.SENDING


def _previewed(request: PortalRequest, preview: Preview) -> dict[str, object]:
    number = max(asked.number(request.GET, "page") or 1, 1)
    orders = [view for view in preview.orders if any(not line.sent for line in view.lines)]
    first = (number - 1) * AT_ONCE
    good = len(preview.good)
    return {
        "preview": preview,
        "orders": orders[first : first + AT_ONCE],
        "orders_count": len(orders),
        "before": number - 1 if first else None,
        "after": number + 1 if len(orders) > first + AT_ONCE else None,
        "refused": preview.refused[:REFUSED_AT_ONCE],
        "not_shown": max(len(preview.refused) - REFUSED_AT_ONCE, 0),
        "good": good,
        "outside": good - preview.within,
        "send_good": ngettext("Send the %(n)d good line", "Send the %(n)d good lines", good) % {"n": good},
    }
