"""What comes out of the printer: text, pages, tags, our own fonts, and nothing fetched."""

from __future__ import annotations

import io
import socket
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.template import engines

from documents.brand import Brand
from documents.rendering import CannotRender, render_pdf
from tests.documents.made import a_png

NORDWERK = Brand("Nordwerk GmbH", accent="#aa3300")


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Renders the body given, as a template that extends the base would."""

    def render(body: str, **options: Any) -> pikepdf.Pdf:
        words = "{% extends 'print/base.html' %}{% block title %}Packing list{% endblock title %}"
        words += "{% block about %}P00012{% endblock about %}{% block content %}" + body + "{% endblock content %}"
        made = engines["django"].from_string(words)
        monkeypatch.setattr("documents.rendering.render_to_string", lambda name, context: made.render(context))
        options.setdefault("brand", NORDWERK)
        return pikepdf.open(io.BytesIO(render_pdf("the one above", {}, **options)))

    return render


def fonts_of(pdf: pikepdf.Pdf) -> set[str]:
    return {str(one["/BaseFont"]) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}


def tags_of(pdf: pikepdf.Pdf) -> set[str]:
    return {
        str(one["/S"]) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/P") and "/S" in one
    }


def page_size(pdf: pikepdf.Pdf) -> tuple[int, int]:
    return tuple(round(float(number)) for number in list(pdf.pages[0].mediabox)[2:])  # type: ignore[return-value]


def test_a_document_is_tagged_titled_and_set_in_our_own_type(template: Any) -> None:
    pdf = template("<h1>Packing list</h1><table><thead><tr><th>Lot</th></tr></thead><tr><td>A1</td></tr></table>")
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en"
    assert {"/H1", "/Table", "/TH", "/TD"} <= tags_of(pdf)
    assert any("Plex" in font for font in fonts_of(pdf)), fonts_of(pdf)
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Packing list"
        assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_paper_is_chosen(template: Any, paper: str, size: tuple[int, int]) -> None:
    assert page_size(template("<p>Words</p>", paper=paper)) == size


def test_a_long_table_takes_as_many_pages_as_it_needs(template: Any) -> None:
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(120))
    assert len(template(f"<table>{rows}</table>").pages) == 4


def test_images_are_those_passed_along(template: Any) -> None:
    pdf = template("<p>Words</p>", brand=Brand("Nordwerk", logo="logo"), images={"logo": a_png()})
    pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    assert [(int(one.Width), int(one.Height)) for one in pictures] == [(4, 3)]


@pytest.mark.parametrize(
    "asked",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://example.com/a.png",
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "https://static.invalid/../../manage.py",
        "https://static.invalid/..%2f..%2fetc%2fpasswd.png",
        "https://images.invalid/other",
        "/etc/passwd",
    ],
)
@pytest.mark.parametrize(
    "place", ['<img src="{}" alt="">', "<link rel=stylesheet href='{}'>", "<p style='background: url(\"{}\")'>a</p>"]
)
def test_nothing_else_is_fetched(template: Any, monkeypatch: pytest.MonkeyPatch, asked: str, place: str) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("the printer called out")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    with pytest.raises(CannotRender, match=r"none of our own|no static file|No image"):
        template(place.format(asked), images={"logo": a_png()})


def test_words_stay_words(template: Any) -> None:
    with pytest.raises(ValueError, match="no colour"):
        Brand("Nordwerk", accent="red; background: url(http://example.com)")
    with pytest.raises(ValueError, match="no paper"):
        template("<p>Words</p>", paper="a0")
