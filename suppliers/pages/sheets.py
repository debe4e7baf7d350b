"""Sheets that people fill in: taken along, brought back, looked at, sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.actions.receiving import receive, take_in
from documents.queries import place_for
from documents.states import FileState
from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused
from portal.web import asked
from portal.web.templatetags.portal import quantity
from portal.web.uploads import oversized
from portal.web.windows import PortalRequest, page
from suppliers.actions import sheets
from suppliers.actions.sheet_previews import Preview
from suppliers.actions.sheet_purposes import PURPOSES, preview_of
from suppliers.models import SheetUpload
from suppliers.pages.orders import filters_of
from suppliers.permissions import Act
from suppliers.queries.sheets import find_upload, latest_uploads
from suppliers.states import SheetState

AT_ONCE = 20
"""Parts on one page of a preview."""
ROWS_AT_ONCE = 200
"""Of one part."""
REFUSED_AT_ONCE = 100
MADE_AT_ONCE = 50


@dataclass(frozen=True)
class Door:
    """Where the pages of one kind of sheet are, and what they say; words lazily translated."""

    purpose: str
    home: str
    home_title: Any
    download: str
    index: str
    show: str
    send: str
    to_made: Callable[[str, Mapping[str, Any]], str]
    """The address of what a part became: of its key, and what was told of it."""
    title: Any
    lead: Any
    what: Any
    """What is in the sheet, with the number of lines it holds at most."""
    asked: Any
    sending: Any
    left: Any
    """What to do about rows that are refused."""
    part: Any = "%s"
    """What a part is called."""
    to_part: Callable[[str], str] = lambda key: ""
    """The address of what a part is about, by its key."""
    verdicts: bool = False
    """Whether lines are accepted at once, or wait for the buyer."""


DOORS = {
    one.purpose: one
    for one in (
        Door(
            purpose="answers",
            home="orders",
            home_title=gettext_lazy("Orders"),
            download="answer_sheet",
            index="sheets",
            show="sheet",
            send="send_sheet",
            to_made=lambda key, told: reverse("order", args=[key]) + "#history",
            title=gettext_lazy("Answer in Excel"),
            lead=gettext_lazy(
                "Download the lines that wait for your answer, fill in the light yellow cells, save, and upload the"
                " file. You see what it comes to before anything is sent."
            ),
            what=gettext_lazy(
                "Every line that waits for an answer, up to %(most)s. To take only some, filter the list of orders and"
                " download there."
            ),
            asked=gettext_lazy("Your answers are being sent."),
            sending=gettext_lazy("Your answers are being sent, order by order."),
            left=gettext_lazy("Mend them in the sheet and upload it again: what was sent is not sent twice."),
            to_part=lambda key: reverse("order", args=[key]),
            verdicts=True,
        ),
        Door(
            purpose="shipments",
            home="shipments",
            home_title=gettext_lazy("Shipments"),
            download="goods_sheet",
            index="shipment_sheets",
            show="shipment_sheet",
            send="send_shipment_sheet",
            to_made=lambda key, told: reverse("shipment", args=[told["made"][-1]]),
            title=gettext_lazy("Announce in Excel"),
            lead=gettext_lazy(
                "Download what you may ship, fill in the light yellow cells, save, and upload the file. You see what it"
                " comes to before anything is announced."
            ),
            what=gettext_lazy(
                "Every confirmed delivery of which something is open, up to %(most)s lines. Rows with the same delivery"
                " note become one shipment."
            ),
            asked=gettext_lazy("Your shipments are being announced."),
            sending=gettext_lazy("Your shipments are being announced, one after the other."),
            left=gettext_lazy(
                "Mend them in the sheet and upload it again before you send; or correct the shipment afterwards, or"
                " download what is left and give it another delivery note."
            ),
            part=gettext_lazy("Delivery note %s"),
        ),
    )
}


@require_GET
@page
def answers(request: PortalRequest) -> HttpResponse:
    """The lines of the list that wait for an answer, to be filled in."""
    made = sheets.give_out_answers(
        request.actor,
        filters_of(request),
        narrowed=request.GET.urlencode()[:500],
        language=get_language() or "en",
        at=timezone.now(),
    )
    return HttpResponse(made.content, headers=made.headers)


@require_GET
@page
def goods(request: PortalRequest) -> HttpResponse:
    """What may be shipped, to be filled in: of one order or to one plant, where that is said."""
    made = sheets.give_out_shipments(
        request.actor,
        plant=asked.number(request.GET, "plant"),
        order=asked.key(request.GET["order"]) if request.GET.get("order") else None,
        narrowed=request.GET.urlencode()[:500],
        language=get_language() or "en",
        at=timezone.now(),
    )
    return HttpResponse(made.content, headers=made.headers)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def index(request: PortalRequest, purpose: str) -> HttpResponse:
    """How it goes, and what was brought; a POST brings a sheet."""
    door, is_for = DOORS[purpose], PURPOSES[purpose]
    Act.BRING_SHEET.require(request.actor)
    is_for.may.require(request.actor)
    if request.method != "POST":
        return _index(request, door)
    now = timezone.now()
    try:
        given = _given(request)
        with acting(request.actor):
            place = place_for(request.actor, is_for.kind.name)
        file = take_in(receive, actor=request.actor, place=place, name=given.name or "", content=given.chunks(), at=now)
        upload = sheets.bring(actor=request.actor, file=file, at=now)
    except Invalid as refusal:
        return _index(request, door, refusal)
    return redirect(door.show, upload.pk)


@require_GET
@page
def show(request: PortalRequest, upload_id: UUID, purpose: str) -> HttpResponse:
    """What a sheet comes to, or how far it is. With script the page asks again by itself while it is worked on."""
    return _show(request, DOORS[purpose], upload_id)


@require_POST
@page
def send(request: PortalRequest, upload_id: UUID, purpose: str) -> HttpResponse:
    """Send the good rows, or all of them as a whole."""
    door = DOORS[purpose]
    with acting(request.actor):
        upload = find_upload(request.actor, upload_id, purpose)
    try:
        sheets.ask_to_send(
            actor=request.actor, upload=upload, whole=request.POST.get("do") == "whole", at=timezone.now()
        )
    except Refused as refusal:
        return _show(request, door, upload_id, refusal)
    messages.success(request, str(door.asked))
    return redirect(door.show, upload_id)


def _given(request: PortalRequest) -> UploadedFile[bytes]:
    given = request.FILES.get("file")
    if given is None:
        most = f"{settings.FILES_MOST_BYTES / 1_000_000:g}"
        large = oversized(request)
        message = _("The file is larger than %(megabytes)s MB.") % {"megabytes": most} if large else _("Choose a file.")
        raise Invalid(message, faults=(Fault("too_large" if large else "required", message, "/file"),))
    return given


def _index(request: PortalRequest, door: Door, refusal: Refused | None = None) -> HttpResponse:
    with acting(request.actor):
        context = {
            "door": door,
            "uploads": latest_uploads(request.actor, door.purpose),
            "several": request.actor.sees_several,
            "what": door.what % {"most": quantity(sheets.MOST_ROWS)},
            "refusal": refusal,
            "faults": [(fault.message, "file") for fault in refusal.faults] if refusal else [],
        }
        return render(request, "suppliers/sheets.html", context, status=refusal.status if refusal else 200)


def _show(request: PortalRequest, door: Door, upload_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    with acting(request.actor):
        upload = find_upload(request.actor, upload_id, door.purpose)
        context: dict[str, object] = {"door": door, "upload": upload, "busy": _busy(upload), "refusal": refusal}
        if upload.state in (SheetState.READ, SheetState.SENT):
            context |= _previewed(request, door, upload, preview_of(request.actor, upload, timezone.now()))
        name = "suppliers/sheet_body.html" if request.htmx else "suppliers/sheet.html"
        return render(request, name, context, status=refusal.status if refusal else 200)


def _busy(upload: SheetUpload) -> bool:
    """Whether somebody works on it: the page asks again."""
    waits = upload.state == SheetState.WAITING and upload.file.state != FileState.REJECTED
    return waits or upload.state == SheetState.SENDING


def _previewed(request: PortalRequest, door: Door, upload: SheetUpload, preview: Preview[Any]) -> dict[str, object]:
    number = max(asked.number(request.GET, "page") or 1, 1)
    parts = [part for part in preview.parts if any(not line.sent for line in part.lines)]
    first = (number - 1) * AT_ONCE
    good = len(preview.good)
    within = sum(line.within for line in preview.good) if door.verdicts else 0
    return {
        "preview": preview,
        "parts": [(part, door.part % part.title, door.to_part(part.key)) for part in parts[first : first + AT_ONCE]],
        "rows_at_once": f":{ROWS_AT_ONCE}",
        "before": number - 1 if first else None,
        "after": number + 1 if len(parts) > first + AT_ONCE else None,
        "refused": preview.refused[:REFUSED_AT_ONCE],
        "not_shown": max(len(preview.refused) - REFUSED_AT_ONCE, 0),
        "good": good,
        "within": within,
        "outside": good - within,
        "made": [(door.to_made(key, told), told["number"]) for key, told in upload.outcomes.items()][:MADE_AT_ONCE],
        "send_good": ngettext("Send the %(n)d good line", "Send the %(n)d good lines", good) % {"n": good},
    }
