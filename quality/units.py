"""Units as certificates print them: whether two say the same, and a value of one said in another.

What a unit is made of is read here, from tables that name every symbol: nothing is tried by looks, since ``mil`` is no
milliliter and ``mpa`` may be MPa or mPa. How much a symbol is, ``pint`` knows; it is loaded when first asked. A unit
that stands in no table equals itself and converts to nothing.

What may be lost by converting is never converted: hardness scales, pH, turbidity and counts have no ratio between them;
a percentage that does not say of what is not one of mass, ppm of it are not mg/kg, and a share is no concentration.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from quality.measures import Interval
from quality.unit_names import APART, ATOMS, POWERS, SHARES, SPELLINGS

LONGEST = 40
"""Characters; what is longer is no unit."""
TEMPERATURES = {
    "°C": (Fraction(1), Fraction(27315, 100)),
    "°F": (Fraction(5, 9), Fraction(45967, 100)),
    "K": (Fraction(1), Fraction(0)),
}
"""Kelvins are the degree times (reading + offset)."""

_PRECISE = 34
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED_RUN = re.compile(r"(?<=[0-9])[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOOKS = str.maketrans(
    {
        "º": "°",
        "˚": "°",
        "⋅": "·",
        "∙": "·",
        "•": "·",
        "×": "·",
        "*": "·",
        "−": "-",
        "–": "-",
        "‐": "-",
        "‑": "-",
        "⁄": "/",
    }
    | {"∕": "/", "÷": "/"}
)
_SIDES = re.compile(r"\s*([/·])\s*")
_SHORT = re.compile(r"[\s.()\[\]\-]")
_TOKEN = re.compile(
    r"(?P<power>10\^[+-]?\d{1,2})|(?P<number>\d{1,5})(?![\d.,])"
    r"|(?P<atom>[^\W\d_]+|%|‰|°[A-Za-z]+)\^?(?P<exponent>-?\d)?(?!\d)|(?P<mark>[/·() ])"
)
_HARDNESS = re.compile(r"(HBW|HBS|HB|HV|HK|HRBW|HR)\s?(\d[\d./,]*[A-Z]?)")


_RAISABLE = frozenset({"meter", "inch", "foot", "second"})


class CannotConvert(Exception):
    """A value of one unit cannot be said in the other."""


@dataclass(frozen=True)
class _Unit:
    """A number times atoms with their exponents, or a temperature, or what only equals itself (``apart``)."""

    number: Fraction = Fraction(1)
    over: tuple[tuple[str, int], ...] = ()
    under: tuple[tuple[str, int], ...] = ()
    temperature: str = ""
    apart: str = ""


def known(text: str) -> bool:
    """Whether a unit stands in the tables, alone or made of symbols that do. Does not load ``pint``."""
    return _unit(text) is not None


def same_unit(one: str, other: str) -> bool:
    """Whether two spellings say the same unit: ``N/mm²`` and ``MPa``; ``HB`` and ``HBW`` do not (ISO 6506-1)."""
    if (plain := spelled(one)) == spelled(other):
        return True
    a, b = _unit(plain), _unit(other)
    if a is None or b is None:
        return False
    if a == b:
        return True
    if a.temperature or b.temperature or a.apart or b.apart:
        return False
    return _size(a) == _size(b)


def convert(measured: Interval, given: str, wanted: str, *, difference: bool | None = None) -> Interval:
    """A result in another unit; where the same, the same object.

    A result whose decimals never end (1 ksi in MPa, 1 °F in °C) is the open interval of 34 digits that it lies in: what
    is known of it, so that no limit is passed by rounding. Temperatures of different scales convert only where the
    caller knows whether they are a difference. Raises CannotConvert.
    """
    if same_unit(given, wanted):
        return measured
    a, b = _unit(given), _unit(wanted)
    if a is None or b is None or a.apart or b.apart:
        raise CannotConvert(f"{given} > {wanted}")
    if a.temperature and b.temperature:
        if difference is None:
            raise CannotConvert(f"{given} > {wanted}: a temperature or a difference of two")
        (degree, offset), (to_degree, to_offset) = TEMPERATURES[a.temperature], TEMPERATURES[b.temperature]
        factor = degree / to_degree
        return _scaled(measured, factor, Fraction(0) if difference else factor * offset - to_offset)
    if a.temperature or b.temperature:
        raise CannotConvert(f"{given} > {wanted}")
    (size, kind), (to_size, to_kind) = _size(a), _size(b)
    if kind != to_kind:
        raise CannotConvert(f"{given} > {wanted}")
    return _scaled(measured, size / to_size, Fraction(0))


@lru_cache(4096)
def spelled(text: str) -> str:
    """A unit's text with all look-alikes as one: ``N/mm²``, ``N / mm2`` and ``N/mm^2`` are ``N/mm2``."""
    text = _RAISED_RUN.sub(lambda run: "^" + run.group().translate(_RAISED), text.translate(_LOOKS))
    text = unicodedata.normalize("NFKC", text.translate(_RAISED)).translate(_LOOKS)
    text = _SIDES.sub(r"\1", " ".join(text.split()))
    return re.sub(r"(?<=[^\W\d])\^(?=-?\d)", "", text)


@lru_cache(4096)
def _unit(text: str) -> _Unit | None:
    text = spelled(text)
    if not 0 < len(text) <= LONGEST:
        return None
    if scale := _HARDNESS.fullmatch(text):
        # The conditions belong to the scale (ISO 6506-1, 6507-1): HBW 10/3000 is not HBW 2,5/187,5.
        return _Unit(apart=f"{scale[1]} {scale[2]}".replace(",", "."))
    short = _SHORT.sub("", text)
    for name in (short, short.casefold()):
        if name in APART:
            return _Unit(apart=APART[name])
        if name in SHARES:
            parts, of = SHARES[name]
            return _Unit(Fraction(1, parts), ((of, 1),), () if of.startswith("=") else ((of, 1),))
        if name in SPELLINGS:
            text = SPELLINGS[name]
            break
    if text in TEMPERATURES:
        return _Unit(temperature=text)
    return _Parser(text).unit()


class _Parser:
    """``J/(kg·K)``, ``g/10 min``, ``10^-6/K``.

    What can be understood in two ways, as ``m/s·K``, is not; nor is a space a product: in ``J min 78`` it is none.
    """

    def __init__(self, text: str) -> None:
        self.number = Fraction(1)
        self.atoms: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self.tokens: list[re.Match[str]] = []
        at = 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                self.tokens = []
                return
            self.tokens.append(token)
            at = token.end()

    def unit(self) -> _Unit | None:
        if not self.tokens or not self._read() or not any(self.atoms):
            return None
        over, under = (tuple(sorted(side.items())) for side in self.atoms)
        return _Unit(self.number, over, under)

    def _read(self) -> bool:
        sign, inside, slashed, fresh = 1, False, False, True
        for token in self.tokens:
            mark = token["mark"]
            if mark == "/" and not fresh and not inside and not slashed:
                sign, slashed, fresh = -1, True, True
            elif mark == "(" and slashed and fresh and not inside:
                inside = True
            elif mark == ")" and inside and not fresh:
                inside, sign, fresh = False, 0, False
            elif mark == "·" and not fresh and (inside or not slashed):
                fresh = True
            elif mark == " " and self._counted:
                pass
            elif mark is None and sign and self._term(token, sign, fresh):
                fresh = False
            else:
                return False
        return not fresh and not inside

    _counted = False
    """Whether the last term was a number, whose atom follows: ``/10 min``."""

    def _term(self, token: re.Match[str], sign: int, fresh: bool) -> bool:
        counted, self._counted = self._counted, False
        if token["power"]:
            self.number *= Fraction(10) ** (sign * int(token["power"][3:]))
            self._counted = True
            return fresh
        if token["number"]:
            if int(token["number"]) == 0:
                return False
            self.number *= Fraction(int(token["number"])) ** sign
            self._counted = True
            return fresh
        exponent = int(token["exponent"] or 1)
        atom = _atom(token["atom"])
        if atom is None or not (fresh or counted):
            return False
        prefix, name = atom
        if exponent != 1 and not (-4 <= exponent <= -1 or (1 < exponent < 4 and name in _RAISABLE)):
            return False  # h7 is a fit, A2 a grade
        self.number *= Fraction(10) ** (prefix * exponent * sign)
        over = self.atoms[0 if sign * exponent > 0 else 1]
        over[name] = over.get(name, 0) + abs(exponent)
        return True


@cache
def _atom(symbol: str) -> tuple[int, str] | None:
    """The power of ten of a symbol's prefix, and what it is of."""
    if symbol in ATOMS:
        return 0, ATOMS[symbol][0]
    for prefix, power in POWERS.items():
        rest = symbol.removeprefix(prefix)
        if rest != symbol and rest in ATOMS and prefix in ATOMS[rest][1].split():
            return power, ATOMS[rest][0]
    return None


@lru_cache(1024)
def _size(unit: _Unit) -> tuple[Fraction, tuple[tuple[str, Fraction], ...]]:
    """How much it is in base units, and of what. What cancels out (g/kg) stays a share of what it was."""
    over_size, over = _sum(unit.over)
    under_size, under = _sum(unit.under)
    kind = {name: over.get(name, Fraction(0)) - under.get(name, Fraction(0)) for name in over.keys() | under.keys()}
    kept = tuple(sorted((name, power) for name, power in kind.items() if power))
    if not kept:
        kept = tuple(sorted((f"share of {name}", power) for name, power in over.items()))
    return unit.number * over_size / under_size, kept


def _sum(atoms: tuple[tuple[str, int], ...]) -> tuple[Fraction, dict[str, Fraction]]:
    size, kind = Fraction(1), dict[str, Fraction]()
    for name, exponent in atoms:
        one, parts = _base(name)
        size *= one**exponent
        for part, power in parts.items():
            kind[part] = kind.get(part, Fraction(0)) + power * exponent
    return size, kind


@cache
def _base(name: str) -> tuple[Fraction, dict[str, Fraction]]:
    if name.startswith("="):  # of its own kind: colonies, shares
        return Fraction(1), {name: Fraction(1)}
    one = _registry().Quantity(Fraction(1), name).to_root_units()
    return Fraction(one.magnitude), {part: Fraction(power) for part, power in one.unit_items()}


@cache
def _registry() -> Any:
    import pint  # half a second and more: only who converts waits for it

    # Decimal would round 1/9000 (a denier) at the 28th digit; fractions round nothing.
    return pint.UnitRegistry(non_int_type=Fraction)


def _scaled(measured: Interval, factor: Fraction, offset: Fraction) -> Interval:
    low, low_open = _end(measured.low, measured.low_open, factor, offset, ROUND_FLOOR)
    high, high_open = _end(measured.high, measured.high_open, factor, offset, ROUND_CEILING)
    return Interval(low, high, low_open, high_open)


def _end(
    end: Decimal | None, is_open: bool, factor: Fraction, offset: Fraction, rounding: str
) -> tuple[Decimal | None, bool]:
    if end is None:
        return None, False
    exact = Fraction(end) * factor + offset
    context = Context(prec=max(_PRECISE, len(end.as_tuple().digits) + _PRECISE), rounding=rounding)
    value = context.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    if Fraction(value) == exact:
        return value, is_open
    return value, True
