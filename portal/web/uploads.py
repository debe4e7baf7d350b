"""Nobody fills our disk with one request: bytes past the quota are dropped while they come in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class Quota(FileUploadHandler):
    """Drops a file that grows past ``FILES_MOST_BYTES``; see :func:`oversized`. Must come first."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.FILES_MOST_BYTES:
            self.request.oversized = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """The next handler keeps the file."""
        return None


def oversized(request: HttpRequest) -> bool:
    """Whether a file was dropped because it is larger than any file may be."""
    found: Any = getattr(request, "oversized", False)
    return bool(found)
