"""Findings in people's words. What is stored is the code and its values; the sentence is made for whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.inspection.subject import Finding

STEPS: Mapping[str, Any] = {
    "start": gettext_lazy("Start"),
    "size": gettext_lazy("Size"),
    "type": gettext_lazy("Type by contents"),
    "name": gettext_lazy("Name and contents agree"),
    "pdf_readable": gettext_lazy("PDF can be read"),
    "pdf_active": gettext_lazy("PDF runs nothing"),
    "pdf_size": gettext_lazy("PDF can be opened in bearable time"),
    "workbook_archive": gettext_lazy("Workbook can be read"),
    "workbook_active": gettext_lazy("Workbook runs nothing"),
    "picture": gettext_lazy("Picture can be decoded"),
    "text": gettext_lazy("Text can be read"),
    "read": gettext_lazy("Cells can be read"),
    "malware": gettext_lazy("Search for malware"),
    "upload": gettext_lazy("Upload"),
}
REASONS: Mapping[str, Any] = {
    "empty": gettext_lazy("The file is empty. Choose it again, or save it again."),
    "too_large": gettext_lazy("The file is larger than %(megabytes)s MB."),
    "type": gettext_lazy("By its contents this is %(found)s, which is not taken here."),
    "two_formats": gettext_lazy("The file is two things at once: %(first)s and %(second)s."),
    "old_office": gettext_lazy("This is an old or protected Office file. Save it as .xlsx without a password."),
    "pdf_hidden": gettext_lazy("There is something else before the PDF begins. Save it as PDF again."),
    "name": gettext_lazy("The name ends in “%(ending)s”, but by its contents this is %(found)s. Name it .%(wanted)s."),
    "damaged": gettext_lazy("The file is damaged or incomplete. Save it again and send the new one."),
    "encrypted": gettext_lazy("The file is protected by a password or rights. Save it without protection."),
    "too_many_parts": gettext_lazy("The file is made of more than %(most)s parts."),
    "twice_the_same_part": gettext_lazy("The file holds the same part twice. Save it again."),
    "no_pages": gettext_lazy("The file has no page."),
    "too_many_pages": gettext_lazy("The file has %(pages)s pages; %(most)s are taken at most."),
    "javascript": gettext_lazy("The PDF holds a program (JavaScript). Print it to a new PDF."),
    "launch": gettext_lazy("The PDF starts another program. Print it to a new PDF."),
    "sends_data": gettext_lazy("The PDF is a form that sends or fetches data. Print it to a new PDF."),
    "other_files": gettext_lazy("The PDF points to other files. Print it to a new PDF."),
    "embedded": gettext_lazy("There are other files inside this file. Send them as files of their own."),
    "media": gettext_lazy("There is sound, film or 3D inside the PDF. Print it to a new PDF."),
    "runs_at_opening": gettext_lazy("The PDF does something by itself when it is opened. Print it to a new PDF."),
    "xfa": gettext_lazy("The PDF is a dynamic form (XFA). Print it to a new PDF."),
    "link": gettext_lazy("A link in the file leads to a file or program: %(address)s."),
    "too_deep": gettext_lazy("The file is nested too deeply to be read safely."),
    "bomb": gettext_lazy("The file unpacks to far more than it holds, or to more than %(megabytes)s MB."),
    "too_many_pixels": gettext_lazy("A picture of %(width)s × %(height)s points is too large."),
    "too_much_drawn": gettext_lazy("More than %(most)s things are drawn on one page. Save it as a scanned PDF."),
    "path_outside": gettext_lazy("A part of the file names a place outside of it: %(path)s."),
    "macros": gettext_lazy("The workbook holds macros. Save it as .xlsx without macros."),
    "outside": gettext_lazy("The workbook fetches data from elsewhere. Paste the values and remove the links."),
    "dde": gettext_lazy("A cell starts another program. Paste the values instead of the formula."),
    "entities": gettext_lazy("The workbook defines XML entities, which no spreadsheet program writes."),
    "not_ours": gettext_lazy("No sheet in this file was downloaded here, or its first row, which is hidden, is gone."),
    "too_many_rows": gettext_lazy("The sheet has more than %(most)s rows."),
    "too_many_words": gettext_lazy("The file has more than %(most)s words."),
    "too_much_text": gettext_lazy("The sheet holds more text than can be read."),
    "nul": gettext_lazy("The text holds NUL characters, so it is not text."),
    "control_characters": gettext_lazy("The text holds control characters that no person writes."),
    "long_line": gettext_lazy("A line has more than %(most)s characters."),
    "encoding": gettext_lazy("The text is in no known encoding. Save it as UTF-8."),
    "memory": gettext_lazy("Reading the file takes more memory than any honest file needs."),
    "hangs": gettext_lazy("Reading the file takes longer than any honest file needs."),
    "kills": gettext_lazy("Reading the file makes the program fail that reads it."),
    "not_scanned": gettext_lazy("Not scanned: no virus scanner is connected."),
    "malware": gettext_lazy("The virus scanner found %(name)s."),
    "inspector_died": gettext_lazy("The inspection failed several times. Save the file again, or ask us."),
    "never_finished": gettext_lazy("The upload was never finished. Send the file again."),
}
KINDS: Mapping[str, Any] = {
    "unknown": gettext_lazy("something unknown"),
    "archive": gettext_lazy("an archive"),
    "program": gettext_lazy("a program"),
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": gettext_lazy("a workbook (XLSX)"),
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/tiff": "TIFF",
    "image/webp": "WebP",
    "text/csv": "CSV",
    "text/plain": gettext_lazy("plain text"),
}


def step(finding: Finding) -> str:
    """The name of a step as people read it."""
    return str(STEPS.get(finding["step"], finding["step"]))


def reason(finding: Finding) -> str:
    """Why, in one sentence and in the reader's language; empty where there is nothing to say."""
    if not finding["code"]:
        return ""
    values = {name: KINDS.get(value, value) for name, value in finding["values"].items()}
    sentence = REASONS.get(finding["code"])
    return str(sentence) % values if sentence else _("The file cannot be taken.")
