"""GS1's rules for what stands on a logistic unit, as data and pure functions: keys, element strings, associations.

Taken from the GS1 General Specifications: element strings in section 3, data relationships in 4, length of a GS1-128
in 5.4.4.3, character set 82 and check digits in 7; and from GS1's own Syntax Dictionary, which states the associations
for machines. What people typed and what does not fit is told as :class:`Fault`; nothing of it raises. ``ValueError``
means that a caller did not ask first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from portal.shared.errors import Fault

SEPARATOR = "\x1d"
"""How readers hand on the FNC1 that ends a value of variable length."""
MOST_CHARACTERS = 48
"""Of one GS1-128: identifiers, values and separators, not the leading FNC1."""
FIXED = frozenset(["00", "01", "02", "03", "04", *map(str, range(11, 21)), "31", "32", "33", "34", "35", "36", "41"])
"""First two digits of the identifiers whose length is fixed for ever, so that no separator follows."""

_82 = r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"""
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Identifier:
    """What may follow an application identifier, and what must or must not stand on the same unit."""

    title: str
    """GS1's data title. In English, which is what a label says where nothing else was agreed (6.6.4.2)."""
    pattern: str
    needs: tuple[tuple[str, ...], ...] = ()
    """Of each group, one at least."""
    never: tuple[str, ...] = ()
    check: bool = False
    """Whether the last digit is a check digit."""
    date: bool = False


_ITEM = ("01", "02")
IDENTIFIERS = {
    "00": Identifier("SSCC", r"\d{18}", check=True),
    "01": Identifier("GTIN", r"\d{14}", never=("02", "37"), check=True),
    "02": Identifier("CONTENT", r"\d{14}", needs=(("37",), ("00",)), check=True),
    "10": Identifier("BATCH/LOT", _82 + "{1,20}", needs=(_ITEM,)),
    "11": Identifier("PROD DATE", r"\d{6}", needs=(_ITEM,), date=True),
    "15": Identifier("BEST BEFORE", r"\d{6}", needs=(_ITEM,), date=True),
    "17": Identifier("USE BY OR EXPIRY", r"\d{6}", needs=(_ITEM,), date=True),
    "21": Identifier("SERIAL", _82 + "{1,20}", needs=(("01",),)),
    "30": Identifier("VAR. COUNT", r"\d{1,8}", needs=(_ITEM,)),
    **{f"310{n}": Identifier("NET WEIGHT (kg)", r"\d{6}", needs=(_ITEM,)) for n in range(6)},
    "37": Identifier("COUNT", r"\d{1,8}", needs=(("00",), ("02",))),
    "400": Identifier("ORDER NUMBER", _82 + "{1,30}"),
    "422": Identifier("ORIGIN", r"\d{3}", needs=(_ITEM,)),
}
"""The identifiers that our papers speak and read."""


@dataclass(frozen=True)
class Element:
    """One identifier with its value."""

    ai: str
    value: str

    @property
    def title(self) -> str:
        return IDENTIFIERS[self.ai].title

    def __str__(self) -> str:
        """As people read it below a symbol: the identifier in brackets."""
        return f"({self.ai}){self.value}"


@dataclass(frozen=True)
class Spread:
    """How elements are put into linear symbols, the most important first, and what no symbol has room for."""

    symbols: tuple[tuple[Element, ...], ...]
    left: tuple[Element, ...] = ()


# Keys.


def check_digit(digits: str) -> str:
    """The check digit, modulo 10 with weights 3 and 1 from the right, of everything before it."""
    weighed = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return str(-weighed % 10)


def prefix_fault(prefix: str, pointer: str = "") -> Fault | None:
    """What is wrong with a GS1 Company Prefix: 4 to 12 digits."""
    if _DIGITS.fullmatch(prefix) and 4 <= len(prefix) <= 12:
        return None
    return Fault("gs1_prefix", _("A GS1 company prefix has 4 to 12 digits."), pointer)


def capacity(prefix: str) -> int:
    """How many SSCCs a prefix is good for per extension digit. The ten extension digits make ten times as many."""
    return int(10 ** (16 - len(prefix)))


def sscc(prefix: str, serial: int, *, extension: int = 0) -> str:
    """The SSCC of a serial number, 18 digits.

    Raises ``ValueError`` for a prefix that :func:`prefix_fault` would name, a serial outside 0 to
    :func:`capacity` - 1, and an extension outside 0 to 9: what follows the last number is the caller's decision.
    """
    if prefix_fault(prefix) or not 0 <= serial < capacity(prefix) or not 0 <= extension <= 9:
        raise ValueError(f"No SSCC: prefix {prefix!r}, extension {extension}, serial {serial}.")
    digits = f"{extension}{prefix}{serial:0{16 - len(prefix)}d}"
    return digits + check_digit(digits)


def sscc_fault(value: str, pointer: str = "") -> Fault | None:
    """What is wrong with an SSCC that somebody gave us."""
    return _key_fault("SSCC", value, (18,), pointer)


def gtin_fault(value: str, pointer: str = "") -> Fault | None:
    """What is wrong with a GTIN-8, -12, -13 or -14."""
    return _key_fault("GTIN", value, (8, 12, 13, 14), pointer)


def gtin_14(value: str) -> str:
    """A right GTIN as it stands in an element: 14 digits with leading zeros."""
    return value.zfill(14)


def is_variable(gtin: str) -> bool:
    """Whether a right GTIN is of an item that is sold by measure: 14 digits, the first a 9."""
    return len(gtin) == 14 and gtin.startswith("9")


def _key_fault(name: str, value: str, lengths: tuple[int, ...], pointer: str) -> Fault | None:
    if not _DIGITS.fullmatch(value) or len(value) not in lengths:
        message = _("This is no %(key)s: it has %(lengths)s digits and nothing else.")
        said = {"key": name, "lengths": ", ".join(map(str, lengths))}
        return Fault(f"{name.lower()}_shape", message % said, pointer)
    if check_digit(value[:-1]) != value[-1]:
        message = _("The check digit of this %(key)s is wrong: %(value)s should end in %(digit)s.")
        said = {"key": name, "value": value, "digit": check_digit(value[:-1])}
        return Fault(f"{name.lower()}_check_digit", message % said, pointer)
    return None


# Elements.


def date_value(day: dt.date) -> str:
    """A date as YYMMDD. Readers take the century that is nearest: 49 years back, 50 ahead."""
    return f"{day:%y%m%d}"


def weight(kilograms: Decimal) -> Element | None:
    """A net weight with as many decimals as it has and six digits bear, rounded; None where no six digits do."""
    if kilograms < 0:
        return None
    exponent = kilograms.normalize().as_tuple().exponent
    wanted = min(max(-exponent, 0), 5) if isinstance(exponent, int) else 0
    for places in range(wanted, -1, -1):
        scaled = (kilograms.scaleb(places)).quantize(Decimal(1), ROUND_HALF_UP)
        if scaled < 1_000_000:
            return Element(f"310{places}", f"{int(scaled):06d}")
    return None


def element_fault(element: Element, pointer: str = "") -> Fault | None:
    """What is wrong with one element by itself: characters, length, check digit, a day that no month has."""
    rule = IDENTIFIERS.get(element.ai)
    if rule is None:
        return Fault("ai_unknown", _("Application identifier %(ai)s is not known.") % {"ai": element.ai}, pointer)
    said = {"title": f"{rule.title} ({element.ai})", "value": element.value}
    if not re.fullmatch(rule.pattern, element.value, re.ASCII):
        return Fault(
            "ai_value", _("“%(value)s” cannot be said as %(title)s: wrong characters or length.") % said, pointer
        )
    if rule.check and check_digit(element.value[:-1]) != element.value[-1]:
        return Fault("ai_check_digit", _("The check digit of %(title)s %(value)s is wrong.") % said, pointer)
    if rule.date and not _is_day(element.value):
        return Fault("ai_date", _("%(value)s is no date for %(title)s.") % said, pointer)
    return None


def faults_of(elements: Sequence[Element]) -> tuple[Fault, ...]:
    """Everything wrong with the elements that one unit bears together, whichever symbols they stand in."""
    found = [fault for element in elements if (fault := element_fault(element))]
    here = [element.ai for element in elements]
    twice = sorted({_family(ai) for ai in here if [_family(one) for one in here].count(_family(ai)) > 1})
    message = _("Application identifier %(ai)s stands twice on one unit.")
    found += [Fault("ai_twice", message % {"ai": ai}) for ai in twice]
    for ai in dict.fromkeys(here):
        rule = IDENTIFIERS.get(ai)
        for group in rule.needs if rule else ():
            if not set(group) & set(here):
                words = _("(%(ai)s) may only stand together with (%(others)s).")
                found.append(Fault("ai_alone", words % {"ai": ai, "others": ") / (".join(group)}))
        for other in rule.never if rule else ():
            if other in here:
                words = _("(%(ai)s) may not stand together with (%(other)s).")
                found.append(Fault("ai_together", words % {"ai": ai, "other": other}))
    item = next((element.value for element in elements if element.ai in _ITEM), "")
    if item and is_variable(item) != any(_family(ai) in ("30", "310n") for ai in here):
        words = _("A measure stands with a GTIN of variable measure, which begins with 9, and with no other.")
        found.append(Fault("ai_measure", words))
    return tuple(found)


def element_string(elements: Iterable[Element]) -> str:
    """What a reader hands on: identifiers and values, a separator after each value of variable length but the last."""
    parts = [(element.ai + element.value, element.ai[:2] in FIXED) for element in elements]
    ends = ["" if fixed or at == len(parts) - 1 else SEPARATOR for at, (_text, fixed) in enumerate(parts)]
    return "".join(text + end for (text, _fixed), end in zip(parts, ends, strict=True))


def parse(text: str) -> tuple[Element, ...] | Fault:
    """The elements of what a reader handed on. The opposite of :func:`element_string`."""
    found, rest = [], text
    while rest:
        ai = next((ai for ai in IDENTIFIERS if rest.startswith(ai)), "")
        if not ai:
            return Fault("ai_unknown", _("No known application identifier begins “%(text)s”.") % {"text": rest[:4]})
        if ai[:2] in FIXED:
            length = len(ai) + int(re.findall(r"\{(\d+)\}", IDENTIFIERS[ai].pattern)[0])
            said, rest = rest[:length], rest[length:].removeprefix(SEPARATOR)
        else:
            said, _separator, rest = rest.partition(SEPARATOR)
        element = Element(ai, said[len(ai) :])
        if fault := element_fault(element):
            return fault
        found.append(element)
    return tuple(found)


def spread(elements: Sequence[Element], *, most: int, fits: Callable[[Sequence[Element]], bool]) -> Spread:
    """Put elements into at most ``most`` symbols of at most 48 characters that ``fits`` finds room for.

    Elements come in the order of their importance. What belongs together (02 and 37) is not parted. Within a symbol
    values of fixed length come first, which saves separators.
    """
    symbols: list[list[Element]] = []
    left: list[Element] = []
    for group in _inseparable(elements):
        for symbol in symbols:
            if _bears(tried := _fixed_first([*symbol, *group]), fits):
                symbol[:] = tried
                break
        else:
            if len(symbols) < most and _bears(tried := _fixed_first(group), fits):
                symbols.append(tried)
            else:
                left += group
    return Spread(tuple(map(tuple, symbols)), tuple(left))


def _bears(elements: Sequence[Element], fits: Callable[[Sequence[Element]], bool]) -> bool:
    return len(element_string(elements)) <= MOST_CHARACTERS and fits(elements)


def _fixed_first(elements: Iterable[Element]) -> list[Element]:
    return sorted(elements, key=lambda element: (element.ai[:2] not in FIXED, element.ai == "37"))


def _inseparable(elements: Sequence[Element]) -> list[list[Element]]:
    counts = [element for element in elements if element.ai == "37"]
    groups: list[list[Element]] = []
    for element in elements:
        if element.ai == "02":
            groups.append([element, *counts])
        elif element.ai != "37":
            groups.append([element])
    return groups if any(element.ai == "02" for element in elements) else [[one] for one in elements]


def _family(ai: str) -> str:
    return "310n" if ai.startswith("310") else ai


def _is_day(value: str) -> bool:
    """Whether six digits are YYMMDD; day 00 is the month without a day (3.4)."""
    try:
        dt.date(2000 + int(value[:2]), int(value[2:4]), int(value[4:]) or 1)
    except ValueError:
        return False
    return True
