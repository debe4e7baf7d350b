"""PDF: readable, closed to nobody, without anything that runs, and of a size that readers bear."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from documents.inspection.subject import Subject, Unfit

MOST_OBJECTS = 200_000
MOST_EXPANDED = 200_000_000
MOST_PIXELS = 100_000_000
MOST_OPERATIONS = 60_000
DEEPEST = 200
TRAILING = 1024

# Actions that a reader may take when told so; every other one stays inside the document.
RUNS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/ImportData": "sends_data",
    "/SubmitForm": "sends_data",
    "/GoToR": "other_files",
    "/GoToE": "embedded",
    "/RichMediaExecute": "media",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
}
LINKS = ("http://", "https://", "mailto:", "tel:", "#")
ANNOTATIONS = {
    "/FileAttachment": "embedded",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
HARMLESS = ("xref entry for the xref stream itself is missing", "extraneous whitespace seen before xref")
OPERATOR = re.compile(rb"(?<=[\s\])>])(?:Tj|TJ|'|\"|re|l|c|v|y|Do|sh|BI)(?=[\s\[(</%]|$)")


def is_readable(subject: Subject) -> None:
    """qpdf reads it without guessing, and no password stands before it."""
    pdf = _open(subject)
    if pdf.is_encrypted:
        raise Unfit("encrypted")
    if len(pdf.objects) > MOST_OBJECTS:
        raise Unfit("too_many_parts", most=MOST_OBJECTS)
    subject.pages = _count_pages(pdf)
    if subject.pages == 0:
        raise Unfit("no_pages")
    if subject.pages > subject.most_pages:
        raise Unfit("too_many_pages", pages=subject.pages, most=subject.most_pages)
    subject.facts["pdf"] = pdf


def _open(subject: Subject) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.open(subject.path, suppress_warnings=True, attempt_recovery=False)
    except pikepdf.PasswordError:
        raise Unfit("encrypted") from None
    except (pikepdf.PdfError, RuntimeError, ValueError, OSError):
        raise Unfit("damaged") from None
    return pdf


def _count_pages(pdf: pikepdf.Pdf) -> int:
    try:
        return len(pdf.pages)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError):
        raise Unfit("damaged") from None


def does_nothing(subject: Subject) -> None:
    """No script, no program, no attachment, no form that calls home. Looks at every object, reachable or not."""
    pdf: pikepdf.Pdf = subject.facts["pdf"]
    try:
        _look_at_start(pdf)
        for number, found in enumerate(pdf.objects):
            for part in _dictionaries(found, number):
                _look_at(part)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        raise Unfit("damaged") from None


def _look_at_start(pdf: pikepdf.Pdf) -> None:
    """What happens when the document is opened: going to a page is all that may."""
    root = pdf.Root
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary):
        action = str(opening.get("/S", ""))
        if action not in ("/GoTo", "/Named"):
            raise Unfit(RUNS.get(action, "runs_at_opening"))
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        raise Unfit("xfa")
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        for key, code in (("/EmbeddedFiles", "embedded"), ("/JavaScript", "javascript")):
            if key in names:
                raise Unfit(code)
    if "/Collection" in root:
        raise Unfit("embedded")


def _dictionaries(found: Any, number: int) -> Iterator[Any]:
    """Every dictionary written inside one object; references are objects of their own and come by themselves."""
    waiting = [(found, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unfit("too_deep")
        if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            yield part
            children = [part[key] for key in part.keys()] if depth < DEEPEST else []  # noqa: SIM118 (no iteration)
        elif isinstance(part, pikepdf.Array):
            children = list(part)
        else:
            continue
        waiting += [
            (child, depth + 1)
            for child in children
            if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect
        ]


def _look_at(part: Any) -> None:
    keys = set(part.keys())
    if "/JS" in keys or "/JavaScript" in keys:
        raise Unfit("javascript")
    if "/XFA" in keys:
        raise Unfit("xfa")
    if keys & {"/EmbeddedFiles", "/EF", "/AF"} or str(part.get("/Type", "")) == "/EmbeddedFile":
        raise Unfit("embedded")
    if isinstance(part, pikepdf.Stream) and "/F" in keys:
        raise Unfit("other_files")
    action = part.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in RUNS:
        raise Unfit(RUNS[str(action)])
    if isinstance(action, pikepdf.Name) and str(action) == "/URI":
        _look_at_link(part.get("/URI"))
    subtype = part.get("/Subtype")
    if isinstance(subtype, pikepdf.Name) and str(subtype) in ANNOTATIONS and "/Rect" in keys:
        raise Unfit(ANNOTATIONS[str(subtype)])
    matrix = part.get("/FontMatrix")
    if isinstance(matrix, pikepdf.Array) and any(isinstance(one, pikepdf.String) for one in list(matrix)):
        raise Unfit("javascript")  # a reader in a browser makes a program of these numbers
    additional = part.get("/AA")
    if isinstance(additional, pikepdf.Dictionary) and any(
        isinstance(one, pikepdf.Dictionary) and str(one.get("/S", "")) == "/URI" for _key, one in additional.items()
    ):
        raise Unfit("runs_at_opening")


def _look_at_link(target: Any) -> None:
    """A link people click may lead to the web or a mailbox, not to files and shares of their own machine."""
    address = str(target).strip().lower() if target is not None else ""
    scheme = re.match(r"[a-z][a-z0-9+.-]*:", address)
    if address.startswith("\\\\") or (scheme and not address.startswith(LINKS)):
        raise Unfit("link", address=address[:80])


def is_of_bearable_size(subject: Subject) -> None:
    """What it unpacks to, how large its pictures are and how much is drawn: readers hang on more."""
    pdf: pikepdf.Pdf = subject.facts["pdf"]
    left = MOST_EXPANDED
    try:
        contents = _page_contents(pdf)
        drawn: dict[int, int] = {}
        for found in pdf.objects:
            if not isinstance(found, pikepdf.Stream):
                continue
            _look_at_picture(found)
            data = _unpacked(found, left)
            left -= len(data)
            if left <= 0:
                raise Unfit("bomb", megabytes=MOST_EXPANDED // 1_000_000)
            number = found.objgen[0]
            if number in contents or str(found.get("/Subtype", "")) == "/Form":
                drawn[number] = sum(1 for _ in OPERATOR.finditer(data))
                if drawn[number] > MOST_OPERATIONS:
                    raise Unfit("too_much_drawn", most=MOST_OPERATIONS)
        for page in contents.values():
            if sum(drawn.get(number, 0) for number in page) > MOST_OPERATIONS:
                raise Unfit("too_much_drawn", most=MOST_OPERATIONS)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        raise Unfit("damaged") from None
    _look_at_warnings(pdf)


def _look_at_warnings(pdf: pikepdf.Pdf) -> None:
    """Where qpdf had to guess, the next reader may guess otherwise and show another document."""
    for warning in map(str, pdf.get_warnings()):
        if "parser-max-nesting" in warning:
            raise Unfit("too_deep")
        if not any(harmless in warning for harmless in HARMLESS):
            raise Unfit("damaged")


def _page_contents(pdf: pikepdf.Pdf) -> dict[int, list[int]]:
    """Content stream -> all streams of its page."""
    found: dict[int, list[int]] = {}
    for page in pdf.pages:
        given = page.obj.get("/Contents")
        streams = list(given) if isinstance(given, pikepdf.Array) else [given]
        numbers = [one.objgen[0] for one in streams if isinstance(one, pikepdf.Stream)]
        found.update(dict.fromkeys(numbers, numbers))
    return found


def _look_at_picture(stream: Any) -> None:
    if str(stream.get("/Subtype", "")) == "/Image":
        width, height = (_whole(stream.get(key)) for key in ("/Width", "/Height"))
        if width * height > MOST_PIXELS:
            raise Unfit("too_many_pixels", width=width, height=height)


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _unpacked(stream: Any, most: int) -> bytes:
    """The bytes as far as we may unpack them: Flate by ourselves, with a brake; pictures' own packings not at all."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
    data: bytes = stream.read_raw_bytes()
    if not names:
        return data
    if any(name in ("/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode") for name in names):
        if len(data) * 1500 > most and len(names) > 1:
            raise Unfit("bomb", megabytes=MOST_EXPANDED // 1_000_000)
        return bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized)) if _general(names) else data
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            break
        data = _inflated(data, most)
    return data


def _general(names: list[str]) -> bool:
    known = {"/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/FlateDecode"}
    return set(names) <= known


def _inflated(data: bytes, most: int) -> bytes:
    engine = zlib.decompressobj()
    try:
        found = engine.decompress(data, most + 1)
    except zlib.error:
        # Readers show what they can of a broken stream, and so much of it is looked at.
        return _salvaged(data, most)
    if len(found) > most:
        raise Unfit("bomb", megabytes=MOST_EXPANDED // 1_000_000)
    return found


def _salvaged(data: bytes, most: int) -> bytes:
    engine, found = zlib.decompressobj(), b""
    for start in range(0, len(data), 512):
        try:
            found += engine.decompress(data[start : start + 512], most + 1 - len(found))
        except zlib.error:
            break
        if len(found) > most:
            raise Unfit("bomb", megabytes=MOST_EXPANDED // 1_000_000)
    return found
