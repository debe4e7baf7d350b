"""What a request says, read so that nothing in it is a surprise: any text may stand in any field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.shared.errors import Fault, Invalid, NotFound

LONGEST = 2000
"""As many characters of a reason or comment are read."""
SOUGHT = 100
"""As many of what somebody looks for."""
_DIGITS = 18
"""A key of the database has fewer."""


def number(data: Mapping[str, str], name: str) -> int | None:
    """A whole number from 0; nothing where there is none, or one that no row can have."""
    text = data.get(name, "")
    return int(text) if text.isdecimal() and len(text) < _DIGITS else None


def words(data: Mapping[str, str], name: str) -> str:
    """A reason or a comment."""
    return data.get(name, "")[:LONGEST]


def sought(data: Mapping[str, str], name: str = "q") -> str:
    """What somebody looks for. No row holds a NUL, and PostgreSQL takes none."""
    return data.get(name, "").replace("\0", "").strip()[:SOUGHT]


def key(text: str) -> UUID:
    """A key that a form carries. Raises :class:`NotFound` where it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("This form names nothing that is here: load the page again.")) from None


def choice(data: Mapping[str, str], name: str, among: Collection[str]) -> str:
    """One of the values a form offers, never a guess. Raises :class:`Invalid` for anything else."""
    if (text := data.get(name, "")) not in among:
        message = _("Say which: press one of the buttons.")
        raise Invalid(message, faults=(Fault("unknown_choice", message, f"/{name}"),))
    return text


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page of ours that a form names as ``back``, else to the page called ``otherwise``."""
    url = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(url)
    return redirect(otherwise)
