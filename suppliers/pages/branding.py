"""What documents and mails look like: name, logo and colours, with a preview before they are set."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents import storage
from documents.brand import COLOUR, PAPER, SEEN, Brand, contrast
from documents.models import StoredFile
from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, Refused
from portal.web.windows import PortalRequest, page
from suppliers.actions.branding import faults_of, set_branding
from suppliers.kinds import LOGO
from suppliers.models import Branding
from suppliers.permissions import Act
from suppliers.queries.prints import branding_now, logos

FIELDS = ("name", "ink", "accent")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def branding(request: PortalRequest) -> HttpResponse:
    """What is set now; a POST sets it anew."""
    Act.SET_BRANDING.require(request.actor)
    if request.method != "POST":
        return _show(request)
    try:
        given = {name: request.POST.get(name, "") for name in FIELDS}
        with acting(request.actor):
            logo = _logo(request, request.POST)
        set_branding(actor=request.actor, logo=logo, at=timezone.now(), **given)
    except Invalid as refusal:
        return _show(request, request.POST, refusal)
    messages.success(request, _("Documents and mails look like this from now on."))
    return redirect("branding")


@require_POST
@page
def preview(request: PortalRequest) -> HttpResponse:
    """The part of the page that shows what the typed values would look like."""
    Act.SET_BRANDING.require(request.actor)
    typed = {name: request.POST.get(name, "")[:100] for name in FIELDS}
    with acting(request.actor):
        try:
            logo = _logo(request, request.POST)
        except Invalid:
            logo = None
    return render(request, "suppliers/branding_preview.html", _look(typed, logo))


def _show(request: PortalRequest, data: QueryDict | None = None, refusal: Refused | None = None) -> HttpResponse:
    with acting(request.actor):
        now: Branding = branding_now()
        files = logos(request.actor)
        # Asked for again when a logo was inspected: what is chosen by then stays so.
        chosen = (data if data is not None else request.GET).get("logo", str(now.logo_id or ""))
    typed = {name: (data.get(name, "") if data is not None else getattr(now, name)) for name in FIELDS}
    logo = next((one for one in files if str(one.pk) == chosen and one.is_served), None)
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    context = {
        **_look(typed, logo),
        "typed": typed,
        "chosen": chosen,
        "logos": files,
        "kind": LOGO.name,
        "refusal": refusal,
        "faults": faults,
        "fault_list": [(message, f"brand-{name}") for name, message in faults.items()],
    }
    with acting(request.actor):
        return render(request, "suppliers/branding.html", context, status=refusal.status if refusal else 200)


def _look(typed: dict[str, str], logo: StoredFile | None) -> dict[str, Any]:
    """Everything the preview shows. Reads the logo from the store: call it outside every window."""
    good = {name: typed[name] for name in ("ink", "accent") if COLOUR.fullmatch(typed[name])}
    brand = Brand(typed["name"].strip(), **good)
    picture = ""
    if logo is not None:
        with storage.opened(logo.storage_key) as content:
            picture = f"data:{logo.media_type};base64,{base64.b64encode(content.read()).decode()}"
    return {
        "brand": brand,
        "picture": picture,
        "ink_ratio": contrast(brand.ink, PAPER),
        "accent_ratio": contrast(brand.accent, brand.on_accent),
        "is_faint": contrast(brand.accent, PAPER) < SEEN,
        "objections": [fault.message for fault in faults_of(typed["name"], typed["ink"], typed["accent"]).items],
    }


def _logo(request: PortalRequest, data: QueryDict) -> StoredFile | None:
    """The file that was chosen. Read inside the caller's window; raises :class:`Invalid` for one that is not there."""
    text = data.get("logo", "")
    if not text:
        return None
    try:
        key = UUID(text)
    except ValueError:
        key = None
    found = next((one for one in logos(request.actor) if one.pk == key), None)
    if found is None:
        message = _("There is no such choice any more: choose again.")
        raise Invalid(message, faults=(Fault("unknown", message, "/logo"),))
    return found
