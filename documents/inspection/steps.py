"""The inspection, step by step, in this order. A step that raises ``Unfit`` ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from documents.inspection import media, pdf, pictures, text, workbook
from documents.inspection.subject import Subject


@dataclass(frozen=True)
class Step:
    """One step, and the media types it is for (none: all)."""

    name: str
    check: Callable[[Subject], None]
    media_types: frozenset[str] = frozenset()

    def concerns(self, subject: Subject) -> bool:
        return not self.media_types or subject.media_type in self.media_types


PDF = frozenset({media.PDF})
XLSX = frozenset({media.XLSX})
PICTURES = frozenset(media.PICTURES)
TEXTS = frozenset(media.TEXTS)

STEPS: tuple[Step, ...] = (
    Step("size", media.has_a_size),
    Step("type", media.is_of_an_allowed_type),
    Step("name", media.is_what_its_name_says),
    Step("pdf_readable", pdf.is_readable, PDF),
    Step("pdf_active", pdf.does_nothing, PDF),
    Step("pdf_size", pdf.is_of_bearable_size, PDF),
    Step("workbook_archive", workbook.is_a_sound_archive, XLSX),
    Step("workbook_active", workbook.does_nothing, XLSX),
    Step("picture", pictures.is_decodable, PICTURES),
    Step("text", text.is_plain, TEXTS),
)
