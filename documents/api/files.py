"""Files for programs: the same acts, refusals and codes as the pages."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from documents import links
from documents.actions.receiving import receive, take_in
from documents.actions.serving import note_download
from documents.api import shapes
from documents.kinds import Place
from documents.models import StoredFile
from documents.queries import find_file, place_for
from documents.storage import Written
from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery, ProblemOut
from portal.web.uploads import oversized


class FilesView(PortalView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="files_create",
        parameters=[DryRunQuery, KEY],
        request={"multipart/form-data": shapes.FileIn},
        responses={201: shapes.FileOut, 200: shapes.FileOut, **PROBLEMS, 503: ProblemOut, 507: ProblemOut},
    )
    def post(self, request: Request) -> Response:
        """Bring a file. It is inspected at once; ask for it until its state is ``accepted`` or ``rejected``.

        The same bytes again, for the same supplier and kind, are answered with the file that is there.
        With ``dry_run`` the answer is 200 and nothing is kept.
        """
        shape = shapes.FileIn(data=request.data)
        if oversized(request._request):  # noqa: SLF001 (the upload handlers know only Django's request)
            raise _too_large()
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        with acting(self.actor):
            place = place_for(self.actor, given["kind"], str(given["supplier"] or ""))
        file = take_in(
            self._receive,
            actor=self.actor,
            place=place,
            name=given["file"].name or "",
            content=given["file"].chunks(),
            at=timezone.now(),
            rehearsal=rehearsing(request),
        )
        dry_run = rehearsing(request)
        return Response(shapes.file(file, dry_run=dry_run), status=200 if dry_run else 201)

    def _receive(self, *, written: Written, place: Place, name: str, **rest: Any) -> StoredFile:
        self.message = json.dumps([place.kind, place.supplier_id, name, written.sha256]).encode()
        return self.perform(receive, written=written, place=place, name=name, **rest)


class FileView(PortalView):
    @extend_schema(operation_id="files_read", responses={200: shapes.FileOut, **PROBLEMS})
    def get(self, request: Request, file_id: UUID) -> Response:
        """One file: how it stands, and what each step of its inspection said."""
        with acting(self.actor):
            return Response(shapes.file(find_file(self.actor, file_id)))


class LinkView(PortalView):
    @extend_schema(operation_id="files_link", request=None, responses={200: shapes.LinkOut, **PROBLEMS})
    def post(self, request: Request, file_id: UUID) -> Response:
        """A link to an accepted file's bytes, for a few minutes. Asking for it is noted."""
        with acting(self.actor):
            file = find_file(self.actor, file_id)
        now = timezone.now()
        note_download(actor=self.actor, file=file, at=now)
        expires = now + dt.timedelta(seconds=settings.FILES_LINK_SECONDS)
        return Response({"url": request.build_absolute_uri(links.address(file)), "expires_at": expires})


def _too_large() -> Invalid:
    message = _("The file is larger than %(megabytes)s MB.") % {"megabytes": f"{settings.FILES_MOST_BYTES / 1e6:g}"}
    return Invalid(message, faults=(Fault("too_large", message, "/file"),))
