"""What is known of a measured value, and whether it lies within limits. Pure: no clock, no database.

A result is an interval: ``<0.05`` is everything below 0.05, ``10-12`` everything between. It passes only if the whole
interval lies inside the limits. Compared is what is printed, without rounding it first (absolute method, ASTM E29
section 5), unless the buyer's specification asks for the rounding method (ASTM E29 section 6).
"""

from __future__ import annotations

import decimal
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

_EXACT = decimal.Context(prec=200)
"""Rounding to places needs room for every digit before the point; the usual 28 would raise."""


class Standing(Enum):
    """Where a result stands to its limits."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"
    """Part of it inside, part of it not, as ``<0.05`` is to a maximum of 0.01: nobody can say."""


class Rounding(Enum):
    """How a result is rounded before it is compared."""

    ABSOLUTE = "absolute"
    """Not at all."""
    HALF_EVEN = "half_even"
    """A tie goes to the even digit (ASTM E29 section 6.4, ISO 80000-1 B.3 rule A)."""
    HALF_UP = "half_up"
    """A tie goes away from zero (ISO 80000-1 B.3 rule B, as pharmacopoeias round)."""


_MODES = {Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN, Rounding.HALF_UP: decimal.ROUND_HALF_UP}


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything from ``low`` to ``high``; None is an end nobody knows, open is an end that is not reached itself.

    Raises ``ValueError`` for one in which no value lies, and for what is not a number.
    """

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            if end is not None and not end.is_finite():
                raise ValueError(f"{end} is no end of an interval")
        if self.low is not None and self.high is not None:
            if self.low > self.high:
                raise ValueError(f"nothing lies between {self.low} and {self.high}")
            if self.low == self.high and (self.low_open or self.high_open):
                raise ValueError(f"nothing lies beside {self.low}")
        if (self.low is None and self.low_open) or (self.high is None and self.high_open):
            raise ValueError("an end that nobody knows is neither open nor closed")

    @classmethod
    def at(cls, value: Decimal) -> Interval:
        """One value and nothing else."""
        return cls(value, value)

    @property
    def value(self) -> Decimal | None:
        """The one value it holds, where it holds only one."""
        return self.low if self.low == self.high else None

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies in it."""
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below


def standing(
    measured: Interval,
    least: Decimal | None,
    most: Decimal | None,
    *,
    least_open: bool = False,
    most_open: bool = False,
    floor: Decimal | None = None,
    ceiling: Decimal | None = None,
    rounding: Rounding = Rounding.ABSOLUTE,
    places: int | None = None,
) -> Standing:
    """Where a result stands to the limits ``least`` and ``most``, both in its own unit; None is no limit.

    An open limit is not met by its own value (less than 5, not: at most 5). ``floor`` and ``ceiling`` are what a
    characteristic can never pass (no content is below 0): they stand in for an unknown end only. ``places`` are
    decimals to round to, negative before the point; without them, those of each limit as written (ASTM E29 section
    6.4). Raises ``ValueError`` for limits between which nothing lies.
    """
    # Checks the limits; one that does not exist cannot be open.
    Interval(least, most, least_open and least is not None, most_open and most is not None)
    low, high = measured.low, measured.high
    low, low_open = (floor, False) if low is None else (low, measured.low_open)
    high, high_open = (ceiling, False) if high is None else (high, measured.high_open)
    if low is not None and high is not None and (low > high or (low == high and (low_open or high_open))):
        return Standing.UNKNOWN  # "<0" of what is never below 0: the paper contradicts itself
    if rounding is not Rounding.ABSOLUTE:
        # What lies beside an open end may round onto it.
        low_open = high_open = False
    at_least = _against(low, low_open, high, high_open, least, least_open, rounding, places)
    # The same question in the mirror.
    at_most = _against(_negated(high), high_open, _negated(low), low_open, _negated(most), most_open, rounding, places)
    if Standing.OUTSIDE in (at_least, at_most):
        return Standing.OUTSIDE
    return Standing.INSIDE if at_least is at_most is Standing.INSIDE else Standing.UNKNOWN


def inside(
    measured: Interval,
    least: Decimal | None,
    most: Decimal | None,
    *,
    least_open: bool = False,
    most_open: bool = False,
    floor: Decimal | None = None,
    ceiling: Decimal | None = None,
) -> bool:
    """Whether all of a result lies within its limits, as printed. See :func:`standing`."""
    found = standing(measured, least, most, least_open=least_open, most_open=most_open, floor=floor, ceiling=ceiling)
    return found is Standing.INSIDE


def rounded(value: Decimal, rounding: Rounding, places: int) -> Decimal:
    """A value with ``places`` decimals, by a rule."""
    mode = _MODES.get(rounding)
    return value if mode is None else value.quantize(Decimal((0, (1,), -places)), rounding=mode, context=_EXACT)


def _against(
    low: Decimal | None,
    low_open: bool,
    high: Decimal | None,
    high_open: bool,
    least: Decimal | None,
    least_open: bool,
    rounding: Rounding,
    places: int | None,
) -> Standing:
    """Where all from ``low`` to ``high`` stands to a lower limit."""
    if least is None:
        return Standing.INSIDE
    to = max(0, -int(least.as_tuple().exponent)) if places is None else places
    if low is not None:
        low = rounded(low, rounding, to)
        if low > least or (low == least and (low_open or not least_open)):
            return Standing.INSIDE
    if high is not None:
        high = rounded(high, rounding, to)
        if high < least or (high == least and (high_open or least_open)):
            return Standing.OUTSIDE
    return Standing.UNKNOWN


def _negated(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.copy_negate()
