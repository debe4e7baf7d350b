"""ANSI MH10.8.2 data identifiers, for suppliers without a GS1 prefix and items without a GTIN.

Licence plates (J) follow ISO/IEC 15459: an issuing agency's code, the company's number at that agency, a serial number.
The standard knows no code for oneself, so whoever is at no agency has no licence plate, and a made-up one could be
another company's. His packages bear the supplier's own package identification (3S to 7S) instead, which is unique
together with the number that the buyer gave the supplier (V). Symbols follow ISO 15394: Code 128, one field each, and
one Data Matrix with all of them in the envelope of ISO/IEC 15434.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.shared.errors import Fault

RECORD, GROUP, END = "\x1e", "\x1d", "\x04"
MOST_OF_PLATE = 20
"""Characters of a licence plate with its data identifier (ISO 15394, 5.2.1)."""

# What ISO/IEC 646 spells alike everywhere.
_TEXT = r"""[ !"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"""
_PLATE = r"[A-Z0-9]{1,18}"


@dataclass(frozen=True)
class DataIdentifier:
    """What stands above the symbol, and what may follow the identifier."""

    title: str
    pattern: str


IDENTIFIERS = {
    **{di: DataIdentifier("LICENCE PLATE", _PLATE) for di in ("1J", "2J", "5J", "6J")},
    **{di: DataIdentifier("PACKAGE ID", _TEXT + "{1,35}") for di in ("3S", "4S", "5S", "6S", "7S")},
    "V": DataIdentifier("SUPPLIER", _TEXT + "{1,35}"),
    "P": DataIdentifier("PART NO", _TEXT + "{1,90}"),
    "Q": DataIdentifier("QTY", r"(?=.{1,30}\Z)\d+(\.\d+)?"),
    "1T": DataIdentifier("LOT", _TEXT + "{1,90}"),
    "S": DataIdentifier("SERIAL NO", _TEXT + "{1,90}"),
    "K": DataIdentifier("ORDER NO", _TEXT + "{1,35}"),
    "4L": DataIdentifier("ORIGIN", r"[A-Z]{2}"),
    "14D": DataIdentifier("EXPIRY", r"\d{8}"),
    "16D": DataIdentifier("PROD DATE", r"\d{8}"),
}
"""The identifiers that our papers speak and read. 25D, best before, is newer than many readers and stays unsaid."""


@dataclass(frozen=True)
class Field:
    """One data identifier with its value."""

    di: str
    value: str

    @property
    def title(self) -> str:
        return IDENTIFIERS[self.di].title

    @property
    def code(self) -> str:
        """What a Code 128 holds."""
        return self.di + self.value

    def __str__(self) -> str:
        """As people read it below a symbol."""
        return f"({self.di}) {self.value}"


@dataclass(frozen=True)
class Plate:
    """A licence plate by its parts: the agency's code (UN, OD, LE), the company's number there, the serial number."""

    agency: str
    company: str
    serial: str

    @property
    def value(self) -> str:
        return self.agency + self.company + self.serial


@dataclass(frozen=True)
class Message:
    """The fields of an envelope: application identifiers as text (format 05) and data identifiers (format 06)."""

    fields: tuple[Field, ...]
    elements: str = ""


def plate_fault(plate: Plate, pointer: str = "") -> Fault | None:
    """What is wrong with a licence plate."""
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,2}", plate.agency):
        # Codes that begin with a digit are GS1's: theirs is the SSCC.
        message = _("The code of an issuing agency is one to three capitals or digits, the first a letter.")
        return Fault("plate_agency", message, pointer)
    if not re.fullmatch(r"[A-Z0-9]+", plate.company) or not re.fullmatch(r"[A-Z0-9]+", plate.serial):
        return Fault("plate_characters", _("A licence plate has capitals and digits, nothing else."), pointer)
    if len(plate.value) > MOST_OF_PLATE - 2:
        most = MOST_OF_PLATE - 2
        message = _("A licence plate has %(most)s characters at most.") % {"most": most}
        return Fault("plate_length", message, pointer)
    return None


def plate_identifier(*, nested: bool, alike: bool, one_order: bool) -> str:
    """Which data identifier a licence plate bears: for a unit without others inside, of like items, of one order."""
    if not nested and (alike or not one_order):
        return "1J"
    if not one_order:
        return "2J"
    return "6J" if alike else "5J"


def package_identifier(*, nested: bool, alike: bool, one_order: bool) -> str:
    """The same for a package identification that the supplier assigned."""
    if alike and not nested:
        return "3S"
    if alike:
        return "4S" if one_order else "6S"
    return "5S" if one_order else "7S"


def date_value(day: dt.date) -> str:
    """A date as YYYYMMDD, as 14D and 16D have it."""
    return f"{day:%Y%m%d}"


def field_fault(field: Field, pointer: str = "") -> Fault | None:
    """What is wrong with one field."""
    rule = IDENTIFIERS.get(field.di)
    if rule is None:
        return Fault("di_unknown", _("Data identifier %(di)s is not known.") % {"di": field.di}, pointer)
    if not re.fullmatch(rule.pattern, field.value, re.ASCII):
        message = _("“%(value)s” cannot be said as %(title)s: wrong characters or length.")
        said = {"title": f"{rule.title} ({field.di})", "value": field.value}
        return Fault("di_value", message % said, pointer)
    if field.di in ("14D", "16D") and not _is_day(field.value):
        message = _("%(value)s is no date for %(title)s.")
        said = {"title": f"{rule.title} ({field.di})", "value": field.value}
        return Fault("di_date", message % said, pointer)
    return None


def envelope(fields: Sequence[Field], elements: str = "") -> str:
    """The message of ISO/IEC 15434 with format 06 for the fields, after format 05 for GS1's element string, if any."""
    formats = [f"05{GROUP}{elements}"] if elements else []
    if fields:
        formats.append(GROUP.join(["06", *(field.code for field in fields)]))
    return f"[)>{RECORD}" + "".join(one + RECORD for one in formats) + END


def parse(text: str) -> Message | Fault:
    """What an envelope holds. The opposite of :func:`envelope`."""
    if not text.startswith(f"[)>{RECORD}") or not text.endswith(RECORD + END):
        return Fault("envelope", _("This is no message of ISO/IEC 15434."))
    fields: list[Field] = []
    elements = ""
    for part in text[4:-2].split(RECORD):
        format_, _separator, body = part.partition(GROUP)
        if format_ == "05":
            elements = body
        elif format_ == "06":
            for code in body.split(GROUP):
                found = read(code)
                if isinstance(found, Fault):
                    return found
                fields.append(found)
        else:
            return Fault("envelope_format", _("Format %(format)s is not known here.") % {"format": format_[:2]})
    return Message(tuple(fields), elements)


def read(code: str) -> Field | Fault:
    """The field of what a reader hands on from a Code 128."""
    found = re.match(r"\d{0,3}[A-Z]", code)
    if found is None:
        return Fault("di_unknown", _("Data identifier %(di)s is not known.") % {"di": code[:4]})
    field = Field(found[0], code[found.end() :])
    return field_fault(field) or field


def _is_day(value: str) -> bool:
    try:
        dt.date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return False
    return True
