"""Words and their places, read from made pages in the limited process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from documents.inspection import warden, words
from documents.inspection.warden import Limits
from documents.paper import Box, Page, Paper, Source, Word, hear, tell
from tests.documents.made import a_pdf, a_stream

MOST_PAGES = 20


def looked_at(folder: Path, content: bytes, limits: Limits = warden.READING) -> warden.Letters:
    path = folder / "content"
    path.write_bytes(content)
    return warden.letters(path, most_pages=MOST_PAGES, limits=limits)


def pages_of(folder: Path, content: bytes) -> Sequence[Page]:
    found = looked_at(folder, content)
    assert found.refusal is None
    assert found.paper is not None
    return found.paper.pages


def near(box: Box, *wanted: int, by: int = 300) -> bool:
    """Within three points: the height of a line is the font's, not the letter's."""
    return all(abs(one - other) <= by for one, other in zip(box, wanted, strict=True))


def test_words_stand_where_they_are_printed(tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path, a_pdf())
    assert (page.number, page.width, page.height, page.turned, page.cut) == (1, 59500, 84200, 0, False)
    assert [word.text for word in page.words] == ["Certificate", "of", "analysis"]
    first, second, _third = page.words
    assert near(first.box, 7200, 84200 - 71000, 12800, 84200 - 69750)
    assert first.box.right < second.box.left
    assert all(word.seen and word.sure == 100 for word in page.words)
    assert page.source is Source.TEXT


@pytest.mark.parametrize(
    ("contents", "turned"),
    [(b"0 1 -1 0 300 300", 1), (b"-1 0 0 -1 300 300", 2), (b"0 -1 1 0 300 300", 3)],
    ids=["on its left side", "on its head", "on its right side"],
)
def test_a_page_that_lies_is_turned_upright(tmp_path: Path, contents: bytes, turned: int) -> None:
    lying = b"BT /F1 12 Tf " + contents + b" Tm (Heat number 4711) Tj ET"
    (page,) = pages_of(tmp_path, a_pdf(contents=lying))
    assert page.turned == turned
    assert [word.text for word in page.words] == ["Heat", "number", "4711"]
    heat, number, value = (word.box for word in page.words)
    assert heat.right < number.left < number.right < value.left
    assert heat.top == value.top
    shown = [page.shown(word.box) for word in page.words]
    assert all(0 <= box.left < box.right <= 59500 and 0 <= box.top < box.bottom <= 84200 for box in shown)
    first = shown[0]  # it begins where it was set
    assert first.left - 300 <= 30000 <= first.right + 300
    assert first.top - 300 <= 84200 - 30000 <= first.bottom + 300


def test_a_page_that_is_shown_turned_needs_no_turning(tmp_path: Path) -> None:
    """Written sideways, and turned back by the file itself: as scanners' programs do it."""
    lying = b"BT /F1 12 Tf 0 1 -1 0 300 300 Tm (Heat 4711) Tj ET"
    (page,) = pages_of(tmp_path, a_pdf(contents=lying, page="/Rotate 90"))
    assert (page.turned, page.width, page.height) == (0, 84200, 59500)
    assert page.words[0].box.top == page.words[1].box.top


def test_places_are_those_of_the_part_that_is_shown(tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path, a_pdf(page="/CropBox[50 600 400 800]"))
    assert (page.width, page.height) == (35000, 20000)
    assert near(page.words[0].box, 2200, 80000 - 71000, 7800, 80000 - 69750)


def test_what_no_eye_can_see_says_so(tmp_path: Path) -> None:
    said = b"BT /F1 12 Tf 72 700 Td (Lead) Tj 100 0 Td 3 Tr (0.2) Tj 100 0 Td 0 Tr (0.9) Tj ET"
    (page,) = pages_of(tmp_path, a_pdf(contents=said))
    assert [(word.text, word.seen) for word in page.words] == [("Lead", True), ("0.2", False), ("0.9", True)]


def test_values_of_a_form_are_words_of_the_page(tmp_path: Path) -> None:
    look = a_stream(b"BT /F1 12 Tf 2 4 Td (0.018) Tj ET", "/Type/XObject/Subtype/Form/BBox[0 0 60 20]"
                    "/Resources<</Font<</F1 5 0 R>>>>")  # fmt: skip
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(p)/V(0.018)/F 4/Rect[200 695 260 715]/AP<</N 10 0 R>>>>"
    content = a_pdf(
        contents=b"BT /F1 12 Tf 72 700 Td (Phosphorus) Tj ET",
        page="/Annots[11 0 R]",
        catalog="/AcroForm<</Fields[11 0 R]>>",
        more=(look, field),
    )
    (page,) = pages_of(tmp_path, content)
    assert [word.text for word in page.words] == ["Phosphorus", "0.018"]
    assert near(page.words[1].box, 20200, 84200 - 71100, 23400, 84200 - 69500)


def test_the_number_of_a_note_is_no_part_of_the_word(tmp_path: Path) -> None:
    said = b"BT /F1 12 Tf 72 700 Td (Strength) Tj /F1 7 Tf 4 Ts (1) Tj ET"
    (page,) = pages_of(tmp_path, a_pdf(contents=said))
    assert [word.text for word in page.words] == ["Strength", "1"]


def test_two_numbers_that_touch_are_two(tmp_path: Path) -> None:
    said = b"BT /F1 12 Tf 72 700 Td (0.4502) Tj ET BT /F1 12 Tf 109 700 Td (0.1625) Tj ET"
    (page,) = pages_of(tmp_path, a_pdf(contents=said))
    assert [word.text for word in page.words] == ["0.4502", "0.1625"]
    (page,) = pages_of(tmp_path, a_pdf(contents=b"BT /F1 12 Tf 72 700 Td (10.12.2026) Tj ET"))
    assert [word.text for word in page.words] == ["10.12.2026"]


def test_a_scan_is_told_from_an_empty_page(tmp_path: Path) -> None:
    picture = a_stream(
        bytes(100), "/Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8"
    )
    content = a_pdf(
        contents=b"q 500 0 0 800 40 20 cm /P Do Q",
        page="/Resources<</XObject<</P 10 0 R>>>>",
        more=(picture,),
    )
    (page,) = pages_of(tmp_path, content.replace(b"/Resources<</Font<</F1 5 0 R>>>>/Resources", b"/Resources"))
    assert (page.words, page.covered) == ((), 80)
    (empty,) = pages_of(tmp_path, a_pdf(contents=b" "))
    assert (empty.words, empty.covered) == ((), 0)


def test_what_ends_the_cell_is_refused_with_its_reason(tmp_path: Path) -> None:
    assert looked_at(tmp_path, b"%PDF-1.7 nothing").refusal == {
        "step": "letters",
        "verdict": "refused",
        "code": "damaged",
        "values": {},
    }
    many = looked_at(tmp_path, a_pdf(pages=MOST_PAGES + 1))
    assert many.refusal is not None
    assert many.refusal["code"] == "too_many_pages"
    hanging = b"BT /F1 1 Tf " + b"1 0 0 1 9 9 Tm (a) Tj " * 400_000 + b"ET"
    slow = looked_at(tmp_path, a_pdf(contents=hanging, packed=True), Limits(seconds=1, output=1_000_000))
    assert slow.refusal is not None
    assert slow.refusal["code"] in ("hangs", "memory", "too_many_words")
    assert words.reason(slow.refusal)


def test_what_is_told_is_heard() -> None:
    page = Page(
        3, 59500, 84200, (Word("µg/l", Box(1, 2, 3, 4), seen=False, sure=71),), Source.SIGHT, 1, 5, 80, cut=True
    )
    paper = Paper((page,))
    assert hear([tell(page)]) == paper
    assert hear([tell(page)]).digest() == paper.digest() != Paper(()).digest()
