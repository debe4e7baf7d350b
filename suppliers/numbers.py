"""Numbers as people type them, in their own language."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from portal.shared.errors import Fault

_SPACES = re.compile(r"[\s\u00a0\u202f'’]")


def read_number(text: str) -> Decimal:
    """``1,250.5`` in English, ``1.250,5`` in German; a lone separator that cannot group is taken as the decimal one.

    Raises ``ValueError`` for anything that is not a number.
    """
    bare = _SPACES.sub("", text)
    point = str(get_format("DECIMAL_SEPARATOR"))
    group = "," if point == "." else "."
    if point not in bare and re.fullmatch(r"-?\d+" + re.escape(group) + r"(?!\d{3}$)\d+", bare):
        bare = bare.replace(group, point)
    elif group in bare:
        whole = bare.split(point)[0]
        if not re.fullmatch(r"-?\d{1,3}(" + re.escape(group) + r"\d{3})+", whole):
            raise ValueError(text)
        bare = bare.replace(group, "")
    bare = bare.replace(point, ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{0,9})?|-?\.\d{1,9}", bare):
        raise ValueError(text)
    try:
        return Decimal(bare)
    except InvalidOperation as wrong:
        raise ValueError(text) from wrong


def typed_number(text: str, pointer: str, faults: list[Fault]) -> Decimal | None:
    """The number somebody typed; where it is none, that is added to ``faults``."""
    try:
        return read_number(text)
    except ValueError:
        faults.append(Fault("number", _("“%(text)s” is not a number.") % {"text": text}, pointer))
        return None


def write_number(value: Decimal | None) -> str:
    """As :func:`read_number` reads it back: no groups, no trailing zeros."""
    if value is None:
        return ""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", str(get_format("DECIMAL_SEPARATOR")))
