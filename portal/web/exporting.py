"""The addresses of lists as files. Which lists there are and what is in them, each app says in a table of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.shared.actor import Actor
from portal.shared.ownership import Permission
from portal.web import sheets
from portal.web.windows import PortalRequest, page


class Noted(Protocol):
    """The act that puts on the trail who took which list along, and when."""

    def __call__(self, *, actor: Actor, at: dt.datetime, listed: str, narrowed: str) -> None: ...


@dataclass(frozen=True)
class Listed:
    """One list: where its page is, who sees it, and what is in its file."""

    at: str
    act: Permission
    read: Callable[[PortalRequest], sheets.Sheet]
    """As the page is filtered and sorted, every page of it."""
    file: str = "export"


def addresses(lists: Mapping[str, Listed], noted: Noted) -> list[URLPattern]:
    """An address for each list and kind of file, named ``<list>_<kind>``."""

    @require_GET
    @page
    def export(request: PortalRequest, name: str, kind: str) -> HttpResponse:
        one = lists[name]
        one.act.require(request.actor)
        noted(actor=request.actor, at=timezone.now(), listed=name, narrowed=request.GET.urlencode()[:500])
        return sheets.response(kind, one.read(request))

    return [
        path(f"{one.at}{one.file}.{kind}", export, {"name": name, "kind": kind}, name=f"{name}_{kind}")
        for name, one in lists.items()
        for kind in sheets.FORMATS
    ]
