"""Workbooks (XLSX): a sound archive that unpacks to a bearable size and holds nothing that runs."""

from __future__ import annotations

import re
import stat
import zipfile
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from documents.inspection.subject import Subject, Unfit

MOST_ENTRIES = 2_000
MOST_EXPANDED = 200_000_000
WORST_RATIO = 200
SMALL = 1_000_000
"""Below this an entry may be packed as tightly as it likes: an empty sheet is."""
CHUNK = 1 << 20

MACROS = ("vbaproject", "vbadata", "xl/macrosheets/", "xl/dialogsheets/", "xl/intlmacrosheets/")
OBJECTS = ("xl/embeddings/", "xl/activex/", "xl/ctrlprops/", "customui/")
OUTSIDE = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/webextensions/")
FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*)<")
RUNS = re.compile(rb"\|\s*(?:'|&apos;|&#39;|!)|\b(?:CALL|REGISTER(?:\.ID)?|EXEC|WEBSERVICE|RTD)\s*\(", re.IGNORECASE)


def is_a_sound_archive(subject: Subject) -> None:
    """Every entry unpacks, to a bearable size, under a name that stays inside."""
    try:
        with zipfile.ZipFile(subject.path) as archive:
            entries = archive.infolist()
            _look_at_names(entries)
            left = MOST_EXPANDED
            for entry in entries:
                left -= _unpack(archive, entry, left)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zipfile.LargeZipFile):
        raise Unfit("damaged") from None
    except Exception as failure:
        if type(failure).__module__ == "zlib":
            raise Unfit("damaged") from None
        raise


def _look_at_names(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unfit("too_many_parts", most=MOST_ENTRIES)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Unfit("twice_the_same_part")
    for entry in entries:
        name = entry.filename
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or "\0" in name:
            raise Unfit("path_outside", path=name[:80])
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unfit("path_outside", path=name[:80])
        if entry.flag_bits & 0x1:
            raise Unfit("encrypted")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Count what an entry really unpacks to: what it says of itself is not believed."""
    size = 0
    with archive.open(entry) as content:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > left or (size > SMALL and size > WORST_RATIO * max(entry.compress_size, 1)):
                raise Unfit("bomb", megabytes=MOST_EXPANDED // 1_000_000)
    return size


def does_nothing(subject: Subject) -> None:
    """No macro, no embedded object, no link or query to the outside, no formula that starts programs."""
    with zipfile.ZipFile(subject.path) as archive:
        for name in archive.namelist():
            low = name.lower().replace("\\", "/")
            for places, code in ((MACROS, "macros"), (OBJECTS, "embedded"), (OUTSIDE, "outside")):
                if any(place in low for place in places):
                    raise Unfit(code)
        for name in archive.namelist():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                _look_at_part(name.lower(), archive.read(name))


def _look_at_part(name: str, content: bytes) -> None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:64]:
        content = _narrowed(content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unfit("entities")
    if name.endswith(".rels"):
        _look_at_relations(content)
    if name == "[content_types].xml" and re.search(rb"macroEnabled|vbaProject|activeX|oleObject", content):
        raise Unfit("macros")
    if b"ddeLink" in content or b"ddeService" in content:
        raise Unfit("dde")
    if any(RUNS.search(formula.group(1)) for formula in FORMULA.finditer(content)):
        raise Unfit("dde")


def _narrowed(content: bytes) -> bytes:
    """XML in two-byte characters, so that what hides in them is found all the same."""
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        try:
            return content.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise Unfit("damaged")


def _look_at_relations(content: bytes) -> None:
    try:
        relations = ElementTree.fromstring(content)
    except (DefusedXmlException, ParseError, ValueError):
        raise Unfit("damaged") from None
    for relation in relations:
        kind = relation.get("Type", "").rpartition("/")[2].lower()
        target = relation.get("Target", "").strip().lower()
        if kind in ("oleobject", "package", "control", "attachedtemplate", "vbaproject"):
            raise Unfit("embedded")
        if relation.get("TargetMode", "").lower() == "external":
            plain = target.startswith(("http://", "https://", "mailto:", "#"))
            if kind != "hyperlink" or not plain:
                raise Unfit("outside")
