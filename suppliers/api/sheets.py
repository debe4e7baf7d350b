"""Sheets for programs: the same file, the same judgement, and the codes of an acknowledgement or a shipment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from documents.actions.receiving import receive, take_in
from documents.inspection import words
from documents.kinds import XLSX
from documents.queries import place_for
from documents.states import FileState
from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery, FaultOut, ProblemOut
from portal.web.uploads import oversized
from suppliers.actions import sheets
from suppliers.actions.sheet_answers import LineView
from suppliers.actions.sheet_previews import Entry, Preview
from suppliers.actions.sheet_purposes import PURPOSES, preview_of
from suppliers.actions.sheet_rows import ANSWERS
from suppliers.api.shapes import Shape
from suppliers.models import SheetUpload
from suppliers.permissions import Act
from suppliers.pricing import told_findings
from suppliers.queries.orders import OrderFilters
from suppliers.queries.sheets import find_upload
from suppliers.queries.suppliers import named
from suppliers.sheets.keys import plain
from suppliers.sheets.reading import Row, Said
from suppliers.states import AnswerKind, SheetState, Verdict


class SheetQuery(serializers.Serializer[Any]):
    q = serializers.CharField(
        required=False, default="", max_length=100, help_text=_("Order, item, your number or buyer.")
    )


class GoodsSheetQuery(serializers.Serializer[Any]):
    plant = serializers.CharField(required=False, default="", max_length=40, help_text=_("Code of one plant."))
    order = serializers.UUIDField(required=False, default=None, allow_null=True)


class SheetIn(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(
        choices=[(one.name, one.plan.title) for one in PURPOSES.values()],
        required=False,
        default=ANSWERS.name,
        help_text=_("Which of the workbooks it is."),
    )
    file = serializers.FileField(help_text=_("The sheet that was filled in, as one part of a multipart form."))
    supplier = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text=_("Whose it is, where that is not clear.")
    )


class SendIn(Shape):
    whole = serializers.BooleanField(
        default=False, help_text=_("All lines or none; otherwise the good ones go and the others stay.")
    )


class CellChangeOut(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    column = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class SheetFindingOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    limit = serializers.CharField(allow_blank=True)
    actual = serializers.CharField(allow_blank=True)


class SheetLineOut(serializers.Serializer[Any]):
    part = serializers.CharField(
        allow_blank=True, help_text=_("What it is sent with: the number of the order, the delivery note.")
    )
    order = serializers.UUIDField(allow_null=True)
    number = serializers.CharField(allow_blank=True, help_text=_("Of the order."))
    line = serializers.UUIDField(allow_null=True)
    position = serializers.IntegerField(allow_null=True)
    rows = serializers.ListField(child=serializers.IntegerField())
    good = serializers.BooleanField(help_text=_("It would be sent."))
    answer = serializers.ChoiceField(choices=AnswerKind.choices, allow_null=True)
    verdict = serializers.ChoiceField(choices=Verdict.choices, allow_null=True)
    findings = SheetFindingOut(many=True)
    sent = serializers.BooleanField()
    changes = CellChangeOut(many=True)
    notes = FaultOut(many=True, help_text=_("How cells were understood, where that is no matter of course."))
    errors = FaultOut(many=True)  # type: ignore[assignment]


class SheetMadeOut(serializers.Serializer[Any]):
    number = serializers.CharField(help_text=_("Of the order, or of shipment and delivery note."))
    made = serializers.ListField(child=serializers.UUIDField(), help_text=_("Acknowledgements, or the shipment."))


class SheetOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    purpose = serializers.ChoiceField(choices=[(one.name, one.plan.title) for one in PURPOSES.values()])
    state = serializers.ChoiceField(choices=SheetState.choices)
    reason = serializers.CharField(allow_blank=True, help_text=_("Why nothing of it can be taken."))
    good = serializers.IntegerField(help_text=_("Lines that can be sent as things stand now."))
    refused = serializers.IntegerField()
    untouched = serializers.IntegerField()
    sent = serializers.IntegerField()
    done = serializers.IntegerField(help_text=_("Of the orders or delivery notes that were to be sent."))
    total = serializers.IntegerField()
    made = SheetMadeOut(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    lines = SheetLineOut(many=True)
    errors = FaultOut(many=True)  # type: ignore[assignment]
    dry_run = serializers.BooleanField()


class AnswerSheetView(PortalView):
    @extend_schema(
        operation_id="sheets_download",
        parameters=[SheetQuery],
        responses={(200, XLSX): OpenApiTypes.BINARY, **PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """The lines that wait for an answer as a workbook to fill in, in the language of ``Accept-Language``."""
        query = SheetQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        made = sheets.give_out_answers(
            self.actor,
            OrderFilters(text=query.validated_data["q"], sort="number"),
            narrowed=request.META.get("QUERY_STRING", "")[:500],
            language=get_language() or "en",
            at=timezone.now(),
        )
        return HttpResponse(made.content, headers=made.headers)


class GoodsSheetView(PortalView):
    @extend_schema(
        operation_id="sheets_download_shipments",
        parameters=[GoodsSheetQuery],
        responses={(200, XLSX): OpenApiTypes.BINARY, **PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """What may be shipped as a workbook to fill in, in the language of ``Accept-Language``."""
        query = GoodsSheetQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        with acting(self.actor):
            _supplier, plant = named(self.actor, plant=query.validated_data["plant"])
        made = sheets.give_out_shipments(
            self.actor,
            plant=plant.pk if plant else None,
            order=query.validated_data["order"],
            narrowed=request.META.get("QUERY_STRING", "")[:500],
            language=get_language() or "en",
            at=timezone.now(),
        )
        return HttpResponse(made.content, headers=made.headers)


class SheetsView(PortalView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="sheets_create",
        parameters=[DryRunQuery],
        request={"multipart/form-data": SheetIn},
        responses={202: SheetOut, 200: SheetOut, **PROBLEMS, 503: ProblemOut, 507: ProblemOut},
    )
    def post(self, request: Request) -> Response:
        """Bring a sheet back. Nothing is sent by that: ask for it until its state is ``read``, then send it.

        The same file again is the sheet that is there. With ``dry_run`` it is read at once, the answer is 200 and says
        what sending it would do, and nothing is kept.
        """
        Act.BRING_SHEET.require(self.actor)
        shape = SheetIn(data=request.data)
        if oversized(request._request):  # noqa: SLF001 (the upload handlers know only Django's request)
            message = str(_("The file is too large."))
            raise Invalid(message, faults=(Fault("too_large", message, "/file"),))
        shape.is_valid(raise_exception=True)
        given, now = shape.validated_data, timezone.now()
        purpose = PURPOSES[given["purpose"]]
        purpose.may.require(self.actor)
        with acting(self.actor):
            place = place_for(self.actor, purpose.kind.name, str(given["supplier"] or ""))
        name, content = given["file"].name or "", given["file"].chunks()
        if rehearsing(request):
            upload = sheets.look_at(self.actor, place, name, content, at=now)
            with acting(self.actor):
                prices = Act.SEE_PRICES.allows(self.actor, upload)
                return Response(_sheet(upload, preview_of(self.actor, upload, now), name=name, prices=prices))
        file = take_in(receive, actor=self.actor, place=place, name=name, content=content, at=now)
        upload = sheets.bring(actor=self.actor, file=file, at=now)
        return Response(_read(self, upload.pk), status=202)


class SheetView(PortalView):
    @extend_schema(operation_id="sheets_read", responses={200: SheetOut, **PROBLEMS})
    def get(self, request: Request, upload_id: UUID) -> Response:
        """How far a sheet is, and what sending it would do now: line by line, cell by cell.

        Places are pointers such as ``/rows/7/C``, as the spreadsheet calls its cells.
        """
        return Response(_read(self, upload_id))


class SendSheetView(PortalView):
    @extend_schema(
        operation_id="sheets_send",
        parameters=[DryRunQuery, KEY],
        request=SendIn,
        responses={202: SheetOut, 200: SheetOut, **PROBLEMS},
    )
    def post(self, request: Request, upload_id: UUID) -> Response:
        """Send the good lines, an answer for each order or a notice for each delivery note; ``whole``: all lines or
        none. Nothing is ever sent twice.
        """
        with acting(self.actor):
            upload = find_upload(self.actor, upload_id)
        shape = SendIn(data=request.data)
        shape.is_valid(raise_exception=True)
        self.perform(
            sheets.ask_to_send,
            actor=self.actor,
            upload=upload,
            whole=shape.validated_data["whole"],
            at=timezone.now(),
        )
        dry_run = rehearsing(request)
        return Response({**_read(self, upload_id), "dry_run": dry_run}, status=200 if dry_run else 202)


def _read(view: PortalView, upload_id: UUID) -> dict[str, Any]:
    with acting(view.actor):
        upload = find_upload(view.actor, upload_id)
        ready = upload.state in (SheetState.READ, SheetState.SENT)
        preview = preview_of(view.actor, upload, timezone.now()) if ready else None
        return _sheet(upload, preview, prices=Act.SEE_PRICES.allows(view.actor, upload))


def _sheet(upload: SheetUpload, preview: Preview[Any] | None, *, prices: bool, name: str = "") -> dict[str, Any]:
    dry_run = bool(name)
    reason = upload.refusal or (None if dry_run else upload.file.refusal)
    refused = preview.contents.refusal if preview else None
    rejected = not dry_run and upload.file.state == FileState.REJECTED
    return {
        "id": None if dry_run else upload.pk,
        "name": name or upload.file.name,
        "purpose": upload.purpose,
        "state": SheetState.UNREADABLE if refused or rejected else upload.state,
        "reason": refused.message if refused else words.reason(reason) if reason else "",
        "good": len(preview.good) if preview else 0,
        "refused": len(preview.refused) if preview else 0,
        "untouched": preview.untouched if preview else 0,
        "sent": len(upload.went),
        "done": upload.done,
        "total": upload.total,
        "made": [
            {"number": told["number"], "made": told.get("made", told.get("acknowledgements"))}
            for told in upload.outcomes.values()
        ],
        "notes": preview.contents.notes if preview else [],
        "lines": list(_lines(preview, prices=prices)) if preview else [],
        "errors": [_fault(fault) for fault in preview.faults] if preview else [],
        "dry_run": dry_run,
    }


def _lines(preview: Preview[Any], *, prices: bool) -> Iterator[dict[str, Any]]:
    yield from (_line(one, "", prices=prices) for one in preview.strays)
    for part in preview.parts:
        yield from (_line(one, part.title, prices=prices) for one in part.lines)


def _line(one: Entry, part: str, *, prices: bool) -> dict[str, Any]:
    answer, judged = (one.answer, one.judged) if isinstance(one, LineView) else (None, None)
    findings = [finding.as_json() for finding in judged.findings] if judged else []
    return {
        "part": part,
        "order": one.line.order_id if one.line else None,
        "number": one.line.order.number if one.line else "",
        "line": one.line.pk if one.line else None,
        "position": one.line.position if one.line else None,
        "rows": [row.number for row in one.rows],
        "good": one.good,
        "answer": answer.kind if answer else None,
        "verdict": judged.verdict if judged else None,
        "findings": told_findings(findings, prices=prices),
        "sent": one.sent,
        "changes": [change for row in one.rows for change in _changes(row)],
        "notes": [_said(note) for note in one.notes],
        "errors": [_said(fault) for fault in one.faults],
    }


def _changes(row: Row) -> list[dict[str, str]]:
    return [
        {
            "pointer": f"/rows/{row.number}/{row.letters[change.column.name]}",
            "column": change.column.name,
            "before": plain(change.before),
            "after": plain(change.after),
        }
        for change in row.changes
    ]


def _said(said: Said) -> dict[str, str]:
    return _fault(said.fault)


def _fault(fault: Fault) -> dict[str, str]:
    return {"code": fault.code, "detail": fault.message, "pointer": fault.pointer}
