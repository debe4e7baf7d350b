"""What a file is by its contents, whatever it is called."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping

from documents.inspection.subject import Subject, Unfit

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES = ("image/png", "image/jpeg", "image/tiff", "image/webp")
CSV, PLAIN = "text/csv", "text/plain"
TEXTS = (CSV, PLAIN)

# What a name may end in, for each type we know.
EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    XLSX: ("xlsx",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/tiff": ("tif", "tiff"),
    "image/webp": ("webp",),
    CSV: ("csv",),
    PLAIN: ("txt", "text", "log", "edi"),
}
# First bytes, and what they are. Types without a slash are known only to be refused by name.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"#!", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"{\\rtf", "RTF"),
    (b"%!PS", "PostScript"),
)
MARKUP = (b"<?xml", b"<svg", b"<html", b"<!doctype", b"<script", b"<!entity", b"<x:", b"<xsl", b"<?php", b"<%")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SNIFFED = 2048


def has_a_size(subject: Subject) -> None:
    """Not empty, and not over the limit of its kind."""
    size = subject.path.stat().st_size
    if size == 0:
        raise Unfit("empty")
    if size > subject.most_bytes:
        raise Unfit("too_large", megabytes=f"{subject.most_bytes / 1_000_000:g}")


def is_of_an_allowed_type(subject: Subject) -> None:
    """Find out what it is; it must be one thing only, and one its kind takes."""
    with subject.path.open("rb") as content:
        head = content.read(SNIFFED)
    found = _type_of(head, subject)
    if found not in subject.media_types:
        raise Unfit("type", found=found)
    subject.media_type = found
    if found != XLSX and zipfile.is_zipfile(subject.path):
        raise Unfit("two_formats", first=found, second="ZIP")


def _type_of(head: bytes, subject: Subject) -> str:
    for magic, found in MAGIC:
        if head.startswith(magic):
            return found
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(OLE):
        raise Unfit("old_office")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _type_of_archive(subject)
    if b"%PDF-" in head:
        raise Unfit("pdf_hidden")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return "SVG" if b"<svg" in head.lower() else "XML"
    if _looks_like_text(head, subject.extension):
        return CSV if subject.extension == "csv" else PLAIN
    return "unknown"


def _type_of_archive(subject: Subject) -> str:
    try:
        with zipfile.ZipFile(subject.path) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unfit("damaged") from None
    if "[Content_Types].xml" in names and any(name.startswith("xl/workbook.") for name in names):
        return XLSX
    return "archive"


def _looks_like_text(head: bytes, extension: str) -> bool:
    """NUL counts only where the name does not promise text: there the text step names it."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if extension in (*EXTENSIONS[CSV], *EXTENSIONS[PLAIN]):
        head = head.replace(b"\0", b"")
    strange = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1c\x1d\x1e\x1f" for byte in head)
    return strange <= len(head) // 50


def is_what_its_name_says(subject: Subject) -> None:
    """The contents and the end of the name agree: ``invoice.pdf`` that is a picture fools people and programs."""
    wanted = EXTENSIONS[subject.media_type]
    if subject.extension not in wanted:
        raise Unfit("name", ending=subject.extension or "—", found=subject.media_type, wanted=wanted[0])
