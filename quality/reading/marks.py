"""The words and signs around a printed number: bounds, statistics, ranges. Pure tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Unclear(StrEnum):
    """Why a cell is not understood whole."""

    NO = ""
    DECIMAL = "decimal"
    """Its mark may be a decimal one or group thousands, or is not the mark of the paper."""
    SIDE_BY_SIDE = "side_by_side"
    """Numbers with only a space between: several results, columns run together, or one number in groups."""
    ABOUT = "about"
    """Said to be approximate."""
    DATE = "date"
    RANGE = "range"
    """Looks like one and is none: its first end is the higher."""
    TOLERANCE = "tolerance"
    """A percentage of what it stands beside, or as many percent of the whole."""
    EXPONENT = "exponent"
    """A power of ten whose exponent is not to be seen as one."""
    FOOTNOTE = "footnote"
    """Something stands at the number that may take it back: a star, a raised figure."""
    MINUTES = "minutes"
    """``5 min``: minutes, or a minimum."""
    SLASH = "slash"
    """``1/2``: two results, a fraction, 1 of 2."""
    UNIT = "unit"
    """More than one unit."""
    MIXED = "mixed"
    """Results and words in one cell."""
    VALUE = "value"
    """A figure that is no result: too long, zeros in front, marks in wrong places."""
    TEXT = "text"
    """Figures in a text that is not understood."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparator: whether the number is the most or the least, whether it is reached, and as which statistic."""

    most: bool
    open: bool
    statistic: str = ""
    behind: bool = False
    """Whether it may stand behind its number."""


_BOUNDS = {
    Bound(True, False): """
<=|=<|≤|≦|⩽|≤|up to|bis|bis zu|at most|not more than|no more than|not exceeding|nmt|höchstens|nicht mehr als|nicht über
au plus|fino a|hasta|tot|maximaal|do max.|jusqu'à""",
    Bound(False, False): """
>=|=>|≥|≧|⩾|at least|not less than|no less than|nlt|mind.|mind|mindestens|nicht weniger als|nicht unter|ab|au moins
almeno|al menos|minimaal|ten minste|min.:""",
    Bound(
        True, True
    ): "<|less than|lower than|below|under|unter|kleiner|kleiner als|weniger als|moins de|inférieur à|poniżej",
    Bound(
        False, True
    ): ">|more than|greater than|higher than|above|over|über|größer|größer als|mehr als|plus de|supérieur à|meer dan",
    Bound(True, False, "max", True): "max.|max|maximum|maximal|máx.|máx|maxi|maks.|maks|massimo|máximo",
    Bound(False, False, "min", True): "min.|min|minimum|minimal|mín.|mín|mini|minimo|mínimo",
    Bound(True, False, "", True): "or less|or below|or lower|oder weniger|und weniger|and below|und darunter",
    Bound(
        False, False, "", True
    ): "or more|or above|or higher|or greater|oder mehr|und mehr|and above|and more|und darüber",
}
_STATISTICS = {
    "mean": "avg.|avg|average|mean|mean value|ø|⌀|mw|mittelwert|mittel|durchschnitt|moyenne|media|promedio|x̄",
    "median": "median|médiane|mediana",
    "sd": "sd|s.d.|std dev|std. dev.|stdev|std.dev.|standard deviation|standardabweichung|stabw|stabw.|σ",
    "range": "range|spannweite",
    "typical": "typ.|typ|typical|typisch|typical value|richtwert",
    "target": "target|nominal|nominal value|nom.|soll|sollwert|nennwert|nennmaß|zielwert",
}
_BETWEEN = "to|bis|till|through|à|a|do|hasta|–|—|-|...|..|÷|~|tot"
_FROM = "from|between|von|zwischen|de|entre|da|tra|od|van"
_AND = "and|und|&|et|y|en|oraz"
_ABOUT = "~|≈|ca.|ca|circa|c.|approx.|approx|approximately|about|etwa|ungefähr|environ|env."


def _split(text: str) -> list[str]:
    return [word for word in text.replace("\n", "|").split("|") if word]


WORDS: dict[str, tuple[str, Bound | str]] = {}
"""Sign or word > (kind of token, what it says). Kinds: c bound, s statistic, d from-to, f from, a and, o about."""
for _kind, _words in (("d", _BETWEEN), ("a", _AND), ("f", _FROM), ("o", _ABOUT)):
    WORDS.update({word: (_kind, word) for word in _split(_words)})
for _statistic, _words in _STATISTICS.items():
    WORDS.update(dict.fromkeys(_split(_words), ("s", _statistic)))
for _bound, _words in _BOUNDS.items():
    WORDS.update(dict.fromkeys(_split(_words), ("c", _bound)))
BETWEEN = frozenset(_split(_BETWEEN))
"""What says from-to between two numbers, whatever it says elsewhere: ``bis``, ``~``."""

SIGN = re.compile(
    "|".join(
        re.escape(word) + (r"(?![^\W\d_])" if word[-1].isalpha() else "")
        for word in sorted(WORDS, key=len, reverse=True)
    )
)
"""Matched against case-folded text of the same length."""
