"""Reads PDFs that we drew ourselves: their words as a person would copy them, and their tags."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def text_of(content: bytes) -> str:
    """All words, page by page, in the order they are drawn."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return " ".join(word for page in pdf.pages for word in _words(page))


def _words(page: pikepdf.Page) -> Iterator[str]:
    fonts = {name: _letters(font) for name, font in page.obj.Resources.get("/Font", {}).items()}
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            letters = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            said = operands[0] if str(operator) == "TJ" else operands
            codes = b"".join(bytes(one) for one in said if isinstance(one, pikepdf.String))
            yield "".join(
                letters.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2)
            ).strip()


def _letters(font: Any) -> dict[int, str]:
    cmap = font.ToUnicode.read_bytes()
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in PAIR.findall(cmap)}


def tags_of(content: bytes) -> list[str]:
    """The tags of a document in the order in which they are read aloud."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return list(_tags(pdf.Root.StructTreeRoot))


def _tags(node: Any) -> Iterator[str]:
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield str(child["/S"])
            yield from _tags(child)
