"""The shapes of files in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from documents.inspection import words
from documents.models import StoredFile
from documents.states import FileState, Verdict


class FileIn(serializers.Serializer[Any]):
    file = serializers.FileField(help_text=_("The file, as one part of a multipart form."))
    kind = serializers.CharField(max_length=40, help_text=_("What it is for: attachment."))
    supplier = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text=_("Whose it is, where that is not clear.")
    )


class StepOut(serializers.Serializer[Any]):
    step = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    code = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class FileOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField(allow_blank=True, help_text=_("By contents; empty before the inspection."))
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    pages = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=FileState.choices)
    reason = serializers.CharField(allow_blank=True, help_text=_("Why it was rejected."))
    uploaded_at = serializers.DateTimeField()
    uploaded_by = serializers.CharField()
    rules = serializers.IntegerField(help_text=_("The version of the rules it was inspected under."))
    findings = StepOut(many=True)
    dry_run = serializers.BooleanField()


class LinkOut(serializers.Serializer[Any]):
    url = serializers.URLField(help_text=_("Serves the file to whoever has it. Do not keep it."))
    expires_at = serializers.DateTimeField()


def file(row: StoredFile, *, dry_run: bool = False) -> dict[str, Any]:
    """A file as the API shows it."""
    refusal = row.refusal
    return {
        "id": row.pk,
        "kind": row.kind,
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "pages": row.pages,
        "state": row.state,
        "reason": words.reason(refusal) if refusal else "",
        "uploaded_at": row.uploaded_at,
        "uploaded_by": row.actor_name,
        "rules": row.rules,
        "findings": [
            {"step": one["step"], "verdict": one["verdict"], "code": one["code"], "reason": words.reason(one)}
            for one in row.findings
        ],
        "dry_run": dry_run,
    }
