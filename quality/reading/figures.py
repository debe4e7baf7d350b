"""Printed numbers: which characters mean the same, which mark is the decimal one. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Literal, NamedTuple

Mark = Literal[".", ","]
MOST_DIGITS = 28
"""What has more is a bar code, not a result."""

_MINUS = str.maketrans(
    dict.fromkeys("−‐‑‒﹣－", "-") | {"–": "–", "º": "°", "˚": "°", "´": "'", "`": "'", "’": "'", "‘": "'"}
)
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_POWER = re.compile(r"(?<![\d.,'])10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})(?![⁰¹²³⁴⁵⁶⁷⁸⁹])")
_THIN = re.compile(r"(?<=\d)[\u00a0\u2005-\u200a\u202f\u205f](?=\d{3}(?!\d))")
"""What groups thousands where a space between two results would not do (ISO 80000-1 7.3.1)."""
_SPACED = re.compile(r"(?<![\d.,'] )(?<![\d.,'])[1-9]\d{0,2}(?: \d{3})+(?!\d| ?\d)")
NOT_UNDERSTOOD = "\ufffd"

_WHOLE = r"\d{1,3}(?:'\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*|[.,]\d+"
_TEN = r"[eE][+-]?\d{1,2}(?!\d)| ?[xX×·*] ?10\^[+-]?\d{1,2}(?!\d)"
NUMBER = rf"(?:10\^[+-]?\d{{1,2}}(?!\d)|(?:{_WHOLE})(?![\d'])(?:{_TEN})?)"
"""A number without its sign, as a regular expression."""
_PARTS = re.compile(
    rf"(?P<sign>[+-]?)(?P<whole>{_WHOLE})(?:[eE](?P<ten>[+-]?\d{{1,2}})| ?[xX×·*] ?10\^(?P<power>[+-]?\d{{1,2}}))?"
)
_BARE_POWER = re.compile(r"(?P<sign>[+-]?)10\^(?P<power>[+-]?\d{1,2})")
_TOKEN = re.compile(r"\d+(?:[.,']\d+)*")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,']\d{3})+")


class Figure(NamedTuple):
    """A number as printed, and how many decimals it has."""

    value: Decimal
    decimals: int


class Doubtful(Exception):
    """What is printed is no number, or nobody can say which. ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def plain_text(text: str) -> str:
    """The same with look-alikes as one letter, ``10⁻⁶`` as ``10^-6``, and a group of thousands by ``'``.

    Raised, circled and broken figures that are no power of ten become a character that nothing understands: ``5²`` has
    a footnote, and would be 52.
    """
    if not text.isascii():
        text = _POWER.sub(lambda power: "10^" + "".join(_RAISED[one] for one in power[1]), text.translate(_MINUS))
        text = _THIN.sub("'", text)
        text = "".join(
            one if one.isascii() else _same(one, before) for before, one in zip(" " + text, text, strict=False)
        )
    text = " ".join(text.split())
    return _SPACED.sub(_grouped, text) if " " in text else text


def _same(one: str, before: str) -> str:
    if one in _RAISED:  # of a unit: mm², s⁻¹
        return one if before.isalpha() or before in _RAISED else NOT_UNDERSTOOD
    if one in "…ªᵃᵇᶜ" or unicodedata.category(one) in ("No", "Nl", "Cc", "Co"):
        return "..." if one == "…" else NOT_UNDERSTOOD
    if unicodedata.category(one) == "Cf":  # marks of direction and breaking that nobody sees
        return ""
    same = unicodedata.normalize("NFKC", one).translate(_MINUS)
    # Figures of other scripts are figures for Python, but not for the rules here.
    return same if same.isascii() or unicodedata.category(one) != "Nd" else NOT_UNDERSTOOD


def _grouped(match: re.Match[str]) -> str:
    # "1 000" is one number, since no result is printed "000"; "548 440" may be two.
    groups = match.group().split(" ")
    return "'".join(groups) if any(group.startswith("0") for group in groups[1:]) else match.group()


def figure(text: str, mark: Mark | None) -> Figure:
    """The number that a text of :data:`NUMBER`, with or without sign, is. Raises Doubtful."""
    if power := _BARE_POWER.fullmatch(text):
        value = Decimal((0, (1,), int(power["power"])))
        return Figure(-value if power["sign"] == "-" else value, max(0, -int(power["power"])))
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise Doubtful("value")
    digits = _decimal(parts["whole"], mark)
    whole = digits.partition(".")[0]
    if len(digits) > MOST_DIGITS or (len(whole) > 1 and whole[0] == "0"):
        raise Doubtful("value")  # a number of an article or a document
    value = Decimal(parts["sign"] + digits)
    if ten := parts["ten"] or parts["power"]:
        value = value.scaleb(int(ten))
    return Figure(value, max(0, -int(value.as_tuple().exponent)))


def _decimal(text: str, mark: Mark | None) -> str:
    """Digits with a point, if any. Raises Doubtful where the mark could group as well, or is not the paper's."""
    if text.isdigit():
        return text
    proof = proven(text)
    if proof is None:
        if _GROUPED.fullmatch(text) and "'" in text and "." not in text and "," not in text:
            return text.replace("'", "")
        if text.count(".") + text.count(",") != 1 or not _GROUPED.fullmatch(text):
            raise Doubtful("value")
        proof = mark
        if proof is None:
            raise Doubtful("decimal")
    elif mark is not None and mark != proof:
        raise Doubtful("decimal")
    other = "," if proof == "." else "."
    return text.replace("'", "").replace(other, "").replace(proof, ".")


def proven(text: str) -> Mark | None:
    """Which decimal mark one number proves by itself: ``1.5`` and ``1,000.5`` the point, ``1.000.000`` the comma."""
    point, comma = text.count("."), text.count(",")
    if point + comma == 0:
        return None
    last: Mark = "." if text.rfind(".") > text.rfind(",") else ","
    other: Mark = "," if last == "." else "."
    whole, _, decimals = text.rpartition(last)
    if point and comma:
        return last if text.count(last) == 1 and "'" not in text and _GROUPED.fullmatch(whole) else None
    if point + comma > 1:
        return other if "'" not in text and _GROUPED.fullmatch(text) else None
    if "'" in whole:
        return last if _GROUPED.fullmatch(whole) else None
    # A lone mark groups only three digits behind one to three that do not begin with 0.
    return None if len(decimals) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole) else last


def marks(text: str) -> set[Mark]:
    """What every number of a text proves."""
    return {mark for token in _TOKEN.findall(text) if (mark := proven(token))}
