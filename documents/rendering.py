"""PDFs from templates, tagged for readers that read aloud. Only this file knows what draws them.

What a template names is looked up among our own static files (``{{ static_files }}css/print.css``) and the images
passed in (``{{ images }}logo``); ``data:`` is read as it stands. Anything else, a web address or a path, ends the
rendering: text that people typed into a document must not make us fetch.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils.translation import get_language
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents.brand import Brand

# Names that no resolver will ever know (RFC 2606): what is asked of them never leaves the process.
STATIC = "https://static.invalid/"
IMAGES = "https://images.invalid/"
TYPES = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
PAPERS = ("a4", "letter")
# The subset of a font carries the time it was made, unless told another: the same words shall be the same file.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")


class CannotRender(Exception):
    """The template, or something it asks for, makes no PDF. The words say what."""


def render_pdf(
    template: str,
    context: Mapping[str, Any],
    *,
    brand: Brand,
    paper: str = "a4",
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF of a template that extends ``print/base.html``, tagged as PDF/UA.

    ``images`` are stored or drawn by us, by name. Raises :class:`CannotRender`, and ``ValueError`` for a paper that
    we do not know.
    """
    if paper not in PAPERS:
        raise ValueError(f"{paper!r} is no paper: choose from {', '.join(PAPERS)}.")
    frame = {
        "brand": brand,
        "paper": paper,
        "static_files": STATIC,
        "images": IMAGES,
        "print_language": get_language() or "en",
    }
    words = render_to_string(template, {**context, **frame})
    fonts = FontConfiguration()
    try:
        source = HTML(string=words, base_url=STATIC, url_fetcher=_OurOwnFiles(images or {}))
        drawn = source.render(font_config=fonts)
        drawn.metadata.title = " ".join((drawn.metadata.title or "").split())  # as templates wrap it
        found = drawn.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    except FatalURLFetchingError as refused:
        raise CannotRender(str(refused)) from refused
    assert isinstance(found, bytes)
    return found


class _OurOwnFiles(URLFetcher):  # type: ignore[misc]
    """Serves our static files, the images given and ``data:``; ends the rendering for anything else."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=["data"])
        self.images = images

    def fetch(self, url: str, headers: Any = None) -> Any:
        parts = urlsplit(url)
        name = unquote(parts.path).lstrip("/")
        if url.startswith(STATIC):
            return _response(url, _static_file(name), TYPES[Path(name).suffix])
        if url.startswith(IMAGES):
            if name not in self.images:
                raise FatalURLFetchingError(f"No image “{name}” was passed along.")
            return _response(url, self.images[name], "")
        if parts.scheme == "data":
            return super().fetch(url, headers)
        raise FatalURLFetchingError(f"The template asks for {url[:200]}, which is none of our own files.")


def _response(url: str, body: bytes, media_type: str) -> URLFetcherResponse:
    return URLFetcherResponse(url, body, {"Content-Type": media_type} if media_type else {})


def _static_file(name: str) -> bytes:
    try:
        path = finders.find(name) if Path(name).suffix in TYPES else None
    except SuspiciousFileOperation:
        path = None
    if not isinstance(path, str):
        raise FatalURLFetchingError(f"There is no static file “{name}”.")
    return Path(path).read_bytes()
