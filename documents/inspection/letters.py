"""Which words stand where on the pages of a PDF, from its text layer. Runs in the cell; no Django.

Two boxes are asked for each word, that of its first letter and that of its last: asking for every letter's takes as
long again as the text itself.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from documents.inspection.subject import Unfit
from documents.paper import Box, Page, Word

MOST_WORDS = 200_000
MOST_WORDS_A_PAGE = 20_000
MOST_PICTURES = 1_000
MOST_ANNOTATIONS = 1_000
LONGEST = 200
"""Letters of a word; what is longer is cut."""
WORD = re.compile(r"[^\s\x00-\x1f\u00a0\ufffe\uffff]+")
CROWDED = re.compile(r"\d[.,]\d+[.,]\d")
"""Two numbers that touch, perhaps: letters that the file writes by themselves are words of their own then."""
NOTE = 0.8
"""Letters this much lower than the first of their word are another word: the number of a note, an index."""
SAMPLED = 64
"""So many letters of a page are asked how they are turned, and whether the file knows them."""
FEW_WORDS = 40
"""A page with fewer is asked for pictures that cover it."""
UNPAINTED = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})
FAINT = 8
"""Less opacity than this, of 255, nobody sees."""
WRITTEN_ON = frozenset({raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP})
"""Annotations that put words on the page which are no part of its contents: values of forms, notes, stamps."""


def pages(path: Path, *, most_pages: int, most_words: int = MOST_WORDS) -> Iterator[Page]:
    """Each page with its words, in the order of the file. Raises ``Unfit``."""
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        raise Unfit("damaged") from None
    if len(pdf) > most_pages:
        raise Unfit("too_many_pages", pages=len(pdf), most=most_pages)
    left = most_words
    for index in range(len(pdf)):
        try:
            page = _page(pdf, index)
        except pdfium.PdfiumError:
            raise Unfit("damaged") from None
        left -= len(page.words)
        if left < 0:
            raise Unfit("too_many_words", most=most_words)
        yield page


def _page(pdf: pdfium.PdfDocument, index: int) -> Page:
    with ExitStack() as stack:
        page = stack.enter_context(closing(pdf[index]))
        if _is_written_on(page):
            raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            page = stack.enter_context(closing(pdf[index]))
        return _read(page, stack.enter_context(closing(page.get_textpage())), index + 1)


def _is_written_on(page: pdfium.PdfPage) -> bool:
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in WRITTEN_ON:
            return True
    return False


def _read(page: pdfium.PdfPage, layer: pdfium.PdfTextPage, number: int) -> Page:
    letters = layer.count_chars()
    sample = range(0, letters, max(1, letters // SAMPLED))
    asked = page.get_rotation() // 90
    turns = _turns(layer, sample, asked)
    ink = _Ink(layer, page.get_bbox(), turns)
    text = layer.get_text_range() if letters else ""
    straight = len(text) == letters
    words: list[Word] = []
    for found in WORD.finditer(text):
        if len(words) >= MOST_WORDS_A_PAGE:
            break
        start = found.start() if straight else raw.FPDFText_GetCharIndexFromTextIndex(layer, found.start())
        if start >= 0:
            words += ink.words(found.group()[:LONGEST], start)
    unknown = sum(raw.FPDFText_HasUnicodeMapError(layer, one) == 1 for one in sample)
    return Page(
        number=number,
        width=ink.width,
        height=ink.height,
        words=tuple(words),
        turned=(turns - asked) % 4,
        unknown=100 * unknown // max(1, len(sample)),
        covered=_covered(page) if len(words) < FEW_WORDS else 0,
        cut=len(words) >= MOST_WORDS_A_PAGE,
    )


def _turns(layer: pdfium.PdfTextPage, sample: range, asked: int) -> int:
    """How often the page must be turned to the right for most of its letters to stand upright."""
    seen = Counter(
        round(angle / (math.pi / 2)) % 4
        for angle in (raw.FPDFText_GetCharAngle(layer, one) for one in sample)
        if angle >= 0
    )
    return (4 - seen.most_common(1)[0][0]) % 4 if seen else asked


def _covered(page: pdfium.PdfPage) -> int:
    """Of a hundred parts of the page, those that its largest picture covers."""
    left, bottom, right, top = page.get_bbox()
    whole = max(1.0, (right - left) * (top - bottom))
    largest = 0.0
    for one in islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2), MOST_PICTURES):
        x0, y0, x1, y1 = one.get_bounds()
        width, height = min(x1, right) - max(x0, left), min(y1, top) - max(y0, bottom)
        largest = max(largest, max(0.0, width) * max(0.0, height) / whole)
    return round(100 * min(1.0, largest))


class _Ink:
    """Where letters stand on the page turned upright, and whether they are painted."""

    def __init__(self, layer: pdfium.PdfTextPage, bounds: tuple[float, float, float, float], turns: int) -> None:
        self.layer = layer.raw
        left, bottom, right, top = bounds
        across, up = round(100 * (right - left)), round(100 * (top - bottom))
        self.width, self.height = (across, up) if turns % 2 == 0 else (up, across)
        self.left, self.bottom, self.across, self.up, self.turns = 100 * left, 100 * bottom, across, up, turns
        self.rect = raw.FS_RECTF()
        self.into = ctypes.byref(self.rect)
        self.opacity = ctypes.c_uint()
        colour = [ctypes.c_uint() for _part in range(3)]
        self.colour = [*map(ctypes.byref, colour), ctypes.byref(self.opacity)]

    def words(self, text: str, start: int) -> Sequence[Word]:
        """The word, or its parts where letters of another size follow."""
        rect, get = self.rect, raw.FPDFText_GetLooseCharBox
        get(self.layer, start, self.into)
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        more = len(text) - 1
        if more:
            get(self.layer, start + more, self.into)
            before = (top - bottom) if self.turns % 2 == 0 else (right - left)
            differ = not NOTE < self.tall() / (before or 1) < 1 / NOTE
            if (differ or CROWDED.search(text)) and (parts := self.parts(text, start)) != [0]:
                ends = [*parts[1:], len(text)]
                return [
                    word
                    for begin, end in zip(parts, ends, strict=True)
                    for word in self.words(text[begin:end], start + begin)
                ]
            left, right = min(left, rect.left), max(right, rect.right)
            bottom, top = min(bottom, rect.bottom), max(top, rect.top)
        return [Word(text, self.box(left, bottom, right, top), self.is_painted(start))]

    def parts(self, text: str, start: int) -> list[int]:
        """Where parts of a word begin: with letters of another size, or written by themselves where numbers touch."""
        begins, crowded = [0], CROWDED.search(text) is not None
        size, written = self.size(start), self.written(start) if crowded else None
        for place in range(1, len(text)):
            here, by = self.size(start + place), self.written(start + place) if crowded else None
            if by != written or not NOTE < here / (size or 1) < 1 / NOTE:
                begins.append(place)
                size, written = here, by
        return begins

    def size(self, index: int) -> float:
        raw.FPDFText_GetLooseCharBox(self.layer, index, self.into)
        return self.tall()

    def tall(self) -> float:
        """How high the letter asked for last stands."""
        rect = self.rect
        return float(rect.top - rect.bottom if self.turns % 2 == 0 else rect.right - rect.left)

    def written(self, index: int) -> int | None:
        """What tells letters that the file writes at once from those it writes by themselves."""
        return ctypes.cast(raw.FPDFText_GetTextObject(self.layer, index), ctypes.c_void_p).value

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """On the upright page, of what the file measures from its own corner, in points."""
        x0, x1 = round(100 * left - self.left), round(100 * right - self.left)
        y0, y1 = round(100 * bottom - self.bottom), round(100 * top - self.bottom)
        if self.turns == 0:
            return Box(x0, self.up - y1, x1, self.up - y0)
        if self.turns == 1:
            return Box(y0, x0, y1, x1)
        if self.turns == 2:
            return Box(self.across - x1, y0, self.across - x0, y1)
        return Box(self.up - y1, self.across - x1, self.up - y0, self.across - x0)

    def is_painted(self, index: int) -> bool:
        mode = raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(self.layer, index))
        if mode in UNPAINTED:
            return False
        known = raw.FPDFText_GetFillColor(self.layer, index, *self.colour)
        return not known or self.opacity.value > FAINT
