"""What a printed cell of results or limits means. Pure.

Nothing is invented: a cell says something only if all of it is understood, down to the last character. Everything else
has a doubt and no interval, and a person looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from quality import units
from quality.measures import Interval
from quality.reading.figures import NOT_UNDERSTOOD, NUMBER, Doubtful, Figure, Mark, figure, marks, plain_text
from quality.reading.marks import BETWEEN, SIGN, WORDS, Bound, Unclear
from quality.reading.words import BLANKS, Says, folded, said_in_words, with_number

__all__ = ["BLANKS", "Printed", "Says", "Unclear", "Value", "decimal_mark", "read_value"]

LONGEST = 160
"""Characters; a longer cell is a text."""


@dataclass(frozen=True, slots=True)
class Value:
    """One of the results in a cell. ``statistic``: mean, min, max, median, sd, range, typical, target, tolerance."""

    interval: Interval
    decimals: int
    statistic: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a cell says.

    ``interval`` is the result, where it is one; several stand in ``values`` only, since each is compared. Of what is
    not detected there is an interval only if the paper says below what. ``words``: folded, where the cell is no number
    or doubted. ``portion``: what absence is stated of (``25 g``). ``decimals``: the most that are printed.
    """

    text: str
    says: Says
    interval: Interval | None = None
    values: tuple[Value, ...] = ()
    words: str = ""
    portion: str = ""
    unit: str = ""
    decimals: int | None = None
    statistic: str = ""
    doubt: Unclear = Unclear.NO


class _Token(NamedTuple):
    kind: str
    figure: Figure | None = None
    says: Bound | str = ""
    unit: str = ""
    signed: bool = False
    spaced: bool = False


_ADDING = Context(prec=80)
_SIMPLE = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:[.,]\d{1,9})?", re.ASCII)
_NUMBER = re.compile(rf"(?<![^\s(/;,<>=~±≤≥≦≧:–.-])[+–-](?=[.,]?\d){NUMBER}|{NUMBER}")
_SEPARATOR = re.compile(r"\s*([;|]|,(?= )|/)\s*")
_BRACKETED = re.compile(r"\(((?:[+±-]|min|max|avg|mean|ø)[^()]*)\)", re.IGNORECASE)
_SCALE = re.compile(
    r"(?P<unit>pH|(?:HBW|HBS|HB|HV|HK)\d[\d.,]*(?:/\d[\d.,]*)*(?= \d)|(?:HBW|HBS|HB) \d[\d.,]*(?:/\d[\d.,]*)+(?= \d)"
    r"|HBW|HBS|HB|HV|HK|HR[A-HK-MR]W?|HR\d\d[NTWXY]|Shore[ -]?[AD]|IRHD)\s*[:=]?\s*(?=[<>≤≥]|[+-]?\d)"
)
_DATE = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}(?:[T ].*)?|(\d{1,2})[-./](\d{1,2})[-./](?:\d{4}|\d{2})|\d{1,2}:\d{2}(?::\d{2})?"
)
_NOTED = re.compile(r"[*†‡§#\ufffd]|\d ?\(?[\da-z]{1,2}\)$")
_LOST = re.compile(r"\d ?[xX×·*] ?10")
_CUTS = re.compile(r"(?=[\s;,±<>≤≥–/+-])|$")
_RAISED_TEN = re.compile(r"(?<![x×·*⋅∙•\d] )(?<![x×·*⋅∙•\d.,])10[¹²³⁴-⁹](?![⁰¹²³⁴-⁹])")
_PLUS_MINUS = re.compile(r"\+ ?/ ?-|\+-")


@lru_cache(8192)  # most of a column is printed more than once, and is asked about more than once
def read_value(text: str, *, mark: Mark | None = None) -> Printed:
    """What a cell says. ``mark`` is the decimal mark of its paper, see :func:`decimal_mark`."""
    if _SIMPLE.fullmatch(text):
        try:
            return _one(text, Says.NUMBER, Value(*_pointed(figure(text, mark))), "")
        except Doubtful as doubtful:
            return Printed(text, Says.NUMBER, doubt=Unclear(doubtful.code))
    stripped = text.strip()
    if not stripped:
        return Printed(text, Says.EMPTY)
    if len(stripped) > LONGEST:
        return _worded(text, stripped)
    if found := said_in_words(stripped):
        return Printed(text, found[0], words=folded(stripped), portion=found[1])
    plain = plain_text(stripped)
    if plain != stripped and (found := said_in_words(plain)):
        return Printed(text, found[0], words=folded(plain), portion=found[1])
    if not any(one.isdigit() for one in plain):
        return _worded(text, plain)
    try:
        return _censored(text, plain, mark) or _numbers(text, plain, mark)
    except Doubtful as doubtful:
        code = Unclear(doubtful.code)
        if code is Unclear.TEXT:
            return _worded(text, plain)
        return Printed(text, Says.NUMBER, words=folded(plain), doubt=code)


def decimal_mark(texts: Iterable[str]) -> Mark | None:
    """The decimal mark that all printed values of one paper prove together; None if nothing, or one against another."""
    found: set[Mark] = set()
    for text in texts:
        if any(one in text for one in ".,") and read_value(text).doubt in (Unclear.NO, Unclear.DECIMAL):
            found |= marks(plain_text(text))
    return found.pop() if len(found) == 1 else None


def _worded(text: str, plain: str) -> Printed:
    figures = any(one.isdigit() or one == NOT_UNDERSTOOD for one in plain)
    return Printed(text, Says.WORDS, words=folded(plain), doubt=Unclear.TEXT if figures else Unclear.NO)


def _one(text: str, says: Says, value: Value, unit: str) -> Printed:
    return Printed(text, says, value.interval, (value,), "", "", unit, value.decimals, value.statistic)


def _pointed(number: Figure) -> tuple[Interval, int]:
    return Interval.at(number.value), number.decimals


def _censored(text: str, plain: str, mark: Mark | None) -> Printed | None:
    found = with_number(plain)
    if found is None:
        return None
    says, rest, named = found
    inner = _numbers(text, rest if rest.startswith("<") or not named else "<" + rest, mark)
    if inner.interval is None or inner.interval.low is not None or inner.statistic:
        raise Doubtful(Unclear.MIXED)
    return Printed(text, says, inner.interval, inner.values, folded(plain), "", inner.unit, inner.decimals)


def _numbers(text: str, plain: str, mark: Mark | None) -> Printed:
    if (date := _DATE.fullmatch(plain)) and not (date[1] and max(int(date[1]), int(date[2])) > 31):
        raise Doubtful(Unclear.DATE)
    own = marks(plain)
    if len(own) > 1:
        raise Doubtful(Unclear.DECIMAL)
    scale = ""
    if match := _SCALE.match(plain):
        scale, plain = match["unit"], plain[match.end() :]
    plain = _BRACKETED.sub(r" \1", _PLUS_MINUS.sub("±", plain))
    mark = mark or (next(iter(own)) if own else None)
    tokens = list(_tokens(plain, mark))
    said = {units.spelled(token.unit): token.unit for token in tokens if token.unit}
    if scale:
        said.setdefault(units.spelled(scale), scale)
    if len(said) > 1:
        raise Doubtful(Unclear.UNIT)
    unit = next(iter(said.values()), "")
    if not unit and _RAISED_TEN.search(text) and not any(token.kind == "c" for token in tokens):
        raise Doubtful(Unclear.FOOTNOTE)  # a ten with a footnote, as like as a power
    try:
        interval, values = _understood(tokens, mark)
    except ValueError as nothing_between:
        raise Doubtful(Unclear.RANGE) from nothing_between
    statistic = values[0].statistic if len(values) == 1 else ""
    decimals = max(value.decimals for value in values)
    return Printed(text, Says.NUMBER, interval, values, "", "", unit, decimals, statistic)


def _tokens(text: str, mark: Mark | None) -> Iterator[_Token]:
    lower = text.lower()
    if len(lower) != len(text):
        raise Doubtful(Unclear.TEXT)
    at, last = 0, ""
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif match := _NUMBER.match(text, at):
            end = match.end()
            unit, after = _unit_at(text, end)
            number = match.group().replace("–", "-", 1) if match.group()[0] == "–" else match.group()
            if not unit and after < len(text) and text[after : after + 1].isalpha() and text[after - 1] != " ":
                # A letter at a number that is no unit. Words that follow it directly (5max) are none either.
                raise Doubtful(Unclear.EXPONENT if _LOST.search(text) else Unclear.TEXT)
            yield _Token("n", figure(number, mark), unit=unit, signed=number[0] in "+-")
            at, last = after, "n"
        elif text[at] in "±":
            yield _Token("p")
            at, last = at + 1, "p"
        elif (separator := _SEPARATOR.match(text, at)) and last:
            yield _Token(separator[1], spaced=" " in separator.group())
            at, last = separator.end(), separator[1]
        elif (text[at] == "=" and last == "" and text[at : at + 2] not in ("=<", "=>")) or (
            text[at] in "=:" and last in "cs" and last
        ):
            at += 1
        elif (sign := SIGN.match(lower, at)) and (not text[at].isalpha() or at == 0 or not text[at - 1].isalpha()):
            kind, says = WORDS[sign.group()]
            if last and sign.group() in BETWEEN:
                kind, says = "d", sign.group()
            yield _Token(kind, says=says)
            at, last = sign.end(), kind
        else:
            raise Doubtful(_why(text))


def _why(text: str) -> Unclear:
    if _LOST.search(text):
        return Unclear.EXPONENT
    return Unclear.FOOTNOTE if _NOTED.search(text) else Unclear.TEXT


def _unit_at(text: str, at: int) -> tuple[str, int]:
    """The longest unit that stands in the tables and follows a number, and where it ends."""
    start = at
    while start < len(text) and text[start] == " ":
        start += 1
    rest = text[start : start + units.LONGEST]
    if not rest or (rest[0].isdigit() and not rest.startswith("10^")) or rest[0] in "+-–;,/<>≤≥±=":
        return "", start
    cuts = [cut.start() for cut in _CUTS.finditer(rest) if cut.start()]
    for cut in reversed(cuts):
        unit = rest[:cut].rstrip(".") if rest[cut - 1] == "." else rest[:cut]
        if unit and (unit[-1].isalnum() or unit[-1] in "%‰)]") and units.known(unit):
            after = text[start + cut :].lstrip()
            if unit == "min" and re.match(r"[+-]?[.,]?\d", after):
                return "", start  # "80.3 min 78.5"
            return unit, start + cut
    return "", start


def _understood(tokens: Sequence[_Token], mark: Mark | None) -> tuple[Interval | None, tuple[Value, ...]]:
    """The one interval, if it is one, and the values. Raises Doubtful, and ValueError for a range without inside."""
    kinds = "".join(token.kind for token in tokens)
    if "n" not in kinds:
        raise Doubtful(Unclear.TEXT)
    if "o" in kinds:
        raise Doubtful(Unclear.ABOUT)
    if kinds == "n" and tokens[0].unit == "min":
        raise Doubtful(Unclear.MINUTES)
    numbers = [token for token in tokens if token.figure]
    if value := _single(tokens, kinds) or _spread(numbers, kinds):
        return value.interval, (value,)
    if kinds in ("nn", "nnn", "nnnn") or "nnn" in kinds:
        raise Doubtful(Unclear.SIDE_BY_SIDE)
    if kinds == "n,n" and mark != "." and all(token.figure and token.figure.decimals == 0 for token in numbers):
        raise Doubtful(Unclear.DECIMAL)  # "5, 6": two results, or 5,6 with a gap
    if _BOTH.fullmatch(kinds):
        return _both(tokens)
    if _TOLD.fullmatch(kinds):
        return None, tuple(_told(tokens))
    return None, tuple(_several(tokens, kinds))


_BOTH = re.compile(r"c+n[ad,;/]?c+n|ncnc|nc[ad,;/]nc")
_TOLD = re.compile(r"n[d,;/][cs]n|[cs]n(?:[d,;/]?[cs]n)+|n(?:[d,;/]?[cs]n){2,}")


def _single(tokens: Sequence[_Token], kinds: str) -> Value | None:
    """``5``, ``<5``, ``max ≤ 5``, ``Ø 5``, ``5 max.``."""
    number = next((token.figure for token in tokens if token.figure), None)
    if number is None or not re.fullmatch(r"s?c{0,2}n|nc|ns", kinds):
        return None
    statistic, bounds = "", [token.says for token in tokens if isinstance(token.says, Bound)]
    for token in tokens:
        if token.kind == "s":
            statistic = str(token.says)
    if not bounds:
        return Value(*_pointed(number), statistic)
    if kinds == "nc" and not bounds[0].behind:
        return None
    if len({bound.most for bound in bounds}) > 1:
        return None
    is_open = all(bound.open for bound in bounds) or bounds[-1].open
    end = _bounded(number.value, bounds[0].most, is_open)
    return Value(end, number.decimals, statistic or next((bound.statistic for bound in bounds if bound.statistic), ""))


def _bounded(end: Decimal, most: bool, is_open: bool) -> Interval:
    return Interval(None, end, high_open=is_open) if most else Interval(end, None, low_open=is_open)


def _spread(numbers: Sequence[_Token], kinds: str) -> Value | None:
    """A range, or a tolerance with or without what it is a tolerance of."""
    figures = [token.figure for token in numbers if token.figure]
    decimals = max(one.decimals for one in figures)
    values = [one.value for one in figures]
    if kinds in ("ndn", "fndn", "fnan"):
        return Value(Interval(values[0], values[1]), decimals)
    if kinds in ("npn", "pn"):
        if any(token.unit and units.spelled(token.unit).startswith("%") for token in numbers):
            raise Doubtful(Unclear.TOLERANCE)
        if numbers[-1].signed:
            raise Doubtful(Unclear.VALUE)
        return _around(values[:-1], [-values[-1], values[-1]], decimals)
    if kinds in ("nnn", "nn/n", "nn,n", "nn;n", "n/n"):
        if not all(token.signed or values[at] == 0 for at, token in enumerate(numbers) if at >= len(numbers) - 2):
            return None
        if not any(token.signed for token in numbers[-2:]):
            return None
        return _around(values[:-2], values[-2:], decimals)
    return None


def _around(nominal: Sequence[Decimal], by: Sequence[Decimal], decimals: int) -> Value:
    middle = nominal[0] if nominal else Decimal(0)
    low, high = (_ADDING.add(middle, one) for one in (min(by), max(by)))
    return Value(Interval(low, high), decimals, "" if nominal else "tolerance")


def _both(tokens: Sequence[_Token]) -> tuple[Interval | None, tuple[Value, ...]]:
    """A lower and an upper bound in one cell, or twice the same one: two results."""
    parts = list(_parts([token for token in tokens if token.kind in "cn"]))
    ends = [value.interval for value in parts]
    lows, highs = [end for end in ends if end.high is None], [end for end in ends if end.low is None]
    if not lows or not highs:
        if any(token.kind in ",;/" for token in tokens):
            return None, tuple(parts)
        raise Doubtful(Unclear.SIDE_BY_SIDE)
    (low,), (high,) = lows, highs
    interval = Interval(low.low, high.high, low.low_open, high.high_open)
    if any(value.statistic for value in parts):
        return interval, tuple(parts)
    return interval, (Value(interval, max(value.decimals for value in parts)),)


def _parts(tokens: Sequence[_Token]) -> Iterator[Value]:
    """Bounds with their numbers, in front of them or all behind."""
    behind, part = tokens[0].kind == "n", list[_Token]()
    for token in tokens:
        part.append(token)
        if token.kind == ("c" if behind else "n"):
            value = _single(part, "".join(one.kind for one in part))
            if value is None:
                raise Doubtful(Unclear.TEXT)
            yield value
            part = []


def _told(tokens: Sequence[_Token]) -> Iterator[Value]:
    """``80.3 J min 78.5 J max 90.6 J``: a result, and statistics named by words."""
    least, most, plain = None, None, list[Decimal]()
    said = ""
    bound: Bound | None = None
    for token in tokens:
        if isinstance(token.says, Bound):
            bound, said = token.says, token.says.statistic
            if not said:
                raise Doubtful(Unclear.MIXED)
        elif token.kind == "s":
            bound, said = None, str(token.says)
        elif number := token.figure:
            if bound is None:
                yield Value(*_pointed(number), said)
                if said in ("", "mean", "median"):
                    plain.append(number.value)
            else:
                yield Value(_bounded(number.value, bound.most, False), number.decimals, said)
                least, most = (least, number.value) if bound.most else (number.value, most)
            bound, said = None, ""
    ends = [end for end in (least, *plain, most) if end is not None]
    if ends != sorted(ends) and len(plain) < 2:
        raise Doubtful(Unclear.RANGE)


def _several(tokens: Sequence[_Token], kinds: str) -> Iterator[Value]:
    """``71.2, 84.2, 85.2 J``; ``62 / 65 / 58``; ``<0.1; 0.2``."""
    separators = {token.kind for token in tokens if token.kind in ",;|/"}
    if len(separators) != 1:
        raise Doubtful(Unclear.RANGE if "ndn" in kinds else Unclear.TEXT)
    separator = separators.pop()
    if kinds == "n/n" and not any(token.spaced for token in tokens):
        raise Doubtful(Unclear.SLASH)
    part = list[_Token]()
    for token in (*tokens, _Token(separator)):
        if token.kind != separator:
            part.append(token)
            continue
        kinds = "".join(one.kind for one in part)
        value = _single(part, kinds) or (_spread(part, kinds) if kinds == "ndn" else None)
        if value is None:
            raise Doubtful(Unclear.SIDE_BY_SIDE if "nn" in kinds else Unclear.TEXT)
        yield value
        part = []
